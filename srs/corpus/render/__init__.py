"""From a note's Markdown to the tree: the one place where Python-Markdown runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from srs.corpus.parse import scan_front
from srs.corpus.render.build import build
from srs.corpus.scan import Scanned, scan
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

VERSION = 1
"""Raised with every change of what a text is rendered to, so that kept results are let go."""

MAX_BRACKETS = 200
MAX_NESTING = 12

_SOURCE = re.compile(r"Sources?:\s*")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A note as trees: its question (the heading first), its answer, and where it is from."""

    front: Blocks
    back: Blocks
    source: tuple[Inline, ...]
    problems: tuple[Problem, ...]

    def sides(self, kind: Kind, ord: int | None) -> tuple[Blocks, Blocks]:
        """Return a card's question and answer; of a cloze note with None for `ord`, all at once.

        A cloze note's answer is its text again, the title only if that hides something.
        """
        if kind is Kind.CLOZE:
            text = self.front
            if isinstance(text[0], Heading) and not any(
                isinstance(n, Cloze) for n in inside(text[0])
            ):
                text = text[1:]
            question = without_clozes(self.front, True, ord)
            return question, without_clozes((*text, *self.back), False, ord)
        return (self.back, self.front) if ord == 2 else (self.front, self.back)


def note(value: Note) -> Rendered:
    """Render a note. A text that cannot be set is shown as it is, with a problem."""
    heading, front = scan_front(value)
    back = scan(value.back, Place(value.place.path, value.back_line, 1), value.kind is Kind.CLOZE)
    problems: list[Problem] = []
    title = _heading(heading, problems)
    body = _blocks(front, Place(value.place.path, value.front_line), problems)
    answer = _blocks(back, Place(value.place.path, value.back_line), problems)
    body, source = _take_source(body)
    answer, later = _take_source(answer)
    found = (*heading.problems, *front.problems, *back.problems, *problems)
    return Rendered((*title, *body), answer, later or source, found)


def section(value: Section, path: str) -> tuple[Blocks, tuple[Problem, ...]]:
    """Render a section's introduction."""
    where = Place(path, value.intro_line)
    scanned = scan(value.intro, where, clozes=False)
    problems = list(scanned.problems)
    return _blocks(scanned, where, problems), tuple(problems)


def _heading(scanned: Scanned, problems: list[Problem]) -> Blocks:
    """Render a heading's text as inlines, whatever it looks like at the start of a line."""
    if not scanned.text.strip():
        return ()
    text = scanned.text.strip()
    guarded = f"\ufdd3{text}"
    built = build(replace(scanned, text=guarded), problems)
    match built:
        case (Paragraph((Text(first), *rest)),):
            first = first.removeprefix("\ufdd3")
            children = (Text(first), *rest) if first else tuple(rest)
            return (Heading(2, children),)
    return (Heading(2, (Text(scanned.restored(text)),)),)


def _blocks(scanned: Scanned, where: Place, problems: list[Problem]) -> Blocks:
    if not scanned.text.strip():
        return ()
    if (fault := _unfit(scanned.text)) is not None:
        code, line, message, hint = fault
        place = Place(where.path, where.line + line)
        problems.append(Problem(place, code, Severity.ERROR, message, hint))
        return (Paragraph((Text(scanned.restored(scanned.text)),)),)
    return build(scanned, problems)


def _unfit(text: str) -> tuple[str, int, str, str] | None:
    """Return what would make Python-Markdown slow or overflow: code, line, message, hint."""
    line = 0
    for paragraph in re.split(r"(\n[ \t]*\n)", text):
        if max(paragraph.count("["), paragraph.count("<"), paragraph.count("*")) > MAX_BRACKETS:
            message = f"this paragraph holds more than {MAX_BRACKETS} brackets or stars"
            return "slow-markdown", line, message, "put code into a fence"
        line += paragraph.count("\n")
    for number, row in enumerate(text.split("\n")):
        markers = re.match(r"[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*)*", row)
        assert markers is not None
        depth = len(re.findall(r">|[-+*]|\d[.)]", markers[0])) + _indent(markers[0]) // 2
        if depth > MAX_NESTING and re.search(r"[->+*.)]", markers[0]):
            message = f"lists or quotes are nested more than {MAX_NESTING} deep"
            return "nesting", number, message, "say it with fewer levels"
    return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _take_source(blocks: Blocks) -> tuple[Blocks, tuple[Inline, ...]]:
    """Split off a last paragraph that begins with `Source:`."""
    if not blocks:
        return blocks, ()
    last: Block = blocks[-1]
    match last:
        case Paragraph((Text(text), *rest)) if found := _SOURCE.match(text):
            tail = text[found.end() :]
            return blocks[:-1], ((Text(tail), *rest) if tail else tuple(rest))
    return blocks, ()
