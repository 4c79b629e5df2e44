"""Anki packages: notes as two frozen notetypes, written by genanki.

genanki stamps every note with the time of the export, gives every new card the same position,
leaves a temporary file and dates its zip; here note and card ids and times come from outside,
and the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

import genanki

from exporters import html
from srs.corpus.render import Rendered
from srs.corpus.tree import Blocks, Inline
from srs.model import Kind

NOTETYPES_CHANGED = 1_795_564_800
"""Epoch seconds at which templates or CSS last changed: raise it whenever they do."""

SRS_ID = 1_795_219_200_001
CLOZE_ID = 1_795_219_200_002
_FIELD_ID = 5_100_000_000_000_000
_TEMPLATE_ID = 5_200_000_000_000_000

FIELDS = (
    "Front", "Back", "Reverse", "Answer", "Options", "Section", "Source", "Id",
    "Spare1", "Spare2", "Spare3", "Spare4",
)  # fmt: skip
CLOZE_FIELDS = (
    "Text", "Extra", "Section", "Source", "Id", "Spare1", "Spare2", "Spare3", "Spare4",
)  # fmt: skip

_FOOT = (
    "<footer>{{#Section}}{{Section}} · {{/Section}}{{Id}}"
    "{{#Source}}<br>{{Source}}{{/Source}}</footer>"
)
_FRONT = '<div class="srs">{{Front}}{{Options}}</div>{{#Answer}}{{type:Answer}}{{/Answer}}'
_BACK = (
    '<div class="srs">{{Front}}</div>{{#Answer}}{{type:Answer}}{{/Answer}}<hr id="answer">'
    f'<div class="srs">{{{{Back}}}}{_FOOT}</div>'
)
_REVERSE_FRONT = '{{#Reverse}}<div class="srs">{{Back}}</div>{{/Reverse}}'
_REVERSE_BACK = (
    '<div class="srs">{{Back}}</div><hr id="answer">'
    f'<div class="srs">{{{{Front}}}}{_FOOT}</div>'
)
_CLOZE_FRONT = '<div class="srs">{{cloze:Text}}</div>'
_CLOZE_BACK = (
    '<div class="srs">{{cloze:Text}}</div>{{#Extra}}<hr id="answer">{{/Extra}}'
    f'<div class="srs">{{{{Extra}}}}{_FOOT}</div>'
)

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_DAY_ZERO = 1_577_851_200
"""Creation time of the package's collection, 2020-01-01 04:00 UTC."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """A note ready to be written.

    `created` is its id, in ms; `changed` its modification time, in s; `cards` pairs each ord with
    its card id, in ms. `fields` are HTML in the order of the notetype's fields.
    """

    guid: str
    created: int
    changed: int
    cloze: bool
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    cards: tuple[tuple[int, int], ...]


def fields(
    rendered: Rendered, section: str, name: str, media: Mapping[str, str]
) -> tuple[str, ...]:
    """Return a note's fields as HTML; `name` is its id, or else its guid."""
    front = html.blocks(rendered.front, media)
    back = html.blocks(rendered.back, media)
    source = html.inlines(rendered.source, media)
    tail = (_text(section), source, _text(name), "", "", "", "")
    if rendered.kind is Kind.CLOZE:
        return (front, back, *tail)
    reverse = "1" if rendered.kind is Kind.REVERSED else ""
    answer = "" if "\n" in rendered.typed else _text(rendered.typed)
    return (front, back, reverse, answer, html.blocks(rendered.options, media), *tail)


def preview(
    question: Blocks,
    answer: Blocks,
    source: tuple[Inline, ...],
    section: str,
    name: str,
    media: Mapping[str, str],
) -> str:
    """Write a card's two sides as one HTML page with the notetype's look."""
    foot = f"<footer>{_text(section)}{' · ' if section else ''}{_text(name)}"
    foot += f"<br>{html.inlines(source, media, page=True)}</footer>" if source else "</footer>"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(name)}</title>\n'
        f'<style>{_css()}</style></head>\n<body class="card">'
        f'<div class="srs">{html.blocks(question, media, page=True)}</div><hr id="answer">'
        f'<div class="srs">{html.blocks(answer, media, page=True)}{foot}</div></body></html>'
    )


def digest(cloze: bool, fields: Sequence[str], tags: Sequence[str]) -> str:
    """Hash a note as it would be exported, whatever colours its code has."""
    bare = [re.sub(r'<span class="[a-z]">|</span>', "", field) for field in fields]
    joined = "\x1f".join([str(cloze), *bare, *sorted(tags)])
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def media_name(path_name: str, data: bytes) -> str:
    """Name a media file after its content, so that a changed one is never taken for the old."""
    stem, dot, ending = path_name.rpartition(".")
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in stem)[:40]
    return f"{safe}-{hashlib.sha1(data).hexdigest()[:16]}{dot}{ending.lower()}"


def package(notes: Sequence[Packaged], media: Mapping[str, bytes]) -> bytes:
    """Write a package. New cards keep the order of `notes`; decks are named by them."""
    connection = sqlite3.connect(":memory:")
    try:
        _write_collection(connection, notes)
        database = connection.serialize()
    finally:
        connection.close()
    out = io.BytesIO()
    names = sorted(media)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        listing = json.dumps({str(n): name for n, name in enumerate(names)})
        members = [("collection.anki2", database), ("media", listing.encode())]
        members += [(str(n), media[name]) for n, name in enumerate(names)]
        for name, data in members:
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, data)
    return out.getvalue()


class _Note(genanki.Note):  # type: ignore[misc]  # genanki has no types
    """A note that brings its own ids and times."""

    def __init__(self, packaged: Packaged, position: int, model: genanki.Model) -> None:
        self.packaged = packaged
        super().__init__(
            model=model, fields=list(packaged.fields), guid=packaged.guid, due=position,
            tags=list(packaged.tags),
        )  # fmt: skip

    def write_to_db(self, cursor: Any, _timestamp: float, deck_id: int, _id_gen: Any) -> None:
        changed = self.packaged.changed
        ids = itertools.chain((self.packaged.created,), (id for _, id in self.packaged.cards))
        super().write_to_db(cursor, changed, deck_id, ids)

    @property
    def cards(self) -> list[genanki.Card]:
        return [genanki.Card(ord - 1) for ord, _ in self.packaged.cards]

    def _check_invalid_html_tags_in_fields(self) -> None:
        """Fields are written from the tree, so there is nothing to look for."""


def _write_collection(connection: sqlite3.Connection, notes: Sequence[Packaged]) -> None:
    models = {False: _model(cloze=False), True: _model(cloze=True)}
    decks: dict[str, genanki.Deck] = {}
    for position, note in enumerate(notes):
        deck = decks.get(note.deck)
        if deck is None:
            deck = decks[note.deck] = genanki.Deck(_deck_id(note.deck), note.deck)
        deck.add_note(_Note(note, position, models[note.cloze]))
    cursor = connection.cursor()
    genanki.Package(list(decks.values())).write_to_db(cursor, NOTETYPES_CHANGED, itertools.count(1))
    (conf,) = cursor.execute("select conf from col").fetchone()
    # Without schedVer 2 Anki takes the package for one of its first scheduler and "upgrades" it.
    conf = json.loads(conf) | {"schedVer": 2, "sched2021": True, "rollover": 4, "creationOffset": 0}
    cursor.execute(
        "update col set crt = ?, mod = ?, scm = ?, conf = ?",
        (_DAY_ZERO, NOTETYPES_CHANGED * 1000, NOTETYPES_CHANGED * 1000, json.dumps(conf)),
    )
    connection.commit()


def _model(*, cloze: bool) -> genanki.Model:
    """Return a notetype. Its ids, and those of its fields and templates, never change."""
    base = CLOZE_ID if cloze else SRS_ID
    names = CLOZE_FIELDS if cloze else FIELDS
    templates = (
        [("Cloze", _CLOZE_FRONT, _CLOZE_BACK)]
        if cloze
        else [("Card", _FRONT, _BACK), ("Reverse", _REVERSE_FRONT, _REVERSE_BACK)]
    )
    offset = 100 if cloze else 0
    return genanki.Model(
        base,
        "srs cloze" if cloze else "srs",
        fields=[
            {"name": name, "id": _FIELD_ID + offset + n} for n, name in enumerate(names, start=1)
        ],
        templates=[
            {"name": name, "id": _TEMPLATE_ID + offset + n, "qfmt": front, "afmt": back}
            for n, (name, front, back) in enumerate(templates, start=1)
        ],
        css=_css(),
        model_type=genanki.Model.CLOZE if cloze else genanki.Model.FRONT_BACK,
    )


def _css() -> str:
    return (files("exporters") / "anki" / "card.css").read_text(encoding="utf-8")


def _deck_id(name: str) -> int:
    """Make a number of a deck's name. Anki matches decks by name: it counts in the package only."""
    return 2**32 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:5])


def _text(text: str) -> str:
    return escape(text, quote=False)
