from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from srs.model import Rating
from srs.scheduler import fsrs
from srs.scheduler.card import Card, Learning, New, Review, State
from srs.scheduler.fold import fold, step
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome, outcomes
from srs.settings import FSRS_6, Settings

GUID = "abcdefghijklmnop"
FIRST = date(2026, 1, 1)
AGAIN, HARD, GOOD, EASY = Rating
FITTED = (*FSRS_6[:8], 1.2, *FSRS_6[9:])


def event(
    time: int,
    kind: EventKind,
    day: int = 0,
    *,
    device: str = "here",
    rating: Rating | None = None,
    outcome: Outcome | None = None,
    undoes: int | None = None,
) -> Event:
    when = FIRST + timedelta(days=day)
    return Event(GUID, 1, time, kind, when, 60, device, "srs", rating, None, outcome, undoes)


def answer(time: int, rating: Rating, outcome: Outcome, day: int = 0) -> Event:
    return event(time, EventKind.ANSWER, day, rating=rating, outcome=outcome)


def undo(time: int, of: int) -> Event:
    return event(time, EventKind.UNDO, undoes=of)


def folded(*events: Event) -> Card:
    return fold(events, FSRS_6)[0]


def days(count: int) -> Outcome:
    return Outcome(State.REVIEW, 0, None, count)


STEP = Outcome(State.LEARNING, 1, 600, None)
RELEARN = Outcome(State.RELEARNING, 0, 600, None)


@st.composite
def logs(draw: st.DrawFn, *, device: str = "here", last_digit: int = 0) -> list[Event]:
    """Draw a card's log as studying makes one; of two devices no times are equal."""
    events: list[Event] = []
    time, day = 1000 + last_digit, 0
    for kind in draw(st.lists(st.sampled_from(EventKind), max_size=10)):
        time += 10 * draw(st.integers(1, 5))
        day += draw(st.integers(0, 20))
        made = event(time, kind, day, device=device)
        match kind:
            case EventKind.ANSWER:
                rating = draw(st.sampled_from(Rating))
                card, _ = fold(events, FSRS_6)
                outcome = outcomes(card, GUID, 1, made.day, Settings())[rating]
                made = replace(
                    made, rating=rating, outcome=outcome, taken_ms=draw(st.integers(0, 9))
                )
            case EventKind.UNDO:
                if not events:
                    continue
                made = replace(made, undoes=draw(st.sampled_from(events)).time)
            case EventKind.RESCHEDULE:
                made = replace(made, outcome=days(draw(st.integers(1, 50))))
            case EventKind.CRAM:
                made = replace(made, rating=GOOD)
        events.append(made)
    return events


def test_no_events_are_a_new_card() -> None:
    assert fold([], FSRS_6) == (Card(), ())
    assert Card().state is State.NEW
    assert Card().memory is None


def test_answers_walk_through_the_states() -> None:
    first = answer(1000, GOOD, STEP)
    second = answer(2000, GOOD, days(2))
    third = answer(3000, AGAIN, RELEARN, day=3)
    fourth = answer(4000, GOOD, days(1), day=3)
    one = fsrs.after(FSRS_6, None, GOOD, FIRST)
    two = fsrs.after(FSRS_6, one, GOOD, FIRST)
    three = fsrs.after(FSRS_6, two, AGAIN, FIRST + timedelta(days=3))
    four = fsrs.after(FSRS_6, three, GOOD, FIRST + timedelta(days=3))
    expected = [
        (State.LEARNING, Card(Learning(one, 1, 601_000), 1, 0, 1000)),
        (State.REVIEW, Card(Review(two, date(2026, 1, 3), 2), 2, 0, 2000)),
        (State.RELEARNING, Card(Learning(three, 0, 603_000, again=True), 3, 1, 3000)),
        (State.REVIEW, Card(Review(four, date(2026, 1, 5), 1), 4, 1, 4000)),
    ]
    for count, (state, card) in enumerate(expected, start=1):
        found = folded(*[first, second, third, fourth][:count])
        assert found == card
        assert found.state is state
        assert found.memory == (one, two, three, four)[count - 1]


def test_what_is_derived_beside_answers() -> None:
    log = [
        answer(1000, GOOD, STEP),
        answer(2000, GOOD, days(2)),
        event(2500, EventKind.SUSPEND),
        answer(3000, AGAIN, RELEARN, day=3),
    ]
    _, (first, second, suspended, third) = fold(log, FSRS_6)
    one, two = folded(*log[:1]).memory, folded(*log[:2]).memory
    assert suspended is None
    assert one is not None
    assert two is not None
    assert first == (None, 0, None, None, one.stability, one.difficulty, None)
    assert second == (0, 1, one.stability, one.difficulty, two.stability, two.difficulty, 1.0)
    assert third is not None
    assert third[:4] == (3, 2, two.stability, two.difficulty)
    assert third.recall == fsrs.retrievability(FSRS_6, two, FIRST + timedelta(days=3))


def test_only_a_lapse_of_a_review_is_a_lapse() -> None:
    card = folded(
        answer(1000, AGAIN, Outcome(State.LEARNING, 0, 60, None)),
        answer(2000, GOOD, days(3)),
        answer(3000, AGAIN, RELEARN, day=3),
        answer(4000, AGAIN, RELEARN, day=3),
        answer(5000, GOOD, days(1), day=3),
        answer(6000, AGAIN, days(1), day=4),
    )
    assert (card.reps, card.lapses) == (6, 2)


def test_an_undo_takes_back_exactly_its_event() -> None:
    first, second, third = (
        answer(1000, GOOD, STEP),
        answer(2000, GOOD, days(3)),
        answer(3000, EASY, days(9), day=3),
    )
    assert folded(first, second, third, undo(4000, 3000)) == replace(
        folded(first, second), last_ms=4000
    )
    assert folded(first, second, third, undo(4000, 2000)) == replace(
        folded(first, third), last_ms=4000
    )
    assert folded(first, undo(4000, 1000)) == Card(last_ms=4000)
    assert folded(first, undo(4000, 999)) == replace(folded(first), last_ms=4000)
    _, (kept, undone, undo_) = fold([first, second, undo(4000, 2000)], FSRS_6)
    assert kept is not None
    assert undone is undo_ is None


@pytest.mark.parametrize(
    "taken_back", [EventKind.SUSPEND, EventKind.BURY, EventKind.FORGET], ids=lambda k: k.value
)
def test_any_event_can_be_taken_back(taken_back: EventKind) -> None:
    first = answer(1000, GOOD, days(3))
    back = folded(first, event(2000, taken_back), undo(3000, 2000))
    assert back == replace(folded(first), last_ms=3000)


def test_an_undo_is_not_taken_back() -> None:
    log = [answer(1000, GOOD, days(3)), undo(2000, 1000), undo(3000, 2000)]
    assert folded(*log) == Card(last_ms=3000)


def test_suspended_until_unsuspended() -> None:
    first = answer(1000, GOOD, days(3))
    away = folded(first, event(2000, EventKind.SUSPEND))
    assert away == replace(folded(first), suspended=True, last_ms=2000)
    assert folded(first, event(2000, EventKind.SUSPEND), event(3000, EventKind.UNSUSPEND)) == (
        replace(folded(first), last_ms=3000)
    )
    assert folded(event(1000, EventKind.UNSUSPEND)) == Card(last_ms=1000)


def test_buried_for_a_day_or_until_an_answer() -> None:
    first = answer(1000, GOOD, days(3))
    assert folded(first, event(2000, EventKind.BURY, 5)).buried == FIRST + timedelta(days=5)
    answered = folded(first, event(2000, EventKind.BURY), answer(3000, GOOD, days(5)))
    assert answered.buried is None


def test_a_forgotten_card_is_new_and_begins_anew() -> None:
    log = [answer(1000, GOOD, days(3)), answer(2000, AGAIN, RELEARN, day=3)]
    forgotten = folded(*log, event(3000, EventKind.FORGET, 4))
    assert forgotten == Card(New(), last_ms=3000)
    begun = answer(4000, GOOD, STEP, day=5)
    again = folded(*log, event(3000, EventKind.FORGET, 4), begun)
    assert again == replace(folded(begun), last_ms=4000)
    assert folded(event(1000, EventKind.SUSPEND), event(2000, EventKind.FORGET)).suspended


def test_a_rescheduled_card_keeps_its_memory() -> None:
    first = answer(1000, GOOD, STEP)
    moved = folded(first, event(2000, EventKind.RESCHEDULE, 2, outcome=days(30)))
    memory = folded(first).memory
    assert memory is not None
    assert moved == Card(Review(memory, date(2026, 2, 2), 32), 1, 0, 2000)
    today = folded(first, event(2000, EventKind.RESCHEDULE, 2, outcome=days(0)))
    assert today == Card(Review(memory, date(2026, 1, 3), 2), 1, 0, 2000)
    new = folded(event(1000, EventKind.RESCHEDULE, outcome=days(30)))
    assert new == Card(last_ms=1000)


def test_cramming_changes_nothing() -> None:
    first = answer(1000, GOOD, days(3))
    crammed = folded(first, event(2000, EventKind.CRAM, 2, rating=AGAIN))
    assert crammed == replace(folded(first), last_ms=2000)


def test_new_parameters_change_memory_but_no_schedule() -> None:
    log = [answer(1000, GOOD, days(3)), answer(2000, GOOD, days(9), day=3)]
    (old, _), (new, _) = fold(log, FSRS_6), fold(log, FITTED)
    assert isinstance(old.phase, Review)
    assert isinstance(new.phase, Review)
    assert (new.phase.due, new.phase.interval) == (old.phase.due, old.phase.interval)
    assert new.phase.memory != old.phase.memory


@hypothesis_settings(max_examples=60)
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_events_makes_no_difference(events: list[Event], random: Random) -> None:
    mixed = list(events)
    random.shuffle(mixed)
    before = list(mixed)
    assert fold(mixed, FSRS_6) == fold(events, FSRS_6) == fold(iter(mixed), FSRS_6)
    assert mixed == before


@hypothesis_settings(max_examples=60)
@given(logs())
def test_stepping_from_event_to_event_is_the_fold(events: list[Event]) -> None:
    taken_back = {e.undoes for e in events}
    card = Card()
    for each in events:
        if each.kind is not EventKind.UNDO and each.time not in taken_back:
            card, _ = step(card, each, FSRS_6)
        card = replace(card, last_ms=each.time)
    assert card == fold(events, FSRS_6)[0]


@hypothesis_settings(max_examples=60)
@given(logs(), st.data())
def test_undoing_an_event_is_never_having_had_it(events: list[Event], data: st.DataObject) -> None:
    plain = [e for e in events if e.kind is not EventKind.UNDO]
    if not plain:
        return
    gone = data.draw(st.sampled_from(plain))
    end = plain[-1].time + 1
    with_undo = folded(*plain, undo(end, gone.time))
    assert with_undo == replace(folded(*(e for e in plain if e != gone)), last_ms=end)


@hypothesis_settings(max_examples=60)
@given(logs(), logs(device="there", last_digit=1), logs(device="phone", last_digit=2))
def test_logs_unite_in_any_order_and_more_than_once(
    here: list[Event], there: list[Event], phone: list[Event]
) -> None:
    a, b, c = set(here), set(there), set(phone)
    united = fold(a | b | c, FSRS_6)
    assert fold((c | b) | a, FSRS_6) == united
    assert fold(c | (b | a), FSRS_6) == united
    assert fold((a | b) | (b | c) | a, FSRS_6) == united
    undone = {e.undoes for e in a | b | c}
    ordered = sorted(a | b | c, key=lambda e: e.time)
    for each, derived in zip(ordered, united[1], strict=True):
        counts = each.kind is EventKind.ANSWER and each.time not in undone
        assert (derived is not None) == counts


def test_memory_counts_study_days_and_not_hours() -> None:
    late = answer(1000, GOOD, days(1), day=0)
    early = answer(2000, GOOD, days(3), day=1)
    expected = fsrs.after(
        FSRS_6, fsrs.after(FSRS_6, None, GOOD, FIRST), GOOD, FIRST + timedelta(days=1)
    )
    assert folded(late, early).memory == expected


def test_a_card_that_was_new_elsewhere_too_is_relearnt() -> None:
    """Its steps there came after it was a review here; only one that was forgotten is learnt anew."""
    events = [
        answer(1, EASY, days(9)), answer(2, GOOD, STEP, 9), answer(3, AGAIN, STEP, 9),
        answer(4, GOOD, days(3), 9), event(5, EventKind.FORGET, 10), answer(6, GOOD, STEP, 11),
    ]  # fmt: skip
    states = [folded(*events[:n]).state for n in range(1, 7)]
    assert states == [
        State.REVIEW, State.RELEARNING, State.RELEARNING, State.REVIEW, State.NEW, State.LEARNING,
    ]  # fmt: skip
    assert folded(*events[:4]).lapses == 0
