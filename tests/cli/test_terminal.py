"""Trees drawn in terminals: narrow, without colour, and of few characters."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from srs.cli.fitting import Marked
from srs.cli.terminal import draw
from srs.corpus import render, tree
from srs.corpus.parse import parse
from srs.corpus.tree import Blocks, Inline

MARKS = re.compile(r"[│▌↳•|>*─-]|\s")


def blocks(text: str) -> Blocks:
    front = "Front.\n\n---\n\n" if "***" in text else ""
    deck, _ = parse(f"## Q\n\n{front}{text}\n", "deck.md")
    assert deck is not None
    return render.note(deck.notes[0]).sides(1).answer


def drawn(blocks: Blocks, width: int = 40, encoding: str = "utf-8", colour: bool = False) -> str:
    """Draw blocks as a terminal of some width and encoding gets them; fail where it cannot."""
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding, newline="\n") as file:
        console = Console(
            file=file, width=width, color_system="standard" if colour else None,
            force_terminal=colour, legacy_windows=False, highlight=False, _environ={},
        )  # fmt: skip
        console.print(draw(blocks))
        file.flush()
        return raw.getvalue().decode(encoding)


def lines(text: str, width: int = 40, encoding: str = "utf-8") -> list[str]:
    return [line.rstrip() for line in drawn(blocks(text), width, encoding).split("\n")[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A **b** `c` ~~d~~ x<sub>1</sub>", ["A b `c` ~~d~~ x_1"]),
        ("- a\n- [x] b\n\n1. c\n10. d", ["• a", "[x] b", "", "1. c", "2. d"]),
        ("> a\n>\n> b", ["▌ a", "▌", "▌ b"]),
        ("a\n\n***\n\nb", ["a", "", "───", "", "b"]),
        ("![alt text](a.png) ![](b.mp3)", ["[image: alt text (a.png)] [sound: b.mp3]"]),
        ("[t](http://x.org) <http://y.org>", ["t <http://x.org> http://y.org"]),
        ("<details><summary>S</summary>\n\nx\n\n</details>", ["S", "  x"]),
        ("$\\sqrt{x} \\le \\frac{a+b}{2}$", ["√x ≤ (a + b)/2"]),
        ("$$\\sum_{i=0}^n i$$", ["  ∑_(i = 0)^n i"]),
        ("A {{c1::hidden}} word", ["A [hidden] word"]),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", ["a  b", "─  ─", "1  2"]),
    ],
)
def test_everything_is_told_without_colour(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "koi8-r"])
def test_few_characters_are_enough(encoding: str) -> None:
    text = (
        "“a” → b\n\n- c\n\n> d\n\n```\ne"
        + "f" * 40
        + "\n```\n\n***\n\n$\\alpha \\le 2$\n\n| a |\n|---|\n| 日 |"
    )
    shown = drawn(blocks(text), encoding=encoding)
    if encoding == "ascii":
        assert [line.rstrip() for line in shown.split("\n")] == [
            '"a" -> b', "", "* c", "", "> d", "", "| e" + "f" * 37, "| > fff", "", "---", "",
            "\\alpha \\le 2", "", "a", "------", "\\u65e5", "",
        ]  # fmt: skip


def test_a_formula_that_can_be_shown_is_and_else_its_source_is() -> None:
    assert lines("$x \\le \\alpha$") == ["x ≤ α"]
    assert lines("$x \\le \\alpha$", encoding="latin-1") == ["x \\le \\alpha"]
    assert lines("$x + 1$", encoding="ascii") == ["x + 1"]


@pytest.mark.parametrize(
    ("code", "width", "expected"),
    [
        ("short = 1", 20, ["│ short = 1"]),
        ("def f(first, second):", 16, ["│ def f(first,", "│ ↳ second):"]),
        ("        x = 'abcdefghijk'", 20, ["│         x =", "│ ↳ 'abcdefghijk'"]),
        ("s = '日本語日本語日本語'", 20, ["│ s = '日本語日本語", "│ ↳ 日本語'"]),
        ("if x:\n\n\ty = 1", 20, ["│ if x:", "│", "│     y = 1"]),
        (" " * 30 + "deep", 20, ["│" + " " * 19, "│ ↳" + " " * 13 + "deep"]),
    ],
)
def test_long_code_goes_on_behind_a_mark(code: str, width: int, expected: list[str]) -> None:
    assert lines(f"```\n{code}\n```", width) == [line.rstrip() for line in expected]


def test_code_is_not_faint_as_the_bar_beside_it() -> None:
    shown = drawn(blocks("```python\nname\n```"), colour=True)
    assert "\x1b[90m│ \x1b[0mname" in shown


def test_code_is_whole_when_its_lines_are_joined_again() -> None:
    code = "result = some_function(argument_one,  argument_two)[0]  # 日本語 and more"
    shown = drawn(blocks(f"```python\n{code}\n```"), 30)
    assert shown.replace("\n│ ↳ ", "").removeprefix("│ ").rstrip("\n") == code


def test_a_table_that_fits_keeps_its_words_whole() -> None:
    table = "| Operation | Cost of it |\n|---|---|\n| `append(x)` | constant, but linear when it grows |"
    assert lines(table, 30) == [
        "Operation    Cost of it",
        "───────────  ─────────────────",
        "`append(x)`  constant, but",
        "             linear when it",
        "             grows",
    ]


def test_a_table_too_wide_is_listed_row_by_row() -> None:
    table = (
        "| Operation | Average | Amortized |\n|---|---|---|\n| `append(x)` | O(1) | "
        "constant, but linear when it grows |\n| x | | `a_very_long_name_that_stands_alone()` |"
    )
    assert lines(table) == [
        "Operation: `append(x)`",
        "Average: O(1)",
        "Amortized: constant, but linear when",
        "  it grows",
        "",
        "Operation: x",
        "Average:",
        "Amortized:",
        "  `a_very_long_name_that_stands_alone()`",
    ]
    assert lines("| averyverylongword | anotherverylongword |\n|---|---|", 30) == [
        "averyverylongword",
        "anotherverylongword",
    ]


def test_a_terminal_gets_links_to_follow() -> None:
    shown = drawn(blocks("[text](http://x.org/a%20b) ~~no~~ {{c1::c}}"), colour=True)
    assert ";http://x.org/a%20b\x1b\\" in shown
    assert "<http" not in shown
    assert "[c]" not in shown


def test_a_mark_stands_above_what_it_leaves_no_room_for() -> None:
    console = Console(file=io.StringIO(), width=20, color_system=None)
    console.print(Marked("0123456789 ", "           ", "text that is long enough"))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "0123456789\ntext that is long \nenough\n"


words = st.text(alphabet="abé日本🎉𝒳()_.,", min_size=1, max_size=30)
said = st.lists(words, min_size=1, max_size=8).map(" ".join)
texts = st.builds(tree.Text, said)
inlines: st.SearchStrategy[Inline] = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda make, children: make(children),
        st.sampled_from(
            [
                lambda children: tree.Styled("strong", children),
                lambda children: tree.Styled("sup", children),
                lambda children: tree.Link("https://example.org", children),
                tree.Revealed,
                tree.Code,
            ]
        ),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=4,
)
cells = st.lists(inlines, max_size=2).map(tuple)
paragraphs = st.builds(tree.Paragraph, st.lists(inlines, min_size=1, max_size=3).map(tuple))
listings = st.builds(
    lambda rows: tree.CodeBlock("", (tree.Text("\n".join(rows)),)),
    st.lists(st.builds(lambda n, text: " " * n + text, st.integers(0, 30), said), min_size=1),
)


def _tables(columns: int) -> st.SearchStrategy[tree.Table]:
    row = st.tuples(*[cells] * columns)
    align = st.tuples(*[st.sampled_from(["", "left", "right", "center"])] * columns)
    return st.builds(tree.Table, align, row, st.lists(row, max_size=3).map(tuple))


def _around(inner: st.SearchStrategy[tree.Block]) -> st.SearchStrategy[tree.Block]:
    children = st.lists(inner, min_size=1, max_size=2).map(tuple)
    items = st.lists(st.builds(tree.Item, st.sampled_from([None, True]), children), min_size=1)
    return st.one_of(
        st.builds(tree.Quote, children),
        st.builds(tree.Details, cells, children),
        st.builds(tree.List, st.sampled_from([None, 1, 99_999]), st.booleans(), items.map(tuple)),
    )


trees = st.recursive(
    st.one_of(paragraphs, listings, st.integers(1, 5).flatmap(_tables)), _around, max_leaves=6
)


@settings(max_examples=100)
@given(trees, st.sampled_from([20, 40, 80]))
def test_no_word_is_lost_and_no_line_too_long(block: tree.Block, width: int) -> None:
    shown = drawn((block,), width)
    squeezed = MARKS.sub("", shown)
    for node in tree.inside(block):
        if isinstance(node, tree.Text):
            assert all(word in squeezed for word in node.text.split())
    assert max(map(cell_len, shown.split("\n"))) <= width


@settings(max_examples=100)
@given(trees, st.sampled_from(["ascii", "latin-1", "cp437", "shift_jis"]))
def test_every_encoding_can_show_every_tree(block: tree.Block, encoding: str) -> None:
    shown = drawn((block,), 40, encoding)
    for node in tree.inside(block):
        if isinstance(node, tree.Text) and node.text.isascii():
            squeezed = MARKS.sub("", shown)
            assert all(MARKS.sub("", word) in squeezed for word in node.text.split())


def test_the_deepest_nesting_has_room() -> None:
    block: tree.Block = tree.Paragraph((tree.Text("innermost words are whole"),))
    for _ in range(tree.MAX_NESTING):
        block = tree.Quote((tree.List(99_999, True, (tree.Item(None, (block,)),)),))
    shown = drawn((block,), 40)
    assert "innermostwordsarewhole" in MARKS.sub("", shown)
    assert max(map(cell_len, shown.split("\n"))) <= 40
