"""Files that a command writes where the user says: checked first, then put in place whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from srs.corpus import config, read
from srs.errors import SrsError
from srs.store.files import replacing
from srs.study.memory import Study

_BEGINS = {".apkg": b"PK", ".pdf": b"%PDF-"}
"""What files of a kind begin with."""


def check(study: Study, out: Path, ending: str) -> None:
    """Refuse a place that cannot be written, or that holds what is no such file already."""
    _check_kind(out)
    if out.name.lower() == ending:
        raise SrsError(f"{out} is only an ending: write {out.with_name('cards' + ending)}")
    if out.suffix.lower() != ending:
        raise SrsError(f"{out} should end in {ending}: write {out.with_suffix(ending)}")
    _check_place(study, out)
    begins = _BEGINS[ending]
    try:
        with out.open("rb") as file:
            before = file.read(len(begins))
    except FileNotFoundError:
        before = b""
    except OSError:
        before = b"?"
    if before and before != begins:
        raise _lost(out)


def check_text(study: Study, file: Path, out: Path, is_ours: Callable[[str], bool]) -> None:
    """Refuse a place for a text beside `out`: as `check` does, and what is not such a text already."""
    if file.resolve() == out.resolve():
        raise click.UsageError(f"{file} cannot be both files: give the text a name of its own")
    _check_place(study, file)
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError):
        before = "?"
    if before.strip() and not is_ours(before):
        raise _lost(file)


def _lost(file: Path) -> click.UsageError:
    return click.UsageError(
        f"{file} holds something else, which would be lost: name a new file, or delete it first"
    )


def _check_kind(out: Path) -> None:
    if out.exists() and not out.is_file():
        raise SrsError(f"{out} is no file: name one")


def _check_place(study: Study, out: Path) -> None:
    folder = out.parent
    if not folder.is_dir():
        raise SrsError(f"there is no folder {folder}: make it, or write elsewhere")
    _check_kind(out)
    if what := _lives_by(study, Path(os.path.realpath(out))):
        raise click.UsageError(f"{out} is {what}: write to another folder, or under another name")
    if not os.access(Path(os.path.realpath(out)).parent, os.W_OK):
        raise SrsError(f"the folder {folder} cannot be written: write elsewhere")


def _lives_by(study: Study, file: Path) -> str:
    """Say what a file is, there or not, to the corpus around it; empty if nothing."""
    if file == study.database.path.resolve():
        return "the database of your answers"
    if file.name in (config.FILE, config.LOCK_FILE):
        return f"a corpus' {file.name}"
    root = read.find_root(file.parent)
    if root is None:
        return ""
    path = file.relative_to(root).as_posix()
    if path.startswith(".srs/"):
        return "in the folder of your answers"
    return "read as a deck of the corpus" if read.is_deck(root, path) else ""


def write(out: Path, data: bytes) -> None:
    """Write a file."""
    with opened(out) as file:
        file.write(data)


@contextmanager
def opened(out: Path) -> Iterator[BinaryIO]:
    """Open a file to be written, whole or not at all."""
    try:
        with replacing(out) as file:
            yield file
    except OSError as error:
        raise SrsError(f"cannot write {out}: {error.strerror}") from error
