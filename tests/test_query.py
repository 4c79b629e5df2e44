import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.errors import SrsError
from srs.query import (
    EVERYTHING,
    MAX_DEPTH,
    MAX_TERMS,
    PROPERTIES,
    STATES,
    Added,
    And,
    Deck,
    Id,
    Is,
    Not,
    Or,
    Path,
    Prop,
    Query,
    Rated,
    Tag,
    Word,
    card_name,
    lasting,
    parse,
)


def path_of(word: str) -> str | None:
    """Know two paths of a corpus."""
    return {"deck.md": "deck.md", "sub/": "sub", "a:b/c.md": "a:b/c.md"}.get(word)


def parsed(text: str) -> Query:
    return parse(text, keys=["level", "Asked"], path_of=path_of)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", EVERYTHING),
        (" \t\n", EVERYTHING),
        ("()", EVERYTHING),
        ("and", EVERYTHING),
        # Words.
        ("word", Word("word")),
        ("two words", And((Word("two"), Word("words")))),
        ("two\u3000words", And((Word("two"), Word("words")))),
        ("one and two", And((Word("one"), Word("two")))),
        ("one AND two", And((Word("one"), Word("two")))),
        ("w*d", Word("w*d")),
        ("1.5", Word("1.5")),
        (":x", Word(":x")),
        ("::", Word("::")),
        ("1:2", Word("1:2")),
        # Quotes and backslashes.
        ('"two words"', Word("two words")),
        ('"or"', Word("or")),
        ('"a (b)"', Word("a (b)")),
        ('""', Word("")),
        (r'"say \"x\""', Word('say "x"')),
        (r"\(", Word("(")),
        (r"\"", Word('"')),
        (r"a\ b", Word("a b")),
        (r"\\", Word("\\")),
        (r"deck\:x", Word("deck:x")),
        ('"unknown:x"', Word("unknown:x")),
        ('"Note: this"', Word("Note: this")),
        # Keys.
        ("deck:Python", Deck("Python")),
        ("DECK:Python", Deck("Python")),
        ("deck:A::B*", Deck("A::B*")),
        ('deck:"Two words"', Deck("Two words")),
        ('"deck:Two words"', Deck("Two words")),
        ("deck:", Deck("")),
        ("tag:a::b", Tag("a::b")),
        ('tag:"a b"', Tag("a_b")),
        ("is:due", Is("due")),
        ("IS:Due", Is("due")),
        ('"is:new"', Is("new")),
        ("prop:s>10", Prop("s", ">", 10.0)),
        ("prop:s>=10.5", Prop("s", ">=", 10.5)),
        ("prop:d<3", Prop("d", "<", 3.0)),
        ("prop:r<=0.9", Prop("r", "<=", 0.9)),
        ("prop:due=-3", Prop("due", "=", -3.0)),
        ("prop:ivl!=1", Prop("ivl", "!=", 1.0)),
        ("PROP:Lapses=1", Prop("lapses", "=", 1.0)),
        ("rated:1", Rated(1, None)),
        ("rated:7:1", Rated(7, 1)),
        ("rated:36500", Rated(36500, None)),
        ("added:7", Added(7)),
        ("id:late-binding", Id("late-binding", None)),
        ("id:late-binding/2", Id("late-binding", 2)),
        # Declared metadata are tags, written as they were declared.
        ("level:mid", Tag("level::mid")),
        ("level:*", Tag("level::*")),
        ('level:"very hard"', Tag("level::very_hard")),
        ("Asked:google", Tag("Asked::google")),
        # Paths.
        ("deck.md", Path("deck.md")),
        ("sub/", Path("sub")),
        ("a:b/c.md", Path("a:b/c.md")),
        ('"deck.md"', Path("deck.md")),
        ("other.md", Word("other.md")),
        # Not, or and brackets.
        ("-word", Not(Word("word"))),
        ("-is:new", Not(Is("new"))),
        ('-"two words"', Not(Word("two words"))),
        ('-deck:"A B"', Not(Deck("A B"))),
        ("--x", Not(Word("-x"))),
        ("-", Word("-")),
        ("a-b", Word("a-b")),
        ("-or", Not(Word("or"))),
        ("-and", Not(Word("and"))),
        ("a -or b", And((Word("a"), Not(Word("or")), Word("b")))),
        ("a or b", Or((Word("a"), Word("b")))),
        ("a OR b or c", Or((Word("a"), Word("b"), Word("c")))),
        ("a b or c d", Or((And((Word("a"), Word("b"))), And((Word("c"), Word("d")))))),
        ("a (b or c)", And((Word("a"), Or((Word("b"), Word("c")))))),
        ("a(b or c)", And((Word("a"), Or((Word("b"), Word("c")))))),
        ("-(a b)", Not(And((Word("a"), Word("b"))))),
        ("-(a or b) c", And((Not(Or((Word("a"), Word("b")))), Word("c")))),
        ("((a))", Word("a")),
        ("(a)(b)", And((Word("a"), Word("b")))),
    ],
)
def test_a_query_is_parsed_to_a_value(text: str, value: Query) -> None:
    assert parsed(text) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('"open', 'the query has a quote that is not closed: "open'),
        ('word "open', 'the query has a quote that is not closed: "open'),
        ("(a", "the query has a `(` without its `)`"),
        ("((a)", "the query has a `(` without its `)`"),
        ("a)", "the query has a `)` without its `(`"),
        (")", "the query has a `)` without its `(`"),
        ("(a -)", "the query has a `-` before a `)`"),
        ("or", "`or` in a query stands between two terms"),
        ("a or", "`or` in a query stands between two terms"),
        ("or a", "`or` in a query stands between two terms"),
        ("a or or b", "`or` in a query stands between two terms"),
        ("(or a)", "`or` in a query stands between two terms"),
        ("is:old", "is:old is unknown: use one of new, learn, review, due,"),
        ("is:", "is: is unknown: use one of new,"),
        ("prop:s", "prop:s is not understood: write like prop:s>10, with one of s, d, r, ivl,"),
        ("prop:x>1", "prop:x>1 is not understood"),
        ("prop:s>", "prop:s> is not understood"),
        ("prop:s>x", "prop:s>x is not understood"),
        ("prop:s=>1", "prop:s=>1 is not understood"),
        ("prop:s>1e9", "prop:s>1e9 is not understood"),
        ("rated:0", "rated:0: the days are a whole number from 1"),
        ("rated:x", "rated:x: the days are a whole number from 1"),
        ("rated:-1", "rated:-1: the days are a whole number from 1"),
        ("rated:36501", "rated:36501: the days are a whole number from 1 to 36500"),
        ("rated:" + "9" * 5000, "the days are a whole number from 1"),
        ("rated:²", "rated:²: the days are a whole number from 1"),
        ("rated:7:5", "rated:7:5: a rating is 1, 2, 3 or 4"),
        ("rated:7:again", "rated:7:again: a rating is 1, 2, 3 or 4"),
        ("added:", "added:: the days are a whole number from 1"),
        ("added:1.5", "added:1.5: the days are a whole number from 1"),
        ("foo:bar", "foo: is no key of a search: known are deck:, tag:, is:, prop:, rated:, "),
        ("level:x LEVEL:x", "LEVEL: is no key of a search: "),
        ("a " * (MAX_TERMS + 1), "the query has more than 400 words"),
        ("(" * 5000, "the query has more than 400 words"),
        ("x" * 10_001, "the query is longer than 10000 characters"),
        ("caf\udce9", "the query is not UTF-8 text: 'caf\\udce9'"),
        ("(" * 6 + "a" + ")" * 6, "the query has brackets more than 5 deep"),
    ],
)
def test_what_is_not_understood_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SrsError) as caught:
        parsed(text)
    assert str(caught.value).startswith(sentence) or sentence in str(caught.value)


@pytest.mark.parametrize("name", ["x" * 10_001, "caf\udce9"])
def test_a_name_that_cannot_be_looked_for_is_refused(name: str) -> None:
    with pytest.raises(SrsError, match="the query is "):
        card_name(name)


def test_an_unknown_key_names_the_known_ones_and_a_way_out() -> None:
    with pytest.raises(SrsError) as caught:
        parsed("Note:x")
    assert str(caught.value) == (
        "Note: is no key of a search: known are deck:, tag:, is:, prop:, rated:, added:, id:, "
        'level:, Asked:; put text with ":" in quotes'
    )


def test_brackets_one_after_another_are_not_deep() -> None:
    deepest = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert parsed(" ".join([deepest] * 3)) == And((Word("a"),) * 3)


def test_all_states_and_properties_are_known() -> None:
    assert [parsed(f"is:{state}") for state in STATES] == [Is(state) for state in STATES]
    for name in PROPERTIES:
        assert parsed(f"prop:{name}>1") == Prop(name, ">", 1.0)


@pytest.mark.parametrize(
    ("text", "name", "ord"),
    [
        ("late-binding", "late-binding", None),
        ("late-binding/1", "late-binding", 1),
        ("late-binding/500", "late-binding", 500),
        ("a/b", "a/b", None),
        ("a/b/2", "a/b", 2),
        ("a/", "a/", None),
        ("a/-1", "a/-1", None),
        ("/1", "", 1),
        ("", "", None),
        ("a/99999999999999999999", "a/99999999999999999999", None),
        ("a/" + "9" * 5000, "a/" + "9" * 5000, None),
    ],
)
def test_a_card_is_named_by_note_and_ord(text: str, name: str, ord: int | None) -> None:
    assert card_name(text) == Id(name, ord)


@given(st.one_of(st.text(), st.text(alphabet='()-"\\ orand:deckispropx1*>')))
def test_any_text_is_parsed_or_refused_in_a_sentence(text: str) -> None:
    try:
        value = parsed(text)
    except SrsError:
        return
    if text.count("(") < MAX_DEPTH:
        assert parsed(f"({text} )") == value


@given(st.text(min_size=1))
def test_any_text_can_be_quoted(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not text.lower().startswith(("deck:", "tag:", "is:", "prop:", "rated:", "added:", "id:")):
        assert parse(quoted) == Word(text)
        assert parse(f"-{quoted} {quoted}") == And((Not(Word(text)), Word(text)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("word", Word("word")),
        ("deck:a is:due", And((Deck("a"), EVERYTHING))),
        ("deck:a -is:due", And((Deck("a"), Not(Or(()))))),
        ("prop:s>1 or (rated:1 x)", Or((EVERYTHING, And((EVERYTHING, Word("x")))))),
        ("-(added:1 or -is:new)", Not(Or((Or(()), Not(EVERYTHING))))),
    ],
)
def test_what_a_query_asks_on_any_day(text: str, value: Query) -> None:
    assert lasting(parsed(text)) == value
