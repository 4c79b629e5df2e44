"""An Anki deck of anybody's made a corpus: decks, lock, media, settings and the whole history."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from exporters import markdown
from exporters.apkg.content import digest as exported_digest
from srs.cli import deckfiles
from srs.cli.founding import config_text
from srs.corpus import config as config_
from srs.corpus import lock as lock_
from srs.corpus import tree
from srs.corpus.config import Config
from srs.corpus.lock import Entry
from srs.corpus.read import SETTINGS_FILE
from srs.ids import content_hash, digest, free_ms, split_guid
from srs.importers import contents as contents_
from srs.importers import notes as notes_
from srs.importers.collection import AnkiCollection, made_guid
from srs.importers.contents import AnkiNote, Contents, Preset
from srs.importers.media import Media
from srs.importers.notes import RETIRED_TAG, Incoming
from srs.importers.presets import PresetSettings, settings
from srs.importers.reviews import Calendar, CardLog
from srs.importers.writing import Markdown, Written, write
from srs.model import Kind
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.store.files import write_lock
from srs.study import answers, incoming
from srs.study.incoming import Taken
from srs.study.memory import Study

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_WRITER = Markdown(markdown.blocks, markdown.inlines)


@dataclass(slots=True)
class Adopted:
    """What was written, and what could not be kept: each kind, and how often.

    `sources` are the ids of Anki's notes that these were made of, by guid. Media that are `missing` are told by deck and name. It is `foreign` if any of it was never exported from here.
    """

    notes: int = 0
    cards: int = 0
    media: int = 0
    decks: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    entries: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    missing: dict[tuple[str, str], None] = field(default_factory=dict)
    foreign: bool = False
    suspended: list[CardName] = field(default_factory=list)


class Adoption:
    """Notes on their way into the files of a corpus."""

    def __init__(self, contents: Contents, media: Media) -> None:
        self.contents = contents
        self.media = media
        self.adopted = Adopted()
        self.paths: dict[int, str] = {}
        self.taken_paths: set[str] = set()
        self.ids: set[str] = set()
        self.texts: dict[str, list[deckfiles.Text]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self.used: Counter[int] = Counter()
        self.apart: list[str] = []
        self.nameless: set[tuple[str, str]] = set()

    def take(self, collection: AnkiCollection) -> None:
        """Convert all notes."""
        for note in contents_.notes(collection):
            converted = notes_.convert(note, self.contents)
            self.adopted.lost.update(converted.lost)
            for one in converted.notes:
                self._add(note, one)

    def _add(self, whole: AnkiNote, note: Incoming) -> None:
        lost = self.adopted.lost
        if note.guid in self.adopted.entries:
            lost["note with the guid of another, left out"] += 1
            return
        path = self._path(note.deck)
        up = "../" * path.count("/")

        def place(source: str) -> str | None:
            found = self.media.place(source)
            if found is None:
                lost["image or sound of a name or kind unknown here"] += 1
            elif source in self.media.missing:
                self.adopted.missing[path, source] = None
            return None if found is None else f"{up}{found}"

        note = replace(
            note,
            front=notes_.renamed(note.front, place),
            back=notes_.renamed(note.back, place),
        )
        id = self._id(note)
        written = write(note, id, _WRITER)
        if not id and written and _marks(written) in self.nameless:
            id = self._words(note)  # which of the two is which could not be told
            written = write(note, id, _WRITER)
        if written is None:
            lost["note longer than 64 kB, left out"] += 1
            return
        self.ids.add(id)
        if not id:
            self.nameless.add(_marks(written))
        if written.simplified:
            lost.update(f"formula “{_shown(tex)}”, now plain text" for tex in written.unkept)
            lost["note of which the emphasis or layout was simplified"] += 1
        self.used[note.deck] += 1
        is_apart = note.guid != (whole.guid or made_guid(whole.id))
        if is_apart:
            self.apart.append(note.guid)
        entry = self._entry(note, id, written)
        if note.ours and not is_apart:
            entry = self._released(entry, note)
        self.adopted.entries[note.guid] = entry
        self.adopted.sources[note.guid] = whole.id
        self._count(note, path, written)

    def _entry(self, note: Incoming, id: str, written: Written) -> Entry:
        ords = tuple((ord, card.id) for ord, card in sorted(note.cards.items()))
        return Entry(
            note.guid, id, note.created, note.kind is Kind.CLOZE,
            *_marks(written), ords,
        )  # fmt: skip

    def _released(self, entry: Entry, note: Incoming) -> Entry:
        """Say in a note's line what Anki has of it, so that an export leaves it alone if it is that."""
        tags = (*note.tags, RETIRED_TAG) if note.retired else note.tags
        deck = self.contents.decks.get(note.deck)
        return replace(
            entry, changed=max(1, note.changed), deck=deck.name if deck else "",
            fields=exported_digest(entry.cloze, note.exported, tags),
        )  # fmt: skip

    def _count(self, note: Incoming, path: str, written: Written) -> None:
        adopted = self.adopted
        for ord, card in note.cards.items():
            if card.suspended:
                adopted.suspended.append(CardName(note.guid, ord))
        self.texts[path].append(deckfiles.Text(note.position, note.section, written.text))
        adopted.notes += 1
        adopted.foreign |= not note.ours
        adopted.cards += len(note.cards)
        adopted.decks[self.names[path]] += 1

    def _id(self, note: Incoming) -> str:
        """Return the id that a note brings along, or one made of the words it asks.

        One of ours that had none stays without.
        """
        if note.ours and not note.id:
            return ""
        if _ID.fullmatch(note.id) and note.id not in self.ids:
            return note.id
        return self._words(note)

    def _words(self, note: Incoming) -> str:
        """Return a new id, made of the words that a note asks."""
        asks = isinstance(note.front[0], tree.Paragraph | tree.Heading)
        words = " ".join(tree.plain(note.front[0]).split()[:8]) if asks else ""
        slug = deckfiles.slug(words) or f"note-{digest(note.guid)[:8]}"
        count, found = 1, slug
        while found in self.ids:
            count += 1
            found = f"{slug}-{count}"
        return found

    def _path(self, deck: int) -> str:
        """Return the file that a deck is written to; parts of its name become folders."""
        if deck not in self.paths:
            found = self.contents.decks.get(deck)
            name = found.name if found and found.name.strip() else "Default"
            parts = [deckfiles.file_name(part) for part in name.split("::")[:10]]
            if not Config().selects(f"{parts[-1]}.md"):  # a readme is no deck
                parts[-1] = f"deck-{parts[-1]}"
            path = self._free_path("/".join(parts), 1)
            self.paths[deck] = path
            self.names[path] = deckfiles.deck_title(name)
        return self.paths[deck]

    def _free_path(self, stem: str, count: int) -> str:
        path = f"{stem}.md" if count == 1 else f"{stem}-{count}.md"
        while path in self.taken_paths:
            count += 1
            path = f"{stem}-{count}.md"
        self.taken_paths.add(path)
        return path

    def settings(self) -> PresetSettings:
        """Return the settings that the presets of the decks ask for."""
        presets = self.contents.presets
        found: dict[str, tuple[Preset, int]] = {}
        for deck, count in self.used.items():
            known = self.contents.decks.get(deck)
            if known and known.preset in presets:
                found.setdefault(self.names[self.paths[deck]], (presets[known.preset], count))
        return settings(found)

    def write(self, root: Path) -> Adopted:
        """Write the decks, their media, srs.toml and the lock."""
        for path, texts in self.texts.items():
            name = self.names[path]
            for n, part in enumerate(deckfiles.parts(deckfiles.ordered(texts)), start=1):
                where = path if n == 1 else self._free_path(path.removesuffix(".md"), n)
                target = root / where
                target.parent.mkdir(parents=True, exist_ok=True)
                text = "".join(deckfiles.deck(where, name, part))
                target.write_text(text, encoding="utf-8", newline="\n")
        self.adopted.media = self.media.copy(root)
        self._tell_apart()
        write_lock(root, lock_.format(lock_.Lock().changed(self.adopted.entries.values())))
        return self.adopted

    def _tell_apart(self) -> None:
        """Give notes that Anki has no note of an id, which is none of the others'."""
        entries = self.adopted.entries
        taken = {entry.created for guid, entry in entries.items() if guid not in self.apart}
        for guid in self.apart:
            created = next(free_ms(entries[guid].created, taken))
            taken.add(created)
            entries[guid] = replace(entries[guid], created=created)


def _shown(tex: str) -> str:
    return tex if len(tex) <= 40 else f"{tex[:39]}…"


def _marks(written: Written) -> tuple[str, str]:
    """Return what a note without an id is recognised by."""
    return content_hash(written.note.question), content_hash(written.note.back)


def found_corpus(root: Path, folder: Path, settings: str) -> None:
    """Write what makes a folder a corpus; its name is that of the `folder` it will be."""
    (root / config_.FILE).write_text(config_text(folder), encoding="utf-8")
    if settings:
        from srs.store.database import make_folder

        make_folder((root / SETTINGS_FILE).parent)
        (root / SETTINGS_FILE).write_text(settings, encoding="utf-8")


def remember(
    study: Study,
    adopted: Adopted,
    collection: AnkiCollection,
    calendar: Calendar,
    device: str,
    now: datetime,
) -> Taken:
    """Take in the whole history of what was kept, and suspend what was suspended."""
    left_out = 0

    def kept() -> Iterator[CardLog]:
        nonlocal left_out
        for log in collection.logs():
            own = split_guid(log.guid, log.ord)
            guid = own if own in adopted.sources else log.guid
            if adopted.sources.get(guid) == log.note:
                yield log
            else:
                left_out += len(log.reviews)

    taken = incoming.take_in(
        study, kept(), calendar, device, now, first_scheduler=collection.first_scheduler
    )
    answers.put(study, adopted.suspended, EventKind.SUSPEND, now)
    return replace(taken, foreign=taken.foreign + left_out)
