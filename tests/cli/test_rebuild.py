import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from srs.model import Rating
from srs.study import answers
from srs.study.memory import open_study

from .conftest import NOW, Run

ALL = "4 cards from 5 events: all as they were\n"


@pytest.fixture
def studied(run: Run, corpus: Path) -> Path:
    """Answer some cards of the small corpus, and take one answer back."""
    now = datetime.fromisoformat(NOW)
    with closing(open_study(corpus, corpus / ".srs" / "srs.db", now)) as study:
        for name, rating in zip(study.cards(None, now), Rating, strict=True):
            answers.answer(study, name, rating, now, 1000)
        answers.undo(study, now)
    return corpus


@contextmanager
def database(corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(corpus / ".srs" / "srs.db")) as connection, connection:
        yield connection


def test_all_comes_out_as_it_was(run: Run, studied: Path) -> None:
    result = run("--decks", studied, "rebuild")
    assert (result.stdout, result.stderr, result.exit_code) == (ALL, "", 0)
    assert [f.name for f in (studied / ".srs" / "backups").iterdir()] == ["srs-0001-rebuild.db"]
    said = json.loads(run("--decks", studied, "rebuild", "--json").stdout)
    assert said == {"version": 1, "cards": 4, "events": 5, "different": 0}


def test_the_log_is_the_truth_whatever_the_cards_say(run: Run, studied: Path) -> None:
    with database(studied) as connection:
        before = list(connection.iterdump())
        connection.execute("update cards set reps = 99, due_day = null where state = 2")
        connection.execute("update revlog set recall = 5, stability = 7")
        wrong = list(connection.iterdump())
    result = run("--decks", studied, "rebuild")
    assert re.fullmatch(r"4 cards from 5 events: [1-4] came out different\n", result.stdout)
    with database(studied) as connection:
        assert list(connection.iterdump()) == before
    with closing(sqlite3.connect(studied / ".srs" / "backups" / "srs-0001-rebuild.db")) as copy:
        assert list(copy.iterdump()) == wrong
    assert run("--decks", studied, "rebuild").stdout == ALL


def test_a_copy_that_cannot_be_made_leaves_all_as_it_is(run: Run, studied: Path) -> None:
    (studied / ".srs" / "backups").touch()
    with database(studied) as connection:
        connection.execute("update cards set reps = 99")
    result = run("--decks", studied, "rebuild")
    assert result.exit_code == 1
    assert result.stderr.startswith("srs: cannot copy ")
    with database(studied) as connection:
        assert connection.execute("select distinct reps from cards").fetchall() == [(99,)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")
def test_a_terminal_is_told_how_far_it_is(studied: Path) -> None:
    import pexpect

    command = ["-m", "srs", "--decks", str(studied), "--now", NOW, "rebuild"]
    child = pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=30)
    child.expect_exact("making cards anew: 4 of 4")
    child.expect_exact(ALL.strip())
    child.expect(pexpect.EOF)
