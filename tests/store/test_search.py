import os
import sqlite3
import string
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from srs import query
from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.card import State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.scheduler.queue import CardName
from srs.scheduler.studyday import epoch_ms
from srs.settings import FSRS_6, Settings
from srs.store import cards, search
from srs.study.memory import Study, open_study

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
TODAY = date(2026, 11, 21)
AGAIN, HARD, GOOD, EASY = Rating

CONFIG = 'name = "Small"\nkey = "k"\n[metadata]\nlevel = ["entry", "mid"]\nrole = []\n'
BASICS = """\
---
deck: Python::Basics
tags: [core]
---
# Types

## What is a list?
<!-- {#list level=entry} -->

An ordered, mutable sequence.

## What is a tuple?
<!-- {#tuple level=mid role="data engineer",analyst} -->

---

It is 100% immutable, `hash_able`.

## Paris
<!-- {#paris tags=geo::europe} -->

{{c1::Paris}} lies in {{c2::France}}.
"""
DEEP = """\
## Reversed?
<!-- {#both .reversed} -->

There and back (again).

## Retired?
<!-- {#old .retired tags=geography} -->

Once known.

## Hard to keep?
<!-- {#leech} -->

A list of "quoted" things.

## Unfinished
<!-- {#draft .draft} -->

Nobody sees the list.

## Broken
<!-- {#broken} -->
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Make a corpus whose cards stand in many ways; the second deck came ten days later."""
    root = tmp_path_factory.mktemp("corpus")
    write(root / "srs.toml", CONFIG)
    write(root / "basics.md", BASICS)
    path = root / ".srs" / "srs.db"
    open_study(root, path, NOW - timedelta(days=10)).database.close()
    write(root / "more" / "deep.md", DEEP)
    study = open_study(root, path, NOW)
    live(study)
    yield study
    study.database.close()


def live(study: Study) -> None:
    """Let things happen to the cards."""

    def happens(name: str, kind: EventKind, days_ago: float, **more: object) -> Event:
        wanted = query.card_name(name)
        (stored,) = search.find(study.database.connection, wanted)
        when = NOW - timedelta(days=days_ago)
        event = Event(stored.guid, wanted.ord or 1, epoch_ms(when), kind, when.date(), 60, "here")
        event = replace(event, **more)  # type: ignore[arg-type]
        return cards.append(study.database.connection, event, FSRS_6)[0]

    def answer(name: str, rating: Rating, days_ago: float, days: int) -> Event:
        outcome = Outcome(State.REVIEW, 0, None, days)
        if days == 0:
            outcome = Outcome(State.LEARNING, 1, 600, None)
        return happens(name, EventKind.ANSWER, days_ago, rating=rating, outcome=outcome)

    hour = 1 / 24
    answer("list", EASY, 9, 9)  # due today
    answer("tuple", GOOD, hour, 0)  # in the steps, due 50 min ago
    answer("paris/1", AGAIN, 0.001, 0)  # in the steps, due in 9 min
    answer("both/1", GOOD, 5, 4)  # overdue, but suspended
    happens("both/1", EventKind.SUSPEND, 4)
    answer("both/2", HARD, 3, 2)  # overdue, but buried today
    happens("both/2", EventKind.BURY, hour)
    answer("old", GOOD, 40, 100)
    taken_back = answer("old", AGAIN, 2, 0)
    happens("old", EventKind.UNDO, 2, undoes=taken_back.time)
    answer("leech", GOOD, 30, 1)
    for n in range(8):
        answer("leech", AGAIN, 29 - n, 1)


def found(study: Study, text: str, settings: Settings | None = None) -> str:
    """Name the cards that a query finds, in the order it finds them."""
    today = search.Today.at(NOW, settings or Settings())
    condition = search.clause(study.query(text), today, settings or Settings())
    names = search.names(study.database.connection, condition)
    ids = {s.guid: s.note.id for s in study.notes(None, NOW)}
    several = {s.guid for s in study.notes(None, NOW) if len(s.note.ords) > 1}
    return " ".join(
        f"{ids[name.guid]}/{name.ord}" if name.guid in several else ids[name.guid] for name in names
    )


ALL = "list tuple paris/1 paris/2 both/1 both/2 old leech"


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("", ALL),
        ("  ", ALL),
        ("()", ALL),
        # Words: anywhere in heading, front, back or id, in any case; `*` is any text.
        ("mutable", "list tuple"),
        ("MUTABLE", "list tuple"),
        ("Types", ""),
        ("paris", "paris/1 paris/2"),
        ("what list", "list"),
        ("what*sequence", "list"),
        ('"is a list"', "list"),
        ('"list a is"', ""),
        ("100%", "tuple"),
        ("1%", ""),
        ("hash_able", "tuple"),
        ("hash_ble", ""),
        ('"(again)"', "both/1 both/2"),
        (r'"\"quoted\""', "leech"),
        ("draft", ""),
        ("broken", ""),
        # Decks and what lies below them.
        ("deck:Python", "list tuple paris/1 paris/2"),
        ("deck:python::basics", "list tuple paris/1 paris/2"),
        ("deck:Py", ""),
        ("deck:Py*", "list tuple paris/1 paris/2"),
        ("deck:*::deep", "both/1 both/2 old leech"),
        ("deck:more::deep", "both/1 both/2 old leech"),
        # Tags and what lies below them; metadata are tags.
        ("tag:core", "list tuple paris/1 paris/2"),
        ("tag:geo", "paris/1 paris/2"),
        ("tag:geo*", "paris/1 paris/2 old"),
        ("tag:europe", ""),
        ("tag:*europe", "paris/1 paris/2"),
        ("level:mid", "tuple"),
        ("level:*", "list tuple"),
        ("tag:level", "list tuple"),
        ("role:analyst", "tuple"),
        ('role:"data engineer"', "tuple"),
        ("role:data", ""),
        ("tag:role::data_engineer", "tuple"),
        # States.
        ("is:new", "paris/2"),
        ("is:learn", "tuple paris/1"),
        ("is:review", "list both/1 both/2 old leech"),
        ("is:due", "list tuple leech"),
        ("is:suspended", "both/1"),
        ("is:buried", "both/2"),
        ("is:leech", "leech"),
        # Numbers.
        ("prop:reps=9", "leech"),
        ("prop:reps!=1", "paris/2 leech"),
        ("prop:lapses>=8", "leech"),
        ("prop:ivl>=4", "list both/1 old"),
        ("prop:ivl<4", "both/2 leech"),
        ("prop:due=0", "list"),
        ("prop:due<0", "both/1 both/2 leech"),
        ("prop:due>50", "old"),
        ("prop:s>8", "list"),
        ("prop:s<0.5", "paris/1 leech"),
        ("prop:d>=6", "paris/1 leech"),
        ("prop:d<=1", "list"),
        ("prop:r=1", "tuple paris/1"),
        ("prop:r<0.9", "list both/1 both/2 old leech"),
        ("prop:r<0.7", "old leech"),
        # Answered, within days and perhaps with a rating; what was taken back is not.
        ("rated:1", "tuple paris/1"),
        ("rated:4", "tuple paris/1 both/2"),
        ("rated:3", "tuple paris/1"),
        ("rated:10", "list tuple paris/1 both/1 both/2"),
        ("rated:10:4", "list"),
        ("rated:1:1", "paris/1"),
        ("rated:36500", "list tuple paris/1 both/1 both/2 old leech"),
        ("added:1", "both/1 both/2 old leech"),
        ("added:10", "both/1 both/2 old leech"),
        ("added:11", ALL),
        ("added:36500", ALL),
        # Names.
        ("id:list", "list"),
        ("id:li", ""),
        ("id:both", "both/1 both/2"),
        ("id:both/2", "both/2"),
        ("id:both/3", ""),
        # Paths.
        ("basics.md", "list tuple paris/1 paris/2"),
        ("more/", "both/1 both/2 old leech"),
        ("./more/deep.md", "both/1 both/2 old leech"),
        ("./", ALL),
        ("nowhere.md", ""),
        # All together.
        ("-deck:Python", "both/1 both/2 old leech"),
        ("-is:review", "tuple paris/1 paris/2"),
        ("-prop:s>1", "paris/1 paris/2 leech"),
        ("-rated:10", "paris/2 old leech"),
        ("is:new or is:learn", "tuple paris/1 paris/2"),
        ("is:review -is:due -is:suspended", "both/2 old"),
        ("(list or tuple) level:mid", "tuple"),
        ("list or tuple level:mid", "list tuple leech"),
        ("-(list or tuple)", "paris/1 paris/2 both/1 both/2 old"),
        ("-(is:new or -deck:Python)", "list tuple paris/1"),
    ],
)
def test_a_query_finds_cards(study: Study, text: str, cards: str) -> None:
    assert found(study, text) == cards


def test_the_beginning_of_a_guid_is_a_name_from_four_characters_on(study: Study) -> None:
    guid = study.note("list").guid
    for length in (4, 8, 16):
        assert found(study, f"id:{guid[:length]}") == "list"
        assert found(study, f"id:{guid[:length]}/1") == "list"
    assert found(study, f"id:{guid[:3]}") == ""


def test_recall_is_computed_with_the_persons_parameters(study: Study) -> None:
    fitted = Settings(parameters=(*FSRS_6[:20], 0.8))
    assert found(study, "prop:r<0.55") == "leech"
    assert found(study, "prop:r<0.55", fitted) == "old leech"


def test_recall_needs_no_pow_in_sqlite(study: Study) -> None:
    today = search.Today.at(NOW, Settings())
    condition = search.clause(study.query("prop:r<0.9"), today, Settings())
    with closing(sqlite3.connect(study.database.path)) as connection:
        connection.create_function("pow", 2, None)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("select pow(2.0, 0.5)")
        names = search.names(connection, condition)
    assert names == search.names(study.database.connection, condition) != []


def test_notes_come_with_all_their_cards(study: Study) -> None:
    notes = study.notes(study.query("is:suspended or is:new"), NOW)
    assert [(s.note.id, s.note.ords) for s in notes] == [("paris", (1, 2)), ("both", (1, 2))]


@pytest.mark.parametrize(
    ("now", "days", "begins"),
    [
        ("2026-11-21T18:00:00+01:00", 0, "2026-11-21T04:00:00+01:00"),
        ("2026-11-21T03:00:00+01:00", 0, "2026-11-20T04:00:00+01:00"),
        ("2026-11-21T18:00:00+01:00", 6, "2026-11-15T04:00:00+01:00"),
    ],
)
def test_days_begin_at_the_rollover(now: str, days: int, begins: str) -> None:
    today = search.Today.at(datetime.fromisoformat(now), Settings())
    assert today.starts_ms(days) == epoch_ms(datetime.fromisoformat(begins))


def test_days_begin_by_the_wall_clock_though_clocks_were_changed() -> None:
    now = datetime(2026, 10, 26, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    start = search.Today.at(now, Settings()).starts_ms(2)
    assert start == epoch_ms(datetime.fromisoformat("2026-10-24T04:00:00+02:00"))


def named(study: Study, text: str) -> list[str]:
    name = query.card_name(text)
    return sorted(s.note.id for s in search.find(study.database.connection, name))


def test_names_mean_a_note(study: Study) -> None:
    guid = study.note("paris").guid
    assert named(study, "paris") == named(study, "paris/2") == ["paris"]
    assert (
        named(study, guid) == named(study, guid[:6]) == named(study, f"{guid[:6]}/1") == ["paris"]
    )
    assert named(study, "par") == []
    assert named(study, "%") == []
    assert named(study, "draft") == []


def test_a_name_that_means_no_note_or_several_is_said(study: Study) -> None:
    with pytest.raises(SrsError, match="no note is called nothing: `srs list` shows their names"):
        study.note("nothing")
    with pytest.raises(SrsError, match=r"may mean .*, .*: write more of it"):
        study.note("")


pieces = st.one_of(
    st.sampled_from(
        [
            "(",
            ")",
            "-",
            '"',
            "\\",
            "*",
            "%",
            "_",
            " ",
            " or ",
            " and ",
            ":",
            "/",
            "::",
            ".",
            "é",
            "ß",
        ]
    ),
    st.sampled_from([f"{key}:" for key in (*query.KEYS, "level", "role")]),
    st.sampled_from(
        [*query.STATES, *query.OPERATORS, *query.PROPERTIES, "list", "geo", "1", "36500"]
    ),
    st.text(string.printable, max_size=3),
)


@hypothesis_settings(max_examples=300)
@given(st.lists(pieces, max_size=12).map("".join))
def test_any_text_is_searched_for_or_refused_in_a_sentence(study: Study, text: str) -> None:
    try:
        wanted = study.query(text)
    except SrsError:
        return
    everything = set(study.cards(None, NOW))
    chosen = study.cards(wanted, NOW)
    assert set(chosen) <= everything
    assert len(set(chosen)) == len(chosen)
    notes = {s.guid for s in study.notes(wanted, NOW)}
    assert {name.guid for name in chosen} == notes


terms = st.sampled_from(
    ["list", "is:due", "is:new", "prop:s>1", "prop:r<0.9", "rated:4", "level:mid", "tag:core"]
)


@hypothesis_settings(max_examples=50)
@given(terms, terms)
def test_words_between_terms_are_those_of_sets(study: Study, one: str, other: str) -> None:
    def chosen(text: str) -> set[CardName]:
        return set(study.cards(study.query(text), NOW))

    a, b = chosen(one), chosen(other)
    assert chosen(f"{one} {other}") == a & b
    assert chosen(f"{one} or {other}") == a | b
    assert chosen(f"-{one}") == chosen("") - a
    assert chosen(f"-({one} or {other})") == chosen("") - a - b


@pytest.mark.parametrize(
    "text",
    [
        "rated:1 " * query.MAX_TERMS,
        "-is:due " * query.MAX_TERMS,
        "a or " * (query.MAX_TERMS // 2 - 1) + "b",
        "-(rated:1 or prop:r<1 " * query.MAX_DEPTH + "rated:1:2 -rated:1" + ")" * query.MAX_DEPTH,
        "(is:due or -id:x/1 " * query.MAX_DEPTH + "-tag:x" + ")" * query.MAX_DEPTH,
        "-(a or b -level:mid " * query.MAX_DEPTH + "-is:due" + ")" * query.MAX_DEPTH,
        "id:" + "x" * (query.MAX_LENGTH - 3),
        "%" * query.MAX_LENGTH,
        "\N{EARTH GLOBE EUROPE-AFRICA}" * query.MAX_LENGTH,
        "tag:" + "*" * (query.MAX_LENGTH - 4),
    ],
)
def test_the_longest_and_deepest_queries_can_be_asked(study: Study, text: str) -> None:
    study.notes(study.query(text), NOW)
