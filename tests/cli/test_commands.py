"""Counts, lists, locks and new corpora; the global options; faults of places."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from srs import __version__
from srs.cli import group

Run = Callable[..., Result]


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout == f"srs, version {__version__}\n"
    text = run("--help").stdout
    for command in ("review", "due", "list", "check", "export", "init", "lock"):
        assert f"\n  {command} " in text
        assert run(command, "--help").exit_code == 0
    assert run("export", "apkg", "--help").exit_code == 0
    assert run("export", "pdf", "--help").exit_code == 0


@pytest.mark.parametrize("args", [["nope"], ["due", "--nope"], ["list", "-x"], ["export", "pdf"]])
def test_wrong_usage_exits_2(run: Run, args: list[str]) -> None:
    assert run(*args).exit_code == 2


def test_a_moment_that_is_none_is_named_as_it_was_given(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    given = runner.invoke(group, ["--decks", str(corpus), "--now", "noon", "due"])
    assert given.stderr == "srs: --now noon: write a time like 2026-11-21T18:30\n"
    monkeypatch.setenv("SRS_NOW", "foo")
    found = runner.invoke(group, ["--decks", str(corpus), "due"])
    assert (found.exit_code, found.stderr) == (
        1, "srs: SRS_NOW=foo: write a time like 2026-11-21T18:30\n",
    )  # fmt: skip


def test_bare_srs_tells_the_counts_and_the_next_command(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = "Today: 0 reviews, 0 learning, 3 new cards; about 2 min.\nNext: "
    assert run("--decks", corpus).stdout == f"{counts}srs --decks {corpus} review\n"
    monkeypatch.chdir(corpus)
    assert run().stdout == f"{counts}srs review\n"
    database = tmp_path / "my own.db"
    assert run("--db", database).stdout == f"{counts}srs --db '{database}' review\n"


def test_a_note_without_a_heading_is_shown_by_how_its_front_begins(run: Run, corpus: Path) -> None:
    deck = corpus / "deck.md"
    more = "## {#code}\n\n```python\n\nprint(  1)\n```\n\n---\n\nOne.\n"
    whole = deck.read_text(encoding="utf-8")
    deck.write_text(f"{whole}\n{more}", encoding="utf-8")
    assert run("--decks", corpus, "lock", "--dry-run").stdout.endswith("  print( 1)\n")
    assert run("--decks", corpus, "list", "id:code").stdout == "code  new  print( 1)\n"
    (note,) = json.loads(run("--decks", corpus, "list", "id:code", "--json").stdout)["notes"]
    assert note["question"] == "print( 1)"
    deck.write_text(whole, encoding="utf-8")
    assert run("--decks", corpus, "orphans").stdout.endswith("  print( 1)\n")


def test_list(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "list", "-id:second", "is:new")
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["first", "third"]
    data = json.loads(run("--decks", corpus, "list", "--json", "id:third/2").stdout)
    (note,) = data["notes"]
    assert (note["id"], note["kind"], note["line"]) == ("third", "cloze", 19)
    assert [card["ord"] for card in note["cards"]] == [2]
    none = run("--decks", corpus, "list", "is:suspended")
    assert (none.exit_code, none.stdout, none.stderr) == (0, "", "srs: no note matches\n")


NOBODY = ["nobody", "deck:Typo", "tag:typo", "id:nobody", "deck:Typo is:due", "deck:Typo -is:new"]
NOT_TODAY = ["is:due", "is:suspended", "deck:Deck is:leech", "rated:1", "-is:new", "prop:s>9 first"]


@pytest.mark.parametrize("query", NOBODY)
def test_a_query_that_no_card_can_match_is_an_error(run: Run, corpus: Path, query: str) -> None:
    run("--decks", corpus, "lock")
    said = f"srs: no card matches {query}: `srs list` shows their names\n"
    for command in ("due", "next", "list"):
        result = run("--decks", corpus, command, *query.split())
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)
    empty: dict[str, tuple[str, object]]
    empty = {"due": ("decks", []), "next": ("card", None), "list": ("notes", [])}
    for command, (key, value) in empty.items():
        result = run("--decks", corpus, command, *query.split(), "--json")
        assert (result.exit_code, result.stderr) == (1, said)
        assert json.loads(result.stdout)[key] == value


@pytest.mark.parametrize("query", NOT_TODAY)
def test_a_query_that_finds_nothing_today_is_none(run: Run, corpus: Path, query: str) -> None:
    for command in ("due", "next", "list"):
        assert run("--decks", corpus, command, *query.split()).exit_code == 0


def test_nothing_is_an_error_where_nothing_was_asked_for(run: Run, corpus: Path) -> None:
    (corpus / "deck.md").unlink()
    for command in ("due", "next", "list"):
        assert run("--decks", corpus, command).exit_code == 0


@pytest.mark.parametrize(
    ("query", "deck"),
    [
        (["deck:two", "words"], "Two words"),
        (["deck:Two words"], "Two words"),
        (["is:new", "deck:Two", "words::Part"], "Two words::Part"),
    ],
)
def test_a_deck_with_a_space_in_its_name_is_shown_in_quotes(
    run: Run, corpus: Path, query: list[str], deck: str
) -> None:
    text = (corpus / "deck.md").read_text().replace("deck: Deck", "deck: Two words::Part")
    (corpus / "deck.md").write_text(text)
    result = run("--decks", corpus, "due", *query)
    assert result.exit_code == 1
    assert f"write 'deck:\"{deck}\"' if that is " in result.stderr
    assert run("--decks", corpus, "due", f'deck:"{deck}"').exit_code == 0


def test_show(run: Run, corpus: Path) -> None:
    text = run("--decks", corpus, "show", "third/2").stdout
    assert "A hidden word and […]." in text
    assert "A hidden word and [another]." in text
    assert "deck.md:19" in text
    data = json.loads(run("--decks", corpus, "show", "first", "--json").stdout)
    assert (data["id"], data["card"], data["state"]) == ("first", 1, "new")
    prefix = data["guid"][:6]
    assert "First answer." in run("--decks", corpus, "show", prefix).stdout
    page = run("--decks", corpus, "show", "first", "--html").stdout
    assert page.startswith("<!doctype html>")
    assert "<p>First answer.</p>" in page
    for wrong in ("nothing", "third/7"):
        assert run("--decks", corpus, "show", wrong).exit_code == 1


TYPES = """\
## Which?
<!-- {#which} -->

- [x] this one
- [ ] that one

---

So it is.

## Do it
<!-- {#do .exercise} -->

```python starter
begin()
```

```python solution
solve()
```

```python tests
check()
```

## Words {.rows .reversed}

| word | meaning       | id |
|------|---------------|----|
| cat  | ![](cat.opus) | cat |
"""


def test_show_every_type(run: Run, corpus: Path) -> None:
    (corpus / "types.md").write_text(TYPES, encoding="utf-8")
    (corpus / "cat.opus").write_bytes(b"OggS\xff")
    question, answer, _ = run("--decks", corpus, "show", "which").stdout.split("───\n")
    assert question.count("[ ]") == 2
    assert [line.strip() for line in answer.split("\n") if "one" in line and "x" in line] == [
        "[x] this one"
    ]
    assert "So it is." in answer
    question, answer, _ = run("--decks", corpus, "show", "do").stdout.split("───\n")
    assert "begin()" in question
    assert "solve()" not in question
    assert answer.index("solve()") < answer.index("Tests") < answer.index("check()")
    question, answer, facts = run("--decks", corpus, "show", "cat/2").stdout.split("───\n")
    assert "[sound: cat.opus]" in question
    assert "cat" in answer
    assert "types.md:30" in facts
    page = run("--decks", corpus, "show", "cat", "--html").stdout
    assert '<audio controls src="data:audio/ogg;base64,T2dnU/8="' in page
    assert "<footer>Words · cat</footer>" in page


@pytest.mark.parametrize(
    ("body", "types"),
    [
        (
            "Write it.\n\n```python solution\nsolve()\n```\n\n```python tests\ncheck()\n```\n",
            {"": "basic", ".exercise": "exercise", ".reversed": "reversed", ".typed": "typed"},
        ),
        (
            "- [x] this one\n- [ ] that one\n\nSo it is.\n",
            {".basic": "basic", "": "choice", ".typed": "typed", ".reversed": "reversed"},
        ),
    ],
)
def test_a_note_stays_the_same_when_its_type_changes(
    run: Run, corpus: Path, body: str, types: dict[str, str]
) -> None:
    guids = set()
    for type, kind in types.items():
        text = f"## Q\n<!-- {{{type or 'a=b'}}} -->\n\n{body}"
        (corpus / "deck.md").write_text(text, encoding="utf-8")
        (note,) = json.loads(run("--decks", corpus, "list", "--json").stdout)["notes"]
        assert note["kind"] == kind
        guids.add(note["guid"])
    assert len(guids) == 1


def test_a_choice_keeps_who_it_is_with_a_break_or_without(run: Run, corpus: Path) -> None:
    guids = set()
    for gap in ("\n", "\n---\n\n"):
        text = f"## Which?\n\n- [x] this\n- [ ] that\n{gap}So it is.\n"
        (corpus / "deck.md").write_text(text, encoding="utf-8")
        (note,) = json.loads(run("--decks", corpus, "list", "--json").stdout)["notes"]
        guids.add(note["guid"])
    assert len(guids) == 1


def test_a_query_that_is_not_understood(run: Run, corpus: Path) -> None:
    result = run("--decks", corpus, "list", "foo:bar")
    assert result.exit_code == 1
    assert "foo: is no key of a search" in result.stderr


def test_the_lock_is_written_checked_and_found_stale(run: Run, corpus: Path) -> None:
    assert run("--decks", corpus, "lock", "--check").exit_code == 1
    assert run("--decks", corpus, "lock").stdout == "srs.lock is up to date: 3 notes.\n"
    assert run("--decks", corpus, "lock", "--check").exit_code == 0
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text().replace("First answer", "Other answer"), encoding="utf-8")
    stale = run("--decks", corpus, "lock", "--check")
    assert stale.exit_code == 1
    assert "1 edited" in stale.stderr


def test_locked_refuses_to_change_the_lock(run: Run, corpus: Path, tmp_path: Path) -> None:
    for command in (["due"], ["export", "apkg", str(tmp_path / "x.apkg")]):
        refused = run("--decks", corpus, "--locked", *command)
        assert refused.exit_code == 1
        assert "is not up to date: run `srs lock` and commit it" in refused.stderr
        assert not (corpus / "srs.lock").exists()
        assert not (tmp_path / "x.apkg").exists()
    run("--decks", corpus, "lock")
    assert run("--decks", corpus, "--locked", "due").exit_code == 0


def test_a_released_note_that_vanished_fails_the_check(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    run("--decks", corpus, "export", "apkg", tmp_path / "x.apkg")
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text().split("## Third")[0], encoding="utf-8")
    run("--decks", corpus, "lock")
    result = run("--decks", corpus, "lock", "--check")
    assert result.exit_code == 1
    assert "third was exported and is gone" in result.stderr


def test_a_folder_that_is_no_corpus_says_how_to_make_one(run: Run, corpus: Path) -> None:
    (corpus / "srs.toml").unlink()
    result = run("--decks", corpus, "due")
    assert result.exit_code == 1
    assert f"`srs init {corpus}` makes it one" in result.stderr
    assert not (corpus / ".srs").exists()


def test_the_corpus_is_the_nearest_upward_and_else_the_shipped_one(
    run: Run, corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = corpus / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert json.loads(run("due", "--json").stdout)["total"]["new"] == 3
    monkeypatch.chdir(home)
    result = run("list", "id:legb-order")
    assert result.stdout.startswith("legb-order")
    assert "this is the shipped Python corpus" in result.stderr
    assert list(home.rglob("python-interview.db"))
    monkeypatch.setenv("SRS_DECKS", str(corpus))
    assert json.loads(run("due", "--json").stdout)["total"]["new"] == 3


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda corpus: shutil.rmtree(corpus), "there is no folder"),
        (lambda corpus: (corpus / "srs.toml").write_text("name = ["), "srs.toml"),
        (lambda corpus: (corpus / "srs.lock").write_text("one two"), "srs.lock:1: this line"),
        (lambda corpus: _database(corpus).write_bytes(b"x" * 5000), "no database"),
        (lambda corpus: _database(corpus).mkdir(), "cannot be opened"),
        (lambda corpus: _newer(corpus), "newer srs"),
        (lambda corpus: (corpus / ".srs").write_text(""), "cannot make the folder"),
    ],
)
def test_a_place_that_cannot_be_used_is_one_sentence(
    run: Run, corpus: Path, spoil: Callable[[Path], object], expected: str
) -> None:
    spoil(corpus)
    result = run("--decks", corpus, "due")
    assert result.exit_code == 1
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def _database(corpus: Path) -> Path:
    (corpus / ".srs").mkdir()
    return corpus / ".srs" / "srs.db"


def _newer(corpus: Path) -> None:
    connection = sqlite3.connect(_database(corpus))
    connection.execute("create table _sqlite_migrations (migration_set text, name text)")
    connection.execute("insert into _sqlite_migrations values ('srs', 'from-the-future')")
    connection.commit()
    connection.close()


def test_a_deck_that_is_not_utf8_is_said_and_the_others_go_on(run: Run, corpus: Path) -> None:
    (corpus / "bad.md").write_bytes(b"## Q\n\n\xff\n")
    due = run("--decks", corpus, "due")
    assert due.exit_code == 0
    assert "3" in due.stdout
    assert "`srs check` shows where" in due.stderr
    check = run("--decks", corpus, "check")
    assert check.exit_code == 1
    assert "bad.md:3:1: byte 0xff is not UTF-8 [encoding]" in check.stdout


def test_an_edit_keeps_the_card_and_is_reported(run: Run, corpus: Path) -> None:
    run("--decks", corpus, "due")
    before = json.loads(run("--decks", corpus, "list", "--json").stdout)["notes"]
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text().replace("First question?", "A new wording?"), encoding="utf-8")
    result = run("--decks", corpus, "list", "--json")
    assert result.stderr == "srs: 1 edited, 0 lost\n"
    after = json.loads(result.stdout)["notes"]
    assert [note["guid"] for note in after] == [note["guid"] for note in before]


def test_due_loads_none_of_the_heavy_packages(corpus: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "srs", "--decks", corpus, "due"], check=True, capture_output=True
    )
    code = (
        "import sys; from srs.cli import group\n"
        f"group(['--decks', {str(corpus)!r}, 'due'], standalone_mode=False)\n"
        "print(sorted({'rich', 'yaml', 'markdown', 'fsrs', 'sqlite_utils', 'pygments', 'genanki', 'typst'}"
        " & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("[]\n")


def test_a_database_in_a_folder_that_is_not_there_is_not_made(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    result = run("--decks", corpus, "--db", tmp_path / "typo" / "srs.db", "due")
    assert (result.exit_code, "there is no folder" in result.stderr) == (1, True)
    assert not (tmp_path / "typo").exists()
