"""What the tests of a study begin with: a moment, and cards put into a state or answered."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from srs.model import Rating
from srs.scheduler.card import Card, Memory, Review
from srs.scheduler.log import Event, EventKind
from srs.scheduler.queue import CardName
from srs.settings import FSRS_6
from srs.store import cards
from srs.study import answers
from srs.study.memory import Study

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
AGAIN, HARD, GOOD, EASY = Rating
MEMORY = Memory(5.0, 5.0, TODAY - 5 * DAY)

Make = Callable[..., Study]


def put(study: Study, *values: Card) -> list[CardName]:
    """Give the first cards these values."""
    names = study.cards(None, NOW)
    with study.database.transaction() as connection:
        for name, card in zip(names, values, strict=False):
            cards.write(connection, name, card)
    return names


def answer(study: Study, name: CardName, rating: Rating = EASY, now: datetime = NOW) -> Event:
    answered = answers.answer(study, name, rating, now, 1000, study.card(name))
    assert answered is not None
    return answered.event


def happens(study: Study, name: CardName, kind: EventKind, now: datetime = NOW) -> None:
    event = Event(name.guid, name.ord, int(now.timestamp() * 1000), kind, now.date(), 60, "d")
    with study.database.transaction() as connection:
        cards.append(connection, event, FSRS_6)


def due_review(days_ago: int = 0) -> Card:
    return Card(Review(MEMORY, TODAY - days_ago * DAY, 5), 1, 0, 1)
