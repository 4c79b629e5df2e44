"""A corpus goes to Anki, is studied there in another zone, and its reviews come back."""

import random
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from srs.cli import group
from srs.scheduler.card import State

if sys.platform == "win32":
    pytest.skip("needs time.tzset", allow_module_level=True)

from tests.phone import FORMATS, HOURS, ZONE, Phone

SHIPPED = Path(__file__).parent.parent / "decks" / "python-interview"
ANSWERS, DAYS = 300, 40
WORST = 1e-4
Memories = dict[tuple[str, int], tuple[float, float]]


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """Study the shipped corpus on a phone for 40 days, at all times of the day."""
    folder = tmp_path_factory.mktemp("phone")
    package = folder / "deck.apkg"
    srs(copied(folder), "export", "apkg", package)
    phone = Phone(folder / "anki")
    phone.take(package)
    rng = random.Random(DAYS)
    answers = 0
    for day in range(DAYS):
        answers += phone.answer(round(ANSWERS * (day + 1) / DAYS) - answers, rng)
        phone.let_days_pass(1)
    assert answers == ANSWERS
    phone.spread(rng)
    phone.compute_anew()
    return phone


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, folder / "corpus"))


def srs(corpus: Path, *args: object) -> str:
    """Run a command eight hours away from the phone, and return what it prints."""
    now = datetime.now(timezone(timedelta(hours=HOURS - 8))).isoformat()
    words = ["--now", now, "--decks", str(corpus), "--db", str(corpus / "srs.db"), *map(str, args)]
    done = CliRunner().invoke(group, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def ours(corpus: Path, columns: str) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Return what is known here of each card that was studied."""
    with closing(sqlite3.connect(corpus / "srs.db")) as database:
        sql = f"select guid, ord, {columns} from cards where state > 0 order by guid, ord"
        return {(guid, ord): tuple(rest) for guid, ord, *rest in database.execute(sql)}


def theirs(phone: Phone, columns: str) -> dict[tuple[str, int], tuple[Any, ...]]:
    sql = f"select n.guid, c.ord + 1, {columns} from cards c join notes n on n.id = c.nid where c.type > 0"
    return {(guid, ord): tuple(rest) for guid, ord, *rest in phone.rows(sql)}


def memories(phone: Phone) -> Memories:
    """Return what Anki stores of each card that was studied."""
    return theirs(phone, "json_extract(c.data, '$.s'), json_extract(c.data, '$.d')")


def apart(corpus: Path, stored: Memories) -> float:
    """Return the worst relative difference of a memory, beyond the rounding to 4 and 3 decimals."""
    known = ours(corpus, "stability, difficulty")
    assert known.keys() == stored.keys()
    differences: list[float] = [
        max(0.0, abs(mine - value) - step) / value
        for card in known
        for mine, value, step in zip(known[card], stored[card], (0.5e-4, 0.5e-3), strict=True)
    ]
    return max(differences)


@pytest.mark.parametrize("name", FORMATS)
def test_every_answer_comes_back_once_and_every_card_as_anki_has_it(
    phone: Phone, tmp_path: Path, name: str
) -> None:
    corpus = copied(tmp_path)
    file = phone.export(tmp_path, name)
    said = srs(corpus, "import", file)
    stored = memories(phone)
    assert f"{ANSWERS} new reviews of {len(stored)} cards; time zone UTC" in said

    sent = phone.rows(
        "select n.guid, c.ord + 1, r.id, r.ease, r.time from revlog r "
        "join cards c on c.id = r.cid join notes n on n.id = c.nid order by r.id"
    )
    with closing(sqlite3.connect(corpus / "srs.db")) as database:
        sql = "select guid, ord, time, rating, taken_ms from revlog order by time"
        assert [list(row) for row in database.execute(sql)] == sent

    assert apart(corpus, stored) < WORST
    ((created,),) = phone.rows("select crt from col")
    first = datetime.fromtimestamp(created, ZONE).date()
    scheduled = {
        card: (
            state,
            (first + timedelta(days=due)).isoformat() if state == State.REVIEW.value else None,
            interval if state == State.REVIEW.value else None,
        )
        for card, (state, due, interval) in theirs(phone, "c.type, c.due, c.ivl").items()
    }
    assert ours(corpus, "state, due_day, interval") == scheduled

    before = (corpus / "srs.db").read_bytes()
    assert f"0 new reviews, {ANSWERS} already here;" in srs(corpus, "import", file)
    assert (corpus / "srs.db").read_bytes() == before


def test_it_matters_where_the_phone_is(phone: Phone, tmp_path: Path) -> None:
    corpus = copied(tmp_path)
    srs(corpus, "import", phone.export(tmp_path, "new.apkg"), "--tz", f"{4 - HOURS:+03}:00")
    assert apart(corpus, memories(phone)) > 0.1
