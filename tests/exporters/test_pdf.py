"""The PDFs are read back: what a reader can select, and where it stands on the page."""

import base64
import re
from collections.abc import Sequence
from datetime import date

import pypdfium2
import pytest

from exporters import pdf
from exporters.cut import cut
from srs.corpus.parse import parse
from srs.corpus.render import note as render
from srs.corpus.tree import Blocks, Text, inside, plain

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAIAAABwJOjsAAAAI0lEQVR4nGNgYDgxQGjU4lGLRy0etXjU4lGLRy0etXjE"
    "WAwAX2xxH14cGCAAAAAASUVORK5CYII="
)
DAY = date(2026, 11, 21)
MM = 72 / 25.4
CODE = "```python\ndef f(x):\n    if x:\n        return 'yes'\n    return None\n```"
NASTY = [
    '#read("/etc/passwd") #import "@preview/x:1.0.0": * $ #{1+1} \\u{41} <label> @ref',
    "= Heading? - + / // comment /* */ `raw` _a_ *b* ~ --- ... 'q' \"q\"",
    '{"json": [null, true]} \\ " \n\n> > > > quote\n\n| a |\n|---|\n',
    "$\\undefined{x}$ and $\\frac{1}{2}$ and $\\begin{cases}1 & x\\\\0 & y\\end{cases}$",
    "x" * 2000,
    "```python\n" + "\n".join(f"line_{n} = {n}" for n in range(200)) + "\n```",
    "```\n" + "long " * 100 + "\n```",
    "![gone](gone.png)",
    "中文 и русский ελληνικά ≤ é 🐍",
    "- a\n  - b\n    - c\n\n      ```\n      d\n      ```",
]


def blocks(markdown: str) -> Blocks:
    deck, _ = parse(f"## Q\n\n{markdown}\n", "x.md")
    assert deck is not None
    return render(deck.notes[0]).back


def card(name: str, question: str, answer: str) -> pdf.PrintedCard:
    return pdf.PrintedCard(name, "Deck", blocks(question), blocks(answer), {})


def draw(cards: Sequence[pdf.PrintedCard], flip: str = "long", paper: str = "a4") -> pdf.Printed:
    return pdf.cards(cards, title="T", paper=paper, flip=flip, day=DAY, images={})


def texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def places(data: bytes, page: int, pattern: str) -> dict[str, tuple[float, float]]:
    """Return the middle of every match on a page, in points from its lower left corner."""
    textpage = pypdfium2.PdfDocument(data)[page].get_textpage()
    text = textpage.get_text_range()
    found = {}
    for match in re.finditer(pattern, text):
        boxes = [textpage.get_charbox(n) for n in range(match.start(), match.end())]
        found[match[0]] = (
            (min(b[0] for b in boxes) + max(b[2] for b in boxes)) / 2,
            (min(b[1] for b in boxes) + max(b[3] for b in boxes)) / 2,
        )
    return found


def cell(point: tuple[float, float], size: tuple[float, float]) -> tuple[int, int]:
    """Return the column and row, from the upper left, of a point on a page of cards."""
    width, height = (
        (side - 2 * pdf.MARGIN_MM * MM) / n for side, n in zip(size, pdf.GRID, strict=True)
    )
    x, y = point[0] - pdf.MARGIN_MM * MM, size[1] - point[1] - pdf.MARGIN_MM * MM
    return int(x // width), int(y // height)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("flip", ["long", "short"])
@pytest.mark.parametrize("count", [3, 8, 11])
def test_backs_lie_behind_their_fronts(paper: str, flip: str, count: int) -> None:
    made = draw(
        [card(f"card{n:02}", f"front{n:02}", f"back{n:02}") for n in range(count)], flip, paper
    )
    document = pypdfium2.PdfDocument(made.data)
    assert len(document) == 2 * -(-count // 8)
    seen = 0
    for front_page in range(0, len(document), 2):
        size = document[front_page].get_size()
        fronts = places(made.data, front_page, r"front\d\d")
        backs = places(made.data, front_page + 1, r"back\d\d")
        assert {f[-2:] for f in fronts} == {b[-2:] for b in backs}
        for name, point in fronts.items():
            column, row = cell(point, size)
            behind = cell(backs[f"back{name[-2:]}"], size)
            if flip == "long":
                assert behind == (pdf.GRID[0] - 1 - column, row)
            else:
                assert behind == (column, pdf.GRID[1] - 1 - row)
        seen += len(fronts)
    assert seen == count


def test_a_card_that_does_not_fit_is_split_and_loses_nothing() -> None:
    words = [f"word{n:04}" for n in range(700)]
    long = ". ".join(" ".join(words[n : n + 10]) for n in range(0, len(words), 10))
    made = draw([card("short", "q", "a"), card("long", "q", long)])
    assert made.split == ("long",)
    text = "\n".join(texts(made.data))
    assert set(words) <= set(re.findall(r"word\d{4}", text))
    assert "long (1/" in text
    size = pypdfium2.PdfDocument(made.data)[1].get_size()
    middles = places(made.data, 1, r"word\d{4}")
    cells = {cell(point, size) for point in middles.values()}
    assert all(0 <= column < 2 and 0 <= row < 4 for column, row in cells)


@pytest.mark.parametrize("layout", ["sheet", "cards"])
def test_code_can_be_selected_with_its_indentation(layout: str) -> None:
    data = draw([card("c", "q", CODE)]).data if layout == "cards" else sheet([("q", CODE)])
    text = "\n".join(texts(data))
    assert "def f(x):\n" in text
    assert "return None" in text
    page = 1 if layout == "cards" else 0
    textpage = pypdfium2.PdfDocument(data)[page].get_textpage()
    whole = textpage.get_text_range()

    def left(word: str) -> float:
        return float(textpage.get_charbox(whole.index(word), loose=True)[0])

    advance = left("eturn None") - left("return None")
    columns = [
        round((left(word) - left("def")) / advance) for word in ("if x", "return '", "return N")
    ]
    assert columns == [4, 8, 4]


def test_code_is_coloured() -> None:
    page = pypdfium2.PdfDocument(sheet([("q", CODE)]))[0]
    picture = page.render(scale=2).to_pil().convert("RGB")
    colours = {colour for _, colour in picture.getcolors(1 << 24)}
    reddish = [c for c in colours if c[0] > 150 and c[1] < 80 and c[2] < 90]
    bluish = [c for c in colours if c[2] > 90 and c[0] < 40 and c[1] < 80]
    assert reddish
    assert bluish


def sheet(notes: Sequence[tuple[str, str]]) -> bytes:
    printed = tuple(
        pdf.PrintedNote(f"n{n}", blocks(front), blocks(back), (), {})
        for n, (front, back) in enumerate(notes)
    )
    section = pdf.PrintedSection("Section", blocks("An introduction."), printed, {})
    deck = pdf.PrintedDeck("Deck", (section,))
    made = pdf.sheet([deck], title="Title", subtitle="s", paper="a4", day=DAY, images={})
    return made.data


def test_the_sheet_has_title_contents_bookmarks_and_every_word() -> None:
    notes = [(f"question{n}", f"answer{n}\n\n{CODE}") for n in range(30)]
    data = sheet(notes)
    text = "\n".join(texts(data))
    for n in range(30):
        assert f"question{n}" in text
        assert f"answer{n}" in text
    assert text.startswith("Title")
    assert "An introduction." in text
    assert [b.get_title() for b in pypdfium2.PdfDocument(data).get_toc()] == ["Deck", "Section"]


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_hostile_text_is_drawn_as_text(number: int) -> None:
    value = NASTY[number]
    drawn = "".join("\n".join(texts(draw([card("c", value, value)]).data)).split())
    also = "".join("\n".join(texts(sheet([(value, value)]))).split())
    written = " ".join(part.text for part in inside(blocks(value)) if isinstance(part, Text))
    words = re.findall(r"[A-Za-z0-9]{4,}", written)
    for word in words:
        if len(word) < 60 and "\\" not in value:
            assert word in drawn
            assert word in also
    assert "root:" not in drawn


def test_a_broken_image_is_known_before_it_can_fail_the_document() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    assert pdf.is_drawable("a.svg", svg)
    assert not pdf.is_drawable("a.svg", b"<svg")
    assert not pdf.is_drawable("a.png", b"no image")
    assert not pdf.is_drawable("a.mp3", b"ID3")
    assert not pdf.is_drawable("a.mp3", b"ID3\xff\xfb\x90")
    assert pdf.is_drawable("a.png", PNG)
    assert not pdf.is_drawable("a.png", PNG[:-20])
    assert not pdf.is_drawable("a.svg", PNG)


def test_images_are_drawn_and_sounds_are_named() -> None:
    both = blocks("![dot](dot.png)\n\nIt sounds ![so](a/b.mp3).")
    made = pdf.cards(
        [pdf.PrintedCard("c", "Deck", both, both, {"dot.png": "dot-1.png", "a/b.mp3": "b-2.mp3"})],
        title="T", paper="a4", flip="long", day=DAY, images={"dot-1.png": PNG},
    ).data  # fmt: skip
    for page in pypdfium2.PdfDocument(made):
        kinds = [found.type for found in page.get_objects()]
        assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds
    assert "[sound: so (a/b.mp3)]" in texts(made)[0]


def test_an_option_stands_beside_its_box() -> None:
    made = draw([card("c", "- [x] one\n- [ ] two", "a")]).data
    at = places(made, 0, "☑|☐|one|two")
    for box, option in (("☑", "one"), ("☐", "two")):
        assert abs(at[box][1] - at[option][1]) < 3
        assert at[box][0] < at[option][0]
    assert at["one"][1] > at["two"][1] + 5


@pytest.mark.parametrize("value", NASTY)
def test_cutting_loses_nothing_and_ends(value: str) -> None:
    todo, done = [blocks(value)], []
    while todo:
        part = todo.pop()
        halves = cut(part)
        if halves is None:
            done.append(part)
        else:
            assert all(len(plain(half)) <= len(plain(part)) for half in halves)
            todo += halves
    kept = "".join(sorted("".join(plain(part) for part in done)))
    assert set(kept.split()) == set("".join(sorted(plain(blocks(value)))).split())


def test_the_same_input_and_day_give_the_same_bytes() -> None:
    assert sheet([("q", "a")]) == sheet([("q", "a")])
    assert draw([card("c", "q", "a")]).data == draw([card("c", "q", "a")]).data


def test_tex_that_cannot_be_set_is_named() -> None:
    assert draw([card("c", "q", r"$\undefined{x}$ $x^2$")]).unset == (r"\undefined{x}",)
