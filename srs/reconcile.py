"""Recognise notes: which of those that are written are the ones already known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from srs.corpus.lock import Entry, taken_ms
from srs.errors import Problem, Severity
from srs.ids import content_hash, free_ms, new_guid
from srs.model import Kind, Note

MIN_BACK = 40
"""Characters that a back needs to identify its note alone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, nothing of it done yet.

    `entries` are the lock's lines after it, `guids` belong to the notes in their order; a note
    that lost its id to another of the same id has an empty guid. The counts are of notes.
    """

    entries: dict[str, Entry]
    guids: tuple[str, ...]
    new: int
    edited: int
    gone: tuple[str, ...]
    problems: tuple[Problem, ...]

    def report(self) -> str:
        """Say in a few words what happened to the notes."""
        counts = ((self.edited, "edited"), (self.new, "new"), (len(self.gone), "gone"))
        return ", ".join(f"{count} {what}" for count, what in counts if count)


def front_hash(note: Note) -> str:
    """Hash what is asked."""
    return content_hash(note.question)


def back_hash(note: Note) -> str:
    """Hash what is answered."""
    return content_hash(note.back)


def reconcile(
    notes: Sequence[Note],
    lock: Mapping[str, Entry],
    *,
    key: str,
    now_ms: int,
    settled: frozenset[str] = frozenset(),
) -> Plan:
    """Give each note its guid: by id, then by the same front, then by the same long back.

    `settled` are guids of notes that stand in files not looked at; they are left as they are.
    What is not recognised is new. A known guid that no note has any more stays in the lock.
    """
    oldest_first = sorted(lock.items(), key=lambda item: item[1].created)
    open_entries = {guid: entry for guid, entry in oldest_first if guid not in settled}
    hashes = [(front_hash(note), back_hash(note)) for note in notes]
    guids: list[str] = [""] * len(notes)
    problems: list[Problem] = []
    held = {lock[guid].id for guid in settled if guid in lock}
    loses_id = _doubled_ids(notes, hashes, open_entries, held, problems)

    def match(
        key_of_note: Callable[[int], object],
        key_of_entry: Callable[[Entry], object],
        *,
        twins: bool = False,
    ) -> None:
        """Pair notes and entries whose keys are equal and unique on both sides.

        With `twins` they need not be unique: the oldest entry goes to the first note.
        """
        known: dict[object, list[str]] = defaultdict(list)
        for guid, entry in open_entries.items():
            known[key_of_entry(entry)].append(guid)
        wanted: dict[object, list[int]] = defaultdict(list)
        for n in range(len(notes)):
            if not guids[n] and n not in loses_id:
                wanted[key_of_note(n)].append(n)
        for key, alike in wanted.items():
            if key is None or (not twins and (len(alike), len(known.get(key, ()))) != (1, 1)):
                continue
            for n, guid in zip(alike, known.get(key, ()), strict=False):
                guids[n] = guid
                del open_entries[guid]

    def cloze(n: int) -> bool:
        return notes[n].kind is Kind.CLOZE

    match(
        lambda n: (notes[n].id, cloze(n)) if notes[n].id else None,
        lambda e: (e.id, e.cloze) if e.id else None,
    )
    match(lambda n: (*hashes[n], cloze(n)), lambda e: (e.front, e.back, e.cloze), twins=True)
    match(lambda n: (hashes[n][0], cloze(n)), lambda e: (e.front, e.cloze))
    match(
        lambda n: (hashes[n][1], cloze(n)) if len(notes[n].back) >= MIN_BACK else None,
        lambda e: (e.back, e.cloze),
    )

    entries = dict(lock)
    names = {*lock, *settled}
    taken = taken_ms(lock.values())
    new = edited = 0
    for n, note in enumerate(notes):
        if n in loses_id:
            continue
        front, back = hashes[n]
        if not guids[n]:
            name = note.id or note.question
            guids[n] = new_guid(key, name, cloze=cloze(n), taken=names)
            names.add(guids[n])
            created = free_ms(now_ms, taken)
            taken.add(created)
            entries[guids[n]] = Entry(guids[n], note.id, created, cloze(n), front, back, ())
            new += 1
        entry = entries[guids[n]]
        edited += (entry.front, entry.back) != (front, back)
        entries[guids[n]] = replace(
            entry, id=note.id, front=front, back=back, ords=_cards(entry, note, now_ms, taken)
        )
    return Plan(entries, tuple(guids), new, edited, tuple(open_entries), tuple(problems))


def _cards(entry: Entry, note: Note, now_ms: int, taken: set[int]) -> tuple[tuple[int, int], ...]:
    """Return the entry's cards with those that the note has now; a card's id never changes."""
    cards = dict(entry.ords)
    for ord in () if note.broken and cards else note.ords:
        if ord not in cards:
            wanted = now_ms if cards else entry.created
            cards[ord] = wanted if not cards else free_ms(wanted, taken)
            taken.add(cards[ord])
    return tuple(sorted(cards.items()))


def _doubled_ids(
    notes: Sequence[Note],
    hashes: Sequence[tuple[str, str]],
    entries: Mapping[str, Entry],
    held: set[str],
    problems: list[Problem],
) -> frozenset[int]:
    """Find notes that claim an id another has the better right to: the one the lock knows.

    `held` are the ids of notes in files that were not looked at.
    """
    by_id: dict[str, list[int]] = defaultdict(list)
    for n, note in enumerate(notes):
        if note.id:
            by_id[note.id].append(n)
    known = {entry.id: entry for entry in entries.values() if entry.id}
    losers: set[int] = set()
    for id, claims in by_id.items():
        keeper = None if id in held else _keeper(claims, hashes, known.get(id))
        for n in claims:
            if n == keeper:
                continue
            losers.add(n)
            other = f"the note at {notes[keeper].place}" if keeper is not None else "another note"
            message = f"the id `{id}` belongs to {other}"
            where = notes[n].place
            hint = "give this note another id"
            problems.append(Problem(where, "duplicate-id", Severity.ERROR, message, hint))
    return frozenset(losers)


def _keeper(claims: list[int], hashes: Sequence[tuple[str, str]], entry: Entry | None) -> int:
    """Choose the note that is most like what the lock knows under an id, else the first."""
    if entry is None:
        return claims[0]
    return max(
        claims, key=lambda n: ((hashes[n][0] == entry.front) + (hashes[n][1] == entry.back), -n)
    )
