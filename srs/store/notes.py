"""The notes and their files, as last read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from srs.errors import Place
from srs.model import Kind, Note, Section, title

if TYPE_CHECKING:  # what is due must be counted fast and needs none of it
    from srs.corpus.lock import Entry
    from srs.reconcile import Known


@dataclass(frozen=True, slots=True)
class File:
    """A deck's file as last read: its order in the corpus and its stamp."""

    path: str
    rank: int
    mtime_ns: int
    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note with its identity. Its `tags` hold its metadata too, as `key::value`."""

    guid: str
    note: Note

    @property
    def name(self) -> str:
        """What it is called: its id, else the beginning of its guid."""
        return self.note.id or self.guid[:8]


@dataclass(frozen=True, slots=True)
class Orphan:
    """Cards that no text makes any more: all of a note that is gone, or one (`ord`) of a note.

    `answers` counts those in the log, `last` is the study day of the newest.
    """

    guid: str
    ord: int | None
    id: str
    path: str
    heading: str
    cloze: bool
    answers: int
    last: str | None

    @property
    def name(self) -> str:
        """What it is called in commands."""
        return self.guid[:8] if self.ord is None else f"{self.id or self.guid[:8]}/{self.ord}"


_COLUMNS = (
    "guid, id, path, position, section, line, deck, kind, heading, front, back, front_line, "
    "back_line, tags, metadata, retired, broken, gone, created"
)
_UPSERT = (
    f"insert into notes ({_COLUMNS}) values ({', '.join('?' * 19)}) on conflict (guid) do update set "
    + ", ".join(f"{c} = excluded.{c}" for c in _COLUMNS.split(", ")[1:])
)


def files(connection: sqlite3.Connection) -> dict[str, File]:
    """Return the files as last read, by path."""
    rows = connection.execute("select path, rank, mtime_ns, size, hash from files order by rank")
    return {row[0]: File(*row) for row in rows}


def known(connection: sqlite3.Connection, settled: Iterable[str]) -> dict[str, Known]:
    """Return the notes as last read, without those that stand in the `settled` files."""
    from srs.reconcile import Known

    rows = connection.execute(
        "select guid, path, position, id, kind = 'cloze', heading, front, back, created, gone, "
        "(select group_concat(c.ord) from cards c where c.guid = n.guid and not c.gone) "
        "from notes n where gone or path not in (select value from json_each(?))",
        (json.dumps(list(settled)),),
    )
    return {
        guid: Known(
            path, position, id, bool(cloze), f"{heading}\n\n{front}" if front else heading, back,
            created, tuple(sorted(map(int, (ords or "1").split(",")))), bool(gone),
        )
        for guid, path, position, id, cloze, heading, front, back, created, gone, ords in rows
    }  # fmt: skip


def guids_in(connection: sqlite3.Connection, paths: Iterable[str]) -> frozenset[str]:
    """Return the guids of the notes that stand in some files."""
    wanted = json.dumps(list(paths))
    rows = connection.execute(
        "select guid from notes where not gone and path in (select value from json_each(?))",
        (wanted,),
    )
    return frozenset(chain.from_iterable(rows))


def write_files(
    connection: sqlite3.Connection, present: Sequence[File], read: Iterable[str]
) -> None:
    """Take in the present files: forget those that are no more, and the notes of those read."""
    known = json.dumps([file.path for file in present])
    connection.execute(
        "delete from files where path not in (select value from json_each(?))", (known,)
    )
    connection.execute(
        "update notes set gone = 1 where not gone and "
        "(path not in (select value from json_each(?1)) or path in (select value from json_each(?2)))",
        (known, json.dumps(list(read))),
    )
    connection.executemany(
        "insert into files values (?, ?, ?, ?, ?) on conflict (path) do update set "
        "rank = excluded.rank, mtime_ns = excluded.mtime_ns, size = excluded.size, hash = excluded.hash",
        [(f.path, f.rank, f.mtime_ns, f.size, f.hash) for f in present],
    )


def write_sections(connection: sqlite3.Connection, path: str, sections: Sequence[Section]) -> None:
    """Put a file's sections in place of those it had."""
    connection.execute("delete from sections where path = ?", (path,))
    connection.executemany(
        "insert into sections values (?, ?, ?, ?, ?, ?, ?)",
        [(path, n, s.title, s.intro, s.line, s.intro_line, s.deck) for n, s in enumerate(sections)],
    )


def write_notes(
    connection: sqlite3.Connection,
    notes: Sequence[tuple[int, str, Note]],
    entries: Mapping[str, Entry],
) -> None:
    """Write notes, each with its position in its file and its guid, and the cards they make.

    A card that its note no longer makes stays, marked as gone; so do the cards of a broken note.
    """
    connection.executemany(
        _UPSERT, [_row(position, guid, note, entries[guid]) for position, guid, note in notes]
    )
    whole = [(guid, note) for _, guid, note in notes if not note.broken]
    connection.executemany(
        "update cards set gone = 1 where guid = ?", [(guid,) for guid, _ in whole]
    )
    connection.executemany(
        "insert into cards (guid, ord) values (?, ?) on conflict (guid, ord) do update set gone = 0",
        [(guid, ord) for guid, note in whole for ord in note.ords],
    )


def _row(position: int, guid: str, note: Note, entry: Entry) -> tuple[object, ...]:
    return (
        guid, note.id, note.place.path, position, note.section, note.place.line, note.deck,
        note.kind.value, note.heading, note.front, note.back, note.front_line, note.back_line,
        json.dumps(note.tags, ensure_ascii=False), json.dumps(note.metadata, ensure_ascii=False),
        note.retired, note.broken, False, entry.created,
    )  # fmt: skip


NOTE_COLUMNS = ", ".join(f"n.{column}" for column in _COLUMNS.split(", "))


def note_of(row: Sequence[object], ords: tuple[int, ...]) -> StoredNote:
    """Make a note of a row of `NOTE_COLUMNS`."""
    (guid, id, path, _, section, line, deck, kind, heading, front, back, front_line, back_line,
     tags, metadata, retired, broken, _, _) = row  # fmt: skip
    note = Note(
        Place(str(path), _int(line), 1), str(deck), _int(section), Kind(kind), str(id),
        str(heading), str(front), str(back), _int(front_line), _int(back_line),
        tuple(json.loads(str(tags))),
        tuple((key, tuple(values)) for key, values in json.loads(str(metadata))),
        ords, False, bool(retired), bool(broken),
    )  # fmt: skip
    return StoredNote(str(guid), note)


def sections(connection: sqlite3.Connection) -> dict[tuple[str, int], Section]:
    """Return all sections by path and position, in the corpus' order."""
    rows = connection.execute(
        "select s.path, s.position, s.title, s.intro, s.line, s.intro_line, s.deck "
        "from sections s join files f using (path) order by f.rank, s.position"
    )
    return {(path, position): Section(*rest) for path, position, *rest in rows}


def section_title(connection: sqlite3.Connection, path: str, position: int) -> str:
    """Return the title of a section, empty where it has none."""
    row = connection.execute(
        "select title from sections where path = ? and position = ?", (path, position)
    ).fetchone()
    return "" if row is None else str(row[0])


def decks(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the deck of every note that is there, by guid, in the corpus' order."""
    rows = connection.execute(
        "select n.guid, n.deck from notes n join files f using (path) where not n.gone "
        "order by f.rank, n.position"
    )
    return dict(rows.fetchall())


def name(connection: sqlite3.Connection, guid: str) -> str:
    """Return the id of a note, or its guid where it has none."""
    row = connection.execute("select id from notes where guid = ?", (guid,)).fetchone()
    return row[0] if row and row[0] else guid


def has(connection: sqlite3.Connection, guid: str) -> bool:
    """Tell whether there is a note, or was one, of some guid."""
    row = connection.execute("select 1 from notes where guid = ?", (guid,)).fetchone()
    return row is not None


def deck(connection: sqlite3.Connection, guid: str) -> str:
    """Return the deck of a note."""
    row = connection.execute("select deck from notes where guid = ?", (guid,)).fetchone()
    return "" if row is None else str(row[0])


def orphans(connection: sqlite3.Connection) -> list[Orphan]:
    """Return the notes that are gone, and the studied cards that notes no longer make.

    A draft makes no cards for a while: those are not among them.
    """
    rows = connection.execute(
        "select n.guid, null, n.id, n.path, n.heading, n.kind = 'cloze', count(r.time), max(r.day), n.front "
        "from notes n left join revlog r on r.guid = n.guid and r.kind = 'answer' "
        "where n.gone group by n.guid "
        "union all "
        "select n.guid, c.ord, n.id, n.path, n.heading, n.kind = 'cloze', count(r.time), max(r.day), n.front "
        "from notes n join cards c using (guid) "
        "join revlog r on r.guid = c.guid and r.ord = c.ord and r.kind = 'answer' "
        "where not n.gone and c.gone and n.guid in (select guid from cards where not gone) "
        "group by c.guid, c.ord "
        "order by 4, 5, 1, 2"
    )
    return [
        Orphan(g, o, i, p, title(f"{h}\n{f}"), bool(z), a, d) for g, o, i, p, h, z, a, d, f in rows
    ]


def answers(connection: sqlite3.Connection, guid: str) -> int:
    """Count the answers in a note's log."""
    (count,) = connection.execute(
        "select count(*) from revlog where guid = ? and kind = 'answer'", (guid,)
    ).fetchone()
    return _int(count)


def set_gone(connection: sqlite3.Connection, guid: str) -> None:
    """Make a note an orphan."""
    connection.execute("update notes set gone = 1 where guid = ?", (guid,))


def delete(connection: sqlite3.Connection, guid: str, ord: int | None = None) -> None:
    """Delete a note, or one card of it, with its whole log."""
    cards, parameters = ("", (guid,)) if ord is None else (" and ord = ?", (guid, ord))
    connection.execute(f"delete from revlog where guid = ?{cards}", parameters)
    connection.execute(f"delete from exported where guid = ?{cards}", parameters)
    connection.execute(f"delete from cards where guid = ?{cards}", parameters)
    if ord is None:
        connection.execute("delete from notes where guid = ?", (guid,))


def broken(connection: sqlite3.Connection) -> int:
    """Count the notes that have an error."""
    (count,) = connection.execute("select count(*) from notes where broken and not gone").fetchone()
    return _int(count)


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
