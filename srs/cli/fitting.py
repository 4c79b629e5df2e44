"""What fits itself to the columns it is given: marks beside content, code line by line, tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import (
    Console,
    ConsoleOptions,
    Group,
    JustifyMethod,
    RenderableType,
    RenderResult,
)  # fmt: skip
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text

NARROW = 12
"""Columns that content keeps, however deep it stands: there it is drawn without indentation."""

GAP = 2
"""Columns between those of a table."""

_SIDES: dict[str, JustifyMethod] = {"right": "right", "center": "center"}
FAINT = "bright_black"


def spaced(parts: Iterable[RenderableType], tight: bool = False) -> RenderableType:
    """Put parts under one another, a blank line between them unless they are tight."""
    apart = [each for part in parts for each in ("", part)][1:]
    return Group(*(apart[::2] if tight else apart))


class Marked:
    """Content with a mark in front of its first line and another before all others.

    Where that leaves too little room, the mark stands above the content.
    """

    def __init__(self, first: str, others: str, content: RenderableType, style: str = "") -> None:
        self.first = first
        self.others = others
        self.content = content
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width - max(cell_len(self.first), cell_len(self.others))
        style = console.get_style(self.style)
        mark, others = self.first, self.others
        if width < NARROW:
            width = options.max_width
            if mark.strip():
                yield Segment(mark.rstrip(), style)
                yield Segment.line()
            mark = others = ""
        for drawn in console.render_lines(self.content, options.update(width=width), pad=False):
            yield Segment(mark, style)
            yield from drawn
            yield Segment.line()
            mark = others


class Listing:
    """Code line by line; what is too long goes on below, behind a mark."""

    def __init__(self, code: Text, mark: str) -> None:
        self.code = code
        self.mark = mark

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        for row in self.code.split(allow_blank=True):
            cuts = _cuts(row.plain, width, width - len(self.mark))
            for n, piece in enumerate(row.divide(cuts)):
                text = Text(no_wrap=True, overflow="ignore")
                yield text.append(self.mark if n else "", FAINT).append_text(piece)


def _cuts(code: str, first: int, rest: int) -> list[int]:
    """Return where to cut a line so that its pieces fit: behind a space if one is not far."""
    cuts: list[int] = []
    start = used = space = 0
    room = first
    for n, char in enumerate(code):
        size = cell_len(char)
        if used + size > room and n > start:
            near = space - start > (n - start) // 2 and code[start:space].strip()
            start = space if near else n
            cuts.append(start)
            used, room = cell_len(code[start:n]), rest
        used += size
        if char == " ":
            space = n + 1
    return cuts


class Table:
    """A table, or where its words do not fit beside one another, its rows each as a list.

    A line of `rule`, one column wide, stands under the header.
    """

    def __init__(
        self, rule: str, align: Sequence[str], header: list[Text], rows: list[list[Text]]
    ) -> None:
        self.rule = rule
        self.align = align
        self.header = header
        self.rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = list(zip(self.header, *self.rows, strict=True))
        least = [max(_longest(cell.plain.split()) for cell in column) for column in columns]
        most = [max(_longest(cell.plain.split("\n")) for cell in column) for column in columns]
        room = options.max_width - GAP * (len(columns) - 1)
        if sum(least) > room:
            yield spaced(Group(*self._listed(row)) for row in self.rows or [[]])
        else:
            yield self._grid(_shared(least, most, room))

    def _grid(self, widths: Sequence[int]) -> Grid:
        grid = Grid(
            box=None, show_edge=False, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0)
        )
        for name, how, width in zip(self.header, self.align, widths, strict=True):
            side = _SIDES.get(how, "left")
            grid.add_column(name, justify=side, overflow="fold", width=width)
        grid.add_row(*(Text(self.rule * width, FAINT) for width in widths))
        for row in self.rows:
            grid.add_row(*row)
        return grid

    def _listed(self, row: Sequence[Text]) -> Iterator[RenderableType]:
        """Draw each cell behind its column's name; without a row, the names alone."""
        for n, name in enumerate(self.header):
            text = Text().append_text(name)
            text.stylize_before("bold")
            if n < len(row):
                text.append(": " if name else "").append_text(row[n])
            yield Marked("", "  ", text)


def _shared(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Share out what room columns leave: those that want little get it, the others the same."""
    widths = [max(1, width) for width in least]
    left = max(0, room - sum(widths))
    order = sorted(range(len(widths)), key=lambda n: most[n] - least[n])
    for place, n in enumerate(order):
        given = min(max(0, most[n] - widths[n]), left // (len(order) - place))
        widths[n] += given
        left -= given
    return widths


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)
