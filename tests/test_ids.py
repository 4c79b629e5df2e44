import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.ids import GUID_LENGTH, content_hash, digest, free_ms, new_guids, split_guid

names = st.text(st.characters())
GUID = re.compile(r"[A-Za-z0-9_-]+")


def test_a_digest_is_the_same_everywhere() -> None:
    assert digest() == digest("") == "4oymiquy7qobjgx3"
    assert digest("a", "b") == "lgzhdlq3xsy5ghkb"


def test_the_split_into_parts_counts() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "a  b"),
        ("a b", " a\n\tb \n"),
        ("a\u00a0b", "a b"),
        ("caf\u00e9", "cafe\u0301"),
        ("", " \n"),
    ],
)
def test_whitespace_and_unicode_form_make_no_difference(one: str, other: str) -> None:
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "ab"), ("a", "A"), ("a", "a."), ("1", "²"), ("a", "\u0430")]
)
def test_other_texts_have_other_hashes(one: str, other: str) -> None:
    assert content_hash(one) != content_hash(other)


@given(names)
def test_any_text_has_a_hash(text: str) -> None:
    assert GUID.fullmatch(content_hash(text))
    assert content_hash(unicodedata.normalize("NFD", text)) == content_hash(text)


@given(names, names, st.booleans())
def test_a_guid_keeps_the_grammar(key: str, name: str, cloze: bool) -> None:
    guid = next(new_guids(key, name, cloze=cloze, taken=set()))
    assert GUID.fullmatch(guid)
    assert len(guid) == GUID_LENGTH
    assert guid == next(new_guids(key, name, cloze=cloze, taken=set()))


@given(names, st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_guids_are_unique_though_names_are_not(key: str, wanted: list[tuple[str, bool]]) -> None:
    taken: set[str] = set()
    for name, cloze in wanted:
        guid = next(new_guids(key, name, cloze=cloze, taken=taken))
        assert guid not in taken
        taken.add(guid)


def test_a_guid_depends_on_corpus_name_and_kind() -> None:
    assert next(new_guids("k", "name", cloze=False, taken=())) == "zufntpgnmkirewhr"
    others = [
        next(new_guids("k2", "name", cloze=False, taken=())),
        next(new_guids("k", "name2", cloze=False, taken=())),
        next(new_guids("k", "name", cloze=True, taken=())),
        next(new_guids("k", "name", cloze=False, taken=("zufntpgnmkirewhr",))),
    ]
    assert len({"zufntpgnmkirewhr", *others}) == 5


@given(st.integers(0, 50), st.sets(st.integers(0, 100)))
def test_free_milliseconds_are_those_not_taken(start: int, taken: set[int]) -> None:
    free = free_ms(start, taken)
    assert [next(free) for _ in range(60)] == [
        ms for ms in range(start, start + 200) if ms not in taken
    ][:60]


def test_a_millisecond_taken_meanwhile_is_not_free() -> None:
    taken = {1, 2}
    free = free_ms(1, taken)
    assert next(free) == 3
    taken |= {4, 5}
    assert next(free) == 6


def test_a_card_that_is_a_note_of_its_own_has_a_guid_made_of_its_name() -> None:
    """Reviews made in Anki are found by it for ever: it must never come out different."""
    assert split_guid("g", 2) == "3s2va4vxcfuldamh"
    assert len({split_guid(guid, ord) for guid in "ab" for ord in range(1, 9)}) == 16
