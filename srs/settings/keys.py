"""The keys of settings: what each takes, and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from srs import paper
from srs.settings import NEW_ORDERS, REVIEW_ORDERS

FSRS_6_RANGES = (
    (0.001, 100.0), (0.001, 100.0), (0.001, 100.0), (0.001, 100.0), (1.0, 10.0), (0.001, 4.0),
    (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8), (0.001, 3.5), (0.001, 5.0), (0.001, 0.25),
    (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0), (0.0, 2.0), (0.0, 2.0), (0.0, 0.8), (0.1, 0.8),
)  # fmt: skip
"""The lowest and highest value of each of FSRS-6's parameters, as py-fsrs 6.3 has them."""

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Form:
    """What a key takes: in words, and `read`, which returns None for what is none of it."""

    takes: str
    read: Callable[[object], object]
    write: Callable[[object], object] = lambda value: value
    """Return a value as TOML holds it: a text, a number or a list."""


@dataclass(frozen=True, slots=True)
class Key:
    """A setting; one `per_deck` may be of a deck's own."""

    name: str
    form: Form
    meaning: str
    per_deck: bool = False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(low: float, high: float) -> Form:
    def read(value: object) -> float | None:
        if isinstance(value, int | float) and _is_number(value) and low <= value <= high:
            return float(value)
        return None

    return Form(f"a number from {low:g} to {high:g}", read)


def _whole(low: int, high: int) -> Form:
    def read(value: object) -> int | None:
        whole = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return value if isinstance(value, int) and whole else None

    return Form(f"a whole number from {low} to {high}", read)


def _one_of(*choices: str | int) -> Form:
    def read(value: object) -> str | int | None:
        return next((c for c in choices if c == value and type(c) is type(value)), None)

    words = [f'"{choice}"' if isinstance(choice, str) else str(choice) for choice in choices]
    return Form(f"{', '.join(words[:-1])} or {words[-1]}", read)


def _text() -> Form:
    def read(value: object) -> str | None:
        return value if isinstance(value, str) and value.isprintable() else None

    return Form("a text on one line", read)


def _paper() -> Form:
    def read(value: object) -> str | None:
        found = paper.parse(value)
        if found is None:
            return "" if value == "" else None
        return found.name

    return Form(paper.TAKES, read)


def seconds(text: object) -> int | None:
    """Return how many seconds a text like `30s`, `10m`, `1h` or `1d` says."""
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text) if isinstance(text, str) else None
    return int(match[1]) * _UNITS[match[2]] if match else None


def duration(seconds: object) -> str:
    """Return a number of seconds as a text that says it."""
    assert isinstance(seconds, int)
    unit = next(
        unit
        for unit, size in _UNITS.items()
        if (seconds % size == 0 and seconds >= size) or size == 1
    )
    return f"{seconds // _UNITS[unit]}{unit}"


def _duration(most: int) -> Form:
    def read(value: object) -> int | None:
        found = seconds(value)
        return found if found is not None and found <= most else None

    return Form(f'a time like "30s", "10m" or "1h", at most "{duration(most)}"', read, duration)


def _durations(most: int) -> Form:
    def read(value: object) -> tuple[int, ...] | None:
        if not isinstance(value, list):
            return None
        found = tuple(n for n in map(seconds, value) if n is not None and 0 < n <= most)
        return found if len(found) == len(value) else None

    def write(value: object) -> list[str]:
        assert isinstance(value, tuple)
        return [duration(one) for one in value]

    return Form(f'a list of times like ["1m", "10m"], each at most "{duration(most)}"', read, write)


def _parameters() -> Form:
    def read(value: object) -> tuple[float, ...] | None:
        if not isinstance(value, list) or len(value) != len(FSRS_6_RANGES):
            return None
        ranges = zip(value, FSRS_6_RANGES, strict=True)
        fits = all(_is_number(one) and low <= one <= high for one, (low, high) in ranges)
        return tuple(map(float, value)) if fits else None

    return Form("a list of 21 numbers in the ranges of FSRS-6", read, lambda value: [*_each(value)])


def _each(value: object) -> tuple[object, ...]:
    assert isinstance(value, tuple)
    return value


KEYS = {
    key.name: key
    for key in (
        Key("retention", _number(0.7, 0.99), "the chance of recall at which a card returns", True),
        Key("learning_steps", _durations(7 * _DAY), "when a new card returns, time after time"),
        Key("relearning_steps", _durations(7 * _DAY), "the same for a card that was forgotten"),
        Key("learn_ahead", _duration(_DAY), "how early a step may be shown where nothing else is left"),
        Key("new_per_day", _whole(0, 9999), "new cards a day", True),
        Key("reviews_per_day", _whole(0, 9999), "reviews a day", True),
        Key("maximum_interval", _whole(1, 36500), "the longest time between reviews, in days"),
        Key("rollover", _whole(0, 23), "the hour at which a day of study begins"),
        Key("leech_lapses", _whole(1, 99), "so often forgotten, a card is a leech"),
        Key("new_order", _one_of(*NEW_ORDERS), "the order of new cards"),
        Key("review_order", _one_of(*REVIEW_ORDERS), "the order of reviews"),
        Key("buttons", _one_of(4, 2), "how many answers there are: 2 are Again and Good"),
        Key("editor", _text(), "the command that edits notes; else $VISUAL or $EDITOR"),
        Key("paper", _paper(), "the size of paper; else by $PAPERSIZE, the locale, or A4"),
        Key("parameters", _parameters(), "FSRS-6's parameters"),
    )
}  # fmt: skip
"""The settings by name, in the order in which they are shown."""


def from_words(key: Key, text: str) -> object | None:
    """Return what a text given on the command line is in TOML; None if it is nothing for a key.

    It may be TOML, a bare text, or the parts of a list with blanks or commas between.
    """
    words = [_toml(word, word) for word in re.split(r"[\s,]+", text.strip()) if word]
    for candidate in (_toml(text, None), text, words):
        if candidate is not None and key.form.read(candidate) is not None:
            return candidate
    return None


def _toml(text: str, otherwise: str | None) -> object | None:
    import tomllib

    try:
        found: dict[str, object] = tomllib.loads(f"x = {text}")
    except (ValueError, RecursionError):
        return otherwise
    return found["x"] if len(found) == 1 else otherwise
