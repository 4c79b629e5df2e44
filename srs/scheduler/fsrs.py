"""The memory model: FSRS-6 as py-fsrs computes it, fed with whole study days.

py-fsrs takes instants and floors their difference to 24 h; Anki counts study days. Handing it
midnights makes the two agree. This is the only module that knows py-fsrs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from srs.model import Rating
from srs.scheduler.card import Memory

if TYPE_CHECKING:
    import fsrs

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ID = 0
"""Any card's: making one up sleeps a millisecond."""


Answered = tuple[float, float, float | None]
"""Stability and difficulty after an answer, and the chance of recall [0–1] before it."""


@lru_cache(maxsize=4096)
def _moment(day: int) -> datetime:
    return _EPOCH + timedelta(day)


@lru_cache(maxsize=8)
def _scheduler(parameters: tuple[float, ...]) -> fsrs.Scheduler:
    """Return FSRS without steps or fuzz: those are ours."""
    import fsrs

    return fsrs.Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@lru_cache(maxsize=4)
def answering(
    parameters: tuple[float, ...],
) -> Callable[[float | None, float | None, int, int], Answered]:
    """Return what an answer does to stability and difficulty, None before the first.

    It takes them, a rating [1–4] and the study days since the last answer. FSRS-6,
    https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. An answer on the day of
    the last one follows its short-term formula. Results are remembered: cards begin alike.
    """
    import fsrs

    class Card(fsrs.Card):
        """A card made for one answer, which py-fsrs need not copy."""

        recall: float

        def __copy__(self) -> Card:
            return self

    class Memories(fsrs.Scheduler):
        """What an answer does to memory alone: the chance of recall is known, intervals are ours."""

        def get_card_retrievability(
            self, card: fsrs.Card, current_datetime: object = None
        ) -> float:
            assert isinstance(card, Card)
            return card.recall

        def _next_interval(self, *, stability: float) -> int:
            return 1

    scheduler = _scheduler(parameters)
    memories = Memories(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    ratings = {rating.value: fsrs.Rating(rating.value) for rating in Rating}
    review, learning = fsrs.State.Review, fsrs.State.Learning

    @lru_cache(maxsize=2**15)
    def answered(
        stability: float | None, difficulty: float | None, rating: int, elapsed: int
    ) -> Answered:
        moment = _moment(elapsed)
        recall = None
        if stability is None:
            card = Card(_ID, learning, 0, None, None, _EPOCH, None)
        else:
            card = Card(_ID, review, None, stability, difficulty, _EPOCH, _EPOCH)
            card.recall = recall = scheduler.get_card_retrievability(card, moment)
        made, _ = memories.review_card(card, ratings[rating], moment)
        assert made.stability is not None
        assert made.difficulty is not None
        return made.stability, made.difficulty, recall

    return answered


def elapsed_days(memory: Memory, day: date) -> int:
    """Count the study days since the last answer; a clock set back counts as none."""
    return max(0, (day - memory.day).days)


def after(
    parameters: tuple[float, ...], memory: Memory | None, rating: Rating, day: date
) -> Memory:
    """Return what is remembered after an answer on study day `day`."""
    answered = answering(parameters)
    if memory is None:
        stability, difficulty, _ = answered(None, None, rating.value, 0)
        return Memory(stability, difficulty, day)
    stability, difficulty, _ = answered(
        memory.stability, memory.difficulty, rating.value, elapsed_days(memory, day)
    )
    return Memory(stability, difficulty, max(day, memory.day))


def retrievability(parameters: tuple[float, ...], memory: Memory, day: date) -> float:
    """Return the chance of recall [0–1] on a study day."""
    import fsrs

    card = fsrs.Card(
        _ID, fsrs.State.Review, None, memory.stability, memory.difficulty, _EPOCH, _EPOCH
    )
    moment = _moment(elapsed_days(memory, day))
    return _scheduler(parameters).get_card_retrievability(card, moment)


def interval_days(parameters: tuple[float, ...], stability: float, retention: float) -> float:
    """Return the days, not rounded, after which recall falls to `retention`.

    The forgetting curve solved for time: t = S / f * (r^(1 / -w20) - 1), f = 0.9^(-1 / w20) - 1.
    """
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return float(stability / factor * (retention ** (1 / decay) - 1))
