"""From Python-Markdown's element tree to ours; what is not on the whitelist becomes text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.util import AtomicString

from srs.corpus import tree
from srs.corpus.render import links, lists, tables
from srs.corpus.render.code import coloured
from srs.corpus.render.details import fold_details
from srs.corpus.render.emphasis import Emphasised, Part, emphasise
from srs.corpus.render.lists import Containers
from srs.corpus.spans import (
    GUARD,
    MARKS,
    UNFIT,
    Address,
    ClozeEnd,
    ClozeStart,
    CodeSpan,
    Content,
    Fence,
    Formula,
    Literal,
    Scanned,
    Span,
    Tag,
    Target,
    Wiki,
)
from srs.corpus.tree import MAX_NESTING, Block, Blocks, Inline, Text
from srs.errors import Place, Problem, Severity

_SCHEMES = ("http://", "https://", "mailto:")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that a text names, as it is written there: an image's, or one that a link leads to."""

    target: str
    is_image: bool
    where: Place


@dataclass(frozen=True, slots=True)
class Found:
    """What only a finished tree shows: it is added to as texts are rendered."""

    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def build(scanned: Scanned, found: Found) -> Blocks:
    """Render a scanned text; adds to `found`."""
    markdown, nested = _markdown()
    markdown.reset()
    nested.too_deep.clear()
    lines = scanned.lines()
    root = markdown.parser.parseDocument(lines).getroot()
    assert root is not None
    if nested.too_deep:
        found.problems.append(_nesting(scanned, lines, nested.too_deep[0].strip()))
        return (tree.Paragraph((Text(scanned.restored(scanned.text)),)),)
    for processor in markdown.treeprocessors:
        changed = processor.run(root)
        root = root if changed is None else changed
    builder = _Builder(scanned, found)
    blocks = builder.blocks(root)
    builder.report_split()
    return blocks


def _nesting(scanned: Scanned, lines: list[str], first: str) -> Problem:
    """Report nesting that is too deep, at the line that ends with what `first` shows of it."""
    rows = (
        row
        for row, line in zip(scanned.rows, lines, strict=True)
        if line.rstrip().endswith(first) and len(line) - len(first) >= MAX_NESTING
    )
    where = Place(scanned.path, next(rows, scanned.rows[0]))
    message = f"lists or quotes are nested more than {MAX_NESTING} deep"
    return Problem(where, "nesting", Severity.ERROR, message, "say it with fewer levels")


def _wiki_link(path: str, span: Span, link: Wiki) -> Problem:
    page, _, label = link.page.partition("|")
    message = f"`{link.text}{link.page[:40]}]]` is shown as text"
    hint = f"write `[{label or page}](path.md)`, or put it in backticks if it is code"
    if link.text.startswith("!"):
        hint = "write `![description](file.png)`, the path relative to this file"
    where = Place(path, span.line, span.column)
    return Problem(where, "wiki-link", Severity.WARNING, message, hint)


@cache
def _markdown() -> tuple[Markdown, Containers]:
    """Python-Markdown with the dialect's extensions: tables, `~~`, bare addresses."""
    markdown = Markdown(tab_length=4)
    for name in (
        "backtick", "escape", "autolink", "automail", "html", "entity", "not_strong", "em_strong",
        "em_strong2",
    ):  # fmt: skip
        markdown.inlinePatterns.deregister(name, strict=False)
    for name in ("prettify", "unescape"):
        markdown.treeprocessors.deregister(name)
    links.register(markdown)
    tables.register(markdown.parser)
    return markdown, lists.register(markdown.parser)


class _Builder:
    def __init__(self, scanned: Scanned, found: Found) -> None:
        self.scanned = scanned
        self.spans = scanned.spans
        self.found = found
        self.placed: set[Span] = set()

    def report_split(self) -> None:
        """Report the clozes that came to nothing, so that no card asks for what it shows."""
        for span in self.spans:
            if span.numbers() and span not in self.placed:
                where = Place(self.scanned.path, span.line, span.column)
                message = "this cloze begins and ends in different blocks or emphasis"
                hint = "put the emphasis inside the cloze, or the cloze inside the emphasis"
                self.found.problems.append(
                    Problem(where, "cloze-split", Severity.ERROR, message, hint)
                )

    # Blocks

    def blocks(self, parent: Element) -> Blocks:
        """Return the blocks below an element, with `<details>` made of the tags around them."""
        out: list[Block | Tag] = []
        for child in parent:
            if child.tag == "placeholder":
                span = self._span(child.text or "")
                out.append(span.content if isinstance(span.content, Tag) else self._whole(span))
            else:
                out.extend(self._block(child))
        return fold_details(out)

    def _block(self, element: Element) -> Iterator[Block]:
        match element.tag:
            case "p":
                inlines = self._inlines(element)
                while inlines and inlines[-1] == tree.LineBreak():
                    inlines = inlines[:-1]
                if inlines:
                    yield tree.Paragraph(inlines)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                level = max(3, int(element.tag[1]))
                yield tree.Heading(level, self._inlines(element))
            case "ul" | "ol":
                start = int(element.get("start", "1")) if element.tag == "ol" else None
                items = tuple(self._item(child) for child in element)
                yield tree.List(start, element.get("loose") is None, items)
            case "blockquote":
                yield tree.Quote(self.blocks(element))
            case "pre":
                yield tree.CodeBlock("", self._code("".join(element.itertext()).rstrip("\n")))
            case "table":
                yield self._table(element)
            case "hr":
                yield tree.Rule()
            case _:
                yield tree.Paragraph(self._inlines(element))

    def _whole(self, span: Span) -> Block:
        self.placed.add(span)
        match span.content:
            case Fence(words, children):
                language = words[0].lower() if words else ""
                return tree.CodeBlock(language, coloured(language, children), words[1:])
            case Formula(children=children):
                return tree.Math(True, children)
            case _:
                return tree.Paragraph((Text(span.source),))

    def _item(self, element: Element) -> tree.Item:
        checked = element.get("checked")
        return tree.Item(None if checked is None else bool(checked), self.blocks(element))

    def _table(self, element: Element) -> Block:
        head = element.findall("./thead/tr/th")
        rows = [row.findall("td") for row in element.findall("./tbody/tr")]
        width = len(head)
        cells = tuple(
            tuple(self._inlines(row[n]) if n < len(row) else () for n in range(width))
            for row in rows
            if any("".join(cell.itertext()).strip() for cell in row)
        )
        align = tuple(cell.get("align", "") for cell in head)
        return tree.Table(align, tuple(self._inlines(cell) for cell in head), cells)

    # Inlines

    def _inlines(self, element: Element) -> tuple[Inline, ...]:
        """Return an element's inlines, with clozes and tags made of the marks around them."""
        parts: list[Part] = list(self._parts(element.text))
        for child in element:
            parts.extend(self._inline(child))
            parts.extend(self._parts(child.tail))
        return self._nest(emphasise(parts))

    def _inline(self, element: Element) -> Iterator[Inline]:
        match element.tag:
            case "br":
                yield tree.LineBreak()
            case "a":
                url = self._attribute(element, "href")
                bare = isinstance(element.text, AtomicString)
                children = (Text(url),) if bare else self._inlines(element) or (Text(url),)
                if url.lower().startswith(_SCHEMES):
                    yield tree.Link(url, children)
                else:
                    self._refer(url, element.get("href", ""), is_image=False)
                    yield from children
            case "img":
                source = self._attribute(element, "src")
                self._refer(source, element.get("src", ""), is_image=True)
                yield tree.Image(source, self._attribute(element, "alt"))
            case _:
                yield from self._inlines(element)

    def _parts(self, text: str | None) -> Iterator[Part]:
        """Return a text's characters and what its placeholders stand for."""
        position = 0
        text = text or ""
        for mark in MARKS.finditer(text):
            if position < mark.start():
                yield text[position : mark.start()]
            position = mark.end()
            span = self.spans[int(mark[1])]
            if isinstance(span.content, Wiki):
                self.found.problems.append(_wiki_link(self.scanned.path, span, span.content))
            if (node := _node(span.content)) is not None:
                self.placed.add(span)
            if not isinstance(span.content, Target):
                yield node or span
        if position < len(text):
            yield text[position:]

    def _code(self, text: str) -> tuple[Inline, ...]:
        """Return indented code as it was written, with its clozes."""
        parts: list[Part] = []
        position = 0
        for mark in MARKS.finditer(text):
            span = self.spans[int(mark[1])]
            parts.append(Text(html.unescape(text[position : mark.start()])))
            cloze = isinstance(span.content, ClozeStart | ClozeEnd)
            parts.append(span if cloze else Text(span.source))
            position = mark.end()
        parts.append(Text(html.unescape(text[position:])))
        return self._nest([part for part in parts if part != Text("")])

    def _attribute(self, element: Element, name: str) -> str:
        """Return an address or description, its escapes and entities undone."""

        def written(mark: re.Match[str]) -> str:
            span = self.spans[int(mark[1])]
            return span.content.text if isinstance(span.content, Literal) else span.source

        return MARKS.sub(written, _unescape(element.get(name, "")))

    def _refer(self, target: str, written: str, *, is_image: bool) -> None:
        """Remember a file that is named, and where: there the scanner has left a mark."""
        mark = MARKS.match(written)
        span = self.spans[int(mark[1])] if mark else None
        place = (span.line, span.column) if span else (self.scanned.rows[0], 1)
        self.found.references.append(Reference(target, is_image, Place(self.scanned.path, *place)))

    def _nest(self, parts: Iterable[Part]) -> tuple[Inline, ...]:
        """Put what stands between an opening and a closing mark into one node."""
        stack: list[tuple[Span | None, list[Inline]]] = [(None, [])]
        for part in parts:
            if isinstance(part, str):
                stack[-1][1].extend(_text(part))
            elif isinstance(part, Emphasised):
                stack[-1][1].append(tree.Styled(part.style, self._nest(part.parts)))
            elif not isinstance(part, Span):
                stack[-1][1].append(part)
            elif isinstance(part.content, ClozeStart) or (
                isinstance(part.content, Tag) and not part.content.closing
            ):
                stack.append((part, []))
            elif (opened := stack[-1][0]) is not None and _fits(opened.content, part.content):
                inner = stack.pop()[1]
                stack[-1][1].append(_wrapped(opened.content, inner))
                self.placed.add(opened)
        while len(stack) > 1:
            inner = stack.pop()[1]
            stack[-1][1].extend(inner)
        return _joined(stack[0][1])

    def _span(self, mark: str) -> Span:
        match = MARKS.fullmatch(mark)
        assert match is not None
        return self.spans[int(match[1])]


def _node(content: Content) -> Inline | None:
    """Return the node of a placeholder that stands for a whole one."""
    match content:
        case CodeSpan(children):
            return tree.Code(children)
        case Fence(children=children):
            return tree.Code(children)
        case Formula(display, children):
            return tree.Math(display, children)
        case Literal(text) | Wiki(text):
            return Text(text)
        case Address(url):
            return tree.Link(url, (Text(url.removeprefix("mailto:")),))
        case Tag("br", _):
            return tree.LineBreak()
        case _:
            return None


def _text(text: str) -> Iterator[Inline]:
    text = _unescape(text.replace(GUARD, " "))
    text = re.sub(r"(?<![ \t])[ \t]*\n[ \t]*", " ", text)
    if text:
        yield Text(text)


def _unescape(text: str) -> str:
    """Replace entities, which end with `;` (an address may well say `&section=`)."""
    return _ENTITY.sub(lambda match: UNFIT.sub("\ufffd", html.unescape(match[0])), text)


def _fits(opened: Content, closing: Content) -> bool:
    match opened, closing:
        case ClozeStart(), ClozeEnd():
            return True
        case Tag(name), Tag(other, True):
            return name == other
        case _:
            return False


def _wrapped(opened: Content, inner: list[Inline]) -> Inline:
    match opened:
        case ClozeStart(numbers, hint):
            return tree.Cloze(numbers, hint, _joined(inner))
        case Tag(name):
            return tree.Styled(name, _joined(inner))
        case _:
            raise AssertionError(opened)


def _joined(parts: list[Inline]) -> tuple[Inline, ...]:
    """Join texts that stand next to each other; a line begins without spaces."""
    out: list[Inline] = []
    for part in parts:
        match out[-1:], part:
            case [Text(before)], Text(text):
                out[-1] = Text(before + text)
            case [tree.LineBreak()], Text(text):
                if text.strip(" "):
                    out.append(Text(text.lstrip(" ")))
            case _:
                out.append(part)
    return tuple(out)
