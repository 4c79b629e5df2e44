"""What there is to study on a day, within the daily limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from srs.scheduler import queue
from srs.scheduler.queue import CardName
from srs.settings import DeckSettings
from srs.store import search
from srs.store.search import Found, Today
from srs.study.memory import Study

if TYPE_CHECKING:  # counting what is due must start fast and needs none of it
    from srs.query import Query


@dataclass(frozen=True, slots=True)
class Counts:
    """Cards to study today, within the limits, and the reviews that are due beyond them."""

    new: int
    learning: int
    review: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Due:
    """The cards of a day: those in learning steps, reviews and new ones in order of study.

    `held_back` counts reviews that are due but beyond the day's limit; while there are such, new
    cards wait. `decks` are those of the cards, by guid, in the corpus' order.
    """

    learning: list[CardName]
    reviews: list[CardName]
    new: list[CardName]
    held_back: int
    decks: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        return Counts(len(self.new), len(self.learning), len(self.reviews), self.held_back)


def gather(
    study: Study, wanted: Query | None, now: datetime, *, new: int | None = None, ahead: int = 0
) -> Due:
    """Gather what there is to study on the day of `now`, within the limits.

    `new` is how many new cards there shall be, whatever the limits and the backlog; `ahead` takes
    in reviews that are due within so many days more.
    """
    settings = study.settings
    today = Today.at(now, settings)
    condition = search.clause(wanted, today, settings)
    connection = study.database.connection
    with study.database.faults():
        done = search.done(connection, today.day)
        steps = search.found(connection, condition, search.in_steps(today, settings), today)
        due = search.found(connection, condition, search.due_within(today, ahead), today)
        learning = [found.card for found in steps]
        busy = {guid for guid, *_ in done} | {card.guid for card in learning}
        room = _room(study, done, 2)
        ordered = _in_order(due, today.day, settings.review_order, room[""])
        reviews, left = _within(queue.one_a_note(ordered, busy), room)
        busy |= {found.card.guid for found in due}
        if new is not None:
            room, total = {"": new}, new
        else:
            room = _room(study, done, 0)
            total = 0 if left else room[""]
        chosen: list[Found] = []
        if total > 0:
            fresh = search.new(connection, condition, today, settings.new_order)
            chosen, _ = _within(queue.one_a_note(fresh, busy), room, until=total)
    everything = sorted([*steps, *reviews, *chosen], key=lambda found: found.rank)
    return Due(
        learning,
        [found.card for found in reviews],
        [found.card for found in chosen],
        left,
        {found.card.guid: found.deck for found in everything},
    )


def counts(study: Study, wanted: Query | None, now: datetime) -> Counts:
    """Count what there is to study on the day of `now`."""
    return gather(study, wanted, now).counts


def next_due(study: Study, now: datetime) -> datetime | date | None:
    """Return when the next card returns: a moment for a step, a study day for a review."""
    with study.database.faults():
        moment, day = search.next_due(study.database.connection)
    if moment is not None:
        return datetime.fromtimestamp(moment / 1000, now.tzinfo)
    return day


def _in_order(due: Iterable[Found], day: date, order: str, room: int) -> list[Found]:
    """Return reviews in the order of study: without a backlog `auto` is a shuffle."""
    shuffled = queue.shuffled(due, day)
    if order == "auto":
        order = "recall" if len(shuffled) > room else "shuffled"
    if order == "recall":
        return sorted(shuffled, key=lambda found: found.waited)
    if order == "due":
        return sorted(shuffled, key=lambda found: found.due_day)
    return shuffled


def _room(study: Study, done: Iterable[tuple[str, str, int]], state: int) -> dict[str, int]:
    """Return how many more new cards (0) or reviews (2) each deck with a limit may have today.

    The empty name stands for all decks.
    """
    settings = study.settings
    limits = {"": settings.reviews_per_day if state else settings.new_per_day}
    for deck, own in settings.decks:
        limit = _limit(own, state)
        if limit is not None:
            limits[deck] = limit
    used = Counter(
        above
        for _, deck, before in done
        if before == state
        for above in queue.limiting(deck, limits)
    )
    return {deck: max(0, limit - used[deck]) for deck, limit in limits.items()}


def _limit(own: DeckSettings, state: int) -> int | None:
    return own.reviews_per_day if state else own.new_per_day


def _within(
    found: Iterable[Found], room: dict[str, int], until: int | None = None
) -> tuple[list[Found], int]:
    """Keep cards while all the decks they count in have room; return them and how many others.

    With `until` no more than so many are looked for.
    """
    kept: list[Found] = []
    left = 0
    for one in found:
        above = queue.limiting(one.deck, room)
        if all(room[deck] for deck in above):
            kept.append(one)
            for deck in above:
                room[deck] -= 1
            if len(kept) == until:
                break
        else:
            left += 1
    return kept, left
