"""Anki's collection: a database of schema 11, with settings as JSON, up to 18, with a table of them.

It is somebody's file, perhaps made to do harm: what it may run, how long and how large is limited,
and each value is taken for the type that it should have.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from srs.errors import SrsError
from srs.ids import digest
from srs.importers.package import unpacked
from srs.importers.reviews import CardLog, Review

NEWEST_SCHEMA = 18
MAX_REVIEWS = 10_000
"""So many reviews may a card have: somebody who answers it each day for 27 years has fewer."""

_TABLES = frozenset({"col", "notes", "cards", "revlog"})
_KEYS = ("schedVer", "rollover", "localOffset", "creationOffset")
_MAX_VALUE = 64 * 2**20
_PULSE = 1_000_000
_STEPS = 100 * 2**20
_STEPS_PER_BYTE = 20
"""Steps of SQLite's machine after which reading is given up; reading a log takes one a byte."""
_DAY = timedelta(days=1)

_REVIEWS = """
select r.cid, n.id, cast(n.guid as text), cast(c.ord as integer), cast(c.type as integer),
    cast(iif(c.odid, c.odue, c.due) as integer),
    cast(r.id as integer), cast(r.ease as integer), cast(r.ivl as integer),
    cast(r.factor as integer), cast(r.time as integer), cast(r.type as integer)
from revlog r cross join cards c on c.id = r.cid cross join notes n on n.id = c.nid
order by r.cid, r.id
"""


@dataclass(frozen=True, slots=True)
class AnkiCollection:
    """An open collection.

    `created` is in s since 1970, and names the collection. `offset` is how far its clock was ahead
    of UTC, and `rollover` the hour at which its days begin; None where it does not say.
    `first_scheduler` says that three buttons answered what is being learnt.
    """

    connection: sqlite3.Connection
    path: Path
    created: int
    offset: timedelta | None
    origin: date
    rollover: int | None
    first_scheduler: bool

    def guids(self) -> Iterator[str]:
        """Yield the guid of every note."""
        rows = self.rows("select id, cast(guid as text) from notes")
        return (guid or made_guid(note) for note, guid in rows)

    def has_progress(self) -> bool:
        """Tell whether any card was studied: the export leaves that out unless it is ticked."""
        found = (
            "select exists (select 1 from revlog) or exists (select 1 from cards where type <> 0)"
        )
        return any(some for (some,) in self.rows(found))

    def logs(self) -> Iterator[CardLog]:
        """Yield the cards that have reviews, each with all of them; one card at a time in memory."""
        for _, rows in groupby(self.rows(_REVIEWS), itemgetter(0)):
            own = list(islice(rows, MAX_REVIEWS + 1))
            if len(own) > MAX_REVIEWS:
                raise SrsError(f"{self.path} has a card with more than {MAX_REVIEWS} reviews")
            _, note, guid, ord, state, due, *_ = own[0]
            reviews = tuple(Review(*(value or 0 for value in row[6:])) for row in own)
            yield CardLog(
                guid or made_guid(note), (ord or 0) + 1, state or 0, self._day(due), reviews, note
            )

    def _day(self, number: int | None) -> date | None:
        """Return the study day of a number that may be one; Anki counts from the collection's."""
        try:
            return self.origin + number * _DAY if number is not None else None
        except OverflowError:
            return None

    def rows(self, sql: str) -> Iterator[Any]:
        """Yield the rows of a query; raises `SrsError` where the file is damaged."""
        with _sentences(self.path):
            for row in self.connection.execute(sql):  # noqa: UP028 - closes what is closed already
                yield row


def made_guid(note: int) -> str:
    """Return the guid of a note that has none in Anki."""
    return digest("anki", str(note))


@contextmanager
def opened(path: Path) -> Iterator[AnkiCollection]:
    """Open the collection that an `.apkg`, a `.colpkg` or a `collection.anki2` holds, to be read.

    Raises `SrsError`, while reading too, for what is none, is damaged, or is newer than we know.
    """
    with unpacked(path) as database, closing(_connect(database)) as connection:
        with _sentences(path):
            tables = {
                name
                for (name,) in connection.execute(
                    "select name from sqlite_master where type = 'table' and rootpage > 0"
                )
            }
            if not tables >= _TABLES:
                raise SrsError(f"{path} is a database, but no Anki collection")
            collection = _collection(connection, path, has_config="config" in tables)
        yield collection


def _connect(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    pulses = iter(range((_STEPS + _STEPS_PER_BYTE * database.stat().st_size) // _PULSE))
    connection.set_progress_handler(lambda: next(pulses, None) is None, _PULSE)
    connection.executescript(
        "pragma trusted_schema = off; pragma cell_size_check = on; pragma query_only = on"
    )
    return connection


def _collection(connection: sqlite3.Connection, path: Path, *, has_config: bool) -> AnkiCollection:
    row = connection.execute(
        "select cast(ver as integer), cast(crt as integer), cast(conf as text) from col limit 1"
    ).fetchone()
    if row is None:
        raise SrsError(f"{path} is an Anki collection without a beginning: export it again")
    version, created, conf = row
    if version is None or version > NEWEST_SCHEMA:
        raise SrsError(
            f"{path} is of a newer Anki than is known here: export with “Support older Anki versions”"
        )
    try:
        config = _config(connection) if has_config else json.loads(conf or "{}")
        said = {key: value for key in _KEYS if isinstance(value := config.get(key), int)}
        origin = datetime.fromtimestamp(created, UTC)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        raise SrsError(f"{path} is damaged: export it from Anki again") from error
    beginning, now = _offset(said.get("creationOffset")), _offset(said.get("localOffset"))
    rollover = said.get("rollover", -1)
    return AnkiCollection(
        connection,
        path,
        created,
        beginning if now is None else now,
        (origin + (beginning or timedelta())).date(),
        rollover if 0 <= rollover < 24 else None,
        said.get("schedVer", 1) == 1,
    )


def _config(connection: sqlite3.Connection) -> dict[str, object]:
    marks = ", ".join("?" * len(_KEYS))
    rows = connection.execute(
        f"select key, cast(val as text) from config where key in ({marks})", _KEYS
    )
    return {key: json.loads(value) for key, value in rows}


def _offset(minutes_west: int | None) -> timedelta | None:
    if minutes_west is None or abs(minutes_west) >= 24 * 60:
        return None
    return timedelta(minutes=-minutes_west)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            raise SrsError(f"{path} takes too long to read for its size: it is damaged") from error
        raise SrsError(
            f"{path} cannot be read ({error}): in Anki choose Tools > Check Database, then export again"
        ) from error
