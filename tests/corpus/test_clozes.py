import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus.clozes import end_of, numbers, occurs, split_hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{c1::a}}", True),
        ("{{c1,2::a}}", True),
        ("f'{{c1}}'", True),
        ("{{cat}}", False),
        ("{c1::a}", False),
        ("", False),
    ],
)
def test_what_may_hold_a_cloze(text: str, expected: bool) -> None:
    assert occurs(text) is expected


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("{{c1::", (1,)),
        ("{{c1,2::", (1, 2)),
        ("{{c2,1,2::", (2, 1)),
        ("{{c007::", (7,)),
        ("{{c0::", (0,)),
        ("{{c000::", (0,)),
        ("{{c500::", (500,)),
    ],
)
def test_the_numbers_of_a_mark(mark: str, expected: tuple[int, ...]) -> None:
    assert numbers(mark) == expected


def test_a_huge_number_is_too_large_and_costs_nothing() -> None:
    (number,) = numbers("{{c" + "9" * 100_000 + "::")
    assert number > 500


@pytest.mark.parametrize(
    ("text", "prose", "content"),
    [
        ("a}} b", True, "a"),
        ("a}} b}}", True, "a"),
        ("a {{c2::b}} c}} d", True, "a {{c2::b}} c"),
        ("{'a': {}}}}", False, "{'a': {}}"),
        ("{x}}}", False, "{x}"),
        ("{ a}}", False, "{ a"),  # never balanced: the first `}}` closes, as in Anki
        ("`}}` b}}", True, "`}}` b"),
        ("`}}` b}}", False, "`"),
        ("$\\frac{a}{b}$}}", True, "$\\frac{a}{b}$"),
        ("$a}}$ b}}", True, "$a}}$ b"),
        ("}}", True, ""),
    ],
)
def test_where_a_cloze_ends(text: str, prose: bool, content: str) -> None:
    end = end_of(text, 0, prose=prose)
    assert end is not None
    assert text[:end] == content


@pytest.mark.parametrize("text", ["a", "a}", "a} }", ""])
def test_a_cloze_without_an_end(text: str) -> None:
    assert end_of(text, 0, prose=True) is None


@pytest.mark.parametrize(
    ("text", "prose", "expected"),
    [
        ("a::b", True, ("a", "b")),
        ("a:: b c ", True, ("a", "b c")),
        ("a::b::c", True, ("a", "b::c")),
        ("a:b", True, ("a:b", "")),
        ("xs[::2]", True, ("xs[::2]", "")),
        ("xs[::2]::step", False, ("xs[::2]", "step")),
        ("f(a::b){c::d}::e", False, ("f(a::b){c::d}", "e")),
        ("`a::b`::c", True, ("`a::b`", "c")),
        ("`a::b`::c", False, ("`a", "b`::c")),
        ("{{c2::a::b}} c::d", True, ("{{c2::a::b}} c", "d")),
        (":)::smile", True, (":)", "smile")),
        ("a::", True, ("a", "")),
        ("::b", True, ("", "b")),
    ],
)
def test_the_hint_stands_behind_the_first_colons_outside_brackets(
    text: str, prose: bool, expected: tuple[str, str]
) -> None:
    assert split_hint(text, prose=prose) == expected


@given(st.text("ab{}:[]()`$\\ ", max_size=30), st.booleans())
def test_it_ends_at_two_braces_of_its_text(text: str, prose: bool) -> None:
    end = end_of(text, 0, prose=prose)
    assert (end is None) == ("}}" not in text)
    if end is not None:
        assert text[end : end + 2] == "}}"


@given(st.text("ab{}:[]()`$ ", max_size=30), st.booleans())
def test_a_text_and_its_hint_are_the_whole(text: str, prose: bool) -> None:
    shown, hint = split_hint(text, prose=prose)
    assert text.startswith(shown)
    assert text[len(shown) :].removeprefix("::").strip() == hint
