"""Cards and their log: rows to values and back, and the one way to write an event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from srs.model import Rating
from srs.scheduler.card import Card, Learning, Memory, New, Phase, Review, State
from srs.scheduler.fold import Derived, fold, step
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.scheduler.queue import CardName

_CARD = (
    "state, step, due_ms, due_day, interval, stability, difficulty, last_day, last_ms, reps, "
    "lapses, suspended, buried"
)
_EVENT = (
    "guid, ord, time, kind, day, offset, device, source, rating, taken_ms, state, step, delay, "
    "interval, undoes"
)
_DERIVED = (
    "elapsed, state_before, stability_before, difficulty_before, stability, difficulty, recall"
)


def read(connection: sqlite3.Connection, name: CardName) -> Card:
    """Return a card as the cards table has it."""
    row = connection.execute(
        f"select {_CARD} from cards where guid = ? and ord = ?", (name.guid, name.ord)
    ).fetchone()
    return Card() if row is None else _card(row)


def _card(row: tuple[object, ...]) -> Card:
    (state, step, due_ms, due_day, interval, stability, difficulty, last_day, last_ms, reps,
     lapses, suspended, buried) = row  # fmt: skip
    phase: Phase = New()
    if isinstance(stability, float) and isinstance(difficulty, float):
        memory = Memory(stability, difficulty, date.fromisoformat(str(last_day)))
        if isinstance(due_day, str) and isinstance(interval, int):
            phase = Review(memory, date.fromisoformat(due_day), interval)
        elif isinstance(due_ms, int) and isinstance(step, int):
            phase = Learning(memory, step, due_ms, state == State.RELEARNING.value)
    assert isinstance(last_ms, int)
    assert isinstance(reps, int)
    assert isinstance(lapses, int)
    away = date.fromisoformat(buried) if isinstance(buried, str) else None
    return Card(phase, reps, lapses, last_ms, bool(suspended), away)


def write(connection: sqlite3.Connection, name: CardName, card: Card) -> None:
    """Put a card's value into its row."""
    memory = card.memory
    learning = card.phase if isinstance(card.phase, Learning) else None
    review = card.phase if isinstance(card.phase, Review) else None
    connection.execute(
        f"update cards set ({_CARD}) = ({', '.join('?' * 13)}) where guid = ? and ord = ?",
        (
            card.state.value, learning and learning.step, learning and learning.due_ms,
            review and review.due.isoformat(), review and review.interval,
            memory and memory.stability, memory and memory.difficulty,
            memory and memory.day.isoformat(), card.last_ms, card.reps, card.lapses,
            card.suspended, card.buried and card.buried.isoformat(), name.guid, name.ord,
        ),
    )  # fmt: skip


def append(
    connection: sqlite3.Connection, event: Event, parameters: tuple[float, ...]
) -> tuple[Event, Card]:
    """Write an event and what becomes of its card; return both.

    The event's time is moved to the first millisecond after the card's last event that is free
    in the whole log. The caller holds the transaction.
    """
    name = CardName(event.guid, event.ord)
    card = read(connection, name)
    event = replace(event, time=_free_time(connection, max(event.time, card.last_ms + 1)))
    insert(connection, [event])
    if event.kind is EventKind.UNDO:
        card = rebuild(connection, name, parameters)
    else:
        card, facts = step(card, event, parameters)
        write(connection, name, card)
        if facts is not None:
            _write_derived(connection, name, [facts])
    return event, card


def insert(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Write events as they are; those already there stay as they are."""
    connection.executemany(
        f"insert into revlog ({_EVENT}) values ({', '.join('?' * 15)}) "
        "on conflict (guid, ord, time) do nothing",
        [_event_row(event) for event in events],
    )


def rebuild(connection: sqlite3.Connection, name: CardName, parameters: tuple[float, ...]) -> Card:
    """Make one card anew from its log, and what is derived beside it."""
    card, derived = fold(events(connection, name), parameters)
    write(connection, name, card)
    connection.execute(
        f"update revlog set ({_DERIVED}) = (null, null, null, null, null, null, null) "
        "where guid = ? and ord = ?",
        (name.guid, name.ord),
    )
    _write_derived(connection, name, derived)
    return card


def events(connection: sqlite3.Connection, name: CardName) -> list[Event]:
    """Return a card's events in order of time."""
    rows = connection.execute(
        f"select {_EVENT} from revlog where guid = ? and ord = ? order by time",
        (name.guid, name.ord),
    )
    return [_event(row) for row in rows]


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether the log holds no answer."""
    row = connection.execute("select 1 from revlog where kind = 'answer' limit 1").fetchone()
    return row is None


def last_done(connection: sqlite3.Connection) -> Event | None:
    """Return the newest event that was made in srs, is no undo, and has not been taken back."""
    row = connection.execute(
        f"select {_EVENT} from revlog r where kind <> 'undo' and source in ('srs', 'leech') "
        "and not exists (select 1 from revlog u "
        "where u.guid = r.guid and u.ord = r.ord and u.undoes = r.time) order by time desc limit 1"
    ).fetchone()
    return None if row is None else _event(row)


def _free_time(connection: sqlite3.Connection, wanted: int) -> int:
    while connection.execute("select 1 from revlog where time = ?", (wanted,)).fetchone():
        wanted += 1
    return wanted


def _write_derived(
    connection: sqlite3.Connection, name: CardName, derived: Iterable[Derived]
) -> None:
    connection.executemany(
        f"update revlog set ({_DERIVED}) = (?, ?, ?, ?, ?, ?, ?) where guid = ? and ord = ? and time = ?",
        [
            (
                d.elapsed, d.state.value, d.before and d.before.stability,
                d.before and d.before.difficulty, d.after.stability, d.after.difficulty, d.recall,
                name.guid, name.ord, d.time,
            )
            for d in derived
        ],
    )  # fmt: skip


def _event_row(event: Event) -> tuple[object, ...]:
    outcome = event.outcome
    return (
        event.guid, event.ord, event.time, event.kind.value, event.day.isoformat(), event.offset,
        event.device, event.source, event.rating and event.rating.value, event.taken_ms,
        outcome and outcome.state.value, outcome and outcome.step, outcome and outcome.delay,
        outcome and outcome.interval, event.undoes,
    )  # fmt: skip


def _event(row: tuple[object, ...]) -> Event:
    (guid, ord, time, kind, day, offset, device, source, rating, taken, state, step, delay,
     interval, undoes) = row  # fmt: skip
    outcome = None
    if state is not None:
        outcome = Outcome(State(state), _int(step) or 0, _int(delay), _int(interval))
    return Event(
        str(guid), _int(ord) or 0, _int(time) or 0, EventKind(kind), date.fromisoformat(str(day)),
        _int(offset) or 0, str(device), str(source), None if rating is None else Rating(rating),
        _int(taken), outcome, _int(undoes),
    )  # fmt: skip


def _int(value: object) -> int | None:
    assert value is None or isinstance(value, int)
    return value
