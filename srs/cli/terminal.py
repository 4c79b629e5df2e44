"""The tree in a terminal, drawn by rich. Nothing is told by colour alone, and no text is cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.style import Style
from rich.text import Text

from srs.cli.fitting import FAINT, Listing, Marked, Table, spaced
from srs.cli.formulas import source, spoken
from srs.cli.spelling import fits, spelled
from srs.corpus import tree
from srs.corpus.tree import Block, Inline

_ROLES = {
    "k": "magenta", "s": "green", "m": "cyan", "c": "italic bright_black", "f": "blue",
    "b": "yellow", "d": "blue", "o": "bright_black",
}  # fmt: skip
_STYLES = {
    "strong": "bold", "em": "italic", "del": "strike", "sub": "", "sup": "", "kbd": "reverse",
}  # fmt: skip
_MARKERS = {"sub": "_", "sup": "^"}


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


class _Drawn:
    """Blocks, drawn with what the console has."""

    def __init__(self, blocks: tuple[Block, ...], tight: bool) -> None:
        self.blocks = blocks
        self.tight = tight

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        pen = _Pen(options.encoding, console.color_system is None)
        yield _blocks(pen, self.blocks, self.tight)


def _blocks(pen: _Pen, blocks: Sequence[Block], tight: bool = False) -> RenderableType:
    return spaced([_block(pen, block) for block in blocks], tight)


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
            return _barred(pen, "│ ", Listing(code, pen.write("↳ ")))
        case tree.Math(_, children):
            return _indented(Text(_formula(pen, children), style="italic"))
        case tree.Quote(children):
            return _barred(pen, "▌ ", _blocks(pen, children))
        case tree.List(start, tight, items):
            return _list(pen, start, tight, items)
        case tree.Table(align, header, rows):
            lines = [[_line(pen, cell) for cell in row] for row in rows]
            return Table(pen.write("─"), align, [_line(pen, cell) for cell in header], lines)
        case tree.Details(summary, children):
            return Group(_line(pen, summary), _indented(_blocks(pen, children)))
        case tree.Rule():
            return Text(pen.write("───"), style=FAINT)


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
        parts.append(Marked(f"{marker} ", " " * (len(marker) + 1), content))
    return spaced(parts, tight)


def _barred(pen: _Pen, mark: str, content: RenderableType) -> RenderableType:
    """Draw a mark at the left of every line of some content."""
    return Marked(pen.write(mark), pen.write(mark), content, FAINT)


def _indented(content: RenderableType) -> RenderableType:
    return Marked("  ", "  ", content)


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
