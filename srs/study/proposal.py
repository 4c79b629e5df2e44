"""What the changed files of a corpus hold, and what their notes are taken for; nothing is written."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Problem
from srs.model import Note, Section
from srs.scheduler.studyday import epoch_ms
from srs.store.notes import File

if TYPE_CHECKING:  # what is due must be counted fast and needs none of it
    from srs.reconcile import Doubt, Known, Plan

_RACY_NS = 2_000_000_000
"""A file changed within 2 s of being read may change again without a new stamp."""
UNSTAMPED = 0
"""Stands for the time of a file that is to be read again next time."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The corpus' files as they are now, and the texts of those that are to be read again."""

    present: tuple[File, ...]
    texts: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def settled(self) -> list[str]:
        """The files that are as they were, or cannot be looked at."""
        return [file.path for file in self.present if file.path not in self.texts]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the notes of changed files are taken for, nothing of it done yet."""

    plan: Plan
    notes: tuple[Note, ...]
    positions: tuple[int, ...]
    sections: Mapping[str, tuple[Section, ...]]
    known: Mapping[str, Known]
    old_lock: str
    problems: tuple[Problem, ...]


def changes(root: Path, config: Config, known: Mapping[str, File], *, everything: bool) -> Changes:
    """Look for the files that are not as `known`; with `everything`, read all."""
    found, unread = read.listing(root, config, known)
    away = [problem.where.path for problem in unread]
    present: list[File] = []
    texts: dict[str, str] = {}
    problems = [*unread]
    for rank, file in enumerate(found):
        last = known.get(file.path)
        young = time.time_ns() - file.mtime_ns < _RACY_NS
        mtime_ns = UNSTAMPED if young else file.mtime_ns
        same = last is not None and (last.mtime_ns, last.size) == (file.mtime_ns, file.size)
        if last is not None and same and not everything:
            present.append(replace(last, rank=rank))
            continue
        text = read.read(root, file.path)
        if isinstance(text, Problem):
            problems.append(text)
            if last is not None:
                present.append(replace(last, rank=rank))
            continue
        import hashlib

        digest = hashlib.sha256(text.encode()).hexdigest()
        present.append(File(file.path, rank, mtime_ns, file.size, digest))
        if last is None or last.hash != digest or everything:
            texts[file.path] = text
    kept = [f for path, f in known.items() if any(f"{path}/".startswith(f"{a}/") for a in away)]
    present += [replace(file, rank=len(present) + n) for n, file in enumerate(kept)]
    return Changes(tuple(present), texts, tuple(problems))


def propose(
    config: Config,
    found: Changes,
    lock: str,
    now: datetime,
    settled: frozenset[str] = frozenset(),
    known: Mapping[str, Known] | None = None,
    opened: str = "",
) -> Proposal:
    """Parse the changed files and reconcile their notes with the lock's text.

    `settled` are the guids of the notes in the other files, `known` the notes of these as they
    were last read, `opened` is the guid of one that was opened to be edited.
    """
    from srs.corpus import lock as lock_
    from srs.corpus.parse import parse
    from srs.reconcile import reconcile

    problems: list[Problem] = []
    written: list[tuple[int, Note]] = []
    sections: dict[str, tuple[Section, ...]] = {}
    for path, text in found.texts.items():
        deck, faults = parse(text, path)
        problems += faults
        if deck is not None:
            sections[path] = deck.sections
            written += [
                (n, _tagged(note, config))
                for n, note in enumerate(deck.notes)
                if note.question.strip()
            ]
    plan = reconcile(
        [note for _, note in written],
        lock_.parse(lock),
        key=config.key,
        now_ms=epoch_ms(now),
        settled=settled,
        known=known,
        opened=opened,
    )
    return Proposal(
        plan,
        tuple(note for _, note in written),
        tuple(position for position, _ in written),
        sections,
        known or {},
        lock,
        (*problems, *plan.problems),
    )


def remembered(proposal: Proposal) -> dict[str, Known]:
    """Return the notes of a proposal, by guid, as they will be known once it is carried out."""
    from srs.reconcile import Known

    plan = proposal.plan
    rows = zip(plan.guids, proposal.positions, proposal.notes, strict=True)
    return {
        guid: Known(
            note.place.path, position, note.id, plan.lock[guid].cloze, note.question, note.back,
            plan.lock[guid].created, note.ords,
        )
        for guid, position, note in rows
        if guid
    }  # fmt: skip


def questions(proposal: Proposal) -> tuple[str, ...]:
    """Say in sentences where it is in doubt who is who, and what to type."""
    plan = proposal.plan

    def names(doubt: Doubt) -> tuple[str, str, str]:
        note, was = proposal.notes[doubt.note], proposal.known[doubt.guid]
        place = f"{note.place.path}:{note.place.line}"
        new = note.id or plan.guids[doubt.note][:8]
        old = doubt.guid[:8] if was.id in ("", note.id) else was.id
        return place, old, new

    return (
        tuple(
            f"{place}: this is a new note, but {old}, which is gone, is much like it; "
            f"if they are one: `srs relink {old} {new}`"
            for place, old, new in map(names, plan.doubts)
        )
        + tuple(
            f"{place}: a note that becomes a cloze note, or ceases to be one, begins anew; "
            f"its former progress is kept as {old}"
            for place, old, _ in map(names, plan.turned)
        )
        + tuple(
            f"{proposal.known[old].path}: {old[:8]} is gone, but {new} says the same; "
            f"to go on with its progress: `srs relink {old[:8]} {new}`"
            for old, new in (
                (old, plan.lock.id(copy) or copy[:8]) for copy, old in plan.copies.items()
            )
        )
    )


def _tagged(note: Note, config: Config) -> Note:
    """Add a note's declared metadata to its tags, and make every tag fit for Anki."""
    declared = dict(config.metadata)
    tags = [
        *note.tags,
        *(f"{k}::{v}" for k, values in note.metadata if k in declared for v in values),
    ]
    fit = ("_".join(tag.split()).strip(":") for tag in tags)
    tags_now = tuple(dict.fromkeys(tag for tag in fit if tag))
    return note if tags_now == note.tags else replace(note, tags=tags_now)
