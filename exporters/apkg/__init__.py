"""Anki packages: a collection of notes as genanki writes it, and their media, in one archive."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from exporters.apkg.collection import Packaged, write_collection
from exporters.apkg.progress import CardProgress, Progress, presets
from srs.errors import SrsError

__all__ = ["CardProgress", "Packaged", "Progress", "presets", "write"]

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write(
    out: BinaryIO,
    notes: Iterable[Packaged],
    media: Mapping[str, Path],
    progress: Progress | None = None,
) -> None:
    """Write a package. New cards keep the order of `notes`; decks are named by them.

    The notes are taken one by one, and `media`, files by name, after the last of them. The same input
    gives the same bytes. The notes' progress is written only if `progress` says how.
    """
    with tempfile.TemporaryDirectory(prefix="srs-") as folder:
        path = Path(folder) / "collection.anki2"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = off")
            connection.execute("pragma synchronous = off")
            try:
                write_collection(connection, notes, progress)
            except sqlite3.OperationalError as error:
                raise SrsError(f"cannot write in {folder}: {error}; make room there") from error
        _archive(out, path, media)


def _archive(out: BinaryIO, collection: Path, media: Mapping[str, Path]) -> None:
    names = sorted(media)
    listing = json.dumps({str(n): name for n, name in enumerate(names)})
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, collection.name, collection)
        archive.writestr(_member("media"), listing)
        for n, name in enumerate(names):
            _add(archive, str(n), media[name])


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """Add a file, of which little is in memory at a time."""
    member = _member(name)
    member.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(member, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info
