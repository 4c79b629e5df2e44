"""Numbers of days as columns of characters."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date

ROWS = 5
BLOCKS = " ▁▂▃▄▅▆▇█"
ASCII = " .:|#"
"""How full a character can be, the fullest last; ASCII is for outputs that know no blocks."""


def columns(days: Sequence[tuple[date, int]], shades: str | None = None) -> list[str]:
    """Draw a column a day, its number at the side for the highest and the weeks' days below.

    30 days take 40 characters a line while no number has more than three digits. A number above 0
    is always seen.
    """
    shades = shades or _shades()
    fullest = len(shades) - 1
    highest = max(count for _, count in days)
    heights = [-(-count * ROWS * fullest // max(highest, 1)) for _, count in days]
    side = len(str(highest))
    lines = []
    for row in reversed(range(ROWS)):
        cells = [shades[min(max(0, height - row * fullest), fullest)] for height in heights]
        label = str(highest) if row == ROWS - 1 else "0" if row == 0 else ""
        lines.append(f"{label:>{side}} {''.join(cells)}".rstrip())
    weeks = "".join(f"{day.day} {day:%b}".ljust(7) for day, _ in days[::7])
    return [*lines, f"{'':{side}} {weeks}".rstrip()]


def _shades() -> str:
    try:
        BLOCKS.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS
