import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.corpus import render
from srs.corpus.parse import deck_name, normalise, parse
from srs.errors import Problem
from srs.model import Deck, Kind, Note


def deck(text: str, path: str = "x.md") -> tuple[Deck, list[tuple[int, str]]]:
    parsed, problems = parse(text, path)
    assert parsed is not None
    return parsed, [(p.where.line, p.code) for p in problems]


def note(text: str) -> Note:
    parsed, _ = deck(text)
    return parsed.notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ndeck: A::B\ntags: [x, y z]\nlevel: mid\n---\n\n## Q\n\nA\n", []),
        ("---\ndeck: A\ndeck: B\n---\n\n## Q\n\nA\n", [(3, "front-matter")]),
        ("---\n- a\n---\n\n## Q\n\nA\n", [(2, "front-matter")]),
        ("---\na: b: c\n---\n\n## Q\n\nA\n", [(2, "front-matter")]),
        ("---\ntag: x\n---\n\n## Q\n\nA\n", [(2, "front-matter")]),
        ("---\na:\n  b: c\n---\n\n## Q\n\nA\n", [(2, "front-matter")]),
        ("---\ndeck: A\n\n## Q\n\nA\n", [(1, "front-matter"), (2, "stray-text")]),
    ],
)
def test_front_matter(text: str, expected: list[tuple[int, str]]) -> None:
    parsed, problems = deck(text)
    assert problems == expected
    assert [n.heading for n in parsed.notes] == ["Q"]


def test_front_matter_goes_to_every_note_and_a_note_overrides_it() -> None:
    parsed, _ = deck(
        "---\ndeck: A::B\ntags: [x]\nlevel: mid\nno: off\n---\n\n## Q {tags=y level=senior}\n\nA\n"
    )
    (one,) = parsed.notes
    assert (one.deck, one.tags) == ("A::B", ("x", "y"))
    assert dict(one.metadata) == {"level": ("senior",), "no": ("off",)}


def test_a_file_may_say_that_it_is_no_deck() -> None:
    assert parse("---\ndeck: false\n---\n\n## Q\n", "x.md") == (None, ())


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.md", "a"), ("01-a/2. b.md", "a::b"), ("x/y-z.md", "x::y-z"), ("2024.md", "2024")],
)
def test_a_deck_is_named_by_its_path(path: str, name: str) -> None:
    assert deck_name(path) == name


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        ("## Q\n\nA\n", "", "A"),
        ("## Q\n\nmore\n\n---\n\nA\n", "more", "A"),
        ("## Q\n\nmore\n\n* * *\n\nA\n", "more", "A"),
        ("## Q\n\nmore\n\n___\n\nA\n", "more", "A"),
        ("## Q\n\nA\n\n---\n", "", "A"),
        ("## Q\n\nA\n\n---\n\n## R\n\nB\n", "", "A"),
        ("## Q\n\nmore\n\n---\n\nA\n\n---\n\nB\n", "more", "A\n\n---\n\nB"),
        ("## Q\n\n```\n\n---\n\n```\n\nA\n", "", "```\n\n---\n\n```\n\nA"),
        ("## Q\n\n<!--\n\n---\n\n-->\nA\n", "", "<!--\n\n---\n\n-->\nA"),
        ("## Q\n\n```\nx\n```\n---\n\nA\n", "```\nx\n```", "A"),
    ],
)
def test_the_first_break_ends_the_front(text: str, front: str, back: str) -> None:
    parsed, problems = deck(text)
    assert (parsed.notes[0].front, parsed.notes[0].back) == (front, back)
    assert problems == []


@pytest.mark.parametrize("line", ["---", "===", "-", "--"])
def test_a_setext_underline_is_a_problem(line: str) -> None:
    assert deck(f"## Q\n\ntext\n{line}\n\nA\n")[1] == [(4, "setext")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\n## no\n```", []),
        ("~~~~\n```\n## no\n~~~~~", []),
        ("- a\n  ```\n## no\n  ```", []),
        ("<!--\n## no\n-->\nA", []),
    ],
)
def test_closed_blocks_hide_structure(text: str, expected: list[tuple[int, str]]) -> None:
    parsed, problems = deck(f"## Q\n\n{text}\n")
    assert len(parsed.notes) == 1
    assert problems == expected


@pytest.mark.parametrize("opening", ["```python", "~~~", "<!-- a", "$$"])
def test_an_unclosed_block_ends_at_the_next_note(opening: str) -> None:
    parsed, problems = deck(f"## Q\n\n{opening}\nx\n\n## R\n\nA\n")
    assert [n.heading for n in parsed.notes] == ["Q", "R"]
    assert (3, "unclosed") in problems
    assert [n.broken for n in parsed.notes] == [True, False]


@pytest.mark.parametrize(
    ("heading", "id", "shown"),
    [
        ("Q {#a}", "a", "Q"),
        ("Q {#a .reversed x=1}", "a", "Q"),
        ("Q {1, 2}", "", "Q {1, 2}"),
        ("Q {**a, **b}", "", "Q {**a, **b}"),
        ("Q {}", "", "Q {}"),
        ("C#", "", "C#"),
        ("Q ##", "", "Q"),
        ("1. Q", "", "1. Q"),
    ],
)
def test_attributes_at_the_end_of_a_heading(heading: str, id: str, shown: str) -> None:
    one = note(f"## {heading}\n\nA\n")
    assert (one.id, one.heading) == (id, shown)


def test_attributes_in_a_comment() -> None:
    one = note('## Q\n<!-- {#a-b .predict level=mid asked=x,"y z" tags=t} -->\n\nA\n')
    assert (one.id, one.kind, one.tags) == ("a-b", Kind.PREDICT, ("t",))
    assert dict(one.metadata) == {"level": ("mid",), "asked": ("x", "y z")}


@pytest.mark.parametrize("braces", ["{.nope}", "{deck=x}", "{#a #b}", "{a b}", "{x=1 x=2}"])
def test_wrong_attributes_are_a_problem_where_they_stand(braces: str) -> None:
    parsed, problems = deck(f"## Q\n<!-- {braces} -->\n\nA\n")
    assert problems == [(2, "attributes")]
    assert parsed.notes[0].broken


@pytest.mark.parametrize(
    ("body", "ords"),
    [
        ("{{c1::a}}", (1,)),
        ("{{c2::a}} {{c1::b::hint}}", (1, 2)),
        ("{{c1,3::a}}", (1, 3)),
        ("{{c1::a {{c2::b}} c}}", (1, 2)),
        ("`{{c4::x}}`", (4,)),
        ("```python\nx = {{c1::{'a': {}}}}\ny = {{c2::xs[::2]}}\n```", (1, 2)),
        ("$x^{ {{c7::\\frac{a}{b}}} }$", (7,)),
        ("| a |\n|---|\n| {{c3::b}} |", (3,)),
    ],
)
def test_cloze_numbers_make_the_cards(body: str, ords: tuple[int, ...]) -> None:
    parsed, problems = deck(f"## T\n\n{body}\n")
    assert problems == []
    assert (parsed.notes[0].kind, parsed.notes[0].ords) == (Kind.CLOZE, ords)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A {{c1::b", [(3, "cloze-unclosed")]),
        ("A {{c0::b}}", [(3, "cloze-number")]),
        ("A {{c501::b}}", [(3, "cloze-number")]),
        ("A {{c1::}}", [(3, "cloze-empty")]),
        ("a\n\n{{c1::b\n\nc}}", [(5, "cloze-unclosed")]),
    ],
)
def test_wrong_clozes(body: str, expected: list[tuple[int, str]]) -> None:
    parsed, problems = deck(f"## T\n\n{body}\n")
    assert problems == expected
    assert parsed.notes[0].broken


def test_basic_switches_clozes_off() -> None:
    one = note("## Q {.basic}\n\n{{c1::a}}\n")
    assert (one.kind, one.back) == (Kind.BASIC, "{{c1::a}}")


def test_sections_and_stray_text() -> None:
    parsed, problems = deck("stray\n\n# One\n\nintro\n\n## Q\n\nA\n\n# Two\n\n## R\n\nB\n")
    assert problems == [(1, "stray-text")]
    assert [(s.title, s.intro) for s in parsed.sections] == [("One", "intro"), ("Two", "")]
    assert [n.section for n in parsed.notes] == [0, 1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("##\n\nA\n", "empty-front"),
        ("## Q\n", "empty-back"),
        ("## Q\n\n<!-- only -->\n", "empty-back"),
        ("## Q\n\n" + "x" * 70_000, "too-long"),
    ],
)
def test_a_note_that_is_unfit(text: str, code: str) -> None:
    parsed, problems = deck(text)
    assert code in [c for _, c in problems]
    assert parsed.notes[0].broken


@pytest.mark.parametrize(
    "text",
    ["\ufeff## Q\n\nA", "## Q\r\n\r\nA\r\n", "## Q\r\rA\r", "## Q\n\nA"],
)
def test_every_form_of_text_file(text: str) -> None:
    one = note(text)
    assert (one.heading, one.back) == ("Q", "A")


def test_odd_characters_are_made_fit() -> None:
    assert normalise("e\u0301 \ufdd0 \x02\t") == "é \ufffd \ufffd\t"


PIECES = st.sampled_from(
    [
        "## ", "# ", "### ", "---", "\n", "\n\n", "```", "```python\n", "~~~", "<!--", "-->", "$$",
        "$", "{{c1::", "}}", "::", "`", "**", "_", "[", "](", ")", "<b>", "<br>", "<details>",
        "</details>", "- ", "1. ", "> ", "| a | b |\n|---|---|\n", "\\", "&amp;", "{#id}", "  ",
        "    ", "\t", "word", "https://x.org", "![a](b.png)", "é", "\u2028", "- [x] ", "C#",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_crashes_or_is_lost(text: str) -> None:
    parsed, problems = parse(text, "x.md")
    if parsed is None:
        return
    kept = [s.title + "\n" + s.intro for s in parsed.sections]
    for one in parsed.notes:
        kept.append("\n".join((one.heading, one.front, one.back, one.id, str(one.metadata))))
        rendered = render.note(one)
        assert all(isinstance(p, Problem) for p in rendered.problems)
    if problems or text.lstrip().startswith("---"):
        return
    shown = "\n".join(kept)
    for word in re.findall(r"word", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)):
        assert word in shown
