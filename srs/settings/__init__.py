"""What a person may decide about their studying. Sensible without a word of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

FSRS_6 = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""The default parameters of FSRS-6: 21 floats."""

NEW_ORDERS = ("corpus", "signal")
REVIEW_ORDERS = ("auto", "shuffled", "recall", "due")


@dataclass(frozen=True, slots=True)
class DeckSettings:
    """What holds for one deck and those below it; None is as it is elsewhere."""

    retention: float | None = None
    new_per_day: int | None = None
    reviews_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's settings.

    `retention` is the wanted chance of recall [0.7–0.99]; steps and `learn_ahead` are seconds;
    limits count cards a study day, those of `decks` in these decks and below; `rollover` is the
    hour at which a study day begins [0–23]; `maximum_interval` is in days; a card that lapsed
    `leech_lapses` times is a leech. `new_order` is one of `NEW_ORDERS`, `review_order` one of
    `REVIEW_ORDERS`: `auto` is by recall where more is due than the limit allows, else shuffled.
    `buttons` is 4, or 2 for Again and Good. `paper` is one
    that `srs.paper` knows, or empty for what is usual here. `parameters` are FSRS-6's 21.
    """

    retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    learn_ahead: int = 20 * 60
    new_per_day: int = 20
    reviews_per_day: int = 200
    maximum_interval: int = 36500
    rollover: int = 4
    leech_lapses: int = 8
    new_order: str = "corpus"
    review_order: str = "auto"
    buttons: int = 4
    editor: str = ""
    paper: str = ""
    parameters: tuple[float, ...] = FSRS_6
    decks: tuple[tuple[str, DeckSettings], ...] = ()

    def of(self, deck: str) -> Settings:
        """Return the settings that hold in a deck: the retention of the nearest above it."""
        nearest = [
            (len(name), own.retention)
            for name, own in self.decks
            if own.retention is not None and within(deck, name)
        ]
        return replace(self, retention=max(nearest)[1]) if nearest else self


def within(deck: str, above: str) -> bool:
    """Tell whether a deck is another or below it."""
    return deck == above or deck.startswith(f"{above}::")
