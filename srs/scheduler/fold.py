"""A card is a pure fold of its events and the current FSRS parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from srs.model import Rating
from srs.scheduler import fsrs
from srs.scheduler.card import Card, Memory, New, State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome

Line = tuple[int, str, int, int | None, int | None, int | None, int | None, int | None, int | None]
"""What counts of an event, as the log has it: time, kind, study day as an ordinal, rating; state,
step, delay and interval that were decided; the time of the event that is taken back."""


# Plain values, as looking them up in an enum takes longer than comparing them.
_ANSWER, _UNDO, _FORGET = EventKind.ANSWER.value, EventKind.UNDO.value, EventKind.FORGET.value
_SUSPEND, _UNSUSPEND = EventKind.SUSPEND.value, EventKind.UNSUSPEND.value
_BURY, _RESCHEDULE = EventKind.BURY.value, EventKind.RESCHEDULE.value
_AGAIN, _NEW, _LEARNING = Rating.AGAIN.value, State.NEW.value, State.LEARNING.value
_REVIEW, _RELEARNING = State.REVIEW.value, State.RELEARNING.value
_LEARNT = (_REVIEW, _RELEARNING)
_BLANK = Card()


class Derived(NamedTuple):
    """What an answer looked like to the model: facts for statistics, beside the log.

    `elapsed` is in study days, None at the first answer, as are `stability_before` and
    `difficulty_before`; `recall` is the predicted chance then. A tuple, as there is one for each
    answer ever given.
    """

    elapsed: int | None
    state_before: int
    stability_before: float | None
    difficulty_before: float | None
    stability: float
    difficulty: float
    recall: float | None


def fold(
    events: Iterable[Event], parameters: tuple[float, ...]
) -> tuple[Card, tuple[Derived | None, ...]]:
    """Replay one card's events, in any order; undone ones count for nothing.

    Stability and difficulty are computed anew; state, step and due are taken from what the last
    answer decided. In order of time, each event has what is derived of it. A card that was a review
    is never learnt again unless it was forgotten: where it was new on another device too, the steps
    that were decided there are relearning.
    """
    card, derived = replay(sorted(map(line, events), key=itemgetter(0)), parameters)
    return card, tuple(derived)


def step(card: Card, event: Event, parameters: tuple[float, ...]) -> tuple[Card, Derived | None]:
    """Return a card after one more event that is no undo, and what is derived of it.

    The card's memory must have been made with the same parameters, or it is not that of `fold`.
    """
    assert event.kind is not EventKind.UNDO
    card, (derived,) = replay([line(event)], parameters, card)
    return card, derived


def line(event: Event) -> Line:
    """Return what counts of an event."""
    rating = event.rating and event.rating.value
    state = step = delay = interval = None
    if (decided := event.outcome) is not None:
        state, step = decided.state.value, decided.step
        delay, interval = decided.delay, decided.interval
    return (
        event.time, event.kind, event.day.toordinal(), rating, state, step, delay, interval,
        event.undoes,
    )  # fmt: skip


def replay(
    lines: Sequence[Line], parameters: tuple[float, ...], card: Card = _BLANK
) -> tuple[Card, list[Derived | None]]:
    """Fold the lines of a card, in order of time, into what the events before made of it.

    As there may be millions, an answer is plain numbers here, and the card is put together last.
    """
    answered = fsrs.answering(parameters)
    new = tuple.__new__  # what a named tuple's own calls, at half the cost
    undone = {each[-1] for each in lines if each[1] == _UNDO}
    derived: list[Derived | None] = []
    stability = difficulty = seen = None
    if (memory := card.memory) is not None:
        stability, difficulty, seen = memory.stability, memory.difficulty, memory.day.toordinal()
    phase, now, decided = card.phase, card.state.value, None
    reps, lapses, suspended, buried = card.reps, card.lapses, card.suspended, card.buried
    time = card.last_ms
    for time, kind, day, rating, state, step, delay, interval, _ in lines:
        facts = None
        if time in undone:
            pass
        elif kind == _ANSWER:
            assert rating is not None
            assert state is not None
            elapsed = None if seen is None else day - seen if day > seen else 0
            s, d, recall = answered(stability, difficulty, rating, elapsed or 0)
            facts = new(Derived, (elapsed, now, stability, difficulty, s, d, recall))
            stability, difficulty = s, d
            seen = day if seen is None or day > seen else seen
            reps, lapses = reps + 1, lapses + (rating == _AGAIN and now == _REVIEW)
            if state == _LEARNING and now in _LEARNT:
                state = _RELEARNING
            now, buried = state, None
            decided = state, step or 0, delay, interval, time, day
        elif kind in (_SUSPEND, _UNSUSPEND):
            suspended = kind == _SUSPEND
        elif kind == _BURY:
            buried = date.fromordinal(day)
        elif kind == _FORGET:
            stability = difficulty = seen = decided = None
            phase, now, reps, lapses = New(), _NEW, 0, 0
        elif kind == _RESCHEDULE and interval is not None and seen is not None:
            # As in Anki the card's interval goes from its last answer to when it is due.
            now, decided = _REVIEW, (_REVIEW, 0, None, day + interval - seen, time, seen)
        derived.append(facts)
    if stability is not None and difficulty is not None and seen is not None:
        memory = Memory(stability, difficulty, date.fromordinal(seen))
        if decided is not None:
            state, step, delay, interval, when, day = decided
            outcome = Outcome(State(state), step, delay, interval)
            phase = outcome.phase(memory, when, date.fromordinal(day))
    return Card(phase, reps, lapses, time, suspended, buried), derived
