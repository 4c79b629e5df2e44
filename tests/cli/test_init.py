"""`srs init`: a new corpus, one of what is there, or a copy of the one that comes with srs."""

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from srs.cli import group
from srs.cli.context import Context
from srs.corpus import read
from srs.model import Rating
from srs.study.memory import open_study

Run = Callable[..., Result]


def test_an_empty_folder_gets_a_deck_without_problems(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "outer" / "new"
    assert run("init", folder).exit_code == 0
    assert run("--decks", folder, "check", "--strict").stdout == "4 notes in 1 deck: no problems.\n"
    assert json.loads(run("--decks", folder, "due", "--json").stdout)["total"]["new"] == 4
    assert (folder / ".srs" / ".gitignore").read_text() == "*\n"
    again = run("init", folder)
    assert (again.exit_code, "there already" in again.stderr) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")
def test_the_first_decks_code_runs(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "new")
    assert run("--decks", tmp_path / "new", "check", "--run").exit_code == 0


def test_the_first_deck_can_be_thrown_away(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    run("init", folder)
    run("--decks", folder, "due")
    (folder / "first-deck.md").unlink()
    (folder / "mine.md").write_text("## Q?\n\nA.\n", encoding="utf-8")
    assert run("--decks", folder, "due").stderr == "srs: 1 new, 4 lost\n"


def test_where_markdown_is_it_says_what_it_finds_and_adds_only_the_config(
    run: Run, corpus: Path
) -> None:
    (corpus / "srs.toml").unlink()
    dry = run("init", corpus, "--dry-run")
    found = f"1 deck with 3 notes in {corpus}.\n"
    assert dry.stdout == f"{found}would write {corpus / 'srs.toml'}\n"
    assert [p.name for p in corpus.iterdir()] == ["deck.md"]
    result = run("init", corpus)
    assert result.stdout.startswith(found)
    assert sorted(p.name for p in corpus.iterdir()) == ["deck.md", "srs.toml"]
    assert run("--decks", corpus, "due").exit_code == 0


@pytest.mark.parametrize(
    ("answer", "made"), [("\n", True), ("y\n", True), ("n\n", False), ("", False)]
)
def test_on_a_terminal_it_asks_before_it_writes(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, answer: str, made: bool
) -> None:
    (corpus / "srs.toml").unlink()
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    result = CliRunner().invoke(group, ["init", str(corpus)], input=answer)
    assert f"Make {corpus} a corpus?" in result.stderr
    assert (corpus / "srs.toml").exists() is made
    assert result.exit_code == (0 if made else 1)


def test_with_yes_it_does_not_ask(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (corpus / "srs.toml").unlink()
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    assert CliRunner().invoke(group, ["init", str(corpus), "--yes"]).exit_code == 0


def test_a_corpus_in_a_corpus_is_said(run: Run, corpus: Path) -> None:
    result = run("init", corpus / "inner")
    assert f"lies in the corpus {corpus}, and will be one of its own" in result.stderr
    assert run("--decks", corpus, "check").stdout == "3 notes in 1 deck: no problems.\n"


def test_a_file_is_no_folder(run: Run, corpus: Path) -> None:
    result = run("init", corpus / "deck.md")
    assert (result.exit_code, "is a file: name a folder" in result.stderr) == (1, True)


def study_one(home: Path) -> str:
    """Answer a card of the shipped corpus in the user's own database; return its guid."""
    path = Context(None, None, None).database(read.shipped_root())
    assert path.is_relative_to(home)
    now = Context(None, None, None).now()
    study = open_study(read.shipped_root(), path, now)
    name = study.cards(None, now)[0]
    study.answer(name, Rating.GOOD, now, 1000, study.card(name))
    study.close()
    return name.guid


def test_a_copy_of_the_shipped_corpus_has_its_progress(
    run: Run, tmp_path: Path, home: Path
) -> None:
    guid = study_one(home)
    folder = tmp_path / "own"
    assert "would copy" in run("init", folder, "--from", "python-interview", "--dry-run").stdout
    assert not folder.exists()
    result = run("init", folder, "--from", "python-interview")
    assert result.exit_code == 0
    assert "with your progress" in result.stdout
    for name in ("srs.toml", "srs.lock", "functions.md", "media/names-and-objects.svg"):
        assert (folder / name).read_bytes() == (read.shipped_root() / name).read_bytes()
    assert not (folder / "coverage.csv").exists()
    assert (folder / ".srs" / ".gitignore").read_text() == "*\n"
    assert run("--decks", folder, "check", "--strict").exit_code == 0
    assert run("--decks", folder, "due").stderr == ""
    with closing(sqlite3.connect(folder / ".srs" / "srs.db")) as database:
        rows = database.execute("select guid, reps from cards where reps > 0").fetchall()
    assert rows == [(guid, 1)]
    assert run("--decks", folder, "lock", "--check").exit_code == 0
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".own")) == []


def test_a_copy_without_progress(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    result = run("init", folder, "--from", "python-interview")
    assert result.exit_code == 0
    assert "with your progress" not in result.stdout
    (folder / "functions.md").write_text("## Q?\n\nMine.\n", encoding="utf-8")


def test_a_copy_goes_nowhere_else(run: Run, corpus: Path, tmp_path: Path) -> None:
    unknown = run("init", tmp_path / "own", "--from", "nope")
    assert (unknown.exit_code, unknown.stderr) == (
        1, "srs: no corpus nope comes with srs: there is python-interview\n"
    )  # fmt: skip
    (corpus / "srs.toml").unlink()
    full = run("init", corpus, "--from", "python-interview")
    assert (full.exit_code, "is not empty: name a new folder" in full.stderr) == (1, True)
    assert not (tmp_path / "own").exists()


def test_a_copy_that_fails_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    study_one(home)
    monkeypatch.setattr("srs.store.database.copy_database", full)
    result = run("init", tmp_path / "own", "--from", "python-interview")
    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
    assert not (tmp_path / "own").exists()
    assert not list(tmp_path.glob(".own*"))
