"""Block processors for tables, in which no text is lost."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.tables import TableProcessor

from srs.corpus.rows import DELIMITERS


def register(parser: BlockParser) -> None:
    """Add these processors to Python-Markdown's own."""
    tables = Tables(parser, {"use_align_attribute": True})
    parser.blockprocessors.register(tables, "table", 75)
    parser.blockprocessors.register(TableGap(parser), "table_gap", 76)


class TableGap(BlockProcessor):
    """A table right under a line of text: put the blank line between them that is meant."""

    def test(self, parent: Element, block: str) -> bool:
        return self._header(block.split("\n")) > 0

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = blocks[0].split("\n")
        row = self._header(lines)
        blocks[0:1] = ["\n".join(lines[:row]), "\n".join(lines[row:])]

    def _header(self, lines: list[str]) -> int:
        """Return the line of the first row that delimiters stand under; 0 where there is none."""
        rows = (
            number - 1
            for number, line in enumerate(lines)
            if number and "|" in lines[number - 1] and DELIMITERS.fullmatch(line)
        )
        return next(rows, 0)


class Tables(TableProcessor):
    """Tables that lose no cell: those too many in a row stay in its last."""

    def test(self, parent: Element, block: str) -> bool:
        rule = "".join(block.split("\n", 2)[1:2])
        return DELIMITERS.fullmatch(rule) is not None and super().test(parent, block)

    def run(self, parent: Element, blocks: list[str]) -> None:
        header, rule, *rows = blocks[0].split("\n")
        blocks[0] = "\n".join([header, rule, *map(self._fitted, rows)])
        super().run(parent, blocks)

    def _fitted(self, row: str) -> str:
        width = len(self.separator)
        bare = row.strip(" ")
        start = "|" if self.border and bare.startswith("|") else ""
        end = "|" if self.border and bare.removeprefix(start).endswith("|") else ""
        cells = bare.removeprefix(start).removesuffix(end).split("|")
        last = "&#124;".join(cells[width - 1 :])
        return f"{start}{'|'.join((*cells[: width - 1], last))}{end}"
