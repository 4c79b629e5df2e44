"""The files of a corpus: where it is, which are its decks, and what they hold."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from srs.corpus import config as config_
from srs.corpus.config import Config
from srs.errors import Place, Problem, Severity, SrsError


@dataclass(frozen=True, slots=True)
class Found:
    """A deck's file: its path relative to the root, with forward slashes, and its stamp."""

    path: str
    mtime_ns: int
    size: int


def find_root(start: Path) -> Path | None:
    """Return the nearest folder upward that holds `srs.toml`."""
    for folder in (start, *start.parents):
        if (folder / config_.FILE).is_file():
            return folder
    return None


def shipped_root() -> Path:
    """Return the folder of the corpus that comes with the program."""
    package = Path(__file__).resolve().parent.parent
    for decks in (package / "decks", package.parent / "decks"):
        if (decks / "python-interview" / config_.FILE).is_file():
            return decks / "python-interview"
    raise SrsError("the shipped corpus is missing from this installation: reinstall srs-cards")


def read_config(root: Path) -> tuple[Config, tuple[Problem, ...]]:
    """Read `srs.toml`; a folder without one has an empty config."""
    try:
        text = (root / config_.FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config(name=root.name), ()
    except UnicodeDecodeError:
        return Config(), (_problem(config_.FILE, "encoding", "not UTF-8 text", "save it as UTF-8"),)
    except OSError as error:
        raise SrsError(f"cannot read {root / config_.FILE}: {error.strerror}") from error
    return config_.parse(text)


def listing(
    root: Path, config: Config, known: Collection[str] = ()
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Return the corpus' decks in their order.

    Hidden folders, nested corpora and links out of the corpus are left out, and so is what git
    ignores; git is not asked about the paths in `known`.
    """
    if not root.is_dir():
        raise SrsError(f"there is no folder {root}: name one with --decks")
    found: list[Found] = []
    problems: list[Problem] = []
    for entry, path in _walk(root, root, problems):
        if not (entry.name.endswith(".md") and config.selects(path)):
            continue
        try:
            if not entry.is_symlink() or _is_inside(Path(entry.path), root):
                status = entry.stat()
                if stat.S_ISREG(status.st_mode):
                    found.append(Found(path, status.st_mtime_ns, status.st_size))
        except OSError as error:
            problems.append(_unreadable(path, error))
    unknown = [file.path for file in found if file.path not in known]
    ignored = _git_ignored(root, unknown) if unknown and not config.include else frozenset()
    decks = [file for file in found if file.path not in ignored]
    return tuple(sorted(decks, key=lambda f: config.rank(f.path))), tuple(problems)


def _walk(
    folder: Path, root: Path, problems: list[Problem]
) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield the files below a folder, with their paths; those hidden or of other corpora not."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if folder == root:
            raise SrsError(f"cannot read the folder {root}: {error.strerror}") from error
        problems.append(_unreadable(folder.relative_to(root).as_posix(), error))
        return
    if folder != root and any(entry.name == config_.FILE for entry in entries):
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root, problems)
        else:
            yield entry, Path(entry.path).relative_to(root).as_posix()


def read(root: Path, path: str) -> str | Problem:
    """Return a deck's text, or the problem that keeps it from being read."""
    try:
        data = (root / path).read_bytes()
    except OSError as error:
        return _unreadable(path, error)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8"
        hint = "save the file as UTF-8"
        return Problem(Place(path, line, column), "encoding", Severity.ERROR, message, hint)
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        message, hint = "this is a binary file", "give it another ending than `.md`"
        return Problem(Place(path, line), "encoding", Severity.ERROR, message, hint)
    return text


MEDIA = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".svg": "image/svg+xml", ".webp": "image/webp", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
    ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".m4a": "audio/mp4",
    ".flac": "audio/flac",
}  # fmt: skip
"""The MIME type of a medium, by its ending."""


def read_media(root: Path, where: Place, source: str) -> bytes | Problem:
    """Return the content of the file that an image names, relative to the deck at `where`.

    Nothing outside the corpus is read, and nothing is fetched. `%20` and its like are undone.
    """
    path = beside(root, where.path, source)
    source = _unquoted(source)
    fault: tuple[str, str]
    if "://" in source:
        fault = (
            f"`{source[:60]}` is not a file",
            "save the image beside the deck; nothing is fetched",
        )
    elif Path(source).suffix.lower() not in MEDIA:
        fault = (
            f"`{source}` is of a kind that Anki does not show",
            f"use one of {', '.join(MEDIA)}",
        )
    elif not _is_inside(path, root):
        fault = (f"`{source}` lies outside the corpus", "copy it into the corpus")
    else:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            fault = (f"there is no file `{source}`", "paths are relative to the deck's file")
        except OSError as error:
            fault = (f"cannot read `{source}`: {error.strerror}", "make it readable")
    return Problem(where, "media", Severity.ERROR, *fault)


def unused_media(root: Path, config: Config, used: Iterable[Path]) -> Iterator[Problem]:
    """Yield the corpus' media that are none of the files in use."""
    resolved = {os.path.realpath(path) for path in used}
    paths = [
        path
        for entry, path in _walk(root, root, [])
        if Path(entry.name).suffix.lower() in MEDIA
        and config.covers(path)
        and os.path.realpath(entry.path) not in resolved
    ]
    ignored = _git_ignored(root, paths) if paths else frozenset()
    for path in paths:
        if path not in ignored:
            message = "no deck uses this file"
            hint = "delete it, or list it under `exclude` in srs.toml"
            yield Problem(Place(path), "unused-media", Severity.WARNING, message, hint)


_NO_FILE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\#?]|$")
"""What links begin with that lead to no file relative to the deck's."""


def check_link(root: Path, where: Place, target: str) -> Iterator[Problem]:
    """Yield a link that leads to a file that is not there; what the file holds is not read."""
    if _NO_FILE.match(target):
        return
    name = re.split(r"[?#]", target, maxsplit=1)[0]
    if not os.path.exists(beside(root, where.path, name)):  # noqa: PTH110 - takes any name
        message = f"this link leads to `{_unquoted(name)}`, which is not there"
        hint = "paths are relative to the deck's file"
        yield Problem(where, "broken-link", Severity.WARNING, message, hint)


def beside(root: Path, path: str, written: str) -> Path:
    """Return the file that a deck names, relative to itself."""
    return (root / path).parent / _unquoted(written)


def _unquoted(written: str) -> str:
    from urllib.parse import unquote

    return unquote(written)


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def tracked_database(root: Path) -> Iterator[Problem]:
    """Yield the corpus' database if git tracks it."""
    if _git(root, "ls-files", "-z", "--", ".srs/*.db"):
        message = "git tracks the database of this corpus, which is yours alone"
        hint = 'take it out of git, not off the disk: `git rm --cached ".srs/*.db"`'
        yield Problem(Place(config_.FILE), "database-in-git", Severity.WARNING, message, hint)


def _git_ignored(root: Path, paths: list[str]) -> frozenset[str]:
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


def _unreadable(path: str, error: OSError) -> Problem:
    hint = "make it readable, or list it under `exclude` in srs.toml"
    return _problem(path, "unreadable", f"cannot read: {error.strerror}", hint)


def _problem(path: str, code: str, message: str, hint: str) -> Problem:
    return Problem(Place(path), code, Severity.ERROR, message, hint)
