"""A session from its first card to its last words."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from srs.cli.review.keys import CLOSED
from srs.model import Rating
from srs.scheduler.card import Learning, New
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.study import answers
from tests.cli.review.conftest import DAY, NOW, Room, basic


def test_question_answer_and_buttons_in_turn(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "4", "enter", "enter")
    question, answer, second, _, waiting = lived.seen
    assert "new 2 · learning 0 · review 0 · deck" in question
    assert "Question a?" in question
    assert "Answer a." not in question
    assert "space answer · u undo · ? keys · q quit" in question
    assert "Answer a." in answer
    assert re.search(r"^1 Again 1m  2 Hard 6m  3 Good 10m  4 Easy \d+d$", answer, re.MULTILINE)
    assert "new 1 · learning 0" in second
    assert "1 card returns in 10 min: w wait · n now · u undo · q quit" in waiting
    assert "2 answers, 100 % right, 1 min, 2 new cards." in lived.end
    assert [lived.reps("a"), lived.reps("b")] == [1, 1]


def test_the_very_first_answer_explains_the_buttons_and_no_other_does(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "4", "space", "4")
    assert "Again: not recalled" in lived.seen[1]
    assert "Hard, Good, Easy: recalled" in lived.seen[1]
    assert "not recalled" not in lived.seen[3]
    assert "not recalled" not in room.live("space", query="id:a", cram=True).seen[1]


@pytest.mark.parametrize(("key", "reps"), [("1", 1), ("2", 1), ("3", 0), ("4", 0), ("space", 1)])
def test_two_buttons_are_again_and_good(room: Room, key: str, reps: int) -> None:
    room.settings = Settings(buttons=2)
    room.write(basic("a"))
    lived = room.live("space", key)
    assert re.search(r"^1 Again 1m  2 Good 10m$", lived.seen[1], re.MULTILINE)
    assert "Hard" not in lived.seen[1]
    assert lived.reps("a") == reps
    if reps:
        rating = 1 if key == "1" else 3
        (event,) = lived.study.events(CardName(lived.study.note("a").guid, 1))
        assert event.rating is not None
        assert event.rating.value == rating


def test_undo_shows_the_card_again_and_goes_on_to_those_before(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "4", "space", "1", "u", "u", "u")
    assert "Question b?" in lived.seen[5]
    assert "Question a?" in lived.seen[6]
    assert "There is no answer to take back." in lived.seen[7]
    assert lived.tally == 0
    assert isinstance(lived.card("a").phase, New)


def test_quitting_by_any_way_keeps_what_was_answered(room: Room) -> None:
    room.write(basic("a", "b", "c", "d"))
    for n, key in enumerate(("q", "escape", CLOSED)):
        lived = room.live("space", "4", key)
        assert lived.tally == 1
        assert f"Left for today: new {3 - n} · learning 0 · review 0. Next: srs review" in lived.end


def test_the_end_is_told_of_what_was_asked_for(room: Room) -> None:
    room.settings = Settings(new_per_day=3)
    room.write(basic("a", "b", "c"))
    room.live("space", "3", "q", query="id:a")
    room.now += timedelta(minutes=5)
    lived = room.live("space", "4", query="id:b")
    assert "Nothing more of id:b is due today. The next card returns on " in lived.end
    lived = room.live("q", query="id:b or id:c")
    assert (
        "Left for today: new 1 · learning 0 · review 0. Next: srs review 'id:b or id:c'"
        in " ".join(lived.end.split())
    )
    room.settings = Settings(learn_ahead=0)
    lived = room.live(query="id:a")
    assert (
        "Left for today: new 0 · learning 1 · review 0. The next card returns in 5 min. "
        "Next: srs review id:a" in " ".join(lived.end.split())
    )


def test_what_is_left_for_today_is_what_the_next_session_shows(room: Room) -> None:
    room.write(basic("a", "b", "c"))
    assert "Left for today: new 3 " in room.live("q", new=1).end
    room.settings = Settings(new_per_day=1)
    assert "Left for today: new 1 " in room.live("q", new=3).end
    assert "Nothing more is due today" in room.live("space", "4", "q", new=3).end


def test_a_limit_ends_the_session(room: Room) -> None:
    room.write(basic("a", "b", "c"))
    lived = room.live(*["space", "4"] * 3, limit=2)
    assert lived.tally == 2
    assert "Left for today: new 1" in lived.end


def test_new_cards_on_demand_and_reviews_ahead(room: Room) -> None:
    room.settings = Settings(new_per_day=1)
    room.write(basic("a", "b", "c"))
    assert "new 1 ·" in room.live().seen[0]
    assert "new 3 ·" in room.live(new=3).seen[0]
    lived = room.live("space", "4")
    days = lived.card("a").phase
    assert not isinstance(days, New | Learning)
    room.now += DAY
    room.settings = Settings(new_per_day=0)
    assert "Nothing more is due today" in room.live().end
    lived = room.live("space", "3", ahead=30)
    assert "review 1" in lived.seen[0]
    assert lived.reps("a") == 2


def test_cram_shows_all_and_leaves_the_schedule(room: Room) -> None:
    room.write(basic("a", "b"))
    room.live("space", "4", "space", "4")
    before = room.open().cards(None, NOW)
    cards = [room.opened[-1].card(name) for name in before]
    lived = room.live("space", "1", "space", "3", "space", "3", cram=True)
    assert lived.seen[0].startswith("cram: 2 left")
    assert "1 Again  2 Hard  3 Good  4 Easy" in lived.seen[1], "without intervals, they change none"
    assert lived.tally == 3
    for name, card in zip(before, cards, strict=True):
        now = lived.study.card(name)
        assert replace(now, last_ms=0) == replace(card, last_ms=0)
    kinds = [event.kind for name in before for event in lived.study.events(name)]
    assert kinds.count(EventKind.CRAM) == 3


def test_waiting_cards_are_waited_for_or_shown_now(room: Room) -> None:
    room.write(basic("a"))

    def later() -> None:
        room.now += timedelta(minutes=10)

    lived = room.live("space", "3", "n", "space", "3")
    assert "1 card returns in 10 min: w wait · n now · u undo · q quit" in lived.seen[2]
    assert "Question a?" in lived.seen[3]
    assert lived.reps("a") == 2
    room.write(basic("a", "b"))
    lived = room.live("space", "1", "w")
    assert "Waiting until 18:01: n now · u undo · q quit" in lived.seen[3]
    assert lived.patience[3] == pytest.approx(60, abs=1)


def test_after_a_holiday_new_cards_wait_and_the_backlog_is_said(room: Room) -> None:
    names = [f"q{n}" for n in range(12)]
    room.write(basic(*names))
    room.live(*["space", "4"] * 12)
    room.write(basic(*names, "fresh"))
    room.now += 60 * DAY
    room.settings = Settings(reviews_per_day=5)
    first = room.live().seen[0]
    assert (
        "12 reviews are due in all: 5 a day clears them by 22 Jan, and new cards wait until then."
        in (" ".join(first.split()))
    )
    assert "new 0 · learning 0 · review 5" in first


def test_a_leech_is_suspended_and_said(room: Room) -> None:
    room.settings = Settings(leech_lapses=1)
    room.write(basic("a", "b"))
    room.live("space", "4", "space", "4")
    room.now += 60 * DAY
    lived = room.live("space", "1", query="id:a")
    assert lived.card("a").suspended
    said = " ".join(lived.end.split())
    assert "A leech: forgotten 1 time, so it is suspended." in said
    assert "srs unsuspend a" in said


def test_an_answer_given_elsewhere_meanwhile_counts_alone(room: Room) -> None:
    room.write(basic("a", "b"))
    other = room.open()

    def elsewhere() -> None:
        name = CardName(other.note("a").guid, 1)
        assert answers.answer(other, name, Rating.EASY, NOW, 1000) is not None

    lived = room.live("space", ("1", elsewhere))
    assert "Something was done to this card elsewhere meanwhile" in lived.seen[2]
    assert "Question b?" in lived.seen[2]
    assert lived.reps("a") == 1
    assert lived.tally == 0


def test_a_card_whose_note_is_gone_is_left_out(room: Room) -> None:
    room.write(basic("a", "b"))

    def remove() -> None:
        room.write(basic("b"))
        room.open()

    lived = room.live(("s", remove), "space", "4")
    assert "Question b?" in lived.seen[1]


def test_an_answer_taken_back_is_not_told_at_the_end(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "4", "space", "1", "u", "u", "space", "4", "q")
    assert "1 answer, 100 % right, 1 min, 1 new card." in lived.end


def test_what_was_answered_elsewhere_is_taken_back_but_was_never_counted(room: Room) -> None:
    room.write(basic("a", "b", "c"))
    other = room.open()

    def elsewhere() -> None:
        name = CardName(other.note("c").guid, 1)
        later = NOW + timedelta(seconds=1)
        assert answers.answer(other, name, Rating.EASY, later, 1000) is not None

    lived = room.live("space", "4", ("u", elsewhere))
    assert "Question c?" in lived.seen[3]
    assert lived.tally == 1
    assert lived.reps("a") == 1


@pytest.mark.parametrize("kind", [EventKind.SUSPEND, EventKind.BURY])
def test_a_card_put_away_elsewhere_meanwhile_is_not_answered(room: Room, kind: EventKind) -> None:
    room.write(basic("a", "b"))
    other = room.open()

    def elsewhere() -> None:
        answers.put(other, [CardName(other.note("a").guid, 1)], kind, NOW)

    lived = room.live("space", ("3", elsewhere))
    assert "elsewhere meanwhile" in lived.seen[2]
    assert "Question b?" in lived.seen[2]
    assert lived.reps("a") == 0


def test_a_card_begun_elsewhere_meanwhile_comes_back_at_its_step(room: Room) -> None:
    room.write(basic("a"))
    other = room.open()

    def elsewhere() -> None:
        name = CardName(other.note("a").guid, 1)
        assert answers.answer(other, name, Rating.GOOD, NOW, 1000) is not None

    lived = room.live("space", ("3", elsewhere))
    assert "1 card returns in 10 min" in lived.seen[2]


def test_a_text_edited_elsewhere_meanwhile_is_shown_as_it_is_now(room: Room) -> None:
    room.write(basic("a", "b"))

    def rewrite() -> None:
        room.write(basic("a", "b").replace("Question b", "Other b"))
        room.open()

    lived = room.live("space", ("4", rewrite))
    assert "Other b?" in lived.seen[2]


def test_a_crammed_answer_is_taken_back(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "3", "u", "space", "1", cram=True)
    first = re.search(r"Question .\?", lived.seen[0])
    again = re.search(r"Question .\?", lived.seen[3])
    assert first
    assert again
    assert first[0] == again[0]
    assert "\ncram: 2 left" in lived.seen[3]
    assert "1 answer, 0 % right" in lived.end
    assert "new card" not in lived.end


def test_the_last_answer_is_taken_back_while_others_wait(room: Room) -> None:
    room.write(basic("a"))
    lived = room.live("space", "1", "u")
    assert "1 card returns in 1 min" in lived.seen[2]
    assert "Question a?" in lived.seen[3]
    assert lived.reps("a") == 0


@pytest.mark.parametrize("width", [40, 80])
def test_a_long_question_does_not_hide_its_answer(room: Room, width: int) -> None:
    code = "\n".join(f"line_{n}()" for n in range(30))
    room.write(f"## What?\n<!-- {{#a}} -->\n\n```python\n{code}\n```\n\n---\n\nThis.\n")
    lived = room.live(*["space"] * 4, width=width, height=24)
    answer = next(page for page in lived.seen if "This." in page)
    assert "1 Again" in answer
    assert "lines above: up" in answer
    assert sum("line_0()" in page for page in lived.seen) == 1


def test_an_interrupt_between_keys_ends_the_session(room: Room) -> None:
    room.write(basic("a", "b"))

    def interrupt() -> None:
        raise KeyboardInterrupt

    lived = room.live("space", "4", ("space", interrupt))
    assert "1 answer, 100 % right" in lived.end
    assert lived.reps("a") == 1


def test_minutes_end_a_session(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write(basic("a", "b", "c"))
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])

    def think() -> None:
        clock[0] += 40

    lived = room.live(("space", think), "4", ("space", think), "4", "space", minutes=1)
    assert lived.tally == 2
    assert "2 answers, 100 % right, 1 min" in lived.end
