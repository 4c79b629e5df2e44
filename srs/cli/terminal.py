"""The tree in a terminal, drawn by rich. Nothing is told by colour alone, and no text is cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import (
    Console,
    ConsoleOptions,
    Group,
    JustifyMethod,
    RenderableType,
    RenderResult,
)
from rich.segment import Segment
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text

from srs.cli.formulas import source, spoken
from srs.cli.spelling import fits, spelled
from srs.corpus import tree
from srs.corpus.tree import Block, Inline

NARROW = 12
"""Columns that content keeps, however deep it stands: there it is drawn without indentation."""

GAP = 2
"""Columns between those of a table."""

_ROLES = {
    "k": "magenta", "s": "green", "m": "cyan", "c": "italic bright_black", "f": "blue",
    "b": "yellow", "d": "blue", "o": "bright_black",
}  # fmt: skip
_STYLES = {
    "strong": "bold", "em": "italic", "del": "strike", "sub": "", "sup": "", "kbd": "reverse",
}  # fmt: skip
_SIDES: dict[str, JustifyMethod] = {"right": "right", "center": "center"}
_MARKERS = {"sub": "_", "sup": "^"}
_FAINT = "bright_black"


@dataclass(frozen=True, slots=True)
class _Pen:
    """What can be drawn with: the characters of an encoding, and styles unless it is `plain`."""

    encoding: str = "utf-8"
    plain: bool = False

    def write(self, text: str) -> str:
        return text if self.encoding.startswith("utf") else spelled(text, self.encoding)


def draw(blocks: tuple[Block, ...], tight: bool = False) -> RenderableType:
    """Draw blocks under one another, a blank line between them unless they are tight."""
    return _Drawn(blocks, tight)


def line(inlines: Iterable[Inline]) -> Text:
    """Draw inlines as one text."""
    return _line(_Pen(), inlines)


def beside(first: str, others: str, content: RenderableType) -> RenderableType:
    """Draw content with a mark in front of its first line and another before all others."""
    return _Marked(first, others, content)


class _Drawn:
    """Blocks, drawn with what the console has."""

    def __init__(self, blocks: tuple[Block, ...], tight: bool) -> None:
        self.blocks = blocks
        self.tight = tight

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        pen = _Pen(options.encoding, console.color_system is None)
        yield _blocks(pen, self.blocks, self.tight)


def _blocks(pen: _Pen, blocks: Sequence[Block], tight: bool = False) -> RenderableType:
    return _spaced([_block(pen, block) for block in blocks], tight)


def _spaced(parts: Iterable[RenderableType], tight: bool = False) -> RenderableType:
    """Put parts under one another, a blank line between them unless they are tight."""
    spaced = [each for part in parts for each in ("", part)][1:]
    return Group(*(spaced[::2] if tight else spaced))


def _block(pen: _Pen, block: Block) -> RenderableType:
    match block:
        case tree.Paragraph(children):
            return _line(pen, children)
        case tree.Heading(_, children):
            text = _line(pen, children)
            text.stylize_before("bold")
            return text
        case tree.CodeBlock(_, children):
            code = _line(pen, children)
            code.expand_tabs(4)
            return _barred(pen, "│ ", _Listing(code, pen.write("↳ ")))
        case tree.Math(_, children):
            return _indented(Text(_formula(pen, children), style="italic"))
        case tree.Quote(children):
            return _barred(pen, "▌ ", _blocks(pen, children))
        case tree.List(start, tight, items):
            return _list(pen, start, tight, items)
        case tree.Table(align, header, rows):
            lines = [[_line(pen, cell) for cell in row] for row in rows]
            return _Table(pen, align, [_line(pen, cell) for cell in header], lines)
        case tree.Details(summary, children):
            return Group(_line(pen, summary), _indented(_blocks(pen, children)))
        case tree.Rule():
            return Text(pen.write("───"), style=_FAINT)


def _list(
    pen: _Pen, start: int | None, tight: bool, items: tuple[tree.Item, ...]
) -> RenderableType:
    """Draw a list's items beside their markers, with a blank line between them in a loose one.

    Not as a table of rich's: that measures its cells anew at every level of nesting.
    """
    widest = 0 if start is None else len(f"{start + len(items) - 1}.")
    parts: list[RenderableType] = []
    for number, item in enumerate(items):
        marker = pen.write("•") if start is None else f"{start + number}.".ljust(widest)
        if item.checked is not None:
            marker = ("[x]" if item.checked else "[ ]").ljust(widest)
        content = _blocks(pen, item.children, tight) if item.children else Text()
        parts.append(_Marked(f"{marker} ", " " * (len(marker) + 1), content))
    return _spaced(parts, tight)


def _barred(pen: _Pen, mark: str, content: RenderableType) -> RenderableType:
    """Draw a mark at the left of every line of some content."""
    return _Marked(pen.write(mark), pen.write(mark), content, _FAINT)


def _indented(content: RenderableType) -> RenderableType:
    return _Marked("  ", "  ", content)


class _Marked:
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


class _Listing:
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
                yield text.append(self.mark if n else "", _FAINT).append_text(piece)


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


class _Table:
    """A table, or where its words do not fit beside one another, its rows each as a list."""

    def __init__(
        self, pen: _Pen, align: Sequence[str], header: list[Text], rows: list[list[Text]]
    ) -> None:
        self.pen = pen
        self.align = align
        self.header = header
        self.rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = list(zip(self.header, *self.rows, strict=True))
        least = [max(_longest(cell.plain.split()) for cell in column) for column in columns]
        most = [max(_longest(cell.plain.split("\n")) for cell in column) for column in columns]
        room = options.max_width - GAP * (len(columns) - 1)
        if sum(least) > room:
            yield _spaced(Group(*self._listed(row)) for row in self.rows or [[]])
        else:
            yield self._grid(_shared(least, most, room))

    def _grid(self, widths: Sequence[int]) -> Grid:
        grid = Grid(
            box=None, show_edge=False, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0)
        )
        for name, how, width in zip(self.header, self.align, widths, strict=True):
            side = _SIDES.get(how, "left")
            grid.add_column(name, justify=side, overflow="fold", width=width)
        grid.add_row(*(Text(self.pen.write("─") * width, _FAINT) for width in widths))
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
            yield _Marked("", "  ", text)


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


def _line(pen: _Pen, inlines: Iterable[Inline]) -> Text:
    text = Text()
    for part in inlines:
        text.append_text(_inline(pen, part))
    return text


def _inline(pen: _Pen, part: Inline) -> Text:
    match part:
        case tree.Text(text, style):
            return Text(pen.write(text), style=_ROLES.get(style, ""))
        case tree.Cloze(_, _, children):
            return _line(pen, children)
        case tree.Link(url, children):
            return _link(pen, url, children)
        case tree.Blank(hint):
            return Text(pen.write(f"[{hint or '…'}]"), style="bold cyan")
        case tree.Revealed(children):
            around = ("[", "]") if pen.plain else ("", "")
            return _styled(_line(pen, children), "bold underline", *around)
        case tree.Styled(style, children):
            struck = "~~" if pen.plain and style == "del" else ""
            before = _MARKERS.get(style, struck)
            return _styled(_line(pen, children), _STYLES[style], before, struck)
        case tree.Code(children):
            return _styled(_line(pen, children), "cyan", "`", "`")
        case tree.Math(_, children):
            return Text(_formula(pen, children), style="italic")
        case tree.Image() as medium:
            return Text(pen.write(medium.said))
        case tree.LineBreak():
            return Text("\n")


def _link(pen: _Pen, url: str, children: tuple[Inline, ...]) -> Text:
    """Draw a link's text; where it cannot be followed, its address too, unless that is the text."""
    text = _line(pen, children)
    if pen.plain and url.removeprefix("mailto:") != tree.plain(children):
        text.append(pen.write(f" <{url}>"))
    return _styled(text, Style(link=url))


def _styled(text: Text, style: str | Style, before: str = "", after: str = "") -> Text:
    """Put marks around a text, and a style beneath those that its parts have of their own."""
    styled = Text(before).append_text(text).append(after)
    styled.stylize_before(style)
    return styled


def _formula(pen: _Pen, children: tuple[Inline, ...]) -> str:
    """Write TeX as it would be said, if that can be shown, else as its source."""
    tex = source(children)
    said = spoken(tex)
    return said if fits(said, pen.encoding) else pen.write(tex)
