"""What Anki's log means, by tables and beside Anki's own core."""

import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.importers.collection import opened
from srs.importers.reviews import Calendar, CardLog, Review, events
from srs.model import Rating
from srs.scheduler.card import Card, Learning, New, State
from srs.scheduler.card import Review as InReview
from srs.scheduler.fold import fold
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.settings import FSRS_6

EAST = Calendar(timezone(timedelta(hours=8)), 4)
NOON = 1_795_147_200_000  # 2026-11-20 12:00 at UTC+8
DAY = 86_400_000
AGAIN, HARD, GOOD, EASY = Rating
LEARN, REVIEW, RELEARN, FILTERED, MANUAL, RESCHEDULED = range(6)
ANSWER, CRAM, FORGET, RESCHEDULE = (
    EventKind.ANSWER, EventKind.CRAM, EventKind.FORGET, EventKind.RESCHEDULE,
)  # fmt: skip


def log(*rows: tuple[int, int, int, int], state: int = 2, due: date | None = None) -> CardLog:
    """Make a log of rows, one a day: ease, interval, factor and type."""
    reviews = tuple(
        Review(NOON + n * DAY, ease, interval, factor, 1500, type)
        for n, (ease, interval, factor, type) in enumerate(rows)
    )
    return CardLog("guid", 1, state, due, reviews)


def learning(step: int, seconds: int) -> Outcome:
    return Outcome(State.LEARNING, step, seconds, None)


def relearning(step: int, seconds: int) -> Outcome:
    return Outcome(State.RELEARNING, step, seconds, None)


def days(count: int) -> Outcome:
    return Outcome(State.REVIEW, 0, None, count)


def facts(made: CardLog, **options: bool) -> list[tuple[Any, ...]]:
    found = events(made, EAST, "device", **options)
    return [(event.kind, event.rating, event.outcome) for event in found]


LOGS: dict[str, tuple[CardLog, list[tuple[Any, ...]]]] = {
    "through the steps": (
        log((1, -60, 900, LEARN), (2, -330, 800, LEARN), (3, -600, 700, LEARN), (3, 4, 500, LEARN)),
        [
            (ANSWER, AGAIN, learning(0, 60)),
            (ANSWER, HARD, learning(0, 330)),
            (ANSWER, GOOD, learning(1, 600)),
            (ANSWER, GOOD, days(4)),
        ],
    ),
    "a lapse": (
        log((4, 8, 100, LEARN), (1, -600, 500, REVIEW), (2, -900, 500, RELEARN), (3, 2, 500, RELEARN)),
        [
            (ANSWER, EASY, days(8)),
            (ANSWER, AGAIN, relearning(0, 600)),
            (ANSWER, HARD, relearning(0, 900)),
            (ANSWER, GOOD, days(2)),
        ],
    ),
    "a lapse without steps": (
        log((4, 8, 100, LEARN), (1, 1, 500, REVIEW), (3, 3, 500, REVIEW)),
        [(ANSWER, EASY, days(8)), (ANSWER, AGAIN, days(1)), (ANSWER, GOOD, days(3))],
    ),
    "a step that ends on another day": (
        log((3, 2, 500, LEARN), (3, 5, 500, LEARN)),
        [(ANSWER, GOOD, learning(1, 2 * 86_400 - 8 * 3600)), (ANSWER, GOOD, days(5))],
    ),
    "the card is still in such a step": (
        log((3, 2, 500, LEARN), state=1),
        [(ANSWER, GOOD, learning(1, 2 * 86_400 - 8 * 3600))],
    ),
    "a reset": (
        log((3, 4, 500, LEARN), (0, 0, 0, MANUAL), (3, -600, 500, LEARN), state=1),
        [(ANSWER, GOOD, days(4)), (FORGET, None, None), (ANSWER, GOOD, learning(1, 600))],
    ),
    "learnt anew without a reset in the log": (
        log((3, 4, 500, LEARN), (3, 9, 500, REVIEW), (3, -600, 500, LEARN), state=1),
        [
            (ANSWER, GOOD, days(4)),
            (ANSWER, GOOD, days(9)),
            (FORGET, None, None),
            (ANSWER, GOOD, learning(1, 600)),
        ],
    ),
    "a due date": (
        log((3, 4, 500, LEARN), (0, 21, 500, MANUAL), (3, 40, 500, REVIEW)),
        [(ANSWER, GOOD, days(4)), (RESCHEDULE, None, days(20)), (ANSWER, GOOD, days(40))],
    ),
    "the last due date is the card's": (
        log((3, 4, 500, LEARN), (0, 4, 500, MANUAL), due=date(2026, 11, 30)),
        [(ANSWER, GOOD, days(4)), (RESCHEDULE, None, days(9))],
    ),
    "new due dates with the parameters": (
        log((3, 30, 500, LEARN), (0, 12, 500, RESCHEDULED)),
        [(ANSWER, GOOD, days(30)), (RESCHEDULE, None, days(11))],
    ),
    "a due date in seconds": (
        log((3, 30, 500, LEARN), (0, -10**8, 500, MANUAL)),
        [(ANSWER, GOOD, days(30)), (RESCHEDULE, None, days(0))],
    ),
    "a due date that was": (
        log((3, 30, 500, LEARN), (3, 60, 500, REVIEW), (0, 0, 500, RESCHEDULED)),
        [(ANSWER, GOOD, days(30)), (ANSWER, GOOD, days(60)), (RESCHEDULE, None, days(0))],
    ),
    "cramming": (
        log((3, 4, 500, LEARN), (1, 0, 0, FILTERED), (3, 9, 500, FILTERED)),
        [(ANSWER, GOOD, days(4)), (CRAM, AGAIN, None), (ANSWER, GOOD, days(9))],
    ),
    "what Anki does not write": (
        log((3, 4, 500, LEARN), (7, 1, 1, 1), (-1, 1, 1, 1), (3, 1, 1, 9), (3, 10**12, 1, 1)),
        [(ANSWER, GOOD, days(4))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LOGS)
def test_what_rows_mean(case: str) -> None:
    made, expected = LOGS[case]
    assert facts(made) == expected


def test_the_first_scheduler_had_three_buttons_in_learning() -> None:
    made = log((2, -600, 0, LEARN), (3, 4, 0, LEARN), (2, 9, 2500, REVIEW), (1, -600, 0, RELEARN))
    ratings = [rating for _, rating, _ in facts(made, first_scheduler=True)]
    assert ratings == [GOOD, EASY, HARD, AGAIN]


BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = [
    (EAST, "2026-11-20T03:59:59.999+08:00", "2026-11-19", 480),
    (EAST, "2026-11-20T04:00:00.000+08:00", "2026-11-20", 480),
    (Calendar(UTC, 0), "2026-11-20T04:00:00.000+08:00", "2026-11-19", 0),
    (Calendar(BERLIN, 4), "2026-07-01T01:59:00.000+00:00", "2026-06-30", 120),
    (Calendar(BERLIN, 4), "2026-12-01T03:00:00.000+00:00", "2026-12-01", 60),
]


@pytest.mark.parametrize(("calendar", "moment", "day", "offset"), MOMENTS)
def test_the_study_day_is_that_of_the_zone(
    calendar: Calendar, moment: str, day: str, offset: int
) -> None:
    time = round(datetime.fromisoformat(moment).timestamp() * 1000)
    made = CardLog("guid", 3, 2, None, (Review(time, 3, 4, 500, 1500, 0),))
    assert [*events(made, calendar, "device")] == [
        Event(
            "guid", 3, time, ANSWER, date.fromisoformat(day), offset, "device", "anki",
            GOOD, 1500, days(4),
        )
    ]  # fmt: skip


numbers = st.one_of(st.integers(-3, 9), st.integers(-(2**63), 2**63 - 1))
reviews = st.builds(
    Review,
    st.one_of(st.integers(NOON, NOON + 9 * DAY), numbers),
    numbers, numbers, numbers, numbers, numbers,
)  # fmt: skip


@given(st.lists(reviews, max_size=9), st.integers(0, 5))
def test_any_rows_make_a_log_that_can_be_folded(rows: list[Review], state: int) -> None:
    found = list(events(CardLog("guid", 1, state, None, tuple(rows)), EAST, "device"))
    assert sum(row.fits for row in rows) <= len(found)
    fold(found, FSRS_6)


needs_anki = pytest.mark.skipif(sys.platform == "win32", reason="needs time.tzset")


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Study cards for some days, in steps that are longer than a day too."""
    from tests.phone import Phone

    phone = Phone(tmp_path_factory.mktemp("phone"))
    phone.add_notes(60)
    with phone.opened() as collection:
        config = collection.decks.config_dict_for_deck_id(1)
        config["new"]["delays"] = [1, 10, 1440]
        config["lapse"]["delays"] = [10, 2880]
        collection.decks.update_config(config)
    rng = random.Random(7)
    for passing in (1, 1, 2, 1, 3, 9, 1, 1):
        phone.answer(30, rng)
        phone.let_days_pass(passing)
    return phone


def reset(collection: Any, cards: list[int]) -> None:
    collection.sched.schedule_cards_as_new(cards)


def due(when: str) -> Callable[[Any, list[int]], None]:
    return lambda collection, cards: collection.sched.set_due_date(cards, when) and None


def filtered(*, reschedule: bool) -> Callable[[Any, list[int]], None]:
    def do(collection: Any, cards: list[int]) -> None:
        from anki.decks import FilteredDeckConfig

        deck = collection.sched.get_or_create_filtered_deck(0)
        deck.name = f"filtered {reschedule}"
        deck.config.reschedule = reschedule
        del deck.config.search_terms[:]
        search = f"cid:{','.join(map(str, cards))}"
        term = FilteredDeckConfig.SearchTerm(search=search, limit=99)
        deck.config.search_terms.append(term)
        collection.sched.add_or_update_filtered_deck(deck)
        collection.decks.set_current(collection.decks.id(deck.name, create=False))
        for rating in (0, 2, 1, 3):
            queued = collection.sched.get_queued_cards(fetch_limit=1).cards[0]
            card = collection.get_card(queued.card.id)
            card.start_timer()
            collection.sched.answer_card(
                collection.sched.build_answer(card=card, states=queued.states, rating=rating)
            )

    return do


DOINGS: dict[str, Callable[[Any, list[int]], None]] = {
    "reset": reset,
    "due today": due("0"),
    "due later": due("5"),
    "due later, and so is the interval": due("7!"),
    "a filtered deck that reschedules": filtered(reschedule=True),
    "a filtered deck that does not": filtered(reschedule=False),
}


@needs_anki
def test_cards_end_up_as_anki_has_them(studied: Any, tmp_path: Path) -> None:
    from tests.phone import ZONE

    with studied.opened() as collection:
        inside = collection.db.list("select id from cards where queue = 2 order by id")
        assert len(inside) >= 4 * len(DOINGS)
        for n, do in enumerate(DOINGS.values()):
            do(collection, inside[4 * n : 4 * n + 4])
        assert collection.db.scalar("select count() from cards where queue = 3") > 0
    studied.compute_anew()
    file = studied.export(tmp_path, "new.colpkg")
    with opened(file) as read:
        calendar = Calendar(timezone(read.offset or timedelta()), read.rollover or 0)
        made = {log.guid: fold(events(log, calendar, "d"), FSRS_6)[0] for log in read.logs()}
    ((created,),) = studied.rows("select crt from col")
    first = datetime.fromtimestamp(created, ZONE).date()
    for guid, state, queue, number, interval, lapses, data in studied.rows(
        "select n.guid, c.type, c.queue, iif(c.odid, c.odue, c.due), c.ivl, c.lapses, c.data "
        "from cards c join notes n on n.id = c.nid"
    ):
        card = made.get(guid, Card())
        assert card.state.value == state
        match card.phase:
            case New():
                continue
            case InReview(due=due):
                assert (due - first).days == number
                assert card.phase.interval == interval
            case Learning(due_ms=due_ms) if queue == 3:
                at = datetime.fromtimestamp(due_ms / 1000, ZONE)
                assert (calendar.day(at) - first).days == number
                assert at.hour == 4
            case Learning(due_ms=due_ms):
                assert -1 < number - due_ms / 1000 <= 300  # Anki spreads what is learnt together
        assert card.lapses == lapses
        memory = json.loads(data)
        assert card.phase.memory.stability == pytest.approx(memory["s"], rel=1e-4, abs=0.5e-4)
        assert card.phase.memory.difficulty == pytest.approx(memory["d"], rel=1e-4, abs=0.5e-3)


@needs_anki
def test_a_card_learnt_anew_begins_anew_in_anki_too(tmp_path: Path) -> None:
    from tests.phone import Phone

    phone = Phone(tmp_path / "phone")
    phone.add_notes(1)
    rng = random.Random(3)
    for _ in range(4):
        phone.answer(9, rng)
        phone.let_days_pass(30)
    with phone.opened() as collection:
        (id,) = collection.db.list("select id from cards")
        reset(collection, [id])
        collection.db.execute("delete from revlog where type = 4")  # older versions wrote none
    phone.answer(9, rng)
    phone.compute_anew()
    with opened(phone.export(tmp_path, "new.apkg")) as read:
        (log,) = read.logs()
        card, _ = fold(events(log, Calendar(timezone(read.offset or timedelta()), 4), "d"), FSRS_6)
    ((data,),) = phone.rows("select data from cards")
    assert card.memory is not None
    assert card.memory.stability == pytest.approx(json.loads(data)["s"], rel=1e-4, abs=0.5e-4)
    assert [each.type for each in log.reviews].count(REVIEW) >= 2
