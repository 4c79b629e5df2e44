"""The tree as the JSON that the paper templates draw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from exporters import maths
from exporters.pdf import widths
from exporters.pdf.code import BLANK, split_lines, width, wrapped
from srs.corpus import tree
from srs.corpus.tree import Block, Blocks, Inline, inside, plain

CODE_FLOOR_PT = 5.5
"""The smallest size of code."""

PT = 72 / 25.4
"""How many pt a mm is."""

BREAK = "\u200b"
"""Where the templates may break a word; no reader ever gets it."""

_PAD_PT = 10
_NARROWEST_PT = 60
_QUOTE_PT, _LIST_PT = 10, 17
_COLUMN_PT = 20
_BOX_EM = 0.5
_LETTER_EM = 0.6
_SHORT = 24
_HEADER = 120
"""A table's header with more characters in a cell is a row: it may go on over a page's end."""

_HEADING = 300
"""A heading with more characters is a paragraph: it may go on over a page's end."""

_LARGER = 4
"""So many times larger than at its smallest may text be."""

_LONG = re.compile(rf"[^\s{BREAK}]{{4,}}")

_SOFT = re.compile(r"(?<=[/._\-,:;=()\[\]{}&?#%+@|])(?=\w)|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes a tree as the JSON that the templates draw.

    `width` is that of a line in pt, `size` the smallest that its text may get; words too wide even
    then are broken, and of the others `sizes` collects at which size each just fits. `unset`
    collects TeX that cannot be set. A blank is at least `blank` characters of code wide.
    """

    media: Mapping[str, str]
    width: float
    size: float
    unset: dict[str, None]
    blank: int = BLANK
    em: Callable[[str], float] = widths.ems
    sizes: list[float] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """How many characters of code fit a line at the smallest size."""
        return max(int((self.width - _PAD_PT) / (CODE_FLOOR_PT * widths.CODE_EM)), 8)

    def blocks(self, value: Blocks) -> list[Any]:
        return [written for block in value for written in self.block(block)]

    def block(self, value: Block) -> Iterable[list[Any]]:
        match value:
            case tree.Paragraph((tree.Image(source, alt),)) if source in self.media:
                yield ["img", self.media[source], alt or source]
            case tree.Paragraph(children):
                yield ["p", self.inlines(children)]
            case tree.Heading(_, children) if len(plain(children)) > _HEADING:
                yield ["p", [["strong", replace(self, em=widths.bold).inlines(children)]]]
            case tree.Heading(level, children):
                yield ["h", level, replace(self, em=widths.bold).inlines(children)]
            case tree.CodeBlock(_, children):
                lines = [wrapped(line, self.columns, self.blank) for line in split_lines(children)]
                drawn = [[self._token(part) for part in row] for line in lines for row in line]
                longest = max((width(row, self.blank) for line in lines for row in line), default=0)
                yield ["pre", drawn, longest]
            case tree.Math():
                yield self._math(value)
            case tree.Quote(children):
                if (inner := self._indented(_QUOTE_PT)) is None:
                    yield from self.blocks(children)
                else:
                    yield ["quote", inner.blocks(children)]
            case tree.List(start, tight, items):
                if (inner := self._indented(max(_LIST_PT, self.size))) is None:
                    yield from self.blocks(tuple(b for item in items for b in tree.boxed(item)))
                else:
                    written = [[item.checked, inner.blocks(item.children)] for item in items]
                    yield ["list", start, tight, written]
            case tree.Table():
                yield from self._table(value)
            case tree.Details(summary, children):
                if summary:
                    yield ["h", 3, self.inlines(summary)]
                yield from self.blocks(children)
            case tree.Rule():
                yield ["hr"]

    def _indented(self, by: float) -> Writer | None:
        """Return the writer of what is indented, or None where no room is left for that."""
        left = self.width - by
        return None if left < _NARROWEST_PT else replace(self, width=left)

    def _table(self, value: tree.Table) -> Iterable[list[Any]]:
        """Write a table, its columns' shares by what they hold; one too wide row by row."""
        if len(value.header) * _COLUMN_PT > self.width:
            yield from self.blocks(unfolded(value))
            return
        columns = zip(value.header, *value.rows, strict=True)
        texts = [[_said(cell) for cell in column] for column in columns]
        shares = widths.shares(texts, self.width / (self.size * widths.CELL_EM))
        words: list[float] = []
        writers = [
            replace(
                self,
                width=max(
                    (self.width * share / sum(shares) - widths.CELL_PT) / widths.CELL_EM, 5.0
                ),
                sizes=words,
            )
            for share in shares
        ]

        def row(cells: tuple[tree.Cell, ...]) -> list[Any]:
            return [writer.inlines(cell) for writer, cell in zip(writers, cells, strict=True)]

        header = row(value.header)
        rows = [row(cells) for cells in value.rows] or [[[] for _ in value.header]]
        if max(map(len, map(_said, value.header))) > _HEADER:
            rows, header = [[[["strong", cell]] for cell in header], *rows], []
        # A header on every page is no part of the text there, and so may hold no link.
        again = not any(isinstance(node, tree.Link) for node in inside(value.header))
        yield ["table", list(value.align), header, rows, shares, again]
        self.sizes.append(max(widths.unwrapped(texts, self.width), min(words, default=0.0)))

    def inlines(self, value: tuple[Inline, ...]) -> list[Any]:
        """Write inlines; a word that goes on over several may break between them."""
        written: list[Any] = []
        wide, space = 0.0, True
        for part in value:
            text = "" if isinstance(part, tree.Math) else plain(part)
            parts = text.split()
            glued = bool(parts) and not space and not text[0].isspace()
            if glued and not self._fits(wide + self.em(parts[0])):
                written.append(BREAK)
                glued = False
            written += self.inline(part)
            if parts:
                last = self.em(parts[-1])
                wide = wide + last if glued and len(parts) == 1 else last
            space = not text or text[-1].isspace()
        return written

    def inline(self, value: Inline) -> Iterable[Any]:
        match value:
            case tree.Text(text, _):
                yield self._breakable(text)
            case tree.Cloze(_, _, children):
                yield from self.inlines(children)
            case tree.Blank(hint):
                yield self._blank(hint)
            case tree.Revealed(children):
                yield ["mark", replace(self, em=widths.bold).inlines(children)]
            case tree.Styled("strong", children):
                yield ["strong", replace(self, em=widths.bold).inlines(children)]
            case tree.Styled("kbd", children) if len(plain(children)) > _SHORT:
                yield ["longcode", self.inlines(children)]
            case tree.Styled(style, children):
                yield [style, self.inlines(children)]
            case tree.Code(children):
                yield self._code(children)
            case tree.Math():
                yield self._math(value)
            case tree.Link(url, children):
                yield ["a", url, self.inlines(children)]
            case tree.Image(source, alt) as medium:
                name = self.media.get(source)
                yield ["img", name, alt or source] if name else self._breakable(medium.said)
            case tree.LineBreak():
                yield ["br"]

    def _breakable(self, text: str) -> str:
        """Say where words may break that are wider than a line."""
        return _LONG.sub(lambda match: self._word(match[0]), text)

    def _word(self, word: str) -> str:
        wide = self.em(word)
        if self._fits(wide):
            return word
        most = max(int(len(word) * self.width / (wide * self.size) / _LARGER), 1)
        return BREAK.join(
            piece[n : n + most]
            for piece in _SOFT.split(word)
            for n in range(0, len(piece) or 1, most)
        )

    def _fits(self, wide: float) -> bool:
        """Tell whether what is so many em wide fits a line, and remember up to which size."""
        fits = wide * self.size <= self.width
        if fits:
            self.sizes.append(self.width / wide)
        return fits

    def _code(self, children: tuple[Inline, ...]) -> list[Any]:
        """Write code in a line of text: in a box if it is short, else to be broken."""
        text = plain(children)
        if len(text) <= _SHORT and self._fits(widths.mono(text) + _BOX_EM):
            return ["code", replace(self, em=lambda _: _BOX_EM).inlines(children)]
        broken = tree.mapped(children, tree.Text, _softened)
        return ["longcode", replace(self, em=widths.mono).inlines(broken)]

    def _blank(self, hint: str) -> list[Any]:
        if self._fits(max(self.em(hint), self.blank * widths.CODE_EM) + 1):
            return ["blank", hint]
        return ["longblank", self._breakable(hint)]

    def _math(self, value: tree.Math) -> list[Any]:
        tex = _tex(value.children)
        parsed = maths.parse(tex)
        if parsed is None:
            self.unset[tex] = None
            return ["tex", replace(self, em=widths.mono)._breakable(tex)]
        wide = value.display or not self._fits(maths.widest(parsed) * _LETTER_EM + 1)
        return ["math", parsed, tex, wide]

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


def unfolded(value: tree.Table) -> Blocks:
    """Return a table's rows as paragraphs: each cell after the name of its column."""
    rows = value.rows or (value.header,)
    return tuple(
        tree.Paragraph(
            (tree.Styled("strong", name), tree.Text(": "), *cell) if plain(name) else cell
        )
        for row in rows
        for name, cell in zip(value.header, row, strict=True)
        if plain(cell).strip() or tuple(tree.inside(cell))
    )


def _said(cell: tree.Cell) -> str:
    """Return the text of a cell, with what stands for images and blanks."""
    shown = tree.mapped(cell, tree.Image, lambda value: tree.Text(value.said))
    return plain(tree.mapped(shown, tree.Blank, lambda value: tree.Text(value.hint)))


def _softened(value: tree.Text) -> tree.Text:
    return replace(value, text=BREAK.join(_SOFT.split(value.text)))


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
