"""What the review says, in words that need no colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, and whether it was the first to a new card."""

    rating: Rating
    taken_ms: int
    new: bool


@dataclass(slots=True)
class Tally:
    """What was done in a session: the answers that count, by their time in the log."""

    given: dict[int, Given] = field(default_factory=dict)

    def add(self, time: int, given: Given) -> None:
        self.given[time] = given

    def take_back(self, time: int) -> None:
        """Count an answer no more; others than this session's never counted."""
        self.given.pop(time, None)

    def said(self) -> str:
        """Say what was done, how much of it was right, and how long it took."""
        given = self.given.values()
        right = sum(one.rating is not Rating.AGAIN for one in given)
        minutes = max(1, round(sum(one.taken_ms for one in given) / 60_000))
        fresh = sum(one.new for one in given)
        new = f", {plural(fresh, 'new card')}" if fresh else ""
        share = round(100 * right / len(given))
        return f"{plural(len(given), 'answer')}, {share} % right, {minutes} min{new}."


def waiting(cards: int, minutes: int, width: int) -> str:
    """Say that only cards are left that are not due yet, and what may be done."""
    which = "1 card" if cards == 1 else f"The first of {cards} cards"
    what = f"{which} returns in {minutes} min:"
    return _fitting(what, "w wait · n now · u undo · q quit", width)


def waiting_until(when: datetime, width: int) -> str:
    """Say until when cards are waited for, and what may be done meanwhile."""
    return _fitting(f"Waiting until {when:%H:%M}:", "n now · u undo · q quit", width)


def _fitting(what: str, keys: str, width: int) -> str:
    line = f"{what} {keys}"
    return line if len(line) <= width else f"{what}\n{keys}"


def left_of_cram(counts: Counts) -> str:
    """Say what is left of a cram, whose cards are shown whatever their state."""
    return f"cram: {counts.new + counts.learning + counts.review} left"


def left(counts: Counts) -> str:
    """Say what is left of a session."""
    return f"new {counts.new} · learning {counts.learning} · review {counts.review}"


def buttons(outcomes: Mapping[Rating, Outcome], *, two: bool, proposed: Rating, width: int) -> str:
    """Name the answers, each with when the card would return, and what space means.

    They stand in one line of `width` columns, or two in each of several.
    """
    names = [f"{name} {interval(outcomes[rating])}" for rating, name in _named(two=two).items()]
    line = "  ".join(names)
    if len(line) > width:
        column = max(map(len, names)) + 2
        rows = (names[n : n + 2] for n in range(0, len(names), 2))
        line = "\n".join("".join(f"{name:{column}}" for name in row).rstrip() for row in rows)
    return line + _space(proposed)


def bare_buttons(*, two: bool, proposed: Rating) -> str:
    """Name the answers where they change nothing, and what space means."""
    return "  ".join(_named(two=two).values()) + _space(proposed)


def _named(*, two: bool) -> dict[Rating, str]:
    keys = {Rating.AGAIN: 1, Rating.GOOD: 2} if two else {r: r.value for r in Rating}
    return {rating: f"{key} {rating.name.capitalize()}" for rating, key in keys.items()}


def _space(proposed: Rating) -> str:
    return "" if proposed is Rating.GOOD else f"\nspace {proposed.name.capitalize()}"


def interval(outcome: Outcome) -> str:
    """Say when a card returns, as Anki does: 10m, 3d, 2.5mo, 1.2y."""
    if outcome.delay is not None:
        minutes = outcome.delay / 60
        if minutes < 1:
            return f"{outcome.delay}s"
        if minutes < 60:
            return f"{minutes:.0f}m"
        hours = minutes / 60
        return f"{hours:.1f}".removesuffix(".0") + "h" if hours < 24 else f"{hours / 24:.0f}d"
    days = outcome.interval or 0
    if days < 30:
        return f"{days}d"
    return f"{days / 30.4:.1f}mo" if days < 365 else f"{days / 365:.1f}y"


def returns(when: datetime | date | None, now: datetime, new: int) -> str:
    """Say when the next card comes: a moment for a learning step, a day for others.

    `new` are the new cards of tomorrow, if that is the day.
    """
    if when is None:
        return ""
    if isinstance(when, datetime):
        minutes = minutes_until(when, now)
        when_said = f"in {minutes} min" if minutes < 60 else f"at {when:%H:%M}"
        return f" The next card returns {when_said}."
    if new:
        return f" {plural(new, 'new card')} {'comes' if new == 1 else 'come'} on {when:%a %d %b}."
    return f" The next card returns on {when:%a %d %b}."


def minutes_until(when: datetime, now: datetime) -> int:
    return max(1, round((when - now).total_seconds() / 60))
