from collections.abc import Iterator
from pathlib import Path

import pytest

from srs.corpus.lock import Entry
from srs.errors import Place
from srs.model import Kind, Note
from srs.store import log, notes
from srs.store.database import Database, open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a database with a note of guid `g`."""
    database = open_database(tmp_path / "srs.db")
    with database.transaction() as connection:
        note = Note(Place("a.md", 1), "a", 0, Kind.BASIC, "", "Q", "", "A", 1, 3)
        notes.write_files(connection, [notes.File("a.md", 0, 1, 1, "")], [])
        notes.write_notes(connection, [(0, "g", note)], {"g": Entry("g", "", 1, False, "", "", ())})
    yield database
    database.close()


Row = tuple[int, int, str, str, int | None, int | None, int | None]
"""Ord, time, kind, day, ms taken, state before, and what it undoes."""


def write(database: Database, *rows: Row) -> None:
    database.connection.executemany(
        "insert into revlog (guid, ord, time, kind, day, taken_ms, state_before, undoes, offset, "
        "device, source) values ('g', ?, ?, ?, ?, ?, ?, ?, 0, 'd', 'srs')",
        rows,
    )


def test_the_newest_event_counts_whatever_it_is(database: Database) -> None:
    assert log.newest(database.connection) is None
    write(
        database,
        (1, 70, "answer", "2026-11-21", 5, 0, None),
        (2, 90, "bury", "2026-11-21", None, None, None),
        (1, 80, "undo", "2026-11-21", None, None, 70),
    )
    assert log.newest(database.connection) == 90


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([(1, 10, "answer", "d1", 500, 0, None)], [(0, 1, 500)]),
        (
            [(1, 10, "answer", "d1", 500, 0, None), (1, 20, "answer", "d1", 300, 1, None)],
            [(0, 1, 800)],
        ),
        (
            [(1, 10, "answer", "d1", 500, 0, None), (1, 20, "answer", "d2", 300, 1, None)],
            [(0, 1, 500), (1, 1, 300)],
        ),
        (
            [(1, 10, "answer", "d1", 500, 2, None), (2, 20, "answer", "d1", 300, 2, None)],
            [(2, 2, 800)],
        ),
        ([(1, 10, "answer", "d1", 0, 0, None), (2, 20, "cram", "d1", 300, None, None)], []),
        (
            [(1, 10, "answer", "d1", 500, 0, None), (1, 20, "undo", "d1", None, None, 10)],
            [],
        ),
    ],
)
def test_what_a_card_took_on_a_day(
    database: Database, rows: list[Row], expected: list[tuple[int, int, int]]
) -> None:
    write(database, *rows)
    assert log.taken(database.connection, 1000) == expected


def test_only_the_last_answers_are_looked_at(database: Database) -> None:
    write(database, *[(1, n, "answer", f"d{n}", n, 2, None) for n in range(1, 11)])
    assert log.taken(database.connection, 3) == [(2, 3, 8 + 9 + 10)]
