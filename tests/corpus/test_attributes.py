import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus.attributes import CLASSES, Attributes, parse
from srs.model import RESERVED, Metadata


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#a", Attributes(id="a")),
        (" #a-b_C9 ", Attributes(id="a-b_C9")),
        (".typed .draft", Attributes(classes=frozenset({"typed", "draft"}))),
        ("level=mid", Attributes(metadata=(("level", ("mid",)),))),
        ("asked=google,amazon", Attributes(metadata=(("asked", ("google", "amazon")),))),
        ('role="data engineer",sre', Attributes(metadata=(("role", ("data engineer", "sre")),))),
        ('role="a, {b}"', Attributes(metadata=(("role", ("a, {b}",)),))),
        ('note=""', Attributes(metadata=(("note", ("",)),))),
        ("url=http://x?a=b#c", Attributes(metadata=(("url", ("http://x?a=b#c",)),))),
        ("tags=a,b::c", Attributes(tags=("a", "b::c"))),
        (
            "#x\t.retired\n tags=t level=mid",
            Attributes("x", frozenset({"retired"}), ("t",), (("level", ("mid",)),)),
        ),
    ],
)
def test_what_the_grammar_has(text: str, expected: Attributes) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "1, 2",
        "**a, **b",
        "a",
        "#a b",
        "#",
        "#é",
        "#a.b",
        ".",
        ".1",
        "a=",
        "=a",
        "1=a",
        "a = b",
        "a=b,",
        "a=,b",
        'a="b',
        "a='b c'",
        "a: b",
        "...",
        "x for x in y",
        ".format",
    ],
)
def test_anything_else_is_no_attributes(text: str) -> None:
    parsed = parse(text)
    # `.format` has the form of a class, so it is one, if an unknown one.
    assert parsed is None if text != ".format" else parsed is not None


@pytest.mark.parametrize(
    ("text", "faulty"),
    [
        (".nope", "`.nope`"),
        (".Typed", "`.Typed`"),
        ("#a #b", "one id"),
        ("x=1 x=2", "`x`"),
        (".typed .reversed", "`.typed` and `.reversed`"),
        (".basic .predict", "`.basic` and `.predict`"),
        *((f"{key}=x", f"`{key}`") for key in sorted(RESERVED)),
    ],
)
def test_what_is_wrong_is_named_and_something_can_be_done(text: str, faulty: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    ((message, hint),) = parsed.faults
    assert faulty in message
    assert hint


def test_every_class_is_known_and_none_but_types_exclude_each_other() -> None:
    for name in CLASSES:
        assert parse(f".{name} .draft .retired") == Attributes(
            classes=frozenset({name, "draft", "retired"})
        )


def test_a_wrong_item_does_not_hide_the_right_ones() -> None:
    parsed = parse("#a .nope deck=x level=mid tags=t")
    assert parsed is not None
    assert (parsed.id, parsed.tags, parsed.metadata) == ("a", ("t",), (("level", ("mid",)),))
    assert len(parsed.faults) == 2


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda key: key not in {*RESERVED, "tags"}
)
VALUES = st.text(st.characters(exclude_characters='"', codec="utf-8"), max_size=8)
METADATA = st.dictionaries(NAMES, st.lists(VALUES, min_size=1, max_size=3).map(tuple), min_size=1)


@given(METADATA)
def test_any_quoted_values_are_read_back(metadata: dict[str, tuple[str, ...]]) -> None:
    written = " ".join(
        f"{key}=" + ",".join(f'"{value}"' for value in values) for key, values in metadata.items()
    )
    parsed = parse(written)
    expected: Metadata = tuple(metadata.items())
    assert parsed == Attributes(metadata=expected)


@given(st.text("#.a1=\",' {}-", max_size=20))
def test_any_text_is_attributes_or_not(text: str) -> None:
    parse(text)
