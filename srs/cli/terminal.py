"""The tree in a terminal, drawn by rich. Nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import (
    Console,
    ConsoleOptions,
    Group,
    JustifyMethod,
    RenderableType,
    RenderResult,
)
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text

from srs.corpus import tree
from srs.corpus.tree import Block, Inline

_ROLES = {
    "k": "magenta", "s": "green", "m": "cyan", "c": "italic bright_black", "f": "blue",
    "b": "yellow", "d": "blue", "o": "bright_black",
}  # fmt: skip
_STYLES = {
    "strong": "bold", "em": "italic", "del": "strike", "sub": "", "sup": "", "kbd": "reverse",
}  # fmt: skip
_SIDES: dict[str, JustifyMethod] = {"right": "right", "center": "center"}
_MARKERS = {"sub": "_", "sup": "^"}


def draw(blocks: tuple[Block, ...], tight: bool = False) -> RenderableType:
    """Draw blocks under one another, a blank line between them unless they are tight."""
    parts: list[RenderableType] = []
    for n, block in enumerate(blocks):
        if n and not tight:
            parts.append("")
        parts.append(_block(block))
    return Group(*parts)


def line(inlines: Iterable[Inline]) -> Text:
    """Draw inlines as one text."""
    text = Text()
    for part in inlines:
        text.append_text(_inline(part))
    return text


def _block(block: Block) -> RenderableType:
    match block:
        case tree.Paragraph(children):
            return line(children)
        case tree.Heading(_, children):
            text = line(children)
            text.stylize_before("bold")
            return text
        case tree.CodeBlock(_, children):
            code = line(children)
            code.expand_tabs(4)
            return _beside("│ ", code, "bright_black")
        case tree.Math(_, children):
            return Padding(Text(_tex(children), style="italic"), (0, 0, 0, 2))
        case tree.Quote(children):
            return _beside("▌ ", draw(children), "bright_black")
        case tree.List(start, tight, items):
            return _list(start, tight, items)
        case tree.Table(align, header, rows):
            table = Grid(box=None, show_edge=False, header_style="bold", pad_edge=False)
            for name, how in zip(header, align, strict=True):
                table.add_column(line(name), justify=_SIDES.get(how, "left"), overflow="fold")
            for row in rows:
                table.add_row(*map(line, row))
            return table
        case tree.Details(summary, children):
            return Group(line(summary), Padding(draw(children), (0, 0, 0, 2)))
        case tree.Rule():
            return Text("───", style="bright_black")


def _list(start: int | None, tight: bool, items: tuple[tree.Item, ...]) -> RenderableType:
    """Draw a list's items beside their markers, with a blank line between them in a loose one.

    Not as a table of rich's: that measures its cells anew at every level of nesting.
    """
    widest = 0 if start is None else len(f"{start + len(items) - 1}.")
    parts: list[RenderableType] = []
    for number, item in enumerate(items):
        if number and not tight:
            parts.append("")
        marker = "•" if start is None else f"{start + number}.".ljust(widest)
        if item.checked is not None:
            marker = ("[x]" if item.checked else "[ ]").ljust(widest)
        content = draw(item.children, tight) if item.children else Text()
        parts.append(_Marked(f"{marker} ", " " * (len(marker) + 1), content))
    return Group(*parts)


def _beside(mark: str, content: RenderableType, style: str) -> RenderableType:
    """Draw a mark at the left of every line of some content."""
    return _Marked(mark, mark, content, style)


class _Marked:
    """Content with a mark in front of its first line and another before all others."""

    def __init__(self, first: str, others: str, content: RenderableType, style: str = "") -> None:
        self.first = first
        self.others = others
        self.content = content
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(8, options.max_width - len(self.first))
        style = console.get_style(self.style)
        mark = self.first
        for drawn in console.render_lines(self.content, options.update(width=width), pad=False):
            yield Segment(mark, style)
            yield from drawn
            yield Segment.line()
            mark = self.others


def _inline(part: Inline) -> Text:
    match part:
        case tree.Text(text, style):
            return Text(text, style=_ROLES.get(style, ""))
        case tree.Cloze(_, _, children):
            return line(children)
        case tree.Link(url, children):
            return _styled(line(children), f"link {url}")
        case tree.Blank(hint):
            return Text(f"[{hint or '…'}]", style="bold cyan")
        case tree.Revealed(children):
            return _styled(line(children), "bold underline")
        case tree.Styled(style, children):
            return _styled(Text(_MARKERS.get(style, "")) + line(children), _STYLES[style])
        case tree.Code(children):
            return _styled(Text("`") + line(children) + Text("`"), "cyan")
        case tree.Math(_, children):
            return Text(_tex(children), style="italic")
        case tree.Image() as medium:
            return Text(medium.said)
        case tree.LineBreak():
            return Text("\n")


def _styled(text: Text, style: str) -> Text:
    """Put a style beneath those that parts of a text have of their own."""
    text.stylize_before(style)
    return text


def _tex(children: tuple[Inline, ...]) -> str:
    """Write TeX as plain text where it can be read so, else as its source."""
    from exporters import maths

    source = "".join("[…]" if isinstance(c, tree.Blank) else tree.plain(c) for c in children)
    parsed = maths.parse(source)
    return source if parsed is None else _spoken(parsed).strip()


_RELATIONS = frozenset("=<>≤≥≠≈∈∉⊂⊆→⇒⟹⇔⟺↦+-−±×÷∧∨∣")


def _spoken(node: list[object]) -> str:
    kind, *parts = node
    if kind in ("i", "n", "o", "text"):
        text = str(parts[0])
        if text in _RELATIONS:
            return f" {text} "
        return f"{text} " if text == "," else text
    texts = [_spoken(part) for part in parts if isinstance(part, list)]
    match kind:
        case "mfrac":
            return "/".join(_grouped(text) for text in texts)
        case "msup" | "mover":
            return f"{texts[0]}^{_grouped(texts[1])}"
        case "msub" | "munder":
            return f"{texts[0]}_{_grouped(texts[1])}"
        case "msubsup" | "munderover":
            return f"{texts[0]}_{_grouped(texts[1])}^{_grouped(texts[2])}"
        case "msqrt":
            return f"√{_grouped(texts[0])}"
        case "mroot":
            return f"root({texts[0]}, {texts[1]})"
        case "space":
            return " "
        case "table":
            return "; ".join(texts)
        case "cells":
            return " ".join(texts)
        case _:
            return "".join(texts)


def _grouped(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 or text.isalnum() else f"({text})"


def beside(first: str, others: str, content: RenderableType) -> RenderableType:
    """Draw content with a mark in front of its first line and another before all others."""
    return _Marked(first, others, content)
