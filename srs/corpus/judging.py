"""What an answer that was typed or chosen is worth, and where it differs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from srs.corpus.render import Rendered
from srs.corpus.tree import List
from srs.model import Kind, Rating

MAX_COMPARED = 1_000_000
"""Two texts whose lengths, multiplied, exceed this are not compared in detail: it takes seconds."""

_ALIKE = 0.5
"""Lines less alike than this stand under one another, instead of being mixed."""


class Judgement(Enum):
    """How near an answer came."""

    RIGHT = "right"
    NEARLY = "nearly"
    WRONG = "wrong"

    @property
    def rating(self) -> Rating:
        """What the answer button should be; the user has the last word."""
        return _RATINGS[self]


_RATINGS = {
    Judgement.RIGHT: Rating.GOOD,
    Judgement.NEARLY: Rating.HARD,
    Judgement.WRONG: Rating.AGAIN,
}


class Part(Enum):
    """Whether a piece of text is in what was expected and in what was given, or in one of them."""

    SAME = "same"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line; it is empty only where a whole line is."""

    part: Part
    text: str


Line = tuple[Segment, ...]
"""Never empty. Without a `SAME` piece the whole line is missing, or extra."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How near an answer came, why it is not quite right, and its lines beside the expected ones.

    The pieces that are the same or missing make the expected text, as far as its spaces count;
    those that are the same or extra make the given one.
    """

    judgement: Judgement
    lines: tuple[Line, ...]
    why: str = ""

    @property
    def rating(self) -> Rating:
        return self.judgement.rating

    def text(self, other: Part) -> str:
        """Return one of the two texts: what is the same, with what is missing or extra."""
        lines = ([s.text for s in line if s.part in (Part.SAME, other)] for line in self.lines)
        return "\n".join("".join(pieces) for pieces in lines if pieces)


def judge(rendered: Rendered, given: str) -> Comparison:
    """Compare what was typed with what a note asks for, its `typed`."""
    return compare(rendered.typed, given, verbatim=rendered.kind is Kind.PREDICT)


def compare(expected: str, given: str, *, verbatim: bool = False) -> Comparison:
    """Compare an answer with what was expected.

    Blanks at the ends, runs of them, and Unicode form make no difference; only case, a small one.
    With `verbatim`, as for the output of a program, all counts but blanks and lines at the end.
    """
    form = _verbatim if verbatim else _folded
    wanted, got = form(expected), form(given)
    lines = tuple(_lines(*(text.split("\n") if text else [] for text in (wanted, got))))
    if wanted == got:
        return Comparison(Judgement.RIGHT, lines)
    if not verbatim and wanted.casefold() == got.casefold():
        return Comparison(Judgement.NEARLY, lines, "only upper and lower case differ")
    return Comparison(Judgement.WRONG, lines)


def right_options(rendered: Rendered) -> frozenset[int]:
    """Return which options of a choice note are right, counted from 0 in the order shown."""
    match rendered.kind, rendered.back:
        case Kind.CHOICE, (List(items=items), *_):
            return frozenset(n for n, item in enumerate(items) if item.checked)
    return frozenset()


def judge_choice(right: Set[int], chosen: Set[int]) -> Judgement:
    """Compare the options chosen with the right ones; nearly: one of several lacks, none is wrong."""
    if chosen == right:
        return Judgement.RIGHT
    if chosen and chosen < right and len(right - chosen) == 1:
        return Judgement.NEARLY
    return Judgement.WRONG


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _verbatim(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")


def _lines(expected: Sequence[str], given: Sequence[str]) -> Iterator[Line]:
    """Yield the lines of both texts; those that changed place against place."""
    if len(expected) * len(given) > MAX_COMPARED:
        yield from _apart(expected, given)
        return
    for same, i, j, k, m in _changes(expected, given):
        wanted, got = expected[i:j], given[k:m]
        if same:
            yield from ((Segment(Part.SAME, line),) for line in wanted)
            continue
        for old, new in zip(wanted, got, strict=False):
            yield from _beside(old, new)
        both = min(len(wanted), len(got))
        yield from _apart(wanted[both:], got[both:])


def _beside(expected: str, given: str) -> Iterator[Line]:
    """Yield two lines as one, if they are alike, or else under one another."""
    if len(expected) * len(given) <= MAX_COMPARED:
        old, new = _characters(expected), _characters(given)
        pieces = list(_changes(old, new))
        common = sum(j - i for same, i, j, _, _ in pieces if same)
        if common and 2 * common / (len(old) + len(new)) >= _ALIKE:
            yield tuple(_segments(old, new, pieces))
            return
    yield from _apart([expected], [given])


def _apart(expected: Sequence[str], given: Sequence[str]) -> Iterator[Line]:
    yield from ((Segment(Part.MISSING, line),) for line in expected)
    yield from ((Segment(Part.EXTRA, line),) for line in given)


_Change = tuple[bool, int, int, int, int]
"""Whether two stretches are the same, where the one begins and ends, and where the other."""


def _changes(expected: Sequence[str], given: Sequence[str]) -> Iterator[_Change]:
    matcher = SequenceMatcher(None, expected, given, autojunk=False)
    for name, i, j, k, m in matcher.get_opcodes():
        yield name == "equal", i, j, k, m


def _segments(old: list[str], new: list[str], pieces: Sequence[_Change]) -> Iterator[Segment]:
    for same, i, j, k, m in pieces:
        if same:
            yield Segment(Part.SAME, "".join(old[i:j]))
            continue
        if i < j:
            yield Segment(Part.MISSING, "".join(old[i:j]))
        if k < m:
            yield Segment(Part.EXTRA, "".join(new[k:m]))


def _characters(text: str) -> list[str]:
    """Split a text, but keep marks with what they stand on."""
    found: list[str] = []
    for char in text:
        joined = found and (found[-1][-1] == "\u200d" or char == "\u200d")
        if found and (joined or unicodedata.category(char).startswith("M")):
            found[-1] += char
        else:
            found.append(char)
    return found
