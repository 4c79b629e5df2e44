"""The whole command in a real terminal, read as a person sees it."""

import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from srs.corpus import read
from tests.cli.review.conftest import EXERCISE, RIGHT, WRONG, Terminal, editor, review, started

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

Run = Callable[..., Result]


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
    assert "srs next" in result.stderr
    assert "srs answer" in result.stderr


@pytest.mark.parametrize("plain", [[], ["--plain"]])
def test_what_is_said_of_the_corpus_stands_on_the_first_page(
    run: Run, six: Path, plain: list[str]
) -> None:
    run("--decks", six, "bury", "q6")
    with (six / "deck.md").open("a") as deck:
        deck.write("\n## Broken?\n\n```python\n")
    env = {"SRS_NOW": "2026-11-20T12:00:00+01:00"}
    with review(six, *plain, columns=40, env=env) as terminal:
        terminal.wait(r"^Question 1\?$")
        page = " ".join(terminal.text().split())
        assert (
            "the clock says 2026-11-20 12:00, but the last answer is from 2026-11-21 18:00" in page
        )
        assert "an error keeps notes from study: `srs check` shows where" in page
        terminal.press(" ")
        terminal.wait("^1 Again")
        assert terminal.text().count("an error keeps") == len(plain), "it is said once"
    with review(six, "id:nobody", env=env) as terminal:
        said = " ".join(terminal.rest().split())
        assert "srs: an error keeps notes from study" in said
        assert "srs: no card matches id:nobody" in said


@pytest.mark.parametrize("cram", [[], ["--cram"]])
def test_a_query_that_no_card_can_match_is_said_before_anything_is_drawn(
    six: Path, cram: list[str]
) -> None:
    with review(six, *cram, "deck:Typo") as terminal:
        said = terminal.rest()
    assert "srs: no card matches deck:Typo: `srs list` shows their names" in said
    assert "\x1b" not in said
    assert terminal.child.exitstatus == 1
    with review(six, "is:suspended") as terminal:
        terminal.wait("^Nothing more of is:suspended is due today")


def answered_one(terminal: Terminal) -> None:
    terminal.wait(r"^Question 1\?$")
    terminal.press(" ")
    terminal.wait("^1 Again")
    terminal.press("4")
    terminal.wait(r"^Question 2\?$")


@pytest.mark.parametrize("where", ["question", "answer"])
def test_an_interrupt_ends_the_session_and_everything_is_saved(six: Path, where: str) -> None:
    with review(six) as terminal:
        answered_one(terminal)
        if where == "answer":
            terminal.press(" ")
            terminal.wait("^1 Again")
        terminal.child.sendintr()
        said = terminal.rest()
        assert "1 answer, 100 % right" in said
        assert "Traceback" not in said
        assert terminal.child.exitstatus == 0
    assert answers(six) == [("q1", 1, 4)]


@pytest.mark.parametrize("how", ["closed", "hung up", "killed"])
def test_a_terminal_that_goes_away_leaves_everything_saved(six: Path, how: str) -> None:
    with review(six) as terminal:
        answered_one(terminal)
        if how == "closed":
            terminal.child.close()
        else:
            terminal.child.kill(signal.SIGHUP if how == "hung up" else signal.SIGKILL)
            assert "Traceback" not in terminal.rest()
    assert answers(six) == [("q1", 1, 4)]
    with review(six) as terminal:
        terminal.wait(r"^Question 2\?$")


def test_the_end_of_input_ends_the_session(six: Path) -> None:
    with review(six) as terminal:
        answered_one(terminal)
        terminal.press("\x04")
        assert "Left for today: new 5" in terminal.rest()


def test_an_interrupt_while_typing_ends_the_session(corpus: Path) -> None:
    (corpus / "deck.md").write_text("## Capital?\n<!-- {.typed} -->\n\nParis\n", encoding="utf-8")
    with review(corpus, columns=40) as terminal:
        terminal.wait("^space type")
        terminal.press(" ")
        terminal.wait("^enter shows the answer · ctrl-c quits\n>")
        terminal.press("Lo")
        terminal.wait("^> Lo")
        terminal.interrupt()
        said = terminal.rest()
        assert "Left for today: new 1" in said
        assert "Paris" not in said
        assert "Traceback" not in said
        assert terminal.child.exitstatus == 0
    assert answers(corpus) == []


@pytest.mark.parametrize(
    ("env", "typed"),
    [({"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}, "P\u00e4ris"), ({}, b"P\xffris")],
)
def test_what_the_terminal_cannot_say_is_no_fault(
    corpus: Path, env: dict[str, str], typed: str | bytes
) -> None:
    (corpus / "deck.md").write_text("## Capital?\n<!-- {.typed} -->\n\nParis\n", encoding="utf-8")
    with review(corpus, env=env) as terminal:
        terminal.wait("^space type")
        terminal.press(" ")
        terminal.wait("^>$")
        terminal.child.send(typed)
        terminal.press("\r")
        terminal.wait("^- Paris$")
        terminal.wait("^space Again$")


def test_an_answer_is_typed_and_compared(corpus: Path) -> None:
    (corpus / "deck.md").write_text("## Capital?\n<!-- {.typed} -->\n\nParis\n", encoding="utf-8")
    with review(corpus) as terminal:
        terminal.wait("^space type")
        terminal.press(" ")
        terminal.wait("^>$")
        terminal.press("Lyon\r")
        terminal.wait(r"^- Paris$")
        terminal.wait(r"^\+ Lyon$")
        terminal.wait("^space Again$")
        terminal.press(" ")
        terminal.wait("1 card returns in 1 min: w wait · n now · u undo · q quit")
        terminal.press("n")
        terminal.wait("^space type")


def test_options_are_chosen_by_their_letters(corpus: Path) -> None:
    (corpus / "deck.md").write_text("## Which?\n\n- [x] this\n- [ ] that\n", encoding="utf-8")
    with review(corpus) as terminal:
        letter = terminal.wait(r"^(\w) \[ \] this$")[1]
        terminal.press(letter)
        terminal.wait(rf"^{letter} \[x\] this$")
        terminal.press(" ")
        terminal.wait(r"^Right\.$")


def test_a_resized_terminal_is_drawn_anew(corpus: Path) -> None:
    words = " ".join(f"word{n}" for n in range(20))
    (corpus / "deck.md").write_text(f"## {words}\n\nA.\n", encoding="utf-8")
    with review(corpus, columns=80) as terminal:
        terminal.wait(r"^word0 .* word9")
        terminal.resize(40)
        terminal.wait(r"^word0 word1 word2 word3 word4 word5$")
        terminal.press(" ")
        terminal.wait(r"^A\.$")


def test_a_terminal_of_few_characters(corpus: Path) -> None:
    text = "## Pfeile → überall?\n\n- `x` ≥ 1\n\n```python\nf()\n```\n"
    (corpus / "deck.md").write_text(text, encoding="utf-8")
    with review(corpus, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}) as terminal:
        terminal.wait(r"^Pfeile -> uberall\?$")
        terminal.wait(r"^space answer - u undo - \? keys - q quit$")
        terminal.press(" ")
        terminal.wait(r"^\* `x` >= 1$")
        terminal.wait(r"^\| f\(\)$")
        terminal.press("q")
        assert "Traceback" not in terminal.rest()


def test_wide_characters_are_set_within_the_width(corpus: Path) -> None:
    (corpus / "deck.md").write_text(f"## {'東京都' * 20}\n\n🗼 Tokyo\n", encoding="utf-8")
    with review(corpus, columns=40) as terminal:
        terminal.wait("東")
        terminal.press(" ")
        terminal.wait("Tokyo")
        assert terminal.text().replace(" ", "").replace("\n", "").count("東京都") == 20


def test_a_plain_screen_is_never_cleared(six: Path) -> None:
    with review(six, "--plain") as terminal:
        answered_one(terminal)
        text = terminal.text()
        assert text.index("Question:\nQuestion 1?") < text.index("Answer:\nAnswer 1.")
        assert text.index("Answer 1.") < text.index("Question 2?")
        terminal.press("q")
        assert "\x1b" not in terminal.rest()


def test_a_plain_screen_moves_no_cursor_while_something_is_typed(corpus: Path) -> None:
    (corpus / "deck.md").write_text("## Capital?\n<!-- {.typed} -->\n\nParis\n", encoding="utf-8")
    with review(corpus, "--plain") as terminal:
        terminal.wait("^space type")
        terminal.press(" ")
        terminal.wait("^>$")
        terminal.press("Lyon\r")
        terminal.wait("^Answer:$")
        terminal.wait("^space Again$")
        assert b"\x1b" not in terminal.raw


def test_a_session_is_stopped_and_goes_on(six: Path) -> None:
    with review(six) as terminal:
        terminal.wait(r"^Question 1\?$")
        terminal.child.kill(signal.SIGSTOP)
        terminal.child.kill(signal.SIGCONT)
        terminal.press(" ")
        terminal.wait(r"^Answer 1\.$")
        terminal.press("\x1a")  # without a shell that could resume it, this does nothing
        terminal.press("4")
        terminal.wait(r"^Question 2\?$")


def modes(terminal: Terminal) -> set[str]:
    """Ask the shell how the terminal is set; it says whether lines are edited and keys echoed."""
    terminal.child.sendline("stty -a; echo do''ne")
    terminal.wait("^done$")
    return {*re.findall(r"-?\b(?:icanon|echo)\b", terminal.text())}


def test_ctrl_z_hands_the_terminal_to_the_shell_and_fg_takes_it_back(six: Path) -> None:
    with started("sh", "-i", env={"PS1": "shell> ", "ENV": ""}) as terminal:
        terminal.wait("shell>$")
        terminal.child.sendline(f"clear; {sys.executable} -m srs --decks {six} review")
        answered_one(terminal)
        terminal.press("\x1a")
        terminal.wait("shell>$")
        assert modes(terminal) == {"icanon", "echo"}
        terminal.child.sendline("clear; fg")
        terminal.wait(r"^Question 2\?$")
        terminal.press(" ")
        terminal.wait(r"^Answer 2\.$")
        terminal.press("q")
        terminal.wait("^1 answer")


def test_one_that_is_told_to_end_leaves_the_terminal_as_it_was(six: Path) -> None:
    command = (
        f"{sys.executable} -m srs --decks {six} review & echo $! >pid; fg; stty -a; echo do''ne"
    )
    with started("sh", "-mc", command) as terminal:
        answered_one(terminal)
        os.kill(int(Path("pid").read_text()), signal.SIGTERM)
        terminal.wait("^1 answer")
        terminal.wait("^done$")
        assert {*re.findall(r"-?\b(?:icanon|echo)\b", terminal.text())} == {"icanon", "echo"}


def test_a_terminal_that_is_gone_without_a_signal_is_no_fault(six: Path) -> None:
    command = f"trap '' HUP; {sys.executable} -m srs --decks {six} review 2>said; echo $? >code"
    with started("sh", "-c", command) as terminal:
        answered_one(terminal)
        terminal.child.ptyproc.fileobj.close()
        terminal.child.wait()
    assert Path("said").read_text() == ""
    assert Path("code").read_text().strip() == "0"
    assert answers(six) == [("q1", 1, 4)]


def test_options_of_a_session(six: Path) -> None:
    with review(six, "--limit", "1", "--new", "2") as terminal:
        assert terminal.wait(r"new (\d+)")[1] == "2"
        terminal.press(" ")
        terminal.wait("^1 Again")
        terminal.press("4")
        terminal.wait(r"^1 answer, 100 % right")
    with review(six, "--cram", "--order", "corpus", "--limit", "3") as terminal:
        for n in range(1, 4):
            terminal.wait(rf"^Question {n}\?$")
            terminal.press(" ")
            terminal.wait("^1 Again")
            terminal.press("3")
        terminal.wait("^3 answers")
    with review(six, "--cram", "--order", "corpus", "--order", "due") as terminal:
        assert "give one --order" in terminal.rest()
        assert terminal.child.exitstatus == 2
    with review(six, "--cram", "id:q1") as terminal:
        terminal.wait("the schedule stays as it is")
        terminal.wait(r"^Question 1\?$")
        terminal.press(" ")
        terminal.wait("^1 Again")
        terminal.press("3")
        assert "1 answer" in terminal.rest()
    with review(six, "--ahead", "30", "--minutes", "5", "--order", "due", "id:q1") as terminal:
        terminal.wait("Nothing more of id:q1 is due today")


def test_two_orders_of_one_kind_are_none(six: Path) -> None:
    with review(six, "--order", "recall", "--order", "due") as terminal:
        terminal.wait("there is one order of reviews")


def test_a_cram_of_nothing_says_so(six: Path, run: Run) -> None:
    assert run("--decks", six, "suspend", "deck:Deck").exit_code == 0
    with review(six, "--cram") as terminal:
        terminal.wait("there is nothing to cram: all cards of it are suspended or buried")


def test_an_edit_of_the_shipped_corpus_goes_to_a_copy(home: Path) -> None:
    script = home / "editor.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\np = Path(sys.argv[-1])\n"
        f"assert p.is_relative_to({str(Path.cwd())!r}), 'not the copy'\n"
        "p.write_text(p.read_text().replace('What is Python', 'WHAT is Python'))\n"
    )
    shipped = read.shipped_root()
    before = (shipped / "basics.md").read_text(encoding="utf-8")
    env = {"EDITOR": f"{sys.executable} {script}", "VISUAL": ""}
    with review(shipped, env=env) as terminal:
        terminal.wait("What is Python")
        terminal.press("e")
        terminal.wait("This corpus came with srs")
        terminal.press("n")
        terminal.wait("What is Python")
        terminal.press("e")
        terminal.wait("This corpus came with srs")
        terminal.press("y")
        terminal.wait("WHAT is Python")
        terminal.wait("From now on: cd python-interview")
        terminal.press(" ")
        terminal.wait("^1 Again")
        terminal.press("4")
        terminal.wait("new 19")
        terminal.press("q")
    assert (shipped / "basics.md").read_text(encoding="utf-8") == before
    assert len(answers(Path.cwd() / "python-interview")) == 1


def test_a_copy_of_the_shipped_corpus_does_not_go_where_something_is(home: Path) -> None:
    (Path.cwd() / "python-interview").mkdir()
    (Path.cwd() / "python-interview" / "mine.md").write_text("Mine.\n")
    with review(read.shipped_root(), env={"EDITOR": "false", "VISUAL": ""}) as terminal:
        terminal.wait("What is Python")
        terminal.press("e")
        terminal.wait("This corpus came with srs")
        terminal.press("y")
        terminal.wait("python-interview.*(there|empty|exists|else)")
        terminal.wait("What is Python")
        terminal.press("q")
        assert "Traceback" not in terminal.rest()
    assert [path.name for path in (Path.cwd() / "python-interview").iterdir()] == ["mine.md"]


def test_every_other_key(six: Path, home: Path) -> None:
    text = (six / "deck.md").read_text(encoding="utf-8").replace("Question 1", "Question one")
    env = {"EDITOR": editor(home, text), "VISUAL": ""}
    with review(six, env=env) as terminal:
        for key, shown in [
            ("i", r"^state +new$"), ("x", r"^Question 1\?$"),
            ("?", r"^up, down"), ("x", r"^Question 1\?$"),
            ("o", "there is no image or sound here to open"),
            ("s", r"^Suspended .* srs unsuspend q1"), ("u", "^Taken back: suspending q1"),
            ("b", "^Buried until tomorrow"), ("u", "^Taken back: burying q1"),
            ("e", r"^Question one\?$"), ("\r", r"^1 Again"),
            ("4", r"^Question 2\?$"), ("\x1b", "^1 answer"),
        ]:  # fmt: skip
            terminal.press(key)
            terminal.wait(shown)
    assert answers(six) == [("q1", 1, 4)]


def test_images_open_in_the_systems_viewer(corpus: Path, home: Path) -> None:
    (corpus / "p.png").write_bytes(b"\x89PNG")
    (corpus / "deck.md").write_text("## Look ![a picture](p.png)\n\nSeen.\n", encoding="utf-8")
    programs = home / "bin"
    programs.mkdir()
    for name in ("xdg-open", "open"):
        (programs / name).write_text(f'#!/bin/sh\necho "$1" >>{home}/opened\n')
        (programs / name).chmod(0o755)
    env = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    with review(corpus, env=env) as terminal:
        terminal.wait(r"^Look \[image: a picture \(p\.png\)\]$")
        terminal.press("o")
        terminal.press(" ")
        terminal.wait("^Seen")
        terminal.press("q")
        terminal.rest()
    assert (home / "opened").read_text() == f"{corpus / 'p.png'}\n"


def test_two_buttons_where_the_settings_say_so(six: Path) -> None:
    (six / ".srs").mkdir()
    (six / ".srs" / "config.toml").write_text("buttons = 2\n")
    with review(six) as terminal:
        terminal.wait(r"^Question 1\?$")
        terminal.press(" ")
        terminal.wait("^1 Again 1m  2 Good 10m$")
        terminal.press("2")
        terminal.wait(r"^Question 2\?$")
    assert answers(six) == [("q1", 1, 3)]


def test_an_output_is_typed_line_by_line(corpus: Path) -> None:
    (corpus / "deck.md").write_text(
        "## Printed?\n<!-- {.predict} -->\n\n```python\nprint(1, 2, sep='\\n')\n```\n\n---\n\n"
        "```output\n1\n2\n```\n",
        encoding="utf-8",
    )
    with review(corpus, columns=40) as terminal:
        terminal.wait("^space type")
        terminal.press(" ")
        terminal.wait("Type what it prints")
        for line in ("1", "3", ""):
            terminal.wait("^>$")
            terminal.press(f"{line}\r")
        terminal.wait("^- 2$")
        terminal.wait(r"^\+ 3$")


def test_a_reversed_note_and_a_row_of_a_table(corpus: Path) -> None:
    (corpus / "deck.md").write_text(
        "## Front side\n<!-- {#v .reversed} -->\n\nBack side\n\n"
        "## Words\n<!-- {.rows} -->\n\n| front | back |\n|---|---|\n| Haus | house |\n",
        encoding="utf-8",
    )
    with review(corpus, "id:v/2") as terminal:
        terminal.wait("^Back side$")
        terminal.press(" ")
        terminal.wait("^Front side$")
    with review(corpus, "Haus") as terminal:
        terminal.wait("^Haus$")
        terminal.press(" ")
        terminal.wait("^house$")


def test_an_exercise_is_written_and_tried(corpus: Path, home: Path) -> None:
    (corpus / "deck.md").write_text(EXERCISE, encoding="utf-8")
    env = {"EDITOR": editor(home, WRONG, RIGHT), "VISUAL": ""}
    with review(corpus, columns=40, env=env) as terminal:
        for key, shown in [
            (" ", "^Run it only|only if you trust"), ("y", "not four"), ("t", "^All tests pass"),
            (" ", "w wait · n now"),
        ]:  # fmt: skip
            terminal.wait("^space|^y run|t try again")
            terminal.press(key)
            terminal.wait(shown)
    assert answers(corpus) == [("x", 1, 2)]


def test_an_interrupt_in_the_editor_is_the_editors(six: Path, home: Path) -> None:
    script = home / "editor.py"
    script.write_text(
        "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nos.kill(0, signal.SIGINT)\n"
    )
    with review(six, env={"EDITOR": f"{sys.executable} {script}", "VISUAL": ""}) as terminal:
        terminal.wait(r"^Question 1\?$")
        terminal.press("e")
        terminal.press(" ")
        terminal.wait(r"^Answer 1\.$")


def test_waiting_cards_are_waited_for(six: Path) -> None:
    with review(six, "id:q1", columns=40) as terminal:
        terminal.wait(r"^Question 1\?$")
        terminal.press(" ")
        terminal.wait("^1 Again")
        terminal.press("1")
        terminal.wait("^1 card returns in 1 min")
        terminal.press("w")
        terminal.wait(r"^Waiting until 18:01:\nn now · u undo · q quit$")
        terminal.resize(60)
        terminal.press("n")
        terminal.wait(r"^Question 1\?$")


def test_nothing_is_told_by_colour_where_none_is_wanted(corpus: Path) -> None:
    with review(corpus, env={"NO_COLOR": "1"}) as terminal:
        terminal.wait("First question")
        terminal.press(" ")
        terminal.wait("First answer")
        terminal.press("q")
        assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", terminal.raw)
