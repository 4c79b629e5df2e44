"""What one's own Anki has of the log: a card's progress reaches it by file once, with the card itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from srs.scheduler.queue import CardName
from srs.store.log import KEPT


def add(connection: sqlite3.Connection, names: Iterable[CardName], time: int) -> None:
    """Remember that Anki has cards, with what happened until a time; of those it had before it stays.

    Without their progress the time is 0.
    """
    connection.executemany(
        "insert into exported (guid, ord, until) values (?, ?, ?) on conflict do nothing",
        ((name.guid, name.ord, time) for name in names),
    )


def know(connection: sqlite3.Connection, name: CardName, time: int) -> None:
    """Remember that Anki has a card, however it came there, and until when it went on with it.

    The time is in ms since 1970; 0 is of a card that was never answered there.
    """
    if time:
        connection.execute(
            "insert into exported (guid, ord, until) values (?, ?, ?) "
            "on conflict do update set until = excluded.until where until < excluded.until",
            (name.guid, name.ord, time),
        )


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether no Anki of one's own is known."""
    return connection.execute("select 1 from exported limit 1").fetchone() is None


def lacking(connection: sqlite3.Connection) -> tuple[int, int]:
    """Count the answers given here that no file can bring; and when the first was, in ms since 1970.

    Those of cards that Anki went on with since then are left out.
    """
    count, since = connection.execute(
        "select count(*), coalesce(min(r.time), 0) from exported e "
        "join revlog r on r.guid = e.guid and r.ord = e.ord and r.time > e.until "
        f"where r.kind = 'answer' and r.source = 'srs' and {KEPT}"
    ).fetchone()
    return count, since
