"""The quiz: questions with room for their answers, and the key behind all of them."""

from typing import Any

import pypdfium2
import pytest

from exporters import pdf
from exporters.pdf.quiz import room
from srs.corpus import tree
from srs.corpus.tree import without_clozes
from srs.model import Kind

OUTPUT = "```output\n1\n2\n3\n```"


def rules(data: bytes, page: int = 0) -> int:
    """Count the lines to write on: those that are as wide as the text."""
    objects = pypdfium2.PdfDocument(data)[page].get_objects()
    paths = [o.get_bounds() for o in objects if o.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    return sum(right - left > 400 and top - bottom < 2 for left, bottom, right, top in paths)


def test_questions_come_first_and_the_key_is_behind_them(given: Any) -> None:
    notes = [given.note(f"name{n}", f"question{n}", f"answer{n}") for n in range(1, 6)]
    data = pdf.quiz(notes, given.look()).data
    pages = given.texts(data)
    at = next(n for n, page in enumerate(pages) if "Key" in page)
    asked, key = "\n".join(pages[:at]), "\n".join(pages[at:])
    for n in range(1, 6):
        assert f"{n}\nquestion{n}" in asked.replace(f"{n} question", f"{n}\nquestion")
        assert f"answer{n}" in key
        assert f"name{n}" in key
    assert "answer" not in asked
    assert "question" not in key
    assert "/ 5" in asked


def test_a_longer_answer_gets_more_lines(given: Any) -> None:
    counts = [
        rules(pdf.quiz([given.note("n", "q", answer)], given.look()).data)
        for answer in ("Short.", "A longer answer. " * 20, "Too long an answer. " * 200)
    ]
    assert counts == sorted(set(counts))
    assert counts[0] >= 2
    assert counts[-1] <= 10


def test_each_kind_has_the_room_it_needs(given: Any) -> None:
    choice = given.note("n", "- [ ] one\n- [ ] two", "- [x] one\n- [ ] two", Kind.CHOICE)
    predict = given.note("n", "q", OUTPUT, Kind.PREDICT)
    assert room(choice) == ("", 0)
    assert room(predict) == ("output", 3)
    assert room(given.note("n", "q", "a")) == ("lines", 2)
    data = pdf.quiz([choice], given.look()).data
    first = given.texts(data)[0]
    assert first.count("☐") == 2
    assert "☑" not in first
    assert "☑" in given.texts(data)[1]
    assert rules(data) == 0


def test_blanks_are_wide_enough_to_be_written_in(given: Any) -> None:
    text = (tree.Text("The word is "), tree.Cloze((1,), "", (tree.Text("hidden"),)), tree.Text("."))
    asked = without_clozes((tree.Paragraph(text),), True, None)
    told = without_clozes((tree.Paragraph(text),), False, None)
    note = pdf.PrintedNote("n", asked, told, (), {}, Kind.CLOZE)
    data = pdf.quiz([note], given.look()).data
    (_, before), (_, after) = given.places(data, 0, r"word is|\.$|\.(?=\r)")
    assert after[0] - before[2] > 60
    assert "hidden" not in given.texts(data)[0]
    assert "hidden" in given.texts(data)[1]
    assert rules(data) == 0


@pytest.mark.parametrize("paper", ["a4", "letter", "a5"])
def test_it_is_a_pdf_ua_on_any_paper(given: Any, paper: str) -> None:
    notes = [given.note("n", "q", "| a | b |\n|---|---|\n| 1 | 2 |"), given.note("m", "q", OUTPUT)]
    made = pdf.quiz(notes, given.look(paper))
    assert (made.flaw, made.missing, made.unset) == ("", (), ())


def test_a_question_and_its_lines_stand_on_one_page(given: Any) -> None:
    code = "```python\n" + "\n".join(f"a{n} = 1" for n in range(18)) + "\n```"
    notes = [given.note("n", f"asked{n}\n\n{code}", "An answer. " * 60) for n in range(8)]
    data = pdf.quiz(notes, given.look()).data
    key = next(n for n, text in enumerate(given.texts(data)) if "Key" in text)
    for page in range(key):
        asked = len(list(given.places(data, page, r"asked\d")))
        assert rules(data, page) == asked * rules(data, 0) / len(
            list(given.places(data, 0, r"asked\d"))
        )
