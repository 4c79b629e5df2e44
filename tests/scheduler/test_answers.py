"""Answers made in Anki's own core, beside ours: steps, intervals and memory, answer by answer.

The core's clock cannot be set, so the collection is aged between the answers instead.
"""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from anki.config import Config
from anki.deck_config_pb2 import UpdateDeckConfigsRequest

from srs.model import Rating
from srs.scheduler import fsrs, fuzz
from srs.scheduler.card import Card, Memory, New, Review, State
from srs.scheduler.fold import fold, step
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome, outcomes
from srs.settings import FSRS_6, Settings

FIRST = date(2026, 1, 1)
MINUTE, HOUR, DAY = 60, 3600, 86_400
WORST = 1e-4
ALMOST_ONE = 1 - 2**-20
NO_STEPS = Settings(learning_steps=(), relearning_steps=())


@dataclass(frozen=True, slots=True)
class Offer:
    """What Anki offers for an answer: seconds of a step or days, and the memory, not rounded."""

    state: State
    delay: int | None
    interval: int | None
    stability: float
    difficulty: float


@contextmanager
def anki(folder: Path, settings: Settings) -> Iterator[Any]:
    """Open a new collection with these settings, halfway between two rollovers."""
    collection: Any = Collection(str(folder / "collection.anki2"))
    collection.set_config("rollover", (datetime.now().hour + 12) % 24)
    collection.set_config_bool(Config.Bool.LOAD_BALANCER_ENABLED, False)
    current = collection.decks.get_deck_configs_for_update(1)
    config = current.all_config[0].config
    for name, steps in (
        ("learn_steps", settings.learning_steps),
        ("relearn_steps", settings.relearning_steps),
    ):
        field = getattr(config.config, name)
        del field[:]
        field.extend(seconds / MINUTE for seconds in steps)
    config.config.desired_retention = settings.retention
    config.config.maximum_review_interval = settings.maximum_interval
    collection.decks.update_deck_configs(
        UpdateDeckConfigsRequest(
            target_deck_id=1, configs=[config], fsrs=True, limits=current.current_deck.limits
        )
    )
    yield collection
    collection.close()


def new_cards(collection: Any, count: int) -> list[int]:
    """Add cards; their ids are always the same, as Anki's fuzz is seeded by them."""
    notetype = collection.models.by_name("Basic")
    for n in range(count):
        note = collection.new_note(notetype)
        note["Front"] = str(n)
        collection.add_note(note, 1)
    old = collection.db.list("select id from cards order by id")
    ids = list(range(1000, 1000 + count))
    collection.db.executemany("update cards set id = ? where id = ?", zip(ids, old, strict=True))
    return ids


def age(collection: Any, days: int) -> None:
    """Let days go by for all that is in a collection."""
    collection.db.execute("update revlog set id = id - ?", days * DAY * 1000)
    collection.db.execute(
        "update cards set due = due - case when due > 1000000000 then ? else ? end,"
        " data = json_set(data, '$.lrt', json_extract(data, '$.lrt') - ?) where type > 0",
        days * DAY, days, days * DAY,
    )  # fmt: skip


def offers(states: Any) -> dict[Rating, Offer]:
    found = {}
    for rating in Rating:
        normal = getattr(states, rating.name.lower()).normal
        kind = normal.WhichOneof("kind")
        part = normal.relearning.learning if kind == "relearning" else getattr(normal, kind)
        memory = part.memory_state
        found[rating] = Offer(
            State[kind.upper()],
            None if kind == "review" else part.scheduled_secs,
            part.scheduled_days if kind == "review" else None,
            memory.stability,
            memory.difficulty,
        )
    return found


def with_fuzz(card: Card, day: date, settings: Settings, factor: float) -> dict[Rating, Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fuzz, "factor", lambda guid, ord, reps: factor)
        return outcomes(card, "guid", 1, day, settings)


def as_fuzzed_as(
    theirs: dict[Rating, Offer], card: Card, day: date, settings: Settings
) -> dict[Rating, Outcome]:
    """Return our outcomes with the fuzz that brings their days together nearest to Anki's.

    Days grow with the factor, which is the same for all four answers.
    """
    total = sum(offer.interval or 0 for offer in theirs.values())
    low, high = 0.0, ALMOST_ONE
    for _ in range(20):
        middle = (low + high) / 2
        ours = with_fuzz(card, day, settings, middle)
        if sum(outcome.interval or 0 for outcome in ours.values()) < total:
            low = middle
        else:
            high = middle
    return with_fuzz(card, day, settings, high)


def days(found: Mapping[Rating, Outcome | Offer]) -> list[int]:
    """Return the days after each answer, 0 for a step."""
    return [found[rating].interval or 0 for rating in Rating]


def taken(collection: Any, id: int, states: Any, rating: Rating) -> None:
    card = collection.get_card(id)
    card.start_timer()
    collection.sched.answer_card(
        collection.sched.build_answer(card=card, states=states, rating=rating.value - 1)
    )


def as_stored(card: Card, collection: Any, id: int) -> Card:
    """Give our card the memory and interval that Anki has stored."""
    if isinstance(card.phase, New):
        return card
    memory = collection.get_card(id).memory_state
    stored = Memory(memory.stability, memory.difficulty, card.phase.memory.day)
    return replace(card, phase=replace(card.phase, memory=stored))


def apart(memory: Memory, other: Any) -> float:
    """Return the worse relative difference of two memories."""
    pairs = (memory.stability, other.stability), (memory.difficulty, other.difficulty)
    return max(abs(float(ours) / float(theirs) - 1) for ours, theirs in pairs)


CARDS = 60
GAPS = (0, 0, 0, 1, 2, 5, 0, 12, 30, 1, 60)
CASES = {
    "default": Settings(),
    "one step": Settings(learning_steps=(10 * MINUTE,), relearning_steps=(HOUR,)),
    "many steps": Settings(
        learning_steps=(MINUTE, HOUR, DAY), relearning_steps=(MINUTE, HOUR), retention=0.8
    ),
    "steps of days": Settings(
        learning_steps=(MINUTE, 3 * DAY), relearning_steps=(DAY + HOUR,), retention=0.95
    ),
    "a short maximum": Settings(maximum_interval=20),
}


@pytest.mark.parametrize("case", CASES)
def test_answers_made_in_anki_are_ours(tmp_path: Path, case: str) -> None:
    settings = CASES[case]
    rng = random.Random(case)
    day = FIRST
    logs: list[list[Event]] = [[] for _ in range(CARDS)]
    cards = [Card()] * CARDS
    worst = drift = 0.0
    others = 0
    with anki(tmp_path, settings) as collection:
        ids = new_cards(collection, CARDS)
        for gap in GAPS:
            age(collection, gap)
            day += timedelta(days=gap)
            for n, id in enumerate(ids):
                states = collection._backend.get_scheduling_states(id)
                theirs = offers(states)
                card = as_stored(cards[n], collection, id)
                ours = as_fuzzed_as(theirs, card, day, settings)
                for rating, offer in theirs.items():
                    memory = fsrs.after(FSRS_6, card.memory, rating, day)
                    worst = max(worst, apart(memory, offer))
                    assert (ours[rating].state, ours[rating].delay) == (offer.state, offer.delay)
                if days(ours) != days(theirs):
                    # After steps Anki rounds Good before it fuzzes it, but not where it is the
                    # least for Easy, so that the two may be equal; ours never are.
                    assert not isinstance(card.phase, Review)
                    others += 1
                    least = days(with_fuzz(card, day, settings, 0.0))
                    most = days(with_fuzz(card, day, settings, ALMOST_ONE))
                    assert least[2] <= days(theirs)[2] <= most[2]
                    assert least[3] - 2 <= days(theirs)[3] <= most[3] + 2
                rating = rng.choices(list(Rating), (25, 15, 45, 15))[0]
                taken(collection, id, states, rating)
                decided = replace(ours[rating], interval=theirs[rating].interval)
                event = Event(
                    "guid", 1, len(logs[n]) + 1, EventKind.ANSWER, day, 0, "device",
                    rating=rating, outcome=decided,
                )  # fmt: skip
                logs[n].append(event)
                cards[n], _ = step(cards[n], event, FSRS_6)
        for log, id in zip(logs, ids, strict=True):
            folded = fold(log, FSRS_6)[0].memory
            assert folded is not None
            drift = max(drift, apart(folded, collection.compute_memory_state(id)))
    print(
        f"\n{case}: {CARDS * len(GAPS)} answers; worst relative difference of memory after one "
        f"{worst:.1e}, of all recomputed {drift:.1e}; other days after {others}"
    )
    assert worst < WORST
    assert drift < WORST
    assert others < 0.01 * CARDS * len(GAPS)


def test_without_steps_a_card_waits_for_another_day_where_anki_shows_it_on_the_same(
    tmp_path: Path,
) -> None:
    with anki(tmp_path, NO_STEPS) as collection:
        (id,) = new_cards(collection, 1)
        theirs = offers(collection._backend.get_scheduling_states(id))
    assert theirs[Rating.AGAIN].delay == pytest.approx(0.212 * DAY, abs=1)
    ours = outcomes(Card(), "guid", 1, FIRST, NO_STEPS)
    assert ours[Rating.AGAIN] == Outcome(State.REVIEW, 0, None, 1)


@pytest.mark.parametrize(
    ("interval", "last", "lower", "upper"),
    [
        # Of 8.3 days: below what last time's fuzz gave only where it was clearly more.
        (8.3, 5, 6, 10),
        (8.3, 7, 8, 10),
        (8.3, 8, 8, 10),
        (8.3, 10, 10, 12),
        (8.3, 11, 6, 10),
        (1.2, 1, 1, 1),
        (1.6, 1, 2, 2),
        (1.6, 2, 2, 2),
        (3.0, 4, 4, 5),
        (3.0, 5, 2, 4),
        (100.0, 107, 107, 114),
        (100.0, 108, 93, 107),
    ],
)
def test_fuzz_does_not_take_back_what_fsrs_gave(
    tmp_path: Path, interval: float, last: int, lower: int, upper: int
) -> None:
    """An answer of today keeps Hard's stability, so that the interval is the stability."""
    card = Card(Review(Memory(interval, 5.0, FIRST), FIRST, last), reps=3)
    found = [
        with_fuzz(card, FIRST, Settings(), factor)[Rating.HARD].interval
        for factor in (0.0, ALMOST_ONE)
    ]
    assert found == [lower, upper]
    with anki(tmp_path, Settings()) as collection:
        ids = new_cards(collection, 60)
        collection.db.execute(
            "update cards set type = 2, queue = 2, ivl = ?, reps = 3, factor = 2500, due = ?,"
            " data = json_object('s', ?, 'd', 5.0, 'lrt', cast(strftime('%s', 'now') as int))",
            last, last, interval,
        )  # fmt: skip
        theirs = {
            offers(collection._backend.get_scheduling_states(id))[Rating.HARD].interval
            for id in ids
        }
    assert theirs <= set(range(lower, upper + 1))
    assert upper - lower > 5 or theirs == set(range(lower, upper + 1))
