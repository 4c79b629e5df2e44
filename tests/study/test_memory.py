import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from srs.errors import SrsError
from srs.model import Rating
from srs.query import Path as PathQuery
from srs.query import Word
from srs.scheduler.card import Card, Learning, Memory, New, Review, State
from srs.scheduler.fold import fold
from srs.scheduler.log import Event, EventKind
from srs.scheduler.queue import CardName
from srs.settings import FSRS_6, Settings
from srs.store import cards
from srs.study import answers
from srs.study.memory import Study, open_study
from srs.study.today import Counts, counts, gather, next_due

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
AGAIN, HARD, GOOD, EASY = Rating
MEMORY = Memory(5.0, 5.0, TODAY - 5 * DAY)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "srs.toml").write_text('name = "Small"\nkey = "k"\n')
    return root


@pytest.fixture
def make(root: Path) -> Iterator[Callable[..., Study]]:
    """Open a corpus, of so many basic notes or of a text, as often as wanted."""
    opened: list[Study] = []

    def make(deck: int | str | None = None, now: datetime = NOW) -> Study:
        if isinstance(deck, int):
            deck = "\n".join(f"## Question {n}?\n\nAnswer {n}.\n" for n in range(deck))
        if deck is not None:
            (root / "deck.md").write_text(deck)
        opened.append(open_study(root, root / ".srs" / "srs.db", now))
        return opened[-1]

    yield make
    for study in opened:
        study.close()


Make = Callable[..., Study]


def put(study: Study, *values: Card) -> list[CardName]:
    """Give the first cards these values."""
    names = study.cards(None, NOW)
    with study.database.transaction() as connection:
        for name, card in zip(names, values, strict=False):
            cards.write(connection, name, card)
    return names


def answer(study: Study, name: CardName, rating: Rating = EASY, now: datetime = NOW) -> Event:
    answered = answers.answer(study, name, rating, now, 1000, study.card(name))
    assert answered is not None
    return answered.event


def happens(study: Study, name: CardName, kind: EventKind, now: datetime = NOW) -> None:
    event = Event(name.guid, name.ord, int(now.timestamp() * 1000), kind, now.date(), 60, "d")
    with study.database.transaction() as connection:
        cards.append(connection, event, FSRS_6)


def due_review(days_ago: int = 0) -> Card:
    return Card(Review(MEMORY, TODAY - days_ago * DAY, 5), 1, 0, 1)


def test_what_there_is_to_study(make: Make) -> None:
    study = make(6)
    names = put(
        study,
        due_review(),
        due_review(3),
        Card(Review(MEMORY, TODAY + DAY, 5), 1, 0, 1),
        Card(Learning(MEMORY, 0, 5), 1, 0, 1),
    )
    due = gather(study, None, NOW)
    assert due.learning == [names[3]]
    assert sorted(due.reviews) == sorted(names[:2])
    assert due.new == names[4:]
    assert counts(study, None, NOW) == Counts(2, 1, 2, 0)
    assert counts(study, None, NOW + DAY) == Counts(2, 1, 3, 0)
    assert counts(study, study.query('"question 1"'), NOW) == Counts(0, 0, 1, 0)


def test_a_day_begins_at_the_rollover(make: Make) -> None:
    study = make(1)
    (name,) = put(study, due_review())
    assert gather(study, None, datetime.fromisoformat("2026-11-21T03:59:59+01:00")).reviews == []
    assert gather(study, None, datetime.fromisoformat("2026-11-21T04:00:00+01:00")).reviews == [
        name
    ]


@pytest.mark.parametrize("kind", [EventKind.SUSPEND, EventKind.BURY])
def test_cards_put_away_are_not_studied(make: Make, kind: EventKind) -> None:
    study = make(3)
    names = put(study, due_review(), Card(Learning(MEMORY, 0, 5), 1, 0, 1))
    for name in names:
        happens(study, name, kind)
    assert counts(study, None, NOW) == Counts(0, 0, 0, 0)
    expected = Counts(1, 1, 1, 0) if kind is EventKind.BURY else Counts(0, 0, 0, 0)
    assert counts(study, None, NOW + DAY) == expected


def test_retired_broken_and_lost_notes_are_not_studied(make: Make) -> None:
    text = "## {n}?{mark}\n\n{back}\n"
    for mark, back in ((" {.retired}", "A"), ("", ""), (" {.draft}", "A")):
        assert counts(make(text.format(n=1, mark="", back="A")), None, NOW).new == 1
        study = make(text.format(n=1, mark=mark, back=back))
        assert counts(study, None, NOW) == Counts(0, 0, 0, 0)
        assert study.broken() == (not back)


def test_new_cards_come_in_the_corpus_order_and_reviews_mixed(make: Make) -> None:
    study = make(40)
    names = put(study, *[due_review()] * 20)
    today, tomorrow = gather(study, None, NOW), gather(study, None, NOW + DAY)
    assert today.new == names[20:]
    assert sorted(today.reviews) == sorted(tomorrow.reviews) == sorted(names[:20])
    assert today.reviews == gather(study, None, NOW + timedelta(hours=1)).reviews
    assert names[:20] != today.reviews != tomorrow.reviews


def test_the_limit_of_new_cards_counts_what_was_done_today(make: Make) -> None:
    study = make(6)
    study.settings = Settings(new_per_day=3)
    names = gather(study, None, NOW).new
    assert len(names) == 3
    answer(study, names[0])
    answer(study, names[1], AGAIN)
    answer(study, names[1], GOOD)
    assert gather(study, None, NOW).new == names[2:]
    answer(study, names[2])
    assert gather(study, None, NOW).new == []
    answers.undo(study, NOW)
    assert gather(study, None, NOW).new == names[2:]
    night = datetime.fromisoformat("2026-11-22T03:59:00+01:00")
    assert gather(study, None, night).new == names[2:]
    assert len(gather(study, None, night + timedelta(minutes=1)).new) == 3


def test_the_limit_of_reviews_counts_what_was_done_today(make: Make) -> None:
    study = make(6)
    study.settings = Settings(reviews_per_day=4, new_per_day=0)
    put(study, *[due_review()] * 6)
    assert counts(study, None, NOW) == Counts(0, 0, 4, 2)
    first, second, *_ = gather(study, None, NOW).reviews
    answer(study, first, GOOD)
    answer(study, second, AGAIN)
    assert counts(study, None, NOW) == Counts(0, 1, 2, 2)
    answer(study, second, GOOD)
    assert counts(study, None, NOW) == Counts(0, 0, 2, 2)
    study.settings = Settings(reviews_per_day=1)
    assert counts(study, None, NOW) == Counts(0, 0, 0, 4)


def test_the_limit_of_new_cards_is_not_for_reviews(make: Make) -> None:
    study = make(2)
    study.settings = Settings(new_per_day=1, reviews_per_day=1)
    put(study, due_review())
    assert counts(study, None, NOW) == Counts(1, 0, 1, 0)


TWINS = "## A? {.reversed}\n\nAnswer.\n\n## B? {.reversed}\n\nAnother.\n"


def test_of_siblings_one_is_studied_a_day(make: Make) -> None:
    study = make(TWINS)
    a1, a2, b1, b2 = study.cards(None, NOW)
    assert gather(study, None, NOW).new == [a1, b1]
    answer(study, a1)
    assert gather(study, None, NOW).new == [b1]
    assert gather(study, None, NOW + DAY).new == [a2, b1]
    put(study, Card(), due_review())
    due = gather(study, None, NOW + DAY)
    assert (due.reviews, due.new) == ([a2], [b1])
    put(study, due_review(), due_review(), Card(), Card(Learning(MEMORY, 0, 5), 1, 0, 1))
    due = gather(study, None, NOW + DAY)
    assert (due.learning, len(due.reviews), due.new) == ([b2], 1, [])
    assert due.reviews[0].guid == a1.guid


def test_a_review_held_back_keeps_its_siblings_back(make: Make) -> None:
    study = make(TWINS)
    study.settings = Settings(reviews_per_day=0)
    put(study, due_review())
    _, _, b1, _ = study.cards(None, NOW)
    assert gather(study, None, NOW, new=5).new == [b1]


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


def test_when_the_next_card_returns(make: Make) -> None:
    study = make(2)
    assert next_due(study, NOW) is None
    one, two = study.cards(None, NOW)
    answer(study, one, EASY)
    phase = study.card(one).phase
    assert isinstance(phase, Review)
    assert next_due(study, NOW) == phase.due
    answer(study, two, GOOD, NOW + timedelta(minutes=1))
    returns = next_due(study, NOW)
    assert isinstance(returns, datetime)
    assert returns == NOW + timedelta(minutes=11)
    assert returns.utcoffset() == NOW.utcoffset()


def test_a_word_that_is_a_path_means_that_path(
    make: Make, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make(1)
    (root / "sub").mkdir()
    (root / "sub" / "more.md").write_text("## More?\n\nYes.\n")
    (tmp_path / "outside.md").touch()
    monkeypatch.chdir(root / "sub")
    assert study.query("deck.md") == PathQuery("deck.md")
    assert study.query("sub/more.md") == study.query("more.md") == PathQuery("sub/more.md")
    assert study.query("sub/") == PathQuery("sub")
    assert study.query("./") == PathQuery(".")
    assert study.query("../deck.md") == PathQuery("deck.md")
    assert study.query(str(root / "deck.md")) == PathQuery("deck.md")
    assert study.query("sub") == Word("sub")
    for other in ("nowhere.md", "../../outside.md", "/", "a/" + "x" * 5000, "a\x00/b"):
        assert study.query(other) == Word(other)


def test_a_busy_database_is_said_by_everything(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("srs.store.database.BUSY_SECONDS", 0.01)
    study = make(1)
    (name,) = study.cards(None, NOW)
    shown = study.card(name)
    asked: list[Callable[[], object]] = [
        lambda: study.card(name),
        lambda: study.cards(None, NOW),
        lambda: study.notes(None, NOW),
        lambda: study.note("x"),
        lambda: study.decks(),
        lambda: study.sections(),
        lambda: study.broken(),
        lambda: gather(study, None, NOW),
        lambda: answers.preview(study, name, NOW),
        lambda: next_due(study, NOW),
        lambda: answers.answer(study, name, GOOD, NOW, 1, shown),
        lambda: answers.undo(study, NOW),
        lambda: open_study(study.root, study.database.path, NOW),
    ]
    with closing(sqlite3.connect(study.database.path, isolation_level=None)) as other:
        other.execute("begin exclusive")
        for ask in asked:
            with pytest.raises(SrsError, match="another srs is writing to this database"):
                ask()
    assert study.card(name) == shown
