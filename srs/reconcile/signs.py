"""What notes are recognised by at once: their id, what they ask, what they answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from srs.corpus.lock import Entry
from srs.errors import Problem, Severity
from srs.ids import content_hash
from srs.model import Kind, Note

MIN_BACK = 40
"""Characters that a back needs to identify its note alone."""


class Marks(NamedTuple):
    """What a note is recognised by; `long_back` is empty where the back is too short for that.

    `path` is its file; of a line, the file that its note stood in when last read, empty if none.
    """

    path: str
    id: str
    front: str
    back: str
    long_back: str
    cloze: bool


def of_note(note: Note) -> Marks:
    """Return a note's marks."""
    back = content_hash(note.back)
    long_back = back if len(note.back) >= MIN_BACK else ""
    front, cloze = content_hash(note.question), note.kind is Kind.CLOZE
    return Marks(note.place.path, note.id, front, back, long_back, cloze)


def _of_entry(entry: Entry, path: str) -> Marks:
    return Marks(path, entry.id, entry.front, entry.back, entry.back, entry.cloze)


_SIGNS: tuple[tuple[Callable[[Marks], object], bool], ...] = (
    (lambda mark: mark.path and (mark.path, mark.id, mark.front, mark.back), True),
    (lambda mark: mark.id and (mark.id, mark.front), False),
    (lambda mark: mark.id and (mark.id, mark.back), False),
    (lambda mark: mark.path and (mark.path, mark.front, mark.back), True),
    (lambda mark: (mark.id, mark.front, mark.back), True),
    (lambda mark: (mark.front, mark.back), True),
    (lambda mark: mark.id, False),
    (lambda mark: mark.front, False),
    (lambda mark: mark.long_back, False),
)
"""What notes and entries are paired by, where both have it and only one of each.

Of notes that are equal as a whole there may be several: each keeps the line it had in its file,
so that a copy takes nothing from its original, and of the rest the oldest goes to the first. An
id comes first, but not where nothing is left under it and another note has all that it stood for:
then that one was given a new id, and the old id to a new note.
"""


def paired(
    marks: Mapping[int, Marks], entries: Iterable[Entry], homes: Mapping[str, str]
) -> dict[int, str]:
    """Pair notes, by their positions, with the guids of entries, the best sign first.

    Of equals, on either side, the first comes first. A guid may have several entries: a merge left
    what both sides knew. `homes` are the files of the notes that were there when last read, by
    guid: these go before what was gone already.
    """
    lines = sorted(entries, key=lambda entry: entry.guid not in homes)
    found: dict[int, str] = {}
    taken: set[str] = set()
    if not lines:
        return found
    for sign, is_whole in _SIGNS:
        known: dict[object, dict[str, None]] = defaultdict(dict)
        for entry in lines:
            if entry.guid not in taken:
                mark = _of_entry(entry, homes.get(entry.guid, ""))
                known[mark.cloze, sign(mark)][entry.guid] = None
        wanted: dict[object, list[int]] = defaultdict(list)
        for n, mark in marks.items():
            if n not in found and sign(mark):
                wanted[mark.cloze, sign(mark)].append(n)
        for shared, alike in wanted.items():
            guids = [guid for guid in known.get(shared, ()) if guid not in taken]
            if not is_whole:
                guids = [guid for guid in guids if guid in homes] or guids
            if is_whole or (len(alike), len(guids)) == (1, 1):
                for n, guid in zip(alike, guids, strict=False):
                    found[n] = guid
                    taken.add(guid)
    return found


def doubled_ids(
    notes: Sequence[Note],
    marks: Sequence[Marks],
    entries: Iterable[Entry],
    homes: Mapping[str, str],
    held: set[str],
) -> dict[int, Problem]:
    """Find notes that claim an id another has the better right to: the one the lock knows.

    `homes` are as for `paired`, `held` the ids of notes in files that were not looked at.
    """
    by_id: dict[str, list[int]] = defaultdict(list)
    for n, note in enumerate(notes):
        if note.id:
            by_id[note.id].append(n)
    known: dict[str, list[Marks]] = defaultdict(list)
    for entry in entries:
        if entry.id in by_id:
            known[entry.id].append(_of_entry(entry, homes.get(entry.guid, "")))
    losers: dict[int, Problem] = {}
    for id, claims in by_id.items():
        keeper = None if id in held else _keeper(claims, notes, marks, known[id])
        for n in claims:
            if n == keeper:
                continue
            other = f"the note at {notes[keeper].place}" if keeper is not None else "another note"
            message = f"the id `{id}` belongs to {other}"
            hint = "give this note another id"
            losers[n] = Problem(notes[n].place, "duplicate-id", Severity.ERROR, message, hint)
    return losers


def _keeper(
    claims: list[int], notes: Sequence[Note], marks: Sequence[Marks], known: list[Marks]
) -> int:
    """Choose the note that is most like what is known under an id, then where it was, or first.

    A draft comes after its like.
    """

    def likeness(n: int) -> tuple[int, bool]:
        mark = marks[n]
        return max(
            (
                ((mark.front == was.front) + (mark.back == was.back), mark.path == was.path)
                for was in known
                if was.cloze == mark.cloze
            ),
            default=(-1, False),
        )

    return max(claims, key=lambda n: (likeness(n), not notes[n].draft, -n))
