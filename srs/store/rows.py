"""Cards, events and what is derived of them, as rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from srs.model import Rating
from srs.scheduler.card import Card, Learning, Memory, New, Phase, Review, State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome

Row = Sequence[Any]
"""What a `STRICT` table gives back: its columns' types are those of the schema."""

CARD = (
    "state, step, due_ms, due_day, interval, last_day, last_ms, reps, lapses, suspended, buried, "
    "stability, difficulty"
)
EVENT = (
    "guid, ord, time, kind, day, offset, device, source, rating, taken_ms, state, step, delay, "
    "interval, undoes"
)
DERIVED = (
    "elapsed, state_before, stability_before, difficulty_before, stability, difficulty, recall"
)
"""As the fields of `srs.scheduler.fold.Derived`."""

LINE = (
    "time, kind, cast(julianday(day) - 1721424.5 as integer), rating, state, step, delay, interval, "
    "undoes"
)
"""As `srs.scheduler.fold.Line` has them."""

NOTHING_DERIVED: Row = (None,) * 7

_KINDS = {kind.value: kind for kind in EventKind}
_RATINGS = {rating.value: rating for rating in Rating}


def card(row: Row) -> Card:
    """Make a card of a row of `CARD`."""
    (state, step, due_ms, due_day, interval, last_day, last_ms, reps, lapses, suspended, buried,
     stability, difficulty) = row  # fmt: skip
    phase: Phase = New()
    if stability is not None:
        memory = Memory(stability, difficulty, date.fromisoformat(last_day))
        if due_day is not None:
            phase = Review(memory, date.fromisoformat(due_day), interval)
        else:
            phase = Learning(memory, step, due_ms, state == State.RELEARNING.value)
    away = None if buried is None else date.fromisoformat(buried)
    return Card(phase, reps, lapses, last_ms, bool(suspended), away)


def card_row(card: Card) -> Row:
    """Return a card as a row of `CARD`."""
    memory = card.memory
    learning = card.phase if isinstance(card.phase, Learning) else None
    review = card.phase if isinstance(card.phase, Review) else None
    return (
        card.state.value, learning and learning.step, learning and learning.due_ms,
        review and review.due.isoformat(), review and review.interval,
        memory and memory.day.isoformat(), card.last_ms, card.reps, card.lapses,
        card.suspended, card.buried and card.buried.isoformat(),
        memory and memory.stability, memory and memory.difficulty,
    )  # fmt: skip


def event(row: Row) -> Event:
    """Make an event of a row of `EVENT`."""
    (guid, ord, time, kind, day, offset, device, source, rating, taken_ms, state, step, delay,
     interval, undoes) = row  # fmt: skip
    return Event(
        guid, ord, time, _KINDS[kind], _day(day), offset, device, source,
        None if rating is None else _RATINGS[rating], taken_ms,
        None if state is None else _outcome(state, step, delay, interval), undoes,
    )  # fmt: skip


def event_row(event: Event) -> Row:
    """Return an event as a row of `EVENT`."""
    outcome = event.outcome
    return (
        event.guid, event.ord, event.time, event.kind.value, event.day.isoformat(), event.offset,
        event.device, event.source, event.rating and event.rating.value, event.taken_ms,
        outcome and outcome.state.value, outcome and outcome.step, outcome and outcome.delay,
        outcome and outcome.interval, event.undoes,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=4096)
def _outcome(state: int, step: int, delay: int | None, interval: int | None) -> Outcome:
    return Outcome(State(state), step, delay, interval)
