"""What a change does to identities: the corpus now, beside the one at a revision in git."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from srs.corpus import lock as lock_
from srs.corpus.config import FILE, LOCK_FILE, parse
from srs.corpus.lock import Lock
from srs.ids import content_hash
from srs.reconcile import Known
from srs.store import revision
from srs.store.files import read_lock
from srs.study.memory import read_corpus
from srs.study.proposal import Changes, changes, propose, questions, remembered


@dataclass(frozen=True, slots=True)
class Since:
    """The notes that are not as they were at a revision, by guid.

    `lost` says what each was called and where it stood; `released` are those of them that were
    exported. `questions` are put where it is in doubt who is who.
    """

    revision: str
    edited: tuple[str, ...]
    moved: tuple[str, ...]
    new: tuple[str, ...]
    lost: Mapping[str, str]
    released: tuple[str, ...]
    questions: tuple[str, ...]

    def report(self) -> str:
        """Say in a few words what became of the notes; empty if nothing did."""
        counts = [
            *((len(self.edited), "edited"), (len(self.moved), "moved"), (len(self.new), "new")),
            (len(self.lost) - len(self.released), "lost"),
        ]
        words = [f"{count} {what}" for count, what in counts if count]
        if self.released:
            some = "note" if len(self.released) == 1 else "notes"
            words.append(f"{len(self.released)} released {some} gone")
        return ", ".join(words)


def since(root: Path, rev: str, now: datetime) -> Since:
    """Compare the corpus with itself at a revision; nothing is written, no database is asked."""
    config, _ = read_corpus(root)
    files = revision.files(root, rev)
    then_config, _ = parse(files.pop(FILE))
    lock = files.pop(LOCK_FILE, "")
    then = propose(then_config, Changes((), files, ()), lock, now)
    before = remembered(then)

    both = Lock({**then.plan.lock.rows, **lock_.parse(read_lock(root)).rows})
    found = changes(root, config, {}, everything=True)
    today = propose(config, found, lock_.format(both), now, known=before)
    after = remembered(today)
    stayed = [guid for guid in after if guid in before]
    lost = {g: f"{was.id or g[:8]} of {was.path}" for g, was in before.items() if g not in after}
    return Since(
        revision=rev,
        edited=tuple(guid for guid in stayed if _text(before[guid]) != _text(after[guid])),
        moved=tuple(guid for guid in stayed if before[guid].path != after[guid].path),
        new=tuple(guid for guid in after if guid not in before),
        lost=lost,
        released=tuple(guid for guid in lost if both[guid].released),
        questions=questions(today),
    )


def _text(note: Known) -> tuple[str, str]:
    return content_hash(note.question), content_hash(note.back)
