import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from srs.store import schema
from srs.store.database import Database, open_database

TABLES = {"settings", "files", "sections", "notes", "cards", "revlog"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "srs.db")
    yield database
    database.close()


def add_note(connection: sqlite3.Connection) -> None:
    connection.execute(
        "insert into notes values ('g', 'id', 'a.md', 0, 0, 1, 'a', 'basic', 'Q', '', 'A', 1, 3, "
        "'[]', '[]', 0, 0, 0, 1000)"
    )


def add_answer(connection: sqlite3.Connection, rating: object = 3, guid: str = "g") -> None:
    connection.execute(
        "insert into revlog (guid, ord, time, kind, day, offset, device, source, rating) "
        "values (?, 1, 1000, 'answer', '2026-11-21', 60, 'd', 'srs', ?)",
        (guid, rating),
    )


def test_every_table_is_strict(database: Database) -> None:
    tables = database.connection.execute(
        "select name, strict from pragma_table_list where schema = 'main' and type = 'table' "
        "and name not like 'sqlite\\_%' escape '\\'"
    ).fetchall()
    assert {name for name, _ in tables} >= TABLES
    assert [name for name, strict in tables if not strict] == []


@pytest.mark.parametrize("rating", ["three", 0, 5])
def test_the_log_takes_no_nonsense(database: Database, rating: object) -> None:
    add_note(database.connection)
    with pytest.raises(sqlite3.IntegrityError):
        add_answer(database.connection, rating)


def test_foreign_keys_are_on(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        add_answer(database.connection, guid="unknown")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.connection.execute("insert into cards (guid, ord) values ('unknown', 1)")


def test_an_event_of_a_card_has_a_time_of_its_own(database: Database) -> None:
    add_note(database.connection)
    add_answer(database.connection)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        add_answer(database.connection)


def test_all_migrations_are_recorded(database: Database) -> None:
    assert schema.applied(database.connection) == tuple(name for name, _ in schema.MIGRATIONS)


def test_a_blank_connection_has_had_none() -> None:
    connection = sqlite3.connect(":memory:")
    assert schema.applied(connection) == ()
    connection.close()


def test_an_older_schema_is_copied_and_migrated_with_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "srs.db"
    old = open_database(path)
    with old.transaction() as connection:
        add_note(connection)
        add_answer(connection)
    device = old.setting("device")
    old.close()
    later = (
        "later",
        "create table extra (x text) strict;\nalter table notes add column more text;",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, later))

    new = open_database(path)
    assert schema.applied(new.connection)[-1] == "later"
    assert new.connection.execute("select guid, more from notes").fetchall() == [("g", None)]
    assert new.connection.execute("select guid, rating from revlog").fetchall() == [("g", 3)]
    assert new.connection.execute("select count(*) from extra").fetchone() == (0,)
    assert new.setting("device") == device
    new.close()

    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name == "srs-0001-migrate.db"
    before = sqlite3.connect(copy)
    assert schema.applied(before) == tuple(name for name, _ in schema.MIGRATIONS[:-1])
    assert before.execute("select guid, rating from revlog").fetchall() == [("g", 3)]
    before.close()


def test_a_migration_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "srs.db"
    open_database(path).close()
    had = schema.MIGRATIONS
    faulty = ("faulty", "create table extra (x text) strict;\ncreate table notes (x text) strict;")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*had, faulty))
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            open_database(path)
    database = open_database(path)
    assert schema.applied(database.connection) == tuple(name for name, _ in had)
    tables = database.connection.execute("select name from sqlite_master").fetchall()
    assert ("extra",) not in tables
    database.close()
