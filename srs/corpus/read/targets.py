"""What decks point at: images and sounds, and the files that links lead to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from srs.corpus.config import Config
from srs.corpus.read import content, git, is_inside, walk
from srs.errors import Place, Problem, Severity

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
    if not is_inside(path, root):
        return _media(where, f"`{source}` lies outside the corpus", "copy it into the corpus")
    return None


def read_media(root: Path, where: Place, source: str) -> bytes | Problem:
    """Return the content of the file that an image names; nothing is fetched."""
    path = find_media(root, where, source)
    if isinstance(path, Problem):
        return path
    try:
        return content(path)
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
        for entry, path in walk(root, config, [])
        if Path(entry.name).suffix.lower() in MEDIA
        and config.covers(path)
        and os.path.realpath(entry.path) not in resolved
    ]
    ignored = git.ignored(root, paths) if paths else frozenset()
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
