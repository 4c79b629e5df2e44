import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from srs.errors import SrsError
from srs.study.memory import open_study
from srs.study.since import since

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
ONE = "## One?\n<!-- {#one} -->\n\nFirst of all, and known by itself: more than forty.\n\n"
TWO = "## Two?\n\nSecond.\n\n"
THREE = "## Three?\n\nThird.\n\n"


class Repository:
    """A corpus below a repository's root, its notes released and committed."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.root = top / "cards"
        self.root.mkdir(parents=True)
        self.git("init", "-q")
        self.write("srs.toml", 'name = "N"\nkey = "k"\nexclude = ["out"]\n')

    def git(self, *command: str) -> None:
        names = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
        env = {**os.environ, **{f"GIT_{name}": "x" for name in names}}
        subprocess.run(["git", "-C", str(self.top), *command], check=True, env=env)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def lock(self) -> None:
        open_study(self.root, self.top / "srs.db", NOW).close()

    def release(self) -> None:
        """Let all notes have been exported."""
        path = self.root / "srs.lock"
        lines = path.read_text(encoding="utf-8").split("\n")
        columns = [line.split("\t") for line in lines]
        text = "\n".join("\t".join([*c[:3], "5", *c[4:]]) if len(c) == 9 and "#" not in c[0] else "\t".join(c) for c in columns)  # fmt: skip
        path.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        self.git("add", "-A", "cards")
        self.git("commit", "-q", "-m", "x")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.write("a.md", ONE + TWO)
    made.write("b.md", THREE)
    made.lock()
    made.release()
    made.commit()
    return made


def test_every_note_is_as_it_was(repository: Repository) -> None:
    found = since(repository.root, "HEAD", NOW)
    assert found.report() == ""
    assert found.released == ()


@pytest.mark.parametrize("locked", [False, True])
def test_what_a_change_does_to_identities(repository: Repository, locked: bool) -> None:
    repository.write("a.md", ONE.replace("First", "Foremost"))
    repository.write("c/b.md", THREE + "## Four?\n\nFourth.\n")
    (repository.root / "b.md").unlink()
    if locked:
        repository.lock()
    found = since(repository.root, "HEAD", NOW)
    assert found.report() == "1 edited, 1 moved, 1 new, 1 released note gone"
    (gone,) = found.released
    assert found.lost == {gone: f"{gone[:8]} of a.md"}


def test_a_released_note_may_be_retired_or_drafted(repository: Repository) -> None:
    repository.write("a.md", ONE.replace("#one", "#one .retired") + TWO.replace("?", "? {.draft}"))
    found = since(repository.root, "HEAD", NOW)
    assert found.report() == ""


def test_one_that_was_never_released_is_lost(repository: Repository) -> None:
    repository.write("a.md", ONE + TWO + "## Five?\n\nFifth.\n")
    repository.lock()
    repository.commit()
    repository.write("a.md", ONE + TWO)
    assert since(repository.root, "HEAD", NOW).report() == "1 lost"
    assert since(repository.root, "HEAD~1", NOW).report() == ""


def test_a_line_taken_out_of_the_lock_hides_nothing(repository: Repository) -> None:
    repository.write("a.md", ONE)
    path = repository.root / "srs.lock"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:3]), encoding="utf-8")
    assert since(repository.root, "HEAD", NOW).report() == "1 released note gone"


def test_only_decks_count(repository: Repository) -> None:
    for path in ("out/x.md", ".hidden/x.md", "README.md", "nested/x.md", "_draft.md"):
        repository.write(path, "## Not one of ours?\n\nNo.\n")
    repository.write("nested/srs.toml", 'name = "M"\nkey = "m"\n')
    (repository.root / "link.md").symlink_to("a.md")
    repository.git("add", "-f", "cards")
    repository.git("commit", "-q", "-m", "x")
    (repository.root / "link.md").unlink()
    assert since(repository.root, "HEAD", NOW).report() == ""


def test_it_asks_where_it_is_in_doubt(repository: Repository) -> None:
    repository.write("b.md", "## What does `append` do?\n\nIt adds an item at the end.\n")
    repository.lock()
    repository.commit()
    repository.write("b.md", "## What does `extend` do?\n\nIt adds some items at the end.\n")
    found = since(repository.root, "HEAD", NOW)
    assert [question.split(":")[:2] for question in found.questions] == [["b.md", "1"]]


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nope", "git knows no revision nope of "),
        ("--help", "git knows no revision --help of "),
        ("HEAD:cards", "git knows no revision HEAD:cards of "),
    ],
)
def test_a_revision_that_is_none(repository: Repository, revision: str, message: str) -> None:
    with pytest.raises(SrsError, match=message):
        since(repository.root, revision, NOW)


def test_a_revision_without_a_corpus(repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "empty")
    repository.git("rm", "-q", "--cached", "-r", ".")
    repository.git("commit", "-q", "--allow-empty", "-m", "x")
    with pytest.raises(SrsError, match=r"was no corpus at HEAD: it had no srs\.toml"):
        since(repository.root, "HEAD", NOW)


def test_a_folder_without_git(tmp_path: Path) -> None:
    (tmp_path / "srs.toml").write_text('name = "N"\nkey = "k"\n', encoding="utf-8")
    with pytest.raises(SrsError, match="not a git repository"):
        since(tmp_path, "HEAD", NOW)
