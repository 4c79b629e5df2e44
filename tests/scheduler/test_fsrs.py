from datetime import UTC, date, datetime, timedelta
from math import exp

import fsrs as py_fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.model import Rating
from srs.scheduler.card import Memory
from srs.scheduler.fsrs import after, elapsed_days, interval_days, retrievability
from srs.scheduler.studyday import study_day
from srs.settings import FSRS_6

FIRST = date(2026, 1, 1)
FITTED = (
    0.4072, 1.1829, 3.1262, 15.4722, 7.2102, 0.5316, 1.0651, 0.0234, 1.616, 0.1544, 1.0824,
    1.9813, 0.0953, 0.2975, 2.2042, 0.2407, 2.9466, 0.5034, 0.6567, 0.1, 0.3,
)  # fmt: skip
"""Other parameters than the default ones."""

Answers = list[tuple[Rating, int]]
"""Ratings, each after a number of days since the one before."""

ratings = st.sampled_from(Rating)
histories = st.lists(
    st.tuples(ratings, st.one_of(st.integers(0, 3), st.integers(0, 1000))), min_size=1, max_size=12
)
parameter_sets = st.sampled_from([FSRS_6, FITTED])


def replayed(parameters: tuple[float, ...], answers: Answers) -> Memory:
    memory = None
    day = FIRST
    for rating, gap in answers:
        day += timedelta(days=gap)
        memory = after(parameters, memory, rating, day)
    assert memory is not None
    return memory


@settings(max_examples=150)
@given(parameter_sets, histories)
def test_memory_is_py_fsrs_own_when_fed_with_midnights(
    parameters: tuple[float, ...], answers: Answers
) -> None:
    oracle = py_fsrs.Scheduler(
        parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    card = py_fsrs.Card(card_id=1)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    memory = None
    for rating, gap in answers:
        moment += timedelta(days=gap)
        if memory is not None:
            recall = retrievability(parameters, memory, moment.date())
            assert recall == oracle.get_card_retrievability(card, moment)
        card, _ = oracle.review_card(card, py_fsrs.Rating(rating.value), moment)
        memory = after(parameters, memory, rating, moment.date())
        assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty)
        assert memory.day == moment.date()


@pytest.mark.parametrize(
    ("answers", "stability", "difficulty"),
    [
        ([(1, 0)], 0.212, 6.4133),
        ([(2, 0)], 1.2931, 5.1122),
        ([(3, 0)], 2.3065, 2.1181),
        ([(4, 0)], 8.2956, 1.0),
        ([(3, 0), (3, 0)], 2.3065, 2.1112),
        ([(3, 0), (2, 0)], 2.3065, 4.7529),
        ([(2, 0), (2, 0)], 1.2931, 6.7405),
        ([(3, 0), (3, 1)], 7.3153, 2.1112),
        ([(3, 0), (1, 0)], 0.7751, 7.3945),
        ([(3, 0), (3, 1), (3, 7), (1, 30), (3, 0), (3, 3)], 7.2489, 7.3657),
        ([(4, 0), (2, 10), (4, 30)], 149.8001, 1.9945),
    ],
)
def test_memory_is_that_which_anki_computes(
    answers: list[tuple[int, int]], stability: float, difficulty: float
) -> None:
    memory = replayed(FSRS_6, [(Rating(rating), gap) for rating, gap in answers])
    assert memory.stability == pytest.approx(stability, abs=5e-5)
    assert memory.difficulty == pytest.approx(difficulty, abs=5e-5)


@pytest.mark.parametrize("stability", [1, 2, 10, 365, 3650])
@pytest.mark.parametrize("parameters", [FSRS_6, FITTED])
def test_recall_is_ninety_percent_after_the_stability(
    parameters: tuple[float, ...], stability: int
) -> None:
    memory = Memory(float(stability), 5.0, FIRST)
    recall = retrievability(parameters, memory, FIRST + timedelta(days=stability))
    assert recall == pytest.approx(0.9, abs=1e-9)


def test_recall_falls_from_one_with_every_day() -> None:
    memory = Memory(10.0, 5.0, FIRST)
    recalls = [retrievability(FSRS_6, memory, FIRST + timedelta(days=n)) for n in range(400)]
    assert recalls[0] == 1
    assert recalls == sorted(set(recalls), reverse=True)
    assert recalls[-1] > 0


@given(parameter_sets, st.floats(0.01, 36500), st.floats(0.7, 0.99))
def test_an_interval_ends_when_recall_has_fallen_to_the_retention(
    parameters: tuple[float, ...], stability: float, retention: float
) -> None:
    days = interval_days(parameters, stability, retention)
    decay = -parameters[20]
    recall = (1 + (0.9 ** (1 / decay) - 1) * days / stability) ** decay
    assert recall == pytest.approx(retention, rel=1e-9)
    assert interval_days(parameters, stability, 0.9) == pytest.approx(stability, rel=1e-9)


@given(
    parameter_sets,
    st.floats(0.01, 1000),
    st.floats(1, 10),
    st.sampled_from([Rating.AGAIN, Rating.GOOD, Rating.EASY]),
)
def test_an_answer_on_the_same_day_follows_the_short_term_formula(
    parameters: tuple[float, ...], stability: float, difficulty: float, rating: Rating
) -> None:
    growth = (
        exp(parameters[17] * (rating.value - 3 + parameters[18])) * stability ** -parameters[19]
    )
    if rating is not Rating.AGAIN:
        growth = max(growth, 1.0)
    answered = after(parameters, Memory(stability, difficulty, FIRST), rating, FIRST)
    assert answered.stability == pytest.approx(max(0.001, stability * growth), rel=1e-9)


def test_an_answer_23_and_a_half_hours_later_over_the_rollover_counts_as_a_day() -> None:
    evening = datetime.fromisoformat("2026-11-21T20:00:00+01:00")
    first = after(FSRS_6, None, Rating.GOOD, study_day(evening, 4))
    later = study_day(evening + timedelta(hours=23.5), 4)
    assert elapsed_days(first, later) == 1
    assert after(FSRS_6, first, Rating.GOOD, later).stability == pytest.approx(7.3153, abs=5e-5)


def test_answers_on_both_sides_of_midnight_are_one_days() -> None:
    evening = datetime.fromisoformat("2026-11-21T23:50:00+01:00")
    first = after(FSRS_6, None, Rating.GOOD, study_day(evening, 4))
    assert elapsed_days(first, study_day(evening + timedelta(hours=4), 4)) == 0
    assert elapsed_days(first, study_day(evening + timedelta(hours=4, minutes=10), 4)) == 1


@pytest.mark.parametrize("rating", Rating)
def test_a_clock_set_back_counts_as_no_time(rating: Rating) -> None:
    memory = Memory(5.0, 5.0, FIRST)
    earlier = FIRST - timedelta(days=30)
    assert elapsed_days(memory, earlier) == 0
    assert retrievability(FSRS_6, memory, earlier) == 1
    assert after(FSRS_6, memory, rating, earlier) == after(FSRS_6, memory, rating, FIRST)


@given(parameter_sets, histories)
def test_stability_and_difficulty_keep_their_ranges(
    parameters: tuple[float, ...], answers: Answers
) -> None:
    memory = replayed(parameters, answers)
    assert memory.stability >= 0.001
    assert 1 <= memory.difficulty <= 10
