"""Which notes of ours one of Anki's becomes."""

from typing import Any

import pytest

from exporters import markdown
from srs.ids import split_guid
from srs.importers.contents import AnkiCard, AnkiDeck, AnkiNote, Contents, Notetype, Template
from srs.importers.notes import Converted, convert
from srs.model import Kind

BACK = "{{FrontSide}}<hr id=answer>{{B}}"


def card(ord: int) -> AnkiCard:
    return AnkiCard(100 + ord, ord, 1, None, suspended=False, flagged=False)


def converted(
    fields: list[str], *templates: tuple[str, str], cloze: bool = False, ords: tuple[int, ...] = (1,),
    names: tuple[str, ...] = ("A", "B"), occlusion: bool = False,
) -> Converted:  # fmt: skip
    notetype = Notetype("T", cloze, occlusion, names, tuple(Template(*t) for t in templates))
    note = AnkiNote(7, "g", 1, 0, ("t",), tuple(fields), tuple(map(card, ords)))
    return convert(note, Contents({1: notetype}, {1: AnkiDeck("D", 1)}, {}))


def said(found: Converted) -> list[tuple[Any, ...]]:
    return [
        (n.kind, markdown.blocks(n.front), markdown.blocks(n.back), sorted(n.cards))
        for n in found.notes
    ]


CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str]], list[tuple[Any, ...]]]] = {
    "basic": ({}, [("{{A}}", BACK)], [(Kind.BASIC, "a", "b", [1])]),
    "no rule between": ({}, [("{{A}}", "{{A}}<br>{{B}}")], [(Kind.BASIC, "a", "a<br>b", [1])]),
    "the front again": ({}, [("{{A}}", "<div>{{A}}</div>{{B}}")], [(Kind.BASIC, "a", "b", [1])]),
    "a rule of no name": ({}, [("{{A}}", "{{FrontSide}}<hr>{{B}}")], [(Kind.BASIC, "a", "b", [1])]),
    "both ways": (
        {"ords": (1, 2)}, [("{{A}}", BACK), ("{{B}}", "{{FrontSide}}<hr id='answer'>{{A}}")],
        [(Kind.REVERSED, "a", "b", [1, 2])],
    ),
    "both ways, one made": (
        {}, [("{{A}}", BACK), ("{{B}}", "{{FrontSide}}<hr id='answer'>{{A}}")],
        [(Kind.BASIC, "a", "b", [1])],
    ),
    "two that ask apart": (
        {"ords": (1, 2)}, [("{{A}}", BACK), ("{{A}}?", BACK)],
        [(Kind.BASIC, "a", "b", [1]), (Kind.BASIC, "a?", "b", [1])],
    ),
    "typed": ({}, [("{{A}}{{type:B}}", "{{FrontSide}}<hr id=answer>{{type:B}}more")],
              [(Kind.TYPED, "a", "b\n\nmore", [1])]),
    "cloze": (
        {"cloze": True, "fields": ["{{c2::x}}", "extra"], "ords": (2,)},
        [("{{cloze:A}}", "{{cloze:A}}<br>\n{{B}}")], [(Kind.CLOZE, "{{c2::x}}", "extra", [2])],
    ),
    "cloze with text around": (
        {"cloze": True, "fields": ["{{c1::x}}", "extra"]},
        [("<p>top</p>{{cloze:A}}", "<p>top</p>{{cloze:A}}<p>{{B}}</p>")],
        [(Kind.CLOZE, "top\n\n{{c1::x}}", "extra", [1])],
    ),
    "lines to be typed": (
        {"fields": ["a", "foo<div>bar<br>x</div><p>why"]},
        [("{{A}} {{type:B}}", BACK)],
        [(Kind.TYPED, "a", "foo bar x why", [1])],
    ),
    "lines to be typed before others": (
        {"fields": ["a", "line1<br>line2"]},
        [("{{A}} {{type:B}}", BACK + "<p>more")],
        [(Kind.TYPED, "a", "line1 line2\n\nmore", [1])],
    ),
    "no cloze in it": (
        {"cloze": True}, [("{{cloze:A}}", "{{cloze:A}}{{B}}")], [(Kind.BASIC, "a", "b", [1])],
    ),
    "empty": ({"fields": ["", "<hr>"]}, [("{{A}}", BACK)], [(Kind.BASIC, "(empty)", "(empty)", [1])]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_templates_decide_what_a_note_becomes(case: str) -> None:
    how, templates, expected = CASES[case]
    fields = how.get("fields", ["a", "b"])
    rest = {key: value for key, value in how.items() if key != "fields"}
    assert said(converted(fields, *templates, **rest)) == expected


def test_the_first_card_keeps_the_guid_and_the_others_one_made_of_it() -> None:
    found = converted(["a", "b"], ("{{A}}", BACK), ("{{A}}?", BACK), ords=(1, 2))
    assert [note.guid for note in found.notes] == ["g", split_guid("g", 2)]
    assert [note.created for note in found.notes] == [7, 102]
    (alone,) = converted(["a", "b"], ("{{A}}", BACK), ("{{A}}?", BACK), ords=(2,)).notes
    assert alone.guid == split_guid("g", 2)
    (without,) = converted(["a", "b"], ("{{cloze:A}}", "{{B}}"), cloze=True).notes
    assert without.guid == split_guid("g", 1)  # Anki merges no cloze note into another


def test_what_cannot_be_a_note_is_said() -> None:
    assert converted(["a", "b"], ords=()).lost == {"note without cards, left out": 1}
    found = converted(["{{c1::image-occlusion:rect}}", "b"], ("{{cloze:A}}", ""), occlusion=True)
    assert found.lost == {"note that hides parts of an image, left out": 1}
    assert not found.notes
