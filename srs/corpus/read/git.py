"""What git knows of a corpus: what it ignores, and whether it tracks the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from srs.corpus import config as config_
from srs.errors import Place, Problem, Severity


def tracked_database(root: Path) -> Iterator[Problem]:
    """Yield the corpus' database if git tracks it."""
    if _git(root, "ls-files", "-z", "--", ".srs/*.db"):
        message = "git tracks the database of this corpus, which is yours alone"
        hint = 'take it out of git, not off the disk: `git rm --cached ".srs/*.db"`'
        yield Problem(Place(config_.FILE), "database-in-git", Severity.WARNING, message, hint)


def ignored(root: Path, paths: list[str]) -> frozenset[str]:
    """Return those of the paths that git ignores."""
    return _git(root, "check-ignore", "--stdin", "-z", given="\x00".join(paths))


def _git(root: Path, *command: str, given: str = "") -> frozenset[str]:
    """Return the paths that git answers with; none where there is no repository or git."""
    if not any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents)):
        return frozenset()
    import subprocess

    try:
        done = subprocess.run(
            ["git", "-C", str(root), *command],
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
        )
    except OSError:
        return frozenset()
    paths = done.stdout.decode("utf-8", "surrogateescape").split("\x00")
    return frozenset(path for path in paths if path)
