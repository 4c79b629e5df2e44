"""The files of a corpus: where it is, which are its decks, and what they hold."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import config as config_
from srs.corpus.config import Config
from srs.corpus.read import git
from srs.errors import Place, Problem, Severity, SrsError

if TYPE_CHECKING:
    from srs.settings.layers import Layer

SETTINGS_FILE = ".srs/config.toml"
"""A person's own settings for a corpus, in its folder."""

MAX_FILE = 32 * 1024 * 1024
"""Largest deck, in bytes."""

_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no path may hold: it could be neither shown nor written into the lock."""


_NO_FILE = "it is a pipe or device"


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
    package = Path(__file__).resolve().parents[2]
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


def read_settings(path: Path, shown: str) -> tuple[Layer, tuple[Problem, ...]]:
    """Read a file of settings, which need not be there; `shown` is its name in problems."""
    try:
        text = content(path).decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return (), ()
    except UnicodeDecodeError:
        return (), (_problem(shown, "config", "not UTF-8 text", "save it as UTF-8"),)
    except OSError as error:
        message = f"cannot read: {error.strerror}"
        return (), (_problem(shown, "config", message, "make it readable"),)
    from srs.settings.layers import parse  # few have one, and counting must start fast

    return parse(text, shown)


def listing(
    root: Path, config: Config, known: Collection[str] = ()
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Return the corpus' decks in their order.

    Hidden folders, nested corpora and links out of the corpus are left out, and so is what git
    ignores; git is not asked about the paths in `known`. A link to another deck adds none.
    """
    if not root.is_dir():
        raise SrsError(f"there is no folder {root}: name one with --decks")
    found: list[Found] = []
    links: set[str] = set()
    problems: list[Problem] = []
    for entry, path in walk(root, config, problems):
        if not (entry.name.endswith(".md") and config.selects(path)):
            continue
        match _deck(entry, path, root):
            case Found() as file:
                found.append(file)
                if entry.is_symlink():
                    links.add(path)
            case Problem() as problem:
                problems.append(problem)
    unknown = [file.path for file in found if file.path not in known]
    ignored = git.ignored(root, unknown) if unknown and not config.include else frozenset()
    decks = [file for file in found if file.path not in ignored]
    if links:
        decks = _once(root, decks, links)
    return tuple(sorted(decks, key=lambda f: config.rank(f.path))), tuple(problems)


def is_deck(root: Path, path: str) -> bool:
    """Tell whether a file, there or not, is a deck of the corpus if no other corpus is around it."""
    config, _ = read_config(root)
    hidden = any(part.startswith(".") for part in path.split("/"))
    if hidden or not (path.endswith(".md") and config.selects(path)):
        return False
    return bool(config.include) or not git.ignored(root, [path])


def _deck(entry: os.DirEntry[str], path: str, root: Path) -> Found | Problem | None:
    """Look at what has the name of a deck; None for a folder and a link out of the corpus."""
    if _UNSPEAKABLE.search(path):
        path = _UNSPEAKABLE.sub("\ufffd", path)
        hint = "give it a name of letters, digits and the like"
        return _problem(path, "unreadable", "this name holds control characters", hint)
    try:
        status = entry.stat()
    except OSError as error:
        return _unreadable(path, error)
    if stat.S_ISDIR(status.st_mode) or (
        entry.is_symlink() and not is_inside(Path(entry.path), root)
    ):
        return None
    if not stat.S_ISREG(status.st_mode):
        return _unreadable(path, OSError(errno.EINVAL, _NO_FILE))
    return Found(path, status.st_mtime_ns, status.st_size)


def _once(root: Path, decks: list[Found], links: Collection[str]) -> list[Found]:
    """Leave out the links that lead to a file which is there by another name."""
    kept: dict[str, Found] = {}
    for file in sorted(decks, key=lambda file: (file.path in links, file.path)):
        kept.setdefault(os.path.realpath(root / file.path), file)
    return list(kept.values())


def walk(
    root: Path, config: Config, problems: list[Problem]
) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield the files below a folder, with their paths; those hidden or of other corpora not."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise SrsError(f"cannot read the folder {root}: {error.strerror}") from error
            problems.append(_unreadable(folder, error))
            continue
        if folder and any(entry.name == config_.FILE for entry in entries):
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith("."):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield entry, path
            elif not config.excludes(path):
                folders.append(path)


def content(path: Path) -> bytes:
    """Return what a file holds; a pipe or device, whose end may never come, is not read."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, _NO_FILE)
    return path.read_bytes()


def read(root: Path, path: str) -> str | Problem:
    """Return a deck's text, or the problem that keeps it from being read."""
    try:
        data = content(root / path)
    except OSError as error:
        return _unreadable(path, error)
    if len(data) > MAX_FILE:
        message = f"this file is larger than {MAX_FILE >> 20} MB"
        return _problem(path, "too-long", message, "split it into several decks")
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


def is_inside(path: Path, root: Path) -> bool:
    """Tell whether a path, its links followed, lies in a corpus."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _unreadable(path: str, error: OSError) -> Problem:
    hint = "make it readable, or list it under `exclude` in srs.toml"
    return _problem(path, "unreadable", f"cannot read: {error.strerror}", hint)


def _problem(path: str, code: str, message: str, hint: str) -> Problem:
    return Problem(Place(path), code, Severity.ERROR, message, hint)
