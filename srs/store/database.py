"""The database file: opened, migrated, backed up; its faults put into sentences."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from srs.errors import SrsError
from srs.store import schema

KEPT_COPIES = 5
BUSY_SECONDS = 5.0
CACHE_KB = 16_000
"""Enough that making all cards anew writes each page once."""


class Database:
    """An open database. `connection` is in autocommit; writing happens in `transaction()`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock; commit at the end, or leave everything as it was."""
        with self.faults():
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("rollback")
                raise

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what SQLite says of a file into a sentence."""
        with _sentences(self.path):
            yield

    def setting(self, name: str) -> str | None:
        """Return a row of the settings table."""
        row = self.connection.execute("select value from settings where name = ?", (name,))
        found = row.fetchone()
        return None if found is None else str(found[0])

    def set(self, name: str, value: str) -> None:
        """Write a row of the settings table."""
        self.connection.execute(
            "insert into settings values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, value),
        )

    def copy(self, reason: str) -> Path:
        """Copy the database beside itself before something drastic; the last five are kept.

        What the transaction at hand has written so far is not in the copy.
        """
        folder = self.path.parent / "backups"
        pattern = re.compile(rf"{re.escape(self.path.stem)}-(\d+)-[a-z]+\.db")
        try:
            folder.mkdir(exist_ok=True)
            found = ((pattern.fullmatch(old.name), old) for old in folder.iterdir())
            copies = sorted((int(match[1]), old) for match, old in found if match)
            number = copies[-1][0] + 1 if copies else 1
            target = folder / f"{self.path.stem}-{number:04}-{reason}.db"
            unfinished = target.with_suffix(".part")
            with self.faults():
                _back_up(self.path, unfinished)
            unfinished.replace(target)
            for _, old in copies[: max(0, len(copies) + 1 - KEPT_COPIES)]:
                old.unlink()
        except OSError as error:
            raise SrsError(
                f"cannot copy {self.path} to {folder}: {error.strerror}; make the folder writable"
            ) from error
        return target

    def close(self) -> None:
        self.connection.close()


def copy_database(path: Path, target: Path) -> None:
    """Copy a database that may be in use to a new place, whose folder is made."""
    make_folder(target.parent)
    with _sentences(path):
        _back_up(path, target)


def _back_up(path: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as source,
        closing(sqlite3.connect(target)) as destination,
    ):
        source.execute("begin")  # held by a reader, or `backup` would wait for a writer forever
        source.execute("select 1 from sqlite_master limit 1").fetchone()
        source.backup(destination)


def open_database(path: Path) -> Database:
    """Open the database at `path`, making or migrating it where needed.

    Raises `SrsError` where the file is newer than the program, is none of ours, is locked or
    cannot be written.
    """
    if not path.exists():
        make_folder(path.parent)
    with _sentences(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            database = _prepared(connection, path)
        except BaseException:
            connection.close()
            raise
    return database


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma cache_size = -{CACHE_KB}")
    database = Database(connection, path)
    had, has_tables = _found(connection)
    names = tuple(name for name, _ in schema.MIGRATIONS)
    if set(had) - set(names):
        raise SrsError(f"{path} was written by a newer srs: upgrade with `pipx upgrade srs-cards`")
    if has_tables and not had:
        raise SrsError(f"{path} is a database of another program: name another file with --db")
    connection.execute("pragma journal_mode = truncate")
    if had != names:
        with database.transaction():
            _migrate(database, names)
    return database


def _found(connection: sqlite3.Connection) -> tuple[tuple[str, ...], bool]:
    """Return a file's migrations and whether it has tables, both at one moment."""
    connection.execute("begin")
    try:
        tables = connection.execute("select 1 from sqlite_master limit 1").fetchone()
        return schema.applied(connection), tables is not None
    finally:
        connection.execute("rollback")


def _migrate(database: Database, names: tuple[str, ...]) -> None:
    """Make all tables or none, unless another process has made them meanwhile."""
    had = schema.applied(database.connection)
    if had == names:
        return
    if had:
        database.copy("migrate")
    schema.migrate(database.connection)
    if database.setting("device") is None:
        import secrets

        database.set("device", secrets.token_hex(4))


def make_folder(folder: Path) -> None:
    """Make the folder for what is a person's own; in a corpus it is hidden from git."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if folder.name == ".srs" and not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise SrsError(
            f"cannot make the folder {folder}: {error.strerror}; "
            "make its own folder writable, or name a place for the database with --db"
        ) from error


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorname", "")
        advice = next((text for name, text in _FAULTS if code.startswith(name)), None)
        if advice is None:
            raise
        raise SrsError(f"{path}: {advice}") from error


_FAULTS = (
    ("SQLITE_BUSY", "another srs is writing to this database; try again when it is done"),
    ("SQLITE_LOCKED", "another srs is writing to this database; try again when it is done"),
    ("SQLITE_READONLY", "this database cannot be written; make it and its folder writable, or name another with --db"),
    ("SQLITE_CANTOPEN", "this database cannot be opened; look at its folder and permissions, or name another with --db"),
    ("SQLITE_PERM", "this database may not be opened; look at its permissions, or name another with --db"),
    ("SQLITE_NOTADB", "this file is no database; name another with --db"),
    ("SQLITE_CORRUPT", "this database is damaged; restore the newest copy from the folder `backups` beside it"),
    ("SQLITE_FULL", "the disk is full; nothing was lost, make room and try again"),
    ("SQLITE_IOERR", "the disk reported an error; nothing was changed, look at its free space and state"),
)  # fmt: skip
