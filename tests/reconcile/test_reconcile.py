import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import lock as lock_
from srs.corpus.lock import Entry, Lock
from srs.errors import Place, Severity
from srs.model import Kind, Note
from srs.reconcile import Doubt, Known, Plan, reconcile

FIRST_MS = 1_795_284_000_000
ORDS = {"A?": (1,), "B?": (1,), "C?": (1, 2), "D?": (2, 5)}
LONG = "An answer of more than forty characters, so that it is known by itself."


def note(
    front: str = "Question?",
    back: str = "Answer.",
    *,
    id: str = "",
    ords: tuple[int, ...] = (1,),
    kind: Kind = Kind.BASIC,
    path: str = "a.md",
    line: int = 1,
    broken: bool = False,
) -> Note:
    place = Place(path, line)
    return Note(place, "a", 0, kind, id, front, "", back, line, line + 2, ords=ords, broken=broken)


def cloze(
    text: str = "The {{c1::hidden}}.",
    *,
    id: str = "",
    ords: tuple[int, ...] = (1,),
    broken: bool = False,
) -> Note:
    return note(text, id=id, ords=ords, kind=Kind.CLOZE, broken=broken)


def reconciled(
    notes: Sequence[Note],
    lock: Mapping[str, Entry],
    *,
    now_ms: int = FIRST_MS,
    settled: frozenset[str] = frozenset(),
) -> Plan:
    lines = Lock().changed(lock.values())
    plan = reconcile(notes, lines, key="key", now_ms=now_ms, settled=settled)
    assert lock_.parse(lock_.format(plan.lock)) == plan.lock
    return plan


def known(*notes: Note) -> Plan:
    """Reconcile notes seen for the first time."""
    return reconciled(notes, {})


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        # Each note written after is the one before that its number says, or new: None.
        pytest.param([note()], [note()], [0], id="nothing changed"),
        pytest.param([note(id="x")], [note(id="x")], [0], id="nothing changed, with an id"),
        pytest.param([note()], [note(id="x")], [0], id="id added"),
        pytest.param([note(id="x")], [note()], [0], id="id removed"),
        pytest.param([note(id="x")], [note(id="y")], [0], id="id renamed"),
        pytest.param(
            [note("A?"), note("B?")],
            [note("A?", id="b"), note("B?", id="a")],
            [0, 1],
            id="ids added",
        ),
        pytest.param([note(id="x")], [note("New?", id="x")], [0], id="front edited under an id"),
        pytest.param(
            [note(id="x")], [note("New?", "New.", id="x")], [0], id="all edited under an id"
        ),
        pytest.param([note()], [note(back="New.")], [0], id="back edited"),
        pytest.param(
            [note(back="x")], [note(back="y", id="z")], [0], id="back edited and id added"
        ),
        pytest.param([note("A?", LONG)], [note("B?", LONG)], [0], id="front edited, long back"),
        pytest.param([note("A?", "Yes.")], [note("B?", "Yes.")], [None], id="front, short back"),
        pytest.param([note("A?", LONG)], [note("B?", LONG + "!")], [None], id="both edited"),
        pytest.param(
            [note(" A  b?\n", "c  d")], [note("A b?", "c d ")], [0], id="only whitespace changed"
        ),
        pytest.param(
            [note("caf\u00e9?")], [note("cafe\u0301?")], [0], id="only the Unicode form changed"
        ),
        pytest.param([note()], [note(path="b/c.md", line=99)], [0], id="moved to another file"),
        pytest.param(
            [note(id="x")], [note("New?", id="x", path="b.md")], [0], id="moved and edited"
        ),
        pytest.param(
            [note("A?"), note("B?"), note("C?")],
            [note("C?"), note("A?"), note("B?")],
            [2, 0, 1],
            id="reordered",
        ),
        pytest.param(
            [note("A?"), note("B?")],
            [note("A?"), note("New?"), note("B?")],
            [0, None, 1],
            id="added",
        ),
        pytest.param([note("A?"), note("B?")], [note("B?")], [1], id="removed"),
        pytest.param(
            [note("A?", id="a"), note("B?", id="b")],
            [note("B?", id="a"), note("A?", id="b")],
            [0, 1],
            id="an id counts before a front",
        ),
        pytest.param(
            [note("A?", "1", id="x")],
            [note("A?", "1", id="y"), note("B?", "2", id="x")],
            [0, None],
            id="an id renamed and given to a new note",
        ),
        pytest.param(
            [note("A?", "1", id="x")],
            [note("A?", "1"), note("A?", "2", id="x")],
            [None, 0],
            id="a copy of a note edited under its id",
        ),
        pytest.param(
            [note(id="x"), note()],
            [note(), note("New?", "New.", id="x")],
            [1, 0],
            id="of two equal ones, that with the id edited",
        ),
        pytest.param(
            [note("A?", LONG), note("B?", LONG)],
            [note("A?", LONG), note("C?", LONG)],
            [0, 1],
            id="of two with one back, the one left over",
        ),
        pytest.param(
            [note("A?", LONG), note("B?", LONG)],
            [note("C?", LONG), note("D?", LONG)],
            [None, None],
            id="two with one back are told apart by no back",
        ),
        pytest.param(
            [note("A?", "1"), note("A?", "2")],
            [note("A?", "2"), note("A?", "1")],
            [1, 0],
            id="of two with one front, each by its back",
        ),
        pytest.param(
            [note("A?", "1"), note("A?", "2")],
            [note("A?", "2"), note("A?", "3")],
            [1, 0],
            id="of two with one front, the one left over",
        ),
        pytest.param(
            [note(), note(), note("B?")],
            [note("B?"), note(), note()],
            [2, 0, 1],
            id="two quite equal",
        ),
        pytest.param(
            [note(id="x"), note(id="y")],
            [note(), note()],
            [0, 1],
            id="ids of two equal ones removed",
        ),
        pytest.param([note(), note()], [note()], [0], id="one of two quite equal removed"),
        pytest.param([note()], [note(), note()], [0, None], id="a note doubled"),
        pytest.param([note()], [note(kind=Kind.TYPED)], [0], id="basic to typed"),
        pytest.param(
            [note()], [note(kind=Kind.REVERSED, ords=(1, 2))], [0], id="basic to reversed"
        ),
        pytest.param(
            [note(id="x")], [cloze(id="x")], [None], id="basic to cloze, though with an id"
        ),
        pytest.param([note(id="x")], [cloze("Question?", id="x")], [None], id="the same text"),
        pytest.param([cloze()], [note("The {{c1::hidden}}.")], [None], id="cloze to basic"),
        pytest.param([cloze(id="x")], [cloze("{{c1::New}}.", id="x")], [0], id="cloze edited"),
    ],
)
def test_who_is_who(before: list[Note], after: list[Note], same: list[int | None]) -> None:
    first = known(*before)
    second = reconciled(after, first.lock, now_ms=FIRST_MS + 1000)
    expected = [first.guids[n] if n is not None else "new" for n in same]
    found = [guid if guid in first.guids else "new" for guid in second.guids]
    assert found == expected
    assert len(set(second.guids)) == len(after)
    assert len(second.new) == same.count(None)
    assert set(second.gone) == set(first.guids) - set(second.guids)
    assert not second.problems
    assert set(first.lock) <= set(second.lock)
    for guid in first.guids:
        assert second.lock[guid].created == first.lock[guid].created


def test_a_note_that_is_gone_stays_in_the_lock_and_returns_as_itself() -> None:
    first = known(note("A?", id="a"), note("B?"))
    second = reconciled([note("A?", id="a")], first.lock)
    assert second.gone == (first.guids[1],)
    assert second.lock == first.lock
    third = reconciled([note("A?", id="a"), note("B?", path="b.md")], second.lock)
    assert third.guids == first.guids
    assert (third.new, third.edited, third.gone) == ((), (), ())
    assert third.lock == first.lock


def test_an_entry_says_what_a_note_now_is() -> None:
    first = known(note(id="x"))
    (guid,) = first.guids
    released = {guid: replace(first.lock[guid], changed=5, fields="hash", deck="Deck")}
    second = reconciled([note(back="New.", id="y")], released, now_ms=FIRST_MS + 9)
    entry = second.lock[guid]
    assert entry.id == "y"
    assert entry.front == first.lock[guid].front
    assert entry.back != first.lock[guid].back
    assert (entry.changed, entry.fields, entry.deck) == (5, "hash", "Deck")
    assert (entry.created, entry.ords) == (FIRST_MS, ((1, FIRST_MS),))
    assert (second.new, second.edited) == ((), (0,))


def test_new_ords_get_card_ids_and_removed_ones_keep_theirs() -> None:
    first = known(cloze(id="x", ords=(1, 3)))
    (guid,) = first.guids
    assert first.lock[guid].ords == ((1, FIRST_MS), (3, FIRST_MS + 1))
    later = FIRST_MS + 1000
    second = reconciled([cloze(id="x", ords=(2, 3))], first.lock, now_ms=later)
    assert second.lock[guid].ords == ((1, FIRST_MS), (2, later), (3, FIRST_MS + 1))
    third = reconciled([cloze(id="x", ords=(1, 2))], second.lock, now_ms=later + 1000)
    assert third.lock[guid].ords == second.lock[guid].ords


def test_a_broken_note_keeps_its_cards() -> None:
    first = known(cloze(id="x", ords=(1, 2)))
    second = reconciled([cloze(id="x", ords=(1, 2, 3), broken=True)], first.lock)
    assert second.guids == first.guids
    assert second.lock[second.guids[0]].ords == first.lock[first.guids[0]].ords


def test_an_imported_guid_is_kept() -> None:
    foreign = "s[:t]<~7,"
    first = known(note())
    entry = replace(first.lock[first.guids[0]], guid=foreign)
    assert reconciled([note(back="New.")], {foreign: entry}).guids == (foreign,)


def test_of_two_with_one_id_the_one_that_the_lock_knows_keeps_it() -> None:
    first = known(note("Old?", LONG, id="x"))
    copy = note("Copied?", "Other.", id="x", line=1)
    own = note("Old?", LONG, id="x", line=9)
    plan = reconciled([copy, own], first.lock)
    assert plan.guids == ("", first.guids[0])
    (problem,) = plan.problems
    assert (problem.code, problem.severity) == ("duplicate-id", Severity.ERROR)
    assert problem.where == Place("a.md", 1)
    assert problem.message == "the id `x` belongs to the note at a.md:9:1"
    assert problem.hint == "give this note another id"
    assert plan.lock == first.lock
    assert (plan.new, plan.edited) == ((), ())


@pytest.mark.parametrize(
    ("claims", "keeper"),
    [
        ([note("New?", "1", id="x"), note("Old?", "2", id="x")], 1),
        ([note("New?", "1", id="x"), note("Newer?", LONG, id="x")], 1),
        ([note("Old?", "1", id="x"), note("New?", LONG, id="x"), note("Old?", LONG, id="x")], 2),
        ([note("New?", "1", id="x"), note("Newer?", "2", id="x")], 0),
    ],
)
def test_the_one_most_like_the_lock_keeps_an_id(claims: list[Note], keeper: int) -> None:
    first = known(note("Old?", LONG, id="x"))
    plan = reconciled(claims, first.lock)
    expected = [first.guids[0] if n == keeper else "" for n in range(len(claims))]
    assert list(plan.guids) == expected
    assert len(plan.problems) == len(claims) - 1


@pytest.mark.parametrize(
    ("claims", "keeper"),
    [
        ([cloze("{{c1::New}}."), note("Old?")], 1),
        ([cloze("{{c1::New}}."), note("The {{c1::hidden}}.")], 0),
        ([note("Old?"), cloze()], 0),
        ([note("New?"), cloze()], 1),
    ],
)
def test_an_id_was_that_of_a_note_and_of_a_cloze_note(claims: list[Note], keeper: int) -> None:
    first = known(note("Old?", id="x"))
    second = reconciled([cloze(id="x")], first.lock)
    plan = reconciled([replace(claim, id="x") for claim in claims], second.lock)
    assert [bool(guid) for guid in plan.guids] == [n == keeper for n in range(len(claims))]
    assert plan.guids[keeper] == (first if claims[keeper].kind is Kind.BASIC else second).guids[0]


def test_of_two_new_ones_with_one_id_the_first_keeps_it() -> None:
    plan = known(note("A?", id="x", line=1), note("B?", id="x", line=5))
    assert [bool(guid) for guid in plan.guids] == [True, False]
    assert [p.where.line for p in plan.problems] == [5]


def test_an_id_of_a_file_not_looked_at_is_settled() -> None:
    first = known(note("A?", id="x", path="a.md"), note("B?", path="a.md"))
    settled = frozenset(first.guids)
    plan = reconciled([note("A?", id="x", path="b.md")], first.lock, settled=settled)
    assert plan.guids == ("",)
    assert [p.message for p in plan.problems] == ["the id `x` belongs to another note"]
    assert plan.lock == first.lock
    assert plan.gone == ()


def test_settled_notes_are_neither_matched_nor_gone() -> None:
    first = known(note("A?"), note("B?", LONG))
    plan = reconciled(
        [note("A?", path="b.md"), note("C?", LONG, path="b.md")],
        first.lock,
        settled=frozenset(first.guids),
    )
    assert not set(plan.guids) & set(first.guids)
    assert plan.new == (0, 1)
    assert plan.gone == ()


def test_a_new_guid_is_none_of_those_settled_though_the_lock_does_not_know_them() -> None:
    first = known(note("A?"))
    plan = reconciled([note("A?", path="b.md")], {}, settled=frozenset(first.guids))
    assert plan.guids != first.guids


def test_a_doubled_id_mended_makes_a_note_of_its_own() -> None:
    first = known(note("Old?", id="x"))
    second = reconciled([note("Old?", id="x"), note("Copy?", id="x")], first.lock)
    third = reconciled([note("Old?", id="x"), note("Copy?", id="y")], second.lock)
    assert third.guids[0] == first.guids[0]
    assert third.new == (1,)
    assert not third.problems


def test_an_id_given_to_another_note_is_no_longer_that_of_one_that_is_gone() -> None:
    first = known(note("A?", "1", id="x"), note("B?", "2"))
    second = reconciled([note("B?", "2", id="x")], first.lock)
    assert second.guids == (first.guids[1],)
    third = reconciled([note("C?", "3", id="x")], second.lock)
    assert third.guids == second.guids
    fourth = reconciled([note("C?", "3", id="x"), note("A?", "1")], third.lock)
    assert fourth.guids == (first.guids[1], first.guids[0])


def test_a_note_that_was_a_cloze_note_for_a_while_is_itself_again() -> None:
    first = known(note(id="x"))
    second = reconciled([cloze(id="x")], first.lock)
    third = reconciled([cloze("{{c1::New}}", id="x")], second.lock)
    assert third.guids == second.guids
    assert reconciled([note("New?", "New.", id="x")], third.lock).guids == first.guids


def test_thousands_of_equal_notes_take_a_moment() -> None:
    began = time.perf_counter()
    plan = known(*[note()] * 4_000)
    assert len(set(plan.guids)) == 4_000
    assert reconciled([note()] * 4_001, plan.lock).guids[:-1] == plan.guids
    assert time.perf_counter() - began < 10


def test_the_report_counts_notes() -> None:
    assert known(note("A?"), note("B?")).report() == "2 new"
    first = known(note("A?"), note("B?"), note("C?"), note("D?", id="d"))
    after = [note("A?", "New."), note("B?"), note("E?"), note("F?", id="d")]
    assert reconciled(after, first.lock).report() == "2 edited, 1 new, 0 lost"
    assert reconciled([note("A?", path="b.md")], known(note("A?")).lock).report() == ""


def test_a_clock_set_back_makes_no_id_twice() -> None:
    first = known(note("A?"), cloze(ords=(1, 2)), note("B?"))
    second = reconciled(
        [note("C?"), cloze("{{c1::D}}", ords=(1, 2))], first.lock, now_ms=FIRST_MS - 1
    )
    ids = [id for entry in second.lock.values() for _, id in entry.ords]
    assert sorted(ids) == list(range(FIRST_MS - 1, FIRST_MS + 6))


contents = st.builds(
    lambda front, back, id, kind: note(front, back, id=id, kind=kind, ords=ORDS[front]),
    st.sampled_from(["A?", "B?", "C?", "D?"]),
    st.sampled_from(["1", "2", LONG]),
    st.sampled_from(["", "", "x", "y"]),
    st.sampled_from([Kind.BASIC, Kind.CLOZE]),
)
corpora = st.lists(contents, max_size=6)


@given(st.lists(corpora, min_size=1, max_size=4))
def test_identity_through_any_edits(versions: list[list[Note]]) -> None:
    lock: Mapping[str, Entry] = {}
    ids: dict[tuple[str, int], int] = {}
    for notes in versions:
        plan = reconciled(notes, lock)  # by a clock that stands still
        given_ = [guid for guid in plan.guids if guid]
        assert len(set(given_)) == len(given_)
        assert len(plan.problems) == plan.guids.count("")
        for guid, each in zip(plan.guids, notes, strict=True):
            if guid:
                entry = plan.lock[guid]
                assert entry.id == each.id
                assert entry.cloze == (each.kind is Kind.CLOZE)
                assert set(each.ords) <= set(dict(entry.ords))
        assert set(plan.gone) == set(plan.lock) - set(given_)

        entries = plan.lock.values()
        created = [entry.created for entry in entries]
        assert len(set(created)) == len(created)
        cards = [id for entry in entries for _, id in entry.ords]
        assert len(set(cards)) == len(cards)
        assert all(entry.created in dict(entry.ords).values() for entry in entries)
        now = {(e.guid, ord): id for e in entries for ord, id in e.ords}
        assert ids.items() <= now.items()
        ids = now

        again = reconciled(notes, plan.lock, now_ms=FIRST_MS + 10_000)
        assert again.new == ()
        if len({(e.front, e.back, e.cloze) for e in entries}) == len(entries):
            assert again.guids == plan.guids
            assert again.lock == plan.lock
            assert again.edited == ()
        lock = plan.lock


@given(corpora, corpora)
def test_reconciling_file_by_file_moves_no_identity_between_them(
    here: list[Note], there: list[Note]
) -> None:
    a = [replace(each, id="") for each in here]
    b = [replace(each, id="", place=Place("b.md")) for each in there]
    first = reconciled(a, {})
    second = reconciled(b, first.lock, settled=frozenset(first.guids))
    assert not set(first.guids) & set(second.guids)
    both = reconciled([*a, *b], second.lock)
    assert sorted(both.guids) == sorted([*first.guids, *second.guids])


def remembered(plan: Plan, notes: Sequence[Note], gone: Collection[str] = ()) -> dict[str, Known]:
    """Return what a machine knows of notes once it has taken in a plan."""
    return {
        guid: Known(
            each.place.path, n, each.id, each.kind is Kind.CLOZE, each.question, each.back,
            plan.lock[guid].created, each.ords, guid in gone,
        )
        for n, (guid, each) in enumerate(zip(plan.guids, notes, strict=True))
        if guid
    }  # fmt: skip


def after(
    old: Sequence[Note], new: Sequence[Note], *, gone: Sequence[int] = (), lock: bool = True
) -> tuple[Plan, Plan]:
    """Reconcile notes, and then others, on a machine that knows the first."""
    first = known(*old)
    memory = remembered(first, old, [first.guids[n] for n in gone])
    lines = first.lock if lock else Lock()
    plan = reconcile(new, lines, key="key", now_ms=FIRST_MS + 1000, known=memory)
    assert lock_.parse(lock_.format(plan.lock)) == plan.lock
    return first, plan


APPEND = note("What does `list.append` do?", "It adds one item at the end of the list, in place.")
APPEND_2 = note("What does `list.append` return?", "None: it adds an item at the end, in place.")
EXTEND = note("What does `list.extend` do?", "It adds all items at the end of the list, in place.")


def test_what_was_edited_on_both_sides_is_recognised() -> None:
    others = [note("Who?", "Nobody."), note("When?", "Never before.")]
    first, plan = after([APPEND, *others], [*others, APPEND_2])
    assert plan.guids == (*first.guids[1:], first.guids[0])
    assert (plan.edited, plan.new, plan.orphaned, plan.doubts) == ((2,), (), (), ())
    assert plan.report() == "1 edited, 0 lost"


OTHERS = [note("Who?", "Nobody."), note("When?", "Never before.")]
REWRITTEN = note("Something else entirely?", "Indeed, with not one word in common, as can be seen.")
IDEA = note("What then?", "That is to be said later.")


@pytest.mark.parametrize(
    ("edited", "place"),
    [
        ([OTHERS[0], REWRITTEN, OTHERS[1]], 1),
        ([OTHERS[0], replace(REWRITTEN, id="named"), OTHERS[1]], 1),
        ([OTHERS[0], REWRITTEN, note("New?", "Yes."), OTHERS[1]], 1),
        ([OTHERS[0], note("New?", "Yes."), APPEND_2, OTHERS[1]], 2),
        ([OTHERS[0], replace(REWRITTEN, draft=True), OTHERS[1]], 1),
        ([OTHERS[0], replace(IDEA, draft=True), REWRITTEN, OTHERS[1]], 2),
        ([REWRITTEN, OTHERS[0], OTHERS[1]], 0),
        ([OTHERS[0], OTHERS[1], replace(REWRITTEN, id="named")], 2),
        ([REWRITTEN, OTHERS[1], OTHERS[0]], 0),
        ([REWRITTEN, OTHERS[0], note("New?", "Yes."), OTHERS[1]], 2),
        ([REWRITTEN, OTHERS[0], OTHERS[1], note("New?", "Yes.")], None),
        ([replace(REWRITTEN, place=Place("b.md")), *OTHERS], 0),
        ([replace(IDEA, draft=True), *OTHERS], None),
        ([OTHERS[0], cloze("Now a {{c1::cloze}}"), OTHERS[1]], None),
        ([OTHERS[0], OTHERS[1]], None),
    ],
    ids=[
        "rewritten", "named", "another below", "another above", "draft", "another draft above",
        "moved", "moved and named", "all turned round", "another in its place", "moved, and another",
        "another file", "a draft elsewhere", "cloze", "deleted",
    ],
)  # fmt: skip
def test_a_note_that_was_opened_is_what_stands_in_its_place_or_all_that_is_new(
    edited: list[Note], place: int | None
) -> None:
    old = [OTHERS[0], APPEND, OTHERS[1]]
    first = known(*old)
    memory = remembered(first, old)
    guid = first.guids[1]
    now_ms = FIRST_MS + 1000
    plan = reconcile(edited, first.lock, key="key", now_ms=now_ms, known=memory, opened=guid)
    assert (plan.guids.index(guid) if guid in plan.guids else None) == place
    assert len(set(plan.guids)) == len(edited)


@pytest.mark.parametrize("opened", [0, 1])
@pytest.mark.parametrize(
    ("edited", "places"),
    [
        ([OTHERS[0], REWRITTEN, IDEA, OTHERS[1]], (1, 2)),
        ([OTHERS[0], REWRITTEN, OTHERS[1]], (1, 1)),
        ([OTHERS[0], REWRITTEN, IDEA, note("New?", "Yes."), OTHERS[1]], (1, 2)),
        ([*OTHERS, REWRITTEN, IDEA], (None, None)),
        ([*OTHERS, REWRITTEN], (None, None)),
    ],
    ids=["both rewritten", "one deleted", "one more", "both moved", "moved, one deleted"],
)
def test_of_two_notes_that_are_gone_it_is_the_one_that_was_opened(
    edited: list[Note], places: tuple[int | None, int | None], opened: int
) -> None:
    old = [OTHERS[0], APPEND, note("Why so?", "Because."), OTHERS[1]]
    first = known(*old)
    guid = first.guids[1 + opened]
    plan = reconcile(
        edited, first.lock, key="key", now_ms=FIRST_MS + 1000, known=remembered(first, old), opened=guid
    )  # fmt: skip
    assert (plan.guids.index(guid) if guid in plan.guids else None) == places[opened]


@pytest.mark.parametrize("others", [[], [OTHERS[0]], [replace(OTHERS[0], place=Place("b.md"))]])
@pytest.mark.parametrize("last", [False, True])
def test_a_note_that_was_opened_alone_or_at_an_end_of_its_file_stays(
    others: list[Note], last: bool
) -> None:
    old, edited = ([*others, one] if last else [one, *others] for one in (APPEND, REWRITTEN))
    first = known(*old)
    guid = first.guids[old.index(APPEND)]
    plan = reconcile(
        edited, first.lock, key="key", now_ms=FIRST_MS + 1000, known=remembered(first, old), opened=guid
    )  # fmt: skip
    assert plan.guids == first.guids


@pytest.mark.parametrize("opened", ["", "no-such-guid"])
def test_a_note_that_was_not_opened_is_not_taken_for_what_stands_there(opened: str) -> None:
    old = [OTHERS[0], APPEND, OTHERS[1]]
    first = known(*old)
    plan = reconcile(
        [OTHERS[0], REWRITTEN, OTHERS[1]], first.lock, key="key", now_ms=FIRST_MS + 1000,
        known=remembered(first, old), opened=opened,
    )  # fmt: skip
    assert plan.orphaned == (first.guids[1],)


def test_a_look_alike_is_new_and_in_doubt() -> None:
    first, plan = after([APPEND], [EXTEND])
    assert plan.guids[0] != first.guids[0]
    assert (plan.new, plan.orphaned) == ((0,), first.guids)
    assert plan.doubts == (Doubt(0, first.guids[0]),)
    assert plan.report() == "1 new, 1 lost"


def test_two_ids_say_that_two_notes_are_two() -> None:
    first, plan = after([replace(APPEND, id="a")], [replace(APPEND_2, id="b")])
    assert plan.doubts == (Doubt(0, first.guids[0]),)
    others = [note("Who?", "Nobody."), note("When?", "Never before.")]
    first, plan = after([replace(APPEND, id="a"), *others], [APPEND_2, *others])
    assert plan.guids == first.guids


def test_what_moved_and_what_returned_is_said() -> None:
    old = [note("A?"), note("B?", LONG), note("C?")]
    there = replace(old[0], place=Place("b.md"))
    first, plan = after(old, [there, replace(old[1], heading="Bee?", place=Place("b.md")), old[2]])
    assert plan.guids == first.guids
    assert (plan.moved, plan.edited, plan.returned) == ((0, 1), (1,), ())
    first, plan = after(old, [old[0], there, old[2]], gone=[1, 2])
    assert (plan.returned, plan.new, plan.orphaned) == ((2,), (1,), ())
    assert plan.report() == "1 returned, 1 new, 0 lost"


def test_an_orphan_is_not_taken_for_what_is_like_it() -> None:
    first, plan = after([APPEND], [APPEND_2], gone=[0])
    assert plan.guids[0] != first.guids[0]
    assert (plan.orphaned, plan.doubts, plan.gone) == ((), (), first.guids)


def test_a_note_that_becomes_a_cloze_note_begins_anew_and_that_is_said() -> None:
    text = replace(
        APPEND, kind=Kind.CLOZE, front=APPEND.back.replace("one", "{{c1::one}}"), back=""
    )
    first, plan = after([APPEND], [text])
    assert plan.turned == (Doubt(0, first.guids[0]),)
    assert plan.doubts == ()
    first, plan = after([note("A?", id="x")], [cloze("Quite {{c1::another}}", id="x")])
    assert plan.turned == (Doubt(0, first.guids[0]),)


def test_what_the_lock_does_not_know_comes_from_memory() -> None:
    notes = [note("A?", id="a"), note("B?", LONG), APPEND, cloze(ords=(1, 3))]
    now = [note("New?", "New.", id="a"), note("Bee?", LONG), APPEND_2, cloze(ords=(1, 3))]
    first, plan = after(notes, now, lock=False)
    assert plan.guids == first.guids
    assert plan.new == ()
    for guid in first.guids:
        assert plan.lock[guid].created == first.lock[guid].created
    cards = [id for entry in plan.lock.values() for _, id in entry.ords]
    assert len(set(cards)) == len(cards) == 5


def test_memory_adds_nothing_to_a_lock_but_what_is_written() -> None:
    first, plan = after([note("A?"), note("B?")], [note("A?")], lock=False)
    assert list(plan.lock) == [first.guids[0]]
    assert plan.orphaned == (first.guids[1],)


def test_both_sides_of_a_merge_are_recognised() -> None:
    first = known(note("A?", LONG))
    (guid,) = first.guids
    ours = reconciled([note("B?", LONG)], first.lock)
    theirs = reconciled([note("A?", "2")], first.lock)
    both = lock_.format(ours.lock) + lock_.format(theirs.lock)
    for written in (note("B?", "3"), note("A?", "3")):
        plan = reconcile([written], lock_.parse(both), key="key", now_ms=FIRST_MS)
        assert plan.guids == (guid,)
        assert lock_.format(plan.lock).count(guid) == 1


def test_a_draft_keeps_who_it_is_and_is_never_new() -> None:
    draft = replace(note("A?", "Later."), draft=True)
    assert known(draft).guids == ("",)
    assert known(draft).new == ()
    first, plan = after([note("A?")], [draft])
    assert plan.guids == first.guids
    assert plan.orphaned == ()


@given(corpora, corpora, st.booleans())
def test_memory_never_doubles_and_never_loses(old: list[Note], new: list[Note], lock: bool) -> None:
    first = known(*old)
    memory = remembered(first, old)
    lines = first.lock if lock else Lock()
    plan = reconcile(new, lines, key="key", now_ms=FIRST_MS + 1000, known=memory)
    guids = [guid for guid in plan.guids if guid]
    assert len(set(guids)) == len(guids)
    assert {*plan.orphaned} == {*memory} - {*guids}
    assert {*plan.new} == {n for n, guid in enumerate(plan.guids) if guid and guid not in memory}
    for doubt in (*plan.doubts, *plan.turned):
        assert doubt.note in plan.new
        assert doubt.guid in plan.orphaned


def test_one_that_is_gone_may_have_left_a_copy() -> None:
    first = known(
        note("A?", path="a.md"), note("A?", path="b.md"), note("A?", path="c.md"), note("B?")
    )
    a, b, c, other = first.guids
    read = {guid: Known("a.md", 0, "", False, "A?", "Answer.", FIRST_MS, (1,)) for guid in (a, c)}
    plan = reconcile([], first.lock, key="k", now_ms=FIRST_MS, settled={b, other}, known=read)
    assert (plan.orphaned, plan.copies) == ((a, c), {b: a})
    taken_out = first.lock.changed(without=[a, c])
    plan = reconcile([], taken_out, key="k", now_ms=FIRST_MS, settled={b, other}, known=read)
    assert (plan.orphaned, plan.copies) == ((a, c), {})


A_DRAFT = replace(note("A?", LONG), draft=True)


@pytest.mark.parametrize(
    ("old", "new", "gone", "same"),
    [
        ([note("A?", path="m.md")], [note("A?"), note("A?", path="m.md")], [], [None, 0]),
        (
            [note("A?", path="m.md")],
            [note("A?"), note("A?", id="a", path="m.md")],
            [],
            [None, 0],
        ),
        ([note("A?", path="m.md"), note("A?")], [note("A?")], [0], [1]),
        ([note("A?", path="m.md"), note("A?")], [note("A?", "Else.")], [0], [1]),
        ([note("A?", path="m.md"), note("A?")], [note("A?", path="z.md")], [0], [1]),
        ([note("A?", LONG)], [A_DRAFT, note("A?", LONG)], [], [None, 0]),
    ],
    ids=[
        "a copy in a file that comes first",
        "a copy, and an id for the original",
        "a copy whose original is gone",
        "such a copy with another answer",
        "such a copy in another file",
        "a draft that is a copy",
    ],
)
@pytest.mark.parametrize("lock", [True, False])
def test_of_equal_notes_each_stays_itself(
    old: list[Note], new: list[Note], gone: list[int], same: list[int | None], lock: bool
) -> None:
    first, plan = after(old, new, gone=gone, lock=lock)
    for guid, was in zip(plan.guids, same, strict=True):
        assert guid == first.guids[was] if was is not None else guid not in first.guids
    assert plan.orphaned == ()


@pytest.mark.parametrize(
    ("claims", "keeper"),
    [
        ([note("A?", id="a"), note("A?", id="a", path="m.md")], 1),
        (
            [replace(note("A?", id="a", path="m.md"), draft=True), note("A?", id="a", path="m.md")],
            1,
        ),
        ([replace(note("A?", id="b"), draft=True), note("A?", id="b")], 1),
    ],
    ids=["where it was", "no draft", "no draft, and new"],
)
def test_of_equal_notes_with_one_id_one_keeps_it(claims: list[Note], keeper: int) -> None:
    _, plan = after([note("A?", id="a", path="m.md")], claims)
    assert [problem.where for problem in plan.problems] == [claims[1 - keeper].place]


def test_what_the_lock_does_not_know_and_is_gone_is_no_other_note() -> None:
    first = known(note("A?", LONG))
    (guid,) = first.guids
    memory = remembered(first, [note("Edited?", LONG)], [guid])
    other = reconcile([note("A?", "Of fish.")], Lock(), key="key", now_ms=FIRST_MS, known=memory)
    assert guid not in other.guids
    back = reconcile([note("New?", LONG)], Lock(), key="key", now_ms=FIRST_MS, known=memory)
    assert (back.guids, back.returned, back.new) == ((guid,), (0,), ())


@pytest.mark.parametrize("released", ["a", "b"])
def test_two_machines_that_named_notes_in_one_millisecond_may_meet(released: str) -> None:
    texts = {"a": note("A?", ords=(1, 2)), "b": note("B?", ords=(1, 2))}
    entries = {name: known(each).lock for name, each in texts.items()}
    (sent,) = entries[released].values()
    entries[released] = Lock().changed([replace(sent, changed=7)])
    both = Lock({**entries["a"].rows, **entries["b"].rows})
    plan = reconciled([*texts.values(), note("C?", ords=(1, 2))], both)
    lines = [plan.lock[guid] for guid in plan.guids]
    assert len({line.created for line in lines}) == 3
    assert len({id for line in lines for _, id in line.ords}) == 6
    assert plan.lock[sent.guid] == replace(sent, changed=7)
    assert reconciled([*texts.values(), note("C?", ords=(1, 2))], plan.lock).lock == plan.lock


def test_a_line_deleted_by_hand_brings_no_equal_one_back() -> None:
    old = [note("A?", path="m.md"), note("A?"), note("B?")]
    first = known(*old)
    memory = remembered(first, old, [first.guids[0]])
    lines = first.lock.changed(without=[first.guids[1]])
    plan = reconcile(old[1:], lines, key="key", now_ms=FIRST_MS + 1000, known=memory)
    assert (plan.guids, plan.returned, plan.orphaned) == (first.guids[1:], (), ())


@pytest.mark.parametrize(
    ("others", "same"),
    [([], True), ([note("A second new one?", "It is new as well.", path="b.md")], False)],
    ids=["all that is new", "one of two"],
)
def test_a_note_that_was_opened_may_be_rewritten_into_another_file(
    others: list[Note], same: bool
) -> None:
    old = [*OTHERS, APPEND, note("In another file?", "That is here.", path="b.md")]
    first = known(*old)
    guid = first.guids[2]
    moved = replace(REWRITTEN, place=Place("b.md", 9))
    edited = [*OTHERS, old[3], moved, *others]
    plan = reconcile(
        edited, first.lock, key="key", now_ms=FIRST_MS + 1000, known=remembered(first, old), opened=guid
    )  # fmt: skip
    assert (plan.guids[3] == guid) is same
