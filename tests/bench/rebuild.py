"""How long it takes to make 100,000 cards anew from a log of 8 answers each.

Run with `python tests/bench/rebuild.py [CARDS [ANSWERS]]`. Prints the seconds, those of the
processor and the peak memory of py-fsrs alone, which is given each answer of the same log
ready-made, and those of `rebuild_all` in a process of its own: where all is new and must be
written, with other parameters, and where nothing has changed; each with the ratio of the
processor's seconds, as other programs may take turns with it.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import fsrs

from srs.model import Rating
from srs.scheduler.card import State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.settings import FSRS_6
from srs.store import cards
from srs.store.database import open_database

FITTED = (*FSRS_6[:8], 1.2, *FSRS_6[9:])
FIRST = date(2024, 1, 1)


class Seconds(NamedTuple):
    """A time by the clock, and the processor's."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> Seconds:
        return cls(time.perf_counter(), time.process_time())

    @classmethod
    def since(cls, start: Seconds) -> Seconds:
        return cls(time.perf_counter() - start.clock, time.process_time() - start.processor)


def log(count: int, answers: int) -> list[Event]:
    """Draw a log in order of time: two answers on the first day, then at growing intervals."""
    rng = random.Random(1)
    events = []
    for card in range(count):
        day, interval = FIRST + timedelta(days=rng.randrange(365)), 0
        for n in range(answers):
            rating = rng.choices(list(Rating), (10, 15, 65, 10))[0]
            outcome = Outcome(State.LEARNING, 1, 600, None)
            if n:
                interval = max(1, round(interval * rng.uniform(1, 3)))
                outcome = Outcome(State.REVIEW, 0, None, interval)
            start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp()
            ms = int(start * 1000) + rng.randrange(40_000_000)
            guid = f"guid-{card:07}"
            events.append(
                Event(guid, 1, ms, EventKind.ANSWER, day, 60, "d", "srs", rating, 5000, outcome)
            )
            day += timedelta(days=interval + rng.randrange(3) if interval else 0)
    return sorted(events, key=lambda event: event.time)


def make(path: Path, count: int, answers: int) -> None:
    """Write notes, their cards and the log."""
    database = open_database(path)
    note = "'', 'a.md', 0, 0, 1, 'a', 'basic', 'Q', '', 'A', 1, 3, '[]', '[]', 0, 0, 0, 1000"
    guids = [(f"guid-{card:07}",) for card in range(count)]
    random.Random(2).shuffle(guids)
    with database.transaction() as connection:
        connection.executemany(f"insert into notes values (?, {note})", guids)
        connection.executemany("insert into cards (guid, ord) values (?, 1)", guids)
        cards.insert(connection, log(count, answers))
    database.close()


def alone(path: Path) -> Seconds:
    """Return how long py-fsrs takes for the answers of a log."""
    database = open_database(path)
    histories: dict[str, list[tuple[fsrs.Rating, datetime]]] = {}
    for guid, rating, day in database.connection.execute(
        "select guid, rating, day from revlog order by time"
    ):
        moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
        histories.setdefault(guid, []).append((fsrs.Rating(rating), moment))
    database.close()
    scheduler = fsrs.Scheduler(FSRS_6, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    start = Seconds.now()
    for history in histories.values():
        card = fsrs.Card(card_id=0)
        for rating, moment in history:
            card, _ = scheduler.review_card(card, rating, moment)
    return Seconds.since(start)


def rebuild(path: Path, parameters: tuple[float, ...]) -> Seconds:
    """Return how long all cards take to be made anew, the commit included."""
    database = open_database(path)
    start = Seconds.now()
    with database.transaction() as connection:
        cards.rebuild_all(connection, parameters)
    seconds = Seconds.since(start)
    database.close()
    return seconds


TASKS: dict[str, Callable[[Path], Seconds]] = {
    "py-fsrs alone": alone,
    "rebuild, all new": lambda path: rebuild(path, FSRS_6),
    "rebuild, other parameters": lambda path: rebuild(path, FITTED),
    "rebuild, nothing changed": lambda path: rebuild(path, FITTED),
}


def child(*arguments: object) -> str:
    """Do a task in a process of its own."""
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measured(task: str, path: Path) -> tuple[Seconds, float]:
    """Return a task's seconds and peak memory in MB."""
    clock, processor, memory = map(float, child(task, path).split())
    return Seconds(clock, processor), memory


def main() -> None:
    match sys.argv[1:]:
        case ["make", path, count, answers]:
            make(Path(path), int(count), int(answers))
        case [task, path] if task in TASKS:
            seconds = TASKS[task](Path(path))
            print(*seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        case numbers:
            compare(*map(int, numbers))


def compare(count: int = 100_000, answers: int = 8) -> None:
    """Measure all on one database, py-fsrs before and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "srs.db"
        child("make", path, count, answers)
        print(f"{count:,} cards, {count * answers:,} answers, {path.stat().st_size / 1e6:.0f} MB")
        rows = [(task, *measured(task, path)) for task in (*TASKS, "py-fsrs alone")]
    baseline = statistics.mean(rows[n][1].processor for n in (0, -1))
    for task, seconds, memory in rows:
        print(
            f"{task}: {seconds.clock:.2f} s, processor {seconds.processor:.2f} s, {memory:.0f} MB, "
            f"ratio {seconds.processor / baseline:.2f}"
        )


if __name__ == "__main__":
    main()
