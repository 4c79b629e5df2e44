"""What a person has behind them, as Anki's core writes it: card rows, log rows and presets.

The rules were found with Anki 26.9's core: an import carries them over whole, its day numbers are
moved so that due dates stay, and "Check database" finds nothing to mend.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from srs.model import Rating
from srs.scheduler import fsrs
from srs.scheduler.card import Card, Learning, New, Review, State
from srs.scheduler.fold import Derived
from srs.scheduler.log import Event, EventKind
from srs.scheduler.studyday import study_day
from srs.settings import Settings, within

DAY_ZERO = date(2020, 1, 1)
"""Anki counts days from the one its collection was made on: in a package, from this."""
_CREATED_HOUR = 4
_EASE = 2500
"""The factor of Anki's old scheduler, which it uses only while FSRS is off."""
_MANUAL, _CRAM = 4, 3
_TYPES = (0, 0, 1, 2)
"""What an answer counts as in Anki's log, by the state before it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Whose progress is written: their settings, their offset from UTC in minutes.

    `key` and `name` are the corpus', whose presets they tell from those of others.
    """

    settings: Settings
    offset: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class CardProgress:
    """A card with its log in order of time, and what `fold` derives of each event."""

    ord: int
    card: Card
    events: tuple[Event, ...]
    derived: tuple[Derived | None, ...]

    @property
    def answers(self) -> int:
        """How many answers there are that were not taken back."""
        return sum(each is not None for each in self.derived)


@dataclass(frozen=True, slots=True)
class CardRow:
    """Anki's columns of a card; `changed` is in seconds."""

    changed: int
    type: int
    queue: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    left: int
    data: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """Anki's columns of a review. Intervals are days or, below zero, seconds."""

    time: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    taken_ms: int
    type: int


def card_row(studied: CardProgress, position: int, settings: Settings) -> CardRow:
    """Return a card's row; `settings` are those of its deck, `position` its place among the new."""
    card = studied.card
    type, queue, due, interval, factor, left = _schedule(studied, position, settings)
    return CardRow(
        card.last_ms // 1000, type, -1 if card.suspended else queue, due, interval, factor,
        card.reps, card.lapses, left, _data(studied, position, settings),
    )  # fmt: skip


def _schedule(
    studied: CardProgress, position: int, settings: Settings
) -> tuple[int, int, int, int, int, int]:
    """Return type, queue, due, interval, factor and the steps that are left."""
    match studied.card.phase:
        case New():
            return 0, 0, position, 0, 0, 0
        case Review(due=due, interval=interval):
            return 2, 2, _day_number(due), interval, _EASE, 0
        case Learning(memory, step, due_ms, again):
            steps = settings.relearning_steps if again else settings.learning_steps
            left = max(1, len(steps) - step)
            interval, factor = 0, 0
            if again:  # what it will wait after the last step
                days = fsrs.interval_days(settings.parameters, memory.stability, settings.retention)
                interval, factor = min(max(1, round(days)), settings.maximum_interval), _EASE
            day = study_day(_moment(due_ms, studied.events[-1].offset), settings.rollover)
            type = 3 if again else 1
            if day > memory.day:
                return type, 3, _day_number(day), interval, factor, left
            return type, 1, due_ms // 1000, interval, factor, left
    raise AssertionError(studied)


def _data(studied: CardProgress, position: int, settings: Settings) -> str:
    """Return what Anki's FSRS knows of a card, rounded as Anki does."""
    memory = studied.card.memory
    if memory is None:
        return ""
    last = max(
        event.time for event, facts in zip(studied.events, studied.derived, strict=True) if facts
    )
    values = {
        "pos": position,
        "s": round(memory.stability, 4),
        "d": round(memory.difficulty, 3),
        "dr": round(settings.retention, 2),
        "decay": round(settings.parameters[20], 3),
        "lrt": last // 1000,
    }
    return json.dumps(values, separators=(",", ":"))


def log_rows(studied: CardProgress, rollover: int) -> Iterator[LogRow]:
    """Yield a card's reviews in order of time, without those that were taken back.

    Forgetting and moving a due date are written as Anki's own "manual" rows, a review that left
    the schedule alone as one of a filtered deck. Suspending and burying have none.
    """
    undone = {event.undoes for event in studied.events if event.kind is EventKind.UNDO}
    last = 0
    for event, facts in zip(studied.events, studied.derived, strict=True):
        if event.time in undone:
            continue
        match event.kind:
            case EventKind.ANSWER if facts:
                assert event.rating is not None
                interval = _logged_interval(event, rollover)
                factor = int(((facts.difficulty - 1) / 9 + 0.1) * 1000)
                yield LogRow(
                    event.time, event.rating.value, interval, last, factor, event.taken_ms or 0,
                    _type(event, facts),
                )  # fmt: skip
                last = interval
            case EventKind.FORGET:
                yield LogRow(event.time, 0, 0, last, 0, 0, _MANUAL)
                last = 0
            case EventKind.RESCHEDULE if event.outcome and event.outcome.interval:
                interval = event.outcome.interval
                yield LogRow(event.time, 0, interval, last, _EASE, 0, _MANUAL)
                last = interval
            case EventKind.CRAM if event.rating:
                taken = event.taken_ms or 0
                yield LogRow(event.time, event.rating.value, last, last, 0, taken, _CRAM)


def _type(event: Event, facts: Derived) -> int:
    """Return what an answer counts as.

    A step that follows a recalled review was decided where the card was in steps: it is relearning.
    """
    assert event.outcome is not None
    recalled = facts.state_before == State.REVIEW.value and event.rating is not Rating.AGAIN
    in_steps = recalled and event.outcome.delay is not None
    return _TYPES[State.RELEARNING.value if in_steps else facts.state_before]


def _logged_interval(event: Event, rollover: int) -> int:
    """Return what an answer decided: days, or a step of the same day as seconds below zero."""
    assert event.outcome is not None
    if event.outcome.interval is not None:
        return event.outcome.interval
    delay = event.outcome.delay or 0
    due = _moment(event.time + delay * 1000, event.offset)
    days = (study_day(due, rollover) - event.day).days
    return days if days > 0 else -delay


def presets(how: Progress, decks: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the preset of each deck and of those above them."""
    return {name: _preset(how, name) for name in _with_parents(decks)}


def _preset(how: Progress, deck: str) -> dict[str, Any]:
    """Return the preset of a deck: one for the corpus, and one for each deck with settings of its own."""
    settings = how.settings
    above = sorted((name for name, _ in settings.decks if within(deck, name)), key=len)
    of = dict(settings.decks)
    own = {"retention": settings.retention, "new_per_day": settings.new_per_day,
           "reviews_per_day": settings.reviews_per_day}  # fmt: skip
    for name in above:
        own |= {key: value for key in own if (value := getattr(of[name], key)) is not None}
    nearest = above[-1] if above else ""
    return {
        "id": number(how.key, nearest),
        "name": f"{how.name}: {nearest}" if nearest else how.name,
        "mod": 0, "usn": -1, "maxTaken": 60, "autoplay": True, "timer": 0, "replayq": True,
        "dyn": False,
        "new": {
            "bury": True, "delays": [step / 60 for step in settings.learning_steps],
            "initialFactor": _EASE, "ints": [1, 4, 0], "order": 1, "perDay": own["new_per_day"],
        },
        "rev": {
            "bury": True, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": settings.maximum_interval,
            "perDay": own["reviews_per_day"], "hardFactor": 1.2,
        },
        "lapse": {
            "delays": [step / 60 for step in settings.relearning_steps], "leechAction": 0,
            "leechFails": settings.leech_lapses, "minInt": 1, "mult": 0.0,
        },
        "buryInterdayLearning": True,
        "fsrsParams6": list(settings.parameters),
        "desiredRetention": own["retention"],
    }  # fmt: skip


def _with_parents(decks: Iterable[str]) -> list[str]:
    """Return decks and all those above them, sorted: Anki makes these with its own preset."""
    parts = (name.split("::") for name in decks)
    return sorted({"::".join(each[:n]) for each in parts for n in range(1, len(each) + 1)})


def created(offset: int) -> int:
    """Return when the package's collection was made, in seconds: on day zero by a local clock."""
    zone = timezone(timedelta(minutes=offset))
    moment = datetime(DAY_ZERO.year, DAY_ZERO.month, DAY_ZERO.day, _CREATED_HOUR, tzinfo=zone)
    return int(moment.timestamp())


def number(*names: str) -> int:
    """Make a number of names that is as good as unique and fits JavaScript."""
    return 2**41 + int.from_bytes(hashlib.sha256("\x1f".join(names).encode()).digest()[:5])


def _day_number(day: date) -> int:
    return (day - DAY_ZERO).days


def _moment(ms: int, offset: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(timezone(timedelta(minutes=offset)))
