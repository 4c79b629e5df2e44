"""Blocks as one line of inlines."""

from __future__ import annotations

from collections.abc import Iterator

from srs.corpus import tree
from srs.corpus.tree import Block, Blocks, Inline, Text


def flat(blocks: Blocks) -> tuple[Inline, ...]:
    """Say blocks as inlines, a line each: what a cell, a heading or a summary can hold."""
    lines = [line for block in blocks for line in _lines(block) if line]
    joined: list[Inline] = []
    for line in lines:
        joined += [tree.LineBreak(), *line] if joined else line
    return tuple(joined)


def _lines(block: Block) -> Iterator[tuple[Inline, ...]]:
    match block:
        case tree.Paragraph(children):
            yield children
        case tree.Heading(_, children):
            yield (tree.Styled("strong", children),)
        case tree.CodeBlock(_, children):
            for line in tree.plain(children).splitlines():
                yield (tree.Code((Text(line.strip()),)),) if line.strip() else ()
        case tree.Math(_, children):
            yield (tree.Math(True, children),)
        case tree.Quote(children):
            yield flat(children)
        case tree.Details(summary, children):
            yield summary
            yield flat(children)
        case tree.List(start, _, items):
            for n, item in enumerate(items):
                mark = "• " if start is None else f"{start + n}. "
                yield (Text(mark), *flat(tree.boxed(item)))
        case tree.Table(_, header, rows):
            for row in (header, *rows):
                yield tuple(part for cell in row if cell for part in (*cell, Text(" ")))
        case tree.Rule():
            pass
