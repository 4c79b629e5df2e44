import pytest

from srs.corpus import render
from srs.corpus.config import Config
from srs.corpus.lint import lint, lint_note, wanted
from srs.corpus.parse import parse
from srs.errors import Place, Problem, Severity
from srs.model import Deck, Note

CONFIG = Config(metadata=(("level", ("entry", "mid")), ("topic", ())))


def notes(*texts: str) -> tuple[Note, ...]:
    """Parse decks, named `0.md` and so on."""
    found: list[Note] = []
    for number, text in enumerate(texts):
        deck, _ = parse(text, f"{number}.md")
        assert deck is not None
        found += deck.notes
    return tuple(found)


def found(*texts: str) -> list[tuple[str, str, str]]:
    return [(str(p.where), p.code, p.severity.value) for p in lint(notes(*texts), CONFIG)]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("level=mid", []),
        ("level=entry,mid", []),
        ("topic=anything", []),
        ("other=anything", []),
        ("level=Mid", [("0.md:1:1", "metadata", "warning")]),
        ("level=low,mid,high", [("0.md:1:1", "metadata", "warning")] * 2),
    ],
)
def test_declared_metadata_has_only_its_values(
    attributes: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(f"## Q {{{attributes}}}\n\nA\n") == expected


def test_the_allowed_values_are_the_hint() -> None:
    (problem,) = lint(notes("## Q {level=x}\n\nA\n"), CONFIG)
    assert problem.message == "`level=x` is not one of the values in srs.toml"
    assert problem.hint == "use one of entry, mid"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["## Q\n\nA\n\n## Q\n\nB\n"], ["0.md:5:1"]),
        (["## Q\n\nA\n", "## Q\n\nB\n", "## Q\n\nC\n"], ["1.md:1:1", "2.md:1:1"]),
        (["## Q  x\n\nA\n\n## Q x\n\nB\n"], ["0.md:5:1"]),
        (["## Q\n\nA\n\n## Q {#q}\n\nB\n"], ["0.md:5:1"]),
        (["## Q\n\nA\n\n## q\n\nB\n"], []),
        (["## Q\n\nx\n\n---\n\nA\n\n## Q\n\ny\n\n---\n\nA\n"], []),
        (["##\n\nA\n\n##\n\nB\n"], []),
    ],
)
def test_notes_that_ask_the_same(texts: list[str], expected: list[str]) -> None:
    assert found(*texts) == [(place, "duplicate-front", "warning") for place in expected]


def test_notes_that_claim_one_id() -> None:
    assert found("## Q {#a}\n\nA\n\n## R {#a}\n\nB\n", "## S {#a}\n\nC\n\n## T\n\nD\n") == [
        ("0.md:5:1", "duplicate-id", "error"),
        ("1.md:1:1", "duplicate-id", "error"),
    ]
    (problem, _) = lint(notes("## Q {#a}\n\nA\n", "## R {#a}\n\nB\n\n## S {#a}\n\nC\n"), CONFIG)
    assert problem.message == "the id `a` belongs to the note at 0.md:1:1"


def found_in(text: str, code: str) -> list[tuple[str, str]]:
    """Return the places and messages of one lint in a deck's notes."""
    return [
        (f"{problem.where.line}:{problem.where.column}", problem.message)
        for note in notes(text)
        for problem in lint_note(note, render.note(note))
        if problem.code == code
    ]


WORDS = "word " * 200
LINES = "x = 1\n" * 40


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (WORDS, ""),
        (WORDS + "more", "this answer has 201 words; one of up to 200 can be said"),
        (f"- {WORDS}\n- more", "this answer has 201 words; one of up to 200 can be said"),
        (f"{WORDS}\n\n```text\nnot *prose*\n```", ""),
        (f"{WORDS}\n\n$$\nnot + prose\n$$", ""),
        (f"{WORDS}\n\nSource: [the manual](https://example.org)", ""),
        (f"{WORDS}\n\n<details><summary></summary>\n\nmore\n\n</details>", ""),
        (f"{WORDS}\n\n<!-- more -->", ""),
        (f"front {WORDS}\n\n---\n\nshort", ""),
        ("語" * 400, ""),
        ("語" * 402, "this answer has 201 words; one of up to 200 can be said"),
        (f"```python\n{LINES}```", ""),
        (f"```python\n{LINES}y = 2\n```",
         "this answer has 41 lines of code; one of up to 40 can be said"),
        (f"```python\n{LINES}```\n\n```output\n2\n```",
         "this answer has 41 lines of code; one of up to 40 can be said"),
    ],
)  # fmt: skip
def test_an_answer_too_long_to_be_said(body: str, expected: str) -> None:
    assert [message for _, message in found_in(f"## Q\n\n{body}\n", "long-answer")] == (
        [expected] if expected else []
    )


def test_a_long_answer_is_told_where_it_begins() -> None:
    text = f"## Q\n\n```python\nx\n```\n\n---\n\n\nmore {WORDS}\n"
    assert [place for place, _ in found_in(text, "long-answer")] == ["10:1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## {{c1::All}}\n", ["1:4"]),
        ("##\n\n{{c1::All}}.\n", ["3:1"]),
        ("##\n\n- {{c1::One}}\n- {{c1::two}}\n", ["3:3"]),
        ("##\n\n{{c1::One}} {{c2::two}}\n", []),
        ("##\n\n{{c1::One {{c2::two}}}}\n", ["3:1"]),
        ("##\n\n`{{c1::x = 1}}`\n", ["3:1"]),
        ("##\n\n```python\n{{c1::x = 1}}\n```\n", ["3:1"]),
        ("##\n\n```python\n{{c1::x}} = 1\n```\n", []),
        ("##\n\n$ {{c1::x}} $, (…)\n", []),
        ("##\n\n${{c1::x}}$ (…)\n", ["3:1"]),
        ("##\n\n{{c1::Paris::the capital of France}}\n", []),
        ("##\n\n![a map](map.png) {{c1::Paris}}\n", []),
        ("## The capital\n\n{{c1::Paris}}\n", []),
        ("##\n\n{{c1::Paris}} 1\n", []),
        ("##\n\n{{c1::Paris}}\n\n---\n\nThe capital.\n", ["3:1"]),
        ("## {{c1::All}} {.basic}\n\nA\n", []),
    ],
)
def test_a_card_that_hides_all_there_is_to_read(text: str, expected: list[str]) -> None:
    assert [place for place, _ in found_in(text, "cloze-all")] == expected


DECK = """\
<b>

## Q
<!-- srs: ignore raw-html, duplicate-front -->

<b>

## R

<b>

## S

<b> <!-- srs: ignore raw-html -->

# Section

<b>
"""


def deck(text: str) -> Deck:
    parsed, _ = parse(text, "0.md")
    assert parsed is not None
    return parsed


def warning(line: int, code: str = "raw-html") -> Problem:
    return Problem(Place("0.md", line), code, Severity.WARNING, "m")


@pytest.mark.parametrize(
    ("problem", "config", "expected"),
    [
        (warning(6), Config(), False),
        (warning(3), Config(), False),
        (warning(6, "duplicate-front"), Config(), False),
        (warning(6, "metadata"), Config(), True),
        (warning(10), Config(), True),
        (warning(1), Config(), True),
        (warning(14), Config(), False),
        (warning(18), Config(), True),
        (warning(10), Config(lints_off=frozenset({"raw-html"})), False),
        (warning(10), Config(lints_off=frozenset({"metadata"})), True),
    ],
)
def test_a_warning_can_be_silenced(problem: Problem, config: Config, expected: bool) -> None:
    assert wanted(problem, deck(DECK), config) is expected


def test_an_error_cannot_be_silenced() -> None:
    error = Problem(Place("0.md", 6), "raw-html", Severity.ERROR, "m")
    assert wanted(error, deck(DECK), Config(lints_off=frozenset({"raw-html"})))


def test_a_file_that_holds_no_deck_can_be_silenced_in_the_config_only() -> None:
    assert wanted(warning(1), None, Config())
    assert not wanted(warning(1), None, Config(lints_off=frozenset({"raw-html"})))
