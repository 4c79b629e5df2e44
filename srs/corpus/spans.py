"""What the scanner takes out of a text, and the placeholders that stand for it there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from srs.corpus.tree import Cloze, Inline, inside
from srs.errors import Problem

INLINE, BLOCK, END = "\ufdd0", "\ufdd1", "\ufdd2"
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, halves of characters and noncharacters: no text may hold them."""
GUARD = "\ufdd3 "
"""Stands before a text that looks like the beginning of a block and is none."""
MARKS = re.compile(f"[{INLINE}{BLOCK}]([0-9]+){END}")


@dataclass(frozen=True, slots=True)
class CodeSpan:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; `words` is its info string: the language, then what else is meant."""

    words: tuple[str, ...]
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    display: bool
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    closing: bool


@dataclass(frozen=True, slots=True)
class ClozeStart:
    numbers: tuple[int, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class ClozeEnd:
    pass


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that mean only themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address in angle brackets."""

    url: str


@dataclass(frozen=True, slots=True)
class Target:
    """Nothing itself: it stands before what may be the address of a link or image."""


@dataclass(frozen=True, slots=True)
class Wiki:
    """The brackets that open a link or embed of a wiki: text like any other, but worth a word."""

    text: str
    page: str


Content = (
    CodeSpan | Fence | Formula | Tag | ClozeStart | ClozeEnd | Literal | Address | Target | Wiki
)


@dataclass(frozen=True, slots=True)
class Span:
    """What a placeholder stands for, as it was written, and where (line and column from 1)."""

    content: Content
    source: str
    line: int
    column: int

    def numbers(self) -> frozenset[int]:
        """Return the numbers of the cloze that begins with it, or of those in its code."""
        match self.content:
            case ClozeStart(numbers=numbers):
                return frozenset(numbers)
            case CodeSpan(children) | Fence(children=children) | Formula(children=children):
                found = (node.numbers for node in inside(children) if isinstance(node, Cloze))
                return frozenset(number for numbers in found for number in numbers)
            case _:
                return frozenset()


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text with placeholders; number n stands for `spans[n]`.

    `rows` are the lines of the file, from 1, that the text's lines come from.
    """

    path: str
    text: str
    spans: tuple[Span, ...]
    rows: tuple[int, ...]
    problems: tuple[Problem, ...]

    def lines(self) -> list[str]:
        """Return the text's lines as Markdown reads them: tabs are spaces, blank ones empty.

        A tab at the end makes no hard break.
        """
        ended = (line.rstrip() if line.endswith("\t") else line for line in self.text.split("\n"))
        return [line.expandtabs(4) if line.strip() else "" for line in ended]

    def numbers(self) -> frozenset[int]:
        """Return the cloze numbers that occur anywhere in the text."""
        return frozenset().union(*(span.numbers() for span in self.spans))

    def restored(self, text: str) -> str:
        """Return a text as it was written, its placeholders undone."""
        return MARKS.sub(lambda match: self.spans[int(match[1])].source, text)
