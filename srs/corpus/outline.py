"""Which lines of a deck are what: a state machine over its classified lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from srs.corpus import attributes, blocks
from srs.corpus.blocks import Hidden
from srs.errors import Place, Problem, Severity

_LINE = re.compile(
    rf"""^(?=[-\#`~<$*_=>+\d \t])
    (?:(?P<note>\#\#(?:[ \t].*)?$)
    |(?P<section>\#(?:[ \t].*)?$)
    |(?P<hidden>{blocks.LEAD}(?:`{{3}}|~{{3}}) | [ ]{{0,3}}<!-- | [ \t]*\$\$)
    |(?P<rule>(?:\*[ \t]*){{3,}}$ | (?:-[ \t]*){{3,}}$ | (?:_[ \t]*){{3,}}$)
    |(?P<underline>=+[ \t]*$ | -{{1,2}}[ \t]*$))""",
    re.MULTILINE | re.VERBOSE,
)
_NOTE = re.compile(r"^##(?:[ \t]|$)", re.MULTILINE)
_BREAK = re.compile(r"(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}")
_NO_PARAGRAPH = re.compile(
    r"\s*$|\s*(?:[-+*]|\d{1,9}[.)])(?:\s|$)|\s*[>|]|#{1,6}(?:\s|$)|\s{4}|---|\s*(?:```|~~~)|.*(?:-->|\$\$)\s*$"
)
COMMENT_ATTRIBUTES = re.compile(r" {0,3}<!--\s*\{(.*?)\}\s*-->\s*$")
"""A comment that is there for the attributes of the note whose heading it stands under."""

_UNCLOSED = {
    "fence": ("code fence", "close it with a line of the same marks"),
    "comment": ("comment", "close it with `-->`"),
    "math": ("`$$` block", "close it with `$$`, or write `\\$` for a dollar sign"),
}


@dataclass(frozen=True, slots=True)
class Region:
    """Lines `[start, end)`: what stands before the first heading, a section, or a note.

    Both begin with their heading. `break_` is a note's first thematic break. In a `faulty` one
    is an error.
    """

    kind: Literal["preamble", "section", "note"]
    start: int
    end: int
    break_: int | None
    faulty: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may mean something, or the block that hides structure and begins there."""

    kind: str
    number: int
    block: Hidden | None = None


@dataclass(slots=True)
class _Open:
    """The region being read."""

    kind: Literal["preamble", "section", "note"]
    start: int
    break_: int | None = None
    faulty: bool = False


def outline(
    path: str, text: str, lines: Sequence[str], first: int
) -> tuple[list[Region], list[Problem]]:
    """Divide the lines of a text, from line `first` on, into regions; each is in one of them."""
    machine = _Machine(path, lines, first)
    for line in _classified(text, lines, first):
        machine.take(line)
    machine.close(len(lines))
    return machine.regions, machine.problems


def is_break(line: str) -> bool:
    """Tell whether a line has the form of a thematic break."""
    return _BREAK.fullmatch(line) is not None


def _classified(text: str, lines: Sequence[str], first: int) -> Iterator[_Line]:
    """Yield the lines that may mean something; a block that hides structure is one.

    One that is not closed ends at the next note.
    """
    number = 0
    counted = position = _width(lines, 0, first)
    number = first
    while (match := _LINE.search(text, position)) is not None:
        number += text.count("\n", counted, match.start())
        counted, position = match.start(), match.end()
        kind = match.lastgroup or ""
        block = blocks.at(lines, number, len(lines)) if kind == "hidden" else None
        if block is not None or kind != "hidden":
            yield _Line(kind, number, block)
        if block is None:
            continue
        if block.closed:
            position = counted + _width(lines, number, block.end)
        elif (note := _NOTE.search(text, position)) is not None:
            position = note.start()
        else:
            return
        number += text.count("\n", counted, position)
        counted = position


def _width(lines: Sequence[str], start: int, end: int) -> int:
    """Return how many characters the lines `[start, end)` take, newlines included."""
    return sum(map(len, lines[start:end])) + end - start


class _Machine:
    """What is open; a heading closes it and opens the next."""

    def __init__(self, path: str, lines: Sequence[str], first: int) -> None:
        self.path = path
        self.lines = lines
        self.open = _Open("preamble", first)
        self.regions: list[Region] = []
        self.problems: list[Problem] = []

    def take(self, line: _Line) -> None:
        match line:
            case _Line("note" | "section" as kind, number):
                self.close(number)
                self.open = _Open(kind, number)
                if kind == "note":
                    self.lost_attributes(number)
            case _Line("hidden", number, Hidden(closed=False) as block):
                what, hint = _UNCLOSED[block.kind]
                column = len(self.lines[number]) - len(self.lines[number].lstrip()) + 1
                self.fault(number, column, "unclosed", f"this {what} is not closed", hint)
            case _Line("hidden", number, Hidden("comment")):
                if self.open.kind != "note" or number != self.open.start + 1:
                    self.lost_attributes(number)
            case _Line("rule" | "underline" as kind, number):
                self.rule(kind, number)

    def rule(self, kind: str, number: int) -> None:
        """Take a line of marks: the note's break, or what would make a heading of text."""
        above = self.lines[number - 1] if number else ""
        text_above = not _NO_PARAGRAPH.match(above)
        if text_above and self.lines[number][0] in "-=":
            hint = "put a blank line before it for a break, or write the heading with `#`"
            self.fault(number, 1, "setext", "this line would make the text above a heading", hint)
        elif kind == "rule" and not text_above and self.open.break_ is None:
            self.open.break_ = number

    def lost_attributes(self, number: int) -> None:
        """Report attributes in a comment that does not stand right under a note's heading."""
        line = self.lines[number]
        start = max(0, line.rfind("<!--"))
        match = COMMENT_ATTRIBUTES.match(line[start:])
        if match and attributes.parse(match[1]) is not None:
            message = "these attributes do not stand right under a note's heading"
            hint = "put the comment on a line of its own right under `## …`"
            self.fault(number, line.index("{", start) + 1, "attributes", message, hint)

    def close(self, end: int) -> None:
        now = self.open
        self.regions.append(Region(now.kind, now.start, end, now.break_, now.faulty))

    def fault(self, number: int, column: int, code: str, message: str, hint: str) -> None:
        self.open.faulty = True
        where = Place(self.path, number + 1, column)
        self.problems.append(Problem(where, code, Severity.ERROR, message, hint))
