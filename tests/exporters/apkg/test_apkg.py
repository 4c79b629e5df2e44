"""Anki's own core reads what we write."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from anki.collection import Collection

from exporters.apkg import Packaged
from exporters.apkg.content import media_name

if TYPE_CHECKING:
    from anki.cards import CardId
    from anki.notes import NoteId

T0 = 1_790_000_000
Import = Callable[..., dict[str, int]]
Make = Callable[..., Packaged]


def cards(collection: Collection) -> list[tuple[str, str]]:
    """Return question and answer of every card, in order of creation."""
    outputs = [collection.get_card(id).render_output() for id in sorted(collection.find_cards(""))]
    return [(out.question_text, out.answer_text) for out in outputs]


KINDS = {
    "basic": ("## Q?\n\nAnswer", [("Q?", "Answer")]),
    "reversed": ("## Term {.reversed}\n\nMeaning", [("Term", "Meaning"), ("Meaning", "Term")]),
    "cloze": ("## T\n\nA {{c1::one::hint}} and {{c3::three}}", [("[hint]", "one"), ("[...]", "three")]),
    "predict": (
        "## P {.predict}\n\n```python\nprint(1)\n```\n\n---\n\n```output\n1\n```\n\nBecause.",
        [("[[type:Answer]]", "Because")],
    ),
    "typed": ("## Capital? {.typed}\n\nParis\n\nOn the Seine.", [("[[type:Answer]]", "Seine")]),
    "braces": (
        "## T\n\n```python\nx = {{c1::{'a': {'b': 1}}}}\ny = {{c2::xs[::2]}}\n```",
        [("[...]", "1</span>}"), ("[...]", "xs[")],
    ),
    "choice": (
        "## Which?\n\n- [x] this\n- [ ] that\n\n---\n\nWhy.",
        [("☐ this</li>", "☑ this</li>")],
    ),
    "code with options": (
        "## What?\n\n```python\nprint(1)\n```\n\n---\n\n- [ ] 0\n- [x] 1\n",
        [("</code></pre><ul", "☑ 1</li>")],
    ),
    "exercise": (
        "## Do {.exercise}\n\nIt.\n\n```python starter\ndef f(): ...\n```\n\n"
        "```python solution\ndef f(): pass\n```\n\n```python tests\nf()\n```\n",
        [("...</code></pre></div>", "<details><summary>Tests</summary><pre>")],
    ),
    "nested": ("## T\n\n{{c1::a {{c2::b}}}} {{c1,2::d}}", [("[...]", "a"), ("a ", "b")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_note_makes_its_cards(
    kind: str, collection: Collection, import_: Import, packaged: Make
) -> None:
    markdown, expected = KINDS[kind]
    assert import_([packaged(markdown)])["new"] == 1
    shown = cards(collection)
    assert len(shown) == len(expected)
    for (question, answer), (in_question, in_answer) in zip(shown, expected, strict=True):
        assert in_question in question
        assert in_answer in answer
        assert "{{" not in re.sub(r"<[^>]*>", "", question + answer)


def test_options_stand_on_both_sides_in_one_order_and_are_marked_on_the_back(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    text = "## Which?\n\n" + "".join(f"- [{' x'[n % 2]}] option {n}\n" for n in range(6)) + "\nWhy."
    import_([packaged(text)])
    ((question, answer),) = cards(collection)
    options = re.findall(r"(.) (option \d)", question)
    assert {box for box, _ in options} == {"☐"}
    shown = re.findall(r"(.) (option \d)", answer)
    assert [name for _, name in shown] == [name for _, name in options]
    assert [box for box, name in shown] == ["☐☑"[int(name[-1]) % 2] for _, name in shown]
    assert answer.index("option") > answer.index('<hr id="answer">')
    assert "Why." in answer
    assert "Why." not in question


def test_basic_may_become_a_choice_an_exercise_or_typed(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    import_([packaged("## A\n\nold")])
    (card,) = collection.find_cards("")
    for n, text in enumerate(
        (KINDS["choice"][0], KINDS["exercise"][0], KINDS["typed"][0], "## A\n\nold"), start=1
    ):
        assert import_([replace(packaged(text), changed=T0 + n)])["updated"] == 1
        assert [*collection.find_cards("")] == [card]


def test_hidden_text_is_whole_when_it_holds_braces_and_colons(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    import_([packaged(KINDS["braces"][0])])
    texts = [re.sub(r"<!-- -->|<[^>]*>", "", answer) for _, answer in cards(collection)]
    assert all("x = {'a': {'b': 1}}\ny = xs[::2]" in text for text in texts)


def test_decks_tags_ids_times_and_order_arrive(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    notes = [
        packaged("## B\n\nb", 1, "Top::Sub", ("level::mid", "a")),
        packaged("## A\n\na", 2, "Top::Other"),
    ]
    import_(notes)
    assert {"Top", "Top::Sub", "Top::Other"} <= {
        d.name for d in collection.decks.all_names_and_ids()
    }
    first = collection.get_note(collection.find_notes("tag:level::mid")[0])
    assert (first.id, first.mod, first.guid, first.tags) == (
        notes[0].created, T0, "guid1", ["a", "level::mid"]
    )  # fmt: skip
    assert [c.id for c in first.cards()] == [id for _, id in notes[0].cards]
    due = {c.nid: c.due for c in map(collection.get_card, collection.find_cards(""))}
    assert due[cast("NoteId", notes[0].created)] < due[cast("NoteId", notes[1].created)]
    assert collection.fix_integrity()[1]


def test_a_second_import_changes_nothing(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    notes = [packaged(markdown, n) for n, (markdown, _) in enumerate(KINDS.values(), start=1)]
    assert import_(notes)["new"] == len(KINDS)
    assert import_(notes) == {"new": 0, "updated": 0, "duplicate": len(KINDS), "conflicting": 0}


def test_one_edited_note_updates_exactly_one_and_keeps_its_schedule(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    notes = [packaged("## A?\n\nold", 1), packaged("## B?\n\nb", 2)]
    import_(notes)
    card = collection.get_card(cast("CardId", notes[0].cards[0][1]))
    card.start_timer()
    collection.sched.answerCard(card, 4)
    before = collection.get_card(card.id)
    edited = replace(packaged("## A?\n\nnew", 1), changed=T0 + 5)
    assert import_([edited, notes[1]]) == {"new": 0, "updated": 1, "duplicate": 1, "conflicting": 0}
    after = collection.get_card(card.id)
    assert "new" in after.note()["Back"]
    assert (after.type, after.ivl, after.due, after.reps) == (
        before.type, before.ivl, before.due, before.reps
    )  # fmt: skip


def test_a_reader_s_own_edit_survives_a_note_that_did_not_change(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    notes = [packaged("## A?\n\na", 1)]
    import_(notes)
    note = collection.get_note(cast("NoteId", notes[0].created))
    note["Spare1"] = "mine"
    collection.update_note(note)
    import_(notes)
    assert collection.get_note(note.id)["Spare1"] == "mine"


def test_basic_may_become_reversed_and_a_cloze_may_gain_a_number(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    import_([packaged("## A\n\na", 1), packaged("## C\n\n{{c1::x}} y", 2)])
    changed = [
        replace(packaged("## A {.reversed}\n\na", 1), changed=T0 + 1),
        replace(packaged("## C\n\n{{c1::x}} {{c2::y}}", 2), changed=T0 + 1),
    ]
    assert import_(changed)["updated"] == 2
    assert collection.card_count() == 4


def test_media_arrive_under_their_names(
    collection: Collection, import_: Import, packaged: Make, tmp_path: Path
) -> None:
    name = media_name("my pic.PNG", b"data")
    assert name == f"my-pic-{hashlib.sha1(b'data').hexdigest()[:16]}.png"
    note = packaged("## A\n\na")
    note = replace(note, fields=(f'<img src="{name}">', *note.fields[1:]))
    file = tmp_path / "my pic.PNG"
    file.write_bytes(b"data")
    import_([note], {name: file})
    assert (Path(collection.media.dir()) / name).read_bytes() == b"data"


def test_the_same_notes_give_the_same_bytes(
    packaged: Make, package: Callable[..., bytes], tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"1")
    notes = [packaged(markdown, n) for n, (markdown, _) in enumerate(KINDS.values(), start=1)]
    assert package(notes, {"a.png": file}) == package(iter(notes), {"a.png": file})
