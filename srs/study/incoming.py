"""Reviews made elsewhere, taken into the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from srs.ids import split_guid
from srs.importers.reviews import Calendar, CardLog, events
from srs.scheduler.log import Event, EventKind
from srs.scheduler.queue import CardName
from srs.scheduler.studyday import epoch_ms
from srs.store import cards, exported, notes
from srs.study.memory import Study

AHEAD = timedelta(days=1)
"""A review may be so far ahead of the clock: a later one would hold up all that follow."""
NEAR = 10
"""So many ms apart, the same answer of a card is one: Anki's log has one row a millisecond, so an
export moves a second one."""
_ORDS = range(1, 501)
"""Where Anki's cloze numbers end."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a log brought: new events by kind, on how many cards, and what was left out.

    `known` were here before, `foreign` are of notes that are not ours, `unfit` are nothing that
    Anki writes, `ahead` are dated later than tomorrow. `stay_new` of the new events are due dates of
    cards without an answer, which have no effect. `twice` names the notes of which a card has the reviews of two.
    `copy` is the database as it was, if it changed.
    """

    new: Mapping[EventKind, int]
    cards: int
    known: int
    foreign: int
    unfit: int
    ahead: int
    stay_new: int
    twice: tuple[str, ...]
    copy: Path | None


def is_ours(study: Study, guids: Iterable[str]) -> bool:
    """Tell whether any of some notes is of the corpus, or was."""
    with study.database.faults():
        return any(notes.has(study.database.connection, guid) for guid in guids)


def take_in(
    study: Study,
    logs: Iterable[CardLog],
    calendar: Calendar,
    device: str,
    now: datetime,
    *,
    first_scheduler: bool = False,
) -> Taken:
    """Add to the log what it lacks of some others, and make those cards anew; all or nothing.

    An event is known by its card and time, or as the same within `NEAR` ms. A copy of the database is made before the first one is
    written.
    """
    latest = epoch_ms(now + AHEAD)
    new: Counter[EventKind] = Counter()
    copy: Path | None = None
    fed: set[CardName] = set()
    twice: dict[str, None] = {}
    count = known = foreign = unfit = ahead = stay_new = 0
    with study.database.transaction() as connection:
        for log in logs:
            own = split_guid(log.guid, log.ord)
            if notes.has(connection, own):  # the card is a note of its own here
                log = replace(log, guid=own, ord=1)
            if not notes.has(connection, log.guid):
                foreign += len(log.reviews)
                continue
            if log.ord not in _ORDS:
                unfit += len(log.reviews)
                continue
            fitting = sum(review.fits for review in log.reviews)
            unfit += len(log.reviews) - fitting
            name = CardName(log.guid, log.ord)
            if name in fed and fitting:
                twice[notes.name(connection, name.guid)] = None
            if fitting:
                fed.add(name)
            here = cards.times(connection, name)
            times = (review.time for review in log.reviews if review.fits)
            exported.know(connection, name, max((t for t in times if t <= latest), default=0))
            if all(review.time in here for review in log.reviews if review.fits):
                known += fitting
                continue
            found = events(log, calendar, device, first_scheduler=first_scheduler)
            lacking = [event for event in found if not _is_known(event, here)]
            rows = {review.time for review in log.reviews}
            known += fitting - sum(event.time in rows for event in lacking)
            fresh = [event for event in lacking if event.time <= latest]
            ahead += len(lacking) - len(fresh)
            if not fresh:
                continue
            if copy is None:
                copy = study.database.copy("import")
            cards.insert(connection, fresh)
            cards.rebuild(connection, name, study.settings.parameters)
            stay_new += _without_effect(fresh, here)
            new.update(event.kind for event in fresh)
            count += 1
    return Taken(new, count, known, foreign, unfit, ahead, stay_new, tuple(twice), copy)


def _without_effect(fresh: list[Event], here: Mapping[int, tuple[str, int | None]]) -> int:
    """Count new due dates that no answer precedes, or none since a reset."""
    kinds = {time: kind for time, (kind, _) in here.items()}
    kinds |= {event.time: event.kind.value for event in fresh}
    due_dates = {event.time for event in fresh if event.kind is EventKind.RESCHEDULE}
    answered, count = False, 0
    for time in sorted(kinds):
        if kinds[time] in (EventKind.ANSWER, EventKind.FORGET):
            answered = kinds[time] == EventKind.ANSWER
        count += time in due_dates and not answered
    return count


def _is_known(event: Event, here: Mapping[int, tuple[str, int | None]]) -> bool:
    """Tell whether an event is in a card's log, perhaps a few ms off."""
    if event.time in here:
        return True
    rating = None if event.rating is None else event.rating.value
    near = range(event.time - NEAR, event.time + NEAR + 1)
    return any(here.get(time) == (event.kind.value, rating) for time in near)
