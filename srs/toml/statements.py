"""The statements of a TOML file, with their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_BETWEEN = re.compile(r"(?:[ \t\r\n\ufeff]|#[^\n]*)*")
_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_KEY = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_HEADER = re.compile(rf"(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?")
_ASSIGNMENT = re.compile(rf"({_KEY})[ \t]*=[ \t]*")
_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comment>#[^\n]*)|(?P<end>\n)|[^\"'\[\]{}#\n]+",
    re.DOTALL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A `key = value` or the `[header]` of a table, with its whole key.

    `start` and `end` are offsets in the text; `value` is that of the value, `end` for a header.
    """

    key: tuple[str, ...]
    start: int
    value: int
    end: int


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a valid file in order."""
    table: tuple[str, ...] = ()
    position = _after(text, 0)
    while position < len(text):
        if header := _HEADER.match(text, position):
            table = _names(header[2])
            yield Statement(table, position, header.end(), header.end())
            position = header.end()
        elif assignment := _ASSIGNMENT.match(text, position):
            end = _end(text, assignment.end())
            yield Statement((*table, *_names(assignment[1])), position, assignment.end(), end)
            position = end
        else:
            return
        position = _after(text, position)


def _after(text: str, position: int) -> int:
    """Return where the next statement begins."""
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def _names(key: str) -> tuple[str, ...]:
    """Return the parts of a key as it is written, with quotes and dots."""
    names = []
    rest: Any = tomllib.loads(f"{key} = 0")
    while isinstance(rest, dict):
        ((name, rest),) = rest.items()
        names.append(name)
    return tuple(names)


def _end(text: str, start: int) -> int:
    """Return where a value ends: at a line's end or a comment outside of brackets."""
    depth = 0
    end = position = start
    while piece := _PIECE.match(text, position):
        depth += (piece["open"] is not None) - (piece["close"] is not None)
        if depth == 0 and (piece["comment"] is not None or piece["end"] is not None):
            break
        position = piece.end()
        if piece[0].strip() and piece["comment"] is None:
            end = piece.start() + len(piece[0].rstrip())
    return end


def nearest(text: str, key: Sequence[str]) -> int:
    """Return where a key stands, or what it is part of, or is the first part of; else 0."""

    def kinship(statement: Statement) -> int:
        pairs = zip(statement.key, key, strict=False)
        return next(
            (n for n, (a, b) in enumerate(pairs) if a != b), min(len(statement.key), len(key))
        )

    best = max(
        statements(text), key=lambda s: (kinship(s), -abs(len(s.key) - len(key))), default=None
    )
    return best.start if best is not None and kinship(best) else 0
