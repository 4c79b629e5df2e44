import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import lock
from srs.corpus.lock import Entry
from srs.errors import SrsError

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    lambda text: (
        text != "-" and not text.startswith(("#", "<", "=", ">", "|")) and text.strip() == text
    )
)
ENTRIES = st.builds(
    Entry,
    guid=NAMES,
    id=st.from_regex(r"[a-z0-9]{0,5}", fullmatch=True),
    created=st.integers(1, 2**42),
    cloze=st.booleans(),
    front=st.from_regex(r"[a-z2-7]{16}", fullmatch=True),
    back=st.from_regex(r"[a-z2-7]{16}", fullmatch=True),
    ords=st.dictionaries(st.integers(1, 500), st.integers(1, 2**42), min_size=1, max_size=4).map(
        lambda cards: tuple(sorted(cards.items()))
    ),
    changed=st.integers(0, 2**32),
    fields=st.from_regex(r"[0-9a-f]{0,16}", fullmatch=True),
    deck=st.one_of(st.just(""), NAMES),
)


@given(st.lists(ENTRIES, max_size=5, unique_by=lambda e: e.guid))
def test_what_is_written_is_read_back(entries: list[Entry]) -> None:
    values = {entry.guid: entry for entry in entries}
    assert lock.parse(lock.format(values)) == values


def test_it_is_sorted_one_line_a_note_and_says_what_it_is() -> None:
    two = Entry("b", "", 1, False, "f", "g", ((1, 1),))
    one = Entry("a", "id", 5, True, "f", "g", ((1, 5), (3, 9)), 7, "h", "D")
    lines = lock.format({"b": two, "a": one}).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "a\tid\t5\t7\tf\tg\th\tD\tc1,c3+4",
        "b\t-\t1\t-\tf\tg\t-\t-\t1",
    ]
    assert lines[0].startswith("# Who is who")


def test_of_a_merge_conflict_both_sides_count() -> None:
    ours = "a\tid\t5\t7\tf\tg\th\tD\t1"
    theirs = "a\tid\t5\t9\tF\tG\tH\tD\t1,2+3"
    other = "b\t-\t1\t-\tf\tg\t-\t-\t1"
    text = f"<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n{other}\n>>>>>>> branch\n"
    merged = lock.parse(text)
    assert merged.keys() == {"a", "b"}
    assert (merged["a"].changed, merged["a"].fields, merged["a"].ords) == (9, "H", ((1, 5), (2, 8)))


@pytest.mark.parametrize(
    "line", ["one two", "a\tb", "a\t-\tx\t-\tf\tg\t-\t-\t1", "a\t-\t1\t-\tf\tg\t-\t-\t-"]
)
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(SrsError, match=r"srs\.lock:2: this line is not a note's"):
        lock.parse(f"# comment\n{line}\n")
