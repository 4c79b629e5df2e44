import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import lock
from srs.corpus.lock import Entry, Lock
from srs.errors import SrsError

ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
ODD = st.text("-#\\\t\n\r\"'<>=|&+,: \u2028\x85\x0b\ufeffé", min_size=1, max_size=9)
"""Anki's guids hold any character, those that mean something in a lock among them."""

HASHES = st.from_regex(r"[a-z2-7]{16}", fullmatch=True)
ENTRIES = st.builds(
    Entry,
    guid=st.one_of(ANY, ODD, st.sampled_from(["-", "#", "=======", "<<<<<<< a", "\\t", "\\"])),
    id=st.from_regex(r"[A-Za-z0-9_-]{0,5}", fullmatch=True),
    created=st.integers(1, 2**42),
    cloze=st.booleans(),
    front=HASHES,
    back=HASHES,
    ords=st.dictionaries(st.integers(1, 500), st.integers(1, 2**42), min_size=1, max_size=4).map(
        lambda cards: tuple(sorted(cards.items()))
    ),
    changed=st.integers(0, 2**32),
    fields=st.one_of(st.just(""), HASHES),
    deck=st.one_of(st.just(""), ANY, ODD),
)
LOCKS = st.lists(ENTRIES, max_size=5, unique_by=lambda entry: entry.guid).map(
    lambda entries: {entry.guid: entry for entry in entries}
)


def written(entries: dict[str, Entry]) -> str:
    return lock.format(Lock().changed(entries.values()))


@given(LOCKS)
def test_what_is_written_is_read_back(values: dict[str, Entry]) -> None:
    text = written(values)
    assert dict(lock.parse(text)) == values
    assert lock.format(lock.parse(text)) == text


@given(LOCKS)
def test_it_is_text_with_one_line_a_note(values: dict[str, Entry]) -> None:
    lines = written(values).split("\n")
    assert lines[-1] == ""
    assert sum(not line.startswith("#") for line in lines[:-1]) == len(values)
    assert not any("\r" in line for line in lines)


@given(LOCKS)
def test_a_checkout_with_other_newlines_is_the_same(values: dict[str, Entry]) -> None:
    assert dict(lock.parse(written(values).replace("\n", "\r\n"))) == values


@given(LOCKS)
def test_an_editor_may_put_a_byte_order_mark_before_it(values: dict[str, Entry]) -> None:
    assert dict(lock.parse("\ufeff" + written(values))) == values


def test_it_is_sorted_and_says_what_it_is() -> None:
    two = Entry("b", "", 1, False, "f", "g", ((1, 1),))
    one = Entry("a", "id", 5, True, "f", "g", ((1, 5), (3, 9)), 7, "h", "D")
    lines = written({"b": two, "a": one}).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "a\tid\t5\t7\tf\tg\th\tD\tc1,c3+4",
        "b\t-\t1\t-\tf\tg\t-\t-\t1",
    ]
    assert lines[0].startswith("# Who is who")


@pytest.mark.parametrize(
    "guid", ["a\tb", "a\\tb", "a\nb", "#a", "-", "\\", "<<<<<<< x", "=======", "q|Wz!#\"$%&'()*+,-.", " "]
)  # fmt: skip
def test_guids_with_odd_characters(guid: str) -> None:
    entry = Entry(guid, "-", 1, False, "f", "g", ((1, 1),), deck="-")
    text = written({guid: entry})
    assert dict(lock.parse(text)) == {guid: entry}
    conflict = f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n"
    assert dict(lock.parse(conflict)) == {guid: entry}
    assert lock.format(lock.parse(conflict)) == text


def test_an_empty_lock_has_no_entries() -> None:
    assert lock.parse("") == Lock() == lock.parse(written({}))


OURS = "a\tid\t5\t7\tf\tg\th\tD\t1"
THEIRS = "a\t-\t4\t9\tF\tG\tH\tE\t1,2+3"
OTHER = "b\t-\t1\t-\tf\tg\t-\t-\t1"


@pytest.mark.parametrize(
    "text",
    [
        f"<<<<<<< HEAD\n{OURS}\n=======\n{THEIRS}\n{OTHER}\n>>>>>>> branch\n",
        f"<<<<<<< HEAD\n{THEIRS}\n{OTHER}\n=======\n{OURS}\n>>>>>>> branch\n",
        f"<<<<<<< HEAD\n{OURS}\n||||||| base\n{OURS}\n=======\n{THEIRS}\n>>>>>>> b\n{OTHER}\n",
        f"{OTHER}\n{OURS}\n{THEIRS}\n",
    ],
)
def test_of_a_merge_conflict_both_sides_count(text: str) -> None:
    merged = lock.parse(text)
    assert merged.keys() == {"a", "b"}
    assert merged["a"] == Entry(
        "a", "id", 4, False, "F", "G", ((1, 5), (2, 7)), changed=9, fields="H", deck="E"
    )


@given(ENTRIES, ENTRIES)
def test_no_card_and_no_export_is_lost_in_a_merge(one: Entry, other: Entry) -> None:
    lines = [
        written({e.guid: e}).split("\n", 3)[3]
        for e in (one, Entry(one.guid, *[getattr(other, n) for n in Entry.__slots__[1:]]))
    ]
    for text in ("".join(lines), "".join(reversed(lines))):
        (merged,) = lock.parse(text).values()
        assert {ord for ord, _ in merged.ords} == {ord for e in (one, other) for ord, _ in e.ords}
        assert merged.created == min(one.created, other.created)
        assert merged.changed == max(one.changed, other.changed)
        assert merged.released == (one.released or other.released)


def test_every_time_that_names_something() -> None:
    entries = [
        Entry("a", "", 5, False, "f", "g", ((1, 5), (2, 8))),
        Entry("b", "", 9, False, "f", "g", ((1, 12),)),
        Entry("c", "", 6, False, "f", "g", ((1, 6),)),
    ]
    made = Lock().changed(entries)
    assert made.taken_ms(0) == {5, 6, 8, 9, 12}
    assert made.taken_ms(7) >= {8, 9, 12}


@given(LOCKS)
def test_an_id_is_known_without_the_rest(values: dict[str, Entry]) -> None:
    made = lock.parse(written(values))
    assert {guid: made.id(guid) for guid in made} == {e.guid: e.id for e in values.values()}


def test_some_lines_change_and_the_others_stay_as_they_are() -> None:
    one = Entry("a", "id", 5, True, "f", "g", ((1, 5), (3, 9)), 7, "h", "D")
    text = written({"a": one, "b": Entry("b", "", 1, False, "f", "g", ((1, 1),))})
    made = lock.parse(text)
    new = Entry("c", "", 2, False, "f", "g", ((1, 2),))
    assert dict(made.changed([new], without=["b"])) == {"a": one, "c": new}
    assert lock.format(made.changed([one])) == text
    assert dict(made) != {}


@pytest.mark.parametrize(
    "line",
    [
        "one two", "a\tb", "a\t-\tx\t-\tf\tg\t-\t-\t1", "a\t-\t1\t-\tf\tg\t-\t-\t-",
        "-\t-\t1\t-\tf\tg\t-\t-\t1", "a\t-\t1\tx\tf\tg\t-\t-\t1", "a\t-\t1\t-\tf\tg\t-\t-\tc",
        "a\t-\t1\t-\tf\tg\t-\t-\t1+x", "a\t-\t1\t-\tf\tg\t-\t-\t1\t-", "a\t-\t1\t-\tf\tg\t-\t-",
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(SrsError, match=r"srs\.lock:3: this line is not a note's; .*git"):
        lock.parse(f"# comment\n{OTHER}\n{line}\n")
