import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import tree
from srs.corpus.tree import (
    STYLES,
    Blank,
    Block,
    Cloze,
    Code,
    CodeBlock,
    Details,
    Heading,
    Image,
    Inline,
    Item,
    LineBreak,
    Link,
    List,
    Math,
    Paragraph,
    Quote,
    Revealed,
    Rule,
    Styled,
    Table,
    Text,
    from_data,
    inside,
    plain,
    to_data,
    without_clozes,
)

A, B, C = Text("a"), Text("b"), Text("c")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((), ""),
        (A, "a"),
        (Paragraph((A, Styled("em", (B,)), Code((C,)))), "abc"),
        ((Paragraph((A,)), Rule(), Paragraph((B,))), "ab"),
        (Paragraph((A, LineBreak(), B)), "ab"),
        (Link("http://x", (A,)), "a"),
        (Image("x.png", "alt"), ""),
        (Cloze((1,), "hint", (A,)), "a"),
        (Blank("hint"), ""),
        (Table(("left", ""), ((A,), (B,)), (((C,), ()),)), "abc"),
        (Details((A,), (List(1, True, (Item(None, (Paragraph((B,)),)),)),)), "ab"),
    ],
)
def test_the_plain_text_of_a_tree(value: object, expected: str) -> None:
    assert plain(value) == expected


def test_nodes_come_outer_first_in_reading_order() -> None:
    em = Styled("em", (B,))
    quote = Quote((Paragraph((A, em)), Rule()))
    assert list(inside((quote, C))) == [quote, quote.children[0], A, em, B, Rule(), C]


CLOZED = (
    Paragraph((A, Cloze((1,), "h", (B, Cloze((2,), "", (C,)))), Styled("em", (Cloze((3, 1), "", ()),)))),
    CodeBlock("py", (Cloze((2,), "", (A,)),)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "ord", "expected"),
    [
        (
            True, 1,
            (Paragraph((A, Blank("h"), Styled("em", (Blank(""),)))), CodeBlock("py", (A,))),
        ),
        (
            True, 2,
            (Paragraph((A, B, Blank(""), Styled("em", ()))), CodeBlock("py", (Blank(""),))),
        ),
        (
            False, 2,
            (
                Paragraph((A, B, Revealed((C,)), Styled("em", ()))),
                CodeBlock("py", (Revealed((A,)),)),
            ),
        ),
        (
            True, None,
            (Paragraph((A, Blank("h"), Styled("em", (Blank(""),)))), CodeBlock("py", (Blank(""),))),
        ),
        (
            False, None,
            (
                Paragraph((A, Revealed((B, Revealed((C,)))), Styled("em", (Revealed(()),)))),
                CodeBlock("py", (Revealed((A,)),)),
            ),
        ),
    ],
)  # fmt: skip
def test_clozes_of_a_card(question: bool, ord: int | None, expected: tree.Blocks) -> None:
    assert without_clozes(CLOZED, question, ord) == expected


def test_clozes_in_every_kind_of_block_are_resolved() -> None:
    cloze = Cloze((1,), "", (A,))
    inner = Paragraph((cloze,))
    value = (
        Heading(3, (cloze,)), Quote((inner,)), List(1, False, (Item(True, (inner,)),)),
        Table(("left",), ((cloze,),), (((cloze,),),)), Details((cloze,), (inner,)),
        Math(True, (cloze,)), Paragraph((Link("http://x", (cloze,)), Code((cloze,)))),
    )  # fmt: skip
    hidden = without_clozes(value, True, 1)
    assert not any(isinstance(node, Cloze) for node in inside(hidden))
    assert sum(isinstance(node, Blank) for node in inside(hidden)) == 10
    assert "a" not in plain(hidden)
    assert hidden[3].align == ("left",)


TEXTS = st.builds(Text, st.text(max_size=5), st.sampled_from(["", "k"]))
INLINES: st.SearchStrategy[Inline] = st.recursive(
    st.one_of(
        TEXTS, st.builds(LineBreak), st.builds(Blank, st.text(max_size=3)),
        st.builds(Image, st.text(max_size=5), st.text(max_size=5)),
    ),
    lambda inner: st.one_of(
        st.builds(Styled, st.sampled_from(STYLES), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Link, st.just("http://x"), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Code, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Revealed, st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            Cloze, st.lists(st.integers(1, 500), max_size=2).map(tuple), st.text(max_size=3),
            st.lists(inner, max_size=3).map(tuple),
        ),
    ),
    max_leaves=5,
)  # fmt: skip
LINES = st.lists(INLINES, max_size=3).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.recursive(
    st.one_of(
        st.builds(Paragraph, LINES), st.builds(Heading, st.integers(2, 6), LINES), st.builds(Rule),
        st.builds(CodeBlock, st.text(max_size=3), LINES), st.builds(Math, st.booleans(), LINES),
        st.builds(
            Table, st.just(("left", "")), st.tuples(LINES, LINES),
            st.lists(st.tuples(LINES, LINES), max_size=2).map(tuple),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(Quote, st.lists(inner, max_size=2).map(tuple)),
        st.builds(Details, LINES, st.lists(inner, max_size=2).map(tuple)),
        st.builds(
            List, st.one_of(st.none(), st.integers(0, 9)), st.booleans(),
            st.lists(
                st.builds(
                    Item, st.sampled_from([None, True, False]),
                    st.lists(inner, max_size=2).map(tuple),
                ),
                max_size=2,
            ).map(tuple),
        ),
    ),
    max_leaves=4,
)  # fmt: skip


@given(st.lists(BLOCKS, max_size=3).map(tuple))
def test_a_tree_survives_json(value: tree.Blocks) -> None:
    assert from_data(json.loads(json.dumps(to_data(value)))) == value


@given(st.lists(BLOCKS, max_size=3).map(tuple), st.booleans(), st.sampled_from([None, 1]))
def test_no_cloze_is_left_of_a_card(value: Any, question: bool, ord: int | None) -> None:
    resolved = without_clozes(value, question, ord)
    assert not any(isinstance(node, Cloze) for node in inside(resolved))
    if not question:
        assert plain(resolved) == plain(value)


def test_every_node_of_a_kind_may_be_changed() -> None:
    item = Item(True, (Paragraph((A, Image("x.png", "x"))),))
    blocks = (List(None, True, (item,)), Table(("left",), ((Image("x.png", ""),),), ()))
    changed = tree.mapped(blocks, Image, lambda image: Image(f"media/{image.source}", image.alt))
    assert [node.source for node in inside(changed) if isinstance(node, Image)] == [
        "media/x.png"
    ] * 2
    assert tree.mapped(blocks, Image, lambda image: image) == blocks
