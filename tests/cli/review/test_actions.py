"""What keys do at any card."""

import re
from pathlib import Path

import pytest
from rich.console import Console

from srs.cli.review import facts
from srs.cli.review.keys import CLOSED
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.study import answers
from tests.cli.review.conftest import DAY, Room, basic, editor


@pytest.mark.parametrize(
    ("key", "said", "taken_back"),
    [
        ("s", "srs unsuspend a", "Taken back: suspending a."),
        ("b", "Buried until tomorrow", "Taken back: burying a."),
    ],
)
def test_a_card_is_put_away_and_brought_back(
    room: Room, key: str, said: str, taken_back: str
) -> None:
    room.write(basic("a", "b"))
    for early in ([], ["space"]):
        lived = room.live(*early, key, "u")
        after = lived.seen[len(early) + 1]
        assert said in after
        assert "Question b?" in after
        back = lived.seen[len(early) + 2]
        assert taken_back in back
        assert "Question a?" in back
        assert not lived.card("a").suspended
        assert lived.card("a").buried is None


def test_what_is_taken_back_is_always_said(room: Room) -> None:
    room.write(basic("a", "b"))
    lived = room.live("space", "3", "u", "q")
    assert lived.seen[3].startswith("Taken back: Good on a.\n\nnew 2")
    room.live("space", "4")
    room.now += DAY
    lived = room.live("u", "q")
    assert "Question b?" in lived.seen[0]
    assert lived.seen[1].startswith("Taken back: Easy on a, of 2026-11-21.\n")
    assert "Question a?" in lived.seen[1]
    lived = room.live("space", "1", "u", "q", cram=True)
    assert "Taken back: Again in a cram on " in lived.seen[-1]


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


def test_what_is_buried_says_so(room: Room) -> None:
    room.write(basic("a", "b"))
    study = room.open()
    name = CardName(study.note("a").guid, 1)
    answers.put(study, [name], EventKind.BURY, room.now)
    stored = study.stored(name.guid)
    console = Console(width=40)
    with console.capture() as page:
        console.print(*facts.card(study, stored, name, room.now))
    assert "state       new, buried until tomorrow\n" in page.get()
    with console.capture() as page:
        console.print(*facts.card(study, stored, name, room.now + DAY))
    assert "buried until" not in page.get()


def test_all_keys_are_told(room: Room) -> None:
    room.write(basic("a"))
    page = room.live("?", "x").seen[1]
    for key in ("space", "1 2 3 4", "u ", "e ", "s ", "b ", "o ", "i ", "q, escape"):
        assert re.search(rf"^{re.escape(key)}", page, re.MULTILINE), key


@pytest.mark.parametrize("moved", [False, True])
def test_a_note_is_edited_and_stays_the_same_whatever_became_of_it(
    room: Room, tmp_path: Path, moved: bool
) -> None:
    text = basic("a", "b", "c")
    room.write(text)
    room.live("space", "4", query="id:b")
    room.now += 30 * DAY
    rewritten = "## All\n\nnew here"
    other = text.replace("## Question b?\n<!-- {#b} -->\n\nAnswer b.", "" if moved else rewritten)
    other += f"\n{rewritten}\n" if moved else ""
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


def test_pages_of_keys_and_facts_fit_into_few_columns(room: Room) -> None:
    room.write(basic("a").replace("{#a}", "{#a tags=one,another,yet-another,and-one-more}"))
    room.settings = Settings(buttons=2)
    lived = room.live("i", "x", "?", "x", width=40)
    assert "tags        one, another, yet-another, \n            and-one-more" in lived.seen[1]
    assert "u             take back the last answer,\n              or what else" in lived.seen[3]
    assert "1 2           Again, Good\n" in lived.seen[3]


@pytest.mark.parametrize("key", ["i", "?"])
def test_a_terminal_closed_on_a_page_ends_the_session(room: Room, key: str) -> None:
    room.write(basic("a"))
    lived = room.live(key, CLOSED)
    assert len(lived.seen) == 2
    assert "Left for today" in lived.end


@pytest.mark.parametrize("after", ["## Question b?\n<!-- {#b} -->\n\nB.\n", "Nothing.\n"])
def test_a_note_that_was_deleted_in_the_editor_is_said(
    room: Room, tmp_path: Path, after: str
) -> None:
    room.write(basic("a", "b"))
    room.settings = Settings(editor=editor(tmp_path, after))
    lived = room.live("e")
    said = " ".join((lived.end if len(lived.seen) == 1 else lived.seen[1]).split())
    assert "not in its deck any more. Its progress is kept: srs orphans" in said


def test_a_note_that_became_a_cloze_is_another_and_that_is_said(room: Room, tmp_path: Path) -> None:
    room.write(basic("a", "b"))
    text = basic("a", "b").replace("Answer a.", "Answer {{c1::a}}.")
    room.settings = Settings(editor=editor(tmp_path, text))
    lived = room.live("e")
    assert "not in its deck any more" in lived.seen[1]
    assert "Question b?" in lived.seen[1]


def test_an_edit_of_the_answer_asks_the_question_again(room: Room, tmp_path: Path) -> None:
    room.write(basic("a"))
    room.settings = Settings(editor=editor(tmp_path, basic("a").replace("Answer", "Better")))
    lived = room.live("space", "e", "space", "4")
    assert "Question a?" in lived.seen[2]
    assert "Better a." not in lived.seen[2]
    assert "Better a." in lived.seen[3]
    assert lived.reps("a") == 1
