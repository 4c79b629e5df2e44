"""Bring the memory up to date with the files: read what changed, reconcile, store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import config as config_
from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Problem, SrsError
from srs.store import notes
from srs.store.database import Database
from srs.store.files import can_write, read_lock, write_lock
from srs.study.proposal import UNSTAMPED, Changes, Proposal, changes, propose, questions

if TYPE_CHECKING:  # what is due must be counted fast and needs none of it
    from srs.reconcile import Plan

_MANY = 5
"""So many notes at least must be gone at once before that is taken for a mishap."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing the memory up to date found: a report, questions, and the files' problems."""

    report: str = ""
    questions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def refresh(
    root: Path,
    config: Config,
    database: Database,
    now: datetime,
    problems: Sequence[Problem] = (),
    *,
    locked: bool = False,
    yes: bool = False,
    dry: bool = False,
    opened: str = "",
) -> Refreshed:
    """Read the files that changed, reconcile their notes with the lock, and store both.

    `opened` is the guid of a note that was opened to be edited, and stays the same note. With `dry`
    the lock stays as it is, and the database is taken to be one to try on.

    Raises `SrsError` if more than half of the notes would be gone, unless `yes`; or if `locked`
    and the lock would change.
    """
    stamp = _stamp(root)
    with database.faults():
        known_files = notes.files(database.connection)
        everything = stamp != database.setting("stamp")
    found = changes(root, config, known_files, everything=everything)
    all_problems = (*problems, *found.problems)
    if not found.texts and not everything and [*found.present] == [*known_files.values()]:
        return Refreshed(problems=all_problems)
    with database.faults():
        settled = notes.guids_in(database.connection, found.settled)
        known = notes.known(database.connection, found.settled)
    proposal = propose(config, found, read_lock(root), now, settled, known, opened)
    if read_lock(root) != proposal.old_lock:  # another srs, or git, was here meanwhile
        again = (root, config, database, now, problems)
        return refresh(*again, locked=locked, yes=yes, dry=dry, opened=opened)
    if not yes:
        _guard(root, proposal.plan, len(settled) + sum(not was.gone for was in known.values()))
    _apply(root, database, found, proposal, stamp, locked=locked, dry=dry)
    problems_now = (*all_problems, *proposal.problems)
    return Refreshed(proposal.plan.report(), questions(proposal), problems_now)


def _guard(root: Path, plan: Plan, before: int) -> None:
    """Refuse to take in that most of a corpus vanished at once: a folder may be missing."""
    lost = len(plan.orphaned)
    if lost >= _MANY and 2 * lost > before:
        raise SrsError(
            f"{lost} of {before} notes in {root} are gone, so nothing was changed: put the decks "
            "back, or, if this is meant, run `srs lock --yes`"
        )


def _apply(
    root: Path, database: Database, found: Changes, proposal: Proposal, stamp: str, *,
    locked: bool, dry: bool,
) -> None:  # fmt: skip
    """Write the lock and then the database, with the stamp that the corpus had when it was read."""
    from srs.corpus import lock as lock_

    plan = proposal.plan
    new_lock = lock_.format(plan.lock)
    if new_lock != proposal.old_lock and (locked or not dry):
        write_lock(root, new_lock, locked=locked)
        stamp = _stamp(root)
    triples = list(zip(proposal.positions, plan.guids, proposal.notes, strict=True))
    rows = [
        (position, guid, replace(note, ords=()) if note.draft else note)
        for position, guid, note in triples
        if guid
    ]
    nameless = {note.place.path for _, guid, note in triples if not guid and not note.draft}
    present = [
        replace(f, mtime_ns=UNSTAMPED, hash="") if f.path in nameless else f for f in found.present
    ]
    with database.transaction() as connection:
        notes.write_files(connection, present, found.texts)
        for path, values in proposal.sections.items():
            notes.write_sections(connection, path, values)
        notes.write_notes(connection, rows, plan.entries)
        database.set("stamp", stamp)


def write_exported(root: Path, database: Database, text: str, *, locked: bool = False) -> None:
    """Write a lock that tells what was exported, and otherwise says what it said.

    The files need not be read again for it, unless the lock had become another meanwhile.
    """
    with database.faults():
        known = _stamp(root) == database.setting("stamp")
    write_lock(root, text, locked=locked)
    if known:
        with database.transaction():
            database.set("stamp", _stamp(root))


def preview(root: Path, config: Config, database: Database | None, now: datetime) -> Proposal:
    """Return what `refresh` would do, without doing it; without a database, by the lock alone."""
    if database is None:
        found = changes(root, config, {}, everything=True)
        return propose(config, found, read_lock(root), now)
    with database.faults():
        files = notes.files(database.connection)
        everything = _stamp(root) != database.setting("stamp")
        found = changes(root, config, files, everything=everything)
        settled = notes.guids_in(database.connection, found.settled)
        known = notes.known(database.connection, found.settled)
    return propose(config, found, read_lock(root), now, settled, known)


def lock_faults(root: Path, now: datetime) -> list[str]:
    """Say in sentences what is wrong with a corpus' lock, changing nothing."""
    from srs.corpus import lock as lock_

    config, _ = read.read_config(root)
    found = changes(root, config, {}, everything=True)
    if found.problems:
        return [f"{problem.where}: {problem.message}: mend it first" for problem in found.problems]
    proposal = propose(config, found, read_lock(root), now)
    plan = proposal.plan
    faults = [f"{problem.where}: {problem.message}" for problem in plan.problems]
    if lock_.format(plan.lock) != proposal.old_lock:
        said = plan.changes() or "its form"
        faults.append(
            f"{config_.LOCK_FILE} is not up to date ({said}): run `srs lock` and commit it"
        )
    lock = lock_.parse(proposal.old_lock)
    faults += [
        f"the note {lock[guid].id or guid} was exported and is gone: bring it back marked `.retired`, "
        "so that it can be retired in Anki too"
        for guid in plan.gone
        if lock[guid].released
    ]
    return faults


def _stamp(root: Path) -> str:
    """Return the state of `srs.toml` and `srs.lock`: times, sizes, and whether they can change.

    A lock that could not be written is owed until it can be.
    """
    parts = ["writable" if can_write(root) else "read-only"]
    for name in (config_.FILE, config_.LOCK_FILE):
        try:
            stat = (root / name).stat()
            parts.append(f"{stat.st_mtime_ns} {stat.st_size}")
        except OSError:
            parts.append("none")
    return ", ".join(parts)
