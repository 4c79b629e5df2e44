"""From a note's Markdown to the tree: the one place where Python-Markdown runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from srs.corpus.parse import MAX_NOTE, length, scan_front
from srs.corpus.render.build import Found, Reference, build
from srs.corpus.scan import scan
from srs.corpus.spans import GUARD, Scanned
from srs.corpus.tree import (
    Block,
    Blocks,
    Cloze,
    Heading,
    Inline,
    Paragraph,
    Text,
    inside,
    without_clozes,
)
from srs.errors import Place, Problem, Severity
from srs.model import Kind, Note, Section

VERSION = 2
"""Raised with every change of what a text is rendered to, so that kept results are let go."""

MAX_BRACKETS = 200
"""How many `[` a paragraph may hold: Python-Markdown looks for the end of each."""

_ITEM = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+")
_DELIMITERS = re.compile(r"[ \t>]*(?:\||[:-][ \t:-]*\|)[ \t|:-]*")
_SOURCE = re.compile(r"Sources?:\s*")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A note as trees: its question (the heading first), its answer, and where it is from.

    `scanned` are the texts these were made of, and `references` the files they name.
    """

    front: Blocks
    back: Blocks
    source: tuple[Inline, ...]
    problems: tuple[Problem, ...]
    scanned: tuple[Scanned, ...] = ()
    references: tuple[Reference, ...] = ()

    def sides(self, kind: Kind, ord: int | None) -> tuple[Blocks, Blocks]:
        """Return a card's question and answer; of a cloze note with None for `ord`, all at once.

        A cloze note's answer is its text again, the title only if that hides something.
        """
        if kind is Kind.CLOZE:
            text = self.front
            if isinstance(text[0], Heading) and not _hides(text[0]):
                text = text[1:]
            question = without_clozes(self.front, True, ord)
            return question, without_clozes((*text, *self.back), False, ord)
        return (self.back, self.front) if ord == 2 else (self.front, self.back)


def note(value: Note) -> Rendered:
    """Render a note. A text that cannot be set is shown as it is, with a problem.

    That one is too long has been reported where it was parsed.
    """
    if length(value) > MAX_NOTE:
        question = (Heading(2, (Text(value.heading),)), *_verbatim(value.front))
        return Rendered(question, _verbatim(value.back), (), ())
    heading, front = scan_front(value)
    back = scan(value.back, Place(value.place.path, value.back_line, 1), value.kind is Kind.CLOZE)
    found = Found()
    title = _heading(heading, found)
    body = _blocks(front, found)
    answer = _blocks(back, found)
    answer, source = _take_source(answer)
    if not source:
        body, source = _take_source(body)
    return _rendered((*title, *body), answer, source, (heading, front, back), found)


def section(value: Section, path: str) -> Rendered:
    """Render a section's introduction, as the back of a note without a front."""
    if len(value.intro) > MAX_NOTE:
        return Rendered((), _verbatim(value.intro), (), ())
    scanned = scan(value.intro, Place(path, value.intro_line), clozes=False)
    found = Found()
    return _rendered((), _blocks(scanned, found), (), (scanned,), found)


def _rendered(
    front: Blocks,
    back: Blocks,
    source: tuple[Inline, ...],
    scanned: tuple[Scanned, ...],
    found: Found,
) -> Rendered:
    problems = *(problem for text in scanned for problem in text.problems), *found.problems
    return Rendered(front, back, source, problems, scanned, tuple(found.references))


def _heading(scanned: Scanned, found: Found) -> Blocks:
    """Render a heading's text as inlines, whatever it looks like at the start of a line."""
    text = scanned.text.strip()
    if not text:
        return ()
    if not _is_fit(scanned, found.problems):
        return (Heading(2, (Text(scanned.restored(text)),)),)
    built = build(replace(scanned, text=f"{GUARD}{text}"), found)
    match built:
        case (Paragraph((Text(first), *rest)),):
            first = first.lstrip(" ")
            children = (Text(first), *rest) if first else tuple(rest)
            return (Heading(2, children),)
    raise AssertionError(built)


def _blocks(scanned: Scanned, found: Found) -> Blocks:
    if not scanned.text.strip():
        return ()
    if not _is_fit(scanned, found.problems):
        return _verbatim(scanned.restored(scanned.text))
    return build(scanned, found)


def _verbatim(text: str) -> Blocks:
    return (Paragraph((Text(text),)),) if text else ()


def _is_fit(scanned: Scanned, problems: list[Problem]) -> bool:
    """Tell whether Python-Markdown is quick about a text, and report if it is not."""
    row = _crowded(scanned.text.split("\n"))
    if row is not None:
        where = Place(scanned.path, scanned.rows[row])
        message = f"this paragraph holds more than {MAX_BRACKETS} brackets"
        hint = "put code into a fence"
        problems.append(Problem(where, "slow-markdown", Severity.ERROR, message, hint))
    return row is None


def _crowded(lines: Sequence[str]) -> int | None:
    """Return the line at which a paragraph, item or row of a table holds too many brackets."""
    count = 0
    in_table = False
    for row, line in enumerate(lines):
        in_table = bool(line.strip()) and (in_table or _DELIMITERS.fullmatch(line) is not None)
        alone = in_table or not line.strip() or _ITEM.match(line)
        count = line.count("[") + (0 if alone else count)
        if count > MAX_BRACKETS:
            return row
    return None


def _hides(block: Block) -> bool:
    """Tell whether a block holds a cloze."""
    return any(isinstance(node, Cloze) for node in inside(block))


def _take_source(blocks: Blocks) -> tuple[Blocks, tuple[Inline, ...]]:
    """Split off a last paragraph that begins with `Source:`."""
    if not blocks:
        return blocks, ()
    last: Block = blocks[-1]
    match last:
        case Paragraph((Text(text), *rest)) if not _hides(last) and (found := _SOURCE.match(text)):
            tail = text[found.end() :]
            return blocks[:-1], ((Text(tail), *rest) if tail else tuple(rest))
    return blocks, ()
