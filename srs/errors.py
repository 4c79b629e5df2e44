"""What can go wrong: problems in the user's text, and requests that cannot be met."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SrsError(Exception):
    """A request that cannot be met: one sentence that names the thing and says what to do."""


class Severity(Enum):
    """How bad a problem is.

    An error keeps its note out of study and export; a warning does not.
    """

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a corpus: a path relative to its root, a line and a column, both from 1.

    Lines are counted in the whole file; columns in characters.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the user's text that needs a look; a value, never raised."""

    where: Place
    code: str
    severity: Severity
    message: str
    hint: str = ""


CODES: dict[str, str] = {
    "answer": "a note is to be answered by typing, and nothing in it can be typed",
    "attributes": "the braces under or in a heading are not `{#id .class key=value}`",
    "broken-link": "a link names a file that is not there",
    "choice": "the options of a note are fewer than two, or none of them is right",
    "cloze-all": "a cloze card hides everything there is to read",
    "cloze-empty": "a cloze hides nothing",
    "cloze-number": "cloze numbers go from 1 to 500",
    "cloze-split": "a cloze begins and ends in different blocks or emphasis",
    "cloze-unclosed": "a cloze is opened with `{{c1::` and not closed with `}}`",
    "config": "`srs.toml`, or your settings, are not as they should be",
    "database-in-git": "git keeps the database of your answers",
    "duplicate-front": "two notes of the corpus ask the same",
    "duplicate-id": "two notes claim one id",
    "empty-back": "a note has no answer",
    "empty-front": "a note has no question",
    "encoding": "a deck is not UTF-8 text",
    "exercise": "an exercise has no solution or no tests",
    "front-matter": "the block between the first two `---` is not simple YAML",
    "ignore": "a comment `srs: ignore` names no problem code",
    "long-answer": "an answer is far too long to be said",
    "media": "an image or sound is missing, of an unknown type, or outside the corpus",
    "metadata": "a metadata value is not one of those `srs.toml` allows",
    "nesting": "lists or quotes are nested more than 12 deep",
    "raw-html": "HTML other than `br sub sup kbd details` is shown as text",
    "rows": "a table does not make a note of each of its rows",
    "run-exercise": "the tests of an exercise pass with its starter",
    "run-left": "code leaves processes behind when it ends",
    "run-output": "code prints something else than its note says",
    "run-raised": "code raises what it should not, or does not raise what it should",
    "run-stopped": "code was ended before its time: by a limit, a crash or itself",
    "setext": "a line of `---` or `===` right under text would make it a heading",
    "slow-markdown": "a paragraph holds hundreds of brackets",
    "stray-text": "text before the first heading belongs to no note",
    "syntax": "Python code in a fence does not compile",
    "too-long": "a note is longer than 64 kB",
    "unclosed": "a fence, comment or `$$` block is not closed",
    "unreadable": "a deck cannot be read",
    "unused-media": "no deck uses an image or sound",
    "wiki-link": "`[[links]]` and `![[embeds]]` of a wiki are shown as text",
}
"""Every problem code with what it means in a few words."""
