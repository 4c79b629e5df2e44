"""Cards and their log: read, made anew, and the one way to write an event."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from srs.scheduler.card import Card
from srs.scheduler.fold import Derived, replay, step
from srs.scheduler.log import Event, EventKind
from srs.scheduler.queue import CardName
from srs.store import rows
from srs.store.log import KEPT

BATCH = 100
"""So many cards are made anew at a time."""


@dataclass(frozen=True, slots=True)
class History:
    """A card, its log in order of time, and what is derived of each event."""

    ord: int
    card: Card
    events: tuple[Event, ...]
    derived: tuple[Derived | None, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cards were made anew, from how many events, and how many came out different."""

    cards: int
    events: int
    different: int


def read(connection: sqlite3.Connection, name: CardName) -> Card:
    """Return a card as the cards table has it."""
    row = connection.execute(
        f"select {rows.CARD} from cards where guid = ? and ord = ?", (name.guid, name.ord)
    ).fetchone()
    return Card() if row is None else rows.card(row)


def write(connection: sqlite3.Connection, name: CardName, card: Card) -> None:
    """Put a card's value into its row."""
    connection.execute(_UPDATE_CARD, (*rows.card_row(card), name.guid, name.ord))


def append(
    connection: sqlite3.Connection, event: Event, parameters: tuple[float, ...]
) -> tuple[Event, Card]:
    """Write an event and what becomes of its card; return both.

    The event's time is moved to the first millisecond after the card's last event that is free
    in the whole log. The card's memory must have been made with the same parameters: whoever
    changes them makes all cards anew. The caller holds the transaction.
    """
    name = CardName(event.guid, event.ord)
    card = read(connection, name)
    event = replace(event, time=_free_time(connection, max(event.time, card.last_ms + 1)))
    insert(connection, [event])
    if event.kind is EventKind.UNDO:
        card = rebuild(connection, name, parameters)
    else:
        connection.execute(_DONE, (event.guid, event.ord, event.time))
        card, facts = step(card, event, parameters)
        write(connection, name, card)
        if facts is not None:
            connection.execute(_UPDATE_DERIVED, (*facts, event.guid, event.ord, event.time))
    return event, card


def insert(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Write events as they are; those already there stay as they are."""
    connection.executemany(
        f"insert into revlog ({rows.EVENT}) values ({_marks(15)}) "
        "on conflict (guid, ord, time) do nothing",
        map(rows.event_row, events),
    )


def rebuild(connection: sqlite3.Connection, name: CardName, parameters: tuple[float, ...]) -> Card:
    """Make one card anew from its log, and what is derived beside it."""
    key = (name.guid, name.ord)
    _add_missing(connection, "guid = ? and ord = ?", key)
    _remake(connection, "guid = ? and ord = ?", key, parameters)
    return read(connection, name)


def count(connection: sqlite3.Connection) -> int:
    """Count all cards, gone ones too."""
    (found,) = connection.execute("select count(*) from cards").fetchone()
    assert isinstance(found, int)
    return found


def rebuild_all(
    connection: sqlite3.Connection,
    parameters: tuple[float, ...],
    progress: Callable[[int], None] = lambda done: None,
) -> Rebuilt:
    """Make all cards anew from the log, and what is derived beside it; tell how many are done.

    Stability and difficulty are computed with `parameters`; state, step and due are what the last
    answers decided. Memory stays bounded. The caller holds the transaction.
    """
    _add_missing(connection, "1", ())
    total = Rebuilt(0, 0, 0)
    last: tuple[str, int] = ("", 0)
    while keys := connection.execute(
        "select guid, ord from cards where (guid, ord) > (?, ?) order by guid, ord limit ?",
        (*last, BATCH),
    ).fetchall():
        between = (*last, *keys[-1])
        done = _remake(
            connection, "(guid, ord) > (?, ?) and (guid, ord) <= (?, ?)", between, parameters
        )
        total = Rebuilt(
            total.cards + done.cards, total.events + done.events, total.different + done.different
        )
        last = keys[-1]
        progress(total.cards)
    return total


def _add_missing(connection: sqlite3.Connection, which: str, key: tuple[object, ...]) -> None:
    """Give cards a row that have a log but, having come from elsewhere, no text yet."""
    connection.execute(
        "insert into cards (guid, ord, gone) "
        f"select distinct guid, ord, 1 from revlog where {which} on conflict do nothing",
        key,
    )


def _remake(
    connection: sqlite3.Connection,
    which: str,
    key: tuple[object, ...],
    parameters: tuple[float, ...],
) -> Rebuilt:
    """Make some cards anew; only rows that come out different are written."""
    logged = connection.execute(
        f"select {rows.DERIVED}, guid, ord, {rows.LINE} from revlog where {which} "
        "order by guid, ord, time",
        key,
    ).fetchall()
    log_of = {name: list(own) for name, own in groupby(logged, itemgetter(7, 8))}
    found = connection.execute(
        f"select guid, ord, {rows.CARD} from cards where {which}", key
    ).fetchall()
    changed: list[rows.Row] = []
    memories: list[rows.Row] = []
    answers: list[rows.Row] = []
    different = 0
    for guid, ord, *had in found:
        own = log_of.get((guid, ord), [])
        card, derived = replay([row[9:] for row in own], parameters)
        pairs = zip((facts or rows.NOTHING_DERIVED for facts in derived), own, strict=True)
        rewritten = [facts + row[7:10] for facts, row in pairs if facts != row[:7]]
        made = rows.card_row(card)
        if made != tuple(had):
            *schedule, stability, difficulty = made
            if schedule == had[:-2]:
                memories.append((stability, difficulty, guid, ord))
            else:
                changed.append((*made, guid, ord))
        answers += rewritten
        different += bool(rewritten) or made != tuple(had)
    connection.executemany(_UPDATE_CARD, changed)
    connection.executemany(_UPDATE_MEMORY, memories)
    connection.executemany(_UPDATE_DERIVED, answers)
    return Rebuilt(len(found), len(logged), different)


def histories(connection: sqlite3.Connection, guid: str) -> list[History]:
    """Return those of a note's cards that anything has happened to, in order of ord."""
    found: dict[int, tuple[list[Event], list[Derived | None]]] = {}
    for row in connection.execute(
        f"select {rows.DERIVED}, {rows.EVENT} from revlog where guid = ? order by ord, time",
        (guid,),
    ):
        event = rows.event(row[7:])
        events, derived = found.setdefault(event.ord, ([], []))
        events.append(event)
        derived.append(None if row[1] is None else Derived(*row[:7]))
    return [
        History(ord, read(connection, CardName(guid, ord)), tuple(events), tuple(derived))
        for ord, (events, derived) in found.items()
    ]


def events(connection: sqlite3.Connection, name: CardName) -> list[Event]:
    """Return a card's events in order of time."""
    found = connection.execute(
        f"select {rows.EVENT} from revlog where guid = ? and ord = ? order by time",
        (name.guid, name.ord),
    )
    return [rows.event(row) for row in found]


def times(connection: sqlite3.Connection, name: CardName) -> dict[int, tuple[str, int | None]]:
    """Return when something happened to a card, in ms since 1970: what kind, and which rating."""
    found = connection.execute(
        "select time, kind, rating from revlog where guid = ? and ord = ?", (name.guid, name.ord)
    )
    return {time: (kind, rating) for time, kind, rating in found}


def last_done(connection: sqlite3.Connection) -> Event | None:
    """Return what was done last on this device, whatever its clock said, and not taken back."""
    row = connection.execute(
        f"select {rows.EVENT} from done join revlog r using (guid, ord, time) "
        f"where {KEPT} order by n desc limit 1"
    ).fetchone()
    return None if row is None else rows.event(row)


def _free_time(connection: sqlite3.Connection, wanted: int) -> int:
    while connection.execute("select 1 from revlog where time = ?", (wanted,)).fetchone():
        wanted += 1
    return wanted


def _marks(count: int) -> str:
    return ", ".join("?" * count)


_DONE = "insert into done (guid, ord, time) values (?, ?, ?)"
_UPDATE_CARD = f"update cards set ({rows.CARD}) = ({_marks(13)}) where guid = ? and ord = ?"
_UPDATE_MEMORY = "update cards set stability = ?, difficulty = ? where guid = ? and ord = ?"
"""For new parameters, which change nothing that is in an index."""
_UPDATE_DERIVED = (
    f"update revlog set ({rows.DERIVED}) = ({_marks(7)}) where guid = ? and ord = ? and time = ?"
)
