"""What the scanner takes out of a text, and where it says that stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus.scan import scan, scan_heading
from srs.corpus.spans import (
    MARKS,
    Address,
    ClozeEnd,
    ClozeStart,
    CodeSpan,
    Content,
    Fence,
    Formula,
    Literal,
    Scanned,
    Tag,
    Target,
)
from srs.corpus.tree import Cloze, Text
from srs.errors import Place, Severity

WHERE = Place("x.md", 10, 5)


def scanned(text: str, clozes: bool = True) -> Scanned:
    return scan(text, WHERE, clozes)


def contents(text: str, clozes: bool = True) -> list[Content]:
    return [span.content for span in scanned(text, clozes).spans]


def remaining(text: str) -> str:
    """Return what Markdown sees of a text, placeholders as `@`."""
    return MARKS.sub("@", scanned(text).text)


def code(text: str) -> CodeSpan:
    return CodeSpan((Text(text),))


def tex(text: str, display: bool = False) -> Formula:
    return Formula(display, (Text(text),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a `b` c", [code("b")]),
        ("`` a`b ``", [code("a`b")]),
        ("` a `", [code("a")]),
        ("` `", [code(" ")]),
        ("`a\n  b`", [code("a b")]),
        ("> `a\n> b`", [code("a b")]),
        ("`a\\`", [code("a\\")]),
        ("`a *b* <c> $d$ \\e`", [code("a *b* <c> $d$ \\e")]),
        ("a ` b", [Literal("`")]),
        ("a\n\n`b\n\nc`", [Literal("`"), Literal("`")]),
        ("- `a\n- b`", [Literal("`"), Literal("`")]),
        ("### `a\nb`", [Literal("`"), Literal("`")]),
        ("`a\n> b`", [Literal("`"), Literal("`")]),
        ("| `a\\|b` |", [code("a|b")]),
        ("a | b\n--|--\n`c\\|d` | e", [code("c|d")]),
        ("`a\\|b`", [code("a\\|b")]),
    ],
)
def test_code_spans(text: str, expected: list[Content]) -> None:
    assert contents(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x$", [tex("x")]),
        ("a $x_1$-b", [tex("x_1")]),
        ("$x\ny$", [tex("x\ny")]),
        ("> $x\n> y$", [tex("x\ny")]),
        ("$a\\$b$", [tex("a\\$b")]),
        ("$$x$$ b", [tex("x", True)]),
        ("a $$ x $$ b", [tex("x", True)]),
        ("$$\nx\n\ny\n$$", [tex("x\n\ny", True)]),
        ("- a\n  $$\n  x\n  $$", [tex("x", True)]),
        ("| $\\|x\\|$ |", [tex("|x|")]),
    ],
)
def test_maths(text: str, expected: list[Content]) -> None:
    assert contents(text) == expected


@pytest.mark.parametrize(
    "text",
    ["$5", "$x$5", "$ x$", "$x $", "$20,000 and $30,000", "a $$", "a $$$", "$", "a$b", "$x\n\ny$"],
)
def test_no_maths(text: str) -> None:
    found = scanned(text)
    assert not any(isinstance(span.content, Formula) for span in found.spans)
    assert found.restored(found.text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\\*", [Literal("*")]),
        ("\\\\", [Literal("\\")]),
        ("\\`a\\`", [Literal("`"), Literal("`")]),
        ("\\$x\\$", [Literal("$"), Literal("$")]),
        ("\\a", []),
        ("a\\\nb", [Tag("br", False)]),
        ("<http://a_b_c>", [Address("http://a_b_c")]),
        ("<mailto:a@b.c>", [Address("mailto:a@b.c")]),
        ("[a](<http://b>)", [Target()]),
        ("a<br>b<BR/>", [Tag("br", False), Tag("br", False)]),
        ("x<sub>2</sub>", [Tag("sub", False), Tag("sub", True)]),
        ('<kbd class="a">b</kbd>', [Tag("kbd", False), Tag("kbd", True)]),
        ("1 < 2", []),
        ("<a", []),
    ],
)
def test_escapes_addresses_and_tags(text: str, expected: list[Content]) -> None:
    assert contents(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <!-- b --> c", "a  c"),
        ("<!-- a -->\nb", "b"),
        ("<!-- a\n\nb\n-->\nc", "c"),
        ("a\n<!-- b\nc --> d", "a\nd"),
        ("a <!-- b", "a @ b"),
        ("<!-- a\n\nb", "@ a\n\nb"),
    ],
)
def test_comments_are_left_out_if_they_are_closed(text: str, expected: str) -> None:
    assert remaining(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python no-run\nx\n```\na", "@\na"),
        ("> ```\n> x\n> ```", "> @"),
        ("- ```\n  x\n  ```\n- a", "- @\n- a"),
        ("  $$\n  x\n  $$", "  @"),
        ("a\n<details>\n<summary>b</summary>\n\nc\n\n</details>", "a\n@\n@\nb\n@\n\nc\n\n@"),
        ("- <details>a</details>b", "- @\n  a\n  @\n  b"),
        ("> a <details> b", "> a \n> @\n>  b"),
    ],
)
def test_a_block_leaves_one_line_with_what_it_stands_in(text: str, expected: str) -> None:
    assert remaining(text) == expected


def test_a_fence_keeps_its_words() -> None:
    assert contents("```python raises=E\nx\n```") == [Fence(("python", "raises=E"), (Text("x"),))]


def test_a_heading_is_one_paragraph_whatever_it_begins_with() -> None:
    for text in ("``` a", "$$ b", "<!-- c", "> d", "<details> e", "- f", "~~~"):
        found = scan_heading(text, WHERE, False)
        assert found.restored(found.text) == text
        assert not any(isinstance(span.content, Fence | Formula) for span in found.spans)


@pytest.mark.parametrize(
    ("text", "column"), [("a <b>", 7), ("List<int>", 9), ("<script>x</script>", 5), ("</b>", 5)]
)
def test_other_html_is_kept_with_a_warning(text: str, column: int) -> None:
    found = scanned(text)
    assert found.restored(found.text) == text
    assert {(p.code, p.severity) for p in found.problems} == {("raw-html", Severity.WARNING)}
    assert found.problems[0].where == Place("x.md", 10, column)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("{{c1::a}} {{c3::b}}", {1, 3}),
        ("{{c1,2::a}}", {1, 2}),
        ("{{c1::a {{c2::b {{c3::c}}}}}}", {1, 2, 3}),
        ("`{{c4::a}}` $x_{{c5::1}}$", {4, 5}),
        ("```\n{{c6::a}}\n```", {6}),
        ("$$\n{{c7::a}}\n$$", {7}),
        ("- {{c1::a}}\n- > {{c2::b}}", {1, 2}),
        ("| {{c1::a}} |", {1}),
        ("<!-- {{c1::a}} -->", set()),
        ("\\{{c1::a}}", set()),
        ("{{c1}} {{c1:a}} {{cat::a}} {c1::a}", set()),
    ],
)
def test_cloze_numbers(text: str, numbers: set[int]) -> None:
    found = scanned(text)
    assert found.numbers() == numbers
    assert found.problems == ()


def test_a_cloze_has_a_start_and_an_end_with_its_hint() -> None:
    assert contents("{{c1,2::a `b::c` d::e f}}") == [
        ClozeStart((1, 2), "e f"), code("b::c"), ClozeEnd()
    ]  # fmt: skip
    assert remaining("{{c1::*a*::b}} c") == "@*a*@ c"


def test_a_cloze_in_code_is_a_node() -> None:
    assert contents("```\nx = {{c1::{'a': {}}::dict}}\ny = {{c2::xs[::2]}}\n```") == [
        Fence(
            (),
            (
                Text("x = "),
                Cloze((1,), "dict", (Text("{'a': {}}"),)),
                Text("\ny = "),
                Cloze((2,), "", (Text("xs[::2]"),)),
            ),
        )
    ]


def test_without_clozes_their_marks_are_text() -> None:
    text = "{{c1::a}} `{{c2::b}}` {{c0::"
    found = scanned(text, clozes=False)
    assert found.numbers() == frozenset()
    assert found.problems == ()
    assert found.restored(found.text) == text


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("ab {{c1::c", "cloze-unclosed", 10, 8),
        ("a\n  {{c1::b", "cloze-unclosed", 11, 3),
        ("{{c1::a\n\nb}}", "cloze-unclosed", 10, 5),
        ("- {{c1::a\n- b}}", "cloze-unclosed", 10, 7),
        ("| {{c1::a |\n| b}} |", "cloze-unclosed", 10, 7),
        ("```\na\n  {{c1::b\n```", "cloze-unclosed", 12, 3),
        ("a `b {{c1::c`", "cloze-unclosed", 10, 10),
        ("{{c0::a}}", "cloze-number", 10, 5),
        ("a\n{{c501::a}}", "cloze-number", 11, 1),
        ("{{c1,0::a}}", "cloze-number", 10, 5),
        ("`{{c0::a}}`", "cloze-number", 10, 6),
        ("{{c1::}}", "cloze-empty", 10, 5),
        ("{{c1:: }}", "cloze-empty", 10, 5),
        ("{{c1::a {{c2::}}}}", "cloze-empty", 10, 13),
        ("`{{c1::a {{c2::}}}}`", "cloze-empty", 10, 14),
    ],
)
def test_wrong_clozes_have_their_place(text: str, code: str, line: int, column: int) -> None:
    found = scanned(text)
    assert [(p.code, p.where) for p in found.problems] == [(code, Place("x.md", line, column))]
    assert all(problem.hint or code == "cloze-empty" for problem in found.problems)


@pytest.mark.parametrize(
    "text",
    [
        "{{c1::" * 13 + "a" + "}}" * 13,
        "`" + "{{c1::" * 14 + "a" + "}}" * 14 + "`",
        "<sub>" * 13 + "a" + "</sub>" * 13,
        "<details>\n" * 13 + "a" + "\n</details>" * 13,
    ],
)
def test_nesting_has_a_limit(text: str) -> None:
    assert {p.code for p in scanned(text).problems} == {"nesting"}


def test_twelve_levels_are_allowed() -> None:
    for text in ("{{c1::" * 12 + "a" + "}}" * 12, "<sub>" * 12 + "a" + "</sub>" * 12):
        assert scanned(text).problems == ()


def test_spans_know_where_they_stood() -> None:
    found = scanned("a `b`\nc `d`\n\n- e $f$\n  $g$\n\n```\nh\n```")
    assert [(span.source, span.line, span.column) for span in found.spans] == [
        ("`b`", 10, 7), ("`d`", 11, 3), ("$f$", 13, 5), ("$g$", 14, 3), ("```\nh\n```", 16, 1)
    ]  # fmt: skip


def test_lines_know_where_they_stood() -> None:
    found = scanned("a\n```\nb\n\nc\n```\nd\n<!-- e\nf -->\ng `h\ni` j\n$$\nk\n$$\nl")
    shown = [MARKS.sub("@", line) for line in found.text.split("\n")]
    assert list(zip(shown, found.rows, strict=True)) == [
        ("a", 10), ("@", 11), ("d", 16), ("g @ j", 19), ("@", 21), ("l", 24)
    ]  # fmt: skip


def test_every_form_of_placeholder_is_undone() -> None:
    text = "a `b` \\* <http://c> $d$\n\n```\ne\n```\n\n{{c1::f {{c2::g}}::h}} <br> <b>"
    found = scanned(text)
    assert found.restored(found.text) == text


NASTY = st.lists(
    st.sampled_from(
        [
            "a", " ", "\n", "\n\n", "`", "``", "$", "$$", "\\", "{{c1::", "{{c2,3::", "}}", "::",
            "<b>", "<br>", "<sub>", "</sub>", "<", "<http://x>", "- ", "> ", "1. ", "| ", "\n```\n",
            "\n~~~ x\n", "\n$$\n", "*", "_", "[", "](", ")", "[[", "]]", "]: ",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(NASTY, st.booleans())
def test_nothing_but_comments_is_lost(text: str, clozes: bool) -> None:
    found = scanned(text, clozes)
    restored = found.restored(found.text)
    assert restored.count("a") == text.count("a")
    assert len(found.rows) == found.text.count("\n") + 1
    assert list(found.rows) == sorted(found.rows)
    lines = text.split("\n")
    for problem in found.problems:
        assert 0 <= problem.where.line - WHERE.line < len(lines)
    for span in found.spans:
        first = span.source.split("\n")[0]
        column = span.column - (WHERE.column if span.line == WHERE.line else 1)
        assert first in lines[span.line - WHERE.line][column:]
