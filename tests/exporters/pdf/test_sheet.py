"""The study sheet: everything in its order, answers beside, below or at the end."""

import base64
import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from exporters import pdf

CODE = "```python\ndef f(x):\n    if x:\n        return 'yes'\n    return None\n```"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAIAAABwJOjsAAAAI0lEQVR4nGNgYDgxQGjU4lGLRy0etXjU4lGLRy0etXjE"
    "WAwAX2xxH14cGCAAAAAASUVORK5CYII="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def sheet(given: Any, notes: list[tuple[str, str]], **more: Any) -> bytes:
    look = more.pop("look", given.look())
    return pdf.sheet(given.decks(notes), look, **more).data


def drawn(given: Any, layout: str, front: str, back: str) -> bytes:
    """Return a document of one note, its back on the last page that is looked at."""
    if layout == "sheet":
        return sheet(given, [(front, back)])
    if layout == "quiz":
        return pdf.quiz([given.note("n", front, back)], given.look()).data
    data: bytes = given.draw([given.card("c", front, back)]).data
    return data


def test_title_contents_bookmarks_introductions_and_every_word(given: Any) -> None:
    notes = [(f"question{n}", f"answer{n}\n\n{CODE}") for n in range(30)]
    data = sheet(given, notes)
    text = "\n".join(given.texts(data))
    for n in range(30):
        assert f"question{n}" in text
        assert f"answer{n}" in text
    assert text.startswith("Title\nsubtitle")
    assert "An introduction." in text
    document = pypdfium2.PdfDocument(data)
    assert [b.get_title() for b in document.get_toc()] == ["Deck", "Section"]
    assert f"3 / {len(document)}" in given.texts(data)[2]


def test_answers_stand_beside_their_questions_or_below(given: Any) -> None:
    for side_by_side in (True, False):
        data = sheet(given, [("asked", "told")], side_by_side=side_by_side)
        (_, asked), (_, told) = given.places(data, 0, "asked|told")
        assert (told[0] > asked[2]) is side_by_side
        assert (told[3] < asked[1]) is not side_by_side


def test_answers_at_the_end_have_their_questions_numbers(given: Any) -> None:
    notes = [(f"question{n}", f"answer{n}") for n in range(1, 4)]
    data = sheet(given, notes, answers_at_end=True)
    first, last = given.texts(data)
    assert "answer" not in first
    assert "question" not in last
    assert "Answers" in last
    for n in range(1, 4):
        assert re.search(rf"{n}\s+question{n}", first)
        assert re.search(rf"{n}\s+answer{n}", last)
    document = pypdfium2.PdfDocument(data)
    assert [b.get_title() for b in document.get_toc()] == ["Deck", "Section", "Answers"]


@pytest.mark.parametrize("layout", ["sheet", "cards", "quiz"])
def test_code_can_be_selected_with_its_indentation(given: Any, layout: str) -> None:
    data = drawn(given, layout, "q", CODE)
    page = 0 if layout == "sheet" else 1
    textpage = pypdfium2.PdfDocument(data)[page].get_textpage()
    whole = textpage.get_text_range()
    assert "def f(x):\r\n" in whole
    assert "return None" in whole

    def left(word: str) -> float:
        return float(textpage.get_charbox(whole.index(word), loose=True)[0])

    advance = left("eturn None") - left("return None")
    columns = [
        round((left(word) - left("def")) / advance) for word in ("if x", "return '", "return N")
    ]
    assert columns == [4, 8, 4]


@pytest.mark.parametrize("layout", ["sheet", "cards", "quiz"])
def test_code_too_wide_goes_on_below_with_a_sign(given: Any, layout: str) -> None:
    names = [f"name{n:03}" for n in range(60)]
    data = drawn(given, layout, "q", "```python\nf(" + ", ".join(names) + ")\n```")
    text = "".join(given.texts(data))
    assert text.count("↩") >= 2
    assert [name for name in names if name not in text] == []
    assert "def g" not in text


def test_code_is_coloured(given: Any) -> None:
    page = pypdfium2.PdfDocument(sheet(given, [("q", CODE)]))[0]
    picture = page.render(scale=2).to_pil().convert("RGB")
    colours = {colour for _, colour in picture.getcolors(1 << 24)}
    assert [c for c in colours if c[0] > 150 and c[1] < 80 and c[2] < 90]
    assert [c for c in colours if c[2] > 90 and c[0] < 40 and c[1] < 80]


def test_the_font_size_is_that_of_the_text(given: Any) -> None:
    heights = []
    for size in (9.5, 19.0):
        data = sheet(given, [("q", "answer")], look=given.look(font_size=size))
        [(_, box)] = given.places(data, 0, "answer")
        heights.append(box[3] - box[1])
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.01)


def test_notes_taller_than_a_page_go_on_and_others_stay_whole(given: Any) -> None:
    tall = "```python\n" + "\n".join(f"a{n:03} = 1" for n in range(150)) + "\n```"
    notes = [("q", tall)] + [(f"asked{n}", f"first{n}\n\n{CODE}\n\nlast{n}") for n in range(30)]
    pages = given.texts(sheet(given, notes))
    assert [n for n in range(150) if f"a{n:03}" not in "".join(pages)] == []
    for n in range(30):
        assert sum(f"first{n}\n" in page and f"last{n}\n" in f"{page}\n" for page in pages) == 1


def test_images_are_drawn_and_sounds_are_named(given: Any) -> None:
    both = given.blocks("![dot](dot.png)\n\nIt sounds ![so](a/b.mp3).")
    names = {"dot.png": "dot-1.png", "a/b.mp3": "b-2.mp3"}
    look = replace(given.look(), images={"dot-1.png": PNG})
    data = given.draw([pdf.PrintedCard("c", "Deck", both, both, names)], look=look).data
    for page in pypdfium2.PdfDocument(data):
        assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in [found.type for found in page.get_objects()]
    assert "[sound: so (a/b.mp3)]" in given.texts(data)[0]


def test_a_broken_image_is_known_before_it_can_fail_the_document() -> None:
    assert pdf.is_drawable("a.svg", SVG)
    assert not pdf.is_drawable("a.svg", b"<svg")
    assert not pdf.is_drawable("a.png", b"no image")
    assert not pdf.is_drawable("a.mp3", b"ID3")
    assert not pdf.is_drawable("a.mp3", b"ID3\xff\xfb\x90")
    assert pdf.is_drawable("a.png", PNG)
    assert not pdf.is_drawable("a.png", PNG[:-20])
    assert not pdf.is_drawable("a.svg", PNG)


def test_an_option_stands_beside_its_box(given: Any) -> None:
    data = given.draw([given.card("c", "- [x] one\n- [ ] two", "a")]).data
    at = dict(given.places(data, 0, "☑|☐|one|two"))
    for box, option in (("☑", "one"), ("☐", "two")):
        assert abs(at[box][1] - at[option][1]) < 3
        assert at[box][0] < at[option][0]
    assert at["one"][1] > at["two"][1] + 5


def test_links_lead_where_they_say(given: Any) -> None:
    data = sheet(given, [("q", "[docs](https://docs.python.org/3/) and <https://peps.python.org>")])
    opened = given.opened(data)
    notes = [note for page in opened.pages for note in page.Annots if "/A" in note]
    links = {str(note.A.get("/URI")) for note in notes}
    assert links == {"https://docs.python.org/3/", "https://peps.python.org"}


@pytest.mark.parametrize("layout", ["sheet", "cards", "quiz"])
def test_every_document_is_a_pdf_ua_with_title_and_language(given: Any, layout: str) -> None:
    back = f"Text, $x^2$ and a table\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{CODE}\n\n> quote"
    if layout == "sheet":
        made = pdf.sheet(given.decks([("q", back)]), given.look())
    elif layout == "quiz":
        made = pdf.quiz([given.note("n", "q", back)], given.look())
    else:
        made = given.draw([given.card("c", "q", back)])
    assert made.flaw == ""
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made.data
    with given.opened(made.data) as opened:
        assert opened.Root.Lang == "en"
    assert pypdfium2.PdfDocument(made.data).get_metadata_value("Title") == "Title"


def test_tex_that_cannot_be_set_is_named_and_shown(given: Any) -> None:
    made = given.draw([given.card("c", r"$\undefined{x}$ $x^2$", "a")])
    assert made.unset == (r"\undefined{x}",)
    assert r"\undefined{x}" in given.texts(made.data)[0]


def test_the_same_input_and_day_give_the_same_bytes(given: Any) -> None:
    assert sheet(given, [("q", "a")]) == sheet(given, [("q", "a")])
