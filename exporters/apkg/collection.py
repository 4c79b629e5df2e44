"""The package's collection, written by genanki: this is the only module that adapts it.

genanki stamps every note with the time of the export, gives every new card the same position, has
no cards but new ones, and its collection's row makes Anki "upgrade" the history beside it. Here
note and card ids and times come from outside, and what a card has behind it is written.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import genanki

from exporters.apkg import notetypes, progress
from exporters.apkg.progress import CardProgress, Progress


@dataclass(frozen=True, slots=True)
class Packaged:
    """A note ready to be written.

    `created` is its id, in ms; `changed` its modification time, in s; `cards` pairs each ord with
    its card id, in ms. `fields` are HTML in the order of the notetype's fields. Cards without a
    `progress` are new.
    """

    guid: str
    created: int
    changed: int
    cloze: bool
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    cards: tuple[tuple[int, int], ...]
    progress: tuple[CardProgress, ...] = ()


class _Card(genanki.Card):  # type: ignore[misc]  # genanki has no types
    """A card that may have been studied."""

    def __init__(self, ord: int, row: progress.CardRow | None) -> None:
        super().__init__(ord - 1)
        self.row = row

    def write_to_db(
        self, cursor: Any, timestamp: float, deck_id: int, note_id: int, id_gen: Any, due: int = 0
    ) -> None:
        if self.row is None:
            super().write_to_db(cursor, timestamp, deck_id, note_id, id_gen, due)
            return
        row = self.row
        cursor.execute(
            f"insert into cards values ({', '.join('?' * 18)})",
            (
                next(id_gen), note_id, deck_id, self.ord, max(int(timestamp), row.changed), -1, row.type, row.queue,
                row.due, row.interval, row.factor, row.reps, row.lapses, row.left, 0, 0, 0, row.data,
            ),
        )  # fmt: skip


class _Note(genanki.Note):  # type: ignore[misc]
    """A note that brings its own ids, times and cards."""

    def __init__(
        self, packaged: Packaged, position: int, model: genanki.Model, progress: Progress | None
    ) -> None:
        self.packaged = packaged
        self.progress = progress
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
        studied: dict[int, progress.CardRow] = {}
        if self.progress is not None:
            settings = self.progress.settings.of(self.packaged.deck)
            studied = {
                each.ord: progress.card_row(each, self.due, settings)
                for each in self.packaged.progress
            }
        return [_Card(ord, studied.get(ord)) for ord, _ in self.packaged.cards]

    def _check_invalid_html_tags_in_fields(self) -> None:
        """Fields are written from the tree, so there is nothing to look for."""


def write_collection(
    connection: sqlite3.Connection, notes: Iterable[Packaged], how: Progress | None
) -> None:
    """Write a collection into an empty database; with `how`, the notes' progress too."""
    cursor = connection.cursor()
    genanki.Package([]).write_to_db(cursor, notetypes.CHANGED, None)
    cursor.execute("begin")
    models = {cloze: notetypes.notetype(cloze=cloze) for cloze in (False, True)}
    used: set[bool] = set()
    decks: dict[str, genanki.Deck] = {}
    for position, note in enumerate(notes):
        deck = decks.get(note.deck)
        if deck is None:
            deck = decks[note.deck] = _deck(note.deck)
        used.add(note.cloze)
        _Note(note, position, models[note.cloze], how).write_to_db(cursor, 0, deck.deck_id, None)
        if how is not None and note.progress:
            _write_log(cursor, note, how.settings.rollover)
    _write_col(cursor, [models[cloze] for cloze in sorted(used)], decks, how)
    cursor.execute("commit")


def _write_log(cursor: sqlite3.Cursor, note: Packaged, rollover: int) -> None:
    """Write the cards' reviews, each at its millisecond or at the next that no other has taken."""
    ids = dict(note.cards)
    for studied in note.progress:
        for row in progress.log_rows(studied, rollover):
            time = row.time
            while not cursor.execute(
                "insert or ignore into revlog values (?, ?, -1, ?, ?, ?, ?, ?, ?)",
                (
                    time, ids[studied.ord], row.ease, row.interval, row.last_interval, row.factor,
                    row.taken_ms, row.type,
                ),
            ).rowcount:  # fmt: skip
                time += 1


def _write_col(
    cursor: sqlite3.Cursor,
    models: Sequence[genanki.Model],
    decks: dict[str, genanki.Deck],
    how: Progress | None,
) -> None:
    """Write the collection's row: its notetypes, decks, presets and how it counts days."""
    columns = ("conf", "decks", "dconf")
    (found,) = cursor.execute(f"select {', '.join(columns)} from col")
    conf, all_decks, presets = map(json.loads, found)
    # Without schedVer 2 Anki takes the package for one of its first scheduler and "upgrades" it.
    conf |= {"schedVer": 2, "sched2021": True, "rollover": 4, "creationOffset": 0}
    created = progress.created(0)
    preset_of: dict[str, dict[str, Any]] = {}
    if how is not None:
        conf |= {"rollover": how.settings.rollover, "creationOffset": -how.offset}
        created = progress.created(how.offset)
        preset_of = progress.presets(how, decks)
        decks = {name: decks.get(name) or _deck(name) for name in preset_of}
    for name, deck in decks.items():
        written = all_decks[str(deck.deck_id)] = deck.to_json()
        if preset := preset_of.get(name):
            presets[str(preset["id"])] = preset
            written["conf"] = preset["id"]
    changed = notetypes.CHANGED
    cursor.execute(
        "update col set crt = ?, mod = ?, scm = ?, conf = ?, models = ?, decks = ?, dconf = ?",
        (
            created, changed * 1000, changed * 1000, json.dumps(conf),
            json.dumps({model.model_id: model.to_json(changed, 1) for model in models}),
            json.dumps(all_decks), json.dumps(presets),
        ),
    )  # fmt: skip


def _deck(name: str) -> genanki.Deck:
    """Make a deck. Anki matches decks by name: its number counts in the package only."""
    return genanki.Deck(progress.number(name), name)
