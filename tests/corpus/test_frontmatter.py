import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus.frontmatter import FrontMatter, parse
from srs.errors import Place, Severity


def front(text: str) -> FrontMatter:
    value, problems = parse(text.split("\n"), "x.md")
    assert problems == ()
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", FrontMatter()),
        ("## Q", FrontMatter()),
        ("\n---\na: b\n---", FrontMatter()),
        ("----\na: b\n---", FrontMatter()),
        ("---\n---\n", FrontMatter(end=2)),
        ("---\n# a comment\n---\n", FrontMatter(end=3)),
        ("---\ndeck: A::B\n---", FrontMatter("A::B", end=3)),
        ("--- \ndeck: A\n---\t", FrontMatter("A", end=3)),
        ("---\ndeck: A\n...\nb", FrontMatter("A", end=3)),
        ("---\ndeck: 'C: D # e'\n---", FrontMatter("C: D # e", end=3)),
        ("---\ntags: [a, b c]\n---", FrontMatter(tags=("a", "b", "c"), end=3)),
        ("---\ntags: a b\n---", FrontMatter(tags=("a", "b"), end=3)),
        ("---\ntags:\n  - a\n  - b::c\n---", FrontMatter(tags=("a", "b::c"), end=5)),
        ("---\nlevel: mid\n---", FrontMatter(metadata=(("level", ("mid",)),), end=3)),
        ("---\nasked: [a, b]\n---", FrontMatter(metadata=(("asked", ("a", "b")),), end=3)),
        (
            # YAML 1.1 would make a truth value, a number, a date and nothing of these.
            "---\na: no\nb: 1.10\nc: 2026-11-21\nd: null\n---",
            FrontMatter(
                metadata=(
                    ("a", ("no",)),
                    ("b", ("1.10",)),
                    ("c", ("2026-11-21",)),
                    ("d", ("null",)),
                ),
                end=6,
            ),
        ),
        ("---\na: !!python/object:os.system b\n---", FrontMatter(metadata=(("a", ("b",)),), end=3)),
    ],
)
def test_what_a_deck_says_of_itself(text: str, expected: FrontMatter) -> None:
    assert front(text) == expected


@pytest.mark.parametrize("value", ["false", "'false'", "false  # not yet"])
def test_a_file_may_say_that_it_is_no_deck(value: str) -> None:
    assert not front(f"---\ndeck: {value}\n---").is_deck
    assert front("---\ndeck: falsehood\n---").is_deck


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("---\ndeck: A\ndeck: B\n---", 3, 1),
        ("---\na: [b\nc: d\n---", 3, 2),
        ("---\na: 'b\nc\n---", 2, 4),
        ("---\na: b: c\n---", 2, 5),
        ("---\na: \tb: c\n\td: e\n---", 2, 4),
        ("---\na: *b\n---", 2, 4),
        ("---\n- a\n---", 2, 1),
        ("---\nword\n---", 2, 1),
        ("---\nx: y\na:\n  b: c\n---", 3, 1),
        ("---\na: [b, [c]]\n---", 2, 1),
        ("---\na: &x [*x]\n---", 2, 1),
        ("---\n? [a]\n: b\n---", 2, 3),
        ("---\nx: 'a\u2028b'\nid: c\n---", 3, 1),
        ("---\nx: a\ntag: b\n---", 3, 1),
        ("---\n\n  is: b\n---", 3, 3),
    ],
)
def test_what_is_wrong_is_placed_in_the_whole_file(text: str, line: int, column: int) -> None:
    value, problems = parse(text.split("\n"), "x.md")
    (problem,) = problems
    assert (problem.code, problem.severity) == ("front-matter", Severity.ERROR)
    assert problem.where == Place("x.md", line, column)
    assert value.end == len(text.split("\n"))


def test_every_fault_is_told_at_once_and_the_rest_is_kept() -> None:
    value, problems = parse(["---", "is: a", "b: c", "b: d", "e: {f: g}", "h: i", "---"], "x.md")
    assert [p.where.line for p in problems] == [2, 4, 5]
    assert value.metadata == (("b", ("c",)), ("h", ("i",)))


def test_one_that_is_not_closed_takes_its_first_line_only() -> None:
    value, (problem,) = parse(["---", "deck: A", "", "## Q"], "x.md")
    assert value.end == 1
    assert (problem.where, problem.code) == (Place("x.md", 1, 1), "front-matter")
    assert "`---`" in problem.hint


@pytest.mark.parametrize("text", ["[" * 3_000, "{a: " * 3_000, "- " * 3_000, "a: " + "[" * 3_000])
def test_any_depth_is_a_problem_and_no_crash(text: str) -> None:
    _, problems = parse(["---", text, "---"], "x.md")
    assert [p.code for p in problems] == ["front-matter"]


@given(st.text("ab:-[]{}'\"#&*!|>%@`,? \n\t\u2028\x85é", max_size=40))
def test_any_text_is_read_or_reported_within_the_file(text: str) -> None:
    lines = ["---", *text.split("\n"), "---", "## Q"]
    value, problems = parse(lines, "x.md")
    assert 1 <= value.end <= len(lines)
    for problem in problems:
        assert problem.code == "front-matter"
        assert 1 <= problem.where.line <= len(lines) - 1
        assert problem.where.column >= 1
