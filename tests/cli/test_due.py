"""What there is to study, how long it takes, and the chart of the days to come."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from srs.cli.chart import ASCII, BLOCKS, ROWS, columns

Run = Callable[..., Result]
TODAY = date(2026, 11, 21)


def learn(corpus: Path, due: list[int]) -> None:
    """Make the first cards reviews that are due so many days from today."""
    with closing(sqlite3.connect(corpus / ".srs" / "srs.db")) as connection, connection:
        cards = connection.execute("select guid, ord from cards order by guid, ord").fetchall()
        for (guid, ord), days in zip(cards, due, strict=False):
            day = str(TODAY + timedelta(days))
            connection.execute(
                "update cards set state = 2, due_day = ?, interval = 5, stability = 5, reps = 1, "
                "difficulty = 5, last_day = '2026-10-01', last_ms = 1 where guid = ? and ord = ?",
                (day, guid, ord),
            )


@pytest.fixture
def many(corpus: Path, run: Run) -> Path:
    """Make a corpus of 260 notes."""
    texts = [f"## Question {n}?\n<!-- {{#q{n}}} -->\n\nAnswer {n}.\n" for n in range(260)]
    (corpus / "deck.md").write_text("---\ndeck: Deck\n---\n\n" + "\n".join(texts))
    assert run("--decks", corpus, "due").exit_code == 0
    return corpus


def test_due_counts_by_deck_and_state_and_tells_the_minutes(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "due")
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["new", "learning", "review"],
        ["Deck", "3", "0", "0"],
        ["About", "2", "min."],
    ]
    assert result.stderr == "srs: 3 new\n"
    data = json.loads(run("--decks", corpus, "due", "--json", "id:first").stdout)
    assert data["total"] == {"new": 1, "learning": 0, "review": 0}
    assert data["decks"] == [{"deck": "Deck", "new": 1, "learning": 0, "review": 0}]
    assert (data["day"], data["minutes"], data["held_back"]) == ("2026-11-21", 1, 0)
    assert [day["reviews"] for day in data["forecast"]] == [0] * 30


def test_a_backlog_is_said(run: Run, many: Path) -> None:
    learn(many, [*range(-99, 1)] * 2 + [0] * 12 + [1] * 5 + [3, 40])
    result = run("--decks", many, "due")
    lines = result.stdout.splitlines()
    assert lines[1].split() == ["Deck", "0", "0", "200"]
    assert lines[2] == "About 33 min."
    assert lines[3] == (
        "212 reviews are due in all: 200 a day clears them by 22 Nov, and new cards wait until then."
    )
    assert lines[5] == "218 reviews in 30 days, most on 21 Nov:"
    data = json.loads(run("--decks", many, "due", "--json").stdout)
    assert data["held_back"] == 12
    assert data["backlogs"] == [{"deck": "", "due": 212, "a_day": 200, "clears": "2026-11-22"}]
    assert [day["reviews"] for day in data["forecast"]][:5] == [200, 17, 0, 1, 0]
    assert data["forecast"][29] == {"day": "2026-12-20", "reviews": 0}


def test_what_is_left_beyond_the_limit_is_said_when_the_day_is_done(run: Run, corpus: Path) -> None:
    run("--decks", corpus, "due")
    learn(corpus, [5] * 4)
    lines = run("--decks", corpus, "due").stdout.splitlines()
    assert lines[0] == "Nothing is due today."
    assert lines[2] == "4 reviews in 30 days, most on 26 Nov:"


@pytest.mark.parametrize(("encoding", "marks"), [("utf-8", BLOCKS), ("ascii", ASCII)])
def test_the_chart_fits_the_terminal_and_its_characters(
    many: Path, encoding: str, marks: str
) -> None:
    learn(many, [n % 30 for n in range(240)])
    done = subprocess.run(
        [sys.executable, "-m", "srs", "--decks", many, "--now", "2026-11-21T18:00:00+01:00", "due"],
        capture_output=True, check=True, encoding=encoding, env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    chart = done.stdout.splitlines()[-6:]
    assert chart[0] == f"8 {marks[-1] * 30}"
    assert chart[-1] == "  21 Nov 28 Nov 5 Dec  12 Dec 19 Dec"
    assert all(len(line) <= 40 for line in done.stdout.splitlines()[2:])


DAYS = [TODAY + timedelta(n) for n in range(30)]


@given(st.lists(st.integers(0, 999), min_size=30, max_size=30), st.sampled_from([BLOCKS, ASCII]))
def test_columns_are_as_high_as_their_numbers(counts: list[int], shades: str) -> None:
    lines = columns(list(zip(DAYS, counts, strict=True)), shades)
    assert len(lines) == ROWS + 1
    assert max(map(len, lines)) <= 40
    side = len(str(max(counts))) + 1
    grid = [line[side:].ljust(30) for line in lines[:-1]]
    heights = [sum(shades.index(row[n]) for row in grid) for n in range(30)]
    full = ROWS * (len(shades) - 1)
    for count, height in zip(counts, heights, strict=True):
        assert (height > 0) == (count > 0)
        assert count * full <= height * max(counts) < count * full + max(max(counts), 1)


def test_columns_drawn() -> None:
    counts = [4, 0, 1, 8, 2, 3, 5, 8]
    assert columns(list(zip(DAYS, counts, strict=False)), ASCII) == [
        "8    #   #",
        "     #  .#",
        "  :  #  ##",
        "  #  #.###",
        "0 # |#####",
        "  21 Nov 28 Nov",
    ]
