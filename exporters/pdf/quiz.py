"""The quiz: questions with room to write, and the key behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from exporters.pdf import printer
from exporters.pdf.sheet import MARGINS_MM, NUMBER_MM, pages, shown
from exporters.pdf.typesetter import typesetter
from exporters.pdf.values import Look, Printed, PrintedNote
from exporters.pdf.writer import PT, Writer
from srs.corpus import tree
from srs.corpus.tree import Blocks, inside, plain
from srs.model import Kind

FONT_SIZE = 10.5

_GUTTER_MM = 8.0
_BLANK = 12
_KEY = 0.85
_HANDWRITTEN = 70
_LINES = (2, 9)


def quiz(notes: Sequence[PrintedNote], look: Look) -> Printed:
    """Draw a quiz of some notes in their order, and its key.

    A choice has boxes to tick, a cloze blanks to fill, a program a field for its output; all else
    has lines to write on, by the length of the answer.
    """
    unset: dict[str, None] = {}
    size = look.font_size or FONT_SIZE
    text_mm = look.paper.width - MARGINS_MM
    key_mm = (text_mm - _GUTTER_MM) / 2 - NUMBER_MM

    def question(number: int, note: PrintedNote) -> dict[str, Any]:
        media = shown(note.media, look)
        asked = Writer(media, (text_mm - NUMBER_MM) * PT, size, unset, _BLANK)
        key = Writer(media, key_mm * PT, _KEY * size, unset)
        field, rows = room(note)
        return {
            "number": number,
            "name": note.name,
            "front": asked.blocks(note.front),
            "field": field,
            "rows": rows,
            "back": key.blocks(note.back),
            "pages": pages(look, size, (note.front, text_mm - NUMBER_MM), rows=rows),
        }

    data = {
        "title": look.title, "subtitle": look.subtitle,
        "notes": [question(n, note) for n, note in enumerate(notes, start=1)],
    }  # fmt: skip
    with typesetter(look, data, font_size=size, blank=_BLANK, key=_KEY) as setter:
        pdf, flaw = setter.compile("quiz.typ", data)
        missing = tuple(sorted(setter.fonts.missing))
    return Printed(printer.ask(pdf, "long"), unset=tuple(unset), missing=missing, flaw=flaw)


def room(note: PrintedNote) -> tuple[str, int]:
    """Return what a question leaves to be filled in, and of how many lines.

    That is "output" or "lines"; or nothing, where the question has boxes or blanks itself.
    """
    if note.kind is Kind.CHOICE or any(isinstance(n, tree.Blank) for n in inside(note.front)):
        return "", 0
    if note.kind is Kind.PREDICT:
        outputs = (b for b in note.back if isinstance(b, tree.CodeBlock) and b.language == "output")
        return "output", _within(len(plain(next(outputs, ())).splitlines()), 1)
    return "lines", _within(_handwritten(note.back) + 1, _LINES[0])


def _handwritten(blocks: Blocks) -> int:
    """Estimate how many lines an answer takes by hand."""
    total = 0
    for node in inside(blocks):
        match node:
            case tree.CodeBlock():
                total += len(plain(node).splitlines())
            case tree.Paragraph():
                total += math.ceil(len(plain(node)) / _HANDWRITTEN)
            case tree.Table(rows=rows):
                total += len(rows) + 1
            case tree.Math() | tree.Image():
                total += 1
    return total


def _within(count: int, least: int) -> int:
    return min(max(count, least), _LINES[1])
