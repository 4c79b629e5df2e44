"""Stability and difficulty beside those of Anki's core and of fsrs-rs, with a table (`pytest -s`).

Anki forgets the zone of an answer: when it computes a card anew it sorts all answers into days by
today's rollover. We keep the day that was fixed at the answer. Where both come to the same days,
both come to the same memory.
"""

import csv
import gzip
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise, product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

if sys.platform != "linux":
    pytest.skip("needs fsrs-rs", allow_module_level=True)

import fsrs_rs_python as fsrs_rs
from anki.collection import Collection
from anki.deck_config_pb2 import UpdateDeckConfigsRequest

from srs.model import Rating
from srs.scheduler.card import Card, Memory, State
from srs.scheduler.fold import fold, step
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome, outcomes
from srs.scheduler.studyday import epoch_ms, offset_minutes, study_day
from srs.settings import FSRS_6, Settings

LOG = Path(__file__).parent.parent / "data" / "review_log.csv.gz"
ROLLOVER = 4
WORST = 1e-4
UTC_ZONE, BERLIN, VANCOUVER = map(ZoneInfo, ("UTC", "Europe/Berlin", "America/Vancouver"))
END = datetime(2026, 11, 1, tzinfo=UTC)

History = list[tuple[datetime, Rating]]
"""Answers to a card: aware moments, in order, each with a rating."""


def histories(count: int, *zones: ZoneInfo) -> list[History]:
    """Make random histories: many answers a day, some late at night, lapses, long gaps.

    With several zones the person moves on after every few answers.
    """
    rng = random.Random(count)
    found: list[History] = []
    for _ in range(count):
        moment = END - timedelta(days=rng.uniform(400, 900))
        history: History = []
        for n in range(rng.randint(1, 14)):
            zone = zones[n // 4 % len(zones)]
            local = moment.astimezone(zone)
            history.append((local, rng.choices(list(Rating), (25, 10, 50, 15))[0]))
            moment += rng.choice(
                (
                    timedelta(minutes=rng.uniform(1, 90)),
                    timedelta(hours=rng.uniform(2, 30)),
                    timedelta(days=rng.uniform(1, 12)),
                    timedelta(days=rng.uniform(1, 70)),
                )
            )
            if rng.random() < 0.3:  # to the hour around the rollover
                near = moment.astimezone(zone).replace(hour=rng.choice((2, 3, 4)))
                moment = max(moment, near.replace(minute=rng.randrange(60)).astimezone(UTC))
        found.append([answer for answer in history if answer[0] < END])
    return [history for history in found if history]


def real_log() -> list[History]:
    """Return the histories of one person's real log, in their own time zone."""
    cards: dict[str, History] = {}
    with gzip.open(LOG, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["review_time"]).astimezone(VANCOUVER)
            rating = Rating(int(row["review_rating"]))
            cards.setdefault(row["card_id"], []).append((moment, rating))
    return [sorted(history, key=lambda answer: answer[0]) for history in cards.values()]


def ours(history: History) -> Memory:
    """Fold a history as the log has it: each answer with its own study day."""
    events = [
        Event(
            "guid", 1, epoch_ms(moment), EventKind.ANSWER, study_day(moment, ROLLOVER),
            offset_minutes(moment), "device", rating=rating,
            outcome=Outcome(State.REVIEW, 0, None, 1),
        )
        for moment, rating in history
    ]  # fmt: skip
    memory = fold(events, FSRS_6)[0].memory
    assert memory is not None
    return memory


def our_days(history: History) -> list[int]:
    """Return the study days between the answers, beginning with 0; none is before the last."""
    days = list(accumulate((study_day(moment, ROLLOVER) for moment, _ in history), max))
    return [0, *((day - last).days for last, day in pairwise(days))]


def anki_days(history: History, next_day_at: int) -> list[int]:
    """Return the same as Anki counts it, by the next rollover of today (rslib, fsrs/params.rs)."""
    buckets = [(next_day_at - epoch_ms(moment) // 1000) // 86_400 for moment, _ in history]
    return [0, *(last - day for last, day in pairwise(buckets))]


def fsrs_rs_memory(history: History, days: Sequence[int]) -> tuple[float, float]:
    reviews = [
        fsrs_rs.FSRSReview(rating.value, elapsed)
        for (_, rating), elapsed in zip(history, days, strict=True)
    ]
    memory = fsrs_rs.FSRS([]).memory_state(fsrs_rs.FSRSItem(reviews))
    return memory.stability, memory.difficulty


@dataclass(frozen=True, slots=True)
class Anki:
    """What Anki's core makes of some histories: what it computes, and what it stores rounded."""

    computed: list[tuple[float, float]]
    stored: list[tuple[float, float]]
    next_day_at: int


def new_collection(folder: Path, zone: ZoneInfo) -> Any:
    """Open a new collection in a zone, as a server does: Anki's core keeps the process' zone."""
    collection: Any = Collection(str(folder / "collection.anki2"), server=True)
    offset = datetime.now(zone).utcoffset()
    assert offset is not None
    collection.set_config("localOffset", -round(offset.total_seconds() / 60))
    return collection


def in_anki(folder: Path, zone: ZoneInfo, cards: Sequence[History]) -> Anki:
    """Put histories into a collection, switch FSRS on there, and read what comes out."""
    collection = new_collection(folder, zone)
    notetype = collection.models.by_name("Basic")
    assert notetype is not None
    note = collection.new_note(notetype)
    note["Front"] = "question"
    collection.add_note(note, collection.decks.id("Default") or 1)
    (first,) = note.card_ids()
    ids = [first + n for n in range(len(cards))]

    def write() -> None:
        row = collection.db.first("select * from cards where id = ?", first)
        marks = ", ".join("?" * len(row))
        collection.db.executemany(
            f"insert into cards values ({marks})", [(id, *row[1:]) for id in ids[1:]]
        )
        collection.db.execute("update cards set type = 2, queue = 2, ivl = 5, reps = 5, due = 9")
        collection.db.executemany(
            "insert into revlog values (?, ?, -1, ?, 5, 5, 500, 1000, ?)",
            rows(ids, cards),
        )

    collection.db.transact(write)
    switch_fsrs_on(collection)
    states = [collection.compute_memory_state(id) for id in ids]
    stored = [collection.get_card(id).memory_state for id in ids]
    found = Anki(
        [(state.stability, state.difficulty) for state in states],
        [(state.stability, state.difficulty) for state in stored],
        collection.sched.day_cutoff,
    )
    collection.close()
    return found


def switch_fsrs_on(collection: Any) -> None:
    config = collection.decks.get_deck_configs_for_update(1)
    collection.decks.update_deck_configs(
        UpdateDeckConfigsRequest(
            target_deck_id=1, configs=[config.all_config[0].config], fsrs=True,
            limits=config.current_deck.limits,
        )
    )  # fmt: skip


def rows(ids: Sequence[int], cards: Sequence[History]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the log: times moved to the next free millisecond, the first answer as learning."""
    taken: set[int] = set()
    for id, history in zip(ids, cards, strict=True):
        for n, (moment, rating) in enumerate(history):
            at = epoch_ms(moment)
            while at in taken:
                at += 1
            taken.add(at)
            yield at, id, rating.value, int(n > 0)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the worse relative difference of two memories."""
    return max(abs(a - b) / b for a, b in zip(one, other, strict=True))


def rounded_apart(memory: tuple[float, float], stored: tuple[float, float]) -> float:
    """Return the same for what was stored in 4 and 3 decimals, beyond their rounding."""
    steps = (0.5e-4, 0.5e-3)
    return max(
        max(0.0, abs(a - b) - step) / b for a, b, step in zip(memory, stored, steps, strict=True)
    )


CASES: dict[str, tuple[ZoneInfo, Callable[[], list[History]]]] = {
    "2,000 random histories, UTC": (UTC_ZONE, lambda: histories(2000, UTC_ZONE)),
    "1,205 cards of a real log, Vancouver": (VANCOUVER, real_log),
    "2,000 over changes of the clock, Berlin": (BERLIN, lambda: histories(2000, BERLIN)),
    "2,000 of a person who moves, Berlin": (BERLIN, lambda: histories(2000, VANCOUVER, BERLIN)),
}
NO_DAY_MOVES = ("2,000 random histories, UTC", "1,205 cards of a real log, Vancouver")
"""Where no answer is within an hour of the rollover in the other half-year."""


@pytest.mark.parametrize("case", CASES)
def test_our_memory_is_that_of_anki_and_fsrs_rs(tmp_path: Path, case: str) -> None:
    zone, made = CASES[case]
    cards = made()
    anki = in_anki(tmp_path, zone, cards)
    mine = [ours(history) for history in cards]
    memories = [(memory.stability, memory.difficulty) for memory in mine]
    days = [our_days(history) for history in cards]
    theirs = [anki_days(history, anki.next_day_at) for history in cards]
    same = [n for n in range(len(cards)) if days[n] == theirs[n]]
    other = [n for n in range(len(cards)) if days[n] != theirs[n]]

    rust = max(
        apart(memory, fsrs_rs_memory(history, elapsed))
        for memory, history, elapsed in zip(memories, cards, days, strict=True)
    )
    computed = max(apart(memories[n], anki.computed[n]) for n in same)
    stored = max(rounded_apart(memories[n], anki.stored[n]) for n in same)
    print(
        f"\n{case}: {len(cards)} cards, {sum(map(len, cards))} answers; worst relative difference "
        f"to fsrs-rs {rust:.1e}, Anki computed {computed:.1e}, stored {stored:.1e}; "
        f"{len(other)} cards fall on other days in Anki"
    )
    assert rust < WORST
    assert computed < WORST
    assert stored < WORST
    if case in NO_DAY_MOVES:
        assert not other
    else:
        assert other
    # Where Anki differs it is for the days alone: with its days, ours is its memory.
    for n in other:
        assert apart(fsrs_rs_memory(cards[n], theirs[n]), anki.computed[n]) < WORST


def test_an_answer_near_the_rollover_of_the_other_half_year_falls_on_another_day_in_anki(
    tmp_path: Path,
) -> None:
    in_summer = bool(datetime.now(BERLIN).dst())
    near = (4, 30) if not in_summer else (3, 30)  # half past three, or four, as Anki sees it today
    month = 1 if in_summer else 7
    evening = datetime(2026, month, 1, 20, 0, tzinfo=BERLIN)
    night = datetime(2026, month, 2, *near, tzinfo=BERLIN)
    history = [(evening, Rating.GOOD), (night, Rating.GOOD)]
    anki = in_anki(tmp_path, BERLIN, [history])
    next_day, same_day = 7.3153, 2.3065
    mine, theirs = (same_day, next_day) if in_summer else (next_day, same_day)
    assert ours(history).stability == pytest.approx(mine, abs=5e-5)
    assert anki.computed[0][0] == pytest.approx(theirs, abs=5e-5)


def test_moving_on_changes_no_day_that_was() -> None:
    evening = datetime(2026, 3, 1, 22, 0, tzinfo=BERLIN)
    morning = datetime(2026, 3, 2, 8, 0, tzinfo=BERLIN)
    later = datetime(2026, 3, 9, 8, 0, tzinfo=BERLIN).astimezone(VANCOUVER)
    before = ours([(evening, Rating.GOOD), (morning, Rating.GOOD)])
    assert before.stability == pytest.approx(7.3153, abs=5e-5)
    moved = [(evening, Rating.GOOD), (morning, Rating.GOOD), (later, Rating.GOOD)]
    assert our_days(moved) == [0, 1, 6]  # it is still the evening of the day before in Vancouver


SEQUENCES = [walk for length in range(4) for walk in product(Rating, repeat=length)]


def delays(states: Any) -> dict[Rating, int | None]:
    """Return the seconds of the steps that Anki offers, None where an answer gives days."""
    found: dict[Rating, int | None] = {}
    for rating in Rating:
        normal = getattr(states, rating.name.lower()).normal
        kind = normal.WhichOneof("kind")
        match kind:
            case "learning":
                found[rating] = normal.learning.scheduled_secs
            case "relearning":
                found[rating] = normal.relearning.learning.scheduled_secs
            case _:
                found[rating] = None
    return found


def test_steps_are_walked_as_in_anki(tmp_path: Path) -> None:
    day = datetime.now(UTC).date()
    collection = new_collection(tmp_path, UTC_ZONE)
    switch_fsrs_on(collection)
    notetype = collection.models.by_name("Basic")
    for walk in SEQUENCES:
        note = collection.new_note(notetype)
        note["Front"] = repr(walk)
        collection.add_note(note, 1)
        (id,) = note.card_ids()
        card = Card()
        for rating in (*walk, None):
            states = collection._backend.get_scheduling_states(id)
            offered = outcomes(card, "guid", 1, day, Settings())
            assert {r: offered[r].delay for r in Rating} == delays(states), walk
            if rating is None:
                break
            theirs = collection.get_card(id)
            theirs.start_timer()
            collection.sched.answer_card(
                collection.sched.build_answer(card=theirs, states=states, rating=rating.value - 1)
            )
            event = Event(
                "guid", 1, card.last_ms + 1, EventKind.ANSWER, day, 0, "device",
                rating=rating, outcome=offered[rating],
            )  # fmt: skip
            card, _ = step(card, event, FSRS_6)
            assert collection.get_card(id).type == card.state.value, walk
    collection.close()
