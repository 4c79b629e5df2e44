"""Files that are put in place whole or not at all; among them the lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from srs.corpus.config import LOCK_FILE
from srs.errors import SrsError


def read_lock(root: Path) -> str:
    """Return the lock's text, empty where there is none."""
    try:
        return (root / LOCK_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) else f"it is not UTF-8 ({error.reason})"
        )
        raise SrsError(f"cannot read {root / LOCK_FILE}: {reason}") from error


def can_write(root: Path) -> bool:
    """Tell whether a corpus' lock can be written."""
    return os.access(root, os.W_OK)


def write_lock(root: Path, text: str, *, locked: bool = False) -> None:
    """Put a new lock in place of the old one; where the corpus is read-only, do nothing."""
    path = root / LOCK_FILE
    if locked:
        raise SrsError(f"{path} is not up to date: run `srs lock` and commit it")
    try:
        replace_file(path, text.encode())
    except OSError as error:
        if can_write(root):
            raise SrsError(f"cannot write {path}: {error.strerror}") from error


def replace_file(path: Path, data: bytes) -> None:
    """Write a file beside its target and rename it, so that it is there whole or not at all."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside its target; at the end it takes its place, or with an error is gone.

    A symbolic link stays, and what it leads to is the target.
    """
    import tempfile

    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
