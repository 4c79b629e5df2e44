"""Cards as the command line names them, and how it says what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from srs.cli.finding import unmatched
from srs.cli.review.words import interval
from srs.errors import SrsError
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName

if TYPE_CHECKING:
    from srs.scheduler.log import Event
    from srs.scheduler.outcomes import Outcome
    from srs.store.notes import StoredNote
    from srs.study.memory import Study

MIN_GUID = 8
"""A word this long that begins a guid names that note, as `srs list` does; a shorter one is text."""

_DOINGS = {
    EventKind.SUSPEND: "suspending",
    EventKind.UNSUSPEND: "unsuspending",
    EventKind.BURY: "burying",
    EventKind.FORGET: "forgetting",
    EventKind.RESCHEDULE: "rescheduling",
}


def called(stored: StoredNote, ord: int) -> str:
    """Return a card's name: ID, or ID/ORD where its note has several."""
    name = stored.note.id or stored.guid[:MIN_GUID]
    return name if stored.note.ords == (ord,) else f"{name}/{ord}"


def question(stored: StoredNote) -> str:
    """Return what a note asks on one line: its heading, or else how its front begins."""
    return stored.note.title


def doing(event: Event, card: str, today: date) -> str:
    """Say what was done to a card: `Good on scope/2`, `burying scope/2, of 2026-11-20`."""
    day = "" if event.day == today else f", of {event.day.isoformat()}"
    if event.rating is None:
        return f"{_DOINGS[event.kind]} {card}{day}"
    where = " in a cram" if event.kind is EventKind.CRAM else ""
    return f"{event.rating.name.capitalize()}{where} on {card}{day}"


def named(study: Study, text: str) -> tuple[StoredNote, CardName]:
    """Return the one card that a name means, without /ORD the first of its note.

    Raises `SrsError` for none or several.
    """
    from srs.query import card_name

    stored = study.note(text)
    ord = card_name(text).ord or stored.note.ords[0]
    if ord not in stored.note.ords:
        ords = ", ".join(map(str, stored.note.ords))
        raise SrsError(f"{text}: this note has no such card, only {ords}")
    return stored, CardName(stored.guid, ord)


def chosen(study: Study, words: Sequence[str], now: datetime) -> list[CardName]:
    """Return the cards that words name, or, unless each is a name, those that they find as a query.

    A note's name means all its cards. Raises `SrsError` if there are none.
    """
    every = [_exactly(study, word) for word in words]
    if all(every):
        return list(dict.fromkeys(name for names in every for name in names))
    text = " ".join(words)
    found = study.cards(study.query(text), now)
    if not found:
        raise unmatched(study, text)
    return found


def _exactly(study: Study, word: str) -> list[CardName]:
    """Return the cards of a note, or the one card, that a word names exactly."""
    from srs.query import card_name

    wanted = card_name(word)
    try:
        stored = study.note(word)
    except SrsError:
        return []
    is_exact = wanted.name in (stored.note.id, stored.guid)
    if not is_exact and len(wanted.name) < MIN_GUID:
        return []
    ords = stored.note.ords if wanted.ord is None else (wanted.ord,)
    cards = [CardName(stored.guid, ord) for ord in ords if ord in stored.note.ords]
    return [card for card in cards if study.has(card)]


def interval_data(outcome: Outcome) -> dict[str, object]:
    """Return when a card returns as text and in its unit, for JSON."""
    return {
        "text": interval(outcome),
        "seconds": outcome.delay,
        "days": outcome.interval,
    }


def when_text(when: datetime | date, now: datetime) -> str:
    """Say when something will be: `at 18:10`, on another day `on 2026-11-22 at 09:10`."""
    if not isinstance(when, datetime):
        return f"on {when.isoformat()}"
    return f"at {when:%H:%M}" if when.date() == now.date() else f"on {when:%Y-%m-%d at %H:%M}"


def when_data(when: datetime | date | None) -> str | None:
    """Return a moment, or a study day, as JSON has it."""
    if isinstance(when, datetime):
        return when.isoformat(timespec="seconds")
    return None if when is None else when.isoformat()
