"""Anki's review log as events of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from srs.model import Rating
from srs.scheduler.card import State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.scheduler.studyday import epoch_ms, offset_minutes, study_day

SOURCE = "anki"

_LEARN, _REVIEW, _RELEARN, _FILTERED, _MANUAL, _RESCHEDULED = range(6)
"""What a review was of, or what else made its row."""
_FOLLOWING = {_LEARN: State.LEARNING, _RELEARN: State.RELEARNING}
_STATES = {state.value: state for state in State}
_RATINGS = {rating.value: rating for rating in Rating}
_MAX_TIME = 32_503_680_000_000
"""The year 3000, in ms."""
_MAX_DAYS = 1_000_000
_MAX_SECONDS = 100_000_000
_MAX_TAKEN = 2**31


@dataclass(frozen=True, slots=True)
class Review:
    """A row of Anki's log, as it stands there.

    `time` is when, in ms, `interval` what was decided, in days or, below 0, in seconds.
    """

    time: int
    ease: int
    interval: int
    factor: int
    taken_ms: int
    type: int

    @property
    def fits(self) -> bool:
        """Whether the row can have been written by Anki."""
        return (
            0 < self.time < _MAX_TIME
            and 0 <= self.ease <= 4
            and _LEARN <= self.type <= _RESCHEDULED
            and -_MAX_SECONDS <= self.interval <= _MAX_DAYS
        )

    @property
    def kind(self) -> EventKind:
        """What happened: a reset and a cram are known by having no ease factor."""
        if self.ease == 0 or self.type == _RESCHEDULED:
            reset = self.type == _MANUAL and self.factor == 0
            return EventKind.FORGET if reset else EventKind.RESCHEDULE
        if self.type == _FILTERED and self.factor == 0:
            return EventKind.CRAM
        return EventKind.ANSWER


@dataclass(frozen=True, slots=True)
class CardLog:
    """A card and its log, in order of time.

    `ord` counts from 1; `state` is the card's, as a number; `due` is a day where it is in review.
    `note` is the id of Anki's note: there two may have one guid.
    """

    guid: str
    ord: int
    state: int
    due: date | None
    reviews: tuple[Review, ...]
    note: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """What study day it was: by the clock of a zone, from some hour on."""

    zone: tzinfo
    rollover: int

    def moment(self, time_ms: int) -> datetime:
        return datetime.fromtimestamp(time_ms / 1000, self.zone)

    def day(self, moment: datetime) -> date:
        return study_day(moment, self.rollover)

    def begins_ms(self, day: date) -> int:
        return epoch_ms(datetime.combine(day, time(self.rollover), self.zone))


def events(
    log: CardLog, calendar: Calendar, device: str, *, first_scheduler: bool = False
) -> Iterator[Event]:
    """Yield what happened to a card; rows that do not fit are left out.

    The state after an answer is what the next row says was before it, or the card itself. A card
    that is learnt anew without a reset in the log, as older versions wrote none, was reset.
    """
    rows = [row for row in log.reviews if row.fits]
    step, reviewed, answered = 0, False, None
    for n, row in enumerate(rows):
        moment = calendar.moment(row.time)
        day, offset = calendar.day(moment), offset_minutes(moment)
        kind, rating, outcome = row.kind, None, None
        match kind:
            case EventKind.FORGET:
                step, reviewed, answered = 0, False, None
            case EventKind.RESCHEDULE:
                due = (answered or day) + timedelta(max(0, row.interval))
                if n == len(rows) - 1 and log.state == State.REVIEW.value and log.due:
                    due = log.due
                step, outcome = 0, Outcome(State.REVIEW, 0, None, max(0, (due - day).days))
            case EventKind.CRAM:
                rating = _RATINGS[row.ease]
            case _:
                if row.type == _LEARN and reviewed:
                    yield Event(
                        log.guid,
                        log.ord,
                        row.time - 1,
                        EventKind.FORGET,
                        day,
                        offset,
                        device,
                        SOURCE,
                    )
                    step = 0
                rating = _rating(row, first_scheduler=first_scheduler)
                step = _step(step, row, rating)
                outcome = _outcome(row, rating, step, _following(rows, n, log), calendar, day)
                step = outcome.step
                reviewed, answered = row.type != _LEARN, day
        yield Event(
            log.guid, log.ord, row.time, kind, day, offset, device, SOURCE,
            rating, None if rating is None else _taken(row), outcome,
        )  # fmt: skip


def _outcome(
    row: Review, rating: Rating, step: int, following: State | None, calendar: Calendar, day: date
) -> Outcome:
    """Return what was decided. A step that ends on a later day is written in days too."""
    steps = State.LEARNING if row.type == _LEARN else State.RELEARNING
    if row.interval <= 0:
        return Outcome(steps, step, -row.interval, None)
    may_stay = rating is Rating.AGAIN if row.type == _REVIEW else rating is not Rating.EASY
    if following is steps and may_stay:
        until = calendar.begins_ms(day + timedelta(row.interval)) - row.time
        return Outcome(steps, step, max(0, -(-until // 1000)), None)
    return Outcome(State.REVIEW, 0, None, row.interval)


def _following(rows: Sequence[Review], n: int, log: CardLog) -> State | None:
    """Return the state that a card was in after one of its rows, None where nothing says it."""
    if n + 1 < len(rows):
        after = rows[n + 1]
        return _FOLLOWING.get(after.type) if after.kind is EventKind.ANSWER else None
    return _STATES.get(log.state)


def _step(step: int, row: Review, rating: Rating) -> int:
    """Walk the steps as Anki does: Again to the first, Hard stays, Good goes on."""
    if rating is Rating.AGAIN or row.type in (_REVIEW, _FILTERED):
        return 0
    return step if rating is Rating.HARD else step + 1


def _rating(row: Review, *, first_scheduler: bool) -> Rating:
    """Return the button; the first scheduler had three of them in learning: no Hard."""
    shifted = first_scheduler and row.type in (_LEARN, _RELEARN) and row.ease in (2, 3)
    return _RATINGS[row.ease + shifted]


def _taken(row: Review) -> int:
    return min(max(0, row.taken_ms), _MAX_TAKEN)
