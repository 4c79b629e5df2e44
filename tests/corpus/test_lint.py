import pytest

from srs.corpus.config import Config
from srs.corpus.lint import lint, wanted
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
