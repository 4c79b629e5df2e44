"""How long `srs due` takes with 100,000 cards, beside what it cannot do without.

Run with `python -m tests.bench.due`. The baseline, in the same run, imports click and sqlite3 and
counts the cards of the same database by state and day; each line has the median of a process, and
its ratio to that.
"""

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from tests.bench.reconcile import ENVIRONMENT, corpus

ROUNDS = 7
NOW = "2026-11-21T18:00:00+01:00"
TODAY = date(2026, 11, 21)
BASELINE = """
import click, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("select state, due_day, count(*) from cards group by state, due_day").fetchall()
"""


def learn(database: Path, due: Callable[[], int]) -> None:
    """Make every card a review, due so many days from today."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executemany(
            "update cards set state = 2, due_day = ?, interval = 20, stability = 20, reps = 3, "
            "difficulty = 5, last_day = ?, last_ms = 1 where guid = ?",
            rows(connection, due),
        )
        connection.commit()


def rows(connection: sqlite3.Connection, due: Callable[[], int]) -> Iterator[tuple[str, str, str]]:
    for (guid,) in connection.execute("select guid from cards").fetchall():
        day = TODAY + timedelta(days=due())
        yield day.isoformat(), (day - timedelta(days=20)).isoformat(), guid


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder)
        database = folder / ".srs" / "srs.db"
        due = [sys.executable, "-m", "srs", "--decks", name, "--now", NOW, "due"]
        baseline = [sys.executable, "-c", BASELINE, str(database)]
        subprocess.run(due, check=True, capture_output=True, env=ENVIRONMENT)
        states: list[tuple[str, Callable[[], int] | None]] = [
            ("all new", None),
            ("all learnt, 500 due", lambda: rng.randrange(200)),
            ("all learnt, 5,000 overdue", lambda: rng.randrange(-10, 190)),
            ("all learnt, all overdue", lambda: -rng.randrange(100)),
        ]
        for what, days in states:
            if days is not None:
                learn(database, days)
            pairs = [(seconds(due), seconds(baseline)) for _ in range(ROUNDS)]
            ours, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
            print(f"{what}: {ours:.2f} s, baseline {theirs:.2f} s, ratio {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
