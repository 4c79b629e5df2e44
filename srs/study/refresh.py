"""Bring the memory up to date with the files: read what changed, reconcile, store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from srs.corpus import config as config_
from srs.corpus import lock as lock_
from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Problem
from srs.model import Note, Section
from srs.scheduler.studyday import epoch_ms
from srs.store import notes
from srs.store.database import Database
from srs.store.files import read_lock, write_lock
from srs.store.notes import File

_RACY_NS = 2_000_000_000
"""A file changed within 2 s of being read may change again without a new stamp."""
_UNSTAMPED = 0
"""Stands for the time of a file that is to be read again next time."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing the memory up to date found: a report in words, and the files' problems."""

    report: str = ""
    problems: tuple[Problem, ...] = ()


def refresh(
    root: Path,
    config: Config,
    database: Database,
    now: datetime,
    problems: Sequence[Problem] = (),
    *,
    locked: bool = False,
) -> Refreshed:
    """Read the files that changed, reconcile their notes with the lock, and store both."""
    with database.faults():
        known = notes.files(database.connection)
        changed = _stamp(root) != database.setting("stamp")
    found, unread = read.listing(root, config, known)
    away = [p.where.path for p in unread]
    kept = [f for path, f in known.items() if any(f"{path}/".startswith(f"{a}/") for a in away)]
    present: list[File] = []
    texts: dict[str, str] = {}
    found_problems = [*problems, *unread]
    for rank, file in enumerate(found):
        last = known.get(file.path)
        young = time.time_ns() - file.mtime_ns < _RACY_NS
        mtime_ns = _UNSTAMPED if young else file.mtime_ns
        same = last is not None and (last.mtime_ns, last.size) == (file.mtime_ns, file.size)
        if last is not None and same and not changed:
            present.append(replace(last, rank=rank))
            continue
        text = read.read(root, file.path)
        if isinstance(text, Problem):
            found_problems.append(text)
            if last is not None:
                present.append(replace(last, rank=rank))
            continue
        import hashlib

        digest = hashlib.sha256(text.encode()).hexdigest()
        present.append(File(file.path, rank, mtime_ns, file.size, digest))
        if last is None or last.hash != digest or changed:
            texts[file.path] = text
    present += [replace(file, rank=len(present) + n) for n, file in enumerate(kept)]
    if not texts and not changed and present == list(known.values()):
        return Refreshed(problems=tuple(found_problems))
    return _take_in(root, config, database, now, present, texts, found_problems, locked=locked)


def _take_in(
    root: Path,
    config: Config,
    database: Database,
    now: datetime,
    present: list[File],
    texts: dict[str, str],
    problems: list[Problem],
    *,
    locked: bool,
) -> Refreshed:
    """Parse changed files, reconcile, and write the lock and then the database."""
    from srs.corpus.parse import parse
    from srs.reconcile import reconcile

    old_text = read_lock(root)
    lock = lock_.parse(old_text)
    written: list[tuple[int, Note]] = []
    sections: dict[str, tuple[Section, ...]] = {}
    for path, text in texts.items():
        deck, found = parse(text, path)
        problems += found
        if deck is not None:
            sections[path] = deck.sections
            written += [
                (n, _tagged(note, config))
                for n, note in enumerate(deck.notes)
                if not note.draft and note.question.strip()
            ]
    untouched = [file.path for file in present if file.path not in texts]
    with database.faults():
        settled = notes.guids_in(database.connection, untouched)
        there = notes.guids_in(database.connection, notes.files(database.connection))
    plan = reconcile(
        [note for _, note in written],
        lock,
        key=config.key,
        now_ms=epoch_ms(now),
        settled=settled,
    )
    problems += plan.problems
    new_text = lock_.format(plan.entries)
    if new_text != old_text:
        write_lock(root, new_text, locked=locked)
    pairs = list(zip(written, plan.guids, strict=True))
    rows = [(position, guid, note) for (position, note), guid in pairs if guid]
    nameless = {note.place.path for (_, note), guid in pairs if not guid}
    present = [
        replace(f, mtime_ns=_UNSTAMPED, hash="") if f.path in nameless else f for f in present
    ]
    with database.transaction() as connection:
        notes.write_files(connection, present, texts)
        for path, values in sections.items():
            notes.write_sections(connection, path, values)
        notes.write_notes(connection, rows, plan.entries)
        database.set("stamp", _stamp(root))
    lost = tuple(guid for guid in plan.gone if guid in there)
    return Refreshed(replace(plan, gone=lost).report(), tuple(problems))


def lock_faults(root: Path, now: datetime) -> list[str]:
    """Say in sentences what is wrong with a corpus' lock, changing nothing."""
    from srs.corpus.parse import parse
    from srs.reconcile import reconcile

    config, _ = read.read_config(root)
    old = read_lock(root)
    written: list[Note] = []
    for file in read.listing(root, config)[0]:
        text = read.read(root, file.path)
        if isinstance(text, Problem):
            return [f"{text.where}: {text.message}: mend it first"]
        deck, _ = parse(text, file.path)
        written += [n for n in deck.notes if not n.draft and n.question.strip()] if deck else []
    lock = lock_.parse(old)
    plan = reconcile(written, lock, key=config.key, now_ms=epoch_ms(now))
    faults = [f"{problem.where}: {problem.message}" for problem in plan.problems]
    if lock_.format(plan.entries) != old:
        said = replace(plan, gone=()).report() or "its form"
        faults.append(f"{lock_.FILE} is not up to date ({said}): run `srs lock` and commit it")
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
