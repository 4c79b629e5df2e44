import re
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import frontmatter, render
from srs.corpus.outline import COMMENT_ATTRIBUTES, is_break
from srs.corpus.parse import deck_name, normalise, parse
from srs.corpus.tree import Cloze, inside, plain
from srs.errors import CODES, Severity
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
        ("## Q\n---\n\nA\n", "", "A"),
        ("## Q\n<!-- {#a} -->\n---\n\nA\n", "", "A"),
        ("## Q\n\n- a\n---\n\nA\n", "- a", "A"),
        ("## Q\n\n| a |\n|---|\n\n---\n\nA\n", "| a |\n|---|", "A"),
        ("## Q\n\n$$x$$\n---\n\nA\n", "$$x$$", "A"),
        ("## Q\n\nA\n\n---\n\n***\n\n\n", "", "A"),
        ("## Q\n\nx\n\n- - -\n\nA\n\n---\n", "x", "A"),
        ("## Q\n\nA\n ---\n", "", "A\n ---"),
        ("## Q\n\nA\n***\nB\n", "", "A\n***\nB"),
        ("## Q\n\n> ```\n> ---\n> ```\n", "", "> ```\n> ---\n> ```"),
        ("## Q\n\n$$\na\n\n---\n\nb\n$$\n", "", "$$\na\n\n---\n\nb\n$$"),
    ],
)
def test_the_first_break_ends_the_front(text: str, front: str, back: str) -> None:
    parsed, problems = deck(text)
    assert (parsed.notes[0].front, parsed.notes[0].back) == (front, back)
    assert problems == []


BREAKS = ["---", "***", "___", "- - -", "* * *", "_  _\t_", "-----", "*** ", "-\t-\t-"]


@pytest.mark.parametrize("line", BREAKS)
def test_every_form_of_break(line: str) -> None:
    parsed, problems = deck(f"## Q\n\nmore\n\n{line}\n\nA\n")
    assert (parsed.notes[0].front, parsed.notes[0].back) == ("more", "A")
    assert problems == []


@pytest.mark.parametrize("line", ["--", "*-*", "--- a", "-- -x", "==="])
def test_no_break(line: str) -> None:
    assert note(f"## Q\n\nmore\n\n{line}\n\nA\n").front == ""


@pytest.mark.parametrize("line", ["---", "===", "-", "--"])
def test_a_setext_underline_is_a_problem(line: str) -> None:
    parsed, problems = deck(f"## Q\n\ntext\n{line}\n\nA\n\n## R\n\nB\n")
    assert problems == [(4, "setext")]
    assert [n.broken for n in parsed.notes] == [True, False]


@pytest.mark.parametrize(
    "above",
    [
        "- item",
        "1. item",
        "> quote",
        "| a | b |",
        "### head",
        "    code",
        "<!-- c -->",
        "$$x$$",
        "",
    ],
)
@pytest.mark.parametrize("line", ["---", "- - -"])
def test_under_anything_but_a_paragraph_it_is_none(above: str, line: str) -> None:
    assert deck(f"## Q\n\nx\n\n{above}\n{line}\n\nA\n")[1] == []


def test_a_setext_underline_in_a_section_is_a_problem_too() -> None:
    assert deck("# S\n\nintro\n---\n\n## Q\n\nA\n")[1] == [(4, "setext")]


@pytest.mark.parametrize(
    "text",
    ["```\na\n---\n===\n```", "<!--\na\n---\n-->\nb", "$$\na\n---\n$$", "a\n  ---", "a\n=== b"],
)
def test_what_is_hidden_or_indented_is_no_underline(text: str) -> None:
    assert deck(f"## Q\n\n{text}\n")[1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\n## no\n```", []),
        ("~~~~\n```\n## no\n~~~~~", []),
        ("- a\n  ```\n## no\n  ```", []),
        ("<!--\n## no\n-->\nA", []),
        ("<!--\n## no\n--> A", []),
        ("$$\n# no\n$$", []),
        ("> ```\n> ## no\n> ```", []),
        ("- ```\n## no\n  ```", []),
        ("1. ~~~\n# no\n   ~~~", []),
        ("```python\n## no\n```\n\n```python\n## no\n```", []),
        ("   ```\n## no\n ```", []),
    ],
)
def test_closed_blocks_hide_structure(text: str, expected: list[tuple[int, str]]) -> None:
    parsed, problems = deck(f"## Q\n\n{text}\n")
    assert len(parsed.notes) == 1
    assert problems == expected


@pytest.mark.parametrize(
    ("opening", "column"),
    [("```python", 1), ("~~~", 1), ("  ```", 3), ("<!-- a", 1), ("$$", 1), ("  $$ x", 3)],
)
@pytest.mark.parametrize(
    "behind",
    [
        "A",
        "<!-- {#r} -->\n\nA\n\n```python\nx = 1\n```",
        "A\n\n~~~ text\na\n~~~\n\n$$\ny\n$$\n\n```python\nx = 1\n```",
    ],
)
def test_an_unclosed_block_ends_at_the_next_note(opening: str, column: int, behind: str) -> None:
    if opening == "<!-- a" and "<!--" not in behind:
        behind += "\n\n<!-- b -->"
    parsed, problems = parse(f"## Q\n\n{opening}\nx\n\n## R\n{behind}\n\n## S\n\nB\n", "x.md")
    assert parsed is not None
    assert [n.heading for n in parsed.notes] == ["Q", "R", "S"]
    assert [(str(p.where), p.code) for p in problems] == [(f"x.md:3:{column}", "unclosed")]
    assert [n.broken for n in parsed.notes] == [True, False, False]


@pytest.mark.parametrize("opening", ["```", "<!--", "$$"])
def test_an_unclosed_block_outside_of_notes_is_a_problem_too(opening: str) -> None:
    assert deck(f"# S\n\n{opening}\nx\n\n## Q\n\nA\n")[1] == [(3, "unclosed")]


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
        ("Q #", "", "Q"),
        ("Q \\#", "", "Q \\#"),
        ("Q {#a} ##", "a", "Q"),
        ("What is `{#a}`", "", "What is `{#a}`"),
        ("Q{#a}", "", "Q{#a}"),
        ("Q {#a} more", "", "Q {#a} more"),
        ("{#a} {#b}", "b", "{#a}"),
        ("f'{x}' {x=1}", "", "f'{x}'"),
        ("Set {1, 2} {#a}", "a", "Set {1, 2}"),
        ("Q {x for x in y}", "", "Q {x for x in y}"),
    ],
)
def test_attributes_at_the_end_of_a_heading(heading: str, id: str, shown: str) -> None:
    one = note(f"## {heading}\n\nA\n")
    assert (one.id, one.heading) == (id, shown)


def test_attributes_in_a_comment() -> None:
    one = note('## Q\n<!-- {#a-b .predict level=mid asked=x,"y z" tags=t} -->\n\nA\n')
    assert (one.id, one.kind, one.tags) == ("a-b", Kind.PREDICT, ("t",))
    assert dict(one.metadata) == {"level": ("mid",), "asked": ("x", "y z")}


def test_both_forms_of_attributes_add_up() -> None:
    one = note(
        "---\ntags: a\nx: f\n---\n## Q {#i x=1 tags=b .draft}\n<!-- {tags=c y=2 .typed} -->\nA\n"
    )
    assert (one.id, one.kind, one.draft, one.retired) == ("i", Kind.TYPED, True, False)
    assert one.tags == ("a", "b", "c")
    assert dict(one.metadata) == {"x": ("1",), "y": ("2",)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("## Q\n\n<!-- {#a} -->\n\nA\n", "x.md:3:6"),
        ("## Q <!-- {#a} -->\n\nA\n", "x.md:1:11"),
        ("## Q\n<!-- {#a} -->\n<!-- {#b} -->\n\nA\n", "x.md:3:6"),
        ("# S\n<!-- {#a} -->\n\n## Q\n\nA\n", "x.md:2:6"),
        ("<!-- {#a} -->\n## Q\n\nA\n", "x.md:1:6"),
    ],
)
def test_attributes_that_nothing_would_read_are_a_problem(text: str, place: str) -> None:
    _, problems = parse(text, "x.md")
    assert [(str(p.where), p.code) for p in problems] == [(place, "attributes")]


@pytest.mark.parametrize(
    "text", ["```\n<!-- {#a} -->\n```", "`<!-- {#a} -->`", "<!-- a {#b} -->\nA", "<!-- {1} -->\nA"]
)
def test_what_looks_like_attributes_in_a_body_may_be_none(text: str) -> None:
    assert deck(f"## Q\n\n{text}\n")[1] == []


@pytest.mark.parametrize("braces", ["{.nope}", "{deck=x}", "{#a #b}", "{a b}", "{x=1 x=2}"])
def test_wrong_attributes_are_a_problem_where_they_stand(braces: str) -> None:
    parsed, problems = parse(f"## Q\n<!-- {braces} -->\n\nA\n", "x.md")
    assert [(str(p.where), p.code) for p in problems] == [("x.md:2:6", "attributes")]
    assert problems[0].hint
    assert parsed is not None
    assert parsed.notes[0].broken


def test_wrong_attributes_in_a_heading_are_a_problem_at_their_braces() -> None:
    _, problems = parse("## {Q} {.nope}\n\nA\n", "x.md")
    assert [(str(p.where), p.code) for p in problems] == [("x.md:1:8", "attributes")]


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
        ("x\n\n{{c2::a}}\n\n---\n\nExtra {{c9::b}}", (2,)),
        ("{{c10::a}} {{c9::b}} {{c10::c}}", (9, 10)),
        ("{{c500::a}}", (500,)),
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


@pytest.mark.parametrize("attributes", [".basic", ".reversed", ".typed", ".predict"])
@pytest.mark.parametrize(
    "text", ["Q\n\n{{c1::a}}", "{{c0::Q}}\n\n{{c1::a", "Q\n\n{{c1::}}\n\n---\n\n{{c2::b}}"]
)
def test_a_type_switches_clozes_off(attributes: str, text: str) -> None:
    heading, _, body = text.partition("\n")
    parsed, problems = deck(f"## {heading} {{{attributes}}}\n{body}\n")
    (one,) = parsed.notes
    assert problems == []
    assert one.kind.value == attributes[1:]
    assert one.ords == ((1, 2) if one.kind is Kind.REVERSED else (1,))
    rendered = render.note(one)
    assert not any(isinstance(n, Cloze) for n in inside((rendered.front, rendered.back)))
    assert "{{c" in plain(rendered.front + rendered.back)
    assert rendered.problems == ()


@pytest.mark.parametrize(
    "body",
    ["{{c1}}", "{{c1:a}}", "\\{{c1::a}}", "<!-- {{c1::a}} -->\nA", "f'{{c1}} {{c2}}'", "{c1::a}"],
)
def test_what_only_looks_like_a_cloze_leaves_a_basic_note(body: str) -> None:
    parsed, problems = deck(f"## Q\n\n{body}\n")
    (one,) = parsed.notes
    assert (one.kind, one.ords, one.back, one.broken) == (Kind.BASIC, (1,), body, False)
    assert problems == []


def test_the_text_of_a_cloze_is_its_heading_and_what_stands_before_the_break() -> None:
    one = note("## {{c1::T}}\n\na {{c2::b}}\n\n---\n\nextra {{c3::c}}\n")
    assert (one.kind, one.ords) == (Kind.CLOZE, (1, 2))
    assert (one.heading, one.front, one.back) == ("{{c1::T}}", "a {{c2::b}}", "extra {{c3::c}}")
    assert note("## {{c1::T}}\n").ords == (1,)
    assert note("## Q\n\nx\n\n---\n\n{{c1::A}}\n").kind is Kind.BASIC


def test_a_note_knows_where_it_and_its_parts_stand() -> None:
    parsed, _ = deck(
        "---\ntags: a\n---\n\n# S\n\nintro\n\n## Q\n<!-- {#q} -->\n\n\nmore\n\n---\n\n\nA\n\n## R\n\nB\n"
    )
    assert [(n.place.line, n.front_line, n.back_line) for n in parsed.notes] == [
        (9, 13, 18), (20, 21, 22)
    ]  # fmt: skip
    (section,) = parsed.sections
    assert (section.line, section.intro_line) == (5, 7)


def test_a_note_may_silence_warnings() -> None:
    one = note("## Q\n<!-- srs: ignore raw-html, metadata -->\n\n<b>\n<!-- srs: ignore media -->\n")
    assert one.ignored == ("raw-html", "metadata", "media")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A <!-- srs: ignore raw-html -->", []),
        ("A <!-- srs: ignore raw_html -->", ["3:20 raw_html"]),
        ("A <!--srs:ignore raw-html, html,x-->", ["3:28 html", "3:33 x"]),
        ("<!-- srs: ignore\nraw-html\nRAW-HTML -->\n\nA", ["5:1 RAW-HTML"]),
        ("A\n\n```md\n<!-- srs: ignore html -->\n```", []),
        ("A `<!-- srs: ignore html -->`", []),
        ("A <!-- srs: ignored html -->", []),
    ],
)
def test_a_code_to_ignore_that_is_none_is_a_problem_where_it_stands(
    body: str, expected: list[str]
) -> None:
    _, problems = parse(f"## Q\n\n{body}\n", "x.md")
    assert [p.code for p in problems] == ["ignore"] * len(expected)
    found = [f"{p.where.line}:{p.where.column} {p.message.split('`')[1]}" for p in problems]
    assert found == expected


def test_what_stands_in_code_silences_nothing() -> None:
    assert note("## Q\n\n```md\n<!-- srs: ignore media -->\n```\n").ignored == ()


def test_sections_and_stray_text() -> None:
    parsed, problems = deck("stray\n\n# One\n\nintro\n\n## Q\n\nA\n\n# Two\n\n## R\n\nB\n")
    assert problems == [(1, "stray-text")]
    assert [(s.title, s.intro) for s in parsed.sections] == [("One", "intro"), ("Two", "")]
    assert [n.section for n in parsed.notes] == [0, 1]


@pytest.mark.parametrize(
    ("line", "title"),
    [("# One #", "One"), ("#\tC#", "C#"), ("#", ""), ("# #tag", "#tag"), ("# a {#b}", "a {#b}")],
)
def test_the_title_of_a_section(line: str, title: str) -> None:
    assert [s.title for s in deck(f"{line}\n\n## Q\n\nA\n")[0].sections] == [title]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n\nstray\nmore\n\n## Q\n\nA\n", [(3, "stray-text")]),
        ("#hashtag\n\n## Q\n\nA\n", [(1, "stray-text")]),
        ("### Q\n\nA\n", [(1, "stray-text")]),
        ("```\n## a\n```\n", [(1, "stray-text")]),
        ("<!--\na\n--> stray\n", [(1, "stray-text")]),
        ("<!--\n\n## a\n\n-->\n\n## Q\n\nA\n", []),
        ("---\ndeck: D\n---\n\n---\n\n## Q\n\nA\n", []),
        ("", []),
        ("\n \n", []),
    ],
)
def test_text_before_the_first_heading(text: str, expected: list[tuple[int, str]]) -> None:
    assert deck(text)[1] == expected


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeffa\ufeff", "a\ufeff"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("e\u0301 \u1112\u1161\u11ab", "é 한"),
        ("\t\u2028\u200b", "\t\u2028\u200b"),
        ("\x00\x02\x0b\x0c\x1b\x7f", "\ufffd" * 6),
        ("\x80\x85\x9b\x9d\xa0", "\ufffd" * 4 + "\xa0"),
        ("\ufdd0\ufdd10\ufdd2\ufdef\ufffe\uffff", "\ufffd\ufffd0" + "\ufffd" * 4),
    ],
)
def test_a_text_is_made_fit(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    "text", ["## Q\n\nA", "## Q\n\nA\n", "## Q\n\nA\n\n \n\t\n", "## Q\n\nA\n\n---"]
)
def test_how_a_file_ends_makes_no_difference(text: str) -> None:
    assert deck(text) == deck("## Q\n\nA")


def test_a_placeholder_cannot_be_written() -> None:
    one = note("## Q\n\n`code` \ufdd00\ufdd2 &#xfdd0;0&#xfdd2;\n")
    assert plain(render.note(one).back) == "code \ufffd0\ufffd 0"


PIECES = st.sampled_from(
    [
        "## ", "\n## ", "\n\n## Q\n\n", "\n# ", "### ", "\n---\n", "\n\n---\n\n", "\n***\n", "\n===\n",
        "\n", "\n\n", "  ", "\n    ", "\t", "\r\n", "\ufeff", "\x00", "\x9b", "\u2028", "e\u0301", "\ufdd0",
        "```", "\n```\n", "\n```python\n", "\n~~~\n", "\n- ```\n", "\n> ```\n", "<!-- ", " -->", "\n<!--\n",
        "\n-->\n", "$", "$$", "\n$$\n", "{{c1::", "{{c2,3::", "{{c0::", "}}", "::", "`", "``", "*", "**",
        "_", "~~", "[", "](http://", "![", "](", ")", "<http://", ">", "<", "<b>", "<br>", "<sub>", "</sub>",
        "\n<details>\n", "<summary>", "</summary>", "\n</details>\n", "\n- ", "\n  - ", "\n1. ", "\n> ",
        "\n>> ", "- [x] ", "\n| ", " | ", "\n|---|---|\n", "\\", "\\\n", "&amp;", "&#", "{#", "}", " {.typed}",
        " {.basic}", " {.exercise}", "\n```python solution\n", "\n```python tests\n", "\n- [ ] ", " #", "\nSource: ", "https://x.org/", "(", "'", '"', "!", "=",
    ]
)  # fmt: skip
WORD = re.compile(r"w\d+w")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Write nasty pieces of Markdown with a word of its own after most of them."""
    out = [draw(st.sampled_from(["", "## Q\n\n", "## Q\n\n", "# S\n\n", "---\na: b\n---\n"]))]
    for number in range(draw(st.integers(1, 25))):
        out.append(draw(st.one_of(PIECES, st.text(max_size=4))))
        if draw(st.booleans()):
            out.append(f"w{number}w")
    return "".join(out)


def kept(value: object) -> set[str]:
    """Return every word in a tree or in notes."""
    match value:
        case str():
            return {*WORD.findall(value)}
        case tuple():
            return {word for part in value for word in kept(part)}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return kept(tuple(getattr(value, field.name) for field in fields(value)))
        case _:
            return set()


def written(markdown: str) -> set[str]:
    """Return the words outside of comments."""
    return kept(re.sub(r"<!--.*?(?:-->|\Z)", "", markdown, flags=re.DOTALL))


def meant_to_be_shown(markdown: str) -> set[str]:
    """Return the words outside of comments, of a fence's words and of links to a file."""
    lead = r"^[ \t>]*(?:(?:[-+*]|\d+[.)])[ \t>]+)*"
    markdown = re.sub(rf"{lead}(?:```|~~~).*", "", markdown, flags=re.MULTILINE)
    return written(re.sub(r"\]\((?!http).*?\)", "]", markdown, flags=re.DOTALL))


def owners(text: str) -> list[list[str]]:
    """Return what each line of a normalised file belongs to, told by the parsed values alone."""
    lines = normalise(text).split("\n")
    parsed, problems = parse(text, "x.md")
    assert parsed is not None
    owned: list[list[str]] = [[] for _ in lines]

    def own(what: str, first: int, markdown: str) -> None:
        """Give away the lines of a text that begins at a line, which must be those of the file."""
        written = markdown.split("\n") if markdown else []
        assert lines[first - 1 : first - 1 + len(written)] == written
        for number in range(first - 1, first - 1 + len(written)):
            owned[number].append(what)

    matter, _ = frontmatter.parse(lines, "x.md")
    own("front matter", 1, "\n".join(lines[: matter.end]))
    for section in parsed.sections:
        own("section", section.line, lines[section.line - 1])
        assert section.title in lines[section.line - 1]
        own("section", section.intro_line, section.intro)
    for one in parsed.notes:
        own("note", one.place.line, lines[one.place.line - 1])
        assert one.heading in lines[one.place.line - 1]
        if COMMENT_ATTRIBUTES.match("".join(lines[one.place.line : one.place.line + 1])):
            own("note", one.place.line + 1, lines[one.place.line])
        own("front", one.front_line, one.front)
        own("back", one.back_line, one.back)
    headings = [one.line for one in parsed.sections] + [one.place.line for one in parsed.notes]
    first = min(headings, default=len(lines) + 1)
    for problem in problems:
        if problem.code == "stray-text":
            start = problem.where.line
            own("problem", start, "\n".join(lines[start - 1 : first - 1]))
            first = start
    for number, line in enumerate(lines, start=1):
        if number < first and number > matter.end and line.strip():
            before = "\n".join(lines[matter.end : first - 1])
            alone = re.sub(
                r"^ {0,3}<!--.*?-->|^-{3,}\s*$", "", before, flags=re.DOTALL | re.MULTILINE
            )
            assert not alone.strip()
            owned[number - 1].append("comment")
        elif is_break(line) and number > first and not owned[number - 1]:
            owned[number - 1].append("break")
    return owned


@given(texts())
def test_every_line_belongs_to_one_thing(text: str) -> None:
    lines = normalise(text).split("\n")
    for line, owned in zip(lines, owners(text), strict=True):
        assert len(owned) == 1 or (not owned and not line.strip())


def test_what_a_line_belongs_to() -> None:
    text = (
        "---\ndeck: D\n---\n<!-- a\nb -->\nstray\n# S\nintro\n\n## Q\n<!-- {#q} -->\n\nfront\n\n"
        "---\n\nback\n\n---\n## R\n\n{{c1::x}}\n\n***\nextra\n\n***\n"
    )
    assert [" ".join(owned) for owned in owners(text)] == [
        *["front matter"] * 3, "comment", "comment", "problem", "section", "section", "", "note",
        "note", "", "front", "", "break", "", "back", "", "break", "note", "", "front", "",
        "break", "back", "", "break", "",
    ]  # fmt: skip


@given(texts())
def test_parsing_loses_no_text(text: str) -> None:
    parsed, problems = parse(text, "x.md")
    assert parsed is not None
    lines = normalise(text).split("\n")
    starts = [section.line for section in parsed.sections]
    starts += [one.place.line for one in parsed.notes]
    before = "\n".join(lines[: min(starts, default=len(lines) + 1) - 1])
    stray = any(problem.code == "stray-text" for problem in problems)
    found = kept((parsed.sections, parsed.notes, tuple(p.message for p in problems)))
    assert written(normalise(text)) <= found | (kept(before) if stray else set())
    for problem in problems:
        assert problem.code in CODES
        assert 1 <= problem.where.line <= len(lines)
        assert 1 <= problem.where.column <= len(lines[problem.where.line - 1]) + 1
    assert list(problems) == sorted(problems, key=lambda p: (p.where, p.code))


@given(texts())
def test_rendering_loses_no_text(text: str) -> None:
    parsed, problems = parse(text, "x.md")
    assert parsed is not None
    for section in parsed.sections:
        blocks = render.section(section, "x.md").back
        if not any(problem.code == "unclosed" for problem in problems):
            assert meant_to_be_shown(section.intro) <= kept(blocks)
    for one in parsed.notes:
        rendered = render.note(one)
        if one.broken or any(p.severity is Severity.ERROR for p in rendered.problems):
            continue
        shown = kept((rendered.front, rendered.back, rendered.source))
        assert meant_to_be_shown(f"{one.question}\n\n{one.back}") <= shown
        clozes = (node for node in inside(rendered.front) if isinstance(node, Cloze))
        if one.kind is Kind.CLOZE:
            assert {number for cloze in clozes for number in cloze.numbers} == {*one.ords}
        assert bool(rendered.options) == (one.kind is Kind.CHOICE)
        for ord in one.ords:
            rendered.shuffled("guid").sides(ord)


@given(texts())
def test_the_form_of_newlines_makes_no_difference(text: str) -> None:
    text = text.replace("\r", "")
    assert parse(text, "x.md") == parse(text.replace("\n", "\r\n"), "x.md")


@given(st.lists(texts(), min_size=1, max_size=3))
def test_a_broken_note_takes_no_good_one_with_it(nasty: list[str]) -> None:
    good = "## Good {{#good-{}}}\n\nAnswer {}\n"
    text = "".join(good.format(n, n) + f"\n## Bad\n\n{part}\n\n" for n, part in enumerate(nasty))
    parsed, _ = parse(text, "x.md")
    assert parsed is not None
    first = parsed.notes[0]
    assert (first.id, first.back, first.broken) == ("good-0", "Answer 0", False)
