"""What may be studied, and when: the candidates of a day, and the days to come."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.store import search
from srs.store.log import KEPT
from srs.store.search import Clause, Today

_STREAM = "from files f cross join notes n using (path) cross join cards c using (guid)"
"""In this order the corpus' order needs no sorting, and the first cards come at once."""
_ORDERS = {
    "corpus": search.ORDER,
    "signal": search.ORDER.replace("order by", f"order by {search.SIGNAL},"),
}


class Found(NamedTuple):
    """A card with its deck and what it is ordered by.

    `rank` is its deck's place in the corpus; `waited` is the share of its stability that has
    passed, and recall falls as that grows; of a new card it is infinite. A tuple, as after months
    away all cards are due.
    """

    guid: str
    ord: int
    deck: str
    rank: int
    due_day: str
    waited: float

    @property
    def card(self) -> CardName:
        return CardName(self.guid, self.ord)


def found(
    connection: sqlite3.Connection,
    condition: Clause,
    extra: Clause,
    today: Today,
    order: str = "corpus",
) -> list[Found]:
    """Return the cards that two conditions select, in the corpus' order or by `signal`."""
    return list(_found(connection, condition, extra, today, search.FROM, _ORDERS[order]))


def new(
    connection: sqlite3.Connection, condition: Clause, today: Today, order: str
) -> Iterator[Found]:
    """Yield the new cards that may be studied, in the corpus' order or by `signal`."""
    extra = _open("c.state = 0", (), today)
    if order == "signal":
        return _found(connection, condition, extra, today, search.FROM, _ORDERS[order])
    # With `+` SQLite looks a note's cards up, and not all cards of a state again for each note.
    each = (f"+({condition[0]})", condition[1]), (f"+({extra[0]})", extra[1])
    return _found(connection, *each, today, _STREAM, search.ORDER)


def in_steps(today: Today, settings: Settings) -> Clause:
    """Select the cards in learning steps that are due before the study day ends."""
    end = max(today.starts_ms(-1), today.now_ms + settings.learn_ahead * 1000)
    return _open("c.state in (1, 3) and c.due_ms < ?", (end,), today)


def due_within(today: Today, ahead: int) -> Clause:
    """Select the reviews that are due, or will be within some days."""
    return _open("c.state = 2 and c.due_day <= ?", (_later(today, ahead),), today)


def studied(today: Today) -> Clause:
    """Select all cards that may be studied, whenever they are due."""
    return _open("1", (), today)


def _open(condition: str, parameters: tuple[object, ...], today: Today) -> Clause:
    """Select of some cards those that may be studied."""
    away = "not c.suspended and not n.retired and coalesce(c.buried, '') <> ?"
    return f"({condition}) and {away}", (*parameters, today.day.isoformat())


def _found(
    connection: sqlite3.Connection,
    condition: Clause,
    extra: Clause,
    today: Today,
    tables: str,
    order: str,
) -> Iterator[Found]:
    search.enable_power(connection, condition[0])
    rows = connection.execute(
        "select c.guid, c.ord, n.deck, f.rank, coalesce(c.due_day, ''), "
        "coalesce((julianday(?) - julianday(c.last_day)) / c.stability, 9e999) "
        f"{tables} where {search.LIVE} and ({condition[0]}) and ({extra[0]}) {order}",
        (today.day.isoformat(), *condition[1], *extra[1]),
    )
    return map(Found._make, rows)


class Done(NamedTuple):
    """A card answered on a day, its deck, and the state before; `forgotten` if it is new again."""

    guid: str
    deck: str
    before: int
    forgotten: bool


def done(connection: sqlite3.Connection, day: date) -> list[Done]:
    """Return the cards answered on a study day.

    A card is counted once as new and once as a review, however often it was answered.
    """
    rows = connection.execute(
        "select distinct r.guid, r.ord, n.deck, r.state_before, coalesce(c.state, 1) = 0 "
        "from revlog r join notes n using (guid) left join cards c using (guid, ord) "
        f"where r.day = ? and r.kind = 'answer' and {KEPT}",
        (day.isoformat(),),
    )
    return [Done(guid, deck, before, bool(new)) for guid, _, deck, before, new in rows]


def next_due(
    connection: sqlite3.Connection, condition: Clause, today: Today
) -> tuple[int | None, date | None]:
    """Return when the first learning card is due, in ms, and the first day of another card.

    Those days begin tomorrow; a learning card buried today is one of the others.
    """
    search.enable_power(connection, condition[0])
    away = "coalesce(c.buried, '') = ?"
    moment, day = connection.execute(
        f"select min(c.due_ms) filter (where c.state in (1, 3) and not {away}), "
        f"min(max(coalesce(c.due_day, ''), ?)) filter (where c.state = 2 or c.state > 0 and {away}) "
        f"{search.FROM} where {search.LIVE} and not c.suspended and not n.retired and ({condition[0]})",
        (today.day.isoformat(), _later(today, 1), today.day.isoformat(), *condition[1]),
    ).fetchone()
    return moment, None if day is None else date.fromisoformat(day)


def by_day(
    connection: sqlite3.Connection,
    condition: Clause,
    today: Today,
    days: int,
    *,
    by_deck: bool,
    later: bool = False,
) -> list[tuple[str, date, int]]:
    """Count the reviews that are due within some days: deck or "", study day, how many.

    What is overdue is due today, and what is buried today tomorrow; `later` leaves today out.
    """
    search.enable_power(connection, condition[0])
    deck = "n.deck" if by_deck else "''"
    which = "(c.due_day > ?1 or c.buried = ?1)" if later else "1"
    rows = connection.execute(
        f"select {deck}, max(c.due_day, case c.buried when ?1 then ?2 else ?1 end), count(*) "
        f"from cards c join notes n using (guid) where {search.LIVE} and not c.suspended "
        f"and not n.retired and c.state = 2 and c.due_day < ?3 and {which} and ({condition[0]}) "
        "group by 1, 2",
        (today.day.isoformat(), _later(today, 1), _later(today, days), *condition[1]),
    )
    return [(deck, date.fromisoformat(day), count) for deck, day, count in rows]


def _later(today: Today, days: int) -> str:
    return (today.day + timedelta(days=days)).isoformat()
