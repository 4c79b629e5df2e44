"""What happens to a reader's collection when a newer package is imported: our contract.

Each line of the table of what was found of Anki's import is here, with Anki's own core. A change of
Anki's that breaks the contract breaks a test.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from anki.collection import Collection
from anki.errors import BackendError
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition as Condition

from exporters.apkg import Packaged, notetypes
from exporters.apkg.notetypes import notetype

T0 = 1_790_000_000
Import = Callable[..., dict[str, int]]
Make = Callable[..., Packaged]
ALWAYS, NEVER = (
    Condition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS,
    Condition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_NEVER,
)


def only(collection: Any) -> Any:
    """Return the one note there is."""
    (id,) = collection.find_notes("")
    return collection.get_note(id)


def counts(
    new: int = 0, updated: int = 0, duplicate: int = 0, conflicting: int = 0
) -> dict[str, int]:
    return {"new": new, "updated": updated, "duplicate": duplicate, "conflicting": conflicting}


@pytest.fixture
def edit(collection: Any) -> Callable[..., None]:
    """Edit the one note there is as its owner does in Anki: its time becomes now."""

    def run(**fields: str) -> None:
        note = only(collection)
        for name, text in fields.items():
            note[name] = text
        note.add_tag("mine")
        collection.update_note(note)

    return run


def test_corrected_fields_are_updated_in_place_and_nothing_else(
    collection: Any, import_: Import, packaged: Make
) -> None:
    import_([packaged("## A?\n\nold")])
    card = only(collection).cards()[0]
    card.start_timer()
    collection.sched.answerCard(card, 3)
    before = collection.db.all("select * from cards"), collection.db.all("select * from revlog")
    assert import_([packaged("## A?\n\nnew", changed=T0 + 9)]) == counts(updated=1)
    note = only(collection)
    assert "new" in note["Back"]
    assert note.mod == T0 + 9
    after = collection.db.all("select * from cards"), collection.db.all("select * from revlog")
    assert after == before


@pytest.mark.parametrize("condition", [None, ALWAYS, NEVER])
def test_other_text_with_the_same_time_is_not_seen(
    collection: Any, import_: Import, packaged: Make, condition: Any
) -> None:
    """So the time must change with the text: the lock sees to it."""
    import_([packaged("## A?\n\nold")])
    options = {} if condition is None else {"update_notes": condition}
    assert import_([packaged("## A?\n\nnew")], **options) == counts(duplicate=1)
    assert "old" in only(collection)["Back"]


def test_never_means_never(collection: Any, import_: Import, packaged: Make) -> None:
    import_([packaged("## A?\n\nold")])
    newer = packaged("## A?\n\nnew", changed=T0 + 9)
    assert import_([newer], update_notes=NEVER) == counts(duplicate=1)


def test_an_edit_later_than_our_correction_wins_unless_always_is_chosen(
    collection: Any, import_: Import, packaged: Make, edit: Callable[..., None]
) -> None:
    import_([packaged("## A?\n\nold")])
    edit(Back="mine")
    correction = packaged("## A?\n\nnew", changed=T0 + 9)
    assert import_([correction]) == counts(duplicate=1)
    assert only(collection)["Back"] == "mine"
    assert import_([correction], update_notes=ALWAYS) == counts(updated=1)
    assert "new" in only(collection)["Back"]


def test_a_correction_later_than_an_edit_replaces_it_and_the_tags(
    collection: Any, import_: Import, packaged: Make, edit: Callable[..., None]
) -> None:
    import_([packaged("## A?\n\nold", tags=("level::mid",))])
    edit(Back="mine", Spare1="mine too")
    assert only(collection).tags == ["level::mid", "mine"]
    later = only(collection).mod + 1
    import_([packaged("## A?\n\nnew", tags=("level::mid",), changed=later)])
    note = only(collection)
    assert "new" in note["Back"]
    assert (note["Spare1"], note.tags) == ("", ["level::mid"])


def test_an_unchanged_note_keeps_an_edit_whatever_else_is_corrected(
    collection: Any, import_: Import, packaged: Make, edit: Callable[..., None]
) -> None:
    import_([packaged("## A?\n\na")])
    edit(Back="mine")
    notes = [packaged("## A?\n\na"), packaged("## B?\n\nb", 2, changed=T0 + 9)]
    assert import_(notes) == counts(new=1, duplicate=1)
    assert collection.find_notes("Back:mine")


def test_a_newer_time_alone_would_count_as_an_update(
    collection: Any, import_: Import, packaged: Make
) -> None:
    """So the time must not change without the text: the lock sees to it."""
    import_([packaged("## A?\n\na")])
    assert import_([packaged("## A?\n\na", changed=T0 + 9)]) == counts(updated=1)


def test_a_note_in_another_deck_stays_where_its_reader_has_it(
    collection: Any, import_: Import, packaged: Make
) -> None:
    import_([packaged("## A?\n\na", deck="Old")])
    moved = packaged("## A?\n\nb", deck="New", changed=T0 + 9)
    assert import_([moved, packaged("## B?\n\nb", 2, deck="New")]) == counts(new=1, updated=1)
    decks = {c.note()["Id"]: collection.decks.name(c.did) for c in map(
        collection.get_card, collection.find_cards("")
    )}  # fmt: skip
    assert decks == {"n1": "Old", "n2": "New"}


def test_a_note_that_is_missing_stays_and_one_that_was_deleted_returns(
    collection: Any, import_: Import, packaged: Make
) -> None:
    notes = [packaged("## A?\n\na", 1), packaged("## B?\n\nb", 2)]
    import_(notes)
    assert import_(notes[:1]) == counts(duplicate=1)
    assert collection.note_count() == 2
    collection.remove_notes(collection.find_notes("Id:n2"))
    assert import_(notes) == counts(new=1, duplicate=1)


def test_a_retired_note_is_found_by_its_tag(
    collection: Any, import_: Import, packaged: Make
) -> None:
    import_([packaged("## A?\n\na", 1), packaged("## B?\n\nb", 2)])
    import_([packaged("## A?\n\na", 1, tags=("srs::retired",), changed=T0 + 9)])
    assert [collection.get_note(id)["Id"] for id in collection.find_notes("tag:srs::retired")] == [
        "n1"
    ]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change the notetypes, as a later version of ours might."""

    def change(*, css: str = "", later: int = 9, edit: Any = None) -> None:
        def changed(*, cloze: bool) -> Any:
            made = notetype(cloze=cloze)
            made.css += css
            if edit is not None:
                edit(made)
            return made

        monkeypatch.setattr(notetypes, "notetype", changed)
        monkeypatch.setattr(notetypes, "CHANGED", notetypes.CHANGED + later)

    return change


def css(collection: Any) -> str:
    return str(collection.models.by_name("srs")["css"])


def test_a_new_look_arrives_if_it_is_newer(
    collection: Any, import_: Import, packaged: Make, look: Callable[..., None]
) -> None:
    note = packaged("## A?\n\na")
    import_([note])
    schema = collection.db.scalar("select scm from col")
    look(css="/* a */", later=0)
    assert import_([note]) == counts(duplicate=1)
    assert "/* a */" not in css(collection)
    look(css="/* b */")
    assert import_([note]) == counts(duplicate=1)
    assert "/* b */" in css(collection)
    assert collection.db.scalar("select scm from col") == schema, "the next sync is an ordinary one"


def test_a_reader_s_own_look_that_is_newer_stays(
    collection: Any, import_: Import, packaged: Make, look: Callable[..., None]
) -> None:
    note = packaged("## A?\n\na")
    import_([note])
    own = collection.models.by_name("srs")
    own["css"] += "/* mine */"
    collection.models.update_dict(own)
    look(css="/* ours */", later=-1)
    import_([note])
    assert css(collection).endswith("/* mine */")


def _add_field(model: Any) -> None:
    model.fields = [*model.fields, {"name": "More", "id": 1}]


def test_a_field_more_would_split_the_notetype_so_there_are_spare_ones(
    collection: Any, import_: Import, packaged: Make, look: Callable[..., None]
) -> None:
    import_([packaged("## A?\n\na")])
    look(edit=_add_field)
    note = packaged("## A?\n\nb", changed=T0 + 9)
    more = replace(note, fields=(*note.fields, ""))
    assert import_([more]) == counts(conflicting=1)
    assert {each.name for each in collection.models.all_names_and_ids()} >= {"srs", "srs+"}


def test_merging_takes_a_field_more_and_forces_a_full_sync(
    collection: Any, import_: Import, packaged: Make, look: Callable[..., None]
) -> None:
    import_([packaged("## A?\n\na")])
    schema = collection.db.scalar("select scm from col")
    look(edit=_add_field)
    note = packaged("## A?\n\nb", changed=2_000_000_000)  # merging makes the notes new as of now
    more = replace(note, fields=(*note.fields, "x"))
    assert import_([more], merge_notetypes=True) == counts(updated=1)
    assert only(collection)["More"] == "x"
    assert collection.db.scalar("select scm from col") > schema


def test_a_spare_field_gets_a_name_in_place_by_its_id(
    collection: Any, import_: Import, packaged: Make, look: Callable[..., None]
) -> None:
    def rename(model: Any) -> None:
        model.fields[-1]["name"] = "Hint"

    import_([packaged("## A?\n\na")])
    look(edit=rename)
    note = packaged("## A?\n\nb", changed=T0 + 9)
    hinted = replace(note, fields=(*note.fields[:-1], "think"))
    assert import_([hinted]) == counts(updated=1)
    assert only(collection)["Hint"] == "think"


def test_a_note_cannot_turn_into_a_cloze_note(
    collection: Any, import_: Import, packaged: Make
) -> None:
    """So the guid holds which of the two it is, and such a note begins anew."""
    import_([packaged("## A?\n\na")])
    cloze = packaged("## A?\n\n{{c1::a}}", changed=T0 + 9)
    assert import_([cloze]) == counts(conflicting=1)
    with pytest.raises(BackendError):
        import_([cloze], merge_notetypes=True)


def test_a_notetype_of_the_reader_s_with_our_name_does_no_harm(
    collection: Any, import_: Import, packaged: Make
) -> None:
    own = collection.models.copy(collection.models.by_name("Basic"), add=False)
    own["name"] = "srs"
    collection.models.add_dict(own)
    note = packaged("## A?\n\na")
    assert import_([note]) == counts(new=1)
    assert import_([note]) == counts(duplicate=1)
    assert only(collection).note_type()["name"] == "srs+"


def test_a_cloze_more_makes_a_card_and_one_less_leaves_one(
    collection: Any, import_: Import, packaged: Make
) -> None:
    import_([packaged("## T\n\n{{c1::a}} b")])
    import_([packaged("## T\n\n{{c1::a}} {{c2::b}}", changed=T0 + 1)])
    assert collection.card_count() == 2
    import_([packaged("## T\n\n{{c1::a}} b", changed=T0 + 2)])
    assert collection.card_count() == 2
    report = collection.get_empty_cards()
    assert sum(len(note.card_ids) for note in report.notes) == 1


def test_check_database_finds_nothing_to_mend_after_all_of_it(
    collection: Collection, import_: Import, packaged: Make
) -> None:
    import_([packaged("## A?\n\na", 1), packaged("## T\n\n{{c1::a}} {{c2::b}}", 2)])
    import_([packaged("## A? {.reversed}\n\nb", 1, changed=T0 + 1)])
    message, fine = collection.fix_integrity()
    assert fine, message
