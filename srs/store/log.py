"""What the log tells as a whole, without an event of it being read."""

from __future__ import annotations

import sqlite3

KEPT = (
    "not exists (select 1 from revlog u "
    "where u.guid = r.guid and u.ord = r.ord and u.undoes = r.time)"
)
"""Holds of a row `r` that was not taken back."""


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether the log holds no answer."""
    row = connection.execute("select 1 from revlog where kind = 'answer' limit 1").fetchone()
    return row is None


def newest(connection: sqlite3.Connection) -> int | None:
    """Return the time of the newest event in the log, in ms since 1970."""
    (time,) = connection.execute("select max(time) from revlog").fetchone()
    assert time is None or isinstance(time, int)
    return time


def taken(connection: sqlite3.Connection, answers: int) -> list[tuple[int, int, int]]:
    """Return what cards took on a day: the state they began it in, how many, and the ms of all.

    Looks at the last `answers` of which it is known; one that was taken back is none.
    """
    found = connection.execute(
        "select state_before, count(*), sum(taken) from ("
        "select state_before, sum(taken_ms) as taken, min(time) from ("
        "select guid, ord, day, time, state_before, taken_ms from revlog r "
        f"where kind = 'answer' and taken_ms > 0 and {KEPT} order by time desc limit ?"
        ") group by guid, ord, day) where state_before is not null group by state_before",
        (answers,),
    )
    return found.fetchall()
