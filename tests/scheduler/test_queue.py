from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.scheduler.queue import CardName, mixed, one_a_note, shuffled

TODAY = date(2026, 11, 21)


def names(text: str) -> list[CardName]:
    """Read card names: `a1 b2` are card 1 of note a and card 2 of note b."""
    return [CardName(word[0], int(word[1:])) for word in text.split()]


lists = st.lists(st.builds(CardName, st.sampled_from("abcdefgh"), st.integers(1, 3)), unique=True)


def test_a_days_order_is_always_the_same_and_another_days_differs() -> None:
    cards = [CardName(f"guid{n}", 1) for n in range(50)]
    today = shuffled(cards, TODAY)
    assert today == shuffled(reversed(cards), TODAY)
    assert today != cards
    assert sorted(today) == sorted(cards)
    assert today != shuffled(cards, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("cards", "seen", "kept"),
    [
        ("", "", ""),
        ("a1 b1 c1", "", "a1 b1 c1"),
        ("a1 a2 b1", "", "a1 b1"),
        ("a2 a1 b3 b1", "", "a2 b3"),
        ("a1 b1 c1", "b", "a1 c1"),
        ("a1 a2", "a", ""),
    ],
)
def test_one_card_a_note_is_kept(cards: str, seen: str, kept: str) -> None:
    already = set(seen)
    assert list(one_a_note(names(cards), already)) == names(kept)
    assert already == set(seen)


@pytest.mark.parametrize(
    ("reviews", "new", "order"),
    [
        ("", "", ""),
        ("a1 b1", "", "a1 b1"),
        ("", "x1 y1", "x1 y1"),
        ("a1 b1", "x1 y1", "a1 x1 b1 y1"),
        ("a1 b1 c1 d1", "x1 y1", "a1 x1 b1 c1 y1 d1"),
        ("a1 b1 c1", "x1", "a1 b1 x1 c1"),
        ("a1", "x1 y1 z1", "x1 a1 y1 z1"),
    ],
)
def test_new_cards_are_spread_among_reviews(reviews: str, new: str, order: str) -> None:
    assert mixed(names(reviews), names(new)) == names(order)


@given(lists, lists)
def test_mixing_keeps_every_card_and_both_orders(
    reviews: list[CardName], new: list[CardName]
) -> None:
    new = [CardName(card.guid.upper(), card.ord) for card in new]
    found = mixed(reviews, new)
    assert [card for card in found if card in reviews] == reviews
    assert [card for card in found if card in new] == new
    assert len(found) == len(reviews) + len(new)


@given(lists, st.dates())
def test_shuffling_loses_nothing(cards: list[CardName], day: date) -> None:
    assert sorted(shuffled(cards, day)) == sorted(cards)
