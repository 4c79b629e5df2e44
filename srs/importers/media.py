"""The media of Anki's files: found by the name that notes have for them, copied under another.

A package holds them under numbers, with a list of names; beside a `collection.anki2` is a folder.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote, unquote

from srs.corpus.media import is_plain
from srs.errors import SrsError
from srs.importers import protobuf
from srs.importers.package import Careful, sentences

MAX_LIST_BYTES = 64 * 2**20
MAX_FILE_BYTES = 100 * 2**20
MAX_TOTAL_BYTES = 4 * 2**30
"""All media that are copied may have so many bytes together."""
ENDINGS = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".mp3", ".ogg", ".oga", ".opus", ".wav",
     ".m4a", ".flac")
)  # fmt: skip
"""What a deck can hold; as `srs.corpus.read.targets` has it."""
FOLDER = "media"

_CHUNK = 2**20
_MEANT = re.compile(r"[^\w.-]")
"""What could mean something in an address."""
_EXPORTED = re.compile(r"[A-Za-z0-9_-]{1,40}-[0-9a-f]{16}")
"""What our exports name media, by their contents."""
_FORBIDDEN = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
)


@dataclass(slots=True)
class Media:
    """The media that a file has, by their names, and those that were asked for, by our names."""

    path: Path
    open: Callable[[str], IO[bytes]]
    members: dict[str, str]
    placed: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def place(self, source: str) -> str | None:
        """Return the name that a medium gets, relative to the corpus; None if it cannot be had.

        One that is `missing` keeps its own, so that it is known by it where it is.
        """
        if Path(source).suffix.lower() not in ENDINGS:
            return None
        name = self._found(source)
        if name is None:
            return self._kept(source)
        if name not in self.placed:
            self.placed[name] = self._free(name)
        return f"{FOLDER}/{self.placed[name]}"

    def _kept(self, name: str) -> str | None:
        if not is_plain(name) or (name not in self.missing and name.lower() in self.taken):
            return None
        self.missing.add(name)
        self.taken.add(name.lower())
        return f"{FOLDER}/{_MEANT.sub(lambda found: quote(found[0]), name)}"

    def copy(self, root: Path) -> int:
        """Write the media that were asked for; return how many."""
        total = 0
        for name, ours in self.placed.items():
            target = root / FOLDER / ours
            target.parent.mkdir(exist_ok=True)
            with target.open("wb") as out:
                size = 0
                for chunk in self._chunks(self.members[name]):
                    size, total = size + len(chunk), total + len(chunk)
                    if size > MAX_FILE_BYTES or total > MAX_TOTAL_BYTES:
                        raise SrsError(f"{self.path} holds a medium, {name[:60]!r}, far too large")
                    out.write(chunk)
        return len(self.placed)

    def _chunks(self, member: str) -> Iterator[bytes]:
        with sentences(self.path), self.open(member) as source:
            while chunk := source.read(_CHUNK):
                yield chunk

    def _found(self, source: str) -> str | None:
        """Return the name a note means; browsers write `%20` for a space."""
        names = (source, unicodedata.normalize("NFC", unquote(source)))
        return next((name for name in names if name in self.members), None)

    def _free(self, name: str) -> str:
        """Make a name that is safe on every system, and not yet given; our exports' are."""
        stem, _, ending = name.rpartition(".")
        if not _EXPORTED.fullmatch(stem):
            stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
            stem = re.sub(r"[^a-z0-9_]+", "-", stem).strip("-_")[:60] or "file"
            stem = f"{stem}-file" if stem in _FORBIDDEN else stem
        count, found = 1, f"{stem}.{ending.lower()}"
        while found.lower() in self.taken:
            count += 1
            found = f"{stem}-{count}.{ending.lower()}"
        self.taken.add(found.lower())
        return found


@contextmanager
def opened(path: Path) -> Iterator[Media]:
    """Open the media of a package, or of a collection's folder. Raises `SrsError` for damage."""
    with ExitStack() as open_files:
        with sentences(path):
            with path.open("rb") as file:
                is_package = file.read(2) == b"PK"
            media = _packaged(path, open_files) if is_package else _beside(path)
        yield media


def _packaged(path: Path, open_files: ExitStack) -> Media:
    file = open_files.enter_context(Careful(io.FileIO(path)))
    archive = open_files.enter_context(zipfile.ZipFile(file))
    names = set(archive.namelist())
    members, packed = _listed(archive, names, path)

    def open_member(member: str) -> IO[bytes]:
        from srs.importers.zstd import ZstdFile

        found = archive.open(member)
        return cast(IO[bytes], ZstdFile(found)) if packed else found

    return Media(path, open_member, {n: m for n, m in members.items() if m in names})


def _beside(path: Path) -> Media:
    folder = path.with_suffix(".media")
    entries = list(folder.iterdir()) if folder.is_dir() else []
    files = [entry for entry in entries if entry.is_file() and not entry.is_symlink()]
    members = {unicodedata.normalize("NFC", file.name): file.name for file in files}
    return Media(path, lambda name: (folder / name).open("rb"), members)


def _listed(archive: zipfile.ZipFile, names: set[str], path: Path) -> tuple[dict[str, str], bool]:
    """Return the members by the names they stand for, and whether each is packed by itself."""
    if "media" not in names:
        return {}, False
    with archive.open("media") as member:
        data = _bounded(member, path)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        from srs.importers.zstd import ZstdFile

        with ZstdFile(io.BytesIO(data)) as unpacking:
            listing = _bounded(cast(IO[bytes], unpacking), path)
        found = {}
        entries = (value for number, value in protobuf.fields(listing) if number == 1)
        for n, entry in enumerate(entries):
            said = dict(protobuf.fields(entry)) if isinstance(entry, bytes) else {}
            name = said.get(1)
            if isinstance(name, bytes):
                found[unicodedata.normalize("NFC", name.decode("utf-8", "replace"))] = str(n)
        return found, True
    listed = json.loads(data or b"{}")
    if not isinstance(listed, dict):
        raise ValueError("the list of media is none")
    return {
        unicodedata.normalize("NFC", name): number
        for number, name in listed.items()
        if isinstance(name, str)
    }, False


def _bounded(source: IO[bytes], path: Path) -> bytes:
    data = source.read(MAX_LIST_BYTES + 1)
    if len(data) > MAX_LIST_BYTES:
        raise SrsError(f"{path} has a longer list of media than any Anki package")
    return data
