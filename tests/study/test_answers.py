from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from srs.errors import SrsError
from srs.scheduler.card import New, State
from srs.scheduler.fold import fold
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.settings import FSRS_6, DeckSettings, Settings
from srs.store import cards
from srs.study import answers
from srs.study.memory import Study
from tests.study.given import AGAIN, DAY, EASY, GOOD, NOW, TODAY, Make, answer


def test_an_answer_is_what_was_previewed(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    preview = answers.preview(study, name, NOW)
    answered = answers.answer(study, name, GOOD, NOW, 1234, study.card(name))
    assert answered is not None
    event = answered.event
    assert event.outcome == preview[GOOD]
    assert (event.kind, event.rating, event.taken_ms) == (EventKind.ANSWER, GOOD, 1234)
    assert (event.day, event.offset) == (TODAY, 60)
    assert event.time == 1_795_280_400_000
    assert (event.device, event.source) == (study.database.setting("device"), "srs")
    assert cards.events(study.database.connection, name) == [event]
    assert study.card(name) == fold([event], FSRS_6)[0]


def test_the_day_and_offset_are_those_of_the_answers_own_clock(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    event = answer(study, name, GOOD, datetime.fromisoformat("2026-11-22T03:30:00-05:00"))
    assert (event.day, event.offset) == (TODAY, -300)


def test_a_card_answered_elsewhere_meanwhile_is_not_answered_twice(make: Make) -> None:
    here, there = make(1), make()
    (name,) = here.cards(None, NOW)
    shown = here.card(name)
    answer(there, name, AGAIN)
    before = here.card(name)
    assert answers.answer(here, name, GOOD, NOW, 1000, shown) is None
    assert here.card(name) == there.card(name) == before
    assert len(cards.events(here.database.connection, name)) == 1
    assert answers.answer(here, name, GOOD, NOW, 1000, before) is not None


def test_undo_takes_back_the_newest_answer_and_then_the_one_before(make: Make) -> None:
    study = make(2)
    one, two = study.cards(None, NOW)
    first = answer(study, one, GOOD)
    after_first = study.card(one)
    second = answer(study, two, AGAIN, NOW + timedelta(minutes=1))
    third = answer(study, one, EASY, NOW + timedelta(minutes=2))
    later = NOW + timedelta(minutes=3)
    assert answers.undo(study, later) == third
    assert replace(study.card(one), last_ms=0) == replace(after_first, last_ms=0)
    assert answers.undo(study, later) == second
    assert answers.undo(study, later) == first
    assert answers.undo(study, later) is None
    assert isinstance(study.card(one).phase, New)
    assert isinstance(study.card(two).phase, New)
    assert len(cards.events(study.database.connection, one)) == 4


def test_an_undone_answer_can_be_given_anew(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    preview = answers.preview(study, name, NOW)
    answer(study, name, AGAIN)
    answers.undo(study, NOW)
    assert answers.preview(study, name, NOW) == preview
    answer(study, name, EASY)
    assert study.card(name).reps == 1
    assert study.card(name).state is State.REVIEW


def check_sound(study: Study) -> None:
    """Fail unless the database is intact and the cards are what the log makes of them."""
    connection = study.database.connection
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    times = [time for (time,) in connection.execute("select time from revlog")]
    assert len(set(times)) == len(times)
    for name in study.cards(None, NOW):
        assert study.card(name) == fold(cards.events(connection, name), FSRS_6)[0]


def lapse(study: Study, name: CardName, day: int, times: int) -> list[answers.Answered]:
    """Forget a card so many times, a day apart, and learn it again each time."""
    found = []
    for n in range(times):
        now = NOW + (day + n) * DAY
        answered = answers.answer(study, name, AGAIN, now, 1000)
        assert answered is not None
        found.append(answered)
        if not answered.leech:
            answer(study, name, GOOD, now)
    return found


def test_a_card_that_lapsed_often_is_suspended_as_a_leech(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    answer(study, name, EASY)
    assert [answered.leech for answered in lapse(study, name, 1, 8)] == [False] * 7 + [True]
    assert (study.card(name).lapses, study.card(name).suspended) == (8, True)
    later = NOW + 9 * DAY
    with pytest.raises(SrsError, match="suspended"):
        answers.answer(study, name, GOOD, later, 1000)
    assert answers.put(study, [name], EventKind.UNSUSPEND, later) == [name]
    answer(study, name, GOOD, later)
    leeches = [answered.leech for answered in lapse(study, name, 10, 4)]
    assert leeches == [False, False, False, True]
    assert study.card(name).lapses == 12


def test_undo_takes_back_a_leechs_suspension_with_its_answer(make: Make) -> None:
    study = make(1)
    study.settings = Settings(leech_lapses=2)
    (name,) = study.cards(None, NOW)
    answer(study, name, EASY)
    lapse(study, name, 1, 1)
    before = study.card(name)
    (last,) = lapse(study, name, 2, 1)
    assert last.leech
    assert answers.undo(study, NOW + 2 * DAY) == last.event
    assert replace(study.card(name), last_ms=0) == replace(before, last_ms=0)
    check_sound(study)


def test_a_suspension_of_ones_own_is_taken_back_alone(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    answer(study, name, GOOD)
    answers.put(study, [name], EventKind.SUSPEND, NOW)
    undone = answers.undo(study, NOW)
    assert undone is not None
    assert undone.kind is EventKind.SUSPEND
    assert study.card(name).reps == 1
    assert not study.card(name).suspended


KINDS = [EventKind.SUSPEND, EventKind.BURY, EventKind.FORGET]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_done_to_cards_is_done_once_and_taken_back_later(
    make: Make, kind: EventKind
) -> None:
    study = make(3)
    names = study.cards(None, NOW)
    for name in names[:2]:
        answer(study, name, EASY)
    before = [study.card(name) for name in names]
    changed = names[:2] if kind is EventKind.FORGET else names
    assert answers.put(study, names, kind, NOW) == changed
    assert answers.put(study, names, kind, NOW) == []
    assert [study.card(name) for name in names] != before
    again, later = make(), NOW + DAY
    for name in reversed(changed):
        undone = answers.undo(again, later)
        assert undone is not None
        assert (undone.guid, undone.kind) == (name.guid, kind)
    assert [replace(again.card(name), last_ms=0) for name in names] == [
        replace(card, last_ms=0) for card in before
    ]
    check_sound(again)


def test_unsuspending_brings_back_only_what_is_suspended(make: Make) -> None:
    study = make(2)
    one, two = study.cards(None, NOW)
    answers.put(study, [one], EventKind.SUSPEND, NOW)
    assert answers.put(study, [one, two], EventKind.UNSUSPEND, NOW) == [one]


def test_a_card_is_buried_anew_the_next_day(make: Make) -> None:
    study = make(1)
    names = study.cards(None, NOW)
    assert answers.put(study, names, EventKind.BURY, NOW) == names
    assert answers.put(study, names, EventKind.BURY, NOW + DAY) == names


def test_many_cards_are_suspended_in_one_millisecond_each(make: Make) -> None:
    study = make(200)
    names = study.cards(None, NOW)
    answers.put(study, names, EventKind.SUSPEND, NOW)
    start = int(NOW.timestamp() * 1000)
    rows = study.database.connection.execute("select time from revlog order by time")
    assert [time for (time,) in rows] == [*range(start, start + 200)]


def test_a_cram_leaves_the_schedule_alone(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    answer(study, name, EASY)
    before = study.card(name)
    event = answers.cram(study, name, AGAIN, NOW + DAY, 1234)
    assert (event.kind, event.rating, event.taken_ms) == (EventKind.CRAM, AGAIN, 1234)
    assert study.card(name) == replace(before, last_ms=event.time)
    assert answers.undo(study, NOW + DAY) == event
    check_sound(study)


@pytest.mark.parametrize(("taken", "logged_ms"), [(0, 0), (59_999, 59_999), (3_600_000, 60_000)])
def test_an_answer_took_a_minute_at_most(make: Make, taken: int, logged_ms: int) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    answered = answers.answer(study, name, EASY, NOW, taken)
    assert answered is not None
    assert answered.event.taken_ms == logged_ms
    assert answers.cram(study, name, EASY, NOW, taken).taken_ms == logged_ms


def test_a_clock_set_back_loses_nothing(make: Make) -> None:
    study = make(1)
    (name,) = study.cards(None, NOW)
    first = answer(study, name, GOOD)
    earlier = NOW - 30 * DAY
    second = answer(study, name, GOOD, earlier)
    assert (second.time, second.day) == (first.time + 1, earlier.date())
    memory = study.card(name).memory
    assert memory is not None
    assert memory.day == TODAY
    assert answers.undo(study, earlier) == second
    assert answers.undo(study, earlier) == first
    assert study.card(name).state is State.NEW
    check_sound(study)


def test_an_answer_follows_the_retention_of_its_deck(make: Make) -> None:
    study = make("---\ndeck: A::B\n---\n\n## Q?\n\nA.\n")
    (name,) = study.cards(None, NOW)
    intervals = []
    for retention in (0.95, 0.8):
        study.settings = Settings(decks=(("A", DeckSettings(retention=retention)),))
        intervals.append(answers.preview(study, name, NOW)[EASY].interval or 0)
    study.settings = Settings(retention=0.8)
    assert answers.preview(study, name, NOW)[EASY].interval == intervals[1]
    assert intervals[0] < intervals[1]
