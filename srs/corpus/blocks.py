"""Blocks that hide structure: fences, comments and `$$` blocks, found by their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_FENCE = re.compile(
    r"(?P<quote>(?:[ \t]{0,3}>[ ]?)*)(?P<indent>[ \t]*)(?P<mark>`{3,}|~{3,})(?P<info>.*)"
)
_COMMENT = re.compile(r" {0,3}<!--")
_MATH = re.compile(r"[ \t]*\$\$")

STARTS = re.compile(r"^[ \t>]*(?:`{3}|~{3})|^ {0,3}<!--|^[ \t]*\$\$", re.MULTILINE)
"""Matches wherever a block of this module may begin; what does not match needs no look."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A block of lines `[start, end)` whose content is not Markdown.

    `indent` is what its lines are indented by, `quote` the `>` marks in front of them, `info` a
    fence's words. A block that is not closed goes to the last line it was given.
    """

    kind: Literal["fence", "comment", "math"]
    start: int
    end: int
    closed: bool
    quote: str = ""
    indent: str = ""
    info: str = ""

    def content(self, lines: Sequence[str]) -> list[str]:
        """Return a fence's lines without quote marks and indentation."""
        inner = lines[self.start + 1 : self.end - 1 if self.closed else self.end]
        return [_strip(line, self.quote, self.indent) for line in inner]


def at(lines: Sequence[str], start: int, stop: int) -> Hidden | None:
    """Return the block that begins at line `start`, looking for its end before line `stop`."""
    line = lines[start]
    if match := _FENCE.match(line):
        return _fence(lines, start, stop, match)
    if _COMMENT.match(line):
        return _comment(lines, start, stop)
    if match := _MATH.match(line):
        return _math(lines, start, stop, line[match.end() :])
    return None


def _fence(lines: Sequence[str], start: int, stop: int, match: re.Match[str]) -> Hidden | None:
    quote, indent, mark, info = match.group("quote", "indent", "mark", "info")
    if mark[0] == "`" and "`" in info:
        return None
    closing = re.compile(rf"[ \t]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")
    for number in range(start + 1, stop):
        if quote and not lines[number].lstrip().startswith(">"):
            return Hidden("fence", start, number, True, quote, indent, info.strip())
        if closing.fullmatch(_strip(lines[number], quote, "")):
            return Hidden("fence", start, number + 1, True, quote, indent, info.strip())
    return Hidden("fence", start, stop, False, quote, indent, info.strip())


def _comment(lines: Sequence[str], start: int, stop: int) -> Hidden | None:
    for number in range(start, stop):
        if (end := lines[number].find("-->")) >= 0:
            text_follows = lines[number][end + 3 :].strip()
            return None if text_follows else Hidden("comment", start, number + 1, True)
    return Hidden("comment", start, stop, False)


def _math(lines: Sequence[str], start: int, stop: int, rest: str) -> Hidden | None:
    if "$$" in rest:
        return Hidden("math", start, start + 1, True) if rest.rstrip().endswith("$$") else None
    for number in range(start + 1, stop):
        if "$$" in lines[number]:
            closes = lines[number].rstrip().endswith("$$")
            return Hidden("math", start, number + 1, True) if closes else None
    return Hidden("math", start, stop, False)


def _strip(line: str, quote: str, indent: str) -> str:
    for _ in range(quote.count(">")):
        line = re.sub(r"^[ \t]*> ?", "", line, count=1)
    width = len(indent)
    return line[width:] if line[:width].isspace() or not width else line.lstrip(" \t")
