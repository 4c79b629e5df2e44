"""What a collection holds beside its log: notes with their cards, notetypes, decks, presets.

Of schema 11 these are JSON; later ones have tables, and settings as Protocol Buffers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from srs.errors import SrsError
from srs.importers import protobuf
from srs.importers.collection import AnkiCollection

MAX_FIELDS = 2**18
"""Characters of a note's fields; one with more is named, but not read."""
MAX_CARDS = 1_000

_SUSPENDED = -1
_NEW = 0
_IMAGE_OCCLUSION = 6
_LATEST = 2**32

_NOTES = f"""
select n.id, cast(n.guid as text), cast(n.mid as integer), cast(n.mod as integer),
    cast(n.tags as text), iif(length(n.flds) > {MAX_FIELDS}, null, cast(n.flds as text)),
    cast(c.id as integer), cast(c.ord as integer), cast(iif(c.odid, c.odid, c.did) as integer),
    cast(c.type as integer), cast(c.queue as integer), cast(c.due as integer),
    cast(c.flags as integer), cast(c.data as text)
from notes n left join cards c on c.nid = n.id order by n.id, c.ord
"""


@dataclass(frozen=True, slots=True)
class Template:
    """A card's two sides in Anki's language."""

    front: str
    back: str


@dataclass(frozen=True, slots=True)
class Notetype:
    """A notetype; `is_occlusion` says that its clozes are places in an image."""

    name: str
    is_cloze: bool
    is_occlusion: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class AnkiCard:
    """A card of a note; `ord` counts from 1, and `position` is its place among new cards."""

    id: int
    ord: int
    deck: int
    position: int | None
    suspended: bool
    flagged: bool


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """A note; `fields` are None where they are too long to be read. `changed` is in s since 1970."""

    id: int
    guid: str
    notetype: int
    changed: int
    tags: tuple[str, ...]
    fields: tuple[str, ...] | None
    cards: tuple[AnkiCard, ...]


@dataclass(frozen=True, slots=True)
class AnkiDeck:
    """A deck; its name has `::` between its parts."""

    name: str
    preset: int


@dataclass(frozen=True, slots=True)
class Preset:
    """What a deck's options say of FSRS and a day's limits; empty, 0 and None where they say nothing."""

    name: str
    parameters: tuple[float, ...]
    retention: float
    new: int | None = None
    reviews: int | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything but the notes, by Anki's ids."""

    notetypes: dict[int, Notetype]
    decks: dict[int, AnkiDeck]
    presets: dict[int, Preset]


def contents(collection: AnkiCollection) -> Contents:
    """Read notetypes, decks and presets. Raises `SrsError` for what is damaged."""
    tables = {name for (name,) in collection.rows("select name from sqlite_master")}
    try:
        if "notetypes" in tables:
            return _tables(collection)
        row = next(iter(collection.rows("select models, decks, dconf from col")), ("", "", ""))
        models, decks, presets = (_items(text) for text in row)
        return Contents(
            {id: _json_notetype(value) for id, value in models},
            {
                id: AnkiDeck(_text(value.get("name")), _int(value.get("conf")))
                for id, value in decks
            },
            {id: _json_preset(value) for id, value in presets},
        )
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, struct.error) as error:
        raise SrsError(f"{collection.path} is damaged: export it from Anki again") from error


def notes(collection: AnkiCollection) -> Iterator[AnkiNote]:
    """Yield the notes by age, each with its cards."""
    for id, rows in groupby(collection.rows(_NOTES), itemgetter(0)):
        cards: list[AnkiCard] = []
        first: Any = None
        for row in rows:
            first = first or row
            if row[6] is not None and len(cards) < MAX_CARDS:
                cards.append(_card(row[6:]))
        _, guid, notetype, changed, tags, fields, *_ = first
        yield AnkiNote(
            id,
            guid or "",
            notetype or 0,
            min(max(changed or 0, 0), _LATEST),
            tuple((tags or "").split()),
            None if fields is None else tuple(fields.split("\x1f")),
            tuple(cards),
        )


def _card(row: Any) -> AnkiCard:
    id, ord, deck, type_, queue, due, flags, data = row
    position = due if type_ == _NEW else None
    if position is None and data:
        try:
            said = json.loads(data)
            found = said.get("pos") if isinstance(said, dict) else None
            position = found if isinstance(found, int) else None
        except (ValueError, RecursionError):
            pass
    flagged = bool((flags or 0) & 7)
    return AnkiCard(id, (ord or 0) + 1, deck or 0, position, queue == _SUSPENDED, flagged)


def _items(text: object) -> list[tuple[int, dict[str, Any]]]:
    found = json.loads(text) if isinstance(text, str) and text else {}
    return [(int(id), value) for id, value in found.items()]


def _json_notetype(value: dict[str, Any]) -> Notetype:
    fields = sorted(value["flds"], key=lambda one: _int(one.get("ord")))
    templates = sorted(value["tmpls"], key=lambda one: _int(one.get("ord")))
    return Notetype(
        _text(value.get("name")),
        value.get("type") == 1,
        value.get("originalStockKind") == _IMAGE_OCCLUSION,
        tuple(_text(one.get("name")) for one in fields),
        tuple(Template(_text(one.get("qfmt")), _text(one.get("afmt"))) for one in templates),
    )


def _json_preset(value: dict[str, Any]) -> Preset:
    found = value.get("fsrsParams6") or value.get("fsrsParams5") or value.get("fsrsWeights") or ()
    parameters = tuple(round(float(one), 6) for one in found)
    new, reviews = (
        limit if isinstance(part, dict) and isinstance(limit := part.get("perDay"), int) else None
        for part in (value.get("new"), value.get("rev"))
    )
    retention = float(value.get("desiredRetention") or 0)
    return Preset(_text(value.get("name")), parameters, retention, new, reviews)


def _tables(collection: AnkiCollection) -> Contents:
    rows = collection.rows
    fields: dict[int, dict[int, str]] = {}
    for notetype, ord, name in rows("select ntid, ord, cast(name as text) from fields"):
        fields.setdefault(notetype, {})[ord] = name or ""
    templates: dict[int, dict[int, Template]] = {}
    for notetype, ord, config in rows("select ntid, ord, cast(config as blob) from templates"):
        said = dict(protobuf.fields(config or b""))
        made = Template(_decoded(said.get(1)), _decoded(said.get(2)))
        templates.setdefault(notetype, {})[ord] = made
    notetypes = {}
    for id, name, config in rows(
        "select id, cast(name as text), cast(config as blob) from notetypes"
    ):
        said = dict(protobuf.fields(config or b""))
        own_fields, own_templates = fields.get(id, {}), templates.get(id, {})
        notetypes[id] = Notetype(
            name or "",
            said.get(1) == 1,
            said.get(9) == _IMAGE_OCCLUSION,
            tuple(own_fields[ord] for ord in sorted(own_fields)),
            tuple(own_templates[ord] for ord in sorted(own_templates)),
        )
    decks = {}
    for id, name, kind in rows("select id, cast(name as text), cast(kind as blob) from decks"):
        normal = dict(protobuf.fields(kind or b"")).get(1)
        preset = dict(protobuf.fields(normal)).get(1) if isinstance(normal, bytes) else None
        decks[id] = AnkiDeck((name or "").replace("\x1f", "::"), _int(preset))
    presets = {}
    for id, name, config in rows(
        "select id, cast(name as text), cast(config as blob) from deck_config"
    ):
        presets[id] = _packed_preset(name or "", config or b"")
    return Contents(notetypes, decks, presets)


def _packed_preset(name: str, config: bytes) -> Preset:
    said = dict(protobuf.fields(config))
    packed = said.get(6) or said.get(5) or said.get(3) or b""
    parameters: tuple[float, ...] = ()
    if isinstance(packed, bytes) and len(packed) % 4 == 0:
        found = struct.unpack(f"<{len(packed) // 4}f", packed)
        parameters = tuple(round(one, 6) for one in found)
    retention = said.get(37)
    known = isinstance(retention, bytes) and len(retention) == 4
    value = struct.unpack("<f", retention)[0] if isinstance(retention, bytes) and known else 0.0
    new, reviews = (_int(said.get(number)) if said else None for number in (9, 10))
    return Preset(name, parameters, round(value, 6), new, reviews)


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
