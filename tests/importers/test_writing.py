"""Whatever a note holds, its Markdown reads as it or as less of it, without an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import markdown
from srs.corpus import tree
from srs.corpus.render import note as render
from srs.corpus.tree import Blocks, CodeBlock, Heading, Math, Paragraph, Rule, Styled, Text
from srs.errors import Severity
from srs.importers.html import read
from srs.importers.notes import Incoming
from srs.importers.writing import Markdown, Written, shape, write
from srs.model import Kind

WRITER = Markdown(markdown.blocks, markdown.inlines)


def written(front: Blocks, back: Blocks, kind: Kind = Kind.BASIC, **more: object) -> Written:
    made = Incoming("g", kind, front, back, {}, (), 1)
    for name, value in more.items():
        object.__setattr__(made, name, value)
    found = write(made, "id", WRITER)
    assert found is not None
    return found


def p(*inlines: tree.Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(one) if isinstance(one, str) else one for one in inlines))


CASES: list[tuple[Blocks, Blocks, Kind, str]] = [
    ((p("q"),), (p("a"),), Kind.BASIC, "## q\n<!-- {#id} -->\n\na\n"),
    ((Heading(2, (Text("q"),)), p("x")), (p("a"),), Kind.REVERSED,
     "## q\n<!-- {#id .reversed} -->\n\nx\n\n---\n\na\n"),
    ((CodeBlock("", (Text("x"),)),), (p("a"),), Kind.BASIC,
     "##\n<!-- {#id} -->\n\n```\nx\n```\n\n---\n\na\n"),
    ((p("q"), Rule(), p("x")), (p("a"), Rule(), p("b")), Kind.BASIC,
     "## q\n<!-- {#id} -->\n\n ---\n\nx\n\n---\n\na\n\n---\n\nb\n"),
    ((p("q"),), (p("4"), p("why")), Kind.TYPED, "## q\n<!-- {#id .typed} -->\n\n4\n\nwhy\n"),
    ((p("{{c1::x}}"),), (p("a"),), Kind.BASIC, "## \\{{c1::x}}\n<!-- {#id} -->\n\na\n"),
    ((p("x #"),), (p("a"),), Kind.BASIC, "## x \\#\n<!-- {#id} -->\n\na\n"),
    ((p("x {.rows}"),), (p("a"),), Kind.BASIC, "## x &#123;.rows}\n<!-- {#id} -->\n\na\n"),
    ((p("{1, 2}"),), (p("a"),), Kind.BASIC, "## {1, 2}\n<!-- {#id} -->\n\na\n"),
]  # fmt: skip


@pytest.mark.parametrize(("front", "back", "kind", "text"), CASES)
def test_a_note_is_written(front: Blocks, back: Blocks, kind: Kind, text: str) -> None:
    found = written(front, back, kind)
    assert found.text == text
    assert not found.simplified


def test_what_does_not_read_again_is_written_with_less() -> None:
    glued = (p("a", Styled("strong", (Text("(b)"),)), "c"),)
    found = written((p("q"),), (*glued, p(Styled("strong", (Text("kept"),)))))
    assert found.simplified
    assert found.text.endswith("\n\na(b)c\n\n**kept**\n")


def test_links_by_the_hundred_are_text() -> None:
    links = tuple(tree.Link(f"https://a.b/{n}", (Text(f"l{n} "),)) for n in range(300))
    found = written((p("q"),), (p(*links), p("[a] " * 500)))
    assert found.simplified
    assert "\n\nl0 l1 l2" in found.text


def test_tags_and_retirement() -> None:
    found = written((p("q"),), (p("a"),), tags=("a::b", 'x"y,{z}', "--"), retired=True)
    assert "<!-- {#id .retired tags=a::b,x-y-z} -->" in found.text
    assert found.note.tags == ("a::b", "x-y-z")
    assert found.note.retired


def test_what_is_too_long_is_not_written() -> None:
    assert (
        write(Incoming("g", Kind.BASIC, (p("q"),), (p("x" * 70_000),), {}, (), 1), "id", WRITER)
        is None
    )


ALPHABET = "ab 1.#-+>*_`[]<&;$~\\|!(){}:x\n"
HTML = st.lists(
    st.text(ALPHABET, max_size=12)
    | st.sampled_from(["<br>", "<b>", "</b>", "<i>", "</i>", "<ul><li>", "</ul>", "<pre>", "</pre>",
                       "<hr>", "<code>", "</code>", "{{c1::", "}}", "<table><tr><td>", "</table>",
                       "\\(", "\\)", "## ", "---", "<h1>", "</h1>"]),
    max_size=12,
).map("".join)  # fmt: skip


@given(HTML, HTML)
def test_any_html_makes_a_note_without_errors(front: str, back: str) -> None:
    fronts, backs = read(front).blocks or (p("q"),), read(back).blocks or (p("a"),)
    if all(isinstance(b, Rule) for b in fronts) or all(isinstance(b, Rule) for b in backs):
        return
    found = written(fronts, backs)
    rendered = render(found.note)
    assert not [p for p in rendered.problems if p.severity is Severity.ERROR]
    if not found.simplified:
        assert shape(rendered.back) == shape(backs) or rendered.source


@given(HTML)
def test_any_clozes_make_a_note_without_errors(text: str) -> None:
    blocks = read(f"a {{{{c1::b}}}} {text}", clozes=True).blocks
    found = written(blocks, (), Kind.CLOZE)
    assert 1 in found.note.ords


FORMULAS = [
    (r"\(a_1\) and \(\text{$5}\)", r"$a_1$ and $\text{\$5}$"),
    (r"\(a\)1 digit after", "$a$&#49; digit after"),
    ("<anki-mathjax>q_1</anki-mathjax>", "$q_1$"),
    ('<anki-mathjax block="true">q_1</anki-mathjax>', "$$\nq_1\n$$"),
    (r"\(\\$ \$ $\)", r"$\\\$ \$ \$$"),
]


@pytest.mark.parametrize(("source", "expected"), FORMULAS)
def test_formulas_are_kept(source: str, expected: str) -> None:
    found = written((p("q"),), read(source).blocks)
    assert not found.simplified
    assert found.text.endswith(f"\n\n{expected}\n")


def test_only_the_formula_that_cannot_be_kept_is_text() -> None:
    unfit = Math(False, (Text("b`c$ d"),))
    found = written((p("q"),), (p(Math(False, (Text("a_1"),)), " and ", unfit),))
    assert found.unkept == ("b`c$ d",)
    heading = written((p(Math(False, (Text("a_1"),)), " and ", unfit),), (p("a"),))
    assert heading.text.startswith("## $a_1$ and b")
    assert found.text.endswith("\n\n$a_1$ and b\\`c\\$ d\n")
