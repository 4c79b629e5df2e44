"""From a note's Markdown to the tree: the one place where Python-Markdown runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from srs.corpus.kinds import MAX_NOTE, divided, length, scan_front
from srs.corpus.render.build import Found, Reference, build
from srs.corpus.scan import scan
from srs.corpus.spans import GUARD, Scanned
from srs.corpus.tree import (
    Block,
    Blocks,
    Cloze,
    CodeBlock,
    Details,
    Heading,
    Image,
    Inline,
    LineBreak,
    List,
    Paragraph,
    Rule,
    Text,
    inside,
    without_clozes,
)
from srs.errors import Place, Problem, Severity
from srs.ids import digest
from srs.model import Kind, Note, Section

VERSION = 4
"""Raised with every change of what a text is rendered to, so that kept results are let go."""

MAX_BRACKETS = 200
"""How many `[` a paragraph may hold: Python-Markdown looks for the end of each."""

_ITEM = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+")
_DELIMITERS = re.compile(r"[ \t>]*(?:\||[:-][ \t:-]*\|)[ \t|:-]*")
_SOURCE = re.compile(r"Sources?:\s*")


@dataclass(frozen=True, slots=True)
class Sides:
    """What a card shows: its question, then its answer under what remains of the question."""

    question: Blocks
    remains: Blocks
    answer: Blocks


@dataclass(frozen=True, slots=True)
class Rendered:
    """A note as trees: its question (the heading first), its answer, and where it is from.

    A choice note's answer begins with the options, the right ones marked. `scanned` are the texts
    these were made of, and `references` the files they name.
    """

    kind: Kind
    front: Blocks
    back: Blocks
    source: tuple[Inline, ...]
    problems: tuple[Problem, ...]
    scanned: tuple[Scanned, ...] = ()
    references: tuple[Reference, ...] = ()

    def sides(self, ord: int | None) -> Sides:
        """Return a card's sides; of a cloze note with None for `ord`, all its cards at once.

        A cloze note's answer is its text again, the title only if that hides something.
        """
        if self.kind is Kind.CLOZE:
            title = self.front[:1]
            if not (title and isinstance(title[0], Heading)) or _hides(title[0]):
                title = ()
            text = (*self.front[len(title) :], *self.back)
            question = without_clozes(self.front, True, ord)
            return Sides(question, title, without_clozes(text, False, ord))
        if ord == 2:
            return Sides(self.back, self.back, self.front)
        return Sides((*self.front, *self.options), self.front, self.back)

    @property
    def options(self) -> Blocks:
        """The options of a choice note with all boxes empty: they end its question."""
        match self.back:
            case (List(items=items) as choice, *_) if self.kind is Kind.CHOICE:
                empty = tuple(replace(item, checked=False) for item in items)
                return (replace(choice, items=empty),)
        return ()

    @property
    def typed(self) -> str:
        """What is to be typed: a predicted output, or a typed note's first block if it is text."""
        match self.kind, self.back:
            case Kind.PREDICT, blocks:
                outputs = (b for b in blocks if isinstance(b, CodeBlock) and b.language == "output")
                return _written(next(outputs, None)).rstrip("\n")
            case Kind.TYPED, ((Paragraph() | Heading() | CodeBlock()) as first, *_):
                return _written(first).strip()
        return ""

    def shuffled(self, guid: str) -> Rendered:
        """Put the options of a choice note into an order that its guid and their texts decide."""
        match self.back:
            case (List(items=items) as choice, *rest) if self.kind is Kind.CHOICE:
                keys = {item: digest(guid, _said(item)) for item in items}
                order = sorted(items, key=keys.__getitem__)
                return replace(self, back=(replace(choice, start=None, items=tuple(order)), *rest))
        return self


def note(value: Note) -> Rendered:
    """Render a note. A text that cannot be set is shown as it is, with a problem.

    That one is too long has been reported where it was parsed.
    """
    if length(value) > MAX_NOTE:
        question = (Heading(2, (Text(value.heading),)), *_verbatim(value.front))
        return Rendered(value.kind, question, _verbatim(value.back), (), ())
    if value.kind is Kind.EXERCISE:
        value = divided(value)
    heading, front = scan_front(value)
    back_at = Place(value.place.path, value.back_line, value.back_column)
    back = scan(value.back, back_at, value.kind is Kind.CLOZE)
    found = Found()
    title = _heading(heading, found)
    body = _blocks(front, found)
    answer, folded = _arranged(value.kind, _blocks(back, found))
    answer, source = _take_source(answer)
    if not source:
        body, source = _take_source(body)
    sides = (*title, *body), (*answer, *folded)
    return _rendered(value.kind, *sides, source, (heading, front, back), found)


def _arranged(kind: Kind, answer: Blocks) -> tuple[Blocks, Blocks]:
    """Arrange an answer; return it, and what is folded away under it.

    An exercise's tests are folded; the break between options and what explains them is left out.
    """
    match kind, answer:
        case Kind.EXERCISE, _:
            tests = tuple(b for b in answer if isinstance(b, CodeBlock) and "tests" in b.words)
            rest = tuple(block for block in answer if block not in tests)
            return rest, (Details((Text("Tests"),), tests),) if tests else ()
        case Kind.CHOICE, (List() as options, Rule(), *rest):
            return (options, *rest), ()
    return answer, ()


def section(value: Section, path: str) -> Rendered:
    """Render a section's introduction, as the back of a note without a front."""
    if len(value.intro) > MAX_NOTE:
        return Rendered(Kind.BASIC, (), _verbatim(value.intro), (), ())
    scanned = scan(value.intro, Place(path, value.intro_line), clozes=False)
    found = Found()
    return _rendered(Kind.BASIC, (), _blocks(scanned, found), (), (scanned,), found)


def _rendered(
    kind: Kind,
    front: Blocks,
    back: Blocks,
    source: tuple[Inline, ...],
    scanned: tuple[Scanned, ...],
    found: Found,
) -> Rendered:
    problems = *(problem for text in scanned for problem in text.problems), *found.problems
    return Rendered(kind, front, back, source, problems, scanned, tuple(found.references))


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


def _written(value: object) -> str:
    """Return a tree's text as it would be typed, with its line breaks."""
    return "".join(
        "\n" if isinstance(node, LineBreak) else node.text
        for node in inside(value)
        if isinstance(node, Text | LineBreak)
    )


def _said(value: object) -> str:
    """Return a tree's text and the names of its images."""
    return "".join(
        node.text if isinstance(node, Text) else node.source
        for node in inside(value)
        if isinstance(node, Text | Image)
    )


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
