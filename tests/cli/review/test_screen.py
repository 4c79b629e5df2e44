"""Pages: long ones, plain ones, and those of another size."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from srs.cli.review.keys import RESIZED
from srs.cli.review.screen import Screen
from tests.cli.review.conftest import Fingers, Move, Room, basic


def screen(*moves: Move, width: int = 40, height: int = 10) -> tuple[Screen, Fingers]:
    fingers = Fingers([*moves])
    console = Console(file=fingers.page, width=width, height=height, color_system=None)
    return Screen(console, fingers), fingers


def text(*names: str, lines: int) -> list[Text]:
    return [Text("\n".join(f"{name}{n}" for n in range(lines))) for name in names]


def test_a_page_stands_above_its_prompt() -> None:
    made, fingers = screen("x")
    made.show([Text("page"), ""], "prompt")
    made.key()
    made.show([], "alone")
    assert fingers.seen == ["page\n\nprompt\n"]
    assert fingers.page.getvalue() == "alone\n"


def test_notices_are_said_once_above_the_next_page() -> None:
    made, fingers = screen("x", "x")
    made.notices.append("Mind.")
    for _ in range(2):
        made.show([Text("page")], "prompt")
        made.key()
    assert fingers.seen == ["Mind.\n\npage\n\nprompt\n", "page\n\nprompt\n"]


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


@given(st.integers(1, 60), st.integers(1, 5), st.integers(4, 30))
def test_paging_loses_nothing_and_never_runs_over(lines: int, prompt: int, height: int) -> None:
    made, fingers = screen(*["space"] * 80, height=height)
    asked = "\n".join("prompt" for _ in range(prompt))
    made.show(text("line", lines=lines), asked)
    made.key()  # a space that no page takes
    whole = "\n".join(fingers.seen)
    assert all(f"line{n}\n" in whole for n in range(lines))
    assert fingers.seen[-1].count("prompt") == prompt
    for page in fingers.seen:
        assert "prompt" not in page or page is fingers.seen[-1] or "more" not in page
        assert page.count("\n") <= max(height - 1, prompt + 3)


def test_a_long_answer_begins_at_the_answer() -> None:
    made, fingers = screen("up", "up", "x")
    made.show(text("question", "answer", lines=8), "prompt", first=1)
    made.key()
    first, second, third = fingers.seen
    assert first.startswith("-- 8 lines above: up --\nanswer0\n")
    assert "question7" in second
    assert third.startswith("question0\n")


def test_a_short_answer_is_shown_with_all_of_the_question() -> None:
    made, fingers = screen("x")
    made.show(text("question", "answer", lines=3), "prompt", first=1)
    made.key()
    assert fingers.seen[0].startswith("question0\n")
    assert "answer2" in fingers.seen[0]


def test_what_is_to_be_noticed_is_seen_first() -> None:
    made, fingers = screen("x")
    made.notices.append("Mind.")
    made.show(text("question", "answer", lines=8), "prompt", first=1)
    made.key()
    assert fingers.seen[0].startswith("Mind.\n")


def test_a_page_that_changes_a_little_stays_where_it_was() -> None:
    made, fingers = screen("space", "x", "x")
    made.show(text("option", lines=12), "prompt")
    made.key()
    made.show(text("option", lines=12), "prompt", stay=True)
    made.key()
    _, paged, stayed = fingers.seen
    assert paged == stayed
    assert "lines above" in stayed


def test_a_change_of_size_ends_a_wait_early() -> None:
    made, fingers = screen(RESIZED, "x")
    made.show([Text("page")], "prompt")
    assert made.key(60) == "", "how long there is to wait yet, the caller knows"
    assert "page" in fingers.page.getvalue()
    assert made.key() == "x"


def test_a_plain_screen_only_adds_lines(room: Room) -> None:
    room.write(
        "## Why?\n\n```python\nf()\n```\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    lived = room.live("space", "4", plain=True)
    assert not set("\x1b─│┃▌•·›–→") & set("".join([*lived.seen, lived.end]))
    question, answer, *_ = lived.seen
    assert question.startswith("new 1, learning 0, review 0, deck\n")
    assert answer.startswith("Answer:\n"), "what is left has been heard too"
    assert "Question:\nWhy?" in question
    assert "Answer:\n  f()\n\n- one\n- two\n" in answer
    assert "Why?" not in answer, "who listens has heard it"


def test_a_plain_screen_is_not_paged_nor_drawn_again() -> None:
    fingers = Fingers([RESIZED, "x"])
    made = Screen(Console(file=fingers.page, width=40, height=10), fingers, plain=True)
    made.show(text("line", lines=30), "prompt")
    made.key()
    assert "line29" in fingers.seen[0]
    assert fingers.seen[1] == ""
    made.ask("another", "enter · ctrl-c")
    assert fingers.page.getvalue() == "another\nenter, ctrl-c\n"


def test_where_something_is_asked_the_end_of_a_long_page_is_seen() -> None:
    made, fingers = screen("space", "space", "x")
    made.show(text("line", lines=12), "prompt")
    made.key()
    assert fingers.seen[-1].endswith("line11\n\nprompt\n")
    fingers.page.truncate(0)
    made.ask("another", "enter · ctrl-c")
    assert fingers.page.getvalue().endswith("line11\n\nanother\nenter · ctrl-c\n")


def test_a_page_is_written_all_at_once() -> None:
    class Counted(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            return super().write(text)

    page = Counted()
    made = Screen(Console(file=page, width=40, height=20, force_terminal=True), Fingers([]))
    made.show(text("line", lines=9), "prompt")
    assert page.writes == 1, "or it would flicker"


def test_a_resized_terminal_is_drawn_anew(room: Room) -> None:
    room.write(basic("a"))
    lived = room.live(RESIZED, "space", "4")
    assert lived.seen[0].count("Question a?") == 1
    assert "Question a?" in lived.seen[1], "the page is drawn again before the next key"
    assert lived.reps("a") == 1
