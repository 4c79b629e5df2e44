"""The files of a corpus: where it is, which are its decks, and what they hold."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import config as config_
from srs.corpus.config import Config
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


def read_settings(path: Path, shown: str) -> tuple[Layer, tuple[Problem, ...]]:
    """Read a file of settings, which need not be there; `shown` is its name in problems."""
    try:
        text = _content(path).decode("utf-8")
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
    for entry, path in _walk(root, config, problems):
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
    ignored = _git_ignored(root, unknown) if unknown and not config.include else frozenset()
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
    return bool(config.include) or not _git_ignored(root, [path])


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
        entry.is_symlink() and not _is_inside(Path(entry.path), root)
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


def _walk(
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


def _content(path: Path) -> bytes:
    """Return what a file holds; a pipe or device, whose end may never come, is not read."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, _NO_FILE)
    return path.read_bytes()


def read(root: Path, path: str) -> str | Problem:
    """Return a deck's text, or the problem that keeps it from being read."""
    try:
        data = _content(root / path)
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


MEDIA = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".svg": "image/svg+xml", ".webp": "image/webp", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
    ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".m4a": "audio/mp4",
    ".flac": "audio/flac",
}  # fmt: skip
"""The MIME type of a medium, by its ending."""


def find_media(root: Path, where: Place, source: str) -> Path | Problem:
    """Return the file that an image names, relative to the deck at `where`, if it is there.

    It is a medium inside the corpus. `%20` and its like are undone.
    """
    if fault := _unfit_media(root, where, source):
        return fault
    path = beside(root, where.path, source)
    if not os.path.exists(path):  # noqa: PTH110 - takes any name
        message = f"there is no file `{_unquoted(source)}`"
        return _media(where, message, "paths are relative to the deck's file")
    return path


def missing_media(root: Path, where: Place, source: str) -> str:
    """Return the name of the file that an image names if it fits and only is not there, else none."""
    path = beside(root, where.path, source)
    is_there = os.path.exists(path)  # noqa: PTH110 - takes any name
    return "" if is_there or _unfit_media(root, where, source) else path.name


def _unfit_media(root: Path, where: Place, source: str) -> Problem | None:
    """Return what keeps a file from being a medium of the corpus, were it there."""
    path = beside(root, where.path, source)
    source = _unquoted(source)
    if "://" in source:
        message = f"`{source[:60]}` is not a file"
        return _media(where, message, "save the image beside the deck; nothing is fetched")
    if Path(source).suffix.lower() not in MEDIA:
        message = f"`{source}` is of a kind that Anki does not show"
        return _media(where, message, f"use one of {', '.join(MEDIA)}")
    if not _is_inside(path, root):
        return _media(where, f"`{source}` lies outside the corpus", "copy it into the corpus")
    return None


def read_media(root: Path, where: Place, source: str) -> bytes | Problem:
    """Return the content of the file that an image names; nothing is fetched."""
    path = find_media(root, where, source)
    if isinstance(path, Problem):
        return path
    try:
        return _content(path)
    except OSError as error:
        message = f"cannot read `{_unquoted(source)}`: {error.strerror}"
        return _media(where, message, "make it readable")


def _media(where: Place, message: str, hint: str) -> Problem:
    return Problem(where, "media", Severity.ERROR, message, hint)


def unused_media(root: Path, config: Config, used: Iterable[Path]) -> Iterator[Problem]:
    """Yield the corpus' media that are none of the files in use."""
    resolved = {os.path.realpath(path) for path in used}
    paths = [
        path
        for entry, path in _walk(root, config, [])
        if Path(entry.name).suffix.lower() in MEDIA
        and config.covers(path)
        and os.path.realpath(entry.path) not in resolved
    ]
    ignored = _git_ignored(root, paths) if paths else frozenset()
    for path in sorted(paths):
        if path not in ignored:
            message = "no deck uses this file"
            hint = "delete it, or list it under `exclude` in srs.toml"
            yield Problem(Place(path), "unused-media", Severity.WARNING, message, hint)


_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\#?]|$")
"""What links begin with that lead to no file relative to the deck's."""


def check_link(root: Path, where: Place, target: str) -> Iterator[Problem]:
    """Yield a link that leads to a file that is not there; what the file holds is not read."""
    if _ELSEWHERE.match(target):
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
