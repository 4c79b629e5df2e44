from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from srs.model import Rating
from srs.scheduler import fsrs, fuzz
from srs.scheduler.card import Card, Learning, Memory, New, Review, State
from srs.scheduler.outcomes import Outcome, outcomes
from srs.settings import Settings

TODAY = date(2026, 11, 21)
MINUTE, HOUR, DAY = 60, 3600, 86400
MEMORY = Memory(2.3065, 2.1181, TODAY)
AGAIN, HARD, GOOD, EASY = Rating

memories = st.builds(
    Memory,
    st.floats(0.001, 40_000),
    st.floats(1, 10),
    st.dates(TODAY - timedelta(days=4000), TODAY),
)
retentions = st.floats(0.7, 0.99)


def decided(card: Card, settings: Settings, day: date = TODAY) -> dict[Rating, Outcome]:
    return outcomes(card, "abcdefghijklmnop", 1, day, settings)


def learning(step: int, *, again: bool = False) -> Card:
    return Card(Learning(MEMORY, step, 0, again), reps=1)


def review(memory: Memory, interval: int) -> Card:
    return Card(Review(memory, memory.day + timedelta(days=interval), interval), reps=3)


@pytest.mark.parametrize(
    ("card", "steps", "expected"),
    [
        # Each outcome is the step after it and its delay, or "days" where it leaves the steps.
        (Card(), (MINUTE, 10 * MINUTE), [(0, 60), (0, 330), (1, 600), "days"]),
        (learning(0), (MINUTE, 10 * MINUTE), [(0, 60), (0, 330), (1, 600), "days"]),
        (learning(1), (MINUTE, 10 * MINUTE), [(0, 60), (1, 600), "days", "days"]),
        (learning(5), (MINUTE, 10 * MINUTE), [(0, 60), (1, 600), "days", "days"]),
        (Card(), (MINUTE, HOUR, DAY), [(0, 60), (0, 1830), (1, 3600), "days"]),
        (learning(1), (MINUTE, HOUR, DAY), [(0, 60), (1, 3600), (2, 86400), "days"]),
        (Card(), (10 * MINUTE,), [(0, 600), (0, 900), "days", "days"]),
        (Card(), (3 * DAY,), [(0, 3 * DAY), (0, 4 * DAY), "days", "days"]),
        # Hard's delay over a day is whole days.
        (Card(), (MINUTE, 3 * DAY), [(0, 60), (0, 2 * DAY), (1, 3 * DAY), "days"]),
        (Card(), (DAY + HOUR,), [(0, DAY + HOUR), (0, 2 * DAY), "days", "days"]),
        (Card(), (), ["days", "days", "days", "days"]),
        (learning(1), (), ["days", "days", "days", "days"]),
    ],
)
def test_learning_steps(
    card: Card, steps: tuple[int, ...], expected: list[tuple[int, int] | str]
) -> None:
    found = decided(card, Settings(learning_steps=steps))
    assert list(found) == list(Rating)
    for outcome, wanted in zip(found.values(), expected, strict=True):
        if wanted == "days":
            assert (outcome.state, outcome.delay) == (State.REVIEW, None)
            assert (outcome.interval or 0) >= 1
        else:
            assert (outcome.step, outcome.delay) == wanted
            assert (outcome.state, outcome.interval) == (State.LEARNING, None)


def test_a_new_card_with_the_default_steps() -> None:
    found = decided(Card(), Settings())
    easy = found.pop(EASY)
    assert found == {
        AGAIN: Outcome(State.LEARNING, 0, 60, None),
        HARD: Outcome(State.LEARNING, 0, 330, None),
        GOOD: Outcome(State.LEARNING, 1, 600, None),
    }
    assert easy.interval in range(6, 11)  # 8.3 days, fuzzed


@pytest.mark.parametrize(
    ("card", "steps", "again"),
    [
        (review(MEMORY, 2), (10 * MINUTE,), Outcome(State.RELEARNING, 0, 600, None)),
        (review(MEMORY, 2), (MINUTE, HOUR), Outcome(State.RELEARNING, 0, 60, None)),
        (review(MEMORY, 2), (), Outcome(State.REVIEW, 0, None, 1)),
    ],
)
def test_a_lapsed_card_relearns(card: Card, steps: tuple[int, ...], again: Outcome) -> None:
    found = decided(card, Settings(relearning_steps=steps), TODAY + timedelta(days=2))
    assert found.pop(AGAIN) == again
    assert {outcome.state for outcome in found.values()} == {State.REVIEW}


@pytest.mark.parametrize(
    ("step", "steps", "expected"),
    [
        (0, (10 * MINUTE,), [(0, 600), (0, 900), None, None]),
        (0, (MINUTE, HOUR), [(0, 60), (0, 1830), (1, 3600), None]),
        (1, (MINUTE, HOUR), [(0, 60), (1, 3600), None, None]),
    ],
)
def test_relearning_steps(
    step: int, steps: tuple[int, ...], expected: list[tuple[int, int] | None]
) -> None:
    found = decided(learning(step, again=True), Settings(relearning_steps=steps))
    for outcome, wanted in zip(found.values(), expected, strict=True):
        if wanted is None:
            assert (outcome.state, outcome.delay) == (State.REVIEW, None)
        else:
            assert (outcome.step, outcome.delay) == wanted
            assert outcome.state is State.RELEARNING


def test_a_phase_follows_from_an_outcome() -> None:
    assert Outcome(State.LEARNING, 1, 600, None).phase(MEMORY, 5000, TODAY) == Learning(
        MEMORY, 1, 605_000
    )
    assert Outcome(State.RELEARNING, 0, 60, None).phase(MEMORY, 5000, TODAY) == Learning(
        MEMORY, 0, 65_000, again=True
    )
    assert Outcome(State.REVIEW, 0, None, 30).phase(MEMORY, 5000, TODAY) == Review(
        MEMORY, date(2026, 12, 21), 30
    )


@pytest.mark.parametrize(
    "steps", [Settings(), Settings(learning_steps=(), relearning_steps=())], ids=["steps", "none"]
)
@pytest.mark.parametrize("kind", ["new", "learning", "last step", "relearning", "review"])
@given(data=st.data())
@hypothesis_settings(max_examples=40)
def test_hard_is_shorter_than_good_and_good_than_easy(
    kind: str, steps: Settings, data: st.DataObject
) -> None:
    settings = replace(steps, retention=data.draw(retentions))
    memory = data.draw(memories)
    reps = data.draw(st.integers(0, 1000))
    card = {
        "new": Card(New(), reps),
        "learning": Card(Learning(memory, 0, 0), reps),
        "last step": Card(Learning(memory, 1, 0), reps),
        "relearning": Card(Learning(memory, 0, 0, again=True), reps),
        "review": Card(Review(memory, TODAY, data.draw(st.integers(1, 36_500))), reps),
    }[kind]
    found = outcomes(card, data.draw(st.text(max_size=3)), 1, TODAY, settings)
    hard, good, easy = (found[rating] for rating in (HARD, GOOD, EASY))
    waits = [
        outcome.delay / DAY if outcome.delay is not None else outcome.interval or 0
        for outcome in (hard, good, easy)
    ]
    top = settings.maximum_interval
    assert waits[0] < waits[1] or waits[1] == top
    assert waits[1] < waits[2] or waits[2] == top
    assert max(waits) <= top
    if found[AGAIN].interval is not None and found[AGAIN].interval != top:
        assert (found[AGAIN].interval or 0) <= waits[0]


@given(memories, st.integers(1, 3650), retentions, st.integers(1, 365))
def test_no_interval_exceeds_the_maximum(
    memory: Memory, interval: int, retention: float, maximum: int
) -> None:
    settings = Settings(retention=retention, maximum_interval=maximum, relearning_steps=())
    found = decided(review(memory, interval), settings)
    assert all(1 <= (outcome.interval or 0) <= maximum for outcome in found.values())


@given(memories, st.integers(1, 3650), st.integers(0, 100))
def test_an_interval_is_fsrs_fuzzed_within_ankis_bounds(
    memory: Memory, last: int, reps: int
) -> None:
    card = replace(review(memory, last), reps=reps)
    easy = decided(card, Settings())[EASY].interval
    stability = fsrs.after(Settings().parameters, memory, EASY, TODAY).stability
    factor = fuzz.factor("abcdefghijklmnop", 1, reps)
    floor = decided(card, Settings())[GOOD].interval
    assert floor is not None
    last_fits = last <= fuzz.bounds(stability, 1, 36500)[1]
    longer = last + 1 if stability + 0.5 >= last + 1 else last if last_fits else 1
    assert easy == fuzz.fuzzed(stability, factor, max(floor + 1, longer), 36500)


def test_a_recalled_card_waits_longer_than_before_where_fsrs_says_so() -> None:
    memory = Memory(10.2, 5.0, TODAY - timedelta(days=1))
    assert fsrs.after(Settings().parameters, memory, HARD, TODAY).stability > 10
    for reps in range(50):
        card = replace(review(memory, 10), reps=reps)
        assert (decided(card, Settings())[HARD].interval or 0) > 10


@pytest.mark.parametrize("retention", [0.7, 0.8, 0.9, 0.95, 0.99])
def test_more_retention_means_shorter_intervals(retention: float) -> None:
    memory = Memory(100.0, 5.0, TODAY - timedelta(days=100))
    card = review(memory, 100)
    wanted = decided(card, Settings(retention=retention))[GOOD].interval or 0
    usual = decided(card, Settings(retention=0.9))[GOOD].interval or 0
    assert (wanted > usual) == (retention < 0.9)
    assert (wanted < usual) == (retention > 0.9)


def test_preview_and_answer_agree_and_repetitions_differ() -> None:
    memory = Memory(100.0, 5.0, TODAY - timedelta(days=100))
    card = review(memory, 100)
    assert decided(card, Settings()) == decided(card, Settings())
    later = {decided(replace(card, reps=n), Settings())[GOOD].interval for n in range(20)}
    assert len(later) > 5


def test_reviews_of_today_do_not_grow_like_those_of_another_day() -> None:
    card = review(MEMORY, 2)
    again_today = decided(card, Settings())[GOOD].interval or 0
    tomorrow = decided(card, Settings(), TODAY + timedelta(days=1))[GOOD].interval or 0
    assert again_today < tomorrow
