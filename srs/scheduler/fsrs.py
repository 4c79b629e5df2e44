"""The memory model: FSRS-6 as py-fsrs computes it, fed with whole study days.

py-fsrs takes instants and floors their difference to 24 h; Anki counts study days. Handing it
midnights makes the two agree. This is the only module that knows py-fsrs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from srs.model import Rating
from srs.scheduler.card import Memory

if TYPE_CHECKING:
    import fsrs

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Model:
    """FSRS-6 with some parameters, without steps or fuzz: those are ours."""

    scheduler: fsrs.Scheduler
    blank: type[fsrs.Card]
    review: fsrs.State
    ratings: dict[Rating, fsrs.Rating]

    def after(self, memory: Memory | None, rating: Rating, day: date) -> Memory:
        """Return what is remembered after an answer on study day `day`.

        FSRS-6, https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. An answer
        on the day of the last one follows its short-term formula.
        """
        elapsed = elapsed_days(memory, day) if memory else 0
        card, _ = self.scheduler.review_card(
            self._card(memory), self.ratings[rating], _EPOCH + timedelta(elapsed)
        )
        assert card.stability is not None
        assert card.difficulty is not None
        seen = max(day, memory.day) if memory else day
        return Memory(card.stability, card.difficulty, seen)

    def retrievability(self, memory: Memory, day: date) -> float:
        """Return the chance of recall [0–1] on a study day."""
        moment = _EPOCH + timedelta(elapsed_days(memory, day))
        return self.scheduler.get_card_retrievability(self._card(memory), moment)

    def _card(self, memory: Memory | None) -> fsrs.Card:
        """Return py-fsrs' card; an id is given because making one up sleeps a millisecond."""
        if memory is None:
            return self.blank(0, due=_EPOCH)
        return self.blank(0, self.review, None, memory.stability, memory.difficulty, _EPOCH, _EPOCH)


@lru_cache(maxsize=8)
def model(parameters: tuple[float, ...]) -> Model:
    """Return the model with these parameters; 21 floats."""
    import fsrs

    class Blank(fsrs.Card):
        """A card that is made for one call, so that py-fsrs need not copy it."""

        def __copy__(self) -> Blank:
            return self

    scheduler = fsrs.Scheduler(
        parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    ratings = {rating: fsrs.Rating(rating.value) for rating in Rating}
    return Model(scheduler, Blank, fsrs.State.Review, ratings)


def elapsed_days(memory: Memory, day: date) -> int:
    """Count the study days since the last answer; a clock set back counts as none."""
    return max(0, (day - memory.day).days)


def after(
    parameters: tuple[float, ...], memory: Memory | None, rating: Rating, day: date
) -> Memory:
    """Return what is remembered after an answer on study day `day`."""
    return model(parameters).after(memory, rating, day)


def retrievability(parameters: tuple[float, ...], memory: Memory, day: date) -> float:
    """Return the chance of recall [0–1] on a study day."""
    return model(parameters).retrievability(memory, day)


def interval_days(parameters: tuple[float, ...], stability: float, retention: float) -> float:
    """Return the days, not rounded, after which recall falls to `retention`.

    The forgetting curve solved for time: t = S / f * (r^(1 / -w20) - 1), f = 0.9^(-1 / w20) - 1.
    """
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return float(stability / factor * (retention ** (1 / decay) - 1))
