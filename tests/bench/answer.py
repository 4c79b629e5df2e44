"""How long it takes from an answer's key to the next card on the screen, with 100,000 cards.

Run with `python -m tests.bench.answer`. A session of the review is driven by keys, on a database
with 100,000 cards of which half have been studied and 10,000 are due. Beside it stands what the
disk takes for one row committed as safely. Prints p50 and p99 of both in ms, and how long the
session took to begin.
"""

import datetime
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rich.console import Console

from srs.cli.context import Context
from srs.cli.rendering import renderer
from srs.cli.review.flow import Review
from srs.cli.review.screen import Screen
from srs.settings import Settings
from srs.study.memory import Study, open_study
from srs.study.session import Session
from tests.bench.reconcile import corpus

ANSWERS = 1000
NOW = datetime.datetime.now().astimezone()


class Fingers:
    """Flip, grade, flip, grade; note when a grade is given and when the next card is there."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.pressed = 0.0
        self.flipped = False
        self.rng = random.Random(3)

    def key(self, seconds: float | None = None) -> str:
        if len(self.seconds) == ANSWERS:
            return "q"
        self.flipped = not self.flipped
        if self.flipped:
            if self.pressed:
                self.seconds.append(time.perf_counter() - self.pressed)
            return "space"
        self.pressed = time.perf_counter()
        return self.rng.choice("1333334")

    def lines(self) -> Iterator[str]:
        return iter(())

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


def studied(study: Study) -> None:
    """Make half of the cards reviews, of which 10,000 are due."""
    rng = random.Random(2)
    today = NOW.date()

    def day(days: int) -> str:
        return (today + datetime.timedelta(days=days)).isoformat()

    with study.database.transaction() as connection:
        names = connection.execute("select guid, ord from cards").fetchall()[:50_000]
        connection.executemany(
            "update cards set state = 2, due_day = ?, interval = 30, stability = ?, difficulty = 5, "
            "last_day = ?, last_ms = 1, reps = 3 where guid = ? and ord = ?",
            [
                (day(-rng.randrange(9) if n < 10_000 else rng.randrange(1, 300)),
                 rng.uniform(5, 90), day(-40), guid, ord)
                for n, (guid, ord) in enumerate(names)
            ],
        )  # fmt: skip


def commits(folder: Path) -> list[float]:
    """Return the seconds of single rows committed to a file that is as safe."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("pragma journal_mode = truncate")
    connection.execute("pragma synchronous = full")
    connection.execute("create table log (time integer primary key, text text)")
    seconds = []
    for n in range(ANSWERS):
        start = time.perf_counter()
        connection.execute("begin immediate")
        connection.execute("insert into log values (?, ?)", (n, "x" * 100))
        connection.execute("commit")
        seconds.append(time.perf_counter() - start)
    connection.close()
    return seconds


def said(name: str, seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"{name}: p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder)
        study = open_study(folder, folder / "srs.db", NOW)
        studied(study)
        study.settings = Settings(reviews_per_day=ANSWERS * 2, new_per_day=200)
        start = time.perf_counter()
        session = Session.begin(study, None, NOW, new=200)
        began = time.perf_counter() - start
        fingers = Fingers()
        with renderer() as rendering, Path("/dev/null").open("w") as nowhere:
            console = Console(file=nowhere, force_terminal=True, width=80, height=40)
            context = Context(folder, folder / "srs.db", NOW)
            screen = Screen(console, fingers)
            Review(context, study, session, rendering, screen, folder).run()
        bare = commits(folder)
        study.close()
    print(said(f"answer to next card, {len(fingers.seconds)} answers", fingers.seconds))
    ratio = statistics.median(fingers.seconds) / statistics.median(bare)
    print(f"{said('one row committed', bare)}; ratio of medians {ratio:.1f}")
    print(f"the session began in {began * 1000:.0f} ms", file=sys.stderr)


if __name__ == "__main__":
    main()
