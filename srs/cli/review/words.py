"""What the review says, in words that need no colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from srs.cli.context import plural
from srs.model import Rating
from srs.scheduler.outcomes import Outcome
from srs.study.today import Counts

FOUR_BUTTONS = (
    "Again: not recalled; it comes back within minutes.\n"
    "Hard, Good, Easy: recalled, with much, some or no effort; and when it returns."
)
TWO_BUTTONS = (
    "Again: not recalled; it comes back within minutes.\nGood: recalled; and when it returns."
)


@dataclass(slots=True)
class Tally:
    """What was done in a session."""

    answers: int = 0
    right: int = 0
    new: int = 0
    taken_ms: int = 0

    def add(self, rating: Rating, taken_ms: int, *, new: bool) -> None:
        self.answers += 1
        self.right += rating is not Rating.AGAIN
        self.new += new
        self.taken_ms += taken_ms

    def take_back(self, rating: Rating | None, taken_ms: int | None) -> None:
        if self.answers and rating is not None:
            self.answers -= 1
            self.right -= rating is not Rating.AGAIN
            self.taken_ms -= taken_ms or 0

    def said(self) -> str:
        """Say what was done, how much of it was right, and how long it took."""
        share = round(100 * self.right / self.answers)
        minutes = max(1, round(self.taken_ms / 60_000))
        new = f", {plural(self.new, 'new card')}" if self.new else ""
        return f"{plural(self.answers, 'answer')}, {share} % right, {minutes} min{new}."


def left(counts: Counts) -> str:
    """Say what is left of a session."""
    return f"new {counts.new} · learning {counts.learning} · review {counts.review}"


def buttons(outcomes: Mapping[Rating, Outcome], *, two: bool, proposed: Rating, width: int) -> str:
    """Name the answers, each with when the card would return, and what space means.

    They stand in one line of `width` columns, or two in each of several.
    """
    shown = (Rating.AGAIN, Rating.GOOD) if two else tuple(Rating)
    keys = {Rating.AGAIN: 1, Rating.GOOD: 2} if two else {r: r.value for r in Rating}
    names = [f"{keys[r]} {r.name.capitalize()} {interval(outcomes[r])}" for r in shown]
    what = "" if proposed is Rating.GOOD else f"\nspace {proposed.name.capitalize()}"
    line = "  ".join(names)
    if len(line) <= width:
        return line + what
    column = max(map(len, names)) + 2
    rows = (names[n : n + 2] for n in range(0, len(names), 2))
    return "\n".join("".join(f"{name:{column}}" for name in row).rstrip() for row in rows) + what


def interval(outcome: Outcome) -> str:
    """Say when a card returns, as Anki does: 10m, 3d, 2.5mo, 1.2y."""
    if outcome.delay is not None:
        minutes = outcome.delay / 60
        if minutes < 1:
            return f"{outcome.delay}s"
        return f"{minutes:.0f}m" if minutes < 60 else f"{minutes / 60:.1f}h"
    days = outcome.interval or 0
    if days < 30:
        return f"{days}d"
    return f"{days / 30.4:.1f}mo" if days < 365 else f"{days / 365:.1f}y"


def returns(when: datetime | date | None, now: datetime) -> str:
    """Say when the next card returns: a moment for a learning step, a day for a review."""
    if when is None:
        return ""
    if isinstance(when, datetime):
        return f" The next card returns in {minutes_until(when, now)} min."
    return f" The next card returns on {when:%a %d %b}."


def minutes_until(when: datetime, now: datetime) -> int:
    return max(1, round((when - now).total_seconds() / 60))
