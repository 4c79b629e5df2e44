"""The tree as the JSON that the paper templates draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from exporters import maths
from srs.corpus import tree
from srs.corpus.tree import Block, Blocks, Inline, plain


class Writer:
    """Writes a tree as the JSON that the templates draw.

    `columns` is how many characters of code fit a line at the smallest size; `unset` collects TeX
    that cannot be set.
    """

    def __init__(self, media: Mapping[str, str], columns: int, unset: dict[str, None]) -> None:
        self.media = media
        self.columns = max(columns, 20)
        self.unset = unset

    def blocks(self, value: Blocks) -> list[Any]:
        return [written for block in value for written in self.block(block)]

    def block(self, value: Block) -> Iterable[list[Any]]:
        match value:
            case tree.Paragraph((tree.Image(source, alt),)) if source in self.media:
                yield ["img", self.media[source], alt]
            case tree.Paragraph(children):
                yield ["p", self.inlines(children)]
            case tree.Heading(level, children):
                yield ["h", level, self.inlines(children)]
            case tree.CodeBlock(_, children):
                lines = [self._wrapped(line) for line in split_lines(children)]
                drawn = [[self._token(part) for part in row] for line in lines for row in line]
                longest = max((_width(row) for line in lines for row in line), default=0)
                yield ["pre", drawn, longest]
            case tree.Math():
                yield self._math(value)
            case tree.Quote(children):
                yield ["quote", self.blocks(children)]
            case tree.List(start, tight, items):
                yield ["list", start, tight, [[i.checked, self.blocks(i.children)] for i in items]]
            case tree.Table(align, header, rows):
                cells = [[self.inlines(cell) for cell in row] for row in rows]
                cells = cells or [[[] for _ in header]]
                yield ["table", list(align), [self.inlines(cell) for cell in header], cells]
            case tree.Details(summary, children):
                if summary:
                    yield ["h", 3, self.inlines(summary)]
                yield from self.blocks(children)
            case tree.Rule():
                yield ["hr"]

    def inlines(self, value: tuple[Inline, ...]) -> list[Any]:
        return [written for part in value for written in self.inline(part)]

    def inline(self, value: Inline) -> Iterable[Any]:
        match value:
            case tree.Text(text, _):
                yield text
            case tree.Cloze(_, _, children):
                yield from self.inlines(children)
            case tree.Blank(hint):
                yield ["blank", hint]
            case tree.Revealed(children):
                yield ["mark", self.inlines(children)]
            case tree.Styled(style, children):
                yield [style, self.inlines(children)]
            case tree.Code(children):
                yield ["code" if len(plain(children)) <= 24 else "longcode", self.inlines(children)]
            case tree.Math():
                yield self._math(value)
            case tree.Link(url, children):
                yield ["a", url, self.inlines(children)]
            case tree.Image(source, alt) as medium:
                name = self.media.get(source)
                yield ["img", name, alt] if name else medium.said
            case tree.LineBreak():
                yield ["br"]

    def _math(self, value: tree.Math) -> list[Any]:
        tex = _tex(value.children)
        parsed = maths.parse(tex)
        if parsed is None:
            self.unset[tex] = None
        return ["math", parsed, tex, value.display]

    def _token(self, part: Inline) -> Any:
        match part:
            case tree.Text(text, ""):
                return text
            case tree.Text(text, style):
                return ["t", style, text]
            case tree.Blank(hint):
                return ["blank", hint]
            case tree.Revealed(children):
                return ["mark", [["raw", plain(children)]]]
            case _:
                return plain(part)

    def _wrapped(self, line: list[Inline]) -> list[list[Inline]]:
        """Break a line of code that is too long even at the smallest size, with a sign."""
        if _width(line) <= self.columns:
            return [line]
        rows: list[list[Inline]] = [[]]
        room = self.columns - 2
        for part in line:
            if not isinstance(part, tree.Text):
                rows[-1].append(part)
                room -= _width([part])
                continue
            text = part.text
            while len(text) > room:
                rows[-1] += [tree.Text(text[: max(room, 0)], part.style), tree.Text(" ↩", "o")]
                rows.append([])
                text, room = text[max(room, 0) :], self.columns - 2
            rows[-1].append(tree.Text(text, part.style))
            room -= len(text)
        return rows


def _width(row: Iterable[Inline]) -> int:
    """Return how many characters of code a line takes, its blanks drawn."""
    return sum(
        max(len(part.hint), 4) + 2 if isinstance(part, tree.Blank) else len(plain(part))
        for part in row
    )


def split_lines(children: tuple[Inline, ...]) -> list[list[Inline]]:
    """Divide code into lines; a revealed cloze that spans several is revealed on each."""
    lines: list[list[Inline]] = [[]]
    for child in children:
        match child:
            case tree.Text(text, style):
                for n, piece in enumerate(text.expandtabs(4).split("\n")):
                    if n:
                        lines.append([])
                    if piece:
                        lines[-1].append(tree.Text(piece, style))
            case tree.Revealed(inner):
                for n, line in enumerate(split_lines(inner)):
                    if n:
                        lines.append([])
                    if line:
                        lines[-1].append(tree.Revealed(tuple(line)))
            case _:
                lines[-1].append(child)
    return lines


def join_lines(lines: list[list[Inline]]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for n, line in enumerate(lines):
        if n:
            out.append(tree.Text("\n"))
        out.extend(line)
    return tuple(out)


def _tex(children: tuple[Inline, ...]) -> str:
    parts = []
    for child in children:
        match child:
            case tree.Text(text):
                parts.append(text)
            case tree.Blank():
                parts.append(r"\square ")
            case _:
                parts.append(_tex(getattr(child, "children", ())))
    return "".join(parts)
