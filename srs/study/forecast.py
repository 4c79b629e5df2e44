"""What the days ahead will ask for: minutes today, reviews each day, and when a backlog is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from srs.scheduler import queue
from srs.settings import within
from srs.store import log, schedule, search
from srs.store.search import Today
from srs.study.memory import Study
from srs.study.today import Due, limits

if TYPE_CHECKING:  # counting what is due must start fast and needs none of it
    from srs.query import Query

DAYS = 30
HORIZON = 100
"""So many days are looked through for the one on which a backlog is gone."""
_ANSWERS = 1000
_NEW, _LEARNING, _REVIEW, _RELEARNING = range(4)
_USUAL_MS = {_NEW: 36_000, _LEARNING: 16_000, _REVIEW: 10_000}
"""What a card takes on a day, all its answers together: a new one is read for 20 s and answered
twice more in 8 s each; of ten reviews of 8 s one lapses and takes 20 s more."""
_USUAL_WEIGHT = 10
"""The usual is worth the experience of so many cards, so that the first ones do not tip it over."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Reviews due in a deck, of all decks if it has no name, beyond its limit a day.

    `clears` is the study day on which the last of them is answered, None if it is not within `HORIZON` days.
    """

    deck: str
    due: int
    limit: int
    clears: date | None

    def __str__(self) -> str:
        """Say it in a sentence."""
        of = f" of {self.deck}" if self.deck else ""
        total = "" if self.deck else " in all"
        new = "its new cards" if self.deck else "new cards"
        if self.clears is None:
            return (
                f"{self.due} reviews{of} are due{total}: {self.limit} a day does not clear them within "
                f"{HORIZON} days, and {new} wait."
            )
        day = f"{self.clears.day} {self.clears:%b}"
        return (
            f"{self.due} reviews{of} are due{total}: {self.limit} a day clears them by {day}, "
            f"and {new} wait until then."
        )


def minutes(study: Study, due: Due) -> int:
    """Return how many minutes a day's cards will take, by what others took: 0 only without cards."""
    known = {state: [ms * _USUAL_WEIGHT, _USUAL_WEIGHT] for state, ms in _USUAL_MS.items()}
    with study.database.faults():
        for state, count, ms in log.taken(study.database.connection, _ANSWERS):
            seen = known[_LEARNING if state == _RELEARNING else state]
            seen[0] += ms
            seen[1] += count
    counts = {_NEW: due.new, _LEARNING: due.learning, _REVIEW: due.reviews}
    total = sum(len(names) * known[state][0] / known[state][1] for state, names in counts.items())
    return max(1, round(total / 60_000)) if total else 0


def forecast(
    study: Study, wanted: Query | None, due: Due, now: datetime, days: int = DAYS
) -> list[tuple[date, int]]:
    """Return for each day, the first being that of `now`, how many reviews it will ask for.

    Counts what is scheduled now, within the limits: what they hold back moves on to the next day.
    """
    today = Today.at(now, study.settings)
    waiting, arriving = _scheduled(study, wanted, today, days)
    deck_of = due.decks if study.settings.decks else {}
    waiting.subtract(Counter(deck_of.get(card.guid, "") for card in due.reviews))
    asked = [len(due.reviews)]
    for n in range(1, days):
        room = limits(study.settings, 2)
        waiting.update(arriving.get(today.day + timedelta(n), {}))
        asked.append(0)
        for deck, count in waiting.items():
            above = queue.limiting(deck, room)
            done = min(count, *(room[name] for name in above))
            waiting[deck] -= done
            asked[n] += done
            for name in above:
                room[name] -= done
    return [(today.day + timedelta(n), count) for n, count in enumerate(asked)]


def backlogs(study: Study, due: Due, now: datetime) -> list[Backlog]:
    """Return what is due beyond the limits of a day, for each deck whose limit it is.

    Counts all cards, also where `due` is of some: for those the new cards wait. A deck without any
    reviews a day is put aside, and that is no backlog.
    """
    due = due.everywhere or due
    each = limits(study.settings, 2)
    late = {deck: held for deck, held in due.held.items() if each[deck]}
    if not late:
        return []
    today = Today.at(now, study.settings)
    _, arriving = _scheduled(study, None, today, HORIZON, later=True)
    found = []
    for deck, held in late.items():
        daily = [
            sum(count for name, count in arriving.get(day, {}).items() if _in(name, deck))
            for day in (today.day + timedelta(n) for n in range(1, HORIZON))
        ]
        left = sum(_in(due.decks[card.guid], deck) for card in due.reviews)
        clears = clears_by(held, each[deck], daily, today.day)
        found.append(Backlog(deck, left + held, each[deck], clears))
    return found


def clears_by(backlog: int, limit: int, arriving_by_day: Sequence[int], today: date) -> date | None:
    """Return the day on which the last of a backlog is answered, None if none of those given.

    `backlog` are the reviews that today's limit holds back; from tomorrow on `limit` are answered
    a day, while those of `arriving_by_day` come in: tomorrow's, the next day's and so on.
    """
    if backlog <= 0:
        return today
    for n, arriving in enumerate(arriving_by_day, 1):
        backlog += arriving - limit
        if backlog <= 0:
            return today + timedelta(days=n)
    return None


def _scheduled(
    study: Study, wanted: Query | None, today: Today, days: int, *, later: bool = False
) -> tuple[Counter[str], dict[date, Counter[str]]]:
    """Count reviews by deck, if decks have limits: those due, and those of each day to come.

    With `later`, those due today are not counted.
    """
    by_deck = bool(study.settings.decks)
    condition = search.clause(wanted, today, study.settings)
    found: dict[date, Counter[str]] = {}
    with study.database.faults():
        for deck, day, count in schedule.by_day(
            study.database.connection, condition, today, days, by_deck=by_deck, later=later
        ):
            found.setdefault(day, Counter())[deck] += count
    return found.pop(today.day, Counter()), found


def _in(deck: str, above: str) -> bool:
    return not above or within(deck, above)
