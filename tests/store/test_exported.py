import pytest

from srs.scheduler.queue import CardName
from srs.store import exported, notes
from srs.store.database import Database
from tests.store.test_log import database, write

__all__ = ["database"]

ONE, TWO = CardName("g", 1), CardName("g", 2)


@pytest.fixture
def answered(database: Database) -> Database:
    """Answer two cards, and take an answer back."""
    write(
        database,
        (1, 70, "answer", "2026-11-21", 5, 0, None),
        (1, 80, "answer", "2026-11-21", 5, 1, None),
        (1, 90, "answer", "2026-11-21", 5, 1, None),
        (1, 95, "undo", "2026-11-21", None, None, 90),
        (2, 99, "cram", "2026-11-21", None, None, None),
        (2, 100, "answer", "2026-11-21", 5, 0, None),
        (2, 110, "answer", "2026-11-21", 5, 0, None),
    )
    database.connection.execute("update revlog set source = 'anki' where time = 110")
    return database


@pytest.mark.parametrize(
    ("exports", "known", "expected"),
    [
        ([], [], (0, 0)),
        ([([ONE], 200)], [], (0, 0)),
        ([([ONE], 75)], [], (1, 80)),
        ([([ONE], 75), ([ONE], 200)], [], (1, 80)),
        ([([ONE], 75), ([ONE, TWO], 200)], [], (1, 80)),
        ([([ONE], 60), ([ONE, TWO], 65)], [], (3, 70)),
        ([([ONE], 75), ([ONE, TWO], 0)], [], (2, 80)),
        ([([ONE, TWO], 65)], [(ONE, 70)], (2, 80)),
        ([([ONE, TWO], 65)], [(ONE, 85)], (1, 100)),
        ([([ONE, TWO], 65)], [(ONE, 85), (ONE, 60), (TWO, 110)], (0, 0)),
        ([([ONE], 65)], [(TWO, 100)], (2, 70)),
        ([], [(ONE, 75)], (1, 80)),
        ([], [(ONE, 0)], (0, 0)),
    ],
)
def test_what_no_file_brings_is_counted_until_anki_goes_on_with_it(
    answered: Database,
    exports: list[tuple[list[CardName], int]],
    known: list[tuple[CardName, int]],
    expected: tuple[int, int],
) -> None:
    connection = answered.connection
    for names, time in exports:
        exported.add(connection, names, time)
    for name, time in known:
        exported.know(connection, name, time)
    assert exported.lacking(connection) == expected
    assert exported.is_empty(connection) is not bool(exports or any(time for _, time in known))


def test_a_note_that_was_exported_can_be_deleted(answered: Database) -> None:
    exported.add(answered.connection, [ONE, TWO], 65)
    notes.delete(answered.connection, "g", 2)
    assert exported.lacking(answered.connection) == (2, 70)
    notes.delete(answered.connection, "g")
    assert exported.is_empty(answered.connection)
