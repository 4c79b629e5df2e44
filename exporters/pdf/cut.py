"""Cut what does not fit one card into parts: at blocks, lines, items, rows, sentences."""

from __future__ import annotations

from dataclasses import replace

from exporters.pdf.code import join_lines, split_lines
from exporters.pdf.writer import unfolded
from srs.corpus import tree
from srs.corpus.tree import Block, Blocks, Inline, inside, plain


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
                parts = _split(children, len(plain(children)) // 2)
                if not all(map(plain, parts)):
                    return None
                return (replace(block, children=parts[0]),), (replace(block, children=parts[1]),)
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
        case tree.Table():
            return cut(unfolded(block))
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

    Text without a space is cut in its middle, a formula nowhere.
    """
    match children:
        case (tree.Blank(hint),) if len(hint) > 1:
            middle = len(hint) // 2
            return (tree.Blank(hint[:middle]),), (tree.Blank(hint[middle:]),)
    text, whole = plain(children), _formulas(children)
    half = len(text) / 2
    places = [
        ((abs(at - half) + 1) * cost, at)
        for at in range(1, len(text))
        if (cost := _cost(text, at)) and not any(start < at < end for start, end in whole)
    ]
    if places:
        before, after = _split(children, min(places)[1])
    else:
        before, after = children[: len(children) // 2], children[len(children) // 2 :]
    return (before, after) if before and after else None


def _cost(text: str, at: int) -> int:
    """Tell how bad a place to cut is, nothing where a word would lose its first space."""
    if text[at] == " ":
        return 1 if text[at - 1] in ".!?;:" else 4
    return 0 if text[at - 1] == " " else 400


def _formulas(children: tuple[Inline, ...]) -> list[tuple[int, int]]:
    """Return where formulas begin and end in the plain text."""
    found, at = [], 0
    for node in inside(children):
        if isinstance(node, tree.Math):
            found.append((at, at + len(plain(node))))
        elif isinstance(node, tree.Text):
            at += len(node.text)
    return found


def _split(children: tuple[Inline, ...], at: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Divide inlines after so many characters of their plain text, spaces dropped at the cut."""
    for n, child in enumerate(children):
        size = len(plain(child))
        if at >= size:
            at -= size
            continue
        if at == 0:
            return children[:n], (_stripped(child), *children[n + 1 :])
        match child:
            case tree.Text(text):
                head: Inline = replace(child, text=text[:at])
                tail: Inline = replace(child, text=text[at:].lstrip(" "))
            case tree.Styled() | tree.Link() | tree.Code() | tree.Math() | tree.Revealed():
                first, second = _split(child.children, at)
                head, tail = replace(child, children=first), replace(child, children=second)
            case _:
                raise AssertionError(f"{child} has no text to cut")
        return (*children[:n], head), (tail, *children[n + 1 :])
    return children, ()


def _stripped(child: Inline) -> Inline:
    return replace(child, text=child.text.lstrip(" ")) if isinstance(child, tree.Text) else child


def _weight(block: Block) -> int:
    """Estimate how much room a block takes, in characters."""
    text = plain(block)
    lines = text.count("\n") + 1 if isinstance(block, tree.CodeBlock) else 1
    return max(len(text), lines * 40) + 20
