"""Anki's files: which of them a path names, and the database in it, unpacked within limits.

A file is somebody's. Of a package only the member with the database is read, whatever else is in
it, and nothing is written but one file of our naming in a temporary folder.
"""

from __future__ import annotations

import io
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from srs.errors import SrsError
from srs.importers import protobuf

MAX_DIRECTORY_BYTES = 8 * 2**20
"""The list of a package's members may be so long: some 150,000 of them."""
MAX_DATABASE_BYTES = 8 * 2**30
FREE_BYTES = 64 * 2**20
MAX_RATIO = 100
"""A database may unpack to `FREE_BYTES` and so many times its packed size."""

_CHUNK = 2**20
_MEMBERS = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
"""The database by a package's version. Newer packages hold an older one too, as a dummy."""
_PACKED = 3
_TRIES = 3


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the path of a copy of the database that an Anki file is or holds, while needed.

    Raises `SrsError` for a file that is none of Anki's, is damaged, or is far larger than it looks.
    """
    with TemporaryDirectory(prefix="srs-") as folder:
        target = Path(folder) / "collection.db"
        with sentences(path):
            if path.exists() and not path.is_file():  # a pipe may never end
                raise SrsError(f"{path} is no file: name what Anki exported")
            with path.open("rb") as file:
                start = file.read(16)
            if start == b"SQLite format 3\0":
                _copy(path, target)
            elif start.startswith(b"PK"):
                _extract(path, target)
            else:
                raise SrsError(
                    f"{path} is no Anki file: name an .apkg, .colpkg or collection.anki2"
                )
        yield target


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Say in a sentence what is wrong with a file that is read."""
    from srs.importers.zstd import ZstdError

    try:
        yield
    except FileNotFoundError as error:
        raise SrsError(f"there is no file {path}: name what Anki exported") from error
    except OSError as error:
        raise SrsError(f"cannot read {path}: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, ZstdError, EOFError, ValueError) as error:
        raise SrsError(f"{path} is damaged: export it from Anki again") from error
    except (NotImplementedError, RuntimeError) as error:  # an unknown method, or a password
        raise SrsError(f"{path} is packed as Anki packs nothing: export it again") from error


def _copy(path: Path, target: Path) -> None:
    """Copy a collection with what Anki has not yet moved into it; it may be in use."""
    wal = path.with_name(f"{path.name}-wal")
    for _ in range(_TRIES):
        before = _stamps(path, wal)
        shutil.copyfile(path, target)
        if wal.exists():
            shutil.copyfile(wal, target.with_name(f"{target.name}-wal"))
        if _stamps(path, wal) == before:
            return
    raise SrsError(f"{path} is being written: close Anki and try again")


def _stamps(*paths: Path) -> list[tuple[int, int] | None]:
    found = [path.stat() if path.exists() else None for path in paths]
    return [stat and (stat.st_mtime_ns, stat.st_size) for stat in found]


class Careful(io.BufferedReader):
    """A file of which nobody reads much at once, as `zipfile` does with the list of members."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = MAX_DIRECTORY_BYTES  # of the last 64 kB, where it looks for that list
        if size > MAX_DIRECTORY_BYTES:
            raise SrsError(f"{self.name} has more members than any Anki package")
        return super().read(size)


def _extract(path: Path, target: Path) -> None:
    """Unpack a package's database."""
    from srs.importers.zstd import ZstdFile

    with Careful(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        version = _version(archive, names, path)
        if _MEMBERS[version] not in names:
            raise SrsError(
                f"{path} is a zip file without an Anki collection: name what Anki exported"
            )
        info = archive.getinfo(_MEMBERS[version])
        limit = min(MAX_DATABASE_BYTES, FREE_BYTES + MAX_RATIO * info.compress_size)
        with archive.open(info) as member, target.open("wb") as out:
            if version == _PACKED:
                with ZstdFile(member) as unpacking:
                    _bounded(unpacking.read, out, limit, path)
            else:
                _bounded(member.read, out, limit, path)
    _leave_wal(target)


def _version(archive: zipfile.ZipFile, names: set[str], path: Path) -> int:
    """Return a package's version; very old ones do not say it."""
    if "meta" not in names:
        return 2 if _MEMBERS[2] in names else 1
    with archive.open("meta") as member:
        said = dict(protobuf.fields(member.read(1024))).get(1)
    if said not in _MEMBERS:
        raise SrsError(
            f"{path} was written by a newer Anki: "
            "tick “Support older Anki versions” when you export"
        )
    assert isinstance(said, int)
    return said


def _bounded(read: Callable[[int], bytes], out: IO[bytes], limit: int, path: Path) -> None:
    written = 0
    while chunk := read(_CHUNK):
        written += len(chunk)
        if written > limit:
            raise SrsError(
                f"{path} unpacks to far more than it looks like: nothing was read from it"
            )
        out.write(chunk)


def _leave_wal(target: Path) -> None:
    """Say in a database's header that it has no write-ahead log: a package holds it alone.

    Bytes 18 and 19, https://sqlite.org/fileformat.html#file_format_version_numbers.
    """
    with target.open("r+b") as file:
        file.seek(18)
        file.write(b"\1\1")
