"""`srs.lock`: who is who. One line a note, sorted, kept in git beside the decks."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from srs.corpus.config import LOCK_FILE
from srs.errors import SrsError

_HEADER = (
    "# Who is who, one line a note: keep this file in git. After a merge conflict keep the lines\n"
    "# of both sides and run `srs lock`.\n"
    "#guid\tid\tcreated\tchanged\tfront\tback\tfields\tdeck\tords\n"
)
_NONE = "-"
_SPECIAL = ("#", "\ufeff#", "<<<<<<<", "=======", ">>>>>>>", "|||||||")
"""What begins a line that is no note's: a comment (an editor may put a byte order mark before the
first), or a mark of a merge conflict."""
_CARD = r"c?[0-9]+(?:[+]-?[0-9]+)?"
_LINE = re.compile(
    rf"(?!-?\t|\ufeff?[#]|<{{7}}|={{7}}|>{{7}}|[|]{{7}})[^\t]+\t[^\t]+\t[0-9]+\t(?:[0-9]+|-)"
    rf"(?:\t[^\t]+){{4}}\t{_CARD}(?:,{_CARD})*"
)
"""What a note's line looks like, and none of `_SPECIAL` does."""
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


@dataclass(frozen=True, slots=True)
class Lock(Mapping[str, Entry]):
    """All lines by guid, as they are written; one is taken apart when it is looked at.

    After a merge a guid may have several lines: they count as one, in which no card is lost.
    """

    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, guid: str) -> Entry:
        return reduce(_merged, map(_parse_line, self.rows[guid]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def twins(self) -> list[Entry]:
        """Return the lines, taken apart, of the guids that have several."""
        return [_parse_line(row) for rows in self.rows.values() if len(rows) > 1 for row in rows]

    def id(self, guid: str) -> str:
        """Return a note's id."""
        rows = self.rows[guid]
        return _unescape(rows[0].split("\t", 2)[1]) if len(rows) == 1 else self[guid].id

    def asking(self, fronts: Container[str]) -> Iterator[Entry]:
        """Yield the lines whose question has one of some hashes."""
        for guid, rows in self.rows.items():
            if any(row.split("\t", 5)[4] in fronts for row in rows):
                yield self[guid]

    def taken_ms(self, since: int) -> set[int]:
        """Return the milliseconds that name a note or a card, at least those from `since` on."""
        taken: set[int] = set()
        for guid, rows in self.rows.items():
            if len(rows) > 1 or "+" in rows[0] or int(rows[0].split("\t", 3)[2]) >= since:
                entry = self[guid]
                taken |= {entry.created, *(id for _, id in entry.ords)}
        return taken

    def changed(self, entries: Iterable[Entry] = (), without: Iterable[str] = ()) -> Lock:
        """Return a lock with some lines written anew, or added, and others left out."""
        out = dict.fromkeys(without)
        rows = {guid: row for guid, row in self.rows.items() if guid not in out}
        return Lock(rows | {entry.guid: (_line(entry),) for entry in entries})


def parse(text: str) -> Lock:
    """Parse a lock; of a conflict both sides count. Raises `SrsError` for a line it cannot read."""
    rows: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if _LINE.fullmatch(line):
            guid = _unescape(line.partition("\t")[0])
            rows[guid] = (*rows[guid], line) if guid in rows else (line,)
        elif line.strip() and not line.startswith(_SPECIAL):
            raise SrsError(
                f"{LOCK_FILE}:{number}: this line is not a note's; "
                "restore it from git, or delete the line and run `srs lock`"
            )
    return Lock(rows)


def format(lock: Lock) -> str:
    """Write a lock, sorted by guid."""
    lines = (
        rows[0] if len(rows) == 1 else _line(lock[guid]) for guid, rows in sorted(lock.rows.items())
    )
    return _HEADER + "".join(f"{line}\n" for line in lines)


def _line(entry: Entry) -> str:
    prefix = "c" if entry.cloze else ""
    ords = ",".join(
        f"{prefix}{ord}" + (f"+{card_id - entry.created}" if card_id != entry.created else "")
        for ord, card_id in entry.ords
    )
    columns = (
        _escape(entry.guid), _escape(entry.id), str(entry.created), str(entry.changed or _NONE),
        entry.front or _NONE, entry.back or _NONE, entry.fields or _NONE, _escape(entry.deck), ords,
    )  # fmt: skip
    line = "\t".join(columns)
    return ("\\" if line.startswith(_SPECIAL) else "") + line


def _parse_line(line: str) -> Entry:
    guid, id, created, changed, front, back, fields, deck, ords = map(_unescape, line.split("\t"))
    first = int(created)
    cards = []
    for part in ords.split(","):
        ord, _, offset = part.removeprefix("c").partition("+")
        cards.append((int(ord), first + int(offset or 0)))
    cloze = ords.startswith("c")
    return Entry(guid, id, first, cloze, front, back, tuple(cards), int(changed or 0), fields, deck)


def _merged(one: Entry, other: Entry) -> Entry:
    """Join two lines of one note: the later export's content, the first birth, all cards."""
    later, earlier = (one, other) if one.changed >= other.changed else (other, one)
    ords = tuple(sorted({**dict(later.ords), **dict(earlier.ords)}.items()))
    created = min(one.created, other.created)
    return replace(later, created=created, ords=ords, id=later.id or earlier.id)


def _escape(text: str) -> str:
    if text.isalnum():
        return text
    if text in ("", _NONE):
        return "\\-" if text else _NONE
    return text.translate(_ESCAPING)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return "" if text == _NONE else text
    return re.sub(r"\\(.?)", lambda match: _UNESCAPES.get(match[0], match[1]), text)
