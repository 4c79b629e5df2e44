"""A note's Markdown, which reads again as what it was written from.

What would not is written with less: first without emphasis, then as plain text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from srs.corpus import attributes, tree
from srs.corpus.parse import parse
from srs.corpus.render import MAX_BRACKETS, Rendered
from srs.corpus.render import note as render
from srs.corpus.render.build import Found, build
from srs.corpus.scan import scan
from srs.corpus.tree import Block, Blocks, Inline, Paragraph, Text, inside
from srs.errors import Place, Severity
from srs.importers.flat import flat
from srs.importers.leaves import clean
from srs.importers.notes import Incoming
from srs.model import Kind, Note

_CLASSES = {kind: f".{kind.value}" for kind in (Kind.REVERSED, Kind.TYPED, Kind.PREDICT)}
_BRACES = re.compile(r"\{([^{}]*)\}\Z")
_UNFIT_TAG = re.compile(r'[",{}<>\s]+|--+')
_PLACE = Place("note.md", 1, 1)


@dataclass(frozen=True, slots=True)
class Markdown:
    """How a tree is written."""

    blocks: Callable[[Blocks], str]
    inlines: Callable[[tuple[Inline, ...]], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A note's text, the note that it reads as, and whether it had to be simplified.

    `unkept` is the TeX of formulas that are plain text in it.
    """

    text: str
    note: Note
    simplified: bool
    unkept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sides:
    """A note as Markdown has it: the front is a heading and what stands under it."""

    heading: tuple[Inline, ...]
    front: Blocks
    back: Blocks


def write(note: Incoming, id: str, markdown: Markdown) -> Written | None:
    """Write a note under an id, empty for none; None if no text can hold it, as it is too long."""
    whole = _sides(note.front, note.back)
    if found := _attempt(note, id, whole, markdown, exact=True):
        return Written(*found, simplified=False)
    for less in (_mended, _bare):
        if found := _attempt(note, id, less(whole, markdown), markdown, exact=False):
            return Written(*found, simplified=True, unkept=_unkept(whole, render(found[1])))
    return None


def _unkept(sides: _Sides, rendered: Rendered) -> tuple[str, ...]:
    """Return the formulas of a note that it does not hold as it was written."""
    meant = Counter(_formulas((sides.heading, sides.front, sides.back)))
    return tuple((meant - Counter(_formulas((rendered.front, rendered.back)))).elements())


def _formulas(value: object) -> list[str]:
    return [tree.plain(node.children) for node in inside(value) if isinstance(node, tree.Math)]


def _sides(front: Blocks, back: Blocks) -> _Sides:
    match front:
        case (Paragraph(heading) | tree.Heading(2, heading), *rest):
            return _Sides(heading, tuple(rest), back)
    return _Sides((), front, back)


def _attempt(
    note: Incoming, id: str, sides: _Sides, markdown: Markdown, *, exact: bool
) -> tuple[str, Note] | None:
    """Return a text, and the note it reads as, if that has no error and is what was meant."""
    for basic in (False, True) if note.kind is Kind.BASIC else (False,):
        text = _text(note, id, sides, markdown, basic=basic)
        deck, problems = parse(text, _PLACE.path)
        if deck is None or len(deck.notes) != 1 or deck.notes[0].kind is not note.kind:
            continue
        read = deck.notes[0]
        rendered = render(read)
        faults = [p for p in (*problems, *rendered.problems) if p.severity is Severity.ERROR]
        if not faults and (not exact or _reads(rendered, sides)):
            return text, read
    return None


def _text(note: Incoming, id: str, sides: _Sides, markdown: Markdown, *, basic: bool) -> str:
    tags = dict.fromkeys(
        filter(None, (_UNFIT_TAG.sub("-", clean(tag)).strip("-") for tag in note.tags))
    )
    words = [
        f"#{id}" if id else "",
        ".basic" if basic else _CLASSES.get(note.kind, ""),
        ".retired" if note.retired else "",
        f"tags={','.join(tags)}" if tags else "",
    ]
    heading = _closed(markdown.inlines(sides.heading))
    front = _front(sides.front, markdown)
    back = markdown.blocks(sides.back)
    if note.kind is Kind.CLOZE or front or any(isinstance(b, tree.Rule) for b in sides.back):
        back = f"---\n\n{back}" if back else ""
    said = " ".join(filter(None, words))
    parts = (
        f"## {heading}".rstrip() + (f"\n<!-- {{{said}}} -->" if said else ""),
        front,
        back,
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _closed(heading: str) -> str:
    """Keep the end of a heading from being attributes, or marks that close it."""
    braces = _BRACES.search(heading)
    if braces and attributes.parse(braces[1]) is not None:
        heading = f"{heading[: braces.start()]}&#123;{heading[braces.start() + 1 :]}"
    return re.sub(r"((?:^|[ \t]))(#+)$", r"\1\\\2", heading)


def _front(blocks: Blocks, markdown: Markdown) -> str:
    """Write what stands above the break; a rule in it is set in a little, so that it is none."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, tree.Rule):
            parts.append([])
        else:
            parts[-1].append(block)
    return "\n\n ---\n\n".join(markdown.blocks(tuple(part)) for part in parts).strip("\n")


def _reads(rendered: Rendered, sides: _Sides) -> bool:
    """Tell whether a note was read as it was meant; colours and addresses may differ."""
    back = sides.back[:-1] if rendered.source else sides.back
    match rendered.front:
        case (tree.Heading(2, heading), *front):
            pass
        case (*front,):
            heading = ()
    read = (heading, tuple(front), rendered.back)
    return [*map(shape, read)] == [*map(shape, (sides.heading, sides.front, back))]


def shape(value: Any) -> Any:
    """Return a tree without what may differ: neighbouring texts are one, links their texts."""
    match value:
        case tuple():
            parts: list[Any] = []
            for part in value:
                inner = shape(part.children) if isinstance(part, tree.Link) else [shape(part)]
                for one in inner:
                    if isinstance(one, str) and parts and isinstance(parts[-1], str):
                        parts[-1] += one
                    else:
                        parts.append(one)
            return [part for part in parts if part != ""]
        case Text(text):
            return " ".join(re.split(r"[ \t]+", text))
        case tree.CodeBlock(language, children):
            return "CodeBlock", language, shape(children)
        case tree.Heading(level, children):
            return "Heading", max(3, level), shape(children)
        case _ if is_dataclass(value):
            named = [shape(getattr(value, field.name)) for field in fields(value)]
            return type(value).__name__, *named
    return value


def _mended(sides: _Sides, markdown: Markdown) -> _Sides:
    """Simplify the blocks that do not read again as they are."""
    title = _simplest(Paragraph(sides.heading), markdown) if sides.heading else ()
    match title:
        case (Paragraph(heading),):
            pass
        case _:
            heading = _plain(sides.heading)
    front, back = (
        tuple(done for block in blocks for done in _simplest(block, markdown))
        for blocks in (sides.front, sides.back)
    )
    return _Sides(heading, front, back)


def _simplest(block: Block, markdown: Markdown) -> Blocks:
    def possible(node: tree.Math) -> Inline:
        return node if _stands((Paragraph((node,)),), markdown) else Text(tree.plain(node.children))

    kept = tree.mapped(block, tree.Math, possible) if isinstance(block, Paragraph) else block
    tries = (block, kept, _unstyled(block), _unstyled(kept))
    return next(((b,) for b in tries if _stands((b,), markdown)), tuple(_lines(block)))


def _stands(blocks: Blocks, markdown: Markdown) -> bool:
    """Tell whether blocks read again as they are."""
    text = markdown.blocks(blocks)
    if not all(isinstance(b, tree.CodeBlock) for b in blocks) and text.count("[") > MAX_BRACKETS:
        return False
    clozes = any(isinstance(node, tree.Cloze) for node in inside(blocks))
    scanned = scan(text, _PLACE, clozes)
    found = Found()
    read = build(scanned, found)
    problems = (*scanned.problems, *found.problems)
    faulty = any(problem.severity is Severity.ERROR for problem in problems)
    return not faulty and shape(read) == shape(blocks)


def _bare(sides: _Sides, _markdown: Markdown) -> _Sides:
    front, back = (
        tuple(line for block in blocks for line in _lines(block))
        for blocks in (sides.front, sides.back)
    )
    first, *rest = _lines(Paragraph(sides.heading)) if sides.heading else [Paragraph(())]
    return _Sides(first.children, (*rest, *front), back)


def _lines(block: Block) -> Iterator[Paragraph]:
    """Say a block in paragraphs of plain text."""
    if isinstance(block, tree.CodeBlock):
        block = Paragraph(block.children)
    line: list[Inline] = []
    for part in (*_plain(flat((block,))), tree.LineBreak()):
        if isinstance(part, tree.LineBreak):
            if line:
                yield Paragraph(tuple(line))
            line = []
        else:
            line.append(part)


def _plain(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return texts, clozes, images and line breaks alone."""
    out: list[Inline] = []
    for part in inlines:
        match part:
            case Text(text):
                out.append(Text(" ".join(text.split(" ")).replace("\n", " ")))
            case tree.Cloze(numbers, hint, children):
                out.append(tree.Cloze(numbers, hint, _plain(children)))
            case tree.Image() | tree.LineBreak():
                out.append(part)
            case tree.Styled() | tree.Link() | tree.Code() | tree.Math() | tree.Revealed():
                out.extend(_plain(part.children))
            case tree.Blank(hint):
                out.append(Text(f"[{hint}]"))
    return tuple(out)


def _unstyled(value: Any) -> Any:
    """Return a tree without emphasis."""
    if isinstance(value, tuple):
        out: list[Any] = []
        for part in value:
            styled = isinstance(part, tree.Styled) and part.style in ("strong", "em", "del")
            out += _unstyled(part.children) if styled else (_unstyled(part),)
        return tuple(out)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return type(value)(*(_unstyled(getattr(value, field.name)) for field in fields(value)))
