"""PDFs are read back: what a reader can select, and where it stands on the page."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date

import pikepdf
import pypdfium2
import pytest

from exporters import pdf
from srs.corpus.parse import parse
from srs.corpus.render import note as render
from srs.corpus.tree import Blocks
from srs.model import Kind
from srs.paper import parse as paper_of

MM = 72 / 25.4
Box = tuple[float, float, float, float]


def look_of(paper: str = "a4", **more: object) -> pdf.Look:
    found = paper_of(paper)
    assert found is not None
    return pdf.Look("Title", "subtitle", date(2026, 11, 21), found, **more)  # type: ignore[arg-type]


class Given:
    """What tests make documents of, and how they read them."""

    look = staticmethod(look_of)

    @staticmethod
    def blocks(markdown: str) -> Blocks:
        deck, _ = parse(f"## Q\n\n{markdown}\n", "x.md")
        assert deck is not None
        return render(deck.notes[0]).back

    def card(self, name: str, question: str, answer: str) -> pdf.PrintedCard:
        return pdf.PrintedCard(name, "Deck", self.blocks(question), self.blocks(answer), {})

    def draw(
        self, cards: Sequence[pdf.PrintedCard], paper: str = "a4", grid: tuple[int, int] = (2, 4),
        look: pdf.Look | None = None, **cutting: object,
    ) -> pdf.Printed:  # fmt: skip
        return pdf.cards(cards, look or look_of(paper), pdf.Cutting(grid, **cutting))  # type: ignore[arg-type]

    def note(self, name: str, front: str, back: str, kind: Kind = Kind.BASIC) -> pdf.PrintedNote:
        return pdf.PrintedNote(name, self.blocks(front), self.blocks(back), (), {}, kind)

    def decks(self, notes: Sequence[tuple[str, str]]) -> list[pdf.PrintedDeck]:
        printed = tuple(self.note(f"n{n}", front, back) for n, (front, back) in enumerate(notes))
        section = pdf.PrintedSection("Section", self.blocks("An introduction."), printed, {})
        return [pdf.PrintedDeck("Deck", (section,))]

    @staticmethod
    def opened(data: bytes) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(data))

    @staticmethod
    def texts(data: bytes) -> list[str]:
        """Return what can be selected, page by page."""
        with pypdfium2.PdfDocument(data) as document:
            return [p.get_textpage().get_text_range().replace("\r\n", "\n") for p in document]

    @staticmethod
    def places(data: bytes, page: int, pattern: str) -> Iterator[tuple[str, Box]]:
        """Yield every match on a page and its box in pt: left, bottom, right, top."""
        textpage = pypdfium2.PdfDocument(data)[page].get_textpage()
        for match in re.finditer(pattern, textpage.get_text_range()):
            boxes = [textpage.get_charbox(n, loose=True) for n in range(*match.span())]
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            yield match[0], (min(lefts), min(bottoms), max(rights), max(tops))


@pytest.fixture
def given() -> Given:
    return Given()
