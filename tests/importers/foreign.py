"""Anki packages with whole notes, made by hand: what Anki would never write can be in them."""

import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

TABLES = """
create table col (id integer primary key, crt integer, ver integer, conf text, models text, decks text, dconf text);
create table notes (id integer primary key, guid text, mid integer, mod integer, tags text, flds text);
create table cards (id integer primary key, nid integer, did integer, ord integer, type integer, queue integer, due integer, odue integer, odid integer, flags integer, data text);
create table revlog (id integer primary key, cid integer, ease integer, ivl integer, factor integer, time integer, type integer);
"""
BASIC, CLOZE = 1, 2


def notetype(*templates: tuple[str, str], fields: str = "FK", cloze: bool = False) -> Any:
    return {
        "name": "T",
        "type": int(cloze),
        "flds": [{"name": name, "ord": n} for n, name in enumerate(fields)],
        "tmpls": [{"ord": n, "qfmt": q, "afmt": a} for n, (q, a) in enumerate(templates)],
    }


MODELS = {
    BASIC: notetype(("{{F}}", "{{FrontSide}}<hr id=answer>{{K}}")),
    CLOZE: notetype(("{{cloze:F}}", "{{cloze:F}}<br>{{K}}"), cloze=True),
}
DECKS: Any = {"1": {"name": "D", "conf": 1}}


def package(
    path: Path,
    notes: Sequence[tuple[Any, ...]] = (),
    *,
    models: Any = MODELS,
    decks: Any = DECKS,
    dconf: Any = "{}",
    cards: int = 1,
    media: Any = "{}",
    files: Mapping[str, bytes] | None = None,
    types: tuple[int, int] = (0, 0),
    script: str = "",
) -> Path:
    """Write a package; a note is `(notetype, fields, guid, tags)`, what is left out made up.

    What is JSON may be given as a text. `types` are the type and queue of every card.
    """
    database = path.with_suffix(".db")
    with closing(sqlite3.connect(database)) as made:
        made.executescript(TABLES)
        written = [
            one if isinstance(one, str) else json.dumps(one) for one in (models, decks, dconf)
        ]
        conf = json.dumps({"schedVer": 2, "creationOffset": 0})
        made.execute("insert into col values (1, 1795136400, 11, ?, ?, ?, ?)", (conf, *written))
        for n, (kind, fields, *rest) in enumerate(notes, start=1):
            guid = rest[0] if rest else f"guid{n}"
            tags = rest[1] if len(rest) > 1 else ""
            text = fields if fields is None else "\x1f".join(fields)
            made.execute("insert into notes values (?, ?, ?, 0, ?, ?)", (n, guid, kind, tags, text))
            for ord in range(cards):
                row = (n * 10_000 + ord, n, ord, *types, n)
                made.execute("insert into cards values (?, ?, 1, ?, ?, ?, ?, 0, 0, 0, '')", row)
        made.executescript(script)
    listing = media if isinstance(media, str) else json.dumps(media)
    members: dict[str, bytes | str] = {"collection.anki2": database.read_bytes(), "media": listing}
    members.update(files or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    database.unlink()
    return path
