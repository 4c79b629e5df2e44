"""Recognise notes: which of those that are written are the ones already known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from srs.corpus.lock import Entry, Lock
from srs.model import Kind, Note
from srs.reconcile import likeness, lines, signs
from srs.reconcile.plan import Doubt, Known, Plan

__all__ = ["Doubt", "Known", "Plan", "reconcile"]


def reconcile(
    notes: Sequence[Note],
    lock: Lock,
    *,
    key: str,
    now_ms: int,
    settled: Collection[str] = frozenset(),
    known: Mapping[str, Known] | None = None,
    opened: str = "",
) -> Plan:
    """Give each note its guid: by its id, its text, or its likeness to one that is gone.

    `settled` are guids of notes that stand in files not looked at; they are left as they are.
    `known` are the others as this machine last read them: without it, likeness counts nothing.
    `opened` is the guid of a note that was opened to be edited: whatever it became, it stands
    between its former neighbours, or is all that is new in its file or anywhere.
    What is not recognised is new, in doubt too. A known guid that no note has any more stays in
    the lock.
    """
    known = known or {}
    here = [guid for guid, was in known.items() if not was.gone]
    locked = {guid: lock[guid] for guid in lock if guid not in settled}
    lockless = {
        guid: lines.remembered(guid, was) for guid, was in known.items() if guid not in lock
    }
    candidates = locked | lockless
    gone_here = {guid for guid, was in known.items() if was.gone}
    outdone = _outdone(lockless, (e for guid, e in locked.items() if guid not in gone_here))
    homes = {guid: known[guid].path for guid in here if guid not in outdone}
    marks = [signs.of_note(note) for note in notes]
    has_ids = any(note.id for note in notes)
    held = {lock.id(guid) for guid in settled if guid in lock} if has_ids else set()
    losers = signs.doubled_ids(notes, marks, candidates.values(), homes, held)

    drafts_last = sorted(range(len(notes)), key=lambda n: notes[n].draft)
    wanted = {n: marks[n] for n in drafts_last if n not in losers}
    written_down = [*locked.values(), *(twin for twin in lock.twins() if twin.guid in locked)]
    written_down.sort(key=lambda line: line.created)
    found = signs.paired(wanted, [*written_down, *lockless.values()], homes)
    likely = _likely(notes, [n for n in wanted if n not in found], found, known)
    found |= {pair.note: pair.guid for pair, sure in likely.items() if sure}
    found |= _opened(notes, [n for n in wanted if n not in found], found, known, opened)

    new = [n for n in wanted if n not in found and not notes[n].draft]
    named = {n: (notes[n].id or notes[n].question, marks[n].cloze) for n in new}
    guids = {**found, **lines.assigned(named, key, {*lock, *settled, *candidates})}
    claimed = set(guids.values())
    lost = tuple(guid for guid in here if guid not in claimed)
    free = lines.unused_ms(now_ms, lock, candidates)
    entries = {
        guid: lines.entry(guid, notes[n], marks[n], candidates.get(guid), free)
        for n, guid in sorted(guids.items())
    }
    used = {(marks[n].id, marks[n].cloze) for n in guids}
    gone = {guid: entry for guid, entry in locked.items() if guid not in claimed}
    stale = [entry for entry in gone.values() if entry.id and (entry.id, entry.cloze) in used]
    written = gone | {entry.guid: replace(entry, id="") for entry in stale} | entries
    written |= lines.told_apart(written.values(), lock, free)
    changed = [entry for guid, entry in written.items() if entry != locked.get(guid)]

    taken = set(found.values())
    unsure = [
        pair
        for pair, sure in likely.items()
        if not sure and pair.note not in found and pair.guid not in taken
    ]
    of_id = {known[guid].id: guid for guid in lost}
    unsure += [Doubt(n, of_id[notes[n].id]) for n in new if notes[n].id and notes[n].id in of_id]
    doubted = {doubt.note for doubt in unsure}
    unsure += _same_headings(notes, [n for n in new if n not in doubted], lost, known)
    turned = {d: known[d.guid].cloze != marks[d.note].cloze for d in unsure}
    returned = [n for n, guid in found.items() if guid in known and known[guid].gone]
    return Plan(
        lock=lock.changed(changed),
        entries={guid: written[guid] for guid in entries},
        guids=tuple(guids.get(n, "") for n in range(len(notes))),
        edited=tuple(n for n, g in sorted(found.items()) if _differs(marks[n], candidates[g])),
        moved=tuple(n for n, g in sorted(found.items()) if _has_moved(notes[n], known.get(g))),
        new=tuple(new),
        returned=tuple(sorted(returned)),
        orphaned=lost,
        gone=tuple(gone),
        doubts=tuple(doubt for doubt, turns in turned.items() if not turns),
        turned=tuple(doubt for doubt, turns in turned.items() if turns),
        copies=_copies([lock[guid] for guid in lost if guid in lock], entries, lock, settled),
        problems=tuple(losers.values()),
    )


def _same_headings(
    notes: Sequence[Note], new: Sequence[int], lost: Sequence[str], known: Mapping[str, Known]
) -> list[Doubt]:
    """Pair new cloze notes with lost ones of the same heading that were none, and the reverse.

    Their texts are not much alike: all of a cloze note is its question.
    """
    before: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for guid in lost:
        heading, _, _ = known[guid].question.partition("\n\n")
        before[heading, not known[guid].cloze].append(guid)
    after: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for n in new:
        after[notes[n].heading, notes[n].kind is Kind.CLOZE].append(n)
    pairs = ((after[each], before[each]) for each in after if each in before)
    return [Doubt(ns[0], guids[0]) for ns, guids in pairs if len(ns) == len(guids) == 1]


def _outdone(lockless: Mapping[str, Entry], entries: Iterable[Entry]) -> set[str]:
    """Return the guids the lock lacks for texts it has another for: the lock is right."""
    said = {(line.cloze, line.front, line.back) for line in entries} if lockless else set()
    return {g for g, e in lockless.items() if (e.cloze, e.front, e.back) in said}


def _copies(
    lost: Sequence[Entry], here: Mapping[str, Entry], lock: Lock, settled: Collection[str]
) -> dict[str, str]:
    """Find notes that say what a lost one said: copies made before that was deleted.

    Those taken out of the lock are not among the lost: elsewhere a note took over from them.
    """
    gone = {(entry.cloze, entry.front, entry.back): entry.guid for entry in reversed(lost)}
    still = (entry for entry in lock.asking({e.front for e in lost}) if entry.guid in settled)
    there = chain(here.values(), still) if lost else ()
    found = ((entry.guid, gone.pop((entry.cloze, entry.front, entry.back), "")) for entry in there)
    return {guid: was for guid, was in found if was}


def _differs(mark: signs.Marks, entry: Entry) -> bool:
    return (mark.front, mark.back) != (entry.front, entry.back)


def _has_moved(note: Note, was: Known | None) -> bool:
    return was is not None and not was.gone and was.path != note.place.path


def _likely(
    notes: Sequence[Note],
    unfound: list[int],
    found: Mapping[int, str],
    known: Mapping[str, Known],
) -> dict[Doubt, bool]:
    """Pair notes without a guid with guids without a note; say of each whether it is sure."""
    guids = set(found.values())
    lost = [guid for guid, was in known.items() if not was.gone and guid not in guids]
    if not (unfound and lost):
        return {}
    before, after = _around(notes, found, known)

    def near(old: int, new: int) -> bool:
        return any(map(_same, before[lost[old]], after[unfound[new]]))

    def apart(old: int, new: int) -> bool:
        was, note = known[lost[old]], notes[unfound[new]]
        other_id = bool(was.id and note.id and was.id != note.id)
        return other_id or was.cloze != (note.kind is Kind.CLOZE)

    pairs = likeness.pairs(
        [likeness.text(known[guid].question, known[guid].back) for guid in lost],
        [likeness.text(notes[n].question, notes[n].back) for n in unfound],
        [likeness.text(notes[n].question, notes[n].back) for n in found],
        near=near,
        apart=apart,
    )
    return {Doubt(unfound[pair.new], lost[pair.old]): pair.sure for pair in pairs}


def _opened(
    notes: Sequence[Note],
    unfound: list[int],
    found: Mapping[int, str],
    known: Mapping[str, Known],
    opened: str,
) -> dict[int, str]:
    """Pair a note that was opened with the unknown one in its place, or with all that is unknown.

    Of several unknown ones between its neighbours it is the first, or as many-th as it was among
    those that are gone there. Elsewhere it is the only one in its file, or else of all, where no
    other is gone.
    """
    taken = set(found.values())
    was = known.get(opened)
    if was is None or was.gone or opened in taken:
        return {}
    before, after = _around(notes, found, known)
    gone = [g for g, k in known.items() if not k.gone and g not in taken and k.cloze == was.cloze]
    alike = sorted(n for n in unfound if (notes[n].kind is Kind.CLOZE) == was.cloze)
    here = [n for n in alike if notes[n].place.path == was.path]
    there = [n for n in here if after[n] == before[opened]]
    there = [n for n in there if not notes[n].draft] or (there if len(here) == 1 else [])
    if there:
        rank = sum(
            known[g].path == was.path
            and before[g] == before[opened]
            and known[g].position < was.position
            for g in gone
        )
        return {there[min(rank, len(there) - 1)]: opened}
    for only in (here, alike):
        if len(only) == 1 and gone == [opened] and not notes[only[0]].draft:
            return {only[0]: opened}
    return {}


def _around(
    notes: Sequence[Note], found: Mapping[int, str], known: Mapping[str, Known]
) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
    """Return the recognised guids around each known note as it stood, and each note as it stands."""
    guids = set(found.values())
    here = sorted((k.path, k.position, guid) for guid, k in known.items() if not k.gone)
    around = _neighbours([(path, guid if guid in guids else None) for path, _, guid in here])
    before = {guid: around[n] for n, (_, _, guid) in enumerate(here)}
    after = _neighbours([(notes[n].place.path, found.get(n)) for n in range(len(notes))])
    return before, after


def _neighbours(row: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
    """Return for each note of some files the guids recognised before and after it in its file."""
    return list(zip(_last(row), reversed(_last(row[::-1])), strict=True))


def _last(row: Sequence[tuple[str, str | None]]) -> list[str]:
    """Return for each note the guid that was last recognised before it, empty for none."""
    out: list[str] = []
    path = last = ""
    for where, guid in row:
        last = last if where == path else ""
        path = where
        out.append(last)
        last = guid or last
    return out


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other
