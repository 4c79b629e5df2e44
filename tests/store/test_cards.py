import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from srs.corpus.lock import Entry
from srs.errors import Place
from srs.model import Kind, Note, Rating
from srs.scheduler.card import Card, Learning, Memory, New, Review, State
from srs.scheduler.fold import fold
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome, outcomes
from srs.scheduler.queue import CardName
from srs.settings import FSRS_6, Settings
from srs.store import cards, notes, schedule, search
from srs.store.database import Database, open_database

FIRST = date(2026, 1, 1)
ONE, TWO, OTHER = CardName("guid-a", 1), CardName("guid-a", 2), CardName("guid-b", 1)
NAMES = (ONE, TWO, OTHER)
AGAIN, HARD, GOOD, EASY = Rating
STEP = Outcome(State.LEARNING, 1, 600, None)
MEMORY = Memory(2.5, 5.25, FIRST)
EVERYTHING = (("1", ()), search.Today.at(datetime(2026, 3, 1, 12, tzinfo=UTC), Settings()))

FITTED = (*FSRS_6[:8], 1.2, *FSRS_6[9:])
SETTINGS = (
    Settings(),
    Settings(retention=0.8, learning_steps=(), relearning_steps=()),
    Settings(learning_steps=(30, 60, 86400, 3 * 86400), relearning_steps=(60, 600)),
)

Action = tuple[EventKind, CardName, Rating, int, int, int]
"""What happens, to which card, a rating, the ms and days since, and a number to choose by."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "srs.db")
    with database.transaction():
        add_notes(database)
    yield database
    database.close()


def add_notes(database: Database) -> None:
    """Add a note with two cards and one with one."""
    made = [
        (0, "guid-a", note(1, ords=(1, 2))),
        (1, "guid-b", note(5, ords=(1,))),
    ]
    entries = {guid: Entry(guid, "", 1000, False, "", "", ()) for _, guid, _ in made}
    notes.write_files(database.connection, [notes.File("a.md", 0, 1, 1, "")], [])
    notes.write_notes(database.connection, made, entries)


def note(line: int, *, ords: tuple[int, ...]) -> Note:
    place = Place("a.md", line)
    return Note(place, "a", 0, Kind.BASIC, "", "Q", "", "A", line, line + 2, ords=ords)


def event(name: CardName, kind: EventKind, time: int, day: int = 0) -> Event:
    return Event(name.guid, name.ord, time, kind, FIRST + timedelta(days=day), 60, "here")


def answer(name: CardName, rating: Rating, time: int, outcome: Outcome = STEP) -> Event:
    made = event(name, EventKind.ANSWER, time)
    return replace(made, rating=rating, taken_ms=1234, outcome=outcome)


def undo(name: CardName, of: int, time: int = 9000) -> Event:
    return replace(event(name, EventKind.UNDO, time), undoes=of)


def append(database: Database, *events: Event) -> list[Event]:
    with database.transaction() as connection:
        return [cards.append(connection, each, FSRS_6)[0] for each in events]


@contextmanager
def passing(database: Database) -> Iterator[sqlite3.Connection]:
    """Take back in the end whatever was written."""
    database.connection.execute("begin")
    try:
        yield database.connection
    finally:
        database.connection.execute("rollback")


def everything(database: Database) -> tuple[list[object], list[object]]:
    """Return all rows of the cards and of the log."""
    execute = database.connection.execute
    return (
        execute("select * from cards order by guid, ord").fetchall(),
        execute("select * from revlog order by guid, ord, time").fetchall(),
    )


def perform(
    database: Database,
    actions: Sequence[Action],
    parameters: tuple[float, ...] = FSRS_6,
    *,
    device: str = "here",
    time: int = 1_000_000,
) -> list[Event]:
    """Append what happens, each to the card as it then is, under changing settings."""
    happened: list[Event] = []
    day = time // 1_000_000
    for kind, name, rating, ms, days, choice in actions:
        time, day = time + ms, day + days
        made = replace(event(name, kind, time, day), device=device)
        match kind:
            case EventKind.ANSWER:
                card = cards.read(database.connection, name)
                settings = replace(SETTINGS[choice % len(SETTINGS)], parameters=parameters)
                outcome = outcomes(card, name.guid, name.ord, made.day, settings)[rating]
                made = replace(made, rating=rating, taken_ms=ms, outcome=outcome)
            case EventKind.UNDO:
                own = [e for e in happened if CardName(e.guid, e.ord) == name]
                if not own:
                    continue
                made = replace(made, undoes=own[choice % len(own)].time)
            case EventKind.RESCHEDULE:
                made = replace(made, outcome=Outcome(State.REVIEW, 0, None, 1 + choice))
            case EventKind.CRAM:
                made = replace(made, rating=rating, taken_ms=ms)
        happened.append(cards.append(database.connection, made, parameters)[0])
    return happened


actions = st.lists(
    st.tuples(
        st.one_of(st.just(EventKind.ANSWER), st.sampled_from(EventKind)),
        st.sampled_from(NAMES),
        st.sampled_from(Rating),
        st.integers(-2, 3),
        st.integers(-1, 20),
        st.integers(0, 100),
    ),
    max_size=20,
)

with_fixture = hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@with_fixture
@given(done=actions)
def test_append_equals_rebuild(database: Database, done: list[Action]) -> None:
    with passing(database) as connection:
        perform(database, done)
        appended = everything(database)
        for name in NAMES:
            assert cards.rebuild(connection, name, FSRS_6) == cards.read(connection, name)
        assert everything(database) == appended


@with_fixture
@given(done=actions, batch=st.integers(1, 4))
def test_append_equals_rebuilding_all(database: Database, done: list[Action], batch: int) -> None:
    with passing(database) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "BATCH", batch)
        happened = perform(database, done)
        appended = everything(database)
        assert cards.rebuild_all(connection, FSRS_6) == cards.Rebuilt(3, len(happened), 0)
        assert everything(database) == appended


@with_fixture
@given(done=actions, wrong=st.sets(st.sampled_from(NAMES)))
def test_whatever_the_cards_say_the_log_is_the_truth(
    database: Database, done: list[Action], wrong: set[CardName]
) -> None:
    with passing(database) as connection:
        perform(database, done)
        appended = everything(database)
        for name in wrong:
            cards.write(connection, name, Card(Learning(MEMORY, 7, 7), 77, 7, 7, True, FIRST))
            connection.execute(
                "update revlog set recall = 7, stability = null, elapsed = 7 "
                "where guid = ? and ord = ?",
                (name.guid, name.ord),
            )
        assert cards.rebuild_all(connection, FSRS_6).different == len(wrong)
        assert everything(database) == appended


@with_fixture
@given(before=actions, after=actions)
def test_new_parameters_hold_once_all_is_made_anew(
    database: Database, before: list[Action], after: list[Action]
) -> None:
    schedule = (
        "select guid, ord, state, step, due_ms, due_day, interval, last_day, last_ms, reps, lapses, "
        "suspended, buried from cards order by guid, ord"
    )
    with passing(database) as connection:
        happened = perform(database, before)
        decided = connection.execute(schedule).fetchall()
        cards.rebuild_all(connection, FITTED)
        assert connection.execute(schedule).fetchall() == decided
        for name in NAMES:
            own = [e for e in happened if CardName(e.guid, e.ord) == name]
            assert cards.read(connection, name) == fold(own, FITTED)[0]
        perform(database, after, FITTED, time=60_000_000)
        appended = everything(database)
        assert cards.rebuild_all(connection, FITTED).different == 0
        cards.rebuild_all(connection, FSRS_6)
        cards.rebuild_all(connection, FITTED)
        assert everything(database) == appended


@with_fixture
@given(
    here=actions,
    there=actions,
    after=actions,
    start=st.integers(0, 30),
    random=st.randoms(use_true_random=False),
)
def test_what_two_devices_did_is_united(
    database: Database,
    here: list[Action],
    there: list[Action],
    after: list[Action],
    start: int,
    random: Random,
) -> None:
    with passing(database):
        ours = perform(database, here)
    with passing(database):
        theirs = perform(database, there, device="there", time=1_000_000 + 1_000 * start)
    both = list({(e.guid, e.ord, e.time): e for e in [*theirs, *ours]}.values())
    with passing(database) as connection:
        cards.insert(connection, both)
        cards.rebuild_all(connection, FSRS_6)
        united = everything(database)
    random.shuffle(both)
    with passing(database) as connection:
        perform(database, here)
        cards.insert(connection, both)
        cards.rebuild_all(connection, FSRS_6)
        assert everything(database) == united
        perform(database, after, time=60_000_000)
        appended = everything(database)
        assert cards.rebuild_all(connection, FSRS_6).different == 0
        assert everything(database) == appended


def test_a_log_without_a_card_makes_one_that_is_gone(database: Database) -> None:
    connection = database.connection
    unknown = CardName("guid-a", 7)
    cards.insert(connection, [answer(unknown, GOOD, 5000)])
    assert cards.rebuild_all(connection, FSRS_6) == cards.Rebuilt(4, 1, 1)
    assert cards.read(connection, unknown).reps == 1
    rows = connection.execute("select ord from cards where gone").fetchall()
    assert rows == [(7,)]


def test_progress_is_told_as_it_is_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "BATCH", 2)
    told: list[int] = []
    cards.rebuild_all(database.connection, FSRS_6, told.append)
    assert told == [2, 3]
    assert cards.count(database.connection) == 3


@with_fixture
@given(done=actions, random=st.randoms(use_true_random=False), cut=st.integers(0, 20))
def test_logs_merged_in_any_order_rebuild_the_same_cards(
    database: Database, done: list[Action], random: Random, cut: int
) -> None:
    with passing(database):
        happened = perform(database, done)
        appended = everything(database)
    random.shuffle(happened)
    with passing(database) as connection:
        cards.insert(connection, happened[:cut])
        cards.insert(connection, happened)
        cards.insert(connection, happened[cut:])
        for name in NAMES:
            cards.rebuild(connection, name, FSRS_6)
        assert everything(database) == appended


@with_fixture
@given(done=actions)
def test_an_event_is_read_as_it_was_written(database: Database, done: list[Action]) -> None:
    with passing(database) as connection:
        happened = perform(database, done)
        for name in NAMES:
            own = [e for e in happened if CardName(e.guid, e.ord) == name]
            assert cards.events(connection, name) == own
            assert cards.read(connection, name) == fold(own, FSRS_6)[0]
    assert len({e.time for e in happened}) == len(happened)


@pytest.mark.parametrize(
    "card",
    [
        Card(),
        Card(New(), last_ms=5, suspended=True),
        Card(New(), buried=FIRST),
        Card(Learning(MEMORY, 0, 1_795_284_000_123), 1, 0, 9),
        Card(Learning(MEMORY, 2, 7, again=True), 8, 3, 9, suspended=True, buried=FIRST),
        Card(Review(MEMORY, date(2027, 3, 4), 36_500), 1000, 8, 1_795_284_000_123),
        Card(Review(Memory(0.1 + 0.2, 1 / 3, FIRST), FIRST, 1), 1, 0, 1),
    ],
)
def test_a_card_is_read_as_it_was_written(database: Database, card: Card) -> None:
    cards.write(database.connection, ONE, Card(Learning(MEMORY, 1, 5), 7, 7, 7, True, FIRST))
    cards.write(database.connection, ONE, card)
    assert cards.read(database.connection, ONE) == card
    assert cards.read(database.connection, TWO) == Card()


def test_an_unknown_card_is_new(database: Database) -> None:
    assert cards.read(database.connection, CardName("guid-a", 9)) == Card()
    assert cards.read(database.connection, CardName("unknown", 1)) == Card()


def test_an_event_has_the_time_it_happened_at(database: Database) -> None:
    (happened,) = append(database, answer(ONE, GOOD, 5000))
    assert happened == answer(ONE, GOOD, 5000)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (6000, 6000),  # after the card's last
        (5000, 5003),  # the same ms: the card's next, and then the next that is free
        (4000, 5003),  # a clock set back: never before the card's last
        (5001, 5003),  # taken by another card
        (5002, 5003),
        (5003, 5003),
    ],
)
def test_an_answers_time_is_after_the_cards_last_and_free_in_the_whole_log(
    database: Database, now: int, expected: int
) -> None:
    append(
        database,
        answer(ONE, GOOD, 5000),
        answer(TWO, GOOD, 5001),
        answer(OTHER, GOOD, 5002),
    )
    (happened,) = append(database, answer(ONE, EASY, now))
    assert happened.time == expected
    assert cards.read(database.connection, ONE).last_ms == expected


def test_a_cards_last_event_counts_for_its_time_whatever_it_is(database: Database) -> None:
    (suspended,) = append(database, event(ONE, EventKind.SUSPEND, 9000))
    (answered,) = append(database, answer(ONE, GOOD, 5000))
    (undone,) = append(database, undo(ONE, answered.time, 100))
    assert (suspended.time, answered.time, undone.time) == (9000, 9001, 9002)


def test_an_append_touches_its_card_alone(database: Database) -> None:
    append(database, answer(ONE, GOOD, 5000))
    assert cards.read(database.connection, ONE).reps == 1
    assert cards.read(database.connection, TWO) == cards.read(database.connection, OTHER) == Card()


def test_what_is_derived_stands_beside_the_answer(database: Database) -> None:
    first = answer(ONE, GOOD, 5000, Outcome(State.REVIEW, 0, None, 2))
    second = replace(answer(ONE, GOOD, 9000), day=FIRST + timedelta(days=2))
    append(database, first, second)
    rows = database.connection.execute(
        "select elapsed, state_before, stability_before, stability, recall from revlog order by time"
    ).fetchall()
    assert rows[0] == (None, 0, None, pytest.approx(2.3065), None)
    assert rows[1] == (
        2,
        2,
        pytest.approx(2.3065),
        pytest.approx(11, abs=1),
        pytest.approx(0.91, abs=0.01),
    )


def test_an_undone_answer_has_nothing_derived(database: Database) -> None:
    (answered,) = append(database, answer(ONE, GOOD, 5000))
    append(database, undo(ONE, answered.time, 6000))
    derived = (
        "elapsed, state_before, stability_before, difficulty_before, stability, difficulty, recall"
    )
    rows = database.connection.execute(f"select {derived} from revlog").fetchall()
    assert rows == [(None,) * 7] * 2
    assert cards.read(database.connection, ONE) == Card(last_ms=6000)


def test_inserting_again_changes_nothing(database: Database) -> None:
    cards.insert(database.connection, [answer(ONE, GOOD, 5000)])
    cards.insert(database.connection, [answer(ONE, EASY, 5000), answer(TWO, HARD, 5000)])
    assert cards.events(database.connection, ONE) == [answer(ONE, GOOD, 5000)]
    assert cards.events(database.connection, TWO) == [answer(TWO, HARD, 5000)]


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], None),
        ([answer(ONE, GOOD, 5000)], (ONE, 5000)),
        ([answer(ONE, GOOD, 5000), answer(TWO, GOOD, 6000)], (TWO, 6000)),
        ([answer(TWO, GOOD, 6000), answer(ONE, GOOD, 5000)], (ONE, 5000)),
        ([answer(ONE, GOOD, 5000), event(TWO, EventKind.SUSPEND, 6000)], (TWO, 6000)),
        ([answer(ONE, GOOD, 5000), event(TWO, EventKind.CRAM, 6000)], (TWO, 6000)),
        ([answer(ONE, GOOD, 5000), answer(TWO, GOOD, 6000), undo(TWO, 6000)], (ONE, 5000)),
        ([answer(ONE, GOOD, 5000), answer(TWO, GOOD, 5000), undo(ONE, 5000)], (TWO, 5001)),
        ([answer(ONE, GOOD, 5000), undo(ONE, 5000)], None),
    ],
)
def test_the_last_thing_done_is_that_done_here_last_and_not_taken_back(
    database: Database, log: list[Event], expected: tuple[CardName, int] | None
) -> None:
    cards.insert(database.connection, [answer(TWO, EASY, 9000)])  # from elsewhere
    for one in log:
        cards.append(database.connection, one, FSRS_6)
    last = cards.last_done(database.connection)
    assert (last and (CardName(last.guid, last.ord), last.time)) == expected


def test_the_next_card_due(database: Database) -> None:
    connection = database.connection
    assert schedule.next_due(connection, *EVERYTHING) == (None, None)
    cards.write(connection, ONE, Card(Review(MEMORY, date(2026, 3, 5), 9), 1))
    cards.write(connection, TWO, Card(Review(MEMORY, date(2026, 3, 4), 9), 1))
    assert schedule.next_due(connection, *EVERYTHING) == (None, date(2026, 3, 4))
    cards.write(connection, OTHER, Card(Learning(MEMORY, 0, 5000), 1))
    assert schedule.next_due(connection, *EVERYTHING) == (5000, date(2026, 3, 4))
    cards.write(connection, TWO, Card(Review(MEMORY, date(2026, 3, 4), 9), 1, suspended=True))
    cards.write(connection, OTHER, Card(Learning(MEMORY, 0, 5000), 1, suspended=True))
    assert schedule.next_due(connection, *EVERYTHING) == (None, date(2026, 3, 5))


@pytest.mark.parametrize("column", ["gone", "broken", "retired"])
def test_a_card_that_is_not_studied_is_never_due(database: Database, column: str) -> None:
    connection = database.connection
    cards.write(connection, ONE, Card(Learning(MEMORY, 0, 5000), 1))
    cards.write(connection, OTHER, Card(Review(MEMORY, date(2026, 3, 5), 9), 1))
    connection.execute(f"update notes set {column} = 1 where guid = 'guid-a'")
    assert schedule.next_due(connection, *EVERYTHING) == (None, date(2026, 3, 5))
    connection.execute("update cards set gone = 1 where guid = 'guid-b'")
    assert schedule.next_due(connection, *EVERYTHING) == (None, None)


def test_a_note_s_histories_are_its_cards_as_their_logs_make_them(database: Database) -> None:
    append(
        database,
        answer(ONE, GOOD, 1000),
        answer(TWO, EASY, 2000, Outcome(State.REVIEW, 0, None, 9)),
        answer(OTHER, GOOD, 3000),
        answer(ONE, AGAIN, 4000),
        undo(ONE, 4000),
        event(TWO, EventKind.SUSPEND, 9500),
    )
    found = cards.histories(database.connection, "guid-a")
    assert [each.ord for each in found] == [1, 2]
    for each, name in zip(found, (ONE, TWO), strict=True):
        assert each.events == tuple(cards.events(database.connection, name))
        assert (each.card, each.derived) == fold(each.events, FSRS_6)
    assert [facts is not None for facts in found[0].derived] == [True, False, False]
    assert cards.histories(database.connection, "no-such-guid") == []
