"""What each of the four answers would do to a card, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from srs.model import Rating
from srs.scheduler import fsrs, fuzz
from srs.scheduler.card import Card, Learning, Memory, New, Phase, Review, State
from srs.settings import Settings

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is decided by an answer: the state and step after it, and when the card returns.

    Either `delay` in seconds (a step) or `interval` in days is set; the other is None.
    """

    state: State
    step: int
    delay: int | None
    interval: int | None

    def phase(self, memory: Memory, now_ms: int, day: date) -> Phase:
        """Return the card's phase after an answer at `now_ms` on study day `day`."""
        if self.delay is not None:
            again = self.state is State.RELEARNING
            return Learning(memory, self.step, now_ms + self.delay * 1000, again)
        assert self.interval is not None
        return Review(memory, day + timedelta(days=self.interval), self.interval)


def outcomes(
    card: Card, guid: str, ord: int, day: date, settings: Settings
) -> dict[Rating, Outcome]:
    """Return what each rating would do on study day `day`.

    Steps are walked as in Anki; intervals are FSRS's at the desired retention, fuzzed, and
    strictly growing from Hard to Easy.
    """
    memories = {
        rating: fsrs.after(settings.parameters, card.memory, rating, day) for rating in Rating
    }
    days = {
        rating: fsrs.interval_days(settings.parameters, memory.stability, settings.retention)
        for rating, memory in memories.items()
    }
    factor = fuzz.factor(guid, ord, card.reps)
    match card.phase:
        case New():
            return _learning(0, settings.learning_steps, State.LEARNING, days, factor, settings)
        case Learning(step=step, again=False):
            return _learning(step, settings.learning_steps, State.LEARNING, days, factor, settings)
        case Learning(step=step):
            steps = settings.relearning_steps
            return _learning(step, steps, State.RELEARNING, days, factor, settings)
        case Review(interval=interval):
            return _review(interval, days, factor, settings)


def _learning(
    step: int,
    steps: tuple[int, ...],
    state: State,
    days: dict[Rating, float],
    factor: float,
    settings: Settings,
) -> dict[Rating, Outcome]:
    """Walk the steps: Again to the first, Hard stays, Good goes on, Easy leaves them."""
    maximum = settings.maximum_interval

    def graduate(rating: Rating, minimum: int) -> Outcome:
        interval = fuzz.fuzzed(fuzz.whole(days[rating]), factor, minimum, maximum)
        return Outcome(State.REVIEW, 0, None, interval)

    if not steps:
        again = graduate(Rating.AGAIN, 1)
        hard = graduate(Rating.HARD, 1)
    else:
        step = min(step, len(steps) - 1)
        again = Outcome(state, 0, steps[0], None)
        hard = Outcome(state, step, _hard_delay(step, steps), None)
    if steps and step + 1 < len(steps):
        good = Outcome(state, step + 1, steps[step + 1], None)
    else:
        good = graduate(Rating.GOOD, (hard.interval or 0) + 1)
    shortest = fuzz.fuzzed(days[Rating.GOOD], factor, 1, maximum)
    easy = graduate(Rating.EASY, (good.interval or shortest) + 1)
    return {Rating.AGAIN: again, Rating.HARD: hard, Rating.GOOD: good, Rating.EASY: easy}


def _hard_delay(step: int, steps: tuple[int, ...]) -> int:
    """Return Hard's delay: between the first two steps, half as much again of a single one.

    Over a day it is whole days, so that it is the same early and late in the day.
    """
    if step > 0:
        return steps[step]
    if len(steps) > 1:
        delay = (steps[0] + steps[1]) // 2
    else:
        delay = min(steps[0] * 3 // 2, steps[0] + _DAY)
    return delay if delay <= _DAY else fuzz.whole(delay / _DAY) * _DAY


def _review(
    last: int, days: dict[Rating, float], factor: float, settings: Settings
) -> dict[Rating, Outcome]:
    """Let a recalled card wait longer than before where FSRS says so; a lapsed one relearns."""
    maximum = settings.maximum_interval
    if settings.relearning_steps:
        again = Outcome(State.RELEARNING, 0, settings.relearning_steps[0], None)
    else:
        again = Outcome(State.REVIEW, 0, None, fuzz.fuzzed(days[Rating.AGAIN], factor, 1, maximum))
    results = {Rating.AGAIN: again}
    shortest = 1
    for rating in (Rating.HARD, Rating.GOOD, Rating.EASY):
        at_least = max(shortest, _no_shorter(days[rating], last, maximum))
        interval = fuzz.fuzzed(days[rating], factor, at_least, maximum)
        results[rating] = Outcome(State.REVIEW, 0, None, interval)
        shortest = interval + 1
    return results


def _no_shorter(interval: float, last: int, maximum: int) -> int:
    """Return the days below which fuzz may not bring an interval.

    It takes back nothing where FSRS wants more than last time, nor where last time's days are
    within its bounds; where FSRS wants clearly less it is free. As Anki since May 2026:
    https://github.com/ankitects/anki/pull/4826.
    """
    if fuzz.whole(interval) > last:
        return last + 1
    return last if last <= fuzz.bounds(interval, 1, maximum)[1] else 1
