"""A new corpus in a folder of its own: all of it is there in the end, or nothing."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from srs.corpus import config as config_
from srs.errors import SrsError

_CONFIG = """\
# This folder is a corpus of flashcards: every Markdown file below it is a deck.
name = {name}
key = "{key}"  # makes the notes' identities; never change it

# include = ["decks/**/*.md"]  # only these files; by default all but README and its like
# exclude = ["drafts"]
# order = ["basics", "advanced.md"]  # folders and files in the order of study

# Metadata keys that can be searched (`level:hard`), with the values they may have.
# [metadata]
# level = ["easy", "hard"]
# source = []  # any value

# Warnings that are not wanted (`srs check` shows their names in brackets).
# [lints]
# duplicate-front = false
"""


def check_new(folder: Path) -> None:
    """Refuse a folder that holds anything already."""
    if folder.exists() and not folder.is_dir():
        raise SrsError(f"{folder} is a file: name a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise SrsError(f"{folder} is not empty: name a new folder")


def config_text(folder: Path) -> str:
    """Return the srs.toml of a folder, with its name and a key of its own."""
    return _CONFIG.format(name=_name(folder), key=secrets.token_hex(16))


def _name(folder: Path) -> str:
    """Return a folder's name as a string of TOML, whatever bytes it is made of."""
    name = os.fsencode(absolute(folder).name).decode("utf-8", "replace") or "cards"
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


@contextmanager
def founded(folder: Path) -> Iterator[Path]:
    """Give a folder to fill; in the end it takes the place of a new or empty one."""
    target = absolute(folder)
    made = missing(target)
    beside = (target.parent if made else target) / f".srs-{secrets.token_hex(4)}"
    with taken_back(made):
        try:
            beside.mkdir(parents=True)
            yield beside
            if made:
                beside.rename(target)
            else:  # it may be the shell's own folder, which must stay the one it is
                for path in sorted(beside.iterdir(), key=lambda path: path.name == config_.FILE):
                    path.rename(target / path.name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def absolute(folder: Path) -> Path:
    return Path(os.path.realpath(folder))


def missing(folder: Path) -> list[Path]:
    """Return which of a folder and those around it are not there, the innermost first."""
    return [path for path in (folder, *folder.parents) if not os.path.exists(path)]  # noqa: PTH110 - takes any name


@contextmanager
def taken_back(made: list[Path]) -> Iterator[None]:
    """Remove the folders made for what then fails, if they are empty."""
    try:
        yield
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise
