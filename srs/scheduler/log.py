"""The review log's events. The log is the truth; everything else follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from srs.model import Rating
from srs.scheduler.outcomes import Outcome


class EventKind(StrEnum):
    """What can happen to a card."""

    ANSWER = "answer"
    UNDO = "undo"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    FORGET = "forget"
    RESCHEDULE = "reschedule"
    CRAM = "cram"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log, identified by guid, ord and time.

    `time` is in ms since 1970; `day` is the study day and `offset` the minutes ahead of UTC, both
    fixed when it happened. An answer has a rating, the ms it took and what was decided; a
    reschedule has only the latter; an undo names the time of the event of this card that it takes
    back.
    """

    guid: str
    ord: int
    time: int
    kind: EventKind
    day: date
    offset: int
    device: str
    source: str = "srs"
    rating: Rating | None = None
    taken_ms: int | None = None
    outcome: Outcome | None = None
    undoes: int | None = None
