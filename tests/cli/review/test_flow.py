"""A review lived through with scripted keys, and what stands on the screen at each of them."""

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from srs.cli.context import Context
from srs.cli.rendering import renderer
from srs.cli.review.flow import Review
from srs.cli.review.keys import CLOSED, RESIZED
from srs.cli.review.screen import Screen
from srs.model import Rating
from srs.scheduler.card import Card, Learning, New
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.study import answers, forecast
from srs.study.memory import Study, open_study
from srs.study.session import Session

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
DAY = timedelta(days=1)

Move = str | tuple[str, Callable[[], None]]


@dataclass
class Fingers:
    """Press keys in turn, typing the lines in between; keep what the screen showed at each."""

    moves: list[Move]
    page: io.StringIO = field(default_factory=io.StringIO)
    seen: list[str] = field(default_factory=list)
    patience: list[float | None] = field(default_factory=list)

    def key(self, seconds: float | None = None) -> str:
        self.seen.append(self.page.getvalue())
        self.page.seek(0)
        self.page.truncate()
        self.patience.append(seconds)
        move = self.moves.pop(0) if self.moves else "q"
        if isinstance(move, tuple):
            move[1]()
            move = move[0]
        return move

    def lines(self) -> Iterator[str]:
        while self.moves and isinstance(move := self.moves[0], str) and move.startswith("="):
            self.moves.pop(0)
            yield move[1:]

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass
class Lived:
    """What came of a session: the screens at each key, the last words, and the memory."""

    seen: list[str]
    end: str
    study: Study
    tally: int
    patience: list[float | None]

    def reps(self, id: str) -> int:
        return self.card(id).reps

    def card(self, id: str, ord: int = 1) -> Card:
        return self.study.card(CardName(self.study.note(id).guid, ord))


class Room:
    """A corpus, and sessions in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        (root / "srs.toml").write_text('name = "Small"\nkey = "k"\n')
        self.now = NOW
        self.opened: list[Study] = []
        self.settings = Settings()

    def write(self, text: str) -> None:
        (self.root / "deck.md").write_text(text, encoding="utf-8")
        os.utime(self.root / "deck.md", (1_700_000_000, 1_700_000_000 + len(self.opened)))

    def open(self) -> Study:
        study = open_study(self.root, self.root / ".srs" / "srs.db", self.now)
        study.settings = self.settings
        self.opened.append(study)
        return study

    def live(
        self, *moves: Move, width: int = 80, height: int = 40, query: str = "", plain: bool = False,
        limit: int | None = None, cram: bool = False, new: int | None = None, ahead: int = 0,
    ) -> Lived:  # fmt: skip
        study = self.open()
        wanted = study.query(query)
        if cram:
            session = Session.cram(study, wanted, self.now)
        else:
            session = Session.begin(study, wanted, self.now, new=new, ahead=ahead)
        fingers = Fingers([*moves])
        console = Console(file=fingers.page, width=width, height=height, color_system=None)
        screen = Screen(console, fingers, plain)
        screen.notices += map(str, forecast.backlogs(study, wanted, session.due, self.now))
        context = Context(self.root, None, self.now)
        with renderer() as rendering:
            review = Review(
                context, study, session, rendering, screen, self.root / "written", limit
            )
            review.run()
        end = fingers.page.getvalue()
        return Lived(fingers.seen, end, study, review.tally.answers, fingers.patience)


@pytest.fixture
def room(tmp_path: Path, home: Path) -> Iterator[Room]:
    made = Room(tmp_path / "corpus")
    yield made
    for study in made.opened:
        study.close()


def basic(*names: str) -> str:
    return "\n".join(f"## Question {n}?\n<!-- {{#{n}}} -->\n\nAnswer {n}.\n" for n in names)


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
    assert "1 card returns in 10 min: w wait · n now · q quit" in waiting
    assert "2 answers, 100 % right, 1 min, 2 new cards." in lived.end
    assert [lived.reps("a"), lived.reps("b")] == [1, 1]


def test_the_very_first_answer_explains_the_buttons_and_no_other_does(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "4", "space", "4")
    assert "Again: not recalled" in lived.seen[1]
    assert "Hard, Good, Easy: recalled" in lived.seen[1]
    assert "not recalled" not in lived.seen[3]
    assert "not recalled" not in room.live("space", query="id:a", cram=True).seen[1]


@pytest.mark.parametrize(("key", "reps"), [("1", 1), ("2", 1), ("3", 1), ("4", 0), ("space", 1)])
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


@pytest.mark.parametrize(
    ("key", "kind", "said"),
    [("s", EventKind.SUSPEND, "srs unsuspend a"), ("b", EventKind.BURY, "Buried until tomorrow")],
)
def test_a_card_is_put_away_and_brought_back(
    room: Room, key: str, kind: EventKind, said: str
) -> None:
    room.write(basic("a", "b"))
    for early in ([], ["space"]):
        lived = room.live(*early, key, "u")
        after = lived.seen[len(early) + 1]
        assert said in after
        assert "Question b?" in after
        back = lived.seen[len(early) + 2]
        assert f"Taken back: {kind.value}." in back
        assert "Question a?" in back
        assert not lived.card("a").suspended
        assert lived.card("a").buried is None


def test_what_is_known_of_a_card(room: Room) -> None:
    room.write(basic("a"))
    room.live("space", "4")
    room.now += 20 * DAY
    lived = room.live("i", "x")
    page = lived.seen[1]
    for fact in ("a/1", "deck.md:1", "stability", "difficulty", "recall", "% today", "due"):
        assert fact in page
    assert re.search(r"2026-11-21  Easy → \d+d  0 s", page)
    assert "any key: back" in page
    assert "Question a?" in lived.seen[2]


def test_all_keys_are_told(room: Room) -> None:
    room.write(basic("a"))
    page = room.live("?", "x").seen[1]
    for key in ("space", "1 2 3 4", "u ", "e ", "s ", "b ", "o ", "i ", "q, escape"):
        assert re.search(rf"^{re.escape(key)}", page, re.MULTILINE), key


def test_quitting_by_any_way_keeps_what_was_answered(room: Room) -> None:
    room.write(basic("a", "b", "c", "d"))
    for n, key in enumerate(("q", "escape", CLOSED)):
        lived = room.live("space", "4", key)
        assert lived.tally == 1
        assert f"Left for today: new {3 - n} · learning 0 · review 0. Next: srs review" in lived.end


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
    assert "the schedule stays as it is" in lived.seen[1]
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
    assert "1 card returns in 10 min: w wait · n now · q quit" in lived.seen[2]
    assert "Question a?" in lived.seen[3]
    assert lived.reps("a") == 2
    room.write(basic("a", "b"))
    lived = room.live("space", "1", "w")
    assert "Waiting until 18:01: n now · q quit" in lived.seen[3]
    assert lived.patience[3] == pytest.approx(60, abs=1)


def test_after_a_holiday_new_cards_wait_and_the_backlog_is_said(room: Room) -> None:
    names = [f"q{n}" for n in range(12)]
    room.write(basic(*names))
    room.live(*["space", "4"] * 12)
    room.write(basic(*names, "fresh"))
    room.now += 60 * DAY
    room.settings = Settings(reviews_per_day=5)
    first = room.live().seen[0]
    assert "12 reviews are due: 5 a day clears them by 22 Jan, and new cards wait until then." in (
        " ".join(first.split())
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
    assert "This card was answered elsewhere meanwhile." in lived.seen[2]
    assert "Question b?" in lived.seen[2]
    assert lived.reps("a") == 1
    assert lived.tally == 0


CHOICE = "## Which?\n<!-- {#c} -->\n\n- [x] one\n- [ ] two\n- [x] three\n\nSo it is.\n"


def letters(page: str) -> dict[str, str]:
    return {name: letter for letter, name in re.findall(r"^(\w) \[.\] (\w+)$", page, re.MULTILINE)}


@pytest.mark.parametrize(
    ("chosen", "verdict", "proposed"),
    [
        (["one", "three"], "Right.", ""),
        (["one"], "Nearly: one is missing.", "space Hard"),
        (["two"], "Wrong.", "space Again"),
        (["two", "two", "one", "three"], "Right.", ""),
        ([], "", ""),
    ],
)
def test_options_are_chosen_by_letter_and_judged(
    room: Room, chosen: list[str], verdict: str, proposed: str
) -> None:
    room.write(CHOICE)
    of = letters(room.live().seen[0])
    assert sorted(of.values()) == ["a", "b", "c"]
    lived = room.live(*(of[name] for name in chosen), "space", "4")
    marked = re.findall(r"\[x\] (\w+)", lived.seen[len(chosen)])
    assert sorted(marked) == sorted(n for n in of if chosen.count(n) % 2)
    answer = lived.seen[len(chosen) + 1]
    assert sorted(re.findall(r"\[x\] (\w+)", answer)) == ["one", "three"]
    assert answer.count("^ your choice") == len(marked)
    assert "So it is." in answer
    assert verdict in answer
    assert ("space " in answer.split("4 Easy")[1]) == bool(proposed)
    assert proposed in answer


def test_where_letters_choose_capital_ones_command(room: Room) -> None:
    options = "\n".join(f"- [{'x' if n == 1 else ' '}] option {n}" for n in range(22))
    room.write(f"## Which?\n<!-- {{#c}} -->\n\n{options}\n")
    lived = room.live("b", "s", "", "u", "S")
    assert lived.seen[4].count("[x]") == 3
    assert lived.card("c").suspended


TYPED = "## Capital of France?\n<!-- {#t .typed} -->\n\nParis\n\nOn the Seine.\n"


@pytest.mark.parametrize(
    ("typed", "said", "proposed"),
    [
        ("Paris", "Right.", ""),
        ("  paris ", "Nearly: only upper and lower case differ.", "space Hard"),
        ("Lyon", "Not quite.  - expected  + yours", "space Again"),
        ("", "", ""),
    ],
)
def test_what_was_typed_is_compared(room: Room, typed: str, said: str, proposed: str) -> None:
    room.write(TYPED)
    lived = room.live("space", f"={typed}", "space")
    assert "space type" in lived.seen[0]
    answer = lived.seen[1]
    assert said in answer
    assert proposed in answer
    assert "On the Seine." in answer
    if typed == "Lyon":
        assert "- Paris" in answer
        assert "+ Lyon" in answer


PREDICT = (
    "## What is printed?\n<!-- {#p .predict} -->\n\n```python\nfor n in 1, 2: print(n)\n```\n\n---\n\n"
    "```output\n1\n2\n```\n\nTwo lines.\n"
)


@pytest.mark.parametrize(
    ("lines", "said"),
    [(["=1", "=2", "="], "Right."), (["=1", "=3", "="], "- 2"), (["="], "Two lines.")],
)
def test_an_output_is_typed_line_by_line(room: Room, lines: list[str], said: str) -> None:
    room.write(PREDICT)
    lived = room.live("space", *lines, "space")
    assert "Type what it prints, line by line; an empty line ends." in lived.seen[1]
    assert said in lived.seen[1]
    assert ("+ 3" in lived.seen[1]) == ("=3" in lines)


def test_a_cloze_hides_its_words_with_its_hint_and_a_reverse_asks_the_answer(room: Room) -> None:
    room.write("## Rome\n<!-- {#r} -->\n\nIt fell in {{c1::476::a year}}.\n")
    lived = room.live("space", "4")
    assert "It fell in [a year]." in lived.seen[0]
    assert "It fell in [476]." in lived.seen[1]
    room.write("## Front side\n<!-- {#v .reversed} -->\n\nBack side\n")
    lived = room.live("space", "4")
    assert "Back side" not in lived.seen[0]
    room.now += DAY
    lived = room.live("space", "4", query="id:v/2")
    assert "Front side" not in lived.seen[0]
    assert "Back side" in lived.seen[0]
    assert "Front side" in lived.seen[1]


EXERCISE = (
    "## Write `double`\n<!-- {#x .exercise} -->\n\nTwice.\n\n```python starter\ndef double(n):\n    ...\n"
    "```\n\n```python solution\ndef double(n):\n    return 2 * n\n```\n\n"
    "```python tests\nassert double(2) == 4, 'not four'\nassert double('a') == 'aa'\n```\n"
)


def editor(folder: Path, *texts: str) -> str:
    """Make an editor that writes one text after the other, and the last for ever."""
    script = folder / "editor.py"
    (folder / "texts.json").write_text(json.dumps(texts))
    script.write_text(
        "import json, pathlib, sys\n"
        f"store = pathlib.Path({str(folder / 'texts.json')!r})\n"
        "texts = json.loads(store.read_text())\n"
        "pathlib.Path(sys.argv[-1]).write_text(texts[0])\n"
        "store.write_text(json.dumps(texts[1:] or texts))\n"
    )
    return f"{sys.executable} {script}"


RIGHT, WRONG = "def double(n):\n    return n * 2\n", "def double(n):\n    return n + 3\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits")
def test_an_exercise_is_written_tried_and_tried_again(room: Room, tmp_path: Path) -> None:
    room.settings = Settings(editor=editor(tmp_path, WRONG, RIGHT))
    room.write(EXERCISE)
    lived = room.live("space", "y", "t", "space")
    assert "space do it" in lived.seen[0]
    assert "Run it only if you trust" in " ".join(lived.seen[1].split())
    assert "Not yet:" in lived.seen[2]
    assert "not four" in lived.seen[2]
    assert "All tests pass." in lived.seen[3]
    assert "space Hard" in lived.seen[3]
    assert "return 2 * n" in lived.seen[3]
    assert lived.reps("x") == 1
    room.now += DAY
    lived = room.live("space", "space")
    assert "trust" not in " ".join(lived.seen), "it is asked once a corpus"


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits")
def test_an_exercise_that_fails_or_may_not_run(room: Room, tmp_path: Path) -> None:
    room.settings = Settings(editor=editor(tmp_path, WRONG))
    room.write(EXERCISE)
    lived = room.live("space", "n", "q")
    assert "return 2 * n" in lived.seen[2], "without leave the answer is only shown"
    assert not (room.root / "written").exists()
    lived = room.live("space", "y", "space", "q")
    assert "The tests did not pass." in lived.seen[3]
    assert "space Again" in lived.seen[3]
    room.settings = Settings(editor="no-such-editor")
    lived = room.live("space", "q")
    assert "there is no editor no-such-editor" in " ".join(lived.seen[1].split())


def test_a_note_is_edited_and_stays_the_same_whatever_became_of_it(
    room: Room, tmp_path: Path
) -> None:
    text = basic("a", "b", "c")
    room.write(text)
    room.live("space", "4", query="id:b")
    room.now += 30 * DAY
    other = text.replace("## Question b?\n<!-- {#b} -->\n\nAnswer b.", "## All\n\nnew here")
    room.settings = Settings(editor=editor(tmp_path, other))
    before = room.open().note("b").guid
    lived = room.live("e", "space", "q", query="id:b")
    assert "All" in lived.seen[1]
    assert "new here" in lived.seen[2]
    assert lived.study.stored(before).note.heading == "All"
    assert lived.study.card(CardName(before, 1)).reps == 1


def test_an_edit_that_breaks_the_note_is_said_and_takes_it_out(room: Room, tmp_path: Path) -> None:
    text = basic("a", "b")
    room.write(text)
    room.settings = Settings(editor=editor(tmp_path, text.replace("Answer a.", "```\nopen")))
    lived = room.live("e", "q")
    assert "deck.md:" in lived.seen[1]
    assert "not closed" in lived.seen[1]
    room.settings = Settings(editor="no-such-editor")
    room.write(text)
    lived = room.live("e", "q")
    assert "there is no editor no-such-editor" in lived.seen[1]
    assert "Question a?" in lived.seen[1]


def test_a_card_whose_note_is_gone_is_left_out(room: Room) -> None:
    room.write(basic("a", "b"))

    def remove() -> None:
        room.write(basic("b"))
        room.open()

    lived = room.live(("s", remove), "space", "4")
    assert "Question b?" in lived.seen[1]


@pytest.mark.parametrize("width", [40, 80])
def test_long_cards_are_paged(room: Room, width: int) -> None:
    lines = "\n\n".join(f"Line {n}." for n in range(30))
    room.write(f"## Long?\n<!-- {{#a}} -->\n\n{lines}\n")
    lived = room.live("space", "space", "up", *["down"] * 9, "x", "4", width=width, height=24)
    assert "lines more: space" in lived.seen[1]
    assert "1 Again" not in lived.seen[1]
    whole = "".join(lived.seen)
    for n in range(30):
        assert f"Line {n}." in whole
    assert lived.reps("a") == 1
    assert all(len(line) <= width for page in lived.seen for line in page.split("\n"))


def test_a_plain_screen_only_adds_lines(room: Room) -> None:
    room.write(basic("a"))
    room.write("## Why?\n\n```python\nf()\n```\n\n- one\n- two\n")
    lived = room.live("space", "4", plain=True)
    assert not set("\x1b─│┃▌•·") & set("".join(lived.seen))
    question, answer, *_ = lived.seen
    assert "Question:\nWhy?" in question
    assert "Answer:\n  f()\n\n- one\n- two\n" in answer
    assert "Why?" not in answer, "who listens has heard it"


def test_a_resized_terminal_is_drawn_anew(room: Room) -> None:
    room.write(basic("a"))
    lived = room.live(RESIZED, "space", "4")
    assert lived.seen[0].count("Question a?") == 1
    assert "Question a?" in lived.seen[1], "the page is drawn again before the next key"
    assert lived.reps("a") == 1


def test_media_are_opened_on_request(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("srs.cli.viewer.view", opened.extend)
    (room.root / "p.png").write_bytes(b"\x89PNG")
    room.write("## Look ![a picture](p.png)\n<!-- {#a} -->\n\n![other](p.png)\n")
    lived = room.live("o", "space", "o", "q")
    assert opened == [room.root / "p.png"] * 2
    assert "[image: a picture (p.png)]" in lived.seen[0]
    room.write("## None\n\nNothing.\n")
    assert "there is no image or sound here to open" in room.live("o", "q").seen[1]
