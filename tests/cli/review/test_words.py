from datetime import date, datetime, timedelta

import pytest

from srs.cli.review import words
from srs.cli.review.words import Given, Tally
from srs.model import Rating
from srs.scheduler.card import State
from srs.scheduler.outcomes import Outcome
from srs.study.today import Counts

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
OUTCOMES = {
    Rating.AGAIN: Outcome(State.RELEARNING, 0, 600, None),
    Rating.HARD: Outcome(State.REVIEW, 0, None, 25),
    Rating.GOOD: Outcome(State.REVIEW, 0, None, 75),
    Rating.EASY: Outcome(State.REVIEW, 0, None, 400),
}


@pytest.mark.parametrize(
    ("delay", "days", "said"),
    [
        (30, None, "30s"),
        (60, None, "1m"),
        (600, None, "10m"),
        (5400, None, "1.5h"),
        (7200, None, "2h"),
        (259200, None, "3d"),
        (None, 1, "1d"),
        (None, 29, "29d"),
        (None, 75, "2.5mo"),
        (None, 400, "1.1y"),
    ],
)
def test_intervals_are_said_as_anki_says_them(
    delay: int | None, days: int | None, said: str
) -> None:
    assert words.interval(Outcome(State.REVIEW, 0, delay, days)) == said


@pytest.mark.parametrize(
    ("two", "proposed", "width", "said"),
    [
        (False, Rating.GOOD, 80, "1 Again 10m  2 Hard 25d  3 Good 2.5mo  4 Easy 1.1y"),
        (False, Rating.GOOD, 40, "1 Again 10m   2 Hard 25d\n3 Good 2.5mo  4 Easy 1.1y"),
        (False, Rating.HARD, 80, "1 Again 10m  2 Hard 25d  3 Good 2.5mo  4 Easy 1.1y\nspace Hard"),
        (True, Rating.GOOD, 40, "1 Again 10m  2 Good 2.5mo"),
        (True, Rating.AGAIN, 40, "1 Again 10m  2 Good 2.5mo\nspace Again"),
    ],
)
def test_buttons(two: bool, proposed: Rating, width: int, said: str) -> None:
    assert words.buttons(OUTCOMES, two=two, proposed=proposed, width=width) == said


def test_buttons_that_change_nothing_tell_no_interval() -> None:
    assert words.bare_buttons(two=False, proposed=Rating.GOOD) == "1 Again  2 Hard  3 Good  4 Easy"
    assert words.bare_buttons(two=True, proposed=Rating.AGAIN) == "1 Again  2 Good\nspace Again"


@pytest.mark.parametrize(
    ("cards", "width", "said"),
    [
        (1, 80, "1 card returns in 9 min: w wait · n now · u undo · q quit"),
        (4, 80, "The first of 4 cards returns in 9 min: w wait · n now · u undo · q quit"),
        (4, 40, "The first of 4 cards returns in 9 min:\nw wait · n now · u undo · q quit"),
    ],
)
def test_waiting(cards: int, width: int, said: str) -> None:
    assert words.waiting(cards, 9, width) == said


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "Waiting until 18:00: n now · u undo · q quit"),
        (40, "Waiting until 18:00:\nn now · u undo · q quit"),
    ],
)
def test_waiting_until(width: int, said: str) -> None:
    assert words.waiting_until(NOW, width) == said


def test_what_is_left() -> None:
    counts = Counts(1, 2, 3, 4)
    assert words.left(counts) == "new 1 · learning 2 · review 3"
    assert words.left_of_cram(counts) == "cram: 6 left"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (None, ""),
        (NOW + timedelta(minutes=9), " The next card returns in 9 min."),
        (NOW, " The next card returns in 1 min."),
        (NOW + timedelta(hours=2), f" The next card returns at {NOW + timedelta(hours=2):%H:%M}."),
        (date(2026, 11, 24), " The next card returns on Tue 24 Nov."),
    ],
)
def test_when_to_come_back(when: datetime | date | None, said: str) -> None:
    assert words.returns(when, NOW, 0) == said


def test_new_cards_are_something_to_come_back_for() -> None:
    assert words.returns(date(2026, 11, 24), NOW, 20) == " 20 new cards come on Tue 24 Nov."
    assert words.returns(date(2026, 11, 24), NOW, 1) == " 1 new card comes on Tue 24 Nov."


def test_a_tally_counts_the_answers_that_were_not_taken_back() -> None:
    tally = Tally()
    tally.add(1, Given(Rating.AGAIN, 30_000, new=True))
    tally.add(2, Given(Rating.HARD, 40_000, new=True))
    tally.add(3, Given(Rating.GOOD, 50_000, new=False))
    assert tally.said() == "3 answers, 67 % right, 2 min, 2 new cards."
    tally.take_back(2)
    tally.take_back(99)
    assert tally.said() == "2 answers, 50 % right, 1 min, 1 new card."
    tally.take_back(1)
    assert tally.said() == "1 answer, 100 % right, 1 min."
