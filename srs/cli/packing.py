"""Notes on their way into an Anki package: with fields, tags and times, and with progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from exporters.apkg import CardProgress, Packaged
from exporters.apkg.content import Content, digest
from srs.corpus.lock import Entry, Lock
from srs.model import Kind
from srs.scheduler.card import Card
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.study.memory import Study

RETIRED_TAG = "srs::retired"


@dataclass(slots=True)
class Packing:
    """Makes notes ready to be written, and counts what it makes.

    The lock says when a note changed last; `entries` are its lines that must be written anew,
    since a note differs from what was exported before; a note changes at `now`, in seconds.
    `carried` are the cards that go along, `resting` counts those of retired notes, which no longer
    count as `suspended`. What is new and what changed is counted from the lock `before`.
    """

    study: Study
    lock: Lock
    before: Lock
    now: int
    with_progress: bool
    entries: list[Entry] = field(default_factory=list)
    notes: int = 0
    cards: int = 0
    new: int = 0
    changed: int = 0
    retired: int = 0
    carried: list[CardName] = field(default_factory=list)
    studied: int = 0
    answers: int = 0
    suspended: int = 0
    resting: int = 0
    decks: set[str] = field(default_factory=set)

    def packaged(self, written: Iterable[tuple[StoredNote, Content]]) -> Iterator[Packaged]:
        """Yield notes as they are written."""
        sections = self.study.sections()
        for stored, content in written:
            note = stored.note
            section = sections.get((note.place.path, note.section))
            fields = content.fields(section.title if section else "", note.id or stored.guid)
            tags = (*note.tags, RETIRED_TAG) if note.retired else note.tags
            entry = self._entry(stored, fields, tags)
            ids = dict(entry.ords)
            self.notes += 1
            self.cards += len(note.ords)
            self.retired += note.retired
            self.decks.add(note.deck)
            self.carried += (CardName(stored.guid, ord) for ord in note.ords)
            yield Packaged(
                stored.guid, entry.created, entry.changed, content.cloze, fields, tags, note.deck,
                tuple((ord, ids[ord]) for ord in note.ords),
                self._progress(stored) if self.with_progress else (),
            )  # fmt: skip

    def _entry(self, stored: StoredNote, fields: tuple[str, ...], tags: tuple[str, ...]) -> Entry:
        """Return a note's line, with a new time if it would be exported otherwise than before."""
        entry = self.lock[stored.guid]
        before = entry if self.before is self.lock else self.before.get(stored.guid)
        found = digest(stored.note.kind is Kind.CLOZE, fields, tags)
        if found != entry.fields:
            changed = max(self.now, entry.changed + 1)
            deck = entry.deck or stored.note.deck
            entry = replace(entry, fields=found, changed=changed, deck=deck)
            self.entries.append(entry)
        if before is None or not before.released:
            self.new += 1
        else:
            self.changed += before.fields != found
        return entry

    def _progress(self, stored: StoredNote) -> tuple[CardProgress, ...]:
        """Return the progress of a note's cards; all those of a retired one rest."""
        note = stored.note
        found = {
            each.ord: CardProgress(each.ord, each.card, each.events, each.derived)
            for each in self.study.histories(stored.guid)
            if each.ord in note.ords
        }
        self.studied += sum(each.answers > 0 for each in found.values())
        self.answers += sum(each.answers for each in found.values())
        if note.retired:
            self.resting += len(note.ords)
            for ord in note.ords:
                had = found.get(ord, CardProgress(ord, Card(), (), ()))
                found[ord] = replace(had, card=replace(had.card, suspended=True))
        else:
            self.suspended += sum(each.card.suspended for each in found.values())
        return tuple(found.values())
