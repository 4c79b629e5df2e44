"""The study sheet: questions and answers by deck and section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from exporters.pdf import printer
from exporters.pdf.typesetter import typesetter
from exporters.pdf.values import Look, Printed, PrintedDeck, PrintedNote, PrintedSection
from exporters.pdf.writer import PT, Writer
from srs.corpus import tree
from srs.corpus.tree import Blocks, inside, plain

FONT_SIZE = 9.5
SMALLEST_MM = (90.0, 120.0)
"""The smallest paper that has room for a page of text."""

MARGINS_MM = 36.0
_GUTTER_MM = 5.0
NUMBER_MM = 8.0
_FRONT = 0.36
_LINE_EM, _LETTER_EM = 1.4, 0.5
_IMAGE_MM = 30.0
_NARROW = 4


def sheet(
    decks: Sequence[PrintedDeck],
    look: Look,
    *,
    side_by_side: bool = True,
    answers_at_end: bool = False,
) -> Printed:
    """Draw a study sheet.

    Answers stand beside their questions or below them, or, numbered, behind all of them.
    """
    unset: dict[str, None] = {}
    size = look.font_size or FONT_SIZE
    text_mm = look.paper.width - MARGINS_MM
    front_mm = back_mm = text_mm
    if answers_at_end:
        front_mm = back_mm = text_mm - NUMBER_MM
    elif side_by_side:
        front_mm = text_mm * _FRONT
        back_mm = text_mm - front_mm - _GUTTER_MM
    numbers = count(1)

    def writer(media: Mapping[str, str], width_mm: float) -> Writer:
        return Writer(shown(media, look), width_mm * PT, size, unset)

    def section(value: PrintedSection) -> dict[str, Any]:
        return {
            "title": value.title,
            "intro": writer(value.media, text_mm).blocks(value.intro),
            "notes": [note(n) for n in value.notes],
        }

    def note(value: PrintedNote) -> dict[str, Any]:
        back = writer(value.media, back_mm)
        return {
            "number": next(numbers),
            "name": value.name,
            "front": writer(value.media, front_mm).blocks(value.front),
            "back": back.blocks(value.back),
            "source": back.inlines(value.source),
            "pages": pages(look, size, (value.front, front_mm), (value.back, back_mm)),
        }

    data = {
        "title": look.title, "subtitle": look.subtitle,
        "decks": [{"name": d.name, "sections": [section(s) for s in d.sections]} for d in decks],
        "layout": "end" if answers_at_end else "columns" if side_by_side else "rows",
    }  # fmt: skip
    with typesetter(look, data, font_size=size) as setter:
        pdf, flaw = setter.compile("sheet.typ", data)
        missing = tuple(sorted(setter.fonts.missing))
    return Printed(printer.ask(pdf, "long"), unset=tuple(unset), missing=missing, flaw=flaw)


def shown(media: Mapping[str, str], look: Look) -> dict[str, str]:
    """Return the media that can be drawn."""
    return {source: name for source, name in media.items() if name in look.images}


def pages(look: Look, size: float, *texts: tuple[Blocks, float], rows: int = 0) -> float:
    """Estimate how much of a page texts take at a size, each beside its width in mm.

    `rows` are lines to write on, twice as high.
    """
    line = _LINE_EM * size
    tallest = max(lines(text, width * PT / (_LETTER_EM * size), line) for text, width in texts)
    return round((tallest + 2 * rows) * line / ((look.paper.height - MARGINS_MM) * PT), 2)


def lines(blocks: Blocks, columns: float, line: float) -> float:
    """Estimate how many lines a text takes that hold so many characters and are so many pt high."""
    total = 0.0
    for node in inside(blocks):
        match node:
            case tree.CodeBlock():
                total += plain(node).count("\n") + 2
            case tree.Image():
                total += _IMAGE_MM * PT / line
            case tree.LineBreak():
                total += 1
            case tree.Math():
                total += 2 * plain(node).count("\\\\") + 1
            case tree.Paragraph() | tree.Heading():
                total += len(plain(node)) // columns + 1
            case tree.Table(header=header, rows=rows):
                cell = columns / len(header)
                total += sum(max(len(plain(c)) // cell + 1 for c in row) for row in (header, *rows))
                if cell < _NARROW:
                    total += len(header) * len(rows)
    return total
