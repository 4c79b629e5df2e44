"""The lock's lines as they are to be: guids and ids assigned once, cards added, clashes undone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from srs.corpus.lock import Entry, Lock
from srs.ids import content_hash, free_ms, new_guids
from srs.model import Note
from srs.reconcile import signs
from srs.reconcile.plan import Known


def remembered(guid: str, was: Known) -> Entry:
    """Make the entry of a note that this machine knows and the lock does not."""
    front, back = content_hash(was.question), content_hash(was.back)
    return Entry(guid, was.id, was.created, was.cloze, front, back, ((was.ords[0], was.created),))


def assigned(named: Mapping[int, tuple[str, bool]], key: str, taken: set[str]) -> dict[int, str]:
    """Assign guids to new notes, by their names and whether they are cloze notes."""
    unused: dict[tuple[str, bool], Iterator[str]] = {}
    guids: dict[int, str] = {}
    for n, (name, cloze) in named.items():
        if (name, cloze) not in unused:
            unused[name, cloze] = new_guids(key, name, cloze=cloze, taken=taken)
        guids[n] = next(unused[name, cloze])
        taken.add(guids[n])
    return guids


def entry(
    guid: str, note: Note, mark: signs.Marks, was: Entry | None, free: Iterator[int]
) -> Entry:
    """Return a note's line as it is to be; a new one is born at the first free millisecond."""
    if was is None:
        created = next(free)
        cards = _cards({}, note, created, free)
        return Entry(guid, note.id, created, mark.cloze, mark.front, mark.back, cards)
    cards = _cards(dict(was.ords), note, was.created, free)
    return replace(was, id=note.id, front=mark.front, back=mark.back, ords=cards)


def unused_ms(now_ms: int, lock: Lock, candidates: Mapping[str, Entry]) -> Iterator[int]:
    """Yield milliseconds that name no note and no card; looks for the taken ones when asked."""
    yield from free_ms(now_ms, lock.taken_ms(now_ms) | {e.created for e in candidates.values()})


def told_apart(entries: Collection[Entry], lock: Lock, free: Iterator[int]) -> dict[str, Entry]:
    """Return the lines whose note or card has another's id, with ids of their own.

    Two machines may have named them in the same millisecond. A released note keeps its ids, then
    one that the lock has.
    """
    notes = {entry.created for entry in entries}
    cards = {id for entry in entries for _, id in entry.ords}
    if len(notes) == len(entries) and len(cards) == sum(len(entry.ords) for entry in entries):
        return {}
    notes.clear()
    cards.clear()
    out: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: (not e.released, e.guid not in lock, e.guid)):
        created = next(free) if entry.created in notes else entry.created
        ords = tuple((ord, next(free) if id in cards else id) for ord, id in entry.ords)
        notes.add(created)
        cards.update(id for _, id in ords)
        if (created, ords) != (entry.created, entry.ords):
            out[entry.guid] = replace(entry, created=created, ords=ords)
    return out


def _cards(
    cards: dict[int, int], note: Note, created: int, free: Iterator[int]
) -> tuple[tuple[int, int], ...]:
    """Return the cards there are with those that the note has now; a card's id never changes."""
    for ord in () if note.broken and cards else note.ords:
        if ord not in cards:
            cards[ord] = next(free) if cards else created
    return tuple(sorted(cards.items()))
