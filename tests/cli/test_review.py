"""A review session in a real terminal, read as a person sees it."""

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

import pexpect
import pyte

Run = Callable[..., Result]
NOW = "2026-11-21T18:00:00+01:00"


class Terminal:
    """A program in a pseudo-terminal, and the screen it has drawn."""

    def __init__(self, corpus: Path, columns: int) -> None:
        args = ["-m", "srs", "--decks", str(corpus), "--now", NOW, "review"]
        self.child = pexpect.spawn(sys.executable, args, dimensions=(40, columns), timeout=20)
        self.screen = pyte.Screen(columns, 40)
        self.stream = pyte.ByteStream(self.screen)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, pattern: str) -> re.Match[str]:
        """Read until the screen shows something; fail with the screen if it never does."""
        while (found := re.search(pattern, self.text(), re.MULTILINE)) is None:
            try:
                self.stream.feed(self.child.read_nonblocking(4096, timeout=20))
            except (pexpect.EOF, pexpect.TIMEOUT):
                raise AssertionError(f"{pattern!r} never came up on:\n{self.text()}") from None
        return found

    def press(self, keys: str) -> None:
        self.child.send(keys)


@contextmanager
def review(corpus: Path, columns: int = 80) -> Iterator[Terminal]:
    terminal = Terminal(corpus, columns)
    try:
        yield terminal
    finally:
        terminal.child.close(force=True)


@pytest.fixture
def six(corpus: Path) -> Path:
    """Make a corpus of six basic notes."""
    notes = "\n".join(f"## Question {n}?\n<!-- {{#q{n}}} -->\n\nAnswer {n}.\n" for n in range(1, 7))
    (corpus / "deck.md").write_text(notes, encoding="utf-8")
    return corpus


def answers(corpus: Path) -> list[tuple[str, int, int]]:
    """Return id, ord and rating of the answers that count, in order."""
    connection = sqlite3.connect(corpus / ".srs" / "srs.db")
    rows = connection.execute(
        "select n.id, r.ord, r.rating from revlog r join notes n using (guid) where r.kind = 'answer' "
        "and r.time not in (select undoes from revlog where undoes is not null) order by r.time"
    ).fetchall()
    connection.close()
    return rows


def test_grade_five_undo_one_quit_and_start_again(run: Run, six: Path) -> None:
    shown: dict[int, str] = {}
    with review(six) as terminal:
        for n, key in enumerate("34213", start=1):
            terminal.wait(rf"^Question {n}\?$")
            terminal.wait(r"^space answer")
            terminal.press(" ")
            terminal.wait(rf"^Answer {n}\.$")
            buttons = terminal.wait(r"^1 Again (\S+)  2 Hard (\S+)  3 Good (\S+)  4 Easy (\S+)$")
            shown[n] = buttons[int(key)]
            terminal.press(key)
        terminal.wait(r"^Question 6\?$")
        terminal.press("u")
        terminal.wait(r"^Question 5\?$")
        assert terminal.wait(r"new (\d+) · learning (\d+)").groups() == ("2", "3")
        terminal.press("q")
        terminal.wait(r"Left for today: new 2 · learning 3 · review 0")
    assert answers(six) == [("q1", 1, 3), ("q2", 1, 4), ("q3", 1, 2), ("q4", 1, 1)]
    assert shown[1] == "10m"
    assert (shown[3], shown[4]) == ("6m", "1m")

    data = json.loads(run("--decks", six, "list", "--json").stdout)
    states = {note["id"]: note["cards"][0] for note in data["notes"]}
    assert {id: card["state"] for id, card in states.items()} == {
        "q1": "learning", "q2": "review", "q3": "learning", "q4": "learning", "q5": "new", "q6": "new"
    }  # fmt: skip
    days = int(shown[2].removesuffix("d"))
    assert states["q2"]["due"] == f"2026-11-{21 + days:02}"

    with review(six) as terminal:
        terminal.wait(r"^Question 5\?$")
        assert terminal.wait(r"new (\d+) · learning (\d+)").groups() == ("2", "3")
        terminal.press("\r")
        terminal.wait(r"^Answer 5\.$")
        terminal.press("\r")
        terminal.wait(r"^Question 6\?$")
    assert answers(six)[-1] == ("q5", 1, 3), "an answer counts as soon as it is given"


def test_undo_reaches_back_over_sessions(six: Path) -> None:
    with review(six) as terminal:
        terminal.wait(r"^Question 1\?$")
        terminal.press(" ")
        terminal.wait(r"^1 Again")
        terminal.press("4")
        terminal.wait(r"^Question 2\?$")
    with review(six) as terminal:
        terminal.wait(r"^Question 2\?$")
        terminal.press("u")
        terminal.wait(r"^Question 1\?$")
        terminal.press("u")
        terminal.wait("There is no answer to take back")
    assert answers(six) == []


def test_a_cloze_hides_and_shows_its_words(corpus: Path) -> None:
    (corpus / "deck.md").write_text(
        "## Title\n\nA {{c1::hidden::hint}} word and {{c2::another}}.\n", encoding="utf-8"
    )
    with review(corpus, columns=40) as terminal:
        terminal.wait(r"^A \[hint\] word and another\.$")
        terminal.press(" ")
        terminal.wait(r"^A hidden word and another\.$")
        terminal.press("4")
        terminal.wait("Nothing more is due today")


def test_options_are_shown_with_empty_boxes_and_then_once_with_the_right_ones_marked(
    corpus: Path,
) -> None:
    text = "## Which?\n\n- [x] this one\n- [ ] that one\n\nSo it is.\n"
    (corpus / "deck.md").write_text(text, encoding="utf-8")
    with review(corpus, columns=40) as terminal:
        terminal.wait("space answer")
        assert sorted(re.findall(r"\[.\] \w+", terminal.text())) == ["[ ] that", "[ ] this"]
        assert "So it is." not in terminal.text()
        terminal.press(" ")
        terminal.wait("1 Again")
        assert sorted(re.findall(r"\[.\] \w+", terminal.text())) == ["[ ] that", "[x] this"]
        assert "So it is." in terminal.text()


def test_code_tables_and_maths_can_be_read(corpus: Path) -> None:
    (corpus / "deck.md").write_text(
        "## `x` or $x^2$?\n\n```python\ndef f():\n    return 1\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | `2` |\n\n- one\n- two\n\n![picture](p.png)\n",
        encoding="utf-8",
    )
    with review(corpus) as terminal:
        terminal.wait(r"^`x` or x\^2\?$")
        terminal.press(" ")
        terminal.wait(r"^│ def f\(\):\n│     return 1$")
        terminal.wait(r"^a +b$")
        terminal.wait(r"^1 +`2`$")
        terminal.wait(r"^• one$")
        terminal.wait(r"^\[image: picture \(p\.png\)\]$")


def test_when_nothing_is_due_it_says_when_to_come_back(corpus: Path) -> None:
    (corpus / "deck.md").write_text("## Q?\n\nA.\n", encoding="utf-8")
    with review(corpus) as terminal:
        terminal.wait(r"^Q\?$")
        terminal.press(" ")
        terminal.wait("^1 Again")
        terminal.press("4")
        terminal.wait(r"^1 answer, 100 % right")
        terminal.wait(r"The next card returns on \w+ \d+ \w+\.")
    with review(corpus) as terminal:
        terminal.wait("Nothing more is due today")


def test_without_a_terminal_it_says_what_to_do_instead(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "review")
    assert result.exit_code == 1
    assert "needs a terminal" in result.stderr
