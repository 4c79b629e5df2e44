"""The order of a session: reviews and new cards, mixed, one card a note."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain


@dataclass(frozen=True, slots=True, order=True)
class CardName:
    """Which card: its note's guid and its ord."""

    guid: str
    ord: int


def shuffled(cards: Iterable[CardName], day: date) -> list[CardName]:
    """Return cards in an order that looks random, differs each day, and is always the same."""
    wanted = list(cards)
    if not wanted:
        return []
    import hashlib

    def key(card: CardName) -> bytes:
        return hashlib.sha256(f"{day}/{card.guid}/{card.ord}".encode()).digest()

    return sorted(wanted, key=key)


def one_a_note(cards: Iterable[CardName], seen: Collection[str]) -> list[CardName]:
    """Bury siblings: keep each note's first card, and none of the notes already seen today."""
    notes = set(seen)
    kept: list[CardName] = []
    for card in cards:
        if card.guid not in notes:
            notes.add(card.guid)
            kept.append(card)
    return kept


def mixed(reviews: Sequence[CardName], new: Sequence[CardName]) -> list[CardName]:
    """Spread new cards evenly among the reviews, a review first."""
    total = len(reviews) + len(new)
    places = chain(
        (((n + 0.5) * total / len(reviews), 0, card) for n, card in enumerate(reviews)),
        (((n + 0.5) * total / len(new), 1, card) for n, card in enumerate(new)),
    )
    return [card for _, _, card in sorted(places)]
