import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.card import Card, Learning, Memory, Review, State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.scheduler.queue import CardName
from srs.scheduler.studyday import study_day
from srs.settings import FSRS_6
from srs.store import cards, schema
from srs.store.database import Database, open_database

TABLES = {"settings", "files", "sections", "notes", "cards", "revlog"}
"""Those of the first release."""
VIEWS = ("today", "due", "forecast", "retention")
TODAY = date(2026, 11, 21)
MEMORY = Memory(5.5, 4.5, TODAY - timedelta(5))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "srs.db")
    yield database
    database.close()


def add_note(connection: sqlite3.Connection) -> None:
    connection.execute(
        "insert into notes values ('g', 'id', 'a.md', 0, 0, 1, 'a', 'basic', 'Q', '', 'A', 1, 3, "
        "'[]', '[]', 0, 0, 0, 1000)"
    )


def add_answer(connection: sqlite3.Connection, rating: object = 3, guid: str = "g") -> None:
    connection.execute(
        "insert into revlog (guid, ord, time, kind, day, offset, device, source, rating) "
        "values (?, 1, 1000, 'answer', '2026-11-21', 60, 'd', 'srs', ?)",
        (guid, rating),
    )


def test_every_table_is_strict(database: Database) -> None:
    tables = database.connection.execute(
        "select name, strict from pragma_table_list where schema = 'main' and type = 'table' "
        "and name not like 'sqlite\\_%' escape '\\'"
    ).fetchall()
    assert {name for name, _ in tables} >= TABLES
    assert [name for name, strict in tables if not strict] == []


@pytest.mark.parametrize("rating", ["three", 0, 5])
def test_the_log_takes_no_nonsense(database: Database, rating: object) -> None:
    add_note(database.connection)
    with pytest.raises(sqlite3.IntegrityError):
        add_answer(database.connection, rating)


def test_foreign_keys_are_on(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        add_answer(database.connection, guid="unknown")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.connection.execute("insert into cards (guid, ord) values ('unknown', 1)")


def test_an_event_of_a_card_has_a_time_of_its_own(database: Database) -> None:
    add_note(database.connection)
    add_answer(database.connection)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        add_answer(database.connection)


def test_all_migrations_are_recorded(database: Database) -> None:
    assert schema.applied(database.connection) == tuple(name for name, _ in schema.MIGRATIONS)


def test_a_blank_connection_has_had_none() -> None:
    connection = sqlite3.connect(":memory:")
    assert schema.applied(connection) == ()
    connection.close()


FIRST_SCHEMA = """
insert into files values ('a.md', 0, 1, 2, 'h');
insert into sections values ('a.md', 0, 'Section', '', 1, 2);
insert into notes values
    ('g', 'id', 'a.md', 0, 0, 1, 'a', 'basic', 'Q', '', 'A', 1, 3, '[]', '[]', 0, 0, 0, 1000),
    ('h', '', 'b.md', 0, 0, 1, 'a', 'basic', 'Q', '', 'A', 1, 3, '[]', '[]', 0, 0, 1, 1000);
insert into cards values
    ('g', 1, 0, 2, null, null, '2026-11-25', 4, 2.5, 5.5, '2026-11-21', 7, 2, 1, 0, '2026-11-22'),
    ('h', 1, 1, 0, null, null, null, null, null, null, null, 0, 0, 0, 1, null);
insert into revlog values
    ('h', 1, 9, 'suspend', '2026-11-21', 60, 'd', 'srs', null, null, null, null, null, null,
        null, null, null, null, null, null, null, null),
    ('g', 1, 5, 'answer', '2026-11-21', 60, 'd', 'srs', 3, 1234, 1, 1, 600, null,
        null, null, 0, null, null, 2.3, 5.25, null),
    ('g', 1, 7, 'undo', '2026-11-21', 60, 'd', 'srs', null, null, null, null, null, null,
        5, null, null, null, null, null, null, null);
insert into settings values ('device', 'mine');
"""
"""Rows of every table, as the first release wrote them."""


def columns(connection: sqlite3.Connection) -> dict[str, str]:
    return {
        table: ", ".join(
            name for (name,) in connection.execute(f"select name from pragma_table_info('{table}')")
        )
        for table in TABLES
    }


def rows(
    connection: sqlite3.Connection, columns: dict[str, str]
) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: sorted(connection.execute(f"select {names} from {table}").fetchall(), key=repr)
        for table, names in columns.items()
    }


@pytest.mark.parametrize("had", range(1, len(schema.MIGRATIONS)))
def test_a_database_of_every_older_schema_is_copied_and_migrated_with_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, had: int
) -> None:
    path = tmp_path / "srs.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:had])
        open_database(path).close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("delete from settings")
        old.executescript(FIRST_SCHEMA)
        had_columns = columns(old)
        before = rows(old, had_columns)
        was = schema.applied(old)

    new = open_database(path)
    assert schema.applied(new.connection) == tuple(name for name, _ in schema.MIGRATIONS)
    assert rows(new.connection, had_columns) == before
    assert new.connection.execute("pragma foreign_key_check").fetchall() == []
    assert new.connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    for view in VIEWS:
        new.connection.execute(f"select * from {view}").fetchall()
    new.close()

    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name == "srs-0001-migrate.db"
    with closing(sqlite3.connect(copy)) as kept:
        assert schema.applied(kept) == was
        assert rows(kept, had_columns) == before


def test_what_was_done_before_its_order_was_kept_is_in_the_order_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        open_database(tmp_path / "srs.db").close()
    with closing(sqlite3.connect(tmp_path / "srs.db")) as old:
        old.execute("delete from settings")
        old.executescript(FIRST_SCHEMA)
        old.execute("update revlog set device = 'mine' where guid = 'g'")
        old.commit()
    database = open_database(tmp_path / "srs.db")
    assert values(database, "select guid, ord, time from done") == [("g", 1, 5)]
    database.close()


def test_what_was_exported_before_cards_were_remembered_is_still_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "srs.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:3])
        open_database(path).close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("delete from settings")
        old.executescript(FIRST_SCHEMA)
        old.execute("insert into settings values ('exported', '1700000000000')")
        old.commit()
    with closing(open_database(path)) as new:
        found = new.connection.execute("select guid, ord, until from exported").fetchall()
        assert found == [("g", 1, 1_700_000_000_000), ("h", 1, 1_700_000_000_000)]
        assert new.setting("exported") is None


@pytest.mark.parametrize(("device", "expected"), [("mine", None), ("phone", "anew")])
def test_cards_are_made_anew_if_one_was_answered_on_two_devices_before_that_was_folded_rightly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str, expected: str | None
) -> None:
    path = tmp_path / "srs.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:6])
        open_database(path).close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("delete from settings")
        old.executescript(FIRST_SCHEMA)
        old.execute("update revlog set kind = 'answer', device = 'mine'")
        old.execute("update revlog set device = ? where time = 7", (device,))
        old.commit()
    with closing(open_database(path)) as new:
        assert new.setting("parameters") == expected


def test_all_ways_lead_to_the_same_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        open_database(tmp_path / "old.db").close()
    made = []
    for name in ("old.db", "new.db"):
        database = open_database(tmp_path / name)
        found = database.connection.execute("select type, name, sql from sqlite_master")
        made.append(sorted(found.fetchall(), key=repr))
        database.close()
    assert made[0] == made[1]


def test_a_newer_schema_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "srs.db"
    with monkeypatch.context() as patch:
        later = ("later", "create table extra (x text) strict;")
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, later))
        open_database(path).close()
    with pytest.raises(SrsError, match="was written by a newer srs: upgrade with `pipx upgrade"):
        open_database(path)


def test_a_migration_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "srs.db"
    open_database(path).close()
    had = schema.MIGRATIONS
    faulty = ("faulty", "create table extra (x text) strict;\ncreate table notes (x text) strict;")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*had, faulty))
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            open_database(path)
    database = open_database(path)
    assert schema.applied(database.connection) == tuple(name for name, _ in had)
    tables = database.connection.execute("select name from sqlite_master").fetchall()
    assert ("extra",) not in tables
    database.close()


# The views


def frozen(database: Database) -> None:
    """Let it be TODAY, until 04:00 of the next, in UTC."""
    ends = int(datetime.fromisoformat("2026-11-22T04:00:00+00:00").timestamp() * 1000)
    database.connection.executescript(
        f"drop view today; create view today as select '{TODAY}' as day, {ends} as ends_ms"
    )


def put(database: Database, **values: Card) -> None:
    """Write a note with one card for each value."""
    database.connection.execute("insert or ignore into files values ('a.md', 0, 1, 2, 'h')")
    for name, card in values.items():
        database.connection.execute(
            "insert into notes values (?, ?, 'a.md', 0, 0, 1, 'a::b', 'basic', ?, '', 'A', 1, 3, "
            "'[]', '[]', 0, 0, 0, 1000)",
            (f"guid-{name}", name if name != "nameless" else "", f"What is {name}?"),
        )
        database.connection.execute(
            "insert into cards (guid, ord) values (?, 1)", (f"guid-{name}",)
        )
        cards.write(database.connection, CardName(f"guid-{name}", 1), card)


def review(days: int) -> Card:
    """Return a card whose review is due so many days from today."""
    return Card(Review(MEMORY, TODAY + timedelta(days), 5), 3, 1, 1)


def step(moment: str, *, again: bool = False) -> Card:
    ms = int(datetime.fromisoformat(f"2026-11-{moment}:00+00:00").timestamp() * 1000)
    return Card(Learning(MEMORY, 0, ms, again), 1, 0, 1)


def values(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return database.connection.execute(sql).fetchall()


@pytest.mark.parametrize("rollover", [None, "0", "4", "23"])
def test_a_study_day_begins_at_the_rollover(database: Database, rollover: str | None) -> None:
    if rollover is not None:
        database.set("rollover", rollover)
    hour = int(rollover or 4)
    before = datetime.now().astimezone()
    ((day, ends_ms),) = values(database, "select * from today")
    after = datetime.now().astimezone()
    assert str(study_day(before, hour)) <= day <= str(study_day(after, hour))
    ends = datetime.fromtimestamp(ends_ms / 1000)
    assert ends == datetime.fromisoformat(day) + timedelta(days=1, hours=hour)


def test_the_cards_of_today(database: Database) -> None:
    frozen(database)
    put(
        database,
        overdue=review(-3),
        today=review(0),
        tomorrow=review(1),
        new=Card(),
        learning=step("22T03:59"),
        relearning=step("20T12:00", again=True),
        later=step("22T04:00"),
        suspended=replace(review(0), suspended=True),
        buried=replace(review(0), buried=TODAY),
        back=replace(review(0), buried=TODAY - timedelta(1)),
        nameless=review(-1),
    )
    found = values(database, "select id, ord, deck, heading, state, due from due order by id")
    local = "select datetime(?, 'unixepoch', 'localtime')"

    def at(card: Card) -> object:
        assert isinstance(card.phase, Learning)
        return database.connection.execute(local, (card.phase.due_ms // 1000,)).fetchone()[0]

    assert found == [
        ("back", 1, "a::b", "What is back?", "review", "2026-11-21"),
        ("guid-nameless", 1, "a::b", "What is nameless?", "review", "2026-11-20"),
        ("learning", 1, "a::b", "What is learning?", "learning", at(step("22T03:59"))),
        ("overdue", 1, "a::b", "What is overdue?", "review", "2026-11-18"),
        ("relearning", 1, "a::b", "What is relearning?", "relearning", at(step("20T12:00"))),
        ("today", 1, "a::b", "What is today?", "review", "2026-11-21"),
    ]
    row = values(database, "select interval, stability, difficulty, lapses from due limit 1")
    assert row == [(5, 5.5, 4.5, 1)]


@pytest.mark.parametrize("view", ["due", "forecast"])
@pytest.mark.parametrize(
    "change",
    [
        "update notes set gone = 1",
        "update notes set broken = 1",
        "update notes set retired = 1",
        "update cards set gone = 1",
        "update cards set suspended = 1",
    ],
)
def test_what_is_not_studied_is_in_no_view(database: Database, view: str, change: str) -> None:
    put(database, one=review(-10_000))
    assert len(values(database, f"select * from {view}")) == 1
    database.connection.execute(change)
    assert values(database, f"select * from {view}") == []


def test_the_days_to_come(database: Database) -> None:
    frozen(database)
    put(
        database,
        overdue=review(-30),
        today=review(0),
        tomorrow=review(1),
        buried=replace(review(-1), buried=TODAY),
        buried_before=replace(review(0), buried=TODAY - timedelta(1)),
        away_for_today=replace(review(9), buried=TODAY),
        later=review(400),
        new=Card(),
        learning=step("21T12:00"),
    )
    assert values(database, "select * from forecast") == [
        ("2026-11-21", 3),
        ("2026-11-22", 2),
        ("2026-11-30", 1),
        ("2027-12-26", 1),
    ]


def logged(database: Database, name: str, *happened: tuple[int, EventKind, object, int]) -> None:
    """Append events: on which day, what, a rating or what is undone, the interval after."""
    for day, kind, what, interval in happened:
        time = day * 86_400_000 + ord(name)
        event = Event(f"guid-{name}", 1, time, kind, TODAY + timedelta(day), 60, "d")
        if interval >= 0:
            delay = None if interval else 600
            state = State.REVIEW if interval else State.LEARNING
            event = replace(event, outcome=Outcome(state, 0, delay, interval or None))
        if isinstance(what, Rating):
            event = replace(event, rating=what)
        elif isinstance(what, int):
            event = replace(event, undoes=what * 86_400_000 + ord(name))
        with database.transaction() as connection:
            cards.append(connection, event, FSRS_6)


def test_true_retention(database: Database) -> None:
    answer, good, again = EventKind.ANSWER, Rating.GOOD, Rating.AGAIN
    names = ("a", "b", "c", "d", "e", "f")
    put(database, **{name: Card() for name in names})
    logged(database, "a", (0, answer, good, 0), (1, answer, good, 20), (21, answer, good, 21))
    logged(database, "b", (0, answer, good, 21), (21, answer, again, 1), (22, answer, good, 30))
    logged(
        database, "c", (0, answer, good, 5), (21, answer, again, 1), (22, EventKind.UNDO, 21, -1)
    )
    logged(database, "d", (0, answer, good, 5), (9, EventKind.FORGET, None, -1))
    logged(database, "d", (21, answer, again, 0), (22, answer, good, 1))
    logged(database, "e", (0, answer, good, 0), (9, EventKind.RESCHEDULE, None, 40))
    logged(database, "e", (21, EventKind.CRAM, again, -1), (22, answer, Rating.HARD, 50))
    logged(database, "f", (0, EventKind.RESCHEDULE, None, 40), (21, answer, good, 3))
    assert values(database, "select * from retention") == [
        ("2026-12-12", 1, 0, 0, 1, 0.5),
        ("2026-12-13", 1, 0, 1, 0, 1.0),
    ]


def test_a_step_of_a_day_counts_for_retention(database: Database) -> None:
    put(database, a=Card())
    logged(
        database, "a", (0, EventKind.ANSWER, Rating.GOOD, 0), (1, EventKind.ANSWER, Rating.GOOD, 3)
    )
    assert values(database, "select * from retention") == []
    database.connection.execute("update revlog set delay = 86400 where delay = 600")
    assert values(database, "select young_passed from retention") == [(1,)]


READ = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for view in ("due", "forecast", "retention"):
    print(view, len(connection.execute(f"select * from {view} limit 5").fetchall()))
"""


def test_any_program_can_read_the_views(database: Database) -> None:
    put(database, a=review(-10_000), b=Card())
    logged(
        database, "b", (0, EventKind.ANSWER, Rating.GOOD, 3), (3, EventKind.ANSWER, Rating.GOOD, 9)
    )
    command = [sys.executable, "-c", READ, str(database.path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "due 1\nforecast 2\nretention 1\n"


UNDONE = "select 1 from revlog u where u.guid = r.guid and u.ord = r.ord and u.undoes = r.time"
IN_ORDER = (
    "from files f cross join notes n using (path) cross join cards c using (guid) "
    "where c.state = 0 order by f.rank, f.path, n.position, c.ord limit 20"
)


@pytest.mark.parametrize(
    ("sql", "plan"),
    [
        (
            f"select * from revlog r where not exists ({UNDONE})",
            "INDEX revlog_undoes (undoes=? AND",
        ),
        (f"select c.guid {IN_ORDER}", "INDEX files_rank"),
        (
            "select * from cards where state in (1, 3) and due_ms < 9",
            "INDEX cards_due_day (state=?)",
        ),
        ("select * from revlog where (guid, ord) > (?, ?) order by guid, ord, time", "PRIMARY KEY"),
    ],
)
def test_what_is_asked_often_has_an_index(database: Database, sql: str, plan: str) -> None:
    steps = database.connection.execute(
        f"explain query plan {sql}", ("", 0) if "?" in sql else ()
    ).fetchall()
    said = "\n".join(detail for *_, detail in steps)
    assert plan in said
    assert "TEMP B-TREE FOR ORDER BY" not in said
