"""How problems are shown to a person and to GitHub."""

import re
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.cli import problems as show
from srs.errors import Place, Problem, Severity


def problem(line: int = 1, column: int = 1, code: str = "raw-html", message: str = "m") -> Problem:
    return Problem(Place("a.md", line, column), code, Severity.WARNING, message, "h")


def under_the_caret(line: str, column: int, width: int = 80) -> str:
    """Show a problem in a terminal and return what stands above its caret."""
    screen = pyte.Screen(width, 6)
    text = show.as_text(problem(1234, column), line, width)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    at = screen.display[2].index("^")
    return screen.buffer[1][at].data


@pytest.mark.parametrize(
    "before",
    [
        "", "abc ", "日本語", "日本 語 ", "🎉 and 🐍", "e\u0301e\u0301 ", "\t", "\t\ta\t", "한국어 ", "ＡＢＣ", "— “…” ", "日" * 40, "a" * 58, "x" * 200, "日" * 200, "\u0301" * 3,
    ],
)  # fmt: skip
def test_the_caret_stands_under_the_character(before: str) -> None:
    assert under_the_caret(f"{before}#rest of the line", len(before) + 1) == "#"
    assert under_the_caret(f"{before}#{'y' * 200}", len(before) + 1) == "#"


@given(
    st.text(alphabet="ab 日🎉é\t", max_size=150),
    st.text("b日 ", max_size=150),
    st.integers(40, 120),
)
def test_the_caret_stands_under_it_in_any_terminal(before: str, after: str, width: int) -> None:
    assert under_the_caret(f"{before}#{after}", len(before) + 1, width) == "#"


def test_a_long_line_is_cut_where_the_dots_are() -> None:
    text = show.as_text(problem(column=151), "a" * 150 + "#" + "b" * 150)
    quoted = text.split("\n")[1]
    assert quoted == f"  1 | …{'a' * 54}#{'b' * 36}…"


@pytest.mark.parametrize("line", ["", "   "])
def test_where_nothing_is_to_be_quoted_nothing_is(line: str) -> None:
    assert show.as_text(problem(), line) == "a.md:1:1: warning: m [raw-html]\n  hint: h"


def test_a_caret_may_stand_behind_the_line() -> None:
    assert show.as_text(problem(column=4), "abc").split("\n")[2] == "    |    ^"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["raw-html"] * 30, ""),
        (["raw-html", "media"] * 4, ""),
        (["attributes", "config", "media", "metadata", "nesting", "setext"] + ["ignore"] * 4, ""),
        (
            ["media"] * 2 + ["raw-html"] * 10,
            "  10  raw-html  HTML other than `br sub sup kbd details` is shown as text\n"
            "   2  media     an image or sound is missing, of an unknown type, or outside the"
            " corpus\n",
        ),
    ],
)
def test_many_problems_of_few_kinds_are_tallied(codes: list[str], expected: str) -> None:
    assert show.tally([problem(code=code) for code in codes]) == expected


def test_a_workflow_command_is_escaped() -> None:
    found = Problem(Place("a.md", 3, 7), "media", Severity.ERROR, "50 %: a, b", "c\r\nd")
    assert show.annotation(found, "x,y/a:b 100%.md") == (
        "::error file=x%2Cy/a%3Ab 100%25.md,line=3,col=7,title=media::50 %25: a, b%0Ac%0D%0Ad"
    )


def test_a_summary_is_a_table_that_pipes_do_not_break() -> None:
    page = show.summary([(problem(3, message="`a|b` is"), "x|y.md")], "1 warning.")
    assert page == (
        "1 warning.\n\n| place | severity | code | problem |\n|---|---|---|---|\n"
        "| x\\|y.md:3 | warning | raw-html | `a\\|b` is |\n"
    )
    assert show.summary([], "no problems.") == "no problems.\n"


def test_a_summary_stays_below_what_github_shows() -> None:
    page = show.summary([(problem(n, message="m" * 300), "x" * 200) for n in range(1, 5_000)], "v")
    assert len(page) < 1_000_000
    assert page.endswith("\nand 3999 more\n")


def test_files_are_named_from_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "repository" / "decks"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert show.workspace() == inner.resolve()
    (tmp_path / "repository" / ".git").mkdir()
    assert show.workspace() == inner.parent.resolve()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert show.workspace() == tmp_path.resolve()
    assert show.named_from(tmp_path, inner / "a.md") == "repository/decks/a.md"
    outside = show.named_from(inner, tmp_path / "a.md")
    assert re.search(r"/a\.md$", outside)
    assert Path(outside).is_absolute()
