import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.errors import Place
from srs.settings import DeckSettings, Settings
from srs.settings.layers import Resolved, parse, resolve

WHOLE = """\
retention = 0.85
learning_steps = ["1m"]

[decks."Python::Basics"]
retention = 0.95
new_per_day = 5

[decks.Python]
reviews_per_day = 50
"""


def test_a_whole_file() -> None:
    layer, problems = parse(WHOLE, "c.toml")
    assert problems == ()
    resolved = resolve([layer])
    assert resolved.settings == Settings(
        retention=0.85,
        learning_steps=(60,),
        decks=(
            ("Python", DeckSettings(reviews_per_day=50)),
            ("Python::Basics", DeckSettings(0.95, 5)),
        ),
    )
    assert resolved.origins == {
        ("", "retention"): Place("c.toml", 1, 1),
        ("", "learning_steps"): Place("c.toml", 2, 1),
        ("Python::Basics", "retention"): Place("c.toml", 5, 1),
        ("Python::Basics", "new_per_day"): Place("c.toml", 6, 1),
        ("Python", "reviews_per_day"): Place("c.toml", 9, 1),
    }


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("retention = 2", 1, 1, "`retention` is a number from 0.7 to 0.99"),
        ("a = 1", 1, 1, "known are retention"),
        ("rollover = 4\n  retentoin = 0.9", 2, 3, "is it `retention`?"),
        ("paper = 'a4'\n\n'paper' = 'a4'", 3, 15, "this key is given twice"),
        ("paper = ", 1, 9, "not valid TOML"),
        ("decks = 1", 1, 1, "`decks` is a table of decks"),
        ("[decks]\nA = 0.9", 2, 1, "`A` is none"),
        ("[decks.A]\nretention = 0", 2, 1, "`retention` is a number"),
        ("retention = 0.9\n[decks.A]\n\nretention = 0", 4, 1, "`retention` is a number"),
        ("[decks.A]\nretention = 0.9\n[decks.B]\nretention = 0", 4, 1, "`retention` is a number"),
        ("[decks.A]\nrollover = 4", 2, 1, "`rollover` is not a deck's own"),
        ("[decks.A]\nnew_a_day = 4", 2, 1, "is it `new_per_day`?"),
        ("[decks]\nA.retention = 0", 2, 1, "`retention` is a number"),
        ("[decks]\nA = { retention = 0 }", 2, 1, "`retention` is a number"),
        ("editor = '''\nretention = 2\n'''\nrollover = 99", 1, 1, "a text on one line"),
        ("learning_steps = [\n'1m', # ]\n]\nrollover = 99", 4, 1, "`rollover` is a whole number"),
        ("x = " + "[" * 5_000, 1, 1, "too large"),
    ],
)
def test_a_fault_has_its_place(text: str, line: int, column: int, said: str) -> None:
    _, problems = parse(text, ".srs/config.toml")
    assert {problem.code for problem in problems} == {"config"}
    places = [problem.where for problem in problems]
    assert Place(".srs/config.toml", line, column) in places
    assert any(said in f"{problem.message} {problem.hint}" for problem in problems)


def test_what_is_wrong_leaves_the_rest() -> None:
    layer, problems = parse("retention = 2\nrollover = 5\nnope = 1\nbuttons = 2\n", "f")
    assert [problem.where.line for problem in problems] == [1, 3]
    assert resolve([layer]).settings == Settings(rollover=5, buttons=2)


def test_the_later_layer_is_the_stronger() -> None:
    weak, _ = parse(
        "retention = 0.8\nbuttons = 2\n[decks.A]\nretention = 0.7\nnew_per_day = 1", "w"
    )
    strong, _ = parse("retention = 0.85\n[decks.A]\nretention = 0.75", "s")
    resolved = resolve([weak, (), strong])
    assert resolved.value("retention") == (0.85, Place("s", 1, 1))
    assert resolved.value("buttons") == (2, Place("w", 2, 1))
    assert resolved.value("rollover") == (4, None)
    assert resolved.value("retention", "A") == (0.75, Place("s", 3, 1))
    assert resolved.value("new_per_day", "A") == (1, Place("w", 5, 1))
    assert resolved.settings.decks == (("A", DeckSettings(0.75, 1)),)


@pytest.mark.parametrize(
    ("deck", "retention"),
    [("A", 0.7), ("A::B", 0.7), ("A::B::C", 0.75), ("A::B::C::D", 0.75), ("AB", 0.9), ("A::B::CC", 0.7)],
)  # fmt: skip
def test_a_deck_has_the_retention_of_the_nearest_above(deck: str, retention: float) -> None:
    layer, _ = parse('[decks.A]\nretention = 0.7\n[decks."A::B::C"]\nretention = 0.75', "f")
    resolved = resolve([layer])
    assert resolved.value("retention", deck)[0] == retention
    assert resolved.settings.of(deck).retention == retention


def test_without_files_all_is_built_in() -> None:
    assert resolve([(), ()]) == Resolved()


@given(st.text("ab1=[]{}'\"\n.,#-_ é\\", max_size=40) | st.just("decks.a = 1"))
def test_any_text_is_read_or_reported_within_the_file(text: str) -> None:
    layer, problems = parse(text, "f")
    for where in [one.where for one in layer] + [problem.where for problem in problems]:
        assert where.path == "f"
        assert 1 <= where.line <= text.count("\n") + 1
