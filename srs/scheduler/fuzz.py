"""Fuzz: spread intervals so that cards learnt together do not stay together.

Anki's ranges (rslib/src/scheduler/states/fuzz.rs), with a seed of our own: the same card at the
same repetition gets the same fuzz in the preview, at the answer and on every device.
"""

from __future__ import annotations

import hashlib
from math import floor

_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))


def factor(guid: str, ord: int, reps: int) -> float:
    """Return a number in [0, 1) that belongs to a card's repetition."""
    seed = f"{guid}/{ord}/{reps}".encode()
    return int.from_bytes(hashlib.sha256(seed).digest()[:6]) / 2**48


def fuzzed(interval: float, factor: float, minimum: int, maximum: int) -> int:
    """Return a whole number of days around `interval`, within [minimum, maximum]."""
    lower, upper = bounds(interval, minimum, maximum)
    return min(upper, floor(lower + factor * (1 + upper - lower)))


def whole(days: float) -> int:
    """Return the nearest whole number of days, of two the longer."""
    return floor(days + 0.5)


def bounds(interval: float, minimum: int, maximum: int) -> tuple[int, int]:
    """Return the shortest and the longest that `interval` may be fuzzed to, in days."""
    minimum = min(minimum, maximum)
    interval = min(max(interval, minimum), maximum)
    delta = 0.0
    if interval >= _RANGES[0][0]:
        delta = 1.0 + sum(
            share * max(0.0, min(interval, end) - start) for start, end, share in _RANGES
        )
    lower = min(max(whole(interval - delta), minimum), maximum)
    upper = min(max(whole(interval + delta), minimum), maximum)
    if upper == lower and 2 < upper < maximum:
        upper += 1
    return lower, upper
