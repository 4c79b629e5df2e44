"""What a corpus is made of: decks hold sections, sections hold notes, notes make cards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from srs.errors import Place

Metadata = tuple[tuple[str, tuple[str, ...]], ...]
"""Keys in order of first mention, each with its values."""

RESERVED = frozenset({"deck", "tag", "is", "prop", "rated", "added", "id", "or"})
"""Keys that mean something in a query, so no metadata may be called so."""


class Kind(Enum):
    """What a note makes of its content."""

    BASIC = "basic"
    REVERSED = "reversed"
    CLOZE = "cloze"
    TYPED = "typed"
    PREDICT = "predict"
    CHOICE = "choice"
    EXERCISE = "exercise"


class Rating(Enum):
    """How well a card was recalled, Anki's 1–4."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Note:
    """A note as written: Markdown, not yet rendered, and without an identity.

    The front is `heading` and `front`, the text before the first break; of a cloze note these
    carry the marks, and `back` is the extra; of a choice note `back` begins with the options.
    `front_line` and `back_line` are the lines of the file at which those texts begin. A note of a
    table's row stands there in a heading's stead; `heading_column` and `back_column` tell where.
    `id` is empty where none was given. `ords` are the cards the note makes: 1, 2 for the reverse,
    or the cloze numbers.
    A `broken` note has an error: it keeps its identity but is neither studied nor exported.
    """

    place: Place
    deck: str
    section: int
    kind: Kind
    id: str
    heading: str
    front: str
    back: str
    front_line: int
    back_line: int
    tags: tuple[str, ...] = ()
    metadata: Metadata = ()
    ords: tuple[int, ...] = (1,)
    draft: bool = False
    retired: bool = False
    broken: bool = False
    ignored: tuple[str, ...] = ()
    heading_column: int = 4
    back_column: int = 1

    @property
    def question(self) -> str:
        """The whole front as one Markdown text."""
        return f"{self.heading}\n\n{self.front}" if self.front else self.heading

    @property
    def title(self) -> str:
        """What the note is called where there is one line for it."""
        return title(self.question)


def title(question: str) -> str:
    """Return the first line of a question that says something; a fence does not."""
    lines = (" ".join(line.split()) for line in question.split("\n"))
    return next((line for line in lines if line and not line.startswith(("```", "~~~"))), "")


@dataclass(frozen=True, slots=True)
class Section:
    """A `# ` heading with the prose under it; the first of a file may have no title.

    `deck` is the name of the file's deck; empty for one that an older program has read.
    """

    title: str
    intro: str
    line: int
    intro_line: int
    deck: str


@dataclass(frozen=True, slots=True)
class Deck:
    """One parsed file. `Note.section` counts into `sections`."""

    path: str
    name: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
