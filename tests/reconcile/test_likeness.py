import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus.parse import parse
from srs.reconcile import likeness
from srs.reconcile.likeness import Pair

OTHERS = [
    ("What does `list.insert` do?", "Puts an item before a place in the list."),
    ("What does `list.sort` do?", "Puts the items of the list in order, in place."),
    ("Why is a `tuple` hashable?", "Because it and its items cannot be changed."),
    ("What does `dict.get` do?", "Returns the value of a key, or a default if it is missing."),
    ("How do you copy a list?", "With `list(xs)`, `xs[:]` or `xs.copy()`; the items are shared."),
    ("When is a `set` faster than a list?", "When you ask whether an item is in it."),
]

SHIPPED = Path(__file__).parents[2] / "decks" / "python-interview"

Note = tuple[str, str]


def paired(
    old: list[Note], new: list[Note], *, near: bool = False, apart: bool = False
) -> list[Pair]:
    return likeness.pairs(
        *([likeness.text(*note) for note in notes] for notes in (old, new, OTHERS)),
        near=lambda *_: near,
        apart=lambda *_: apart,
    )


BACK = "It adds one item at the end of the list, in place, and returns None."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("What does `list.append` do?", BACK), ("What does `list.append` return?", BACK + " So!")),
        (
            ("What does `list.append` do?", BACK),
            ("What exactly does `list.append` do?", BACK.replace("one item", "an object")),
        ),
        (
            ("Why do calls share a mutable default argument?", "It is evaluated once, at `def`."),
            ("Why do all calls share a mutable default?", "It is evaluated only once, at `def`."),
        ),
        (
            ("the dog", "der Hund, des Hundes"),
            ("the dog (animal)", "der Hund, Plural: die Hunde"),
        ),
        (
            ("The {{c1::mitochondrion}} is the powerhouse of the cell", ""),
            ("The {{c1::mitochondrion}} is the {{c2::powerhouse}} of a cell", "Seen in 1857."),
        ),
        (
            ("*What* is a  `list`?", "A **sequence** type."),
            ("What is a `list`?", "A sequence type"),
        ),
        (("What is a corotine?", "It can wait."), ("What is a coroutine?", "It can wait.")),
        (("Waht may be awaited?", "A task."), ("What may be awaited?", "A task.")),
        (("What colour is the sky?", "Blue."), ("What color is the sky?", "Blue.")),
        (("犬の意味は何ですか", "いぬ、動物のひとつ。"), ("犬の意味は何", "いぬ、動物。")),
    ],
)
def test_an_edited_note_is_the_same(old: Note, new: Note) -> None:
    (pair,) = paired([old], [new])
    assert pair.sure


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            ("What does `list.append` do?", BACK),
            ("What does `list.extend` do?", BACK.replace("one item", "all items")),
        ),
        (("What does `str.lstrip` do?", "Strips the left."), ("What does `str.rstrip` do?", "Strips the right.")),
        (("What is 7 × 8?", "It is 56, as everybody knows."), ("What is 7 × 9?", "It is 63, as everybody knows.")),
        (
            ("Is a tuple hashable, and why?", "Yes, if its items are: a tuple cannot change."),
            ("Is a frozenset hashable, and why?", "Yes, always: a frozenset cannot change."),
        ),
        (("Capital of France?", "Paris, on the Seine."), ("Capital of Spain?", "Madrid, on a plain.")),
        (("Cost of an insert in a list?", "O(n)"), ("Cost of an insert in a dict?", "O(1)")),
        (("Cost of a lookup in a dict?", "O(1)"), ("Cost of an insert in a dict?", "O(1)")),
        (("the dog", "hunden"), ("the dogs", "hundene")),
        (("dog", "hund"), ("the dog", "hunden")),
        (("The sine of `x` grows as?", "cosine"), ("The cosine of `x` grows as?", "minus sine")),
        (("What does `list.pop` do?", "Takes."), ("What does `list.pup` do?", "Takes.")),
        (("What is a list?", "A sequence."), ("How does garbage collection work?", "By counts.")),
    ],
)  # fmt: skip
def test_a_look_alike_is_another_note(old: Note, new: Note) -> None:
    assert not any(pair.sure for pair in paired([old], [new], near=True))


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (
            ("How do you read a file in Python?", "With `Path.read_text`; it may raise OSError."),
            ("How do you delete a file in Python?", "With `Path.unlink`; it may raise OSError."),
            False,
        ),
        (
            ("What is the capital of France?", "Its capital and largest city is Paris."),
            ("What is the capital of Spain?", "Its capital and largest city is Madrid."),
            False,
        ),
        (
            ("What is the capital of France?", "Its capital and largest city is Paris."),
            ("What is the capital of all France?", "Its capital and its largest city is Paris."),
            True,
        ),
    ],
)
def test_where_no_others_tell_which_words_are_common(old: Note, new: Note, same: bool) -> None:
    (pair,) = likeness.pairs(
        [likeness.text(*old)], [likeness.text(*new)], [],
        near=lambda *_: True, apart=lambda *_: False,
    )  # fmt: skip
    assert pair.sure is same


def test_a_look_alike_is_worth_a_question() -> None:
    old = ("What does `list.append` do?", BACK)
    new = ("What does `list.extend` do?", BACK.replace("one item", "all items"))
    assert [pair[:2] for pair in paired([old], [new])] == [(0, 0)]
    assert paired([("What is a list?", "A sequence.")], [("Who?", "Nobody at all.")]) == []


def test_each_goes_to_the_most_alike() -> None:
    old = [
        ("What does `list.append` do?", BACK),
        ("What does `list.pop` do?", "Takes one item off."),
    ]
    new = [("What does `list.pop` take?", "It takes one item off."), ("What does `list.append` add?", BACK)]  # fmt: skip
    assert {pair[:2] for pair in paired(old, new) if pair.sure} == {(0, 1), (1, 0)}


def test_two_that_are_equally_alike_are_in_doubt() -> None:
    old = [("How are lists sorted in place?", "By the method sort, quickly.")]
    new = [("How are lists sorted in place?", "By the method sort, slowly!")] * 2
    assert [pair.sure for pair in paired(old, new)] == [False]


def test_what_cannot_be_one_note_is_not_sure() -> None:
    old, new = ("What does `list.append` do?", BACK), ("What does `list.append` add?", BACK + "!")
    assert [pair.sure for pair in paired([old], [new])] == [True]
    assert [pair.sure for pair in paired([old], [new], apart=True)] == [False]


def test_neighbours_decide_what_is_close() -> None:
    old = ("Name the rules of scope that Python has", "Local, enclosing, global, built-in.")
    new = (
        "List the kinds of scope that Python knows",
        "Local, enclosing, global, builtins, that is all.",
    )
    lone, beside = (paired([old], [new], near=near)[0] for near in (False, True))
    assert beside.likeness == pytest.approx(lone.likeness + likeness.NEAR)
    assert (lone.sure, beside.sure) == (False, True)


def shipped() -> list[Note]:
    """Return the notes of the shipped corpus, deck by deck."""
    decks = [parse(path.read_text("utf-8"), path.name)[0] for path in sorted(SHIPPED.glob("*.md"))]
    return [(note.question, note.back) for deck in decks if deck for note in deck.notes]


def reworded(text: str, rng: random.Random) -> str:
    """Put another word in place of one that is no name."""
    places = [m.span() for m in re.finditer(r"(?<![\w.`])[a-z]{3,}(?![\w.`(])", text)]
    start, end = rng.choice(places or [(len(text), len(text))])
    return text[:start] + rng.choice(("exactly", "in short", "usually", "roughly")) + text[end:]


def test_questions_as_people_ask_them_are_followed() -> None:
    rng = random.Random(1)
    notes = shipped()
    sure = 0
    for begin in range(0, len(notes), 10):
        old = notes[begin : begin + 10]
        new = [(reworded(front, rng), reworded(reworded(back, rng), rng)) for front, back in old]
        found = [pair for pair in paired(old, new) if pair.sure]
        assert all(pair.old == pair.new for pair in found)
        sure += len(found)
    assert sure >= 0.95 * len(notes)


def test_neighbours_in_a_deck_are_never_taken_for_each_other() -> None:
    notes = shipped()
    for n, old in enumerate(notes):
        for new in notes[max(0, n - 4) : n] + notes[n + 1 : n + 5]:
            assert not any(pair.sure for pair in paired([old], [new], near=True))


texts = st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=6)


@given(texts, texts)
def test_any_texts_are_paired_one_to_one(old: list[Note], new: list[Note]) -> None:
    found = paired(old, new)
    assert len({pair.old for pair in found}) == len(found) == len({pair.new for pair in found})
    assert all(0 <= pair.old < len(old) and 0 <= pair.new < len(new) for pair in found)
    assert found == paired(old, new)
