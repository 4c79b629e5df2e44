"""Cut what does not fit one card into parts: at blocks, lines, items, rows, sentences."""

from __future__ import annotations

from dataclasses import replace

from exporters.paper import join_lines, split_lines
from srs.corpus import tree
from srs.corpus.tree import Block, Blocks, Inline, plain


def cut(blocks: Blocks) -> tuple[Blocks, Blocks] | None:
    """Cut blocks in two where their text is about halved; None if there is no place to cut."""
    if len(blocks) > 1:
        weights = [_weight(block) for block in blocks]
        half, seen, best = sum(weights) / 2, 0, 1
        for n, weight in enumerate(weights[:-1], start=1):
            seen += weight
            if abs(seen - half) <= abs(sum(weights[:best]) - half):
                best = n
        return blocks[:best], blocks[best:]
    return _cut_block(blocks[0]) if blocks else None


def _cut_block(block: Block) -> tuple[Blocks, Blocks] | None:
    match block:
        case tree.CodeBlock(_, children):
            rows = split_lines(children)
            if len(rows) < 2:
                return None
            middle = len(rows) // 2
            above, below = join_lines(rows[:middle]), join_lines(rows[middle:])
            return (replace(block, children=above),), (replace(block, children=below),)
        case tree.List(start, _, items) if len(items) > 1:
            middle = len(items) // 2
            later = None if start is None else start + middle
            return (replace(block, items=items[:middle]),), (
                replace(block, items=items[middle:], start=later),
            )
        case tree.Table(_, _, rows) if len(rows) > 1:
            middle = len(rows) // 2
            return (replace(block, rows=rows[:middle]),), (replace(block, rows=rows[middle:]),)
        case tree.Quote(children):
            halves = cut(children)
            return None if halves is None else ((tree.Quote(halves[0]),), (tree.Quote(halves[1]),))
        case tree.Paragraph(children) | tree.Heading(_, children):
            pieces = _cut_inlines(children)
            if pieces is None:
                return None
            return (replace(block, children=pieces[0]),), (tree.Paragraph(pieces[1]),)
        case tree.Details(summary, children):
            return cut((tree.Heading(3, summary), *children)) if children else None
        case tree.List(_, _, (tree.Item(_, children) as item,)):
            halves = cut(children)
            if halves is None:
                return None
            first, second = (replace(block, items=(replace(item, children=h),)) for h in halves)
            return (first,), (second,)
        case _:
            return None


def _cut_inlines(
    children: tuple[Inline, ...],
) -> tuple[tuple[Inline, ...], tuple[Inline, ...]] | None:
    """Cut inlines after the sentence, or else the word, that ends nearest to the middle.

    Text without a space is cut in its middle.
    """
    half = sum(len(plain(child)) for child in children) / 2
    places: list[tuple[float, int, int]] = []
    seen = 0
    for n, child in enumerate(children):
        if isinstance(child, tree.Text):
            for at, char in enumerate(child.text):
                if char == " " and at > 0:
                    sentence = child.text[at - 1] in ".!?;:"
                    places.append((abs(seen + at - half) * (1 if sentence else 4), n, at))
        seen += len(plain(child))
    if not places:
        texts = [(len(c.text), n) for n, c in enumerate(children) if isinstance(c, tree.Text)]
        longest, n = max(texts, default=(0, 0))
        places = [(0, n, longest // 2)] if longest > 1 else []
    if not places:
        return None
    _, n, at = min(places)
    child = children[n]
    assert isinstance(child, tree.Text)
    before = (*children[:n], tree.Text(child.text[:at]))
    after = (tree.Text(child.text[at:].lstrip()), *children[n + 1 :])
    return (before, after) if plain(before).strip() and plain(after).strip() else None


def _weight(block: Block) -> int:
    """Estimate how much room a block takes, in characters."""
    text = plain(block)
    lines = text.count("\n") + 1 if isinstance(block, tree.CodeBlock) else 1
    return max(len(text), lines * 40) + 20
