"""What is known of notes, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from srs.corpus.lock import Entry, Lock
from srs.errors import Problem


@dataclass(frozen=True, slots=True)
class Known:
    """A note as it was last read on this machine; `gone` if it was already an orphan then.

    `created` is its note id in ms, `position` its place among the notes of its file.
    """

    path: str
    position: int
    id: str
    cloze: bool
    question: str
    back: str
    created: int
    ords: tuple[int, ...]
    gone: bool = False


class Doubt(NamedTuple):
    """A note that may be, or may replace, one that is gone: its position, and that one's guid."""

    note: int
    guid: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, nothing of it done yet.

    `lock` is as it will be, `entries` the lines of the notes at hand; `guids` belong to the notes
    in their order, and are empty for a draft never seen before and for a note that lost its id to
    another. `edited`, `moved` (to another file), `new` and `returned` (it was gone) are positions
    of notes; one may have been edited and moved, the others are as they were. `orphaned` are the
    guids of those that are gone now, `gone` of all that the lock has and no note. `doubts` are new
    notes that are like an orphan; `turned` ones that became a cloze note, or ceased to be one, and
    so begin anew. `copies` are notes known before that say just what one gone now said, by their
    guids: that one's by theirs.
    """

    lock: Lock
    entries: Mapping[str, Entry]
    guids: tuple[str, ...]
    edited: tuple[int, ...]
    moved: tuple[int, ...]
    new: tuple[int, ...]
    returned: tuple[int, ...]
    orphaned: tuple[str, ...]
    gone: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    turned: tuple[Doubt, ...]
    copies: Mapping[str, str]
    problems: tuple[Problem, ...]

    def report(self) -> str:
        """Say in a few words what happened to the notes; empty if nothing did.

        Where known ones changed it also says that none was lost.
        """
        touched = self.edited or self.moved or self.returned
        lost = f"{len(self.orphaned)} lost" if self.orphaned or touched else ""
        return ", ".join(filter(None, (self.changes(), lost)))

    def changes(self) -> str:
        """Count the notes that are not as they were."""
        counts = {
            "edited": self.edited,
            "moved": self.moved,
            "returned": self.returned,
            "new": self.new,
        }
        return ", ".join(f"{len(those)} {what}" for what, those in counts.items() if those)
