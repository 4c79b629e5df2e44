"""`<details>` and `<summary>`, made of the tags that stand around blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from srs.corpus import tree
from srs.corpus.spans import Tag
from srs.corpus.tree import Block, Blocks, Inline, Text


def fold_details(parts: list[Block | Tag]) -> Blocks:
    """Make `Details` of what stands between its tags; a tag without its partner has no effect."""
    stack: list[tuple[str, list[Block], list[Inline]]] = [("", [], [])]
    for part in parts:
        name, inner, summary = stack[-1]
        if not isinstance(part, Tag):
            inner.append(part)
        elif not part.closing:
            stack.append((part.name, [], []))
        elif part.name == name:
            stack.pop()
            if name == "details":
                stack[-1][1].append(tree.Details(tuple(summary), tuple(inner)))
            elif stack[-1][0] == "details":
                stack[-1][2].extend(_as_inlines(inner))
            else:
                stack[-1][1].extend(inner)
    while len(stack) > 1:
        _, inner, summary = stack.pop()
        if summary:
            stack[-1][1].append(tree.Paragraph(tuple(summary)))
        stack[-1][1].extend(inner)
    return tuple(stack[0][1])


def _as_inlines(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Yield what blocks hold as the inlines of one line."""
    for number, block in enumerate(blocks):
        if number:
            yield Text(" ")
        match block:
            case tree.Paragraph(children) | tree.Heading(children=children):
                yield from children
            case tree.CodeBlock(children=children):
                yield tree.Code(children)
            case tree.Math(children=children):
                yield tree.Math(False, children)
            case tree.Quote(children):
                yield from _as_inlines(children)
            case tree.Details(summary, children):
                yield from (*summary, Text(" "), *_as_inlines(children))
            case tree.List(items=items):
                for item in items:
                    yield from (*_as_inlines(item.children), Text(" "))
            case tree.Table(header=header, rows=rows):
                for cell in (*header, *(cell for row in rows for cell in row)):
                    yield from (*cell, Text(" "))
            case tree.Rule():
                pass
