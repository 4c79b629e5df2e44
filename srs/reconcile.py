"""Recognise notes: which of those that are written are the ones already known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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


class _Marks(NamedTuple):
    """What a note is recognised by; `long_back` is empty where the back is too short for that."""

    id: str
    front: str
    back: str
    long_back: str
    cloze: bool


def _marks(note: Note) -> _Marks:
    back = back_hash(note)
    long_back = back if len(note.back) >= MIN_BACK else ""
    return _Marks(note.id, front_hash(note), back, long_back, note.kind is Kind.CLOZE)


_SIGNS: tuple[tuple[Callable[[_Marks], object], bool], ...] = (
    (lambda mark: (mark.id, mark.front, mark.back), True),
    (lambda mark: mark.id and (mark.id, mark.front), False),
    (lambda mark: mark.id and (mark.id, mark.back), False),
    (lambda mark: (mark.front, mark.back), True),
    (lambda mark: mark.id, False),
    (lambda mark: mark.front, False),
    (lambda mark: mark.long_back, False),
)
"""What notes and the lock's lines are paired by, where both have it and only one of each.

Of notes that are equal as a whole there may be several: the oldest line goes to the first. An id
comes first, but not where nothing is left under it and another note has all that it stood for:
then that one was given a new id, and the old id to a new note.
"""


def reconcile(
    notes: Sequence[Note],
    lock: Mapping[str, Entry],
    *,
    key: str,
    now_ms: int,
    settled: frozenset[str] = frozenset(),
) -> Plan:
    """Give each note its guid, by the first of `_SIGNS` that it shares with a line of the lock.

    `settled` are guids of notes that stand in files not looked at; they are left as they are.
    What is not recognised is new. A known guid that no note has any more stays in the lock.
    """
    unsettled = [entry for guid, entry in lock.items() if guid not in settled]
    open_entries = {entry.guid: entry for entry in sorted(unsettled, key=lambda e: e.created)}
    marks = [_marks(note) for note in notes]
    guids: list[str] = [""] * len(notes)
    problems: list[Problem] = []
    held = {lock[guid].id for guid in settled if guid in lock}
    loses_id = _doubled_ids(notes, marks, open_entries, held, problems)

    for sign, is_whole in _SIGNS:
        known: dict[object, list[str]] = defaultdict(list)
        for guid, e in open_entries.items():
            known[e.cloze, sign(_Marks(e.id, e.front, e.back, e.back, e.cloze))].append(guid)
        wanted: dict[object, list[int]] = defaultdict(list)
        for n, mark in enumerate(marks):
            if open_entries and not guids[n] and n not in loses_id and sign(mark):
                wanted[mark.cloze, sign(mark)].append(n)
        for shared, alike in wanted.items():
            if is_whole or (len(alike), len(known.get(shared, ()))) == (1, 1):
                for n, guid in zip(alike, known.get(shared, ()), strict=False):
                    guids[n] = guid
                    del open_entries[guid]

    entries = dict(lock)
    names = {*lock, *settled}
    taken = taken_ms(lock.values())
    free = free_ms(now_ms, taken)
    new = edited = 0
    for n, note in enumerate(notes):
        if n in loses_id:
            continue
        _, front, back, _, cloze = marks[n]
        if not guids[n]:
            name = note.id or note.question
            guids[n] = new_guid(key, name, cloze=cloze, taken=names)
            names.add(guids[n])
            created = next(free)
            taken.add(created)
            entries[guids[n]] = Entry(guids[n], note.id, created, cloze, front, back, ())
            new += 1
        entry = entries[guids[n]]
        edited += (entry.front, entry.back) != (front, back)
        entries[guids[n]] = replace(
            entry, id=note.id, front=front, back=back, ords=_cards(entry, note, free, taken)
        )
    used = {(mark.id, mark.cloze) for guid, mark in zip(guids, marks, strict=True) if guid}
    for guid in open_entries:
        if entries[guid].id and (entries[guid].id, entries[guid].cloze) in used:
            entries[guid] = replace(entries[guid], id="")
    return Plan(entries, tuple(guids), new, edited, tuple(open_entries), tuple(problems))


def _cards(
    entry: Entry, note: Note, free: Iterator[int], taken: set[int]
) -> tuple[tuple[int, int], ...]:
    """Return the entry's cards with those that the note has now; a card's id never changes."""
    cards = dict(entry.ords)
    for ord in () if note.broken and cards else note.ords:
        if ord not in cards:
            cards[ord] = next(free) if cards else entry.created
            taken.add(cards[ord])
    return tuple(sorted(cards.items()))


def _doubled_ids(
    notes: Sequence[Note],
    marks: Sequence[_Marks],
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
    known: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        known[entry.id].append(entry)
    losers: set[int] = set()
    for id, claims in by_id.items():
        keeper = None if id in held else _keeper(claims, marks, known[id])
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


def _keeper(claims: list[int], marks: Sequence[_Marks], entries: list[Entry]) -> int:
    """Choose the note that is most like what the lock knows under an id, else the first."""

    def likeness(n: int) -> int:
        own = [e for e in entries if e.cloze == marks[n].cloze]
        return max(
            ((marks[n].front == e.front) + (marks[n].back == e.back) for e in own), default=-1
        )

    return max(claims, key=lambda n: (likeness(n), -n))
