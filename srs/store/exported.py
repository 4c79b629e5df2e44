"""What an Anki has of the log: a card's progress reaches it by file once, with the card itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from srs.scheduler.queue import CardName
from srs.store.log import KEPT


def add(connection: sqlite3.Connection, names: Iterable[CardName], time: int) -> None:
    """Remember that cards were exported with their progress; of those exported before it stays."""
    connection.executemany(
        "insert into exported (guid, ord, until) values (?, ?, ?) on conflict do nothing",
        ((name.guid, name.ord, time) for name in names),
    )


def know(connection: sqlite3.Connection, name: CardName, time: int) -> None:
    """Remember that Anki went on with a card, and until when, in ms since 1970."""
    connection.execute(
        "update exported set until = ? where guid = ? and ord = ? and until < ?",
        (time, name.guid, name.ord, time),
    )


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether no progress has ever been exported."""
    return connection.execute("select 1 from exported limit 1").fetchone() is None


def lacking(connection: sqlite3.Connection) -> tuple[int, int]:
    """Count the answers given here that no file can bring; and since when, in ms since 1970.

    Those of cards that Anki went on with since then are left out.
    """
    count, since = connection.execute(
        "select count(*), coalesce(min(e.until), 0) from exported e "
        "join revlog r on r.guid = e.guid and r.ord = e.ord and r.time > e.until "
        f"where r.kind = 'answer' and r.source = 'srs' and {KEPT}"
    ).fetchone()
    return count, since
