"""What is behind a person in the terminal is behind them in Anki."""

import io
import json
import os
import random
import sqlite3
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial, wraps
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

if sys.platform != "linux":
    pytest.skip("needs time.tzset", allow_module_level=True)

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.deck_config_pb2 import UpdateDeckConfigsRequest

from exporters import apkg
from exporters.apkg import CardProgress, Packaged, Progress
from exporters.apkg.progress import log_rows
from srs.importers.collection import opened
from srs.importers.reviews import Calendar
from srs.importers.reviews import events as back_events
from srs.model import Rating
from srs.scheduler.card import Learning, Review, State
from srs.scheduler.fold import fold
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome, outcomes
from srs.scheduler.studyday import epoch_ms, offset_minutes, study_day
from srs.settings import FSRS_6, DeckSettings, Settings

ROLLOVER = 4
UTC_ZONE, BERLIN, VANCOUVER, KOLKATA = map(
    ZoneInfo, ("UTC", "Europe/Berlin", "America/Vancouver", "Asia/Kolkata")
)
END = datetime(2026, 6, 1, 20, 0, tzinfo=UTC)
FITTED = (*FSRS_6[:8], 1.2, *FSRS_6[9:20], 0.2)
SETTINGS = Settings(retention=0.87, parameters=FITTED, learning_steps=(60, 600, 86400))


def event(moment: datetime, kind: EventKind, **values: Any) -> Event:
    return Event(
        "", 1, epoch_ms(moment), kind, study_day(moment, ROLLOVER), offset_minutes(moment), "d",
        **values,
    )  # fmt: skip


def studied(events: Sequence[Event], parameters: tuple[float, ...] = FITTED) -> CardProgress:
    card, derived = fold(events, parameters)
    return CardProgress(1, card, tuple(events), derived)


def history(rng: random.Random, number: int, zone: ZoneInfo) -> CardProgress:
    """Study a card for a while, as a person does: each answer decided by our scheduler."""
    moment = (END - timedelta(days=rng.uniform(50, 500))).astimezone(zone)
    events: list[Event] = []
    for _ in range(rng.randint(1, 9)):
        card, _ = fold(events, FITTED)
        rating = rng.choices(list(Rating), (25, 10, 50, 15))[0]
        day = study_day(moment, ROLLOVER)
        decided = outcomes(card, f"guid{number}", 1, day, SETTINGS)[rating]
        answered = event(
            moment, EventKind.ANSWER, rating=rating, taken_ms=rng.randrange(1, 60_000),
            outcome=decided,
        )  # fmt: skip
        events.append(answered)
        if rng.random() < 0.1:
            moment += timedelta(seconds=5)
            events.append(event(moment, EventKind.CRAM, rating=rating, taken_ms=900))
        wait = timedelta(seconds=decided.delay or 0, days=decided.interval or 0)
        moment += wait * rng.uniform(0.9, 1.3) + timedelta(minutes=rng.uniform(0.1, 300))
        if moment > END:
            break
    return studied(events)


def notes(
    make: Callable[..., Packaged], cards: Sequence[CardProgress], deck: str = "Top::D"
) -> list[Packaged]:
    return [
        replace(make(f"## Q{n}?\n\nA", n, deck), progress=(card,))
        for n, card in enumerate(cards, start=1)
    ]


def there(zone: ZoneInfo, work: Callable[[], None]) -> None:
    """Do something in a time zone; in a thread of its own, since Anki's core keeps one for each."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone.key
    time.tzset()
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def living_in(zone: ZoneInfo) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a test run in a time zone."""

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run(**values: Any) -> None:
            there(zone, partial(test, **values))

        return run

    return decorated


@contextmanager
def anki(folder: Path, name: str = "c") -> Iterator[Any]:
    collection = Collection(str(folder / f"{name}.anki2"))
    yield collection
    collection.close()


def import_(
    collection: Any, folder: Path, packaged: Sequence[Packaged], how: Progress | None,
    **options: Any,
) -> Any:  # fmt: skip
    path = folder / "x.apkg"
    out = io.BytesIO()
    apkg.write(out, packaged, {}, how)
    path.write_bytes(out.getvalue())
    options = {"with_scheduling": True, "with_deck_configs": True, **options}
    request = ImportAnkiPackageRequest(
        package_path=str(path), options=ImportAnkiPackageOptions(**options)
    )
    return collection.import_anki_package(request).log


def progress(zone: ZoneInfo, settings: Settings = SETTINGS) -> Progress:
    return Progress(settings, offset_minutes(END.astimezone(zone)), "key", "Corpus")


def switch_fsrs_on(collection: Any, deck: str = "Top::D") -> None:
    id = collection.decks.id_for_name(deck)
    config = collection.decks.get_deck_configs_for_update(id)
    current = config.current_deck.config_id
    chosen = [each.config for each in config.all_config if each.config.id == current]
    collection.decks.update_deck_configs(
        UpdateDeckConfigsRequest(
            target_deck_id=id, configs=chosen, fsrs=True, limits=config.current_deck.limits
        )
    )


def due_date(collection: Any, due: int, zone: ZoneInfo) -> date:
    today = study_day(datetime.now(zone), ROLLOVER)
    return today + timedelta(days=due - collection.sched.today)


@pytest.mark.parametrize("device", [UTC_ZONE, BERLIN, VANCOUVER, KOLKATA], ids=str)
@pytest.mark.parametrize("home", [UTC_ZONE, BERLIN, VANCOUVER], ids=str)
def test_cards_go_on_in_anki_where_they_stopped_in_any_pair_of_zones(
    tmp_path: Path, packaged: Callable[..., Packaged], home: ZoneInfo, device: ZoneInfo
) -> None:
    rng = random.Random(1)
    cards = [history(rng, n, home) for n in range(1, 61)]
    assert {card.card.state for card in cards} == {State.LEARNING, State.REVIEW, State.RELEARNING}
    made = notes(packaged, cards)
    there(device, partial(_look, tmp_path, made, cards, home, device))


def _look(
    folder: Path,
    made: Sequence[Packaged],
    cards: Sequence[CardProgress],
    home: ZoneInfo,
    device: ZoneInfo,
) -> None:
    """Import cards that were studied in one zone into an Anki in another, and compare."""
    with anki(folder) as collection:
        assert len(import_(collection, folder, made, progress(home)).new) == len(cards)
        for note, mine in zip(made, cards, strict=True):
            theirs = collection.get_card(note.cards[0][1])
            card = mine.card
            assert card.memory is not None
            assert (theirs.type, theirs.reps, theirs.lapses) == (
                card.state.value, card.reps, card.lapses
            )  # fmt: skip
            assert theirs.memory_state.stability == pytest.approx(card.memory.stability, abs=6e-5)
            assert theirs.memory_state.difficulty == pytest.approx(card.memory.difficulty, abs=6e-4)
            assert theirs.desired_retention == pytest.approx(0.87)
            assert theirs.decay == pytest.approx(0.2)
            assert (
                theirs.last_review_time
                == [e.time for e in mine.events if e.kind is EventKind.ANSWER][-1] // 1000
            )
            match card.phase:
                case Review(due=due, interval=interval):
                    assert (theirs.queue, theirs.ivl) == (2, interval)
                    assert due_date(collection, theirs.due, device) == due
                case Learning(memory, due_ms=due_ms):
                    moment = datetime.fromtimestamp(due_ms / 1000, home)
                    day = study_day(moment, ROLLOVER)
                    if day > memory.day:
                        assert theirs.queue == 3
                        assert due_date(collection, theirs.due, device) == day
                    else:
                        assert (theirs.queue, theirs.due) == (1, due_ms // 1000)
        message, fine = collection.fix_integrity()
        assert fine, message


@living_in(UTC_ZONE)
def test_anki_computes_the_same_memory_from_the_log(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    rng = random.Random(2)
    cards = [history(rng, n, UTC_ZONE) for n in range(1, 201)]
    made = notes(packaged, cards)
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE))
        switch_fsrs_on(collection)
        for note, mine in zip(made, cards, strict=True):
            computed = collection.compute_memory_state(note.cards[0][1])
            memory = mine.card.memory
            assert memory is not None
            assert computed.stability == pytest.approx(memory.stability, rel=1e-4)
            assert computed.difficulty == pytest.approx(memory.difficulty, rel=1e-4)
            assert computed.desired_retention == pytest.approx(0.87)


def both_sided(rng: random.Random, number: int) -> CardProgress:
    """Study a card here and in Anki, each knowing nothing of the other; the log is that of both."""
    here, there = (history(rng, number, UTC_ZONE).events for _ in range(2))
    answers = (each for each in (*here, *there) if each.kind is EventKind.ANSWER)
    return studied(sorted(answers, key=attrgetter("time")))


@living_in(UTC_ZONE)
def test_a_card_that_was_studied_on_both_sides_is_the_same_in_anki_and_back_here(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    """Anki counts from the last run of learning rows on; they must not come after others."""
    rng = random.Random(4)
    cards = [both_sided(rng, n) for n in range(1, 201)]
    made = notes(packaged, cards)
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE))
        switch_fsrs_on(collection)
        for note, mine in zip(made, cards, strict=True):
            computed = collection.compute_memory_state(note.cards[0][1])
            memory = mine.card.memory
            assert memory is not None
            assert computed.stability == pytest.approx(memory.stability, rel=1e-4)
            assert computed.difficulty == pytest.approx(memory.difficulty, rel=1e-4)
    with opened(tmp_path / "x.apkg") as back:
        logs = {log.guid: log for log in back.logs()}
    for note, mine in zip(made, cards, strict=True):
        events = [*back_events(logs[note.guid], Calendar(UTC, ROLLOVER), "d")]
        assert EventKind.FORGET not in {each.kind for each in events}
        card, _ = fold(events, FITTED)
        assert card.memory == mine.card.memory
        assert (card.state, card.reps, card.lapses) == (
            mine.card.state, mine.card.reps, mine.card.lapses
        )  # fmt: skip
        match card.phase, mine.card.phase:
            case Review(due=due), Review(due=wanted):
                assert due == wanted
            case Learning(due_ms=due_ms), Learning(memory, due_ms=wanted_ms):
                moments = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (due_ms, wanted_ms))
                there, here = (study_day(moment, ROLLOVER) for moment in moments)
                assert there == here  # of a step over the night a row tells the day alone
                assert due_ms == wanted_ms or here > memory.day


WALKS = {
    "the first step": (Rating.AGAIN,),
    "the last step": (Rating.AGAIN, Rating.AGAIN, Rating.GOOD),
    "a review": (Rating.GOOD, Rating.GOOD),
    "a lapse": (Rating.GOOD, Rating.EASY, Rating.AGAIN),
    "after a lapse": (Rating.EASY, Rating.AGAIN, Rating.GOOD),
}


@pytest.mark.parametrize("walk", WALKS)
def test_anki_itself_writes_the_same_rows(
    tmp_path: Path, packaged: Callable[..., Packaged], walk: str
) -> None:
    """Answer a card in Anki; then export the same answers, and compare what is stored."""
    there(UTC_ZONE, partial(_answer_in_both, tmp_path, packaged, WALKS[walk]))


def _answer_in_both(
    folder: Path, packaged: Callable[..., Packaged], ratings: Sequence[Rating]
) -> None:
    settings = Settings()
    with anki(folder, "theirs") as theirs, anki(folder, "ours") as ours:
        import_(theirs, folder, [packaged("## Q?\n\nA", 1, "Top::D")], progress(UTC_ZONE, settings))
        switch_fsrs_on(theirs)
        (id,) = theirs.find_cards("")
        for rating in ratings:
            card = theirs.get_card(id)
            card.start_timer()
            theirs.sched.answerCard(card, rating.value)
        card = theirs.get_card(id)
        columns = "id, ease, ivl, lastIvl, factor, type"
        rows = theirs.db.all(f"select {columns} from revlog order by id")
        events: list[Event] = []
        for (at, _, interval, *_), rating in zip(rows, ratings, strict=True):
            moment = datetime.fromtimestamp(at / 1000, UTC)
            before, _ = fold(events, settings.parameters)
            decided = outcomes(before, "g", 1, study_day(moment, ROLLOVER), settings)[rating]
            if decided.interval is not None:  # their fuzz is theirs
                decided = replace(decided, interval=interval)
            events.append(
                event(moment, EventKind.ANSWER, rating=rating, taken_ms=1, outcome=decided)
            )
        mine = studied(events, settings.parameters)
        import_(ours, folder, notes(packaged, [mine]), progress(UTC_ZONE, settings))
        written = ours.db.all(f"select {columns} from revlog order by id")
        for one, other in zip(written, rows, strict=True):
            assert one == [*other[:4], pytest.approx(other[4], abs=1), other[5]]  # D is rounded
        wanted = "type, queue, ivl, reps, lapses, left, odue, odid, flags"
        (mine_row,) = ours.db.all(f"select {wanted} from cards")
        assert mine_row == theirs.db.first(f"select {wanted} from cards")
        assert ours.get_card(id).due == pytest.approx(card.due, abs=1)  # seconds, where in steps


NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STEP = Outcome(State.LEARNING, 1, 600, None)
DAYS = Outcome(State.REVIEW, 0, None, 3)


def answer(moment: datetime, rating: Rating = Rating.GOOD, outcome: Outcome = DAYS) -> Event:
    return event(moment, EventKind.ANSWER, rating=rating, taken_ms=4000, outcome=outcome)


LOGS = {
    "steps and days": (
        [answer(NOON, outcome=STEP), answer(NOON + timedelta(minutes=10))],
        [(3, -600, 0, 0), (3, 3, -600, 0)],
    ),
    "a step into another day": (
        [answer(NOON.replace(hour=23), outcome=replace(STEP, delay=86400))],
        [(3, 1, 0, 0)],
    ),
    "taken back": (
        [answer(NOON), answer(NOON + timedelta(hours=1), Rating.AGAIN),
         event(NOON + timedelta(hours=2), EventKind.UNDO, undoes=epoch_ms(NOON + timedelta(hours=1)))],
        [(3, 3, 0, 0)],
    ),
    "forgotten and begun anew": (
        [answer(NOON), event(NOON + timedelta(1), EventKind.FORGET), answer(NOON + timedelta(2))],
        [(3, 3, 0, 0), (0, 0, 3, 4), (3, 3, 0, 0)],
    ),
    "moved": (
        [answer(NOON),
         event(NOON + timedelta(1), EventKind.RESCHEDULE, outcome=replace(DAYS, interval=9)),
         answer(NOON + timedelta(10))],
        [(3, 3, 0, 0), (0, 9, 3, 4), (3, 3, 9, 1)],
    ),
    "looked at before its time": (
        [answer(NOON), event(NOON + timedelta(1), EventKind.CRAM, rating=Rating.AGAIN, taken_ms=5),
         answer(NOON + timedelta(3))],
        [(3, 3, 0, 0), (1, 3, 3, 3), (3, 3, 3, 1)],
    ),
    "put away and back": (
        [answer(NOON), event(NOON + timedelta(1), EventKind.SUSPEND),
         event(NOON + timedelta(2), EventKind.UNSUSPEND), event(NOON + timedelta(2), EventKind.BURY)],
        [(3, 3, 0, 0)],
    ),
    "lapsed": (
        [answer(NOON), answer(NOON + timedelta(3), Rating.AGAIN, Outcome(State.RELEARNING, 0, 600, None)),
         answer(NOON + timedelta(days=3, minutes=10))],
        [(3, 3, 0, 0), (1, -600, 3, 1), (3, 3, -600, 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LOGS)
def test_the_log_is_written_as_anki_would(case: str) -> None:
    events, expected = LOGS[case]
    rows = [*log_rows(studied(events), ROLLOVER)]
    assert [(r.ease, r.interval, r.last_interval, r.type) for r in rows] == expected
    assert all((r.factor >= 100) == (r.ease > 0 and r.type != 3) or r.factor == 2500 for r in rows)
    assert [r.time for r in rows] == sorted(r.time for r in rows)


@pytest.mark.parametrize("case", LOGS)
@living_in(UTC_ZONE)
def test_anki_reads_each_kind_of_row_as_it_is_meant(
    tmp_path: Path, packaged: Callable[..., Packaged], case: str
) -> None:
    mine = studied(LOGS[case][0])
    made = notes(packaged, [mine])
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE))
        switch_fsrs_on(collection)
        computed = collection.compute_memory_state(made[0].cards[0][1])
        memory = mine.card.memory
        assert memory is not None
        assert computed.stability == pytest.approx(memory.stability, rel=1e-4)


@living_in(UTC_ZONE)
def test_a_forgotten_card_is_new_and_a_suspended_one_rests(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    away = event(NOON + timedelta(1), EventKind.SUSPEND)
    cards = [
        studied([answer(NOON), event(NOON + timedelta(1), EventKind.FORGET)]),
        studied([answer(NOON + timedelta(seconds=1)), away]),
        studied([away]),
        studied([answer(NOON + timedelta(seconds=2)), event(NOON + timedelta(1), EventKind.BURY)]),
    ]
    made = notes(packaged, cards)
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE))
        found = [collection.get_card(note.cards[0][1]) for note in made]
        assert [(card.type, card.queue) for card in found] == [(0, 0), (2, -1), (0, -1), (2, 2)]
        assert found[0].memory_state is None
        assert found[0].reps == 0
        assert collection.db.scalar("select count() from revlog") == 4
        assert collection.fix_integrity()[1]


@pytest.mark.parametrize("home", [UTC_ZONE, BERLIN, VANCOUVER, KOLKATA], ids=str)
def test_the_collection_says_whose_day_it_counts(
    packaged: Callable[..., Packaged], tmp_path: Path, home: ZoneInfo
) -> None:
    out = io.BytesIO()
    how = progress(home, replace(SETTINGS, rollover=6))
    apkg.write(out, notes(packaged, [studied([answer(NOON)])]), {}, how)
    path = tmp_path / "collection.anki2"
    with zipfile.ZipFile(out) as archive:
        path.write_bytes(archive.read(path.name))
    with closing(sqlite3.connect(path)) as connection:
        created, text = connection.execute("select crt, conf from col").fetchone()
    conf = json.loads(text)
    zone = timezone(timedelta(minutes=-conf["creationOffset"]))
    assert datetime.fromtimestamp(created, zone).hour == 4
    assert zone.utcoffset(None) == END.astimezone(home).utcoffset()
    assert (conf["schedVer"], conf["rollover"]) == (2, 6)


@living_in(UTC_ZONE)
def test_two_answers_in_one_millisecond_both_arrive(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    made = notes(packaged, [studied([answer(NOON)]), studied([answer(NOON)])])
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE))
        times = collection.db.list("select id from revlog order by id")
        assert times == [epoch_ms(NOON), epoch_ms(NOON) + 1]


@living_in(UTC_ZONE)
def test_the_presets_arrive_and_hold_for_all_decks(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    settings = replace(
        SETTINGS, new_per_day=7, reviews_per_day=99, relearning_steps=(1200,), leech_lapses=5,
        maximum_interval=365,
        decks=(("Top::D", DeckSettings(retention=0.95)), ("Top::D::E", DeckSettings(new_per_day=1))),
    )  # fmt: skip
    made = [
        replace(packaged("## Q?\n\nA", n, deck), progress=(studied([answer(NOON)]),))
        for n, deck in enumerate(("Top::D", "Top::D::E::F", "Top::X::Y"), start=1)
    ]
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE, settings))
        presets = {
            name: collection.decks.config_dict_for_deck_id(collection.decks.id_for_name(name))
            for name in ("Top", "Top::D", "Top::D::E", "Top::D::E::F", "Top::X", "Top::X::Y")
        }
        assert {name: preset["name"] for name, preset in presets.items()} == {
            "Top": "Corpus", "Top::X": "Corpus", "Top::X::Y": "Corpus",
            "Top::D": "Corpus: Top::D",
            "Top::D::E": "Corpus: Top::D::E", "Top::D::E::F": "Corpus: Top::D::E",
        }  # fmt: skip
        whole, deck, below = (presets[name] for name in ("Top", "Top::D", "Top::D::E"))
        assert [p["desiredRetention"] for p in (whole, deck, below)] == pytest.approx(
            [0.87, 0.95, 0.95]
        )
        assert [p["new"]["perDay"] for p in (whole, deck, below)] == [7, 7, 1]
        assert whole["rev"]["perDay"] == 99
        assert whole["rev"]["maxIvl"] == 365
        assert whole["new"]["delays"] == pytest.approx([1, 10, 1440])
        assert whole["lapse"]["delays"] == pytest.approx([20])
        assert (whole["lapse"]["leechFails"], whole["lapse"]["leechAction"]) == (5, 0)
        assert whole["fsrsParams6"] == pytest.approx(FITTED)
        card = collection.get_card(made[1].cards[0][1])
        assert card.desired_retention == pytest.approx(0.95)


def test_without_progress_there_is_nothing_of_it_in_the_file(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    rng = random.Random(3)
    made = notes(packaged, [history(rng, n, UTC_ZONE) for n in range(1, 20)])
    plain = [replace(note, progress=()) for note in made]
    out, bare = io.BytesIO(), io.BytesIO()
    apkg.write(out, made, {})
    apkg.write(bare, plain, {})
    assert out.getvalue() == bare.getvalue()
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, None)
        assert collection.db.scalar("select count() from revlog") == 0
        assert collection.db.list("select distinct type from cards") == [0]
        assert len(collection.decks.all_config()) == 1


def test_a_file_with_progress_does_no_harm_where_progress_is_not_wanted(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    rng = random.Random(4)
    made = notes(packaged, [history(rng, n, UTC_ZONE) for n in range(1, 20)])
    with anki(tmp_path) as collection:
        import_(
            collection, tmp_path, made, progress(UTC_ZONE),
            with_scheduling=False, with_deck_configs=False,
        )  # fmt: skip
        assert collection.db.list("select distinct type from cards") == [0]
        assert collection.db.scalar("select count() from revlog") == 0
        assert collection.fix_integrity()[1]


@living_in(UTC_ZONE)
def test_a_second_file_updates_no_progress(
    tmp_path: Path, packaged: Callable[..., Packaged]
) -> None:
    """This is why srs says so: Anki takes progress only along with cards that it has not."""
    made = notes(packaged, [studied([answer(NOON)])])
    later = notes(packaged, [studied([answer(NOON), answer(NOON + timedelta(3))])])
    with anki(tmp_path) as collection:
        import_(collection, tmp_path, made, progress(UTC_ZONE))
        import_(collection, tmp_path, later, progress(UTC_ZONE))
        assert collection.db.scalar("select count() from revlog") == 1
        collection.remove_notes(collection.find_notes(""))
        import_(collection, tmp_path, later, progress(UTC_ZONE))
        assert collection.db.scalar("select count() from revlog") == 2
        assert collection.get_card(made[0].cards[0][1]).reps == 2


@living_in(BERLIN)
def test_another_rollover_is_kept(tmp_path: Path, packaged: Callable[..., Packaged]) -> None:
    settings = replace(SETTINGS, rollover=9)
    made = notes(packaged, [studied([answer(NOON)])])
    with anki(tmp_path) as collection:
        collection.set_config("rollover", 9)
        import_(collection, tmp_path, made, progress(BERLIN, settings))
        card = collection.get_card(made[0].cards[0][1])
        today = study_day(datetime.now(BERLIN), 9)
        due = today + timedelta(days=card.due - collection.sched.today)
        assert due == NOON.date() + timedelta(3)
