"""`srs init`: a new corpus, one of what is there, or a copy of the one that comes with srs."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from srs.cli import group
from srs.cli.context import Context
from srs.corpus import read
from srs.model import Rating
from srs.study import answers
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
    assert f"lies in the corpus {corpus}, and would be one of its own" in result.stderr
    assert run("--decks", corpus, "check").stdout == "3 notes in 1 deck: no problems.\n"


def test_a_corpus_in_a_corpus_is_asked_for(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    result = CliRunner().invoke(group, ["init", str(corpus / "inner")], input="n\n")
    assert (result.exit_code, (corpus / "inner").exists()) == (1, False)


@pytest.mark.parametrize("source", [(), ("--from", "python-interview")])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("deck.md", "is a file: name a folder"), ("deck.md/x", "cannot make"),
        ("a/" + "x" * 300, "cannot make"), ("loop", "cannot make"),
    ],
)  # fmt: skip
def test_what_can_be_no_folder_is_a_sentence(
    run: Run, corpus: Path, name: str, said: str, source: tuple[str, ...]
) -> None:
    (corpus / "srs.toml").unlink()
    (corpus / "loop").symlink_to(corpus / "loop")
    result = run("init", corpus / name, *source)
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr
    assert sorted(p.name for p in corpus.iterdir()) == ["deck.md", "loop"]


@pytest.mark.parametrize("mode", [0o000, 0o555])
@pytest.mark.parametrize("name", [".", "x"])
def test_a_folder_that_is_shut_is_a_sentence(
    run: Run, tmp_path: Path, mode: int, name: str
) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=mode)
    if os.access(shut, os.W_OK):
        pytest.skip("this user writes anywhere")
    result = run("init", shut / name)
    shut.chmod(0o755)
    assert (result.exit_code, "Permission denied" in result.stderr) == (1, True)
    assert list(shut.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux'")
@pytest.mark.parametrize("name", ["a b", 'say "x"', "del\x7f", "tab\t", "{x}", "ü"])
def test_any_name_of_a_folder_makes_a_corpus(run: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    assert run("init", folder).exit_code == 0
    assert run("--decks", folder, "check", "--strict").stdout == "4 notes in 1 deck: no problems.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux'")
def test_a_folder_whose_name_is_no_text_makes_a_corpus(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    command = (sys.executable, "-m", "srs", "init", folder)
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True)
    assert read.read_config(folder)[0].name == "\ufffd"


def test_a_first_deck_that_git_ignores_is_left_alone(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / ".gitignore").write_text("*.md\n", encoding="utf-8")
    (folder / "first-deck.md").write_text("Mine.\n", encoding="utf-8")
    assert run("init", folder).exit_code == 0
    assert "Mine." in (folder / "first-deck.md").read_text(encoding="utf-8")


def study_one(home: Path) -> str:
    """Answer a card of the shipped corpus in the user's own database; return its guid."""
    path = Context(None, None, None).database(read.shipped_root())
    assert path.is_relative_to(home)
    now = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
    study = open_study(read.shipped_root(), path, now)
    name = study.cards(None, now)[0]
    answers.answer(study, name, Rating.GOOD, now, 1000, study.card(name))
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
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_a_copy_without_progress(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    result = run("init", folder, "--from", "python-interview")
    assert result.exit_code == 0
    assert "with your progress" not in result.stdout
    (folder / "functions.md").write_text("## Q?\n\nMine.\n", encoding="utf-8")


def test_a_copy_leaves_an_empty_folder_the_one_it_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.chdir(folder)
    before = folder.stat().st_ino
    assert run("init", "--from", "python-interview").exit_code == 0
    assert folder.stat().st_ino == before
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []
    assert run("check", "--strict").exit_code == 0


def test_a_copy_can_be_edited_though_the_original_cannot(
    run: Run, tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (shipped, *shipped.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    monkeypatch.setattr(read, "shipped_root", lambda: shipped)
    assert run("init", tmp_path / "own", "--from", "python-interview").exit_code == 0
    for path in (shipped, *shipped.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    own = tmp_path / "own"
    assert [p for p in (own, *own.rglob("*")) if not p.stat().st_mode & 0o200] == []


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
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    for folder in ("own", "deep/er/own", "empty"):
        result = run("init", tmp_path / folder, "--from", "python-interview")
        assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
        assert sorted(tmp_path.rglob("*")) == before


def test_a_copy_does_not_wait_forever_for_who_writes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    study_one(home)
    monkeypatch.setattr("srs.store.database.BUSY_SECONDS", 0.0)
    path = Context(None, None, None).database(read.shipped_root())
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("begin exclusive")
        result = run("init", tmp_path / "own", "--from", "python-interview")
    assert (result.exit_code, "another srs is writing" in result.stderr) == (1, True)
    assert not (tmp_path / "own").exists()
