"""Who is who, said by the user: orphans given to a note, taken from one, or deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from srs.corpus import lock as lock_
from srs.corpus.config import LOCK_FILE
from srs.corpus.lock import Entry, Lock
from srs.errors import SrsError
from srs.model import Kind
from srs.reconcile.lines import remembered
from srs.store import notes
from srs.store.files import can_write, read_lock, write_lock
from srs.store.notes import Orphan, StoredNote
from srs.study.memory import Study
from srs.study.refresh import refresh


def orphans(study: Study) -> list[Orphan]:
    """Return the notes that are gone, and the studied cards that notes no longer make."""
    with study.database.faults():
        return notes.orphans(study.database.connection)


def orphan(study: Study, name: str) -> Orphan:
    """Return the one orphan that a name means; raises `SrsError` for none or several."""
    every = orphans(study) if name else []
    found = [o for o in every if (name in (o.id, o.guid) and o.ord is None) or name == o.name]
    found = found or [o for o in every if len(name) >= 4 and o.guid.startswith(name)]
    if not found:
        raise SrsError(f"no orphan is called {name}: `srs orphans` shows their names")
    if len(found) > 1:
        several = ", ".join(o.guid for o in found[:3])
        raise SrsError(f"{name} may mean {several}: write more of it")
    return found[0]


def relink(study: Study, gone: Orphan, note: StoredNote, now: datetime, *, locked: bool) -> None:
    """Let a note continue as one that is gone, with its progress and its guid.

    What the note had of its own becomes an orphan, if it was ever studied or exported.
    """
    if gone.ord is not None:
        raise SrsError(f"{gone.name} is one card of a note: give the note back this number instead")
    if gone.cloze != (note.note.kind is Kind.CLOZE):
        raise SrsError(
            f"{gone.name} and {name(note)} cannot be one note: a cloze note stays one in Anki"
        )
    lock = _lock(study, locked=locked)
    own = _entry(lock, note)
    with study.database.faults():
        studied = notes.answers(study.database.connection, note.guid)
        known = notes.known(study.database.connection, ())
    kept = studied > 0 or own.released
    entry = lock.get(gone.guid) or remembered(gone.guid, known[gone.guid])
    continued = replace(entry, id=own.id, front=own.front, back=own.back)
    lock = lock.changed([continued, *([_nobody(own)] if kept else [])], without=[note.guid])
    with _changing(study, "relink", lock, now) as connection:
        change = notes.set_gone if kept else notes.delete
        change(connection, note.guid)


def begin_anew(study: Study, note: StoredNote, now: datetime, *, locked: bool) -> None:
    """Take a note's progress and guid from it: these become an orphan, and the note new."""
    lock = _lock(study, locked=locked)
    lock = lock.changed([_nobody(_entry(lock, note))])
    with _changing(study, "relink", lock, now) as connection:
        notes.set_gone(connection, note.guid)


def delete(study: Study, those: Sequence[Orphan], now: datetime, *, locked: bool) -> None:
    """Delete orphans with their log, from the lock too; a copy of the database is kept."""
    whole = [each.guid for each in those if each.ord is None]
    lock = _lock(study, locked=locked).changed(without=whole)
    with _changing(study, "orphans", lock, now) as connection:
        for each in those:
            notes.delete(connection, each.guid, each.ord)


def _lock(study: Study, *, locked: bool) -> Lock:
    if locked:
        raise SrsError(f"this changes {LOCK_FILE}: do it without --locked")
    if not can_write(study.root):
        raise SrsError(f"{study.root / LOCK_FILE} cannot be written: make the folder writable")
    return lock_.parse(read_lock(study.root))


def _entry(lock: Lock, note: StoredNote) -> Entry:
    """Return a note's line; raises `SrsError` where the lock has changed and lacks it."""
    if note.guid not in lock:
        raise SrsError(f"{LOCK_FILE} does not know {name(note)}: run `srs lock` first")
    return lock[note.guid]


def _nobody(entry: Entry) -> Entry:
    """Return a line that no note is recognised by."""
    return replace(entry, id="", front="", back="")


@contextmanager
def _changing(study: Study, reason: str, lock: Lock, now: datetime) -> Iterator[sqlite3.Connection]:
    """Change the database, then the lock, and bring both together; a copy is made before.

    If it is cut short in between, the next refresh finds everything as it was.
    """
    text = lock_.format(lock)
    study.database.copy(reason)
    with study.database.transaction() as connection:
        yield connection
        study.database.set("stamp", "")
    write_lock(study.root, text)
    refresh(study.root, study.config, study.database, now, yes=True)


def name(note: StoredNote) -> str:
    """Return what a note is called in commands."""
    return note.note.id or note.guid[:8]
