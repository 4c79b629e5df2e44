"""Blocks that hide structure: fences, comments and `$$` blocks, found by their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LEAD = r"(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*+[ \t]*+"
"""What may stand before a fence: quote and list marks, and spaces."""

_FENCE = re.compile(rf"(?P<lead>{LEAD})(?P<mark>`{{3,}}|~{{3,}})(?P<info>.*)")
_COMMENT = re.compile(r" {0,3}<!--")
_MATH = re.compile(r"([ \t]*)\$\$")
_NOTE = re.compile(r"##(?:[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A block of lines `[start, end)` whose content is not Markdown.

    A fence's content goes to line `inner`, and `info` are its words. `lead` is what stands before
    a block's first mark. One that is not closed goes to the last line it was given.
    """

    kind: Literal["fence", "comment", "math"]
    start: int
    end: int
    closed: bool
    inner: int = 0
    lead: str = ""
    info: str = ""

    def tail(self, lines: Sequence[str]) -> str:
        """Return what stands behind a comment on its last line."""
        return lines[self.end - 1].partition("-->")[2].lstrip() if self.closed else ""

    def content(self, lines: Sequence[str]) -> str:
        """Return what a fence holds, without quote marks and indentation."""
        return "\n".join(_strip(n, self.lead) or "" for n in lines[self.start + 1 : self.inner])

    def source(self, lines: Sequence[str]) -> str:
        """Return the block as written, but without the quote marks and indentation."""
        below = (_strip(line, self.lead) or "" for line in lines[self.start + 1 : self.end])
        return "\n".join((lines[self.start][len(self.lead) :], *below))


def at(lines: Sequence[str], start: int, stop: int) -> Hidden | None:
    """Return the block that begins at line `start`, looking for its end before line `stop`."""
    line = lines[start]
    if match := _FENCE.match(line):
        return _fence(lines, start, stop, match)
    if _COMMENT.match(line):
        return _comment(lines, start, stop)
    if match := _MATH.match(line):
        return _math(lines, start, stop, match[1])
    return None


def _fence(lines: Sequence[str], start: int, stop: int, match: re.Match[str]) -> Hidden | None:
    """Find a fence's end. One that swallows a note and then another fence's opening has none."""
    lead, mark, info = match.group("lead", "mark", "info")
    if mark[0] == "`" and "`" in info:
        return None
    another = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*(?P<info>[^`]*)")
    swallowed = False
    quoted = ">" in lead
    for number in range(start + 1, stop):
        if not quoted and mark not in lines[number]:
            swallowed = swallowed or _NOTE.match(lines[number]) is not None
            continue
        line = _strip(lines[number], lead)
        if line is None:  # the quote ends, and its fence with it
            return Hidden("fence", start, number, True, number, lead, info.strip())
        if found := another.fullmatch(line):
            if not found["info"]:
                return Hidden("fence", start, number + 1, True, number, lead, info.strip())
            if swallowed:
                break
        swallowed = swallowed or _NOTE.match(lines[number]) is not None
    return Hidden("fence", start, stop, False, stop, lead, info.strip())


def _comment(lines: Sequence[str], start: int, stop: int) -> Hidden | None:
    """Find a comment's end. One with text behind it on its only line is part of a paragraph."""
    for number in range(start, stop):
        line = lines[number]
        end = line.find("-->")
        if number > start and "<!--" in (line if end < 0 else line[:end]):
            break  # the next comment begins
        if end >= 0:
            alone = number > start or not line[end + 3 :].strip()
            return Hidden("comment", start, number + 1, True) if alone else None
    return Hidden("comment", start, stop, False)


def _math(lines: Sequence[str], start: int, stop: int, lead: str) -> Hidden | None:
    """Find the end of a `$$` block, which no note begins in and no text follows on its line."""
    for number in range(start, stop):
        line = lines[number] if number > start else lines[start][len(lead) + 2 :]
        if "$$" in line:
            closes = line.rstrip().endswith("$$")
            return Hidden("math", start, number + 1, True, lead=lead) if closes else None
        if number > start and _NOTE.match(line):
            return Hidden("math", start, number, False, lead=lead)
    return Hidden("math", start, stop, False, lead=lead)


def _strip(line: str, lead: str) -> str | None:
    """Take from a line what stands for a fence's `lead`; None where it leaves the quote."""
    for part in re.findall(r">|[^>]+", lead):
        if part != ">":
            width = len(part)
            line = line[width:] if line[:width].isspace() else line.lstrip(" \t")
        elif line.lstrip(" \t").startswith(">"):
            line = line.lstrip(" \t")[1:]
        else:
            return None
    return line
