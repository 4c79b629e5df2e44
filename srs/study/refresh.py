"""Bring the memory up to date with the files: read what changed, reconcile, store."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import config as config_
from srs.corpus import lock as lock_
from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Problem, SrsError
from srs.model import Note, Section
from srs.scheduler.studyday import epoch_ms
from srs.store import notes
from srs.store.database import Database
from srs.store.files import read_lock, write_lock
from srs.store.notes import File

if TYPE_CHECKING:  # what is due must be counted fast and needs none of it
    from srs.reconcile import Doubt, Known, Plan

_RACY_NS = 2_000_000_000
"""A file changed within 2 s of being read may change again without a new stamp."""
_UNSTAMPED = 0
"""Stands for the time of a file that is to be read again next time."""
_MANY = 5
"""So many notes at least must be gone at once before that is taken for a mishap."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing the memory up to date found: a report, questions, and the files' problems."""

    report: str = ""
    questions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


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


def refresh(
    root: Path,
    config: Config,
    database: Database,
    now: datetime,
    problems: Sequence[Problem] = (),
    *,
    locked: bool = False,
    yes: bool = False,
) -> Refreshed:
    """Read the files that changed, reconcile their notes with the lock, and store both.

    Raises `SrsError` if more than half of the notes would be gone, unless `yes`; or if `locked`
    and the lock would change.
    """
    with database.faults():
        known_files = notes.files(database.connection)
        everything = _stamp(root) != database.setting("stamp")
    found = changes(root, config, known_files, everything=everything)
    all_problems = (*problems, *found.problems)
    if not found.texts and not everything and [*found.present] == [*known_files.values()]:
        return Refreshed(problems=all_problems)
    with database.faults():
        settled = notes.guids_in(database.connection, found.settled)
        known = notes.known(database.connection, found.settled)
    proposal = propose(root, config, found, now, settled, known)
    if not yes:
        _guard(root, proposal.plan, len(settled) + sum(not was.gone for was in known.values()))
    _apply(root, database, found, proposal, locked=locked)
    problems_now = (*all_problems, *proposal.problems)
    return Refreshed(proposal.plan.report(), questions(proposal), problems_now)


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
        mtime_ns = _UNSTAMPED if young else file.mtime_ns
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
    root: Path,
    config: Config,
    found: Changes,
    now: datetime,
    settled: frozenset[str] = frozenset(),
    known: Mapping[str, Known] | None = None,
) -> Proposal:
    """Parse the changed files and reconcile their notes with the lock; nothing is written.

    `settled` are the guids of the notes in the other files, `known` the notes of these as they
    were last read.
    """
    from srs.corpus.parse import parse
    from srs.reconcile import reconcile

    old_lock = read_lock(root)
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
    lock = lock_.parse(old_lock)
    plan = reconcile(
        [note for _, note in written],
        lock,
        key=config.key,
        now_ms=epoch_ms(now),
        settled=settled,
        known=known,
        twins=[line for line in lock_.lines(old_lock) if line != lock[line.guid]],
    )
    return Proposal(
        plan,
        tuple(note for _, note in written),
        tuple(position for position, _ in written),
        sections,
        known or {},
        old_lock,
        (*problems, *plan.problems),
    )


def questions(proposal: Proposal) -> tuple[str, ...]:
    """Say in sentences where it is in doubt who is who, and what to type."""
    plan = proposal.plan

    def names(doubt: Doubt) -> tuple[str, str, str]:
        note, was = proposal.notes[doubt.note], proposal.known[doubt.guid]
        place = f"{note.place.path}:{note.place.line}"
        new = note.id or plan.guids[doubt.note][:8]
        old = doubt.guid[:8] if was.id in ("", note.id) else was.id
        return place, old, new

    return tuple(
        f"{place}: this is a new note, but {old}, which is gone, is much like it; "
        f"if they are one: `srs relink {old} {new}`"
        for place, old, new in map(names, plan.doubts)
    ) + tuple(
        f"{place}: a note that becomes a cloze note, or ceases to be one, begins anew; "
        f"its former progress is kept as {old}"
        for place, old, _ in map(names, plan.turned)
    )


def _guard(root: Path, plan: Plan, before: int) -> None:
    """Refuse to take in that most of a corpus vanished at once: a folder may be missing."""
    lost = len(plan.orphaned)
    if lost >= _MANY and 2 * lost > before:
        raise SrsError(
            f"{lost} of {before} notes in {root} are gone, so nothing was changed: put the decks "
            "back, or, if this is meant, run `srs lock --yes`"
        )


def _apply(
    root: Path, database: Database, found: Changes, proposal: Proposal, *, locked: bool
) -> None:
    """Write the lock and then the database."""
    plan = proposal.plan
    new_lock = lock_.format(plan.entries)
    if new_lock != proposal.old_lock:
        write_lock(root, new_lock, locked=locked)
    triples = list(zip(proposal.positions, plan.guids, proposal.notes, strict=True))
    rows = [
        (position, guid, replace(note, ords=()) if note.draft else note)
        for position, guid, note in triples
        if guid
    ]
    nameless = {note.place.path for _, guid, note in triples if not guid and not note.draft}
    present = [
        replace(f, mtime_ns=_UNSTAMPED, hash="") if f.path in nameless else f for f in found.present
    ]
    with database.transaction() as connection:
        notes.write_files(connection, present, found.texts)
        for path, values in proposal.sections.items():
            notes.write_sections(connection, path, values)
        notes.write_notes(connection, rows, plan.entries)
        database.set("stamp", _stamp(root))


def lock_faults(root: Path, now: datetime) -> list[str]:
    """Say in sentences what is wrong with a corpus' lock, changing nothing."""
    config, _ = read.read_config(root)
    found = changes(root, config, {}, everything=True)
    if found.problems:
        return [f"{problem.where}: {problem.message}: mend it first" for problem in found.problems]
    proposal = propose(root, config, found, now)
    plan = proposal.plan
    faults = [f"{problem.where}: {problem.message}" for problem in plan.problems]
    if lock_.format(plan.entries) != proposal.old_lock:
        said = plan.changes() or "its form"
        faults.append(f"{lock_.FILE} is not up to date ({said}): run `srs lock` and commit it")
    lock = lock_.parse(proposal.old_lock)
    faults += [
        f"the note {lock[guid].id or guid} was exported and is gone: bring it back marked `.retired`, "
        "so that it can be retired in Anki too"
        for guid in plan.gone
        if lock[guid].released
    ]
    return faults


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


def _stamp(root: Path) -> str:
    """Return the state of `srs.toml` and `srs.lock`, by their times and sizes."""
    parts = []
    for name in (config_.FILE, lock_.FILE):
        try:
            stat = (root / name).stat()
            parts.append(f"{stat.st_mtime_ns} {stat.st_size}")
        except OSError:
            parts.append("none")
    return ", ".join(parts)
