"""What is written as Markdown reads as the same tree again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import markdown
from srs.corpus import tree
from srs.corpus.parse import parse
from srs.corpus.render import note as render
from srs.corpus.render.build import Found, build
from srs.corpus.scan import scan
from srs.corpus.tree import (
    Blank,
    Blocks,
    Cloze,
    Code,
    CodeBlock,
    Heading,
    Image,
    LineBreak,
    Link,
    Math,
    Paragraph,
    Quote,
    Revealed,
    Rule,
    Styled,
    Table,
    Text,
)
from srs.errors import Place

DECKS = Path(__file__).parents[2] / "decks" / "python-interview"
BARS = r"Bars \| stay"


def read(text: str) -> Blocks:
    return build(scan(text, Place("x.md"), False), Found())


def sides() -> list[tuple[str, Blocks]]:
    """Return both sides of every shipped card without blanks, but for the question's heading."""
    found: list[tuple[str, Blocks]] = []
    for path in sorted(DECKS.rglob("*.md")):
        deck, _ = parse(path.read_text(encoding="utf-8"), path.name)
        for note in deck.notes if deck else ():
            rendered = render(note)
            for ord in note.ords:
                card = rendered.sides(ord)
                for name, side in (("question", card.question), ("answer", card.answer)):
                    body: Blocks = tuple(b for b in side if not isinstance(b, Heading))
                    if body and not any(isinstance(n, Blank | Revealed) for n in tree.inside(body)):
                        found.append((f"{note.id}/{ord} {name}", body))
    return found


SIDES = sides()


def test_every_shipped_card_reads_the_same_again() -> None:
    assert len(SIDES) > 100
    for name, side in SIDES:
        written = markdown.blocks(side)
        assert read(written) == side, f"{name}:\n{written}"


def p(*inlines: tree.Inline) -> Paragraph:
    return Paragraph(inlines)


@pytest.mark.parametrize(
    ("blocks", "written"),
    [
        ((p(Text("a_b *c* [d] <e> `f` $g$")),), r"a_b \*c\* \[d\] \<e> \`f\` \$g\$"),
        ((p(Text("# no heading")),), r"\# no heading"),
        ((p(Text("1. no list")),), r"1\. no list"),
        ((p(Text("- no list")),), r"\- no list"),
        ((p(Text("_x_ __init__")),), r"\_x\_ \_\_init\_\_"),
        ((p(Styled("strong", (Text("b"),)), Styled("sub", (Text("2"),))),), "**b**<sub>2</sub>"),
        ((p(Code((Text("a`b"),)), Text(" "), Code((Text("`"),))),), "``a`b`` `` ` ``"),
        ((p(Text("a"), LineBreak(), Text("b")),), "a<br>b"),
        ((p(Link("https://x.org/a(b)", (Text("t"),))),), "[t](<https://x.org/a(b)>)"),
        ((p(Image("my cat.png", "a cat")),), "![a cat](<my cat.png>)"),
        ((p(Blank("")), p(Blank("type"))), "[…]\n\n[type]"),
        ((p(Revealed((Text("x"),))),), "**x**"),
        ((p(Cloze((1, 2), "", (Styled("strong", (Text("a"),)), Text("_b_ }}")))),), r"{{c1,2::**a**\_b\_ &#125;&#125;}}"),
        ((p(Cloze((1,), "hint", (Text("f(::"),))),), "{{c1::f&#40;&#58;&#58;::hint}}"),
        ((p(Text("no {{c1::cloze}}")),), r"no \{{c1::cloze}}"),
        ((p(Math(False, (Text("a_1"),))),), "$a_1$"),
        ((Math(True, (Text("a\n"),)),), "$$\na\n$$"),
        ((CodeBlock("python", (Text("x = "), Blank(""), Text("\n"))),), "```python\nx = […]\n```"),
        ((CodeBlock("", (Text("```\n"),)),), "````\n```\n````"),
        ((CodeBlock("python", (Text("x\n"),), ("raises=E",)),), "```python raises=E\nx\n```"),
        ((Quote((p(Text("a")), p(Text("b")))),), "> a\n>\n> b"),
        ((Heading(3, (Text("h"),)), Rule()), "### h\n\n---"),
        (
            (tree.List(None, True, (tree.Item(True, (p(Text("a")),)), tree.Item(False, (p(Text("b")),)))),),
            "- [x] a\n- [ ] b",
        ),
        (
            (tree.List(9, False, (tree.Item(None, (p(Text("a")), p(Text("b")))), tree.Item(None, (p(Text("c")),)))),),
            "9. a\n\n   b\n\n10. c",
        ),
        (
            (Table(("", "right"), ((Text("h"),), (Text("i"),)), (((Text("Bars | stay"),), ()),)),),
            f"| h | i |\n| --- | ---: |\n| {BARS} |  |",
        ),
    ],
)  # fmt: skip
def test_each_node_is_written(blocks: Blocks, written: str) -> None:
    assert markdown.blocks(blocks) == written


@given(st.text("ab 1.#-+>*_`[]<&;$~\\|!()", min_size=1, max_size=30))
def test_any_text_stays_text(text: str) -> None:
    text = " ".join(text.split())
    if text:
        assert tree.plain(read(markdown.blocks((p(Text(text)),)))) == text
