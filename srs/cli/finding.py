"""What is said of a QUERY that finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.errors import SrsError

if TYPE_CHECKING:
    from srs.study.memory import Study


def unmatched(study: Study, text: str) -> SrsError:
    """Return the error that no card matches a query, with what may be meant."""
    from srs.query import quoted_deck

    names = {
        "::".join(parts[:n])
        for parts in (deck.split("::") for deck in study.decks().values())
        for n in range(1, len(parts) + 1)
    }
    meant = [name for name in names if " " in name and f"deck:{name}".lower() in text.lower()]
    hint = "`srs list` shows their names"
    if meant:
        hint = f"write {quoted_deck(max(meant, key=len))} if that is the deck"
    return SrsError(f"no card matches {text}: {hint}")
