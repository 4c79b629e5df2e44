import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from srs.importers import collection
from tests.cli.conftest import Run
from tests.importers import made
from tests.importers.test_package import HOSTILE

NOW = "2026-11-21T18:00:00+01:00"
NOON = 1_795_147_200_000  # the day before, at UTC+8
DAY = 86_400_000


@pytest.fixture
def guids(run: Run, corpus: Path) -> list[str]:
    """Return the guids of the corpus' notes: first, second, third."""
    run("--decks", corpus, "due")
    return [guid for (guid,) in rows(corpus, "select guid from notes order by position")]


def rows(corpus: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(corpus / ".srs" / "srs.db")) as database:
        return database.execute(sql).fetchall()


def log(corpus: Path) -> list[tuple[Any, ...]]:
    return rows(
        corpus,
        "select guid, ord, time, kind, rating, day, offset, source from revlog order by time",
    )


@pytest.fixture
def file(tmp_path: Path, guids: list[str]) -> Path:
    """Make a package: the first two notes with reviews, and one that is not ours."""
    path = tmp_path / "phone.apkg"
    reviews = [
        (1, NOON, 3, -600, 700, 2000, 0),
        (1, NOON + 700_000, 3, 3, 500, 3000, 0),
        (2, NOON + 800_000, 4, 8, 100, 4000, 0),
        (2, NOON + DAY, 0, 5, 100, 0, 4),
        (3, NOON + 900_000, 3, -600, 700, 2000, 0),
    ]
    data = made.collection(tmp_path / "made.db", guids=[*guids[:2], "other"], reviews=reviews)
    return made.package(path, {"collection.anki2": data, "media": b"{}"})


def test_reviews_come_in_once(run: Run, corpus: Path, guids: list[str], file: Path) -> None:
    done = run("--decks", corpus, "import", file)
    assert done.exit_code == 0
    assert done.stdout == (
        "3 new reviews of 2 cards, 1 reset or new due date, 1 of notes that are not ours; "
        "time zone UTC+08:00 from the file.\n"
    )
    first, second, _ = guids
    assert log(corpus) == [
        (first, 1, NOON, "answer", 3, "2026-11-20", 480, "anki"),
        (first, 1, NOON + 700_000, "answer", 3, "2026-11-20", 480, "anki"),
        (second, 1, NOON + 800_000, "answer", 4, "2026-11-20", 480, "anki"),
        (second, 1, NOON + DAY, "reschedule", None, "2026-11-21", 480, "anki"),
    ]
    assert rows(corpus, "select state, due_day, interval, reps from cards where reps > 0") == [
        (2, "2026-11-23", 3, 2),
        (2, "2026-11-29", 9, 1),
    ]
    before = (corpus / ".srs" / "srs.db").read_bytes()
    again = run("--decks", corpus, "import", file)
    assert again.stdout.startswith("0 new reviews, 4 already here, 1 of notes that are not ours;")
    assert (corpus / ".srs" / "srs.db").read_bytes() == before
    copies = list((corpus / ".srs" / "backups").iterdir())
    assert [copy.name for copy in copies] == ["srs-0001-import.db"]
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute("select count(*) from revlog").fetchone() == (0,)
    assert run("--decks", corpus, "undo").exit_code == 1


def test_the_way_back_is_told(run: Run, corpus: Path, guids: list[str], file: Path) -> None:
    before = log(corpus)
    done = run("--decks", corpus, "import", file)
    copy = corpus / ".srs" / "backups" / "srs-0001-import.db"
    assert done.stderr == f"srs: the database as it was before: {copy}\n"
    assert log(corpus) != before
    copy.replace(corpus / ".srs" / "srs.db")
    assert log(corpus) == before
    assert run("--decks", corpus, "import", file, "--dry-run").stdout == done.stdout
    assert "as it was" not in run("--decks", corpus, "import", file, "--dry-run").stderr


def test_for_programs(run: Run, corpus: Path, file: Path) -> None:
    options = ("--json", "--tz", "-03:30")
    found = json.loads(run("--decks", corpus, "import", file, *options).stdout)
    assert found == {
        "version": 1,
        "new": {"answer": 3, "reschedule": 1},
        "cards": 2, "known": 0, "foreign": 1, "unfit": 0, "ahead": 0, "stay_new": 0, "twice": [],
        "zone": "-03:30", "zone_from": "from --tz", "rollover": 4,
        "copy": str(corpus / ".srs" / "backups" / "srs-0001-import.db"), "dry_run": False,
    }  # fmt: skip


def test_a_dry_run_changes_nothing(run: Run, corpus: Path, file: Path) -> None:
    """Nor does it bring lock and database up to date with decks that have changed."""
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text() + "\n## Fourth?\n\nNew.\n", encoding="utf-8")
    (corpus / ".srs" / "srs.db").rename(corpus / "known.db")
    for database in ("known.db", ".srs/new.db"):
        before = state(corpus)
        done = run("--decks", corpus, "--db", corpus / database, "import", file, "--dry-run")
        assert done.stdout.startswith("3 new reviews of 2 cards,")
        assert done.stderr.endswith("srs: nothing was changed\n")
        assert state(corpus) == before
    stale = run("--locked", "--decks", corpus, "import", file, "--dry-run")
    assert (stale.exit_code, "run `srs lock`" in stale.stderr) == (1, True)
    assert state(corpus) == before


def state(folder: Path) -> dict[Path, bytes | None]:
    """Return all that a folder holds."""
    found = sorted(folder.rglob("*"))
    return {path: path.read_bytes() if path.is_file() else None for path in found}


ZONES = [
    ("Asia/Singapore", ("2026-11-20", 480), "time zone Asia/Singapore from --tz."),
    ("America/Los_Angeles", ("2026-11-19", -480), "time zone America/Los_Angeles from --tz."),
    ("UTC", ("2026-11-20", 0), "time zone UTC from --tz."),
    ("+02:00", ("2026-11-20", 120), "time zone +02:00 from --tz."),
    ("-1", ("2026-11-19", -60), "time zone -1 from --tz."),
    ("UTC-0130", ("2026-11-19", -90), "time zone UTC-0130 from --tz."),
]


@pytest.mark.parametrize(("zone", "expected", "said"), ZONES)
def test_the_zone_may_be_named(
    run: Run, corpus: Path, file: Path, zone: str, expected: tuple[str, int], said: str
) -> None:
    done = run("--decks", corpus, "import", file, f"--tz={zone}")
    assert said in done.stdout
    assert rows(corpus, "select day, offset from revlog order by time limit 1") == [expected]


@pytest.mark.parametrize(
    "zone", ["Nowhere", "+99:00", "../etc/passwd", "", "Europe", "+25", "+05:75", "-0160"]
)
def test_a_zone_that_is_none(run: Run, corpus: Path, file: Path, zone: str) -> None:
    done = run("--decks", corpus, "import", file, "--tz", zone)
    assert done.exit_code == 2
    assert "Europe/Berlin" in done.stderr
    assert log(corpus) == []


def test_a_file_that_names_no_zone_is_of_this_computers(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "collection.anki2"
    made.collection(path, config={}, guids=guids, reviews=[(1, NOON, 2, 4, 500, 900, 0)])
    done = run("--decks", corpus, "import", path)
    assert "time zone UTC+01:00 of this computer, as the file names none." in done.stdout
    assert log(corpus) == [(guids[0], 1, NOON, "answer", 3, "2026-11-20", 60, "anki")]


def test_answers_of_the_terminal_are_known_when_they_return(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path
) -> None:
    for card in ("first", "second"):
        run("--decks", corpus, "answer", card, "good", now="2026-11-20T10:00:00+01:00")
    run("--decks", corpus, "undo")
    run("--decks", corpus, "suspend", "first")
    answers = rows(
        corpus,
        "select time from revlog where kind = 'answer' order by guid = ? desc".replace(
            "?", f"'{guids[0]}'"
        ),
    )
    reviews = [(n, time, 3, -600, 700, 0, 0) for n, (time,) in enumerate(answers, start=1)]
    reviews.append((1, NOON + DAY, 3, 3, 500, 0, 0))
    path = tmp_path / "collection.anki2"
    made.collection(path, guids=guids, reviews=reviews)
    before = log(corpus)
    done = run("--decks", corpus, "import", path)
    assert done.stdout.startswith("1 new review of 1 card, 2 already here;")
    assert len(log(corpus)) == len(before) + 1
    found = rows(
        corpus, "select guid, state, suspended, reps from cards where ord = 1 order by rowid"
    )
    assert found[:2] == [(guids[0], 2, 1, 2), (guids[1], 0, 0, 0)]


def test_what_would_do_harm_is_left_out_and_said(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "collection.anki2"
    reviews = [
        (1, NOON, 3, 4, 500, 900, 0),
        (1, NOON + 3 * DAY, 3, 9, 500, 900, 1),
        (1, NOON + 1, 9, 9, 500, 900, 1),
        (1, -5, 3, 9, 500, 900, 1),
    ]
    made.collection(path, guids=guids, reviews=reviews)
    done = run("--decks", corpus, "import", path)
    assert done.stdout.startswith(
        "1 new review of 1 card, 1 left out as they are dated later than tomorrow, "
        "2 left out as Anki writes nothing of the kind;"
    )
    made.collection(path, guids=guids, ord=10**9, reviews=reviews[:1])
    assert "1 left out as Anki" in run("--decks", corpus, "import", path).stdout
    assert log(corpus) == [(guids[0], 1, NOON, "answer", 3, "2026-11-20", 480, "anki")]


def test_progress_of_a_note_that_is_gone_comes_in_too(
    run: Run, corpus: Path, guids: list[str], file: Path
) -> None:
    deck = corpus / "deck.md"
    text = deck.read_text(encoding="utf-8")
    deck.write_text(
        text.replace("## First question?", "").replace("{#first}", "").replace("First answer.", ""),
        encoding="utf-8",
    )
    run("--decks", corpus, "import", file)
    assert "2 answers" in run("--decks", corpus, "orphans").stdout


NOTHING: list[tuple[dict[str, Any], str]] = [
    ({"guids": ["other"], "reviews": [(1, NOON, 3, 4, 500, 900, 0)]}, "none of the notes in"),
    ({"guids": []}, "none of the notes in"),
    (
        {"script": "update cards set type = 0"},
        "if you have made any in Anki, tick “Include scheduling information” when you export",
    ),
]


@pytest.mark.parametrize(("options", "expected"), NOTHING)
def test_a_file_with_nothing_of_ours(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path, options: dict[str, Any], expected: str
) -> None:
    path = tmp_path / "collection.anki2"
    made.collection(path, **{"guids": guids, **options})
    done = run("--decks", corpus, "import", path)
    assert done.exit_code == 1
    assert expected in done.stderr
    assert log(corpus) == []


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_made_to_do_harm_changes_nothing(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path, case: str
) -> None:
    make: Callable[[Path], object] = HOSTILE[case][0]
    path = tmp_path / "x.apkg"
    make(path)
    before = {file: file.stat().st_mtime_ns for file in sorted(tmp_path.rglob("*"))}
    done = run("--decks", corpus, "import", path)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("srs: ")
    assert done.stderr.count("\n") == 1
    assert {file: file.stat().st_mtime_ns for file in sorted(tmp_path.rglob("*"))} == before


def test_all_of_a_file_comes_in_or_nothing(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "collection.anki2"
    reviews = [(1, NOON, 3, 4, 500, 900, 0)]
    reviews += [(2, NOON + n, 3, 4, 500, 900, 1) for n in range(1, 9)]
    made.collection(path, guids=guids, reviews=reviews)
    monkeypatch.setattr(collection, "MAX_REVIEWS", 7)
    done = run("--decks", corpus, "import", path)
    assert done.exit_code == 1
    assert "more than 7 reviews" in done.stderr
    assert log(corpus) == []
    assert rows(corpus, "select sum(reps) from cards") == [(0,)]


def test_scripts_in_fields_are_only_text(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "collection.anki2"
    script = (
        "update notes set flds = '<script>alert(1)</script>' || char(31) || char(31) || char(0)"
    )
    made.collection(path, guids=guids, reviews=[(1, NOON, 3, 4, 500, 900, 0)], script=script)
    done = run("--decks", corpus, "import", path)
    assert done.exit_code == 0
    assert "<script" not in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="needs time.tzset")
def test_anki_exports_without_scheduling_unless_told(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    import random

    from tests.phone import Phone

    run("--decks", corpus, "export", "apkg", tmp_path / "deck.apkg")
    phone = Phone(tmp_path / "phone")
    phone.take(tmp_path / "deck.apkg")
    phone.answer(5, random.Random(1))
    phone.let_days_pass(9)
    file = phone.export(tmp_path, "new.apkg", scheduling=False)
    done = run("--decks", corpus, "import", file)
    assert done.exit_code == 1
    assert "Include scheduling information" in done.stderr
    open_one = run("--decks", corpus, "import", phone.path, now="2100-01-01T12:00+00:00")
    assert open_one.stdout.startswith("5 new reviews of ")


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes")
@pytest.mark.parametrize("to", [False, True])
def test_a_pipe_is_not_waited_for(run: Run, corpus: Path, tmp_path: Path, to: bool) -> None:
    pipe = tmp_path / "pipe.apkg"
    os.mkfifo(pipe)
    done = run("--decks", corpus, "import", pipe) if not to else run("import", pipe, "--to", "x")
    assert done.exit_code == 1
    assert done.stderr.endswith(f"srs: {pipe} is no file: name what Anki exported\n")


def test_a_review_that_an_export_moved_is_known(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path
) -> None:
    """Two phones may answer in one millisecond; a log of Anki's has one row there."""
    first, second = tmp_path / "1.anki2", tmp_path / "2.anki2"
    made.collection(first, guids=guids, reviews=[(1, NOON, 3, 3, 500, 900, 0)])
    made.collection(second, guids=guids, reviews=[(2, NOON, 3, 3, 500, 900, 0)])
    for file in (first, second):
        assert run("--decks", corpus, "import", file).stdout.startswith("1 new review of 1 card")
    before = log(corpus)
    moved = [(1, NOON, 3, 3, 500, 900, 0), (2, NOON + 1, 3, 3, 500, 900, 0)]
    made.collection(first, guids=guids, reviews=moved)
    done = run("--decks", corpus, "import", first)
    assert done.stdout.startswith("0 new reviews, 2 already here;")
    assert log(corpus) == before
    other = [(2, NOON + 1, 1, 3, 500, 900, 0), (1, NOON + 11, 3, 3, 500, 900, 0)]
    made.collection(second, guids=guids, reviews=other)
    assert run("--decks", corpus, "import", second).stdout.startswith("2 new reviews of 2 cards;")


def test_a_due_date_of_a_new_card_is_told_apart(
    run: Run, corpus: Path, guids: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "collection.anki2"
    reviews = [
        (1, NOON, 0, 5, 2500, 0, 4),
        (2, NOON + 1, 3, 4, 500, 900, 0),
        (2, NOON + 2, 0, 0, 0, 0, 4),
        (2, NOON + 3, 0, 5, 2500, 0, 4),
    ]
    made.collection(path, guids=guids, reviews=reviews)
    done = run("--decks", corpus, "import", path)
    assert done.stdout.startswith(
        "1 new review of 2 cards, 1 reset or new due date, "
        "2 due dates of new cards are not taken: they stay new;"
    )
    assert rows(corpus, "select distinct state from cards") == [(0,)]
    assert run("--decks", corpus, "import", path).stdout.startswith(
        "0 new reviews, 4 already here;"
    )
