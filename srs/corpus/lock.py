"""`srs.lock`: who is who. One line a note, sorted, kept in git beside the decks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from srs.errors import SrsError

FILE = "srs.lock"
_HEADER = (
    "# Who is who, one line a note: keep this file in git. After a merge conflict keep the lines\n"
    "# of both sides and run `srs lock`.\n"
    "#guid\tid\tcreated\tchanged\tfront\tback\tfields\tdeck\tords\n"
)
_NONE = "-"
_SPECIAL = ("#", "<<<<<<<", "=======", ">>>>>>>", "|||||||")
"""What begins a line that is no note's: a comment, or a mark of a merge conflict."""
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPING = str.maketrans(_ESCAPES)
_UNESCAPES = {escaped: char for char, escaped in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """A note's line.

    `created` is its first sight in ms and its note id in Anki; `changed`, in seconds, is when its
    present `fields` were first exported and its modification time there, 0 before the first
    export. `front` and `back` are hashes of the text, `fields` one of what is exported; `deck` is
    the one it was first exported to. `ords` maps each card to its card id, in ms.
    """

    guid: str
    id: str
    created: int
    cloze: bool
    front: str
    back: str
    ords: tuple[tuple[int, int], ...]
    changed: int = 0
    fields: str = ""
    deck: str = ""

    @property
    def released(self) -> bool:
        """Whether the note has been exported, so that others may have it."""
        return self.changed > 0


def parse(text: str) -> dict[str, Entry]:
    """Parse a lock; of a conflict both sides count. Raises `SrsError` for a line it cannot read."""
    entries: dict[str, Entry] = {}
    for entry in lines(text):
        twin = entries.get(entry.guid)
        entries[entry.guid] = entry if twin is None else _merged(twin, entry)
    return entries


def lines(text: str) -> Iterator[Entry]:
    """Yield a lock's lines as they are: after a merge, a note may have two."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith(_SPECIAL):
            continue
        try:
            entry = _parse_line(line)
        except ValueError as error:
            raise SrsError(
                f"{FILE}:{number}: this line is not a note's ({error}); "
                "restore it from git, or delete the line and run `srs lock`"
            ) from error
        yield entry


def format(entries: Mapping[str, Entry]) -> str:
    """Write a lock, sorted by guid."""
    return _HEADER + "".join(_line(entries[guid]) for guid in sorted(entries))


def taken_ms(entries: Iterable[Entry]) -> set[int]:
    """Return every millisecond that names a note or a card."""
    return {ms for entry in entries for ms in (entry.created, *(id for _, id in entry.ords))}


def _line(entry: Entry) -> str:
    prefix = "c" if entry.cloze else ""
    ords = ",".join(
        f"{prefix}{ord}" + (f"+{card_id - entry.created}" if card_id != entry.created else "")
        for ord, card_id in entry.ords
    )
    columns = (
        entry.guid, entry.id, str(entry.created), str(entry.changed) if entry.changed else "",
        entry.front, entry.back, entry.fields, entry.deck, ords,
    )  # fmt: skip
    line = "\t".join(_escape(column) for column in columns)
    return ("\\" if line.startswith(_SPECIAL) else "") + line + "\n"


def _parse_line(line: str) -> Entry:
    columns = [_unescape(column) for column in line.split("\t")]
    if len(columns) != 9:
        raise ValueError(f"{len(columns)} columns instead of 9")
    guid, id, created, changed, front, back, fields, deck, ords = columns
    first = int(created)
    cards: list[tuple[int, int]] = []
    for part in filter(None, ords.split(",")):
        ord, _, offset = part.removeprefix("c").partition("+")
        cards.append((int(ord), first + int(offset or 0)))
    if not guid or not cards:
        raise ValueError("no guid or no cards")
    cloze = ords.startswith("c")
    return Entry(guid, id, first, cloze, front, back, tuple(cards), int(changed or 0), fields, deck)


def _merged(one: Entry, other: Entry) -> Entry:
    """Join two lines of one note: the later export's content, the first birth, all cards."""
    later, earlier = (one, other) if one.changed >= other.changed else (other, one)
    ords = tuple(sorted({**dict(later.ords), **dict(earlier.ords)}.items()))
    created = min(one.created, other.created)
    return replace(later, created=created, ords=ords, id=later.id or earlier.id)


def _escape(text: str) -> str:
    if text in ("", _NONE):
        return "\\-" if text else _NONE
    return text.translate(_ESCAPING)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return "" if text == _NONE else text
    return re.sub(r"\\(.?)", lambda match: _UNESCAPES.get(match[0], match[1]), text)
