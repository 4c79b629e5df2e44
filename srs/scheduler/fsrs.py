"""The memory model: FSRS-6 as py-fsrs computes it, fed with whole study days.

py-fsrs takes instants and floors their difference to 24 h; Anki counts study days. Handing it
midnights makes the two agree. This is the only module that knows py-fsrs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from srs.model import Rating
from srs.scheduler.card import Memory

if TYPE_CHECKING:
    import fsrs

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=8)
def _model(parameters: tuple[float, ...]) -> fsrs.Scheduler:
    """Return FSRS without steps or fuzz: those are ours."""
    import fsrs

    return fsrs.Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def elapsed_days(memory: Memory, day: date) -> int:
    """Count the study days since the last answer; a clock set back counts as none."""
    return max(0, (day - memory.day).days)


def after(
    parameters: tuple[float, ...], memory: Memory | None, rating: Rating, day: date
) -> Memory:
    """Return what is remembered after an answer on study day `day`.

    FSRS-6, https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. An answer on
    the day of the last one follows its short-term formula.
    """
    from fsrs import Rating as FsrsRating

    elapsed = elapsed_days(memory, day) if memory else 0
    moment = _EPOCH + timedelta(days=elapsed)
    card, _ = _model(parameters).review_card(_card(memory), FsrsRating(rating.value), moment)
    assert card.stability is not None
    assert card.difficulty is not None
    return Memory(card.stability, card.difficulty, max(day, memory.day) if memory else day)


def retrievability(parameters: tuple[float, ...], memory: Memory, day: date) -> float:
    """Return the chance of recall [0–1] on a study day."""
    moment = _EPOCH + timedelta(days=elapsed_days(memory, day))
    return _model(parameters).get_card_retrievability(_card(memory), moment)


def interval_days(parameters: tuple[float, ...], stability: float, retention: float) -> float:
    """Return the days, not rounded, after which recall falls to `retention`.

    The forgetting curve solved for time: t = S / f * (r^(1 / -w20) - 1), f = 0.9^(-1 / w20) - 1.
    """
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return float(stability / factor * (retention ** (1 / decay) - 1))


def _card(memory: Memory | None) -> fsrs.Card:
    """Return py-fsrs' card; an id is given because making one up sleeps a millisecond."""
    import fsrs

    if memory is None:
        return fsrs.Card(card_id=0)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review=_EPOCH,
    )
