"""Hostile and odd cards: none fails a document, reads a file, or loses or misplaces a word."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import pypdfium2
import pypdfium2.raw as raw
import pytest
from PIL import Image

from exporters import pdf
from exporters.pdf import Cutting, Look, Printed, PrintedCard, PrintedDeck, PrintedNote
from exporters.pdf import PrintedSection as Section
from exporters.pdf.cards import FOOT_MM, PAD_MM
from srs import paper
from srs.corpus import tree
from srs.corpus.parse import parse
from srs.corpus.render import Rendered
from srs.corpus.render import note as render
from srs.corpus.tree import Blocks, inside, plain
from tests.exporters.pdf.hostile import NASTY, cards

MM = 72 / 25.4
SLACK = 0.5 * MM

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="40" height="20">{}<text x="1" y="9">svg</text></svg>'
)
LEAKS = "".join(
    f'<image width="9" height="9" xlink:href="{where}"/><use href="{where}#x"/>'
    for where in ("file:///etc/passwd", "/etc/passwd", "../x.png", "http://127.0.0.1:9/x.png")
)


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 60, 60)).save(file, "PNG")
    return file.getvalue()


IMAGES = {
    "p.png": png(40, 20), "wide.png": png(6000, 3), "tall.png": png(3, 6000),
    "p.svg": SVG.format("").encode(), "file.svg": SVG.format(LEAKS).encode(),
}  # fmt: skip
DRAWABLE = {name: data for name, data in IMAGES.items() if pdf.is_drawable(name, data)}
MEDIA = {name: name for name in IMAGES}


@cache
def rendered(markdown: str) -> Rendered:
    deck, _ = parse(f"## Question?\n\n{markdown}\n", "x.md")
    assert deck is not None
    return render(deck.notes[0])


def look(size: str, font_size: float | None = None) -> Look:
    found = paper.parse(size)
    assert found is not None
    return Look("Title", "", date(2026, 1, 1), found, font_size=font_size, images=DRAWABLE)


def as_cards(texts: Sequence[str], size: str, grid: tuple[int, int], fold: bool = False) -> Printed:
    values = []
    for text in texts:
        sides = rendered(text).sides(None)
        values.append(PrintedCard("", "", sides.question, sides.answer, MEDIA))
    return pdf.cards(values, look(size), Cutting(grid, fold=fold, ids=False))


def notes(texts: Sequence[str]) -> tuple[PrintedNote, ...]:
    made = []
    for n, text in enumerate(texts):
        sides = rendered(text).sides(None)
        made.append(PrintedNote(f"n{n}", sides.question, sides.answer, (), MEDIA))
    return tuple(made)


def as_sheet(texts: Sequence[str], size: float | None = None, **layout: bool) -> Printed:
    deck = PrintedDeck("Deck", (Section("Section", (), notes(texts), {}),))
    return pdf.sheet([deck], look("a4", size), **layout)


def as_quiz(texts: Sequence[str]) -> Printed:
    return pdf.quiz(notes(texts), look("a4"))


@dataclass(frozen=True)
class Char:
    """A visible character and its box: left, bottom, right, top in pt from the lower left."""

    page: int
    text: str
    box: tuple[float, float, float, float]


def chars(data: bytes) -> Iterator[Char]:
    for number, page in enumerate(pypdfium2.PdfDocument(data)):
        textpage = page.get_textpage()
        for n in range(textpage.count_chars()):
            text = chr(raw.FPDFText_GetUnicode(textpage.raw, n))
            if not text.isspace() and raw.FPDFText_IsGenerated(textpage.raw, n) == 0:
                yield Char(number, text, textpage.get_charbox(n))


def squeezed(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


def page_text(data: bytes) -> str:
    return squeezed(
        "".join(
            page.get_textpage().get_text_range(errors="ignore")
            for page in pypdfium2.PdfDocument(data)
        )
    )


def words(blocks: Blocks) -> Iterator[str]:
    """Yield the words of a text but those of formulas, whose signs paper may write otherwise."""
    bare = tree.mapped(blocks, tree.Math | tree.LineBreak, lambda _: tree.Text(" "))  # type: ignore[arg-type]
    for block in inside(bare):
        if isinstance(block, tree.Paragraph | tree.Heading | tree.CodeBlock):
            yield from filter(None, map(squeezed, plain(block).split()))
        elif isinstance(block, tree.Table):
            for cell in (*block.header, *(c for row in block.rows for c in row)):
                yield from filter(None, map(squeezed, plain(cell).split()))


def lost(texts: Sequence[str], data: bytes) -> dict[str, list[str]]:
    """Return for each text the words that are on no page; a page may end in one."""
    seen = page_text(data)

    def there(word: str) -> bool:
        if word in seen or any(word[:n] in seen and word[n:] in seen for n in range(1, len(word))):
            return True
        pieces = [word[n : n + 8] for n in range(0, len(word), 8)]
        return len(word) > 30 and sum(p not in seen for p in pieces) <= max(len(word) / 100, 2)

    missing = {}
    for text in texts:
        sides = rendered(text).sides(None)
        gone = [w for side in (sides.question, sides.answer) for w in words(side) if not there(w)]
        if gone:
            missing[text] = gone
    return missing


def misplaced(data: bytes, size: str, grid: tuple[int, int]) -> list[Char]:
    """Return the characters of cards that stand outside the room that their card has for text."""
    sheet = look(size).paper
    cutting = Cutting(grid)
    margin = cutting.margin * MM
    width = (sheet.width * MM - 2 * margin) / grid[0]
    height = (sheet.height * MM - 2 * margin) / grid[1]
    pad, foot = PAD_MM * MM, FOOT_MM * MM
    wrong = []
    for char in chars(data):
        left, bottom, right, top = char.box
        x = ((left + right) / 2 - margin) % width - (left + right) / 2
        y = ((bottom + top) / 2 - margin) % height - (bottom + top) / 2
        low = pad + foot if char.text not in "0123456789/()" else pad
        inside_x = pad - SLACK <= left + x and right + x <= width - pad + SLACK
        inside_y = low - SLACK <= bottom + y and top + y <= height - pad + SLACK
        if not (inside_x and inside_y):
            wrong.append(char)
    return wrong


def off_page(data: bytes) -> list[Char]:
    """Return the characters of pages of text that stand in the margins; headers may."""
    sheet = look("a4").paper
    wrong = []
    for char in chars(data):
        left, bottom, right, top = char.box
        head = top > (sheet.height - 18) * MM or bottom < 16 * MM
        if (
            left < 18 * MM - SLACK
            or right > (sheet.width - 18) * MM + SLACK
            or (head and not (bottom > 7 * MM and top < (sheet.height - 7) * MM))
        ):
            wrong.append(char)
    return wrong


def overlapping(data: bytes) -> list[tuple[Char, Char]]:
    """Return letters and digits that stand on one another."""
    places: dict[tuple[int, int, int], Char] = {}
    found = []
    for char in chars(data):
        left, bottom, right, top = char.box
        if not (char.text.isascii() and char.text.isalnum()):
            continue
        key = (char.page, round((left + right) / 2), round((bottom + top) / 2))
        other = places.get(key)
        if other is not None and other.text != char.text and other.box != char.box:  # no ligature
            found.append((other, char))
        places[key] = char
    return found


LAYOUTS = {
    "index card": ("3x5in", (1, 1), False),
    "a4 2x4": ("a4", (2, 4), False),
    "a4 4x8": ("a4", (4, 8), False),
    "a4 folded": ("a4", (2, 4), True),
}
SHEETS = {
    "beside": {}, "below": {"side_by_side": False}, "end": {"answers_at_end": True},
}  # fmt: skip
TEXTS = {"nasty": list(NASTY.values()), "mixed": cards(0, 250)}
"""To find a text that fails, draw it alone; then put it among the nasty ones."""


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_cards_hold_every_word_in_their_cells(texts: Sequence[str], layout: str) -> None:
    size, grid, fold = LAYOUTS[layout]
    made = as_cards(texts, size, grid, fold)
    assert lost(texts, made.data) == {}
    assert misplaced(made.data, size, grid) == []
    assert overlapping(made.data) == []
    assert made.flaw == ""


@pytest.mark.parametrize("layout", [*SHEETS, "quiz"])
@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_pages_hold_every_word_between_their_margins(texts: Sequence[str], layout: str) -> None:
    made = as_quiz(texts) if layout == "quiz" else as_sheet(texts, **SHEETS[layout])
    assert lost(texts, made.data) == {}
    assert off_page(made.data) == []
    assert overlapping(made.data) == []
    assert made.flaw == ""


@pytest.mark.parametrize("size", [6.0, 24.0])
def test_pages_hold_every_word_at_any_size(size: float) -> None:
    texts = TEXTS["nasty"]
    made = as_sheet(texts, size)
    assert lost(texts, made.data) == {}
    assert off_page(made.data) == []


def test_control_characters_in_names_keep_no_file_from_being_accessible() -> None:
    deck = PrintedDeck("De\x07ck", (Section("Se\x1bction", (), notes(["text"]), {}),))
    assert pdf.sheet([deck], replace(look("a4"), title="Ti\x07tle")).flaw == ""


def test_no_image_reads_a_file_or_an_address() -> None:
    assert pdf.is_drawable("p.svg", IMAGES["p.svg"])
    for where in (
        "file:///etc/passwd",
        "/etc/passwd",
        "../x.png",
        "http://127.0.0.1:9/x",
        "trial.svg",
    ):
        linked = f'<image width="9" height="9" xlink:href="{where}"/>'
        assert not pdf.is_drawable("a.svg", SVG.format(linked).encode()), where
    assert "root:" not in page_text(as_sheet(TEXTS["nasty"]).data)


def test_images_of_any_shape_stay_in_their_cells() -> None:
    size, grid = "a4", (4, 8)
    for page in pypdfium2.PdfDocument(as_cards([NASTY["pictures"]], size, grid).data):
        for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, top = image.get_bounds()
            width, height = (190 / 4 - 2 * PAD_MM) * MM, (277 / 8 - 2 * PAD_MM) * MM
            assert right - left <= width
            assert top - bottom <= height


def test_a_wide_formula_in_a_line_stands_on_one_of_its_own() -> None:
    made = as_sheet(["so $\\lim_{x \\to 0} " + "abcdefgh" * 12 + "$ it is"])
    seen = page_text(made.data)
    assert "so" in seen
    halves = "".join(char.text for char in chars(made.data)).encode("utf-16", "surrogatepass")
    drawn = unicodedata.normalize("NFKC", halves.decode("utf-16"))
    assert drawn.count("abcdefgh") == 12
    assert off_page(made.data) == []
