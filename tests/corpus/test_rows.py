import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import render
from srs.corpus.parse import parse
from srs.corpus.tree import Table, plain
from srs.model import Deck, Kind, Note


def deck(text: str) -> tuple[Deck, list[tuple[int, int, str]]]:
    parsed, problems = parse(text, "x.md")
    assert parsed is not None
    return parsed, [(p.where.line, p.where.column, p.code) for p in problems]


def rows(table: str, attributes: str = ".rows") -> list[Note]:
    return [*deck(f"## T {{{attributes}}}\n\n{table}\n")[0].notes]


TABLE = """\
| Spanish | id  | English | Tags |
|---------|----:|:-------:|------|
| ser     | ser | to be   | a, b |
| ir      |     | to go   |      |
"""


def test_each_row_is_a_note() -> None:
    ser, ir = rows(TABLE, ".rows .reversed .retired tags=verbs level=mid")
    assert (ser.heading, ser.front, ser.back, ser.id) == ("ser", "", "to be", "ser")
    assert (ser.tags, ir.tags) == (("verbs", "a", "b"), ("verbs",))
    assert (ir.heading, ir.back, ir.id) == ("ir", "to go", "")
    for note in (ser, ir):
        assert (note.kind, note.ords, note.retired) == (Kind.REVERSED, (1, 2), True)
        assert note.metadata == (("level", ("mid",)),)
        assert not note.broken
    assert [(n.place.line, n.place.column) for n in (ser, ir)] == [(5, 3), (6, 3)]


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        (".rows", Kind.BASIC),
        (".basic .rows", Kind.BASIC),
        (".typed .rows", Kind.TYPED),
        (".rows .reversed", Kind.REVERSED),
    ],
)
def test_a_class_holds_for_each_row(attributes: str, kind: Kind) -> None:
    assert {note.kind for note in rows(TABLE, attributes)} == {kind}


@pytest.mark.parametrize(
    ("row", "front", "back"),
    [
        ("| a \\| b | `c \\| d` |", "a \\| b", "`c | d`"),
        ("| `a|b` | $x|y$ |", "`a|b`", "$x|y$"),
        ("a | b", "a", "b"),
        ("| a | b", "a", "b"),
        ("| a | b | c |", "a", "b | c"),
        ("| **a** | - b |", "**a**", "\\- b"),
        ("| # a | # b |", "# a", "\\# b"),
        ("| 1. a | 12. b |", "1. a", "12\\. b"),
        ("| > a | > b |", "> a", "\\> b"),
        ("| a | *b* |", "a", "*b*"),
        ("| a | *** |", "a", "\\*\\*\\*"),
        ("| a | ~~~b |", "a", "\\~\\~\\~b"),
        ("| a | -5 |", "a", "-5"),
        ("| a | $$b |", "a", "\\$\\$b"),
        ("| a | $$b$$ |", "a", "$$b$$"),
        ("| a | <!-- c --> b |", "a", "b"),
    ],
)
def test_cells_are_read_as_in_any_table(row: str, front: str, back: str) -> None:
    table = f"| Front | Back |\n|---|---|\n{row}"
    (note,) = rows(table)
    assert (note.heading, note.back) == (front, back)
    made = render.note(note)
    assert made.problems == ()
    basic, _ = parse(f"## T\n\n{table}\n", "x.md")
    assert basic is not None
    (shown,) = render.note(basic.notes[0]).back
    assert isinstance(shown, Table)
    assert [plain(cell).strip() for cell in shown.rows[0]] == [plain(made.front), plain(made.back)]
    assert len(made.back) == 1


@pytest.mark.parametrize("head", ["| | |", "| Word | Word |", "| Tags | a | ID | b |"])
def test_what_the_columns_of_front_and_back_are_called_is_free(head: str) -> None:
    width = head.count("|") - 1
    row = "| c | d |" if width == 2 else "| | c | | d |"
    (note,) = rows(f"{head}\n|{'---|' * width}\n{row}")
    assert (note.heading, note.back, note.broken) == ("c", "d", False)


def test_a_cloze_in_the_front_makes_a_cloze_note() -> None:
    table = "|a|b|\n|-|-|\n| {{c1::x}} {{c3::`y`}} | more |\n| z | {{c1::no}} |\n| {{c1::x}} | |"
    both, plain_one, alone = rows(table)
    assert (both.kind, both.ords, both.back) == (Kind.CLOZE, (1, 3), "more")
    assert (plain_one.kind, plain_one.back) == (Kind.BASIC, "{{c1::no}}")
    assert (alone.kind, alone.back, alone.broken) == (Kind.CLOZE, "", False)
    assert {note.kind for note in rows(table, ".rows .basic")} == {Kind.BASIC}


def test_the_text_around_is_a_section_of_its_own() -> None:
    parsed, problems = deck(
        "# Verbs\n\nAll of them.\n\n## Before\n\nx\n\n## Spanish {.rows}\n\nAbove.\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n- below ![](x.png)\n\n---\n\n## After\n\ny\n"
    )
    assert problems == []
    sections = [(s.title, s.intro, s.line, s.intro_line) for s in parsed.sections]
    assert sections == [
        ("Verbs", "All of them.", 1, 3),
        ("Verbs › Spanish", "Above.\n\n\n\n\n\n- below ![](x.png)", 9, 11),
    ]
    assert [(n.heading, n.section) for n in parsed.notes] == [("Before", 0), ("c", 1), ("After", 0)]


def test_without_a_section_around_it_the_heading_is_the_title() -> None:
    parsed, _ = deck("## T {.rows}\n\n| a | b |\n|---|---|\n| c | d |\n\n## U\n\nx\n")
    assert [(s.title, s.intro) for s in parsed.sections] == [("T", "")]
    assert [n.section for n in parsed.notes] == [0, -1]


@pytest.mark.parametrize(
    ("text", "expected", "good"),
    [
        ("## T {.rows}\n\nno table\n", [(1, 1)], 0),
        ("## T {.rows}\n", [(1, 1)], 0),
        ("## T {.rows}\n\n| a |\n|---|\n| b |\n", [(3, 3)], 0),
        ("## T {.rows}\n\n| a | id |\n|---|---|\n| b | c |\n", [(3, 3)], 0),
        ("## T {.rows}\n\n| a | b | c |\n|---|---|---|\n| d | e | f |\n", [(3, 11)], 0),
        ("## T {.rows}\n\n| a | b | id | ID |\n|---|---|---|---|\n| d | e | f | g |\n", [(3, 16)], 0),
        ("## T {.rows}\n\n| a | b |\n|---|---|\n| c | |\n| | d |\n| | |\n| e | f |\n", [(5, 6), (6, 2)], 1),
        ("## T {.rows}\n\n| a | b | id |\n|---|---|---|\n| c | d | e f |\n| g | h | i |\n", [(5, 11)], 1),
        ("## T {.rows}\n\na | b\n---|---\nc\nd | e\n", [(5, 2)], 1),
        ("## T {.rows #x}\n\n| a | b |\n|---|---|\n| c | d |\n", [(1, 1)], 0),
        ("## T {.rows .predict}\n\n| a | b |\n|---|---|\n| c | d |\n", [(1, 1)], 0),
        ("## T {.rows .exercise}\n\n| a | b |\n|---|---|\n| c | d |\n", [(1, 1)], 0),
        ("## T {.rows}\n\n> | a | b |\n> |---|---|\n> | c | d |\n", [(1, 1)], 0),
    ],
)  # fmt: skip
def test_what_is_no_row(text: str, expected: list[tuple[int, int]], good: int) -> None:
    parsed, problems = deck(text)
    assert problems == [(line, column, "rows") for line, column in expected]
    assert sum(not note.broken for note in parsed.notes) == good


def test_a_broken_row_keeps_who_it_is() -> None:
    (note,) = rows("| a | b |\n|---|---|\n| c | |")
    assert (note.heading, note.broken) == ("c", True)


def test_a_wrong_cloze_is_reported_where_it_stands() -> None:
    problems = deck("## T {.rows}\n\n| a | b |\n|---|---|\n| c {{c1::d | e |\n")[1]
    assert problems == [(5, 5, "cloze-unclosed")]


def test_problems_of_a_cell_are_reported_where_it_stands() -> None:
    one, two = rows("| a | b |\n|---|---|\n| c <b> | d |\n| c | d <i> |")
    places = [p.where for note in (one, two) for p in render.note(note).problems]
    assert [(place.line, place.column) for place in places] == [(5, 5), (6, 9)]


def test_a_table_too_long_for_one_note_is_none_for_rows() -> None:
    table = "| a | b |\n|---|---|\n" + "".join(f"| front {n} | back {n} |\n" for n in range(5000))
    parsed, problems = deck(f"## T {{.rows}}\n\n{table}")
    assert (len(parsed.notes), problems) == (5000, [])
    long = "x" * 70_000
    parsed, problems = deck(f"## T {{.rows}}\n\n{table}\n{long}\n")
    assert (problems, parsed.notes[0].broken) == ([(1, 1, "too-long")], False)
    parsed, problems = deck(f"## T {{.rows}}\n\n| a | b |\n|---|---|\n| {long} | c |\n| d | e |\n")
    assert problems == [(5, 1, "too-long")]
    assert [note.heading for note in parsed.notes] == ["d"]


PIECES = st.sampled_from(
    ["|", " | ", "\\|", "`", "``", "$", "\n| ", "\n", "\n\n", " a ", "{{c1::", "}}", "\\", "\t", "- ",
     "1. ", "> ", "# ", "<!--", "-->", "~~~", "```", "$$", "*", "<br>", "---", "é", "![", "](x.png)"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25), st.booleans())
def test_no_text_of_a_row_is_lost(pieces: list[str], bordered: bool) -> None:
    head = "| h | i |\n|---|---|\n| " if bordered else "h | i\n--|--\n"
    body = "".join(f"{piece}w{n}w" for n, piece in enumerate(pieces))
    parsed, problems = deck(f"## T {{.rows}}\n\n{head}{body}\n")
    written = set(re.findall(r"w\d+w", re.sub(r"<!--.*?(?:-->|\Z)", "", body, flags=re.DOTALL)))
    parts = [(n.heading, n.back, n.id, *n.tags) for n in parsed.notes]
    parts += [(s.title, s.intro) for s in parsed.sections]
    assert written <= set(re.findall(r"w\d+w", repr(parts)))
    lines = f"## T {{.rows}}\n\n{head}{body}\n".split("\n")
    for line, column, _ in problems:
        assert 1 <= column <= len(lines[line - 1]) + 1
    for note in parsed.notes:
        render.note(note)
