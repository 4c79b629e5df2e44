"""From Python-Markdown's element tree to ours; what is not on the whitelist becomes text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor

from srs.corpus import tree
from srs.corpus.render import containers
from srs.corpus.render.code import coloured
from srs.corpus.scan import (
    MARKS,
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
)
from srs.corpus.tree import Block, Blocks, Inline, Text
from srs.errors import Place, Problem, Severity

_SCHEMES = ("http://", "https://", "mailto:")
_STYLES = {"strong": "strong", "em": "em", "del": "del"}


def build(scanned: Scanned, problems: list[Problem]) -> Blocks:
    """Render a scanned text; adds to `problems` what only the finished tree shows."""
    markdown = _markdown()
    markdown.reset()
    root = markdown.parser.parseDocument(scanned.text.split("\n")).getroot()
    assert root is not None
    for processor in markdown.treeprocessors:
        changed = processor.run(root)
        root = root if changed is None else changed
    return _Builder(scanned, problems).blocks(root)


@cache
def _markdown() -> Markdown:
    """Python-Markdown with the dialect's extensions: tables, `~~`, bare addresses."""
    markdown = Markdown(extensions=[TableExtension(use_align_attribute=True)], tab_length=4)
    for name in ("backtick", "escape", "autolink", "automail", "html", "entity"):
        markdown.inlinePatterns.deregister(name)
    for name in ("prettify", "unescape"):
        markdown.treeprocessors.deregister(name)
    markdown.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(.+?)~~", "del"), "del", 55)
    markdown.inlinePatterns.register(_BareAddress(markdown), "address", 95)
    containers.register(markdown.parser)
    return markdown


class _BareAddress(InlineProcessor):
    """An address that stands in the text without any marks."""

    def __init__(self, markdown: Markdown) -> None:
        super().__init__(
            r"https?://[^\s<>\ufdd0-\ufdef]*[^\s<>\ufdd0-\ufdef?!.,:;*_~'\")\]]", markdown
        )

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the name is Python-Markdown's
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element("a", href=m[0])
        element.text = m[0]
        return element, m.start(0), m.end(0)


class _Builder:
    def __init__(self, scanned: Scanned, problems: list[Problem]) -> None:
        self.scanned = scanned
        self.spans = scanned.spans
        self.problems = problems

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
        return _fold_details(out)

    def _block(self, element: Element) -> Iterator[Block]:
        match element.tag:
            case "p":
                inlines = self._inlines(element)
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
                code = "".join(element.itertext())
                text = self.scanned.restored(html.unescape(code)).rstrip("\n")
                yield tree.CodeBlock("", (Text(text),))
            case "table":
                yield self._table(element)
            case "hr":
                yield tree.Rule()
            case _:
                yield tree.Paragraph(self._inlines(element))

    def _whole(self, span: Span) -> Block:
        match span.content:
            case Fence(words, children):
                language = words[0].lower() if words else ""
                return tree.CodeBlock(language, coloured(language, children))
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
        parts: list[Inline | Span] = list(self._parts(element.text))
        for child in element:
            parts.extend(self._inline(child))
            parts.extend(self._parts(child.tail))
        return self._nest(parts)

    def _inline(self, element: Element) -> Iterator[Inline]:
        match element.tag:
            case "strong" | "em" | "del":
                yield tree.Styled(_STYLES[element.tag], self._inlines(element))
            case "br":
                yield tree.LineBreak()
            case "a":
                url = self.scanned.restored(html.unescape(element.get("href", "")))
                children = self._inlines(element)
                if url.lower().startswith(_SCHEMES):
                    yield tree.Link(url, children)
                else:
                    yield from children
            case "img":
                source = self.scanned.restored(html.unescape(element.get("src", "")))
                alt = self.scanned.restored(html.unescape(element.get("alt", "")))
                yield tree.Image(source, alt)
            case "code":
                yield tree.Code((Text(self.scanned.restored("".join(element.itertext()))),))
            case _:
                yield from self._inlines(element)

    def _parts(self, text: str | None) -> Iterator[Inline | Span]:
        """Return a text's characters and what its placeholders stand for."""
        position = 0
        text = text or ""
        for mark in MARKS.finditer(text):
            yield from _text(text[position : mark.start()])
            position = mark.end()
            span = self.spans[int(mark[1])]
            node = _node(span.content)
            yield node if node is not None else span
        yield from _text(text[position:])

    def _nest(self, parts: list[Inline | Span]) -> tuple[Inline, ...]:
        """Put what stands between an opening and a closing mark into one node."""
        stack: list[tuple[Span | None, list[Inline]]] = [(None, [])]
        for part in parts:
            if not isinstance(part, Span):
                stack[-1][1].append(part)
            elif isinstance(part.content, ClozeStart) or (
                isinstance(part.content, Tag) and not part.content.closing
            ):
                stack.append((part, []))
            elif (opened := stack[-1][0]) is not None and _fits(opened.content, part.content):
                inner = stack.pop()[1]
                stack[-1][1].append(_wrapped(opened.content, inner))
            else:
                self._split(part)
        while len(stack) > 1:
            opened, inner = stack.pop()
            assert opened is not None
            self._split(opened)
            stack[-1][1].extend(inner)
        return _joined(stack[0][1])

    def _split(self, span: Span) -> None:
        """Report a mark whose partner stands elsewhere (the opening one, so once)."""
        if isinstance(span.content, ClozeStart):
            where = Place(self.scanned.path, span.line, span.column)
            message = "this cloze begins and ends in different blocks or emphasis"
            hint = "put the emphasis inside the cloze, or the cloze inside the emphasis"
            self.problems.append(Problem(where, "cloze-split", Severity.ERROR, message, hint))

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
        case Literal(text):
            return Text(text)
        case Address(url):
            return tree.Link(url, (Text(url.removeprefix("mailto:")),))
        case Tag("br", _):
            return tree.LineBreak()
        case _:
            return None


def _text(text: str) -> Iterator[Inline]:
    text = re.sub(r"[ \t]*\n[ \t]*", " ", html.unescape(text))
    if text:
        yield Text(text)


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
    """Join texts that stand next to each other."""
    out: list[Inline] = []
    for part in parts:
        if isinstance(part, Text) and out and isinstance(out[-1], Text):
            out[-1] = Text(out[-1].text + part.text)
        else:
            out.append(part)
    return tuple(out)


def _fold_details(parts: list[Block | Tag]) -> Blocks:
    """Make `Details` of what stands between its tags; a tag without its partner has no effect."""
    stack: list[tuple[str, list[Block]]] = [("", [])]
    summaries: dict[int, tuple[Inline, ...]] = {}
    for part in parts:
        name, inner = stack[-1]
        if not isinstance(part, Tag):
            inner.append(part)
        elif not part.closing:
            stack.append((part.name, []))
        elif part.name == name:
            stack.pop()
            depth = len(stack)
            if name == "details":
                stack[-1][1].append(tree.Details(summaries.pop(depth, ()), tuple(inner)))
            elif stack[-1][0] == "details":
                summaries[depth - 1] = _as_inlines(inner)
            else:
                stack[-1][1].extend(inner)
    while len(stack) > 1:
        inner = stack.pop()[1]
        stack[-1][1].extend(inner)
    return tuple(stack[0][1])


def _as_inlines(blocks: list[Block]) -> tuple[Inline, ...]:
    return tuple(
        part for block in blocks if isinstance(block, tree.Paragraph) for part in block.children
    )
