"""Open elements that hold blocks: lists, quotes, tables, headings; and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from srs.corpus import tree
from srs.corpus.tree import MAX_NESTING, Block, Blocks, Inline, Text
from srs.importers.flat import flat
from srs.importers.leaves import Leaf, inlines, paragraphs, with_formulas

MAX_COLUMNS = 50

_NESTING = frozenset({"ul", "ol", "blockquote", "details"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
FRAMES = frozenset({*_NESTING, *_HEADINGS, "li", "table", "td", "th", "summary"})
_BOX = re.compile(r"([☑☐]) ")
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")


@dataclass(slots=True)
class _Cell:
    is_header: bool
    align: str
    blocks: Blocks
    span: int


@dataclass(slots=True)
class Frame:
    """An open element that holds blocks."""

    tag: str
    start: int | None = None
    loose: bool = False
    tasks: bool = False
    blocks: list[Block] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    items: list[tree.Item] = field(default_factory=list)
    rows: list[list[_Cell]] = field(default_factory=list)
    summary: tuple[Inline, ...] = ()
    align: str = ""
    span: int = 1


def opens(frames: Sequence[Frame], tag: str) -> bool:
    """Tell whether an element's blocks are held apart; not where it stands astray or too deep."""
    match tag:
        case "li":
            return frames[-1].tag in ("ul", "ol")
        case "td" | "th":
            return frames[-1].tag == "table"
        case "summary":
            return frames[-1].tag == "details"
        case "table":
            return all(frame.tag != "table" for frame in frames)
    return len(frames) < 2 * MAX_NESTING - 2 and (
        sum(frame.tag in _NESTING for frame in frames) < MAX_NESTING - 2
    )


def opened(tag: str, attributes: Mapping[str, str]) -> Frame:
    """Return the frame of an element."""
    frame = Frame(tag)
    if tag == "ol":
        start = attributes.get("start", "1")
        frame.start = int(start) if re.fullmatch(r"[0-9]{1,8}", start) else 1
    frame.tasks = tag == "ul" and "tasks" in attributes.get("class", "").split()
    found = _ALIGN.search(attributes.get("style", "").lower())
    frame.align = found[1] if found else attributes.get("align", "").lower()
    span = attributes.get("colspan", "1")
    frame.span = min(20, int(span)) if re.fullmatch(r"[1-9][0-9]?", span) else 1
    return frame


def close(frame: Frame, outer: Frame) -> None:
    """Put what a frame holds into the one around it."""
    blocks = tuple(frame.blocks)
    match frame.tag:
        case "li":
            _add_item(outer, blocks, loose=frame.loose)
        case "ul" | "ol":
            if outer.tag in ("ul", "ol") and frame.items and outer.items:
                last = outer.items[-1]
                nested = (*last.children, _list(frame))
                outer.items[-1] = replace(last, children=nested)
            elif frame.items:
                outer.blocks.append(_list(frame))
        case "blockquote":
            if blocks:
                outer.blocks.append(tree.Quote(blocks))
        case "details":
            outer.blocks.append(tree.Details(frame.summary, blocks))
        case "summary":
            outer.summary = flat(blocks)
        case "td" | "th":
            if not outer.rows:
                outer.rows.append([])
            cell = _Cell(frame.tag == "th", frame.align, blocks, frame.span)
            outer.rows[-1].append(cell)
        case "table":
            outer.blocks.extend(_table(frame))
        case heading:
            if blocks:
                outer.blocks.append(tree.Heading(max(2, _HEADINGS[heading]), flat(blocks)))


def flush(frame: Frame) -> None:
    """Make paragraphs of the inlines that have come together."""
    if not frame.leaves:
        return
    leaves, frame.leaves = frame.leaves, []
    if frame.tag == "table":  # text that stands between cells
        return
    made: list[Block] = []
    for paragraph in paragraphs(with_formulas(leaves)):
        match inlines(paragraph):
            case (tree.Math(True, children),):
                made.append(tree.Math(True, children))
            case () | (tree.LineBreak(),):
                pass
            case children:
                made.append(tree.Paragraph(children))
    if frame.tag in ("ul", "ol"):
        if made:
            _add_item(frame, tuple(made), loose=False)
    else:
        frame.blocks.extend(made)


def _add_item(outer: Frame, blocks: Blocks, *, loose: bool) -> None:
    outer.loose |= loose
    checked = None
    match blocks:
        case (tree.Paragraph((Text(text), *rest)), *more) if outer.tasks and _BOX.match(text):
            checked = text.startswith("☑")
            text = text[2:]
            children = (Text(text), *rest) if text else tuple(rest)
            blocks = (tree.Paragraph(children), *more)
    if blocks:
        outer.items.append(tree.Item(checked, blocks))


def _list(frame: Frame) -> Block:
    """Make a list; paragraphs that follow one another in an item need space between them."""
    items = tuple(frame.items)
    crowded = any(
        isinstance(one, tree.Paragraph) and isinstance(other, tree.Paragraph)
        for item in items
        for one, other in pairwise(item.children)
    )
    start = frame.start if frame.tag == "ol" else None
    return tree.List(start, not frame.loose and not crowded, items)


def _table(frame: Frame) -> Iterator[Block]:
    """Make a table; one of a single cell is there for its looks, and one without a header gets one."""
    rows = [row for row in frame.rows if any(cell.blocks for cell in row)]
    if not rows:
        return
    if len(rows) == len(rows[0]) == 1:
        yield from rows[0][0].blocks
        return
    width = min(MAX_COLUMNS, max(sum(cell.span for cell in row) for row in rows))
    has_header = all(cell.is_header for cell in rows[0])
    head = rows[0] if has_header else []
    align = [cell.align for cell in rows[0] for _ in range(cell.span)]
    align = [side if side in ("left", "right", "center") else "" for side in align]
    body = tuple(_row(row, width) for row in rows[has_header:])
    yield tree.Table(tuple((align + [""] * width)[:width]), _row(head, width), body)


def _row(cells: list[_Cell], width: int) -> tuple[tree.Cell, ...]:
    written: list[tree.Cell] = []
    for cell in cells:
        written += [flat(cell.blocks), *((),) * (cell.span - 1)]
    return tuple((written + [()] * width)[:width])
