"""The two commands that write into decks."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give what the editor writes a folder of its own."""
    folder = tmp_path / "drafts"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


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
        (["Q", "A\n\n# S\n\nB"], "read as something else"),
        (["Q", "A\n\n---\n\nB"], "read as something else"),
        (["Q", "A\n---\nB"], "put a blank line before it"),
        (["Q", "<!-- {#a} -->\nA"], "do not stand right under"),
        (["Q", "\udcff"], "no text"),
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
        ("  spaces \n around", "A\n"), ("<b>", "`<b>`"), ("What is `{#x}`", "A"),
        ("What is \\{#x}", "A"), ("Why C \\#", "A"), ("Q", "A\r\n\r\nB\rC"),
    ],
)  # fmt: skip
def test_add_writes_what_is_meant(run: Run, corpus: Path, front: str, back: str) -> None:
    assert run("--decks", corpus, "add", "--", front, back).exit_code == 0
    assert " ".join(front.split()) in guids(run, corpus)


@pytest.mark.parametrize("front", ["- dash", "-1 + 1?", "-x is what?", "--x y", "-"])
def test_add_takes_no_text_for_an_option(run: Run, corpus: Path, front: str) -> None:
    assert run("--decks", corpus, "add", front, "-2").exit_code == 0
    assert (corpus / "inbox.md").read_text() == f"## {front}\n\n-2\n"
    assert run("--decks", corpus, "add", "--dek=x", "A").exit_code == 2
    assert run("--decks", corpus, "add", "-x", "A").exit_code == 2


def test_add_tells_where_it_wrote_when_the_lock_may_not_change(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "--locked", "add", "Q", "A")
    assert (result.exit_code, "the note is written (inbox.md:1), but" in result.stderr) == (1, True)


def test_add_leaves_the_shipped_corpus_alone(
    run: Run, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srs.corpus.read.shipped_root", lambda: shipped)
    result = run("add", "Q", "A")
    assert (result.exit_code, "is not yours to write in" in result.stderr) == (1, True)
    assert not (shipped / "inbox.md").exists()


def test_add_leaves_other_corpora_alone(run: Run, corpus: Path) -> None:
    run("init", corpus / "inner")
    result = run("--decks", corpus, "add", "Q", "A", "--deck", corpus / "inner" / "new.md")
    assert (result.exit_code, "lies in another corpus" in result.stderr) == (1, True)


def test_add_says_that_git_ignores_the_deck(run: Run, corpus: Path) -> None:
    subprocess.run(["git", "init", "-q", corpus], check=True)
    (corpus / ".gitignore").write_text("inbox.md\n", encoding="utf-8")
    assert "git ignores it" in run("--decks", corpus, "add", "Q", "A").stderr


def test_add_tells_the_notes_of_a_deck_of_any_name(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "add", "Q {", "A", "--deck", corpus / 'say "x" -y.md')
    assert (result.exit_code, result.stdout[:16]) == (0, 'say "x" -y.md:1:')


@pytest.mark.parametrize(
    "end",
    [
        "A\n\n```\nopen",
        "A\n\n<!-- open",
        "A\n\n$$\nopen\n",
        "A",
        "A\n",
        "A\n\n---\n",
        "A\n\n<!-- c -->",
    ],
)
def test_add_goes_behind_whatever_a_deck_ends_with(run: Run, corpus: Path, end: str) -> None:
    (corpus / "deck.md").write_text(f"## Q\n\n{end}", encoding="utf-8")
    assert run("--decks", corpus, "add", "R", "B", "--deck", corpus / "deck.md").exit_code == 0
    assert "R" in guids(run, corpus)
    assert (corpus / "deck.md").read_text(encoding="utf-8").startswith(f"## Q\n\n{end.rstrip()}\n")


def editor(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes, code: int = 0) -> None:
    """Let the editor write a text, if there is one."""
    script = folder / "editor.py"
    data = text.encode() if isinstance(text, str) else text
    write = f"open(sys.argv[-1], 'wb').write({data!r})\n" if data else ""
    script.write_text(f"import sys\n{write}sys.exit({code})\n", encoding="utf-8")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)


def test_add_opens_an_editor_and_tells_every_note(
    run: Run, corpus: Path, tmp_path: Path, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "\ufeff## One?\r\n<!-- {#one} -->\r\n\r\n1\r\n\r\n"
        "## Two? {.draft}\n\n2\n\n## Three? {#three}\n\n3"
    )
    editor(tmp_path, monkeypatch, text)
    result = run("--decks", corpus, "add")
    assert result.stdout == "inbox.md:1: one\ninbox.md:6: draft\ninbox.md:10: three\n"
    assert (corpus / "inbox.md").read_bytes().startswith(b"## One?\n<!--")
    assert list(drafts.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("just text\n", 0, "this text holds no note"),
        ("## Q\n\n```\nopen\n", 0, "this code fence is not closed"),
        ("## Q\n\nA\n", 1, "set $EDITOR to one that works"),
        (b"## Q\n\n\xff\n", 0, "not UTF-8"),
        ("## Q\n\n\x00\n", 0, "no text"),
    ],
)
def test_add_loses_no_text_that_it_refuses(
    run: Run, corpus: Path, tmp_path: Path, drafts: Path, monkeypatch: pytest.MonkeyPatch,
    text: str | bytes, code: int, said: str,
) -> None:  # fmt: skip
    editor(tmp_path, monkeypatch, text, code)
    result = run("--decks", corpus, "add")
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr
    assert not (corpus / "inbox.md").exists()
    (kept,) = drafts.iterdir()
    assert f"your text is in {kept}\n" in result.stderr
    assert kept.read_bytes() == (text.encode() if isinstance(text, str) else text)


@pytest.mark.parametrize(
    ("code", "said"), [(0, "nothing was written"), (1, "set $EDITOR to one that works")]
)
def test_add_keeps_no_text_where_none_was_written(
    run: Run, corpus: Path, tmp_path: Path, drafts: Path, monkeypatch: pytest.MonkeyPatch,
    code: int, said: str,
) -> None:  # fmt: skip
    editor(tmp_path, monkeypatch, "", code)
    result = run("--decks", corpus, "add")
    assert (result.exit_code, said in result.stderr) == (1, True)
    assert list(drafts.iterdir()) == list(corpus.glob("inbox*")) == []


@pytest.mark.parametrize("command", ["no-such-editor", "'open"])
def test_add_says_that_there_is_no_such_editor(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)
    result = run("--decks", corpus, "add")
    assert (result.exit_code, "$EDITOR" in result.stderr) == (1, True)


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
