"""A card is a pure fold of its events and the current FSRS parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from srs.model import Rating
from srs.scheduler import fsrs
from srs.scheduler.card import Card, Memory, New, Review, State
from srs.scheduler.log import Event, EventKind


@dataclass(frozen=True, slots=True)
class Derived:
    """What an answer looked like to the model: facts for statistics, beside the log.

    `elapsed` is in study days, None at the first answer; `recall` is the predicted chance then.
    """

    time: int
    state: State
    elapsed: int | None
    recall: float | None
    before: Memory | None
    after: Memory


def fold(
    events: Iterable[Event], parameters: tuple[float, ...]
) -> tuple[Card, tuple[Derived, ...]]:
    """Replay one card's events, in any order; undone ones count for nothing.

    Stability and difficulty are computed anew; state, step and due are taken from what the last
    answer decided.
    """
    ordered = sorted(events, key=lambda event: event.time)
    undone = {event.undoes for event in ordered if event.kind is EventKind.UNDO}
    card = Card()
    derived: list[Derived] = []
    for event in ordered:
        if event.time not in undone and event.kind is not EventKind.UNDO:
            card, facts = step(card, event, parameters)
            if facts is not None:
                derived.append(facts)
        card = replace(card, last_ms=event.time)
    return card, tuple(derived)


def step(card: Card, event: Event, parameters: tuple[float, ...]) -> tuple[Card, Derived | None]:
    """Return a card after one event that is no undo, and what to note about an answer."""
    card = replace(card, last_ms=event.time)
    match event.kind:
        case EventKind.ANSWER:
            assert event.rating is not None
            assert event.outcome is not None
            before = card.memory
            after = fsrs.after(parameters, before, event.rating, event.day)
            facts = Derived(
                event.time,
                card.state,
                None if before is None else fsrs.elapsed_days(before, event.day),
                None if before is None else fsrs.retrievability(parameters, before, event.day),
                before,
                after,
            )
            lapsed = event.rating is Rating.AGAIN and card.state is State.REVIEW
            phase = event.outcome.phase(after, event.time, event.day)
            answered = replace(
                card, phase=phase, reps=card.reps + 1, lapses=card.lapses + lapsed, buried=None
            )
            return answered, facts
        case EventKind.SUSPEND:
            return replace(card, suspended=True), None
        case EventKind.UNSUSPEND:
            return replace(card, suspended=False), None
        case EventKind.BURY:
            return replace(card, buried=event.day), None
        case EventKind.FORGET:
            return replace(card, phase=New(), reps=0, lapses=0), None
        case EventKind.RESCHEDULE if event.outcome and event.outcome.interval and card.memory:
            interval = event.outcome.interval
            due = event.day + timedelta(days=interval)
            return replace(card, phase=Review(card.memory, due, interval)), None
    return card, None
