"""What there is to study on a day, within the daily limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import isinf
from typing import TYPE_CHECKING

from srs.scheduler import queue
from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.store import schedule, search
from srs.store.schedule import Found
from srs.store.search import Today
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

    `held` counts, by the deck whose limit it is, the reviews that are due but beyond a limit of the
    day; the empty name stands for all decks. While there are such, the new cards of that deck wait.
    `decks` are those of the cards, by guid, in the corpus' order. Where only some cards are asked
    for, `everywhere` is what is due of all, which tells whether new cards wait.
    """

    learning: list[CardName]
    reviews: list[CardName]
    new: list[CardName]
    held: Mapping[str, int] = field(default_factory=dict)
    decks: Mapping[str, str] = field(default_factory=dict)
    everywhere: Due | None = None

    @property
    def held_back(self) -> int:
        return sum(self.held.values())

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
    everywhere = None if wanted is None else gather(study, None, now, new=0, ahead=ahead)
    condition = search.clause(wanted, today, settings)
    connection = study.database.connection
    with study.database.faults():
        done = schedule.done(connection, today.day)
        steps = schedule.found(connection, condition, schedule.in_steps(today, settings), today)
        due = schedule.found(connection, condition, schedule.due_within(today, ahead), today)
        learning = [found.card for found in steps]
        busy = {one.guid for one in done if not one.forgotten} | {card.guid for card in learning}
        room = _room(study, done, 2)
        ordered = in_order(due, today.day, settings.review_order, room[""])
        reviews, held = _within(queue.one_a_note(ordered, busy), room)
        busy |= {found.guid for found in due}
        late = held if everywhere is None else everywhere.held
        room = {"": new} if new is not None else _room(study, done, 0) | dict.fromkeys(late, 0)
        total = room[""]
        chosen: list[Found] = []
        if total > 0:
            fresh = schedule.new(connection, condition, today, settings.new_order)
            chosen, _ = _within(queue.one_a_note(fresh, busy), room, until=total)
    everything = sorted([*steps, *reviews, *chosen], key=lambda found: found.rank)
    return Due(
        learning,
        [found.card for found in reviews],
        [found.card for found in chosen],
        held,
        {found.guid: found.deck for found in everything},
        everywhere,
    )


def counts(study: Study, wanted: Query | None, now: datetime) -> Counts:
    """Count what there is to study on the day of `now`."""
    return gather(study, wanted, now).counts


def next_due(study: Study, now: datetime, wanted: Query | None = None) -> datetime | date | None:
    """Return when the next card comes: a moment for a step, a study day for another.

    What is due and yet not studied today, since it is buried or beyond a limit, comes tomorrow, as
    do new cards. A step that begins on a later study day than it was given is due with that day.
    """
    today = Today.at(now, study.settings)
    condition = search.clause(wanted, today, study.settings)
    with study.database.faults():
        due_ms, day = schedule.next_due(study.database.connection, condition, today)
    days = [day] if day is not None else []
    if due_ms is not None:
        moment = datetime.fromtimestamp(due_ms / 1000, now.tzinfo)
        its_day = Today.at(moment, study.settings).day
        if its_day <= today.day:
            return moment
        days.append(its_day)
    tomorrow = today.day + timedelta(1)
    if tomorrow not in days and new_tomorrow(study, now, wanted):
        return tomorrow
    return min(days, default=None)


def new_tomorrow(study: Study, now: datetime, wanted: Query | None = None) -> int:
    """Return how many new cards tomorrow brings, within its limits."""
    start = Today.at(now, study.settings).starts_ms(-1)
    return len(gather(study, wanted, datetime.fromtimestamp(start / 1000, now.tzinfo)).new)


def in_order(due: Iterable[Found], day: date, order: str, room: int) -> list[Found]:
    """Return reviews in the order of study: without a backlog `auto` is a shuffle.

    New cards among them are the last by recall and by due day.
    """
    shuffled = queue.shuffled(due, day)
    if order == "auto":
        order = "recall" if len(shuffled) > room else "shuffled"
    if order == "recall":
        return sorted(shuffled, key=lambda found: found.waited)
    if order == "due":
        return sorted(shuffled, key=lambda found: (isinf(found.waited), found.due_day))
    return shuffled


def limits(settings: Settings, state: int) -> dict[str, int]:
    """Return how many new cards (0) or reviews (2) each deck with a limit may have a day.

    The empty name stands for all decks.
    """
    own = {
        deck: values.reviews_per_day if state else values.new_per_day
        for deck, values in settings.decks
    }
    everywhere = settings.reviews_per_day if state else settings.new_per_day
    return {"": everywhere} | {deck: limit for deck, limit in own.items() if limit is not None}


def _room(study: Study, done: Iterable[schedule.Done], state: int) -> dict[str, int]:
    """Return how many more new cards (0) or reviews (2) each deck with a limit may have today."""
    each = limits(study.settings, state)
    used = Counter(
        above for one in done if one.before == state for above in queue.limiting(one.deck, each)
    )
    return {deck: max(0, limit - used[deck]) for deck, limit in each.items()}


def _within(
    found: Iterable[Found], room: dict[str, int], until: int | None = None
) -> tuple[list[Found], Counter[str]]:
    """Keep cards while all the decks they count in have room.

    Returns them and how many others each deck had no room for. With `until` no more than so many
    are looked for.
    """
    kept: list[Found] = []
    held: Counter[str] = Counter()
    found = iter(found)
    for one in found:
        if not room[""]:
            held[""] = 1 + sum(1 for _ in found)
            break
        above = queue.limiting(one.deck, room)
        full = next((deck for deck in above if not room[deck]), None)
        if full is not None:
            held[full] += 1
            continue
        kept.append(one)
        for deck in above:
            room[deck] -= 1
        if len(kept) == until:
            break
    return kept, held
