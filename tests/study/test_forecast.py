from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.model import Rating
from srs.scheduler.card import Card, Memory, Review
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.settings import DeckSettings, Settings
from srs.store import cards
from srs.study import answers
from srs.study.forecast import Backlog, backlogs, clears_by, forecast, minutes
from srs.study.memory import Study
from srs.study.today import gather

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
AGAIN, HARD, GOOD, EASY = Rating

Make = Callable[..., Study]


def put(study: Study, *due: int) -> list[CardName]:
    """Make the first cards reviews that are due so many days from today."""
    names = study.cards(None, NOW)
    memory = Memory(5.0, 5.0, TODAY - 30 * DAY)
    with study.database.transaction() as connection:
        for name, days in zip(names, due, strict=False):
            card = Card(Review(memory, TODAY + days * DAY, 5), 1, 0, 1)
            cards.write(connection, name, card)
    return names


def asked(study: Study, days: int = 30, now: datetime = NOW, query: str = "") -> list[int]:
    wanted = study.query(query)
    found = forecast(study, wanted, gather(study, wanted, now), now, days)
    assert [day for day, _ in found] == [now.date() + n * DAY for n in range(days)]
    return [count for _, count in found]


@pytest.mark.parametrize(
    ("backlog", "limit", "arriving", "days"),
    [
        (0, 10, [], 0),
        (0, 0, [5], 0),
        (10, 10, [0], 1),
        (11, 10, [0, 0], 2),
        (412, 200, [50, 50, 50, 50], 3),
        (10, 5, [5, 5, 0, 0], 4),
        (10, 5, [5, 5, 0], None),
        (1, 5, [], None),
        (1, 0, [0] * 99, None),
    ],
)
def test_when_a_backlog_is_gone(
    backlog: int, limit: int, arriving: list[int], days: int | None
) -> None:
    expected = None if days is None else TODAY + days * DAY
    assert clears_by(backlog, limit, arriving, TODAY) == expected


@given(st.integers(0, 500), st.integers(0, 50), st.lists(st.integers(0, 60), max_size=40))
def test_a_backlog_is_gone_on_the_first_day_that_leaves_nothing(
    backlog: int, limit: int, arriving: list[int]
) -> None:
    def left(days: int) -> int:
        return backlog + sum(arriving[:days]) - days * limit

    found = clears_by(backlog, limit, arriving, TODAY)
    days = [n for n in range(len(arriving) + 1) if left(n) <= 0]
    assert found == (TODAY + days[0] * DAY if days else None)


def test_the_reviews_of_each_day_are_counted(make: Make) -> None:
    study = make(8)
    put(study, -5, 0, 1, 1, 3, 29, 30)
    assert asked(study) == [2, 2, 0, 1, *[0] * 25, 1]
    assert asked(study, 3, NOW + 30 * DAY) == [7, 0, 0]
    assert asked(study, 3, query='"question 2"') == [0, 1, 0]


def test_what_is_put_away_is_not_counted_or_later(make: Make) -> None:
    study = make(3)
    names = put(study, 0, 0, 1)
    answers.put(study, names[:1], EventKind.SUSPEND, NOW)
    answers.put(study, names[1:2], EventKind.BURY, NOW)
    assert asked(study, 3) == [0, 2, 0]


def test_what_a_limit_holds_back_moves_on(make: Make) -> None:
    study = make(9)
    study.settings = Settings(reviews_per_day=3)
    names = put(study, -1, -1, -1, -1, -1, 1, 1, 5, 6)
    assert asked(study, 8) == [3, 3, 1, 0, 0, 1, 1, 0]
    for name in gather(study, None, NOW).reviews[:2]:
        answers.answer(study, name, EASY, NOW, 1000)
    assert asked(study, 4) == [1, 3, 1, 0]
    assert len(names) == 9


def test_the_limits_of_decks_hold_on_the_days_to_come(make: Make, root: Path) -> None:
    for name in "AB":
        text = "".join(f"## {name} {n}?\n\nAnswer {name} {n}.\n\n" for n in range(4))
        (root / f"{name}.md").write_text(text)
    study = make()
    put(study, *[0] * 8)
    own = (("A", DeckSettings(reviews_per_day=1)), ("B", DeckSettings(reviews_per_day=0)))
    study.settings = Settings(decks=own)
    assert asked(study, 6) == [1, 1, 1, 1, 0, 0]
    found = backlogs(study, gather(study, None, NOW), NOW)
    assert found == [Backlog("A", 4, 1, TODAY + 3 * DAY)]
    assert str(found[0]) == (
        "4 reviews of A are due: 1 a day clears them by 24 Nov, and its new cards wait until then."
    )


def test_a_backlog_is_said_with_the_day_that_clears_it(make: Make) -> None:
    study = make(9)
    study.settings = Settings(reviews_per_day=2)
    put(study, -9, -1, 0, 0, 0, 1, 2)
    (backlog,) = backlogs(study, gather(study, None, NOW), NOW)
    assert backlog == Backlog("", 5, 2, TODAY + 3 * DAY)
    assert str(backlog) == (
        "5 reviews are due in all: 2 a day clears them by 24 Nov, and new cards wait until then."
    )
    few = gather(study, study.query('"Question 0" or "Question 8"'), NOW)
    assert (len(few.reviews), few.held_back) == (1, 0)
    assert backlogs(study, few, NOW) == [backlog], "it is of all cards, as new ones wait for it"
    study.settings = Settings(reviews_per_day=5)
    assert backlogs(study, gather(study, None, NOW), NOW) == []


def test_what_was_put_off_until_tomorrow_makes_a_backlog_last(make: Make) -> None:
    study = make(9)
    study.settings = Settings(reviews_per_day=2)
    names = put(study, 0, 0, 0, 0, 0, 0, -1)
    answers.put(study, names[:3], EventKind.BURY, NOW)
    (backlog,) = backlogs(study, gather(study, None, NOW), NOW)
    assert backlog == Backlog("", 4, 2, TODAY + 3 * DAY)


def test_a_backlog_that_grows_is_said_to_stay() -> None:
    assert str(Backlog("", 500, 2, None)) == (
        "500 reviews are due in all: 2 a day does not clear them within 100 days, and new cards wait."
    )


def test_minutes_without_a_log_are_the_usual_ones(make: Make) -> None:
    study = make(60)
    assert minutes(study, gather(study, study.query("nothing"), NOW)) == 0
    assert minutes(study, gather(study, study.query('"question 59"'), NOW)) == 1
    assert minutes(study, gather(study, None, NOW)) == 20 * 36 // 60
    put(study, *[0] * 60)
    assert minutes(study, gather(study, None, NOW)) == 60 * 10 // 60


def test_minutes_follow_what_a_card_took_on_a_day_all_answers_together(make: Make) -> None:
    study = make(150)
    study.settings = Settings(new_per_day=100)
    for n, name in enumerate(gather(study, None, NOW).new):
        for rating, taken in ((AGAIN, 40_000), (GOOD, 30_000), (GOOD, 20_000)):
            moment = NOW + timedelta(minutes=n)
            assert answers.answer(study, name, rating, moment, taken) is not None
    tomorrow = NOW + DAY

    def expected() -> int:
        return minutes(study, gather(study, study.query("is:new"), tomorrow))

    assert len(gather(study, None, tomorrow).new) == 50
    assert expected() == round(50 * (100 * 90 + 10 * 36) / 110 / 60)
    for _ in range(300):
        answers.undo(study, NOW + timedelta(hours=3))
    assert expected() == 100 * 36 // 60
