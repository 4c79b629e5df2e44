"""What is read of a collection, and what is refused."""

import json
import sqlite3
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from srs.errors import SrsError
from srs.importers import collection
from srs.importers.collection import made_guid, opened
from srs.importers.reviews import CardLog, Review
from tests.importers import made

NOON = 1_795_147_200_000


def test_cards_come_with_their_reviews_in_order(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    rows = [
        (2, NOON + 5, 3, -600, 700, 10, 0),
        (1, NOON + 9, 4, 8, 100, 20, 1),
        (1, NOON + 1, 3, 4, 500, 30, 0),
        (7, NOON + 2, 3, 4, 500, 30, 0),
    ]
    made.collection(path, guids=["a", "b", "c"], reviews=rows)
    with opened(path) as read:
        assert list(read.guids()) == ["a", "b", "c"]
        assert read.has_progress()
        assert list(read.logs()) == [
            CardLog(
                "a", 1, 2, date(2026, 11, 29),
                (Review(NOON + 1, 3, 4, 500, 30, 0), Review(NOON + 9, 4, 8, 100, 20, 1)),
                1,
            ),
            CardLog("b", 1, 2, date(2026, 11, 29), (Review(NOON + 5, 3, -600, 700, 10, 0),), 2),
        ]  # fmt: skip


def test_a_card_in_a_filtered_deck_is_due_when_it_was_before(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    moved = "update cards set odid = 5, odue = due, due = -100000"
    made.collection(path, guids=["a"], reviews=[(1, NOON, 3, 4, 500, 30, 0)], script=moved)
    with opened(path) as read:
        assert [log.due for log in read.logs()] == [date(2026, 11, 29)]


CLOCKS: list[tuple[dict[str, object], Any]] = [
    ({}, (None, None, True)),
    ({"schedVer": 1}, (None, None, True)),
    ({"schedVer": 2, "creationOffset": -480}, (timedelta(hours=8), None, False)),
    ({"schedVer": 2, "creationOffset": 480, "localOffset": 0, "rollover": 0}, (timedelta(0), 0, False)),
    ({"schedVer": 2, "creationOffset": "x", "localOffset": 10**9, "rollover": 24}, (None, None, False)),
    ({"schedVer": 2, "creationOffset": None, "rollover": -1}, (None, None, False)),
]  # fmt: skip


@pytest.mark.parametrize("tables", [False, True])
@pytest.mark.parametrize(("config", "expected"), CLOCKS)
def test_the_clock_of_a_collection(
    tmp_path: Path, config: dict[str, object], expected: Any, tables: bool
) -> None:
    path = tmp_path / "collection.anki2"
    if tables:
        made.collection(path, version=18, config="")
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("create table config (key text primary key, val blob) without rowid")
            rows = [(key, json.dumps(value).encode()) for key, value in config.items()]
            database.executemany("insert into config values (?, ?)", rows)
    else:
        made.collection(path, config=config)
    with opened(path) as read:
        assert (read.offset, read.rollover, read.first_scheduler) == expected


def test_the_log_that_anki_has_not_yet_moved_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    made.collection(path, guids=["a"])
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("insert into revlog values (?, 1, 3, 4, 500, 30, 0)", (NOON,))
        database.commit()
        with opened(path) as read:
            assert [len(log.reviews) for log in read.logs()] == [1]
    made.collection(path, guids=["a"])
    with opened(path) as read:
        assert not any(read.logs())


def read_all(path: Path) -> int:
    """Read all that there is, and count the reviews."""
    with opened(path) as read:
        list(read.guids())
        return sum(len(log.reviews) for log in read.logs())


ENDLESS = (
    "drop table revlog; create view revlog as with recursive n (id) as (select 1 union all "
    "select id + 1 from n) select id, 1 as cid, 3 as ease, 1 as ivl, 1 as factor, 1 as time, "
    "0 as type from n"
)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a newer schema": ({"version": 19}, "newer Anki"),
    "no version": ({"version": None}, "newer Anki"),
    "another program's": ({"script": "drop table revlog"}, "no Anki collection"),
    "a view without end": ({"script": ENDLESS}, "no Anki collection"),
    "a virtual table": (
        {"script": "drop table notes; create virtual table notes using fts5 (id, guid, flds)"},
        "no Anki collection",
    ),
    "no row of settings": ({"script": "delete from col"}, "without a beginning"),
    "a column is missing": ({"script": "alter table cards drop column ord"}, "Check Database"),
    "settings that are no JSON": ({"config": "{"}, "is damaged"),
    "settings without end": ({"config": "[" * 100_000}, "is damaged"),
    "settings that are a list": ({"config": "[]"}, "is damaged"),
    "begun in another age": ({"created": 2**62}, "is damaged"),
    "begun nowhen": ({"created": None}, "is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_collection_is_refused(tmp_path: Path, case: str) -> None:
    options, expected = REFUSED[case]
    path = tmp_path / "collection.anki2"
    made.collection(path, guids=["a"], reviews=[(1, NOON, 3, 4, 500, 30, 0)], **options)
    with pytest.raises(SrsError, match=expected) as raised:
        read_all(path)
    assert str(path) in str(raised.value)


def test_any_page_may_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    reviews = [(1 + n % 90, NOON + n, 3, 4, 500, 30, 0) for n in range(900)]
    data = made.collection(path, guids=[f"g{n}" for n in range(90)], reviews=reviews)
    for page in range(4096, len(data), 4096):
        for junk in (b"\xff" * 64, b"\x0d" + bytes(63), data[4096 : 4096 + 64]):
            path.write_bytes(data[:page] + junk + data[page + 64 :])
            with suppress(SrsError):
                assert read_all(path) <= 900


def test_values_of_any_type_are_taken_for_what_they_should_be(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    odd = "<script>alert(1)</script>\x1f\x00"
    values: list[object] = [None, "text", 2.75, b"\xff\xfe", 2**62]
    reviews: list[tuple[object, ...]] = [(1, NOON, None, "x", 1.5, b"\xff", "0")]
    reviews += [(n, NOON + n, *[value] * 5) for n, value in enumerate(values, start=2)]
    guids = [odd, None, b"\xff\xfe", 5, "", "a" * 10_000]
    made.collection(path, guids=guids, ord="1", reviews=reviews)
    with opened(path) as read:
        found = list(read.logs())
        given = ["<sc", made_guid(2)[:3], "\ufffd\ufffd", "5", made_guid(5)[:3], "aaa"]
        assert [guid[:3] for guid in read.guids()] == given
    assert [log.ord for log in found] == [2] * 6
    assert found[0].reviews == (Review(NOON, 0, 0, 1, 0, 0),)


def test_a_card_has_no_endless_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "collection.anki2"
    made.collection(path, guids=["a"], reviews=[(1, NOON + n, 3, 4, 500, 30, 0) for n in range(9)])
    monkeypatch.setattr(collection, "MAX_REVIEWS", 9)
    with opened(path) as read:
        assert len(list(read.logs())) == 1
    monkeypatch.setattr(collection, "MAX_REVIEWS", 8)
    with opened(path) as read, pytest.raises(SrsError, match="more than 8 reviews"):
        list(read.logs())


def test_reading_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "collection.anki2"
    reviews = [(1 + n % 90, NOON + n, 3, 4, 500, 30, 0) for n in range(9000)]
    data = made.collection(path, guids=[f"g{n}" for n in range(90)], reviews=reviews)
    monkeypatch.setattr(collection, "_PULSE", 1000)
    monkeypatch.setattr(collection, "_STEPS", 0)
    with opened(path) as read:
        assert sum(len(log.reviews) for log in read.logs()) == 9000
    monkeypatch.setattr(collection, "_STEPS", -19 * len(data) - 8 * 9000)
    with opened(path) as read, pytest.raises(SrsError, match="takes too long"):
        list(read.logs())


def test_nothing_can_be_written_or_joined(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    made.collection(path, guids=["a"])
    with opened(path) as read:
        for sql in ("delete from notes", f"attach '{tmp_path / 'x.db'}' as x", "vacuum"):
            with pytest.raises(sqlite3.Error):
                read.connection.execute(sql)
    assert not (tmp_path / "x.db").exists()
