"""The order of a session: reviews and new cards, mixed, one card a note."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True, order=True)
class CardName:
    """Which card: its note's guid and its ord."""

    guid: str
    ord: int


class Named(Protocol):
    """Anything that stands for a card."""

    @property
    def guid(self) -> str: ...

    @property
    def ord(self) -> int: ...


Some = TypeVar("Some", bound=Named)


def shuffled(cards: Iterable[Some], day: date) -> list[Some]:
    """Return cards in an order that looks random, differs each day, and is always the same."""
    wanted = list(cards)
    if not wanted:
        return []
    import hashlib

    def key(card: Some) -> bytes:
        return hashlib.sha256(f"{day}/{card.guid}/{card.ord}".encode()).digest()

    return sorted(wanted, key=key)


def one_a_note(cards: Iterable[Some], seen: Collection[str]) -> Iterator[Some]:
    """Bury siblings: yield each note's first card, and none of the notes already seen today."""
    notes = set(seen)
    for card in cards:
        if card.guid not in notes:
            notes.add(card.guid)
            yield card


def limiting(deck: str, limited: Collection[str]) -> list[str]:
    """Return those of some decks that a deck's cards count in; the empty name counts all."""
    parts = deck.split("::")
    above = ["", *("::".join(parts[:n]) for n in range(1, len(parts) + 1))]
    return [name for name in above if name in limited]


def mixed(reviews: Sequence[CardName], new: Sequence[CardName]) -> list[CardName]:
    """Spread new cards evenly among the reviews, a review first."""
    total = len(reviews) + len(new)
    places = chain(
        (((n + 0.5) * total / len(reviews), 0, card) for n, card in enumerate(reviews)),
        (((n + 0.5) * total / len(new), 1, card) for n, card in enumerate(new)),
    )
    return [card for _, _, card in sorted(places)]
