"""What a person does to a card: each is one event in the log, committed before this returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.card import Card, State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome, outcomes
from srs.scheduler.queue import CardName
from srs.scheduler.studyday import offset_minutes
from srs.settings import Settings
from srs.store import cards, notes
from srs.store.search import Today
from srs.study.memory import Study

LEECH = "leech"
"""The source of a suspension that an answer brought about."""
MAX_TAKEN_MS = 60_000
"""An answer that took longer counts as this: somebody went for coffee."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it stands in the log, and its card after it; a new leech is suspended."""

    event: Event
    card: Card

    @property
    def leech(self) -> bool:
        return self.card.suspended


def preview(study: Study, name: CardName, now: datetime) -> dict[Rating, Outcome]:
    """Return what each answer would do to a card now."""
    return outcomes(study.card(name), name.guid, name.ord, _day(study, now), _settings(study, name))


def answer(
    study: Study,
    name: CardName,
    rating: Rating,
    now: datetime,
    taken_ms: int,
    shown: Card | None = None,
) -> Answered | None:
    """Commit an answer to the card, as it was `shown`; without `taken_ms`, 0, it is not known.

    Returns None, and changes nothing, if something happened to it elsewhere meanwhile. Raises
    `SrsError` for a suspended card.
    """
    settings = _settings(study, name)
    with study.database.transaction() as connection:
        card = cards.read(connection, name)
        if shown is not None and card.last_ms != shown.last_ms:
            return None
        if card.suspended:
            raise SrsError("this card is suspended: `srs unsuspend` brings it back")
        decided = outcomes(card, name.guid, name.ord, _day(study, now), settings)[rating]
        event = replace(
            _event(study, name, EventKind.ANSWER, now),
            rating=rating, taken_ms=min(taken_ms, MAX_TAKEN_MS), outcome=decided,
        )  # fmt: skip
        event, after = cards.append(connection, event, settings.parameters)
        if after.lapses > card.lapses and _is_leech(after.lapses, settings.leech_lapses):
            leech = replace(_event(study, name, EventKind.SUSPEND, now), source=LEECH)
            _, after = cards.append(connection, leech, settings.parameters)
        return Answered(event, after)


def cram(study: Study, name: CardName, rating: Rating, now: datetime, taken_ms: int) -> Event:
    """Log an answer that leaves the schedule as it is."""
    with study.database.transaction() as connection:
        event = _event(study, name, EventKind.CRAM, now)
        event = replace(event, rating=rating, taken_ms=min(taken_ms, MAX_TAKEN_MS))
        return cards.append(connection, event, study.settings.parameters)[0]


def undo(study: Study, now: datetime) -> Event | None:
    """Take back the newest thing that was done in srs; return it, or None if there is none.

    The suspension of a leech goes with the answer that brought it about.
    """
    with study.database.transaction() as connection:
        while (last := cards.last_done(connection)) is not None:
            name = CardName(last.guid, last.ord)
            event = replace(_event(study, name, EventKind.UNDO, now), undoes=last.time)
            cards.append(connection, event, study.settings.parameters)
            if last.source != LEECH:
                return last
    return None


def put(study: Study, names: Iterable[CardName], kind: EventKind, now: datetime) -> list[CardName]:
    """Suspend, unsuspend, bury or forget cards; return those for which that changes something."""
    today = _day(study, now)
    changed: list[CardName] = []
    last = 0
    with study.database.transaction() as connection:
        for name in names:
            card = cards.read(connection, name)
            if _changes(kind, card, today):
                event = _event(study, name, kind, now)
                event = replace(event, time=max(event.time, last + 1))  # where the next is free
                last = cards.append(connection, event, study.settings.parameters)[0].time
                changed.append(name)
    return changed


def _changes(kind: EventKind, card: Card, today: date) -> bool:
    match kind:
        case EventKind.SUSPEND:
            return not card.suspended
        case EventKind.UNSUSPEND:
            return card.suspended
        case EventKind.BURY:
            return card.buried != today and not card.suspended
        case _:
            return card.state is not State.NEW


def _is_leech(lapses: int, threshold: int) -> bool:
    """Tell whether a lapse makes a leech: at the threshold, and again at each half of it more."""
    return lapses >= threshold and (lapses - threshold) % max(1, threshold // 2) == 0


def _settings(study: Study, name: CardName) -> Settings:
    if not study.settings.decks:
        return study.settings
    with study.database.faults():
        return study.settings.of(notes.deck(study.database.connection, name.guid))


def _day(study: Study, now: datetime) -> date:
    return Today.at(now, study.settings).day


def _event(study: Study, name: CardName, kind: EventKind, now: datetime) -> Event:
    today = Today.at(now, study.settings)
    device = study.database.setting("device") or ""
    return Event(name.guid, name.ord, today.now_ms, kind, today.day, offset_minutes(now), device)
