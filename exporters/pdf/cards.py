"""Cards to cut out: one grid on every page, backs behind their fronts or beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from exporters.pdf import printer
from exporters.pdf.cut import cut
from exporters.pdf.sheet import shown
from exporters.pdf.typesetter import Typesetter, forget, typesetter
from exporters.pdf.values import Look, Printed, PrintedCard
from exporters.pdf.writer import PT, Writer
from srs.corpus.tree import Blocks
from srs.paper import Paper

SIDES = ("both", "fronts", "backs")
FLIPS = ("long", "short")

FONT_SIZE = 11.0
"""The largest text of a card, in pt."""

SMALLEST_PT = 7.0
"""The smallest; what does not fit then goes on further cards."""

MARGIN_MM = 10.0
PAD_MM = 5.0
FOOT_MM = 4.0
_SINGLE_MM2 = 148 * 210
_CARD_MM = (95.0, 65.0)
_TEXT_MM = (25.0, 12.0)
_BATCH = 250

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Cutting:
    """How cards lie on paper.

    `grid` is columns and rows; `flip` the edge, "long" or "short", that the printer turns the
    sheet over; `offset` moves backs right and down, in mm, as one looks at them; `side` is one of
    `SIDES`; with `fold`, each back stands to the right of its front, on the same side of the paper.
    """

    grid: tuple[int, int]
    flip: str = FLIPS[0]
    offset: tuple[float, float] = (0.0, 0.0)
    side: str = SIDES[0]
    fold: bool = False
    ids: bool = True

    @property
    def margin(self) -> float:
        """The paper around the grid, in mm: none where there is nothing to cut."""
        return 0.0 if self.grid == (1, 1) else MARGIN_MM

    def room(self, paper: Paper) -> tuple[float, float]:
        """Return the width and height that a card has for its text, in mm."""
        width, height = (
            (side - 2 * self.margin) / count
            for side, count in zip((paper.width, paper.height), self.grid, strict=True)
        )
        return width - 2 * PAD_MM, height - 2 * PAD_MM - FOOT_MM

    def fits(self, paper: Paper) -> bool:
        """Tell whether a card has room for a few words."""
        return all(has >= needs for has, needs in zip(self.room(paper), _TEXT_MM, strict=True))


def usual_grid(paper: Paper) -> tuple[int, int]:
    """Return the grid for a paper: one card if it is an index card, else cards of about a seventh of A4."""
    if paper.width * paper.height < _SINGLE_MM2:
        return 1, 1
    return max(int(paper.width / _CARD_MM[0]), 1), max(int(paper.height / _CARD_MM[1]), 1)


@dataclass(slots=True)
class _Part:
    """A side of a card, or a part of one.

    At `most` pt its longest word fits a line; `size` is known once measured, 0 if none fits. One
    that fits at no size and cannot be cut is `shrunk` as a whole.
    """

    blocks: Blocks
    content: list[Any]
    most: float
    size: float | None = None
    shrunk: bool = False


def cards(
    values: Sequence[PrintedCard],
    look: Look,
    cutting: Cutting,
    progress: Progress = lambda _done, _all: None,
) -> Printed:
    """Draw cut-out cards. `progress` is told how many of all faces have been fitted."""
    unset: dict[str, None] = {}
    width, height = cutting.room(look.paper)
    style = {
        "grid": cutting.grid, "margin": cutting.margin, "pad": PAD_MM, "foot": FOOT_MM,
        "tallest": min(30.0, height * 0.7),
    }  # fmt: skip

    sides = [(card.media, side) for card in values for side in (card.question, card.answer)]

    def drawn(face: int, blocks: Blocks) -> _Part:
        writer = Writer(shown(sides[face][0], look), width * PT, SMALLEST_PT, unset)
        return _Part(blocks, writer.blocks(blocks), min(writer.sizes, default=inf))

    faces = [[drawn(n, blocks)] for n, (_, blocks) in enumerate(sides)]
    texts = [[part.content for part in face] for face in faces]
    with typesetter(look, [texts, [[card.name, card.deck] for card in values]], **style) as setter:
        fitted = _fit(faces, drawn, setter, progress)
        pairs, split = _paired(values, fitted, cutting)
        data = {
            "pages": _pages(pairs, cutting), "title": look.title, "flip": cutting.flip,
            "offset": cutting.offset, "fold": cutting.fold,
        }  # fmt: skip
        pdf, flaw = setter.compile("cards.typ", data)
        missing = tuple(sorted(setter.fonts.missing))
    flip = cutting.flip if cutting.side == "both" and not cutting.fold else ""
    return Printed(printer.ask(pdf, flip), tuple(split), tuple(unset), missing, flaw)


def _paired(
    values: Sequence[PrintedCard], fitted: Sequence[Sequence[_Part]], cutting: Cutting
) -> tuple[list[tuple[dict[str, Any], dict[str, Any]]], list[str]]:
    """Return fronts with their backs, and the names of cards that took several.

    The shorter side is printed again on each further card.
    """
    pairs, split = [], []
    for n, card in enumerate(values):
        fronts, backs = fitted[2 * n], fitted[2 * n + 1]
        count = max(len(fronts), len(backs))
        if count > 1:
            split.append(card.name)
        for part in range(count):
            words = [card.name] if cutting.ids else []
            words += [f"({part + 1}/{count})"] if count > 1 else []
            mark = " ".join(words)
            front, back = (side[min(part, len(side) - 1)] for side in (fronts, backs))
            deck = card.deck.split("::")
            pairs.append((_cell(front, deck, mark), _cell(back, [], mark)))
    return pairs, split


def _cell(part: _Part, deck: list[str], name: str) -> dict[str, Any]:
    return {
        "content": part.content, "size": part.size, "shrunk": part.shrunk, "deck": deck, "name": name,
    }  # fmt: skip


def _pages(
    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]], cutting: Cutting
) -> list[dict[str, Any]]:
    """Lay faces out in reading order: each page is its cells and whether it is a back."""
    across, down = cutting.grid
    if cutting.fold:
        cells = [face for pair in pairs for face in pair]
        size = across * down
        return [{"cells": cells[n : n + size], "back": False} for n in range(0, len(cells), size)]
    pages = []
    for start in range(0, len(pairs), across * down):
        some = pairs[start : start + across * down]
        fronts = {"cells": [front for front, _ in some], "back": False}
        backs = {"cells": [back for _, back in some], "back": True}
        pages += {"both": [fronts, backs], "fronts": [fronts], "backs": [backs]}[cutting.side]
    return pages


def _fit(
    faces: Sequence[list[_Part]],
    drawn: Callable[[int, Blocks], _Part],
    setter: Typesetter,
    progress: Progress,
) -> list[list[_Part]]:
    """Find for each face its parts, each at the largest size that fits.

    A part that fits at no size is cut in two at the best place; one that cannot be cut is shrunk.
    """
    sizes, done = _sizes(setter.look.font_size or FONT_SIZE), 0
    fitted = [*faces]
    while todo := [part for face in fitted for part in face if part.size is None]:
        for start in range(0, len(todo), _BATCH):
            batch = todo[start : start + _BATCH]
            asked = {
                "faces": [(_uncoloured(part.content), min(part.most, sizes[0])) for part in batch],
                "sizes": sizes,
            }
            for part, size in zip(batch, setter.query("measure.typ", asked, "fit"), strict=True):
                part.size = size or 0.0
            forget()
            progress(done := done + len(batch), done + len(todo) - start - len(batch))
        fitted = [
            [half for part in face for half in _halved(part, n, drawn)]
            for n, face in enumerate(fitted)
        ]
    return fitted


def _uncoloured(node: Any) -> Any:
    """Return content with code in one colour: it takes the same room and is measured sooner."""
    match node:
        case ["pre", list(lines), int(longest)]:
            return ["pre", [_merged(line) for line in lines], longest]
        case list():
            return [_uncoloured(child) for child in node]
        case _:
            return node


def _merged(line: list[Any]) -> list[Any]:
    """Return a line of code with neighbouring tokens as one."""
    merged: list[Any] = []
    for part in line:
        text = part if isinstance(part, str) else part[2] if part[0] == "t" else None
        if text is None:
            merged.append(part)
        elif merged and isinstance(merged[-1], str):
            merged[-1] += text
        else:
            merged.append(text)
    return merged


def _halved(part: _Part, face: int, drawn: Callable[[int, Blocks], _Part]) -> list[_Part]:
    if part.size or part.shrunk:
        return [part]
    halves = cut(part.blocks)
    if halves is None:
        return [replace(part, size=SMALLEST_PT, shrunk=True)]
    return [drawn(face, half) for half in halves]


def _sizes(largest: float) -> list[float]:
    """Return the sizes to try, in pt, from the largest down by halves."""
    largest = max(largest, SMALLEST_PT)
    return [
        *(largest - n / 2 for n in range(int((largest - SMALLEST_PT) * 2 + 0.999))),
        SMALLEST_PT,
    ]
