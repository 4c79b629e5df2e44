from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from srs.corpus.lock import Entry
from srs.errors import Place
from srs.model import Kind, Note, Section
from srs.store import notes, search
from srs.store.database import Database, open_database
from srs.store.notes import File, StoredNote

A, B = File("a.md", 0, 100, 10, "hash a"), File("b/c.md", 1, 200, 20, "hash b")
NOTE = Note(
    Place("a.md", 3), "Deck::Sub", 0, Kind.BASIC, "id", "Heading", "front", "back", 4, 6,
    ("tag", "level::mid"), (("level", ("mid",)), ("asked", ("x", "y"))),
)  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
written_notes = st.builds(
    Note,
    place=st.builds(Place, st.just("a.md"), st.integers(1, 10_000)),
    deck=texts,
    section=st.integers(-1, 5),
    kind=st.sampled_from(Kind),
    id=texts,
    heading=texts,
    front=texts,
    back=texts,
    front_line=st.integers(1, 10_000),
    back_line=st.integers(1, 10_000),
    tags=st.lists(texts, max_size=3).map(tuple),
    metadata=st.lists(st.tuples(texts, st.lists(texts).map(tuple)), max_size=3).map(tuple),
    ords=st.sets(st.integers(1, 500), min_size=1, max_size=5).map(lambda s: tuple(sorted(s))),
    retired=st.booleans(),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "srs.db")
    yield database
    database.close()


def write(database: Database, *written: tuple[str, Note]) -> None:
    """Write a file's notes as they now are."""
    with database.transaction() as connection:
        path = written[0][1].place.path if written else "a.md"
        present = list(notes.files(connection).values()) or [A, B]
        notes.write_files(connection, present, [path])
        entries = {guid: Entry(guid, "", 1000, False, "", "", ()) for guid, _ in written}
        rows = [(position, guid, note) for position, (guid, note) in enumerate(written)]
        notes.write_notes(connection, rows, entries)


def stored(database: Database) -> list[StoredNote]:
    return search.notes(database.connection, search.guids(database.connection, ("1", ())))


def cards(database: Database) -> list[tuple[str, int, int]]:
    """Return guid, ord and whether it is gone, of every card."""
    rows = database.connection.execute("select guid, ord, gone from cards order by guid, ord")
    return rows.fetchall()


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(note=written_notes)
def test_a_note_is_read_as_it_was_written(database: Database, note: Note) -> None:
    database.connection.executescript("delete from cards; delete from notes")
    write(database, ("g", note))
    place = replace(note.place, column=1)
    assert stored(database) == [StoredNote("g", replace(note, place=place))]


def test_files_are_kept_in_their_order(database: Database) -> None:
    with database.transaction() as connection:
        notes.write_files(connection, [replace(B, rank=0), replace(A, rank=1)], [])
    assert list(notes.files(database.connection)) == ["b/c.md", "a.md"]
    with database.transaction() as connection:
        notes.write_files(connection, [A, replace(B, mtime_ns=300, size=30, hash="new")], [])
    assert notes.files(database.connection) == {
        "a.md": A,
        "b/c.md": replace(B, mtime_ns=300, size=30, hash="new"),
    }
    with database.transaction() as connection:
        notes.write_files(connection, [replace(B, rank=0)], [])
    assert list(notes.files(database.connection)) == ["b/c.md"]


def test_notes_come_in_the_order_of_files_and_places(database: Database) -> None:
    other = replace(NOTE, place=Place("b/c.md", 1), deck="Other")
    write(database, ("g3", other))
    write(database, ("g2", NOTE), ("g1", NOTE))
    assert [note.guid for note in stored(database)] == ["g2", "g1", "g3"]
    assert notes.decks(database.connection) == {"g2": "Deck::Sub", "g1": "Deck::Sub", "g3": "Other"}


def test_a_note_that_is_gone_keeps_its_row_and_cards(database: Database) -> None:
    write(database, ("g1", NOTE), ("g2", NOTE))
    write(database, ("g2", NOTE))
    assert [note.guid for note in stored(database)] == ["g2"]
    assert cards(database) == [("g1", 1, 0), ("g2", 1, 0)]
    assert notes.guids_in(database.connection, ["a.md"]) == {"g2"}
    assert list(notes.decks(database.connection)) == ["g2"]
    write(database, ("g1", NOTE), ("g2", NOTE))
    assert [note.guid for note in stored(database)] == ["g1", "g2"]


def test_notes_of_a_file_that_is_gone_are_gone_and_others_stay(database: Database) -> None:
    write(database, ("g1", NOTE))
    write(database, ("g2", replace(NOTE, place=Place("b/c.md", 1))))
    with database.transaction() as connection:
        notes.write_files(connection, [B], [])
    assert [note.guid for note in stored(database)] == ["g2"]
    assert notes.guids_in(database.connection, ["a.md", "b/c.md"]) == {"g2"}


def test_a_card_a_note_no_longer_makes_stays_as_gone(database: Database) -> None:
    write(database, ("g", replace(NOTE, ords=(1, 2, 3))))
    database.connection.execute("update cards set reps = 7 where ord = 2")
    write(database, ("g", replace(NOTE, ords=(1, 3, 4))))
    assert cards(database) == [("g", 1, 0), ("g", 2, 1), ("g", 3, 0), ("g", 4, 0)]
    assert [note.note.ords for note in stored(database)] == [(1, 3, 4)]
    write(database, ("g", replace(NOTE, ords=(2,))))
    assert cards(database) == [("g", 1, 1), ("g", 2, 0), ("g", 3, 1), ("g", 4, 1)]
    reps = database.connection.execute("select reps from cards where ord = 2").fetchone()
    assert reps == (7,)


def test_a_broken_note_is_not_studied_and_keeps_its_cards(database: Database) -> None:
    write(database, ("g", replace(NOTE, ords=(1, 2))), ("new", replace(NOTE, broken=True)))
    assert notes.broken(database.connection) == 1
    write(database, ("g", replace(NOTE, ords=(3,), broken=True)))
    assert notes.broken(database.connection) == 1
    assert cards(database) == [("g", 1, 0), ("g", 2, 0)]
    assert stored(database) == []
    write(database, ("g", replace(NOTE, ords=(1, 2))))
    assert notes.broken(database.connection) == 0
    assert [note.guid for note in stored(database)] == ["g"]


def test_a_note_that_moves_is_in_its_new_file(database: Database) -> None:
    write(database, ("g", NOTE))
    moved = replace(NOTE, place=Place("b/c.md", 9), deck="Other")
    write(database, ("g", moved))
    assert stored(database) == [StoredNote("g", moved)]
    assert notes.guids_in(database.connection, ["a.md"]) == frozenset()
    assert notes.guids_in(database.connection, ["b/c.md"]) == {"g"}


def test_sections_are_replaced_and_go_with_their_file(database: Database) -> None:
    one, two, three = (Section(f"Title {n}", "intro", n, n + 2, "Deck") for n in range(3))
    with database.transaction() as connection:
        notes.write_files(connection, [A, B], [])
        notes.write_sections(connection, "b/c.md", [three])
        notes.write_sections(connection, "a.md", [one, two])
    assert list(notes.sections(database.connection).items()) == [
        (("a.md", 0), one),
        (("a.md", 1), two),
        (("b/c.md", 0), three),
    ]
    with database.transaction() as connection:
        notes.write_sections(connection, "a.md", [two])
    assert notes.sections(database.connection)["a.md", 0] == two
    with database.transaction() as connection:
        notes.write_files(connection, [B], [])
    assert notes.sections(database.connection) == {("b/c.md", 0): three}
