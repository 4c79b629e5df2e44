"""Emphasis and strikethrough by CommonMark's rules of delimiter runs (0.31, section 6.2).

Python-Markdown's own rules differ from release to release and lose text: `a*b**c*d`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from srs.corpus.spans import Span
from srs.corpus.tree import MAX_NESTING, Inline, LineBreak, Text

_RUN = re.compile(r"\*+|_+|(?<!~)~~(?!~)")


@dataclass(frozen=True, slots=True)
class Emphasised:
    style: str
    parts: tuple[Part, ...]
    depth: int
    """How deep emphasis is nested in it, itself included."""


Part = str | Inline | Span | Emphasised
"""A part of a paragraph: text as it was written, or something already made."""


@dataclass(slots=True)
class _Run:
    """A run of delimiters; `count` are those not used up yet."""

    char: str
    length: int
    count: int
    opens: bool
    closes: bool


def emphasise(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Take emphasis out of the texts among the parts."""
    out: list[Part | _Run] = []
    openers: list[int] = []  # where in `out` the runs stand that may open
    bottoms: dict[tuple[str, bool, int], int] = {}  # below are no openers for such a run
    for token in _tokens(parts):
        if not isinstance(token, _Run):
            out.append(token)
            continue
        kind = token.char, token.opens, token.length % 3
        while token.closes and token.count:
            at = _opener(out, openers, bottoms.get(kind, 0), token)
            if at is None:
                bottoms[kind] = len(openers)
                break
            opener = out[openers[at]]
            assert isinstance(opener, _Run)
            inner = tuple(_flat(out[openers[at] + 1 :]))
            depth = 1 + max((p.depth for p in inner if isinstance(p, Emphasised)), default=0)
            if depth > MAX_NESTING:
                break
            used = 2 if min(opener.count, token.count) > 1 else 1
            opener.count -= used
            token.count -= used
            del out[openers[at] + (opener.count > 0) :]
            del openers[at + (opener.count > 0) :]
            bottoms = {key: min(bottom, len(openers)) for key, bottom in bottoms.items()}
            style = "del" if token.char == "~" else "strong" if used == 2 else "em"
            out.append(Emphasised(style, inner, depth))
        if token.count and token.opens:
            openers.append(len(out))
        if token.count:
            out.append(token)
    return tuple(_flat(out))


def _opener(out: list[Part | _Run], openers: list[int], bottom: int, closer: _Run) -> int | None:
    """Return which of the openers, the last that fits, a run closes."""
    for at in range(len(openers) - 1, bottom - 1, -1):
        opener = out[openers[at]]
        assert isinstance(opener, _Run)
        both = opener.closes or closer.opens
        odd = (opener.length + closer.length) % 3 == 0 and opener.length % 3 != 0
        if opener.char == closer.char and not (both and odd and closer.char != "~"):
            return at
    return None


def _flat(parts: Sequence[Part | _Run]) -> Iterator[Part]:
    """Yield parts, runs that were not used as the text they are."""
    for part in parts:
        yield part.char * part.count if isinstance(part, _Run) else part


def _tokens(parts: Sequence[Part]) -> Iterator[Part | _Run]:
    for number, part in enumerate(parts):
        if not isinstance(part, str):
            yield part
            continue
        position = 0
        for run in _RUN.finditer(part):
            if run.start() > position:
                yield part[position : run.start()]
            position = run.end()
            before = part[: run.start()] or (_edge(parts[number - 1]) if number else " ")
            after = part[position:] or (
                _edge(parts[number + 1]) if number + 1 < len(parts) else " "
            )
            yield _run(run[0], before[-1], after[0])
        if position < len(part):
            yield part[position:]


def _run(text: str, before: str, after: str) -> _Run:
    """Classify a run by the characters around it."""
    left = not after.isspace() and (not _is_punctuation(after) or _is_edge(before))
    right = not before.isspace() and (not _is_punctuation(before) or _is_edge(after))
    opens, closes = left, right
    if text[0] == "_":
        opens = left and (not right or _is_punctuation(before))
        closes = right and (not left or _is_punctuation(after))
    return _Run(text[0], len(text), len(text), opens, closes)


def _is_edge(char: str) -> bool:
    return char.isspace() or _is_punctuation(char)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _edge(part: Part) -> str:
    """Return what a part was written as, or at least something with characters of its class."""
    match part:
        case str(text) | Text(text):
            return text
        case LineBreak():
            return " "
        case _:
            return "[]"
