"""Whatever was accepted is kept: kills, two at once, a full disk, a clock set back."""

import os
import signal
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.log import EventKind
from srs.settings import FSRS_6, Settings
from srs.store import cards
from srs.store.database import Database
from srs.study import answers
from srs.study.memory import Study, open_study

KILLS = 200
CARDS = 5
NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FITTED = (*FSRS_6[:8], 1.2, *FSRS_6[9:])
NO_LEECHES = Settings(leech_lapses=10**6)

Tell = Callable[[str], None]
T = TypeVar("T")

forks = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "srs.toml").write_text('name = "Small"\nkey = "k"\n')
    (root / "deck.md").write_text("\n".join(f"## Question {n}?\n\nYes.\n" for n in range(CARDS)))
    os.utime(root / "deck.md", (1_700_000_000, 1_700_000_000))  # a young file is looked at again
    opened(root).close()
    return root


def opened(root: Path, now: datetime = NOW) -> Study:
    return replace(open_study(root, root / ".srs" / "srs.db", now), settings=NO_LEECHES)


@contextmanager
def reading(root: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(root / ".srs" / "srs.db")) as connection:
        yield connection


def logged(root: Path) -> list[str]:
    """Return the log as `study` tells of it."""
    with reading(root) as connection:
        rows = connection.execute("select kind, guid, ord, time, undoes from revlog order by time")
        return [f"{kind} {guid} {ord} {undoes or time}" for kind, guid, ord, time, undoes in rows]


def check_sound(root: Path) -> None:
    """Fail unless the database is intact and the cards are what the log makes of them."""
    with reading(root) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        times = [time for (time,) in connection.execute("select time from revlog")]
        assert len(set(times)) == len(times)
        assert cards.rebuild_all(connection, FSRS_6) == cards.Rebuilt(CARDS, len(times), 0)


def study(root: Path, now: datetime, tell: Tell) -> None:
    """Answer cards in turn, and take back every seventh time; tell what was accepted."""
    study = opened(root, now)
    names = study.cards(None, now)
    for n in count():
        now += MINUTE
        if n % 7 == 6:
            undone = answers.undo(study, now)
            if undone is not None:
                tell(f"undo {undone.guid} {undone.ord} {undone.time}")
            continue
        name = names[n % CARDS]
        given = answers.answer(study, name, list(Rating)[n % 4], now, 1000, study.card(name))
        if given is not None:
            tell(f"answer {name.guid} {name.ord} {given.event.time}")


def forked(work: Callable[[Tell], None]) -> tuple[int, int]:
    """Start a process that does some work; return its id and what reads the lines it tells.

    As it is forked, hundreds take seconds. No database may be open here then.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, that are not ours
        pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            work(lambda line: _write(writer, line))
        except SrsError as error:
            _write(writer, str(error))
        finally:
            os._exit(0)
    os.close(writer)
    return pid, reader


def _write(writer: int, line: str) -> None:
    os.write(writer, f"{line}\n".encode())


@forks
def test_a_kill_at_any_moment_loses_no_accepted_answer(root: Path) -> None:
    random = Random(1)
    accepted: list[str] = []
    halfway = 0
    for kill in range(KILLS):
        now = NOW + kill * DAY
        pid, reader = forked(lambda tell, now=now: study(root, now, tell))  # type: ignore[misc]
        with os.fdopen(reader, "rb") as lines:
            told = [lines.readline() for _ in range(random.randrange(7))]
            for _ in range(random.randrange(50_000)):
                pass  # so long that it dies anywhere in what it does next
            os.kill(pid, signal.SIGKILL)
            told += lines.readlines()
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        accepted += [line.decode().strip() for line in told]
        journal = root / ".srs" / "srs.db-journal"
        halfway += journal.exists() and journal.stat().st_size > 0
        found = logged(root)
        assert set(accepted) <= set(found)
        if kill % 20 == 19:
            check_sound(root)
    found = logged(root)
    assert len(set(accepted)) == len(accepted) > 2 * KILLS
    assert len(found) <= len(accepted) + KILLS
    check_sound(root)
    assert halfway > 0
    print(
        f"\n{KILLS} kills, {halfway} within a commit; {len(accepted)} accepted, {len(found)} in the log: none lost"
    )


def remake(root: Path, parameters: tuple[float, ...], tell: Tell = lambda line: None) -> None:
    with closing(opened(root)) as study, study.database.transaction() as connection:
        study.database.copy("rebuild")
        cards.rebuild_all(connection, parameters, lambda done: tell("anew"))


def dump(root: Path) -> list[str]:
    with reading(root) as connection:
        return list(connection.iterdump())


@forks
def test_cards_are_made_anew_all_or_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "BATCH", 1)
    with closing(opened(root)) as study:
        for n, name in enumerate(study.cards(None, NOW) * 4):
            answers.answer(study, name, Rating.GOOD, NOW + n * DAY, 1000)
    before = dump(root)
    remake(root, FITTED)
    after = dump(root)
    assert after != before
    for kill in range(30):
        remake(root, FSRS_6)
        assert dump(root) == before
        pid, reader = forked(lambda tell: remake(root, FITTED, tell))
        with os.fdopen(reader, "rb") as lines:
            for _ in range(kill % (CARDS + 1)):
                lines.readline()
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert dump(root) in (before, after)


def patiently(call: Callable[..., T], *arguments: object) -> T:
    """Call again as long as another process writes: on a loaded machine one may wait its turn."""
    while True:
        try:
            return call(*arguments)
        except SrsError as error:
            if "another srs is writing" not in str(error):
                raise


def take_turns(root: Path, go: int, tell: Tell) -> None:
    """Answer three cards at a time as they were before, and tell what was accepted."""
    study = opened(root)
    names = study.cards(None, NOW)[:3]
    tell("ready")
    os.read(go, 1)
    for n in range(100):
        cards_shown = [patiently(study.card, name) for name in names]
        for name, shown in zip(names, cards_shown, strict=True):
            now = NOW + n * MINUTE
            given = patiently(answers.answer, study, name, Rating.GOOD, now, 1000, shown)
            if given is None:
                tell("refused")
            else:
                tell(f"answer {name.guid} {name.ord} {given.event.time} {shown.reps}")


@forks
def test_two_at_once_lose_and_double_nothing(root: Path) -> None:
    wait, go = os.pipe()
    processes = [forked(lambda tell: take_turns(root, wait, tell)) for _ in range(2)]
    pids = [pid for pid, _ in processes]
    readers = [os.fdopen(reader) for _, reader in processes]
    assert [lines.readline() for lines in readers] == ["ready\n"] * 2
    os.write(go, b"go")
    told = [lines.read().splitlines() for lines in readers]
    for file in (*readers, os.fdopen(wait), os.fdopen(go, "w")):
        file.close()
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0, 0]
    accepted = [[line.rsplit(" ", 1) for line in lines if line != "refused"] for lines in told]
    refused = [lines.count("refused") for lines in told]
    ours, theirs = ([event for event, _ in events] for events in accepted)
    assert [len(own) + no for own, no in zip((ours, theirs), refused, strict=True)] == [300, 300]
    assert not set(ours) & set(theirs)
    assert sorted(ours + theirs) == sorted(logged(root))
    # Each answer was given to the card as it then was: no two to the same repetition.
    turns = [(event.split()[1], reps) for events in accepted for event, reps in events]
    assert len(set(turns)) == len(turns)
    check_sound(root)
    print(f"\n{len(ours)} and {len(theirs)} accepted, {sum(refused)} refused, as shown before")


def fill(study: Study) -> tuple[list[str], str]:
    """Answer until that cannot be; return what was accepted and what was said."""
    accepted: list[str] = []
    names = study.cards(None, NOW)
    try:
        for n in range(20_000):
            name = names[n % CARDS]
            given = answers.answer(study, name, Rating.GOOD, NOW + n * MINUTE, 1000)
            assert given is not None
            accepted.append(f"answer {name.guid} {name.ord} {given.event.time}")
    except SrsError as error:
        return accepted, str(error)
    raise AssertionError("there was room for all")


def test_a_full_disk_loses_nothing(root: Path) -> None:
    with closing(opened(root)) as study:
        (pages,) = study.database.connection.execute("pragma page_count").fetchone()
        study.database.connection.execute(f"pragma max_page_count = {pages + 6}")
        accepted, said = fill(study)
        assert said.endswith("srs.db: the disk is full; nothing was lost, make room and try again")
        assert len(accepted) > 20
        assert logged(root) == accepted
        check_sound(root)
        study.database.connection.execute(f"pragma max_page_count = {pages + 1000}")
        name = study.cards(None, NOW)[0]
        assert answers.answer(study, name, Rating.GOOD, NOW + DAY, 1000, study.card(name))
    assert len(logged(root)) == len(accepted) + 1
    check_sound(root)


@forks
def test_a_file_that_may_not_grow_loses_nothing(root: Path) -> None:
    import resource

    size = (root / ".srs" / "srs.db").stat().st_size

    def work(tell: Tell) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 6 * 4096, size + 6 * 4096))
        accepted, said = fill(opened(root))
        for line in [*accepted, said]:
            tell(line)

    pid, reader = forked(work)
    with os.fdopen(reader, "r") as lines:
        *accepted, said = lines.read().splitlines()
    os.waitpid(pid, 0)
    assert "srs.db: the disk" in said
    assert "nothing was" in said
    assert len(accepted) > 20
    assert logged(root) == accepted
    check_sound(root)


def test_a_database_that_cannot_be_written_says_so(root: Path) -> None:
    path = root / ".srs" / "srs.db"
    with closing(opened(root)) as study:
        name = study.cards(None, NOW)[0]
        answers.answer(study, name, Rating.GOOD, NOW, 1000)
    before = logged(root)
    read_only = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    with closing(replace(study, database=Database(read_only, path))) as only_read:
        card = only_read.card(name)
        assert card.reps == 1
        acts: list[Callable[[], object]] = [
            lambda: answers.answer(only_read, name, Rating.GOOD, NOW, 1000, card),
            lambda: answers.undo(only_read, NOW),
            lambda: answers.put(only_read, [name], EventKind.SUSPEND, NOW),
        ]
        for act in acts:
            with pytest.raises(
                SrsError, match=r"srs\.db: this database cannot be written; make it"
            ):
                act()
        assert only_read.card(name) == card
    assert logged(root) == before


def test_a_clock_set_back_loses_nothing(root: Path) -> None:
    with closing(opened(root)) as study:
        one, other, *_ = study.cards(None, NOW)
        moments = [NOW, NOW - 400 * DAY, NOW - MINUTE, NOW, NOW + MINUTE]
        given = [answers.answer(study, one, Rating.GOOD, now, 1000) for now in moments]
        times = [each.event.time for each in given if each is not None]
        first = int(NOW.timestamp() * 1000)
        assert times == [first, first + 1, first + 2, first + 3, first + 60_000]
        assert study.card(one).reps == len(moments)
        memory = study.card(one).memory
        assert memory is not None
        assert memory.day == NOW.date()
        last = answers.answer(study, other, Rating.GOOD, NOW - 400 * DAY, 1000)
        assert last is not None
        assert answers.undo(study, NOW - 400 * DAY) == last.event
        undone = answers.undo(study, NOW - 400 * DAY)
        assert undone is not None
        assert undone.time == times[-1]
        assert study.card(one).reps == len(moments) - 1
    assert len(logged(root)) == len(moments) + 3
    check_sound(root)
