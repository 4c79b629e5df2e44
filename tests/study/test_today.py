from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from srs.scheduler.card import Card, Learning, Memory, Review
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.settings import REVIEW_ORDERS, DeckSettings, Settings
from srs.study import answers
from srs.study.today import Counts, Due, counts, gather, new_tomorrow, next_due
from tests.study.given import (
    AGAIN,
    DAY,
    EASY,
    GOOD,
    MEMORY,
    NOW,
    TODAY,
    Make,
    answer,
    due_review,
    happens,
    put,
)


def test_what_there_is_to_study(make: Make) -> None:
    study = make(6)
    names = put(
        study,
        due_review(),
        due_review(3),
        Card(Review(MEMORY, TODAY + DAY, 5), 1, 0, 1),
        Card(Learning(MEMORY, 0, 5), 1, 0, 1),
    )
    due = gather(study, None, NOW)
    assert due.learning == [names[3]]
    assert sorted(due.reviews) == sorted(names[:2])
    assert due.new == names[4:]
    assert counts(study, None, NOW) == Counts(2, 1, 2, 0)
    assert counts(study, None, NOW + DAY) == Counts(2, 1, 3, 0)
    assert counts(study, study.query('"question 1"'), NOW) == Counts(0, 0, 1, 0)


def test_a_day_begins_at_the_rollover(make: Make) -> None:
    study = make(1)
    (name,) = put(study, due_review())
    assert gather(study, None, datetime.fromisoformat("2026-11-21T03:59:59+01:00")).reviews == []
    assert gather(study, None, datetime.fromisoformat("2026-11-21T04:00:00+01:00")).reviews == [
        name
    ]


@pytest.mark.parametrize("kind", [EventKind.SUSPEND, EventKind.BURY])
def test_cards_put_away_are_not_studied(make: Make, kind: EventKind) -> None:
    study = make(3)
    names = put(study, due_review(), Card(Learning(MEMORY, 0, 5), 1, 0, 1))
    for name in names:
        happens(study, name, kind)
    assert counts(study, None, NOW) == Counts(0, 0, 0, 0)
    expected = Counts(1, 1, 1, 0) if kind is EventKind.BURY else Counts(0, 0, 0, 0)
    assert counts(study, None, NOW + DAY) == expected


def test_retired_broken_and_lost_notes_are_not_studied(make: Make) -> None:
    text = "## {n}?{mark}\n\n{back}\n"
    for mark, back in ((" {.retired}", "A"), ("", ""), (" {.draft}", "A")):
        assert counts(make(text.format(n=1, mark="", back="A")), None, NOW).new == 1
        study = make(text.format(n=1, mark=mark, back=back))
        assert counts(study, None, NOW) == Counts(0, 0, 0, 0)
        assert study.broken() == (not back)


def test_new_cards_come_in_the_corpus_order_and_reviews_mixed(make: Make) -> None:
    study = make(40)
    names = put(study, *[due_review()] * 20)
    today, tomorrow = gather(study, None, NOW), gather(study, None, NOW + DAY)
    assert today.new == names[20:]
    assert sorted(today.reviews) == sorted(tomorrow.reviews) == sorted(names[:20])
    assert today.reviews == gather(study, None, NOW + timedelta(hours=1)).reviews
    assert names[:20] != today.reviews != tomorrow.reviews


def test_the_limit_of_new_cards_counts_what_was_done_today(make: Make) -> None:
    study = make(6)
    study.settings = Settings(new_per_day=3)
    names = gather(study, None, NOW).new
    assert len(names) == 3
    answer(study, names[0])
    answer(study, names[1], AGAIN)
    answer(study, names[1], GOOD)
    assert gather(study, None, NOW).new == names[2:]
    answer(study, names[2])
    assert gather(study, None, NOW).new == []
    answers.undo(study, NOW)
    assert gather(study, None, NOW).new == names[2:]
    night = datetime.fromisoformat("2026-11-22T03:59:00+01:00")
    assert gather(study, None, night).new == names[2:]
    assert len(gather(study, None, night + timedelta(minutes=1)).new) == 3


def test_the_limit_of_reviews_counts_what_was_done_today(make: Make) -> None:
    study = make(6)
    study.settings = Settings(reviews_per_day=4, new_per_day=0)
    put(study, *[due_review()] * 6)
    assert counts(study, None, NOW) == Counts(0, 0, 4, 2)
    first, second, *_ = gather(study, None, NOW).reviews
    answer(study, first, GOOD)
    answer(study, second, AGAIN)
    assert counts(study, None, NOW) == Counts(0, 1, 2, 2)
    answer(study, second, GOOD)
    assert counts(study, None, NOW) == Counts(0, 0, 2, 2)
    study.settings = Settings(reviews_per_day=1)
    assert counts(study, None, NOW) == Counts(0, 0, 0, 4)


def test_the_limit_of_new_cards_is_not_for_reviews(make: Make) -> None:
    study = make(2)
    study.settings = Settings(new_per_day=1, reviews_per_day=1)
    put(study, due_review())
    assert counts(study, None, NOW) == Counts(1, 0, 1, 0)


TWINS = "## A? {.reversed}\n\nAnswer.\n\n## B? {.reversed}\n\nAnother.\n"


def test_of_siblings_one_is_studied_a_day(make: Make) -> None:
    study = make(TWINS)
    a1, a2, b1, b2 = study.cards(None, NOW)
    assert gather(study, None, NOW).new == [a1, b1]
    answer(study, a1)
    assert gather(study, None, NOW).new == [b1]
    assert gather(study, None, NOW + DAY).new == [a2, b1]
    put(study, Card(), due_review())
    due = gather(study, None, NOW + DAY)
    assert (due.reviews, due.new) == ([a2], [b1])
    put(study, due_review(), due_review(), Card(), Card(Learning(MEMORY, 0, 5), 1, 0, 1))
    due = gather(study, None, NOW + DAY)
    assert (due.learning, len(due.reviews), due.new) == ([b2], 1, [])
    assert due.reviews[0].guid == a1.guid


def test_a_review_held_back_keeps_its_siblings_back(make: Make) -> None:
    study = make(TWINS)
    study.settings = Settings(reviews_per_day=0)
    put(study, due_review())
    _, _, b1, _ = study.cards(None, NOW)
    assert gather(study, None, NOW, new=5).new == [b1]


def test_when_the_next_card_returns(make: Make) -> None:
    study = make(2)
    one, two = study.cards(None, NOW)
    assert next_due(study, NOW, study.query("rated:1")) is None
    answer(study, one, EASY)
    phase = study.card(one).phase
    assert isinstance(phase, Review)
    assert next_due(study, NOW, study.query("rated:1")) == phase.due
    answer(study, two, GOOD, NOW + timedelta(minutes=1))
    returns = next_due(study, NOW)
    assert isinstance(returns, datetime)
    assert returns == NOW + timedelta(minutes=11)
    assert returns.utcoffset() == NOW.utcoffset()


def fill(root: Path, **decks: int) -> None:
    """Write files, in this order, of so many notes; `A_B` is the deck A::B."""
    for place, (name, count) in enumerate(decks.items()):
        notes = "".join(f"## {name} {n}?\n\nAnswer {name} {n}.\n\n" for n in range(count))
        head = f"---\ndeck: {name.replace('_', '::')}\n---\n\n"
        (root / f"{place}.md").write_text(head + notes)


def by_deck(due: Due, names: list[CardName]) -> dict[str, int]:
    return dict(Counter(due.decks[name.guid] for name in names))


def test_a_decks_limit_holds_for_all_decks_below_it(make: Make, root: Path) -> None:
    fill(root, A_B=5, A=5, C=3)
    study = make()
    own = (("A", DeckSettings(new_per_day=3)), ("A::B", DeckSettings(new_per_day=1)))
    study.settings = Settings(new_per_day=5, decks=own)
    due = gather(study, None, NOW)
    assert by_deck(due, due.new) == {"A::B": 1, "A": 2, "C": 2}
    answer(study, due.new[0])
    due = gather(study, None, NOW)
    assert by_deck(due, due.new) == {"A": 2, "C": 2}
    due = gather(study, study.query("deck:A"), NOW + DAY)
    assert by_deck(due, due.new) == {"A::B": 1, "A": 2}


def test_a_decks_backlog_keeps_back_its_own_new_cards_alone(make: Make, root: Path) -> None:
    fill(root, A=5, C=3)
    study = make()
    put(study, *[due_review()] * 3)
    study.settings = Settings(decks=(("A", DeckSettings(reviews_per_day=1)),))
    due = gather(study, None, NOW)
    assert by_deck(due, due.reviews) == {"A": 1}
    assert by_deck(due, due.new) == {"C": 3}
    assert (due.held, due.held_back) == ({"A": 2}, 2)


def test_new_cards_wait_for_the_reviews_of_all_cards_whatever_is_asked_for(make: Make) -> None:
    study = make(5)
    names = put(study, *[due_review()] * 3)
    study.settings = Settings(reviews_per_day=2)
    wanted = study.query('"Question 0" or "Question 4"')
    due = gather(study, wanted, NOW)
    assert (due.reviews, due.new, due.held_back) == ([names[0]], [], 0)
    assert gather(study, wanted, NOW, new=1).new == [names[4]]
    study.settings = Settings(reviews_per_day=3)
    assert gather(study, wanted, NOW).new == [names[4]]


def test_new_cards_wait_while_reviews_are_held_back(make: Make) -> None:
    study = make(8)
    study.settings = Settings(reviews_per_day=2)
    names = put(study, *[due_review()] * 5)
    assert counts(study, None, NOW) == Counts(0, 0, 2, 3)
    assert gather(study, None, NOW, new=2).new == names[5:7]
    assert gather(study, None, NOW, new=0).new == []
    for name in gather(study, None, NOW).reviews:
        answer(study, name)
    assert counts(study, None, NOW) == Counts(0, 0, 0, 3)
    study.settings = Settings(reviews_per_day=5)
    assert counts(study, None, NOW) == Counts(3, 0, 3, 0)


def test_what_is_asked_more_new_cards_than_the_limit_are_shown(make: Make) -> None:
    study = make(4)
    study.settings = Settings(new_per_day=1)
    assert len(gather(study, None, NOW, new=3).new) == 3


def test_new_cards_come_by_how_often_they_are_asked(make: Make) -> None:
    signals = ("low", "", "very-high", "moderate", "high", "very-high")
    marks = [f"<!-- {{signal={signal}}} -->\n" if signal else "" for signal in signals]
    study = make("".join(f"## {n}?\n{mark}\nA{n}.\n\n" for n, mark in enumerate(marks)))
    names = study.cards(None, NOW)
    study.settings = Settings(new_order="signal")
    assert gather(study, None, NOW).new == [names[n] for n in (2, 5, 4, 3, 0, 1)]
    study.settings = Settings(new_order="corpus")
    assert gather(study, None, NOW).new == names


def of_stability(stability: float, overdue: int) -> Card:
    memory = Memory(stability, 5.0, TODAY - 10 * DAY)
    return Card(Review(memory, TODAY - overdue * DAY, 5), 1, 0, 1)


def test_reviews_come_in_the_order_that_is_set(make: Make) -> None:
    study = make(12)
    stabilities = [5.0, 50.0, 10.0, 2.0, 30.0, 1.0, 80.0, 3.0, 20.0, 4.0, 40.0, 8.0]
    names = put(study, *[of_stability(s, 11 - n) for n, s in enumerate(stabilities)])
    best_first = [names[n] for n in sorted(range(12), key=lambda n: -stabilities[n])]
    orders = {}
    for order in REVIEW_ORDERS:
        study.settings = Settings(review_order=order)
        orders[order] = gather(study, None, NOW).reviews
    assert orders["recall"] == best_first
    assert orders["due"] == names
    assert orders["auto"] == orders["shuffled"]
    assert sorted(orders["shuffled"]) == sorted(names)
    assert orders["shuffled"] not in (names, best_first)
    study.settings = Settings(review_order="auto", reviews_per_day=11)
    assert gather(study, None, NOW).reviews == best_first[:11]


def test_reviews_of_days_to_come_are_taken_in(make: Make) -> None:
    study = make(4)
    names = put(study, *[due_review(-days) for days in (0, 1, 3, 4)])
    for ahead, found in ((0, 1), (1, 2), (2, 2), (3, 3), (30, 4)):
        assert sorted(gather(study, None, NOW, ahead=ahead).reviews) == sorted(names[:found])


def test_what_is_put_off_today_returns_tomorrow(make: Make) -> None:
    study = make(3)
    study.settings = Settings(reviews_per_day=0)
    tomorrow = TODAY + DAY
    (late, far, _) = put(study, due_review(5), due_review(-9))
    assert next_due(study, NOW) == tomorrow
    assert next_due(study, NOW, study.query('"question 1"')) == TODAY + 9 * DAY
    assert next_due(study, NOW, study.query('"question 2"')) is None
    happens(study, far, EventKind.SUSPEND)
    put(study, Card(Learning(MEMORY, 0, int(NOW.timestamp() * 1000) + 60_000), 1, 0, 1))
    assert next_due(study, NOW) == NOW + timedelta(minutes=1)
    happens(study, late, EventKind.BURY)
    assert next_due(study, NOW) == tomorrow


def test_a_long_step_returns_after_tomorrows_review(make: Make) -> None:
    study = make(2)
    moment = NOW + 3 * DAY
    put(study, due_review(-1), Card(Learning(MEMORY, 0, int(moment.timestamp() * 1000)), 1, 0, 1))
    assert next_due(study, NOW) == TODAY + DAY
    wanted = study.query('"question 1"')
    assert next_due(study, NOW + 2 * DAY, wanted) == TODAY + 3 * DAY, "it begins with its day"


def test_each_new_card_is_looked_at_once(make: Make) -> None:
    study = make(1000)
    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return 0

    study.database.connection.set_progress_handler(tick, 100)
    for query in ("", "is:new", "is:due", "-is:review"):
        gather(study, study.query(query), NOW)
    study.database.connection.set_progress_handler(None, 0)
    assert ticks * 100 < 1000 * 4 * 200


def test_new_cards_of_tomorrow_are_something_to_come_back_for(make: Make) -> None:
    study = make(3)
    study.settings = Settings(new_per_day=2)
    for name in study.cards(None, NOW)[:2]:
        answer(study, name, EASY)
    assert gather(study, None, NOW) == Due([], [], [])
    assert (next_due(study, NOW), new_tomorrow(study, NOW)) == (TODAY + DAY, 1)
    study.settings = Settings(new_per_day=0)
    assert new_tomorrow(study, NOW) == 0
    assert next_due(study, NOW) == min(
        phase.due
        for name in study.cards(None, NOW)[:2]
        if isinstance(phase := study.card(name).phase, Review)
    )


def test_a_card_that_was_forgotten_is_new_at_once(make: Make) -> None:
    study = make(2)
    study.settings = Settings(new_per_day=9)
    first, second = study.cards(None, NOW)
    answer(study, first, GOOD)
    answers.put(study, [first], EventKind.FORGET, NOW)
    assert gather(study, None, NOW).new == [first, second]
    study.settings = Settings(new_per_day=2)
    assert len(gather(study, None, NOW).new) == 1, "it was one of the new cards of this day"
