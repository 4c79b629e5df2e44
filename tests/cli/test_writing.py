"""The two commands that write into decks."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def guids(run: Run, corpus: Path) -> dict[str, str]:
    data = json.loads(run("--decks", corpus, "list", "--json").stdout)
    return {note["question"]: note["guid"] for note in data["notes"]}


def test_add_writes_a_note_to_the_inbox_and_then_behind_it(run: Run, corpus: Path) -> None:
    first = run("--decks", corpus, "add", "What is *new*?", "This.\n\nAnd that.")
    assert first.exit_code == 0
    run("--decks", corpus, "add", "Second?", "2")
    assert (corpus / "inbox.md").read_text() == (
        "## What is *new*?\n\nThis.\n\nAnd that.\n\n## Second?\n\n2\n"
    )
    assert {"What is *new*?", "Second?"} <= guids(run, corpus).keys()


def test_add_keeps_a_deck_s_line_endings(run: Run, corpus: Path) -> None:
    (corpus / "dos.md").write_bytes(b"## Q\r\n\r\nA\r\n")
    run("--decks", corpus, "add", "R", "B", "--deck", corpus / "dos.md")
    assert (corpus / "dos.md").read_bytes() == b"## Q\r\n\r\nA\r\n\r\n## R\r\n\r\nB\r\n"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["Q", "  "], "no answer"),
        (["Q", "```python\nopen"], "not closed"),
        (["Q", "A {{c1::hole"], "not closed"),
        (["What is {#x}", "A"], "read as something else"),
        (["Why C #", "A"], "read as something else"),
        (["Q", "A\n\n## R\n\nB"], "read as something else"),
    ],
)
def test_add_refuses_what_would_be_a_problem(
    run: Run, corpus: Path, args: list[str], expected: str
) -> None:
    result = run("--decks", corpus, "add", *args)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert not (corpus / "inbox.md").exists()


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("# hash", "A"), ("- dash", "A"), ("1. one", "- list\n- more"), ("{1, 2}", "{3}"),
        ('"quoted" `code`', "x\n\ny"), ("The {{c1::text}}", "extra"), ("Q", "{{c1::a}} b"),
        ("  spaces \n around", "A\n"), ("<b>", "`<b>`"),
    ],
)  # fmt: skip
def test_add_writes_what_is_meant(run: Run, corpus: Path, front: str, back: str) -> None:
    assert run("--decks", corpus, "add", "--", front, back).exit_code == 0
    assert " ".join(front.split()) in guids(run, corpus)


@pytest.mark.parametrize("end", ["A", "A\n", "A\n\n---\n", "A\n\n<!-- c -->"])
def test_add_goes_behind_whatever_a_deck_ends_with(run: Run, corpus: Path, end: str) -> None:
    (corpus / "deck.md").write_text(f"## Q\n\n{end}", encoding="utf-8")
    assert run("--decks", corpus, "add", "R", "B", "--deck", corpus / "deck.md").exit_code == 0
    assert {"Q", "R"} <= guids(run, corpus).keys()


def editor(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int = 0) -> None:
    """Let the editor write a text."""
    script = folder / "editor.py"
    script.write_text(
        f"import sys\nopen(sys.argv[-1], 'w').write({text!r}) if {text!r} else None\nsys.exit({code})\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)


def test_add_opens_an_editor_and_tells_every_note(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(
        tmp_path, monkeypatch, "## One?\n<!-- {#one} -->\n\n1\n\n## Two?\n<!-- {#two} -->\n\n2\n"
    )
    result = run("--decks", corpus, "add")
    assert result.stdout == "inbox.md:1: one\ninbox.md:6: two\n"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 0, "nothing was written"),
        ("just text\n", 0, "this text holds no note"),
        ("## Q\n\n```\nopen\n", 0, "this code fence is not closed"),
        ("## Q\n\nA\n", 1, "set $EDITOR to one that is there"),
    ],
)
def test_add_loses_no_text_that_it_refuses(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    text: str, code: int, said: str,
) -> None:  # fmt: skip
    editor(tmp_path, monkeypatch, text, code)
    result = run("--decks", corpus, "add")
    assert result.exit_code == 1
    assert said in result.stderr
    assert not (corpus / "inbox.md").exists()
    if text and not code:
        kept = Path(result.stderr.strip().rpartition("your text is in ")[2])
        assert kept.read_text(encoding="utf-8") == text
        kept.unlink()


def test_add_stays_in_the_corpus(run: Run, corpus: Path, tmp_path: Path) -> None:
    result = run("--decks", corpus, "add", "Q", "A", "--deck", tmp_path / "out.md")
    assert (result.exit_code, "lies outside" in result.stderr) == (1, True)
    result = run("--decks", corpus, "add", "Q", "A", "--deck", corpus / "README.md")
    assert (result.exit_code, "no deck" in result.stderr) == (1, True)
    assert run("--decks", corpus, "add", "Q").exit_code == 2


def test_rows_are_added_and_ids_leave_them_alone(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "## Words {.rows}\n\n| a | b | id |\n|---|---|----|\n| c | d | |\n| e | f | e |\n"
    editor = tmp_path / "editor.py"
    editor.write_text(f"import sys\nopen(sys.argv[1], 'w').write({text!r})\n", encoding="utf-8")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    assert run("--decks", corpus, "add").stdout.endswith("\ninbox.md:6: e\n")
    assert run("--decks", corpus, "add", "Q", "A", "--deck", corpus / "inbox.md").exit_code == 0
    assert run("--decks", corpus, "ids", "--write").stdout == "1 id written.\n"
    after = (corpus / "inbox.md").read_text(encoding="utf-8")
    assert after == text + "\n## Q\n<!-- {#q} -->\n\nA\n"
    left = "Every note has an id, but for 1 row of a table.\n"
    assert run("--decks", corpus, "ids").stdout == left
    editor.write_text("import sys\nopen(sys.argv[1], 'w').write('## R {.rows}\\n\\nx\\n')\n")
    refused = run("--decks", corpus, "add")
    assert (refused.exit_code, "this note has no table" in refused.stderr) == (1, True)


def test_ids_are_proposed_and_then_written_without_losing_who_is_who(
    run: Run, corpus: Path
) -> None:
    deck = corpus / "plain.md"
    text = "## What is `x`?\n\nA\n\n## Ünïcode {level=mid}\n\nB\n\n## ?\n<!-- {.draft} -->\n\nC\n"
    deck.write_text(text, encoding="utf-8")
    before = guids(run, corpus)
    assert run("--decks", corpus, "ids").stdout == (
        "plain.md:1: what-is-x\nplain.md:5: unicode\nplain.md:9: note\n"
    )
    assert deck.read_text(encoding="utf-8") == text
    assert run("--decks", corpus, "ids", "--write").stdout == "3 ids written.\n"
    assert deck.read_text(encoding="utf-8") == (
        "## What is `x`?\n<!-- {#what-is-x} -->\n\nA\n\n## Ünïcode {#unicode level=mid}\n\nB\n\n"
        "## ?\n<!-- {#note .draft} -->\n\nC\n"
    )
    assert guids(run, corpus) == before
    assert run("--decks", corpus, "ids").stdout == "Every note has an id.\n"
