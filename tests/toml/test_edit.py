import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.toml.edit import assign, remove, written

DECK = ("decks", "A::B", "retention")


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("", ("a",), "a = 1\n"),
        ("# only\n", ("a",), "# only\na = 1\n"),
        ("a = 2", ("a",), "a = 1"),
        ("# c\na   =  [2, # x\n 3] # d\nb = 3\n", ("a",), "# c\na   =  1 # d\nb = 3\n"),
        ("b = 2 # c\n\n# t\n[t]\n", ("a",), "b = 2 # c\na = 1\n\n# t\n[t]\n"),
        ("# file\n\n# t\n[t]\nx = 1\n", ("a",), "# file\n\na = 1\n\n# t\n[t]\nx = 1\n"),
        ("b = 2", ("a",), "b = 2\na = 1\n"),
        ("b = 2\r\nc = 3\r\n", ("a",), "b = 2\r\nc = 3\r\na = 1\r\n"),
        ("\ufeffb = 2\n", ("b",), "\ufeffb = 1\n"),
        ("[t]\na = 2\n", ("a",), "a = 1\n\n[t]\na = 2\n"),
        ("", DECK, '[decks."A::B"]\nretention = 1\n'),
        ("b = 2", DECK, 'b = 2\n\n[decks."A::B"]\nretention = 1\n'),
        ("[decks.'A::B'] # x\n# y\n[t]\n", DECK, "[decks.'A::B'] # x\nretention = 1\n# y\n[t]\n"),
        ("[decks.'A::B']\nn = 1\n\n[t]\n", DECK, "[decks.'A::B']\nn = 1\nretention = 1\n\n[t]\n"),
        ("[decks]\n'A::B'.retention = 2\n", DECK, "[decks]\n'A::B'.retention = 1\n"),
        ("[decks]\n'A::B' = { retention = 2 }\n", DECK, None),
        ("[decks]\n'A::B'.x = 2\n", DECK, None),
        ("decks = 3\n", DECK, None),
    ],
)
def test_one_value_changes_and_nothing_else(
    before: str, key: tuple[str, ...], after: str | None
) -> None:
    assert assign(before, key, "1") == after


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("# c\na = 1 # d\nb = 2\n", ("a",), "# c\nb = 2\n"),
        ("a = [\n1,\n]\nb = 2", ("a",), "b = 2"),
        ("b = 2\na = 1", ("a",), "b = 2\n"),
        ("b = 2", ("a",), None),
        ("[decks.'A::B']\nretention = 1\n", DECK, ""),
        ("b = 2\r\n\r\n[decks.'A::B']\r\nretention = 1\r\n", DECK, "b = 2\r\n"),
        ("[decks.'A::B']\nretention = 1\n\n# t\n[t]\na = 1\n", DECK, "# t\n[t]\na = 1\n"),
        ("[t]\n\n[decks.'A::B']\nretention = 1\n\n[u]\n", DECK, "[t]\n\n[u]\n"),
        ("[decks.'A::B']\nn = 1\nretention = 1\n", DECK, "[decks.'A::B']\nn = 1\n"),
        ("[decks.'A::B'] # c\nretention = 1\n", DECK, "[decks.'A::B'] # c\n"),
        ("# c\n[decks.'A::B']\nretention = 1\n", DECK, "# c\n[decks.'A::B']\n"),
        ("[decks.'A::B']\nretention = 1\n# c\n", DECK, "[decks.'A::B']\n# c\n"),
        (
            "[decks.'A::B']\nretention = 1\n[decks.'A::B'.c]\nd = 1\n",
            DECK,
            "[decks.'A::B'.c]\nd = 1\n",
        ),
        ("# c\n[decks]\n'A::B'.retention = 1\n", DECK, "# c\n[decks]\n"),
        ("[decks]\n'A::B' = { retention = 2 }\n", DECK, None),
    ],
)
def test_one_line_is_removed(before: str, key: tuple[str, ...], after: str | None) -> None:
    assert remove(before, key) == after


VALUES = st.recursive(
    st.integers(-5, 5) | st.floats(0, 1) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    assert tomllib.loads(f"x = {written(value)}") == {"x": value}


@given(
    st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4), st.sampled_from("abcd"), VALUES
)
def test_an_assignment_is_read_again_and_removed(
    values: dict[str, object], name: str, value: object
) -> None:
    text = "".join(f"# {key}\n{key} = {written(was)} # c\n" for key, was in values.items())
    changed = assign(text, (name,), written(value))
    assert changed is not None
    assert tomllib.loads(changed) == {**values, name: value}
    assert changed.count("#") - written(value).count("#") >= 2 * len(values) - 1
    removed = remove(changed, (name,))
    assert removed is not None
    assert name not in tomllib.loads(removed)
