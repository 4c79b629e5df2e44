"""Anki's files made by hand, with what Anki would never put into them."""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from srs.importers.zstd import ZstdFile

CREATED = 1_795_136_400
CONFIG: Mapping[str, object] = {"schedVer": 2, "creationOffset": -480, "rollover": 4}
TABLES = """
create table col (id integer primary key, crt integer, ver integer, conf text);
create table notes (id integer primary key, guid text, flds text);
create table cards (id integer primary key, nid integer, ord integer, type integer, due integer, odue integer, odid integer);
create table revlog (id integer primary key, cid integer, ease integer, ivl integer, factor integer, time integer, type integer);
"""


def collection(
    path: Path,
    *,
    version: object = 11,
    created: object = CREATED,
    config: object = CONFIG,
    guids: Sequence[object] = (),
    ord: object = 0,
    reviews: Sequence[tuple[object, ...]] = (),
    script: str = "",
) -> bytes:
    """Make a database with a card for each guid; reviews are `(card, time, ease, ivl, factor, time, type)`.

    The first card is number 1. A `script` is run at the end.
    """
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)
        conf = config if isinstance(config, str) else json.dumps(config)
        database.execute("insert into col values (1, ?, ?, ?)", (created, version, conf))
        for n, guid in enumerate(guids, start=1):
            database.execute(
                "insert into notes values (?, ?, 'front' || char(31) || 'x')", (n, guid)
            )
            database.execute("insert into cards values (?, ?, ?, 2, 9, 0, 0)", (n, n, ord))
        database.executemany(
            "insert into revlog (cid, id, ease, ivl, factor, time, type) values (?, ?, ?, ?, ?, ?, ?)",
            reviews,
        )
        database.commit()
        database.executescript(script)
    return path.read_bytes()


def package(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def packed(data: bytes, times: int = 1) -> bytes:
    """Compress data, repeated, as Anki does."""
    out = io.BytesIO()
    with ZstdFile(out, "w") as file:
        for _ in range(times):
            file.write(data)
    return out.getvalue()


def crowd(path: Path, count: int) -> Path:
    """Write a zip file that lists one empty member so many times."""
    name = b"1"
    facts = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0)
    local = b"PK\3\4" + facts + name
    listed = b"PK\1\2" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(listed) * count, len(local), 0)
    path.write_bytes(local + listed * count + b"PK\5\6" + end)
    return path
