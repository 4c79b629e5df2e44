"""A card's memory and schedule, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class State(Enum):
    """Where a card is in its life; the numbers are Anki's."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of a card.

    `stability` is days until recall falls to 90 %, `difficulty` goes from 1 to 10, `day` is the
    study day of the last answer that counts.
    """

    stability: float
    difficulty: float
    day: date


@dataclass(frozen=True, slots=True)
class New:
    """Never answered, or forgotten on request."""


@dataclass(frozen=True, slots=True)
class Learning:
    """In the learning steps, or `again` in the relearning steps; `due_ms` is since 1970."""

    memory: Memory
    step: int
    due_ms: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """Due on a study day, `interval` days after the last answer."""

    memory: Memory
    due: date
    interval: int


Phase = New | Learning | Review


@dataclass(frozen=True, slots=True)
class Card:
    """A card as its log makes it.

    `last_ms` is the time of its newest event, 0 if there is none; a card is buried for the study
    day `buried`.
    """

    phase: Phase = New()
    reps: int = 0
    lapses: int = 0
    last_ms: int = 0
    suspended: bool = False
    buried: date | None = None

    @property
    def memory(self) -> Memory | None:
        return None if isinstance(self.phase, New) else self.phase.memory

    @property
    def state(self) -> State:
        match self.phase:
            case New():
                return State.NEW
            case Learning(again=again):
                return State.RELEARNING if again else State.LEARNING
            case Review():
                return State.REVIEW
