import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from srs.model import Rating
from srs.scheduler.card import Card, Learning, Memory, Review, State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.queue import CardName
from srs.settings import FSRS_6, Settings
from srs.store import cards
from srs.study import answers
from srs.study.memory import Study, open_study
from srs.study.session import Session, Waiting
from srs.study.today import Counts

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
NOW_MS = 1_795_280_400_000
TODAY = date(2026, 11, 21)
MINUTE = timedelta(minutes=1)
AGAIN, HARD, GOOD, EASY = Rating
MEMORY = Memory(5.0, 5.0, TODAY - timedelta(days=5))
REVIEW = Card(Review(MEMORY, TODAY, 5), 1, 0, 1)

Make = Callable[[str], Study]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Open a corpus of notes; a letter is a basic note, a capital letter has a reverse."""
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "srs.toml").write_text('name = "Small"\nkey = "k"\n')
    opened: list[Study] = []

    def make(letters: str) -> Study:
        marks = {letter: " .reversed" * letter.isupper() for letter in letters}
        text = "".join(
            f"## {x}?\n<!-- {{#{x}{mark}}} -->\n\nAnswer.\n\n" for x, mark in marks.items()
        )
        (root / "deck.md").write_text(text)
        os.utime(root / "deck.md", (1_700_000_000, 1_700_000_000))
        opened.append(open_study(root, root / ".srs" / "srs.db", NOW))
        return opened[-1]

    yield make
    for study in opened:
        study.close()


def card(study: Study, name: str) -> CardName:
    return CardName(study.note(name[0]).guid, int(name[1:] or 1))


def put(study: Study, **values: Card) -> None:
    """Give cards, named by the letter of their note, these values."""
    with study.database.transaction() as connection:
        for name, value in values.items():
            cards.write(connection, card(study, name), value)


def learning(due: timedelta) -> Card:
    memory = replace(MEMORY, day=TODAY)
    return Card(Learning(memory, 0, NOW_MS + int(due.total_seconds() * 1000)), 1, 0, 1)


def shown(session: Session, now: datetime = NOW) -> str:
    """Name the card that is shown next."""
    name = session.next(now)
    if name is None:
        return "nothing"
    ids = {stored.guid: stored.note.id for stored in session.study.notes(None, NOW)}
    return ids[name.guid] + (str(name.ord) if name.ord > 1 else "")


def answer(session: Session, rating: Rating, now: datetime = NOW) -> str:
    """Answer the card that is shown next, and name it."""
    name, called = session.next(now), shown(session, now)
    assert name is not None
    study = session.study
    assert answers.answer(study, name, rating, now, 1000, study.card(name)) is not None
    session.answered(name, rating)
    return called


def happens(study: Study, name: str, kind: EventKind) -> None:
    wanted = card(study, name)
    event = Event(wanted.guid, wanted.ord, NOW_MS, kind, TODAY, 60, "elsewhere")
    cards.append(study.database.connection, event, FSRS_6)


def test_new_cards_are_shown_in_order_until_none_is_left(make: Make) -> None:
    session = Session.begin(make("abc"), None, NOW)
    assert [answer(session, EASY) for _ in range(3)] == ["a", "b", "c"]
    assert shown(session) == "nothing"


def test_a_card_is_shown_until_it_is_answered(make: Make) -> None:
    session = Session.begin(make("ab"), None, NOW)
    assert shown(session) == shown(session) == "a"


def test_a_session_is_of_what_a_query_finds(make: Make) -> None:
    study = make("abc")
    session = Session.begin(study, study.query("id:c or id:a"), NOW)
    assert [answer(session, EASY) for _ in range(2)] == ["a", "c"]
    assert shown(session) == "nothing"


def test_learning_cards_that_are_due_come_first_the_longest_due_before_others(make: Make) -> None:
    study = make("abcde")
    put(study, c=learning(-MINUTE), d=learning(-2 * MINUTE), e=learning(MINUTE), b=REVIEW)
    session = Session.begin(study, None, NOW)
    assert [answer(session, EASY) for _ in range(2)] == ["d", "c"]
    assert shown(session) in ("a", "b")
    assert shown(session, NOW + MINUTE) == "e"


def test_a_failed_card_comes_back_when_its_step_is_over(make: Make) -> None:
    session = Session.begin(make("abc"), None, NOW)
    assert answer(session, AGAIN) == "a"
    assert shown(session, NOW + timedelta(seconds=59)) == "b"
    assert answer(session, GOOD, NOW + MINUTE) == "a"
    assert shown(session, NOW + MINUTE) == "b"
    assert shown(session, NOW + 11 * MINUTE) == "a"


def test_with_nothing_else_left_a_step_is_cut_short_within_the_limit(make: Make) -> None:
    study = make("ab")
    put(study, a=learning(19 * MINUTE), b=learning(21 * MINUTE))
    session = Session.begin(study, None, NOW)
    assert shown(session) == "nothing"
    assert session.waiting(NOW) == Waiting(1, NOW + 19 * MINUTE)
    session.hasten(NOW)
    assert answer(session, EASY) == "a"
    assert shown(session) == "nothing"
    assert session.waiting(NOW) is None
    assert session.waiting(NOW + MINUTE) == Waiting(1, NOW + 21 * MINUTE)
    assert shown(session, NOW + 21 * MINUTE) == "b"
    study.settings = Settings(learn_ahead=0)
    assert session.waiting(NOW + MINUTE) is None


def test_siblings_are_buried(make: Make) -> None:
    study = make("AB")
    session = Session.begin(study, None, NOW)
    assert [answer(session, EASY) for _ in range(2)] == ["A", "B"]
    assert shown(session) == "nothing"
    assert shown(Session.begin(study, None, NOW)) == "nothing"
    tomorrow = NOW + timedelta(days=1)
    session = Session.begin(study, None, tomorrow)
    assert [answer(session, EASY, tomorrow) for _ in range(2)] == ["A2", "B2"]


def test_the_daily_limits_count_what_was_done_today(make: Make) -> None:
    study = make("abcdef")
    study.settings = Settings(new_per_day=2, reviews_per_day=1)
    put(study, a=REVIEW, b=REVIEW)
    session = Session.begin(study, None, NOW)
    assert session.left() == Counts(0, 0, 1, 1)
    while session.next(NOW):
        answer(session, EASY)
    assert shown(Session.begin(study, None, NOW)) == "nothing"
    tomorrow = Session.begin(study, None, NOW + timedelta(days=1))
    assert tomorrow.left() == Counts(2, 0, 1, 0)


def test_what_is_left_is_counted(make: Make) -> None:
    study = make("abcde")
    put(study, a=learning(-MINUTE), b=REVIEW)
    session = Session.begin(study, None, NOW)
    assert session.left() == Counts(3, 1, 1, 0)
    counts = []
    for rating in (EASY, AGAIN, GOOD, EASY, AGAIN):
        answer(session, rating)
        left = session.left()
        counts.append((left.new + left.review, left.learning))
    assert counts == [(4, 0), (3, 1), (2, 1), (1, 1), (0, 2)]


@pytest.mark.parametrize("rating", Rating)
def test_undo_puts_a_new_card_back_in_front(make: Make, rating: Rating) -> None:
    study = make("abc")
    session = Session.begin(study, None, NOW)
    before = session.left()
    assert answer(session, rating) == "a"
    assert answers.undo(study, NOW) is not None
    session.undone(card(study, "a"))
    assert session.left() == before
    assert [answer(session, EASY) for _ in range(3)] == ["a", "b", "c"]


@pytest.mark.parametrize("rating", Rating)
def test_undo_puts_a_review_back_in_front(make: Make, rating: Rating) -> None:
    study = make("abc")
    put(study, b=REVIEW)
    happens(study, "b", EventKind.FORGET)
    name = card(study, "b")
    earlier = NOW - timedelta(days=30)
    assert answers.answer(study, name, EASY, earlier, 1000, study.card(name)) is not None
    session = Session.begin(study, study.query("id:b"), NOW)
    assert answer(session, rating) == "b"
    assert answers.undo(study, NOW) is not None
    session.undone(name)
    assert session.left() == Counts(0, 0, 1, 0)
    assert shown(session) == "b"
    assert study.card(name).state is State.REVIEW


@pytest.mark.parametrize("rating", Rating)
def test_undo_puts_a_learning_card_back_into_its_step(make: Make, rating: Rating) -> None:
    study = make("ab")
    session = Session.begin(study, None, NOW)
    assert answer(session, AGAIN) == "a"
    later = NOW + MINUTE
    assert answer(session, rating, later) == "a"
    assert answers.undo(study, later) is not None
    session.undone(card(study, "a"))
    assert session.left() == Counts(1, 1, 0, 0)
    assert [answer(session, EASY, later), shown(session, later)] == ["a", "b"]


@pytest.mark.parametrize("later", [timedelta(), MINUTE, 11 * MINUTE])
@pytest.mark.parametrize("rating", [AGAIN, GOOD])
@pytest.mark.parametrize("others", ["", "b"])
def test_a_card_undone_elsewhere_is_shown_again(
    make: Make, rating: Rating, others: str, later: timedelta
) -> None:
    study = make("a" + others)
    session = Session.begin(study, None, NOW)
    answer(session, rating)
    assert answers.undo(study, NOW) is not None
    left = {shown(session, NOW + later)}
    if others:
        left.add(answer(session, EASY, NOW + later))
        left.add(shown(session, NOW + later))
    assert left == {"a", *others}
    assert session.waiting(NOW + later) is None


def test_a_review_undone_elsewhere_is_shown_again(make: Make) -> None:
    study = make("a")
    answer(Session.begin(study, None, NOW), EASY)
    later = NOW + timedelta(days=30)
    session = Session.begin(study, None, later)
    answer(session, AGAIN, later)
    assert answers.undo(study, later) is not None
    assert shown(session, later) == "a"
    assert session.left() == Counts(0, 0, 1, 0)


def test_undo_brings_back_a_card_of_an_earlier_session(make: Make) -> None:
    study = make("ab")
    answer(Session.begin(study, None, NOW), EASY)
    session = Session.begin(study, study.query("id:b"), NOW)
    assert answers.undo(study, NOW) is not None
    session.undone(card(study, "a"))
    assert [answer(session, EASY) for _ in range(2)] == ["a", "b"]


def test_cards_answered_elsewhere_are_not_shown(make: Make) -> None:
    study = make("abcd")
    put(study, b=REVIEW, d=learning(-MINUTE))
    session = Session.begin(study, None, NOW)
    for name in "abd":
        wanted = card(study, name)
        assert answers.answer(study, wanted, EASY, NOW, 1000, study.card(wanted)) is not None
    assert answer(session, EASY) == "c"
    assert shown(session) == "nothing"
    assert session.left() == Counts(0, 0, 0, 0)


def test_a_learning_card_suspended_elsewhere_is_not_shown(make: Make) -> None:
    study = make("ab")
    put(study, b=learning(-MINUTE))
    session = Session.begin(study, None, NOW)
    assert shown(session) == "b"
    happens(study, "b", EventKind.SUSPEND)
    assert shown(session) == "a"


@pytest.mark.parametrize("kind", [EventKind.SUSPEND, EventKind.BURY])
@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_a_card_put_away_elsewhere_is_not_shown(make: Make, name: str, kind: EventKind) -> None:
    study = make("abc")
    put(study, b=REVIEW, c=learning(-MINUTE))
    session = Session.begin(study, None, NOW)
    happens(study, name, kind)
    assert sorted(answer(session, EASY) for _ in range(2)) == sorted("abc".replace(name, ""))
    assert shown(session) == "nothing"


def test_a_note_that_vanishes_in_the_middle_is_left_out(make: Make) -> None:
    study = make("abc")
    put(study, c=learning(-MINUTE))
    session = Session.begin(study, None, NOW)
    make("b")
    assert answer(session, EASY) == "b"
    assert shown(session) == "nothing"
    assert session.left() == Counts(0, 0, 0, 0)


def test_a_card_taken_back_whose_note_has_vanished_is_not_shown(make: Make) -> None:
    study = make("ab")
    session = Session.begin(study, None, NOW)
    assert answer(session, EASY) == "a"
    gone = card(study, "a")
    make("b")
    assert answers.undo(study, NOW) is not None
    session.undone(gone)
    assert shown(session) == "b"
    assert study.stored(gone.guid).note.id == "a"


def test_one_waits_only_for_steps_within_the_limit(make: Make) -> None:
    study = make("abc")
    put(study, a=learning(19 * MINUTE), b=learning(21 * MINUTE), c=learning(20 * MINUTE))
    session = Session.begin(study, None, NOW)
    assert shown(session) == "nothing"
    assert session.waiting(NOW) == Waiting(2, NOW + 19 * MINUTE)
    session.hasten(NOW)
    assert [answer(session, EASY) for _ in range(2)] == ["a", "c"]
    assert shown(session) == "nothing"
    assert session.waiting(NOW) is None
    assert session.waiting(NOW + MINUTE) == Waiting(1, NOW + 21 * MINUTE)
    assert shown(session, NOW + 21 * MINUTE) == "b"


def test_a_card_left_out_does_not_come_back(make: Make) -> None:
    study = make("abc")
    put(study, c=learning(-MINUTE))
    session = Session.begin(study, None, NOW)
    for name in "ca":
        assert shown(session) == name
        session.drop(card(study, name))
    assert session.left() == Counts(1, 0, 0, 0)
    assert shown(session) == "b"


def test_a_cram_shows_all_and_what_was_forgotten_again(make: Make) -> None:
    study = make("abcd")
    put(study, b=REVIEW, c=Card(Review(MEMORY, TODAY + timedelta(days=99), 5), 1, 0, 1))
    happens(study, "d", EventKind.SUSPEND)
    session = Session.cram(study, None, NOW)
    before = {name: study.card(card(study, name)).phase for name in "abc"}
    seen = []
    for rating in (AGAIN, GOOD, EASY, GOOD):
        name = session.next(NOW)
        assert name is not None
        seen.append(shown(session))
        answers.cram(study, name, rating, NOW, 1000)
        session.answered(name, rating)
    assert sorted(seen[:3]) == ["a", "b", "c"]
    assert seen[3] == seen[0]
    assert shown(session) == "nothing"
    assert {name: study.card(card(study, name)).phase for name in "abc"} == before
    assert Session.begin(study, None, NOW).left() == Counts(1, 0, 1, 0)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("corpus", "abcd"), ("signal", "dabc"), ("due", "cbda"), ("recall", "dbca")],
)
def test_a_cram_is_in_the_order_that_was_asked_for(make: Make, order: str, expected: str) -> None:
    study = make("abcd")
    for name, stability, due in (("b", 5.0, 0), ("c", 2.0, -3), ("d", 50.0, 9)):
        memory = Memory(stability, 5.0, TODAY - timedelta(days=5))
        put(study, **{name: Card(Review(memory, TODAY + timedelta(days=due), 5), 1, 0, 1)})
    marked = """update notes set metadata = '[["signal", ["high"]]]' where id = 'd'"""
    study.database.connection.execute(marked)
    ids = {stored.guid: stored.note.id for stored in study.notes(None, NOW)}
    ordered = Session.cram(study, None, NOW, order).ahead
    assert "".join(ids[name.guid] for name in ordered) == expected
    shuffled = Session.cram(study, None, NOW)
    assert shuffled.ahead == Session.cram(study, None, NOW, "auto").ahead
    assert sorted(shuffled.ahead) == sorted(ordered)


def test_a_cram_answer_taken_back_is_asked_again(make: Make) -> None:
    study = make("ab")
    put(study, a=learning(MINUTE))
    session = Session.cram(study, None, NOW)
    name = session.next(NOW)
    assert name is not None
    answers.cram(study, name, AGAIN, NOW, 1000)
    session.answered(name, AGAIN)
    assert answers.undo(study, NOW) is not None
    session.undone(name)
    assert session.next(NOW) == name
    assert len(session.ahead) == 2


def test_reviews_of_days_to_come_are_shown_ahead(make: Make) -> None:
    study = make("abc")
    for name, days in (("a", 2), ("b", 3)):
        value = Card(Review(MEMORY, TODAY + timedelta(days=days), 5), 1, 0, 1)
        put(study, **{name: value})
    assert Session.begin(study, None, NOW, new=0).left() == Counts(0, 0, 0, 0)
    session = Session.begin(study, None, NOW, new=0, ahead=2)
    assert answer(session, GOOD) == "a"
    assert shown(session) == "nothing"


def test_new_cards_wait_for_the_backlog(make: Make) -> None:
    study = make("abcd")
    study.settings = Settings(reviews_per_day=1)
    put(study, a=REVIEW, b=REVIEW)
    assert Session.begin(study, None, NOW).left() == Counts(0, 0, 1, 1)
    assert Session.begin(study, None, NOW, new=1).left() == Counts(1, 0, 1, 1)


def test_a_step_of_an_earlier_day_is_due_with_the_day(make: Make) -> None:
    study = make("ab")
    memory = replace(MEMORY, day=TODAY - timedelta(days=1))
    tonight = NOW_MS + 3 * 3_600_000
    put(study, a=Card(Learning(memory, 1, tonight), 1, 0, 1), b=learning(3 * 60 * MINUTE))
    session = Session.begin(study, None, NOW)
    assert answer(session, EASY) == "a"
    assert shown(session) == "nothing"


def test_a_leech_is_no_card_in_steps_any_more(make: Make) -> None:
    study = make("ab")
    study.settings = Settings(leech_lapses=1)
    put(study, a=REVIEW)
    session = Session.begin(study, study.query("id:a"), NOW)
    assert answer(session, AGAIN) == "a"
    assert session.left() == Counts(0, 0, 0, 0)


def test_what_was_taken_back_is_put_right_before_a_step_that_is_due(make: Make) -> None:
    session = Session.begin(make("abc"), None, NOW)
    assert answer(session, AGAIN) == "a"
    later = NOW + timedelta(seconds=30)
    assert answer(session, GOOD, later) == "b"
    now = NOW + 2 * MINUTE
    assert shown(session, now) == "a"
    event = answers.undo(session.study, now)
    assert event is not None
    session.undone(CardName(event.guid, event.ord))
    assert [answer(session, EASY, now) for _ in range(2)] == ["b", "a"]
