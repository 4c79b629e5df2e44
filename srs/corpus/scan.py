"""The scanner: what Markdown must not touch becomes a placeholder, with its place remembered.

Fences, code spans, comments, maths, cloze marks, escapes, automatic links and the few HTML tags
that are allowed are taken out of a text here; Python-Markdown renders the rest and sees only
placeholders, made of noncharacters that survive lists, tables and emphasis.
"""

from __future__ import annotations

import re

from srs.corpus import blocks
from srs.corpus.paragraph import inline
from srs.corpus.record import Record
from srs.corpus.spans import BLOCK, Content, Fence, Formula, Scanned
from srs.errors import Place

_LEAD = re.compile(blocks.LEAD)
_BREAKS = re.compile(
    r"[ \t>]*(?:(?:[-+*]|1[.)]|#{1,6})[ \t]|\||(?P<rule>[-*_])[ \t]*(?:(?P=rule)[ \t]*){2,}$)"
)
_ITEM = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]")
_ONE_LINE = re.compile(r"[ \t>]*(?:#{1,6}[ \t]|\|)")


def scan(text: str, where: Place, clozes: bool) -> Scanned:
    """Take everything out of `text` that Markdown must not touch.

    `where` is the place of the text's first character. Cloze marks count only if `clozes`.
    """
    record = Record(where, clozes)
    lines = text.split("\n")
    out: list[str] = []
    rows: list[int] = []
    number = 0
    in_list = False
    while number < len(lines):
        start = number
        in_list = in_list or _ITEM.match(lines[start]) is not None
        shown: str | None
        hidden = blocks.at(lines, number, len(lines))
        if hidden is not None and (hidden.closed or hidden.kind != "comment"):
            number = hidden.end
            shown = _hidden(record, hidden, lines)
        else:
            number += 1
            while number < len(lines) and _continues(lines, start, number):
                if in_list and _ITEM.match(lines[number]):
                    break
                number += 1
            shown = inline(record, "\n".join(lines[start:number]), start, 0)
        if shown is not None:
            out.append(shown)
            last = number - 1
            rows += [min(start + n, last) for n in range(shown.count("\n") + 1)]
    return record.scanned("\n".join(out), tuple(where.line + row for row in rows))


def scan_heading(text: str, where: Place, clozes: bool) -> Scanned:
    """Scan a heading's text: one paragraph, whatever block its beginning looks like."""
    record = Record(where, clozes, blocks_allowed=False)
    shown = inline(record, text, 0, 0)
    return record.scanned(shown, (where.line,))


def _hidden(record: Record, block: blocks.Hidden, lines: list[str]) -> str | None:
    """Return the line that stands for a block that hides structure; None for a comment."""
    source = block.source(lines)
    content: Content
    match block.kind:
        case "comment":
            tail = block.tail(lines)
            at = len(lines[block.end - 1]) - len(tail)
            return inline(record, tail, block.end - 1, at) if tail else None
        case "fence":
            body = block.content(lines)
            margin = len(block.lead)
            children = record.verbatim(body, block.start + 1, margin, margin)
            content = Fence(tuple(block.info.split()), children)
        case "math":
            tex = source.rstrip().removeprefix("$$").removesuffix("$$").strip()
            above, _, before = source[: source.index(tex, 2)].rpartition("\n")
            row = block.start + above.count("\n") + (above != "")
            margin = len(block.lead)
            content = Formula(True, record.verbatim(tex, row, margin + len(before), margin))
    return block.lead + record.mark(content, source, block.start, len(block.lead), BLOCK)


def _continues(lines: list[str], start: int, number: int) -> bool:
    """Tell whether a line belongs to the paragraph that begins at line `start`."""
    first, line = lines[start], lines[number]
    return (
        bool(first.strip(" \t>") and line.strip(" \t>"))
        and not _ONE_LINE.match(first)
        and not _BREAKS.match(line)
        and _quotes(line) <= _quotes(first)
        and not (_quotes(line) < _quotes(first) and _ITEM.match(line))
        and blocks.at(lines, number, len(lines)) is None
    )


def _quotes(line: str) -> int:
    """Count the quote marks a line begins with."""
    lead = _LEAD.match(line)
    return lead[0].count(">") if lead else 0
