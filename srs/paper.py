"""Sizes of paper, and which one is meant where nobody named any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAMED = {
    "a3": (297.0, 420.0), "a4": (210.0, 297.0), "a5": (148.0, 210.0), "a6": (105.0, 148.0),
    "letter": (215.9, 279.4), "legal": (215.9, 355.6),
}  # fmt: skip
"""Width and height in mm."""

TAKES = f"{', '.join(NAMED)}, or a size like 3x5in or 100x70mm"

_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
_RANGE_MM = (40.0, 1200.0)
_LETTER = frozenset({"US", "CA", "MX", "United States", "Canada", "Mexico"})
"""Territories whose paper is letter, as POSIX and as Windows call them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of paper, upright or not; `width` and `height` are mm."""

    name: str
    width: float
    height: float


def parse(text: object) -> Paper | None:
    """Return the paper of a name or of a size like `3x5in`; None if it is neither."""
    name = text.strip().lower() if isinstance(text, str) else ""
    if name in NAMED:
        return Paper(name, *NAMED[name])
    match = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|cm|in)", name)
    if match is None:
        return None
    width, height = (round(float(side) * _MM[match[3]], 3) for side in match.groups()[:2])
    low, high = _RANGE_MM
    fits = low <= width <= high and low <= height <= high
    return Paper(name, width, height) if fits else None


def usual(environment: Mapping[str, str], locale: str = "") -> tuple[Paper, str]:
    """Return the paper of this place, and what says so.

    That is libpaper's `PAPERSIZE`, else the territory of the locale as POSIX finds it (`locale`
    where no variable names one), else A4.
    """
    named = environment.get("PAPERSIZE", "")
    if (found := parse(named)) is not None:
        return found, "PAPERSIZE"
    names = (environment.get(name) for name in ("LC_ALL", "LC_PAPER", "LANG"))
    spoken = next((name for name in names if name), locale)
    territory = re.match(r"[A-Za-z]+[_-]([A-Z]{2}\b|[A-Z][a-z]+[^.]*)", spoken)
    if territory is not None:
        name = "letter" if territory[1] in _LETTER else "a4"
        return Paper(name, *NAMED[name]), f"locale {spoken}"
    return Paper("a4", *NAMED["a4"]), "default"
