"""What a typed or chosen answer is worth."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import render
from srs.corpus.judging import (
    Judgement,
    Part,
    Segment,
    compare,
    judge,
    judge_choice,
    right_options,
)
from srs.corpus.parse import parse
from srs.corpus.render import Rendered
from srs.model import Rating

RIGHT, NEARLY, WRONG = Judgement.RIGHT, Judgement.NEARLY, Judgement.WRONG


def rendered(text: str) -> Rendered:
    deck, _ = parse(text, "deck.md")
    assert deck is not None
    (note,) = deck.notes
    return render.note(note)


def shown(expected: str, given: str, *, verbatim: bool = False) -> list[str]:
    """Write a comparison as a screen without colour might: missing as [-x-], extra as [+x+]."""
    marks = {Part.SAME: "{}", Part.MISSING: "[-{}-]", Part.EXTRA: "[+{}+]"}
    lines = compare(expected, given, verbatim=verbatim).lines
    return ["".join(marks[s.part].format(s.text) for s in line) for line in lines]


@pytest.mark.parametrize(
    ("expected", "given", "judgement"),
    [
        ("Paris", "Paris", RIGHT),
        ("Paris", "  Paris \n", RIGHT),
        ("O(n log n)", "O(n  log\tn)", RIGHT),
        ("caf\u00e9", "cafe\u0301", RIGHT),
        ("Paris", "paris", NEARLY),
        ("Straße", "STRASSE", NEARLY),
        ("True", "true", NEARLY),
        ("Paris", "Pari", WRONG),
        ("Paris", "", WRONG),
        ("a b", "ab", WRONG),
        ("caf\u00e9", "cafe", WRONG),
        ("", "", RIGHT),
    ],
)
def test_a_typed_answer_is_judged_by_its_words(
    expected: str, given: str, judgement: Judgement
) -> None:
    assert compare(expected, given).judgement is judgement


@pytest.mark.parametrize(
    ("expected", "given", "judgement"),
    [
        ("[2, 2, 2]", "[2, 2, 2]\n\n", RIGHT),
        ("1\n2", "1  \r\n2", RIGHT),
        ("1\n\n2", "1\n2", WRONG),
        ("  1", "1", WRONG),
        ("1  2", "1 2", WRONG),
        ("True", "true", WRONG),
        ("\n1", "1", WRONG),
    ],
)
def test_an_output_is_judged_as_it_stands(expected: str, given: str, judgement: Judgement) -> None:
    assert compare(expected, given, verbatim=True).judgement is judgement


def test_a_judgement_proposes_a_rating_and_says_what_is_not_quite_right() -> None:
    assert [j.rating for j in Judgement] == [Rating.GOOD, Rating.HARD, Rating.AGAIN]
    nearly = compare("Paris", "PARIS")
    assert (nearly.rating, nearly.why) == (Rating.HARD, "only upper and lower case differ")
    assert compare("Paris", "Paris").why == compare("Paris", "x").why == ""


@pytest.mark.parametrize(
    ("expected", "given", "lines"),
    [
        ("same", "same", ["same"]),
        ("[2, 2, 2]", "[0, 1, 2]", ["[[-2-][+0+], [-2-][+1+], 2]"]),
        ("Paris", "London", ["[-Paris-]", "[+London+]"]),
        ("Paris", "", ["[-Paris-]"]),
        ("", "Paris", ["[+Paris+]"]),
        ("1\n2\n3", "1\n3", ["1", "[-2-]", "3"]),
        ("1\n3", "1\n\n3", ["1", "[++]", "3"]),
        ("one\ntwo", "one!\ntwo", ["one[+!+]", "two"]),
        ("नमस्ते", "नमस्त", ["नमस्[-ते-][+त+]"]),
        ("a👩\u200d💻b", "a👩b", ["a[-👩\u200d💻-][+👩+]b"]),
        ("", "", []),
    ],
)
def test_what_differs_is_marked(expected: str, given: str, lines: list[str]) -> None:
    assert shown(expected, given, verbatim=True) == lines


def test_a_long_answer_takes_no_time() -> None:
    found = compare("ab" * 30_000, "ba" * 30_000)
    assert [line[0].part for line in found.lines] == [Part.MISSING, Part.EXTRA]
    lines = compare("a\n" * 30_000, "b\n" * 30_000, verbatim=True).lines
    assert len(lines) == 60_000


texts = st.text(alphabet="aA b\n\t\r\u0301é日👩\u200d", max_size=40)


@given(texts, st.booleans())
def test_every_text_is_its_own_right_answer(text: str, verbatim: bool) -> None:
    found = compare(text, text, verbatim=verbatim)
    assert found.judgement is RIGHT
    assert {s.part for line in found.lines for s in line} <= {Part.SAME}


@given(texts, texts, st.booleans())
def test_the_pieces_make_both_texts(expected: str, given: str, verbatim: bool) -> None:
    found = compare(expected, given, verbatim=verbatim)
    for part, text in ((Part.MISSING, expected), (Part.EXTRA, given)):
        assert found.text(part).split() == unicodedata.normalize("NFC", text).split()
        assert compare(text, found.text(part), verbatim=verbatim).judgement is RIGHT
    assert all(found.lines)
    assert (found.judgement is RIGHT) == all(
        s.part is Part.SAME for line in found.lines for s in line
    )


def test_a_note_says_what_is_asked_and_how_it_is_judged() -> None:
    typed = rendered("## Capital? {.typed}\n\n`Paris` it *is*\n\nExplained.\n")
    assert judge(typed, " paris it is").judgement is NEARLY
    predict = rendered(
        "## Prints? {.predict}\n\n```python\n```\n\n---\n\n```output\nTrue\n1\n```\n"
    )
    assert judge(predict, "True\n1 ").judgement is RIGHT
    assert judge(predict, "true\n1").lines[1] == (Segment(Part.SAME, "1"),)
    assert judge(predict, "true\n1").judgement is WRONG


@pytest.mark.parametrize(
    ("right", "chosen", "judgement"),
    [
        ({1}, {1}, RIGHT), ({1}, set(), WRONG), ({1}, {0}, WRONG), ({1}, {0, 1}, WRONG),
        ({0, 2}, {0, 2}, RIGHT), ({0, 2}, {0}, NEARLY), ({0, 2}, {0, 1}, WRONG),
        ({0, 2}, {0, 1, 2}, WRONG), ({0, 1, 2}, {0}, WRONG), ({0, 1, 2}, {0, 1}, NEARLY),
        ({0, 2}, set(), WRONG),
    ],
)  # fmt: skip
def test_options_are_judged_together(
    right: set[int], chosen: set[int], judgement: Judgement
) -> None:
    assert judge_choice(right, chosen) is judgement


def test_the_right_options_are_those_of_the_order_shown() -> None:
    note = rendered("## Which?\n\n- [ ] a\n- [x] b\n- [X] c\n- [ ] d\n")
    assert right_options(note) == {1, 2}
    turned = note.shuffled("guid")
    before, after = note.back[0], turned.back[0]
    assert {before.items[n] for n in right_options(note)} == {  # type: ignore[union-attr]
        after.items[n]  # type: ignore[union-attr]
        for n in right_options(turned)
    }
    assert right_options(rendered("## Q\n\n- a\n")) == frozenset()
