"""The HTML of Anki's fields as our tree: what that cannot hold is left out, and counted.

Nothing in it is run or fetched. Tables, lists, code and formulas are kept; of looks only emphasis.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from justhtml import JustHTML
from justhtml.dom import Node

from srs.corpus import tree
from srs.corpus.tree import MAX_NESTING, Block, Blocks, Inline, Text
from srs.importers.flat import flat
from srs.importers.leaves import (
    Leaf,
    Path,
    Wrap,
    clean,
    code_block,
    divided,
    formula,
    inlines,
    paragraphs,
    trimmed,
    with_formulas,
)  # fmt: skip

MAX_COLUMNS = 50

_SKIPPED = {
    "script": "script", "noscript": "script",
    "svg": "drawing", "canvas": "drawing", "math": "drawing",
    "iframe": "embedded page or video", "object": "embedded page or video",
    "embed": "embedded page or video",
    "input": "form field", "select": "form field", "textarea": "form field",
    "button": "form field",
    "style": "", "template": "", "head": "", "title": "", "rp": "", "colgroup": "",
}  # fmt: skip
"""Elements that are left out with all they hold, and what is said of it."""
_STYLES = {
    "b": "strong", "strong": "strong", "mark": "strong", "dt": "strong", "i": "em", "em": "em",
    "cite": "em", "dfn": "em", "var": "em", "u": "em", "ins": "em", "s": "del", "strike": "del",
    "del": "del", "sub": "sub", "sup": "sup", "kbd": "kbd",
}  # fmt: skip
_CODE = frozenset({"pre", "code", "tt", "samp", "xmp", "listing"})
_BLOCK_CODE = frozenset({"pre", "xmp", "listing"})
_PARAGRAPHS = frozenset((
    "p", "div", "section", "article", "header", "footer", "main", "center", "dd", "dt", "dl",
    "figure", "figcaption", "address", "fieldset", "form", "hgroup", "nav", "aside", "caption",
    "legend", "li", "tbody", "thead", "tfoot", "tr", "td", "th",
))  # fmt: skip
_NESTING = frozenset({"ul", "ol", "blockquote", "details"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FRAMES = frozenset({*_NESTING, *_HEADINGS, "li", "table", "td", "th", "summary"})
_SCHEMES = ("http://", "https://", "mailto:")
_LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|brush:\s*|sourceCode\s+)([A-Za-z0-9+#_-]{1,20})")
_BOX = re.compile(r"([☑☐]) ")

_SOUND = re.compile(r"\[sound:([^\]<>\n]{1,250})\]")
_LATEX = re.compile(r"\[(/?)(latex|\$\$?)\]")
_TEX_SHELL = re.compile(
    r"\s*(?:\\begin\{(?:displaymath|equation\*?)\}(?P<env>.*)\\end\{(?:displaymath|equation\*?)\}"
    r"|\\begin\{math\}(?P<math>.*)\\end\{math\}"
    r"|\$\$(?P<two>.*)\$\$|\$(?P<one>.*)\$)\s*",
    re.DOTALL,
)
_PROTECTED = re.compile(r"&(?:#0*(?:58|123|125)|#[xX]0*(?:3[aA]|7[bBdD])|colon|[lr]cub|[lr]brace);")
_CLOZE = re.compile(r"\{\{c(\d+(?:,\d+)*)::|(\}\})|(::)")
_SPACE = re.compile(r"[\s\u00a0]+")
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_ITALIC = re.compile(r"font-style:\s*italic")
_LOOKS = re.compile(r"(?:^|[;\s-])(?:color|background|font-size)\s*:")
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")


@dataclass(frozen=True, slots=True)
class Read:
    """What a text holds: blocks, and how often it held what these cannot."""

    blocks: Blocks
    lost: Counter[str]


def read(html: str, *, clozes: bool = False) -> Read:
    """Read a field's or a card's HTML; media are images named as they are in Anki.

    With `clozes`, Anki's marks make clozes; one over several blocks becomes one in each.
    """
    html = _SOUND.sub(lambda m: f'<img src="{entities.escape(entities.unescape(m[1]))}">', html)
    html = _with_elements_for_latex(html)
    if clozes:
        html = _PROTECTED.sub(lambda m: f"<!-- -->{entities.unescape(m[0])}<!-- -->", html)
    root = JustHTML(html, fragment=True, sanitize=False).root
    return _Reader(root, clozes=clozes).read()


def plain(html: str) -> str:
    """Return a field's text on one line, as it would be typed."""
    return _SPACE.sub(" ", tree.plain(read(html).blocks)).strip()


def _with_elements_for_latex(html: str) -> str:
    """Put an element around what stands between `[latex]` or `[$]` and its end, as Anki reads it."""
    out: list[str] = []
    position = 0
    opened: re.Match[str] | None = None
    for mark in _LATEX.finditer(html):
        if not mark[1]:
            opened = mark
        elif opened is not None and opened[2] == mark[2]:
            inner = html[opened.end() : mark.start()]
            out += html[position : opened.start()], f'<srs-tex kind="{mark[2]}">{inner}</srs-tex>'
            position, opened = mark.end(), None
    return "".join((*out, html[position:]))


@dataclass(slots=True)
class _Cell:
    is_header: bool
    align: str
    blocks: Blocks
    span: int


@dataclass(slots=True)
class _Frame:
    """An open element that holds blocks."""

    tag: str
    start: int | None = None
    loose: bool = False
    tasks: bool = False
    blocks: list[Block] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    items: list[tree.Item] = field(default_factory=list)
    rows: list[list[_Cell]] = field(default_factory=list)
    summary: tuple[Inline, ...] = ()
    align: str = ""
    span: int = 1


@dataclass(slots=True)
class _Source:
    """Open code or TeX, of which all characters count."""

    kind: Literal["code", "block", "tex", "display"]
    base: Path
    language: str = ""
    parts: list[Leaf] = field(default_factory=list)


@dataclass(slots=True)
class _Element:
    """What an open element has opened, to be closed with it."""

    tag: str
    wraps: tuple[Wrap, ...] = ()
    frame: bool = False
    source: bool = False
    literal: bool = False


class _Reader:
    def __init__(self, root: Node, *, clozes: bool) -> None:
        self.root = root
        self.closed = _closed_clozes(root) if clozes else None
        self.opened = 0
        self.path: list[Wrap] = []
        self.frames = [_Frame("")]
        self.elements: list[_Element] = []
        self.source: _Source | None = None
        self.literal = 0
        self.lost: Counter[str] = Counter()

    def read(self) -> Read:
        for event, node in _events(self.root, self._skips):
            if event == "text":
                self._text(str(node.data or ""))
            elif event == "start":
                self._start(node)
            else:
                self._end()
        self._flush()
        return Read(tuple(self.frames[0].blocks), self.lost)

    def _skips(self, node: Node) -> bool:
        what = _SKIPPED.get(node.name)
        if what:
            self.lost[what] += 1
        return what is not None

    # Elements

    def _start(self, node: Node) -> None:
        tag = node.name
        attributes = {key: value or "" for key, value in (node.attrs or {}).items()}
        element = _Element(tag)
        self.elements.append(element)
        if self.source is not None:
            self._start_in_source(tag, attributes)
            return
        self._note_looks(tag, attributes)
        if {"tex2jax_ignore", "mathjax_ignore"} & set(attributes.get("class", "").split()):
            element.literal = True
            self.literal += 1
        if tag in _CODE or tag == "srs-tex":
            element.source = True
            self.source = self._new_source(tag, attributes)
        elif tag in _FRAMES and self._opens_frame(tag):
            self._flush()
            element.frame = True
            self._open_frame(tag, attributes)
        elif tag in _PARAGRAPHS:
            self._flush()
            self.frames[-1].loose |= tag == "p"
        match tag:
            case "br":
                self._leaf(tree.LineBreak())
            case "hr":
                self._flush()
                self.frames[-1].blocks.append(tree.Rule())
            case "img" | "audio" | "video" | "source":
                self._medium(tag, attributes)
            case "rt":
                self._leaf(" (")
            case "tr" if self.frames[-1].tag == "table":
                self.frames[-1].rows.append([])
        element.wraps = tuple(self._wraps(tag, attributes))
        self.path.extend(element.wraps)

    def _end(self) -> None:
        element = self.elements.pop()
        if self.source is not None:
            if element.source:
                self._close_source(self.source)
            elif element.tag in _PARAGRAPHS:
                self._new_line(self.source)
        elif element.frame:
            self._flush()
            self._close_frame(self.frames.pop())
        elif element.tag in _PARAGRAPHS:
            self._flush()
        elif element.tag == "rt":
            self._leaf(")")
        self.literal -= element.literal
        for wrap in element.wraps:
            self.path.remove(wrap)

    def _wraps(self, tag: str, attributes: dict[str, str]) -> Iterator[Wrap]:
        """Yield what an element puts its inlines in, each style once."""
        here = {wrap.kind for wrap in self.path}
        if (style := _STYLES.get(tag)) and style not in here:
            yield Wrap(style)
        look = attributes.get("style", "").lower()
        if _BOLD.search(look) and "strong" not in here and style != "strong":
            yield Wrap("strong")
        if _ITALIC.search(look) and "em" not in here and style != "em":
            yield Wrap("em")
        url = attributes.get("href", "").strip()
        if tag == "a" and url.lower().startswith(_SCHEMES) and "link" not in here:
            yield Wrap("link", re.sub(r"[\s<>]", lambda m: f"%{ord(m[0]):02X}", url))

    def _note_looks(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "font" or _LOOKS.search(attributes.get("style", "").lower()):
            self.lost["colour or size of text"] += 1

    def _medium(self, tag: str, attributes: dict[str, str]) -> None:
        source = " ".join(attributes.get("src", "").split())
        alt = clean(" ".join(attributes.get("alt", "").split()))
        if source.lower().startswith(("http:", "https:", "//")):
            url = source if source.startswith("http") else f"https:{source}"
            label = alt or source
            self._leaf(tree.Link(re.sub(r"[\s<>]", "", url), (Text(label),)))
            self.lost["image or sound on the web, now a link"] += 1
        elif source.lower().startswith("data:"):
            self.lost["image inside the text itself"] += 1
        elif source:
            self._leaf(tree.Image(unicodedata.normalize("NFC", source), alt))
        if tag == "video":
            self.lost["embedded page or video"] += 1

    # Frames: lists, quotes, tables

    def _opens_frame(self, tag: str) -> bool:
        """Tell whether an element's blocks are held apart; not where it stands astray or too deep."""
        match tag:
            case "li":
                return self.frames[-1].tag in ("ul", "ol")
            case "td" | "th":
                return self.frames[-1].tag == "table"
            case "summary":
                return self.frames[-1].tag == "details"
            case "table":
                return all(frame.tag != "table" for frame in self.frames)
        return len(self.frames) < 2 * MAX_NESTING - 2 and (
            sum(frame.tag in _NESTING for frame in self.frames) < MAX_NESTING - 2
        )

    def _open_frame(self, tag: str, attributes: dict[str, str]) -> None:
        frame = _Frame(tag)
        if tag == "ol":
            start = attributes.get("start", "1")
            frame.start = int(start) if re.fullmatch(r"[0-9]{1,8}", start) else 1
        frame.tasks = tag == "ul" and "tasks" in attributes.get("class", "").split()
        found = _ALIGN.search(attributes.get("style", "").lower())
        frame.align = found[1] if found else attributes.get("align", "").lower()
        span = attributes.get("colspan", "1")
        frame.span = min(20, int(span)) if re.fullmatch(r"[1-9][0-9]?", span) else 1
        self.frames.append(frame)

    def _close_frame(self, frame: _Frame) -> None:
        outer = self.frames[-1]
        blocks = tuple(frame.blocks)
        match frame.tag:
            case "li":
                self._add_item(blocks, loose=frame.loose)
            case "ul" | "ol":
                if outer.tag in ("ul", "ol") and frame.items and outer.items:
                    last = outer.items[-1]
                    nested = (*last.children, _list(frame))
                    outer.items[-1] = replace(last, children=nested)
                elif frame.items:
                    outer.blocks.append(_list(frame))
            case "blockquote":
                if blocks:
                    outer.blocks.append(tree.Quote(blocks))
            case "details":
                outer.blocks.append(tree.Details(frame.summary, blocks))
            case "summary":
                outer.summary = flat(blocks)
            case "td" | "th":
                if not outer.rows:
                    outer.rows.append([])
                cell = _Cell(frame.tag == "th", frame.align, blocks, frame.span)
                outer.rows[-1].append(cell)
            case "table":
                outer.blocks.extend(_table(frame))
            case heading:
                if blocks:
                    outer.blocks.append(tree.Heading(max(2, _HEADINGS[heading]), flat(blocks)))

    def _add_item(self, blocks: Blocks, *, loose: bool) -> None:
        outer = self.frames[-1]
        outer.loose |= loose
        checked = None
        match blocks:
            case (tree.Paragraph((Text(text), *rest)), *more) if outer.tasks and _BOX.match(text):
                checked = text.startswith("☑")
                text = text[2:]
                children = (Text(text), *rest) if text else tuple(rest)
                blocks = (tree.Paragraph(children), *more)
        if blocks:
            outer.items.append(tree.Item(checked, blocks))

    # Code and TeX

    def _new_source(self, tag: str, attributes: dict[str, str]) -> _Source:
        base = tuple(self.path)
        if tag == "srs-tex":
            return _Source("tex" if attributes.get("kind") == "$" else "display", base)
        return _Source("block" if tag in _BLOCK_CODE else "code", base, _language(attributes))

    def _start_in_source(self, tag: str, attributes: dict[str, str]) -> None:
        assert self.source is not None
        if tag == "br":
            self.source.parts.append(Leaf(tuple(self.path), "\n"))
        elif tag in _PARAGRAPHS:
            self._new_line(self.source)
        elif tag == "code":
            self.source.language = self.source.language or _language(attributes)
        elif tag == "img":
            self.lost["image inside code"] += 1

    def _new_line(self, source: _Source) -> None:
        last = source.parts[-1].node if source.parts else "\n"
        if isinstance(last, str) and not last.endswith("\n"):
            source.parts.append(Leaf(tuple(self.path), "\n"))

    def _close_source(self, source: _Source) -> None:
        self.source = None
        written = "".join(str(part.node) for part in source.parts)
        if source.kind in ("tex", "display"):
            self._add_tex(source, written)
        elif source.kind == "block" or "\n" in written.strip():
            if written.strip():
                self._flush()
                self.frames[-1].blocks.append(
                    tree.CodeBlock(source.language.lower(), code_block(source.parts))
                )
        elif written.strip():
            outer, parts = divided(source.parts, source.base)
            self._leaf_at(outer, tree.Code(inlines(trimmed(parts))))

    def _add_tex(self, source: _Source, written: str) -> None:
        """Take the dollars or environment that LaTeX needs off a formula."""
        display = source.kind == "display"
        if (shell := _TEX_SHELL.fullmatch(written)) and len(source.parts) == 1:
            display = shell["one"] is None and shell["math"] is None
            inner = next(filter(None, shell.groups()), "")
            source.parts = [Leaf(source.parts[0].path, inner)]
        outer, parts = divided(source.parts, source.base)
        children = formula(parts)
        if children:
            self._leaf_at(outer, tree.Math(display, children))

    # Text

    def _text(self, text: str) -> None:
        text = clean(text)
        if self.closed is None:
            self._plain(text)
            return
        position = 0
        for mark in _CLOZE.finditer(text):
            self._plain(text[position : mark.start()])
            position = mark.end()
            clozes = [wrap for wrap in self.path if wrap.kind == "cloze"]
            if mark[1]:
                if self.opened in self.closed and len(clozes) < MAX_NESTING - 2:
                    numbers = tuple(dict.fromkeys(min(int(n), 9999) for n in mark[1].split(",")))
                    self.path.append(Wrap("cloze", numbers=numbers))
                else:
                    self._plain(mark[0])
                self.opened += 1
            elif not clozes:
                self._plain(mark[0])
            elif mark[2]:
                self.path.remove(clozes[-1])
            elif clozes[-1].hinting:
                self._plain("::")
            else:
                clozes[-1].hinting = True
        self._plain(text[position:])

    def _plain(self, text: str) -> None:
        if not text:
            return
        hinting = next((w for w in reversed(self.path) if w.kind == "cloze"), None)
        if hinting is not None and hinting.hinting:
            hinting.hint += text
        elif self.source is not None:
            self.source.parts.append(Leaf(tuple(self.path), text))
        else:
            self._leaf(text)

    def _leaf(self, node: Inline | str) -> None:
        self._leaf_at(tuple(self.path), node)

    def _leaf_at(self, path: Path, node: Inline | str) -> None:
        self.frames[-1].leaves.append(Leaf(path, node, self.literal > 0))

    def _flush(self) -> None:
        """Make paragraphs of the inlines that have come together."""
        frame = self.frames[-1]
        if not frame.leaves:
            return
        leaves, frame.leaves = frame.leaves, []
        if frame.tag == "table":  # text that stands between cells
            return
        made: list[Block] = []
        for paragraph in paragraphs(with_formulas(leaves)):
            match inlines(paragraph):
                case (tree.Math(True, children),):
                    made.append(tree.Math(True, children))
                case () | (tree.LineBreak(),):
                    pass
                case children:
                    made.append(tree.Paragraph(children))
        if frame.tag in ("ul", "ol"):
            if made:
                self._add_item(tuple(made), loose=False)
        else:
            frame.blocks.extend(made)


def _events(
    root: Node, skips: Callable[[Node], bool]
) -> Iterator[tuple[Literal["start", "text", "end"], Node]]:
    """Walk a document without recursion, leaving out what `skips` says and comments."""
    stack: list[tuple[Node, Iterator[Node]]] = [(root, iter(root.children or ()))]
    while stack:
        node, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                yield "end", node
        elif child.name == "#text":
            yield "text", child
        elif not child.name.startswith(("#", "!")) and not skips(child):
            yield "start", child
            stack.append((child, iter(child.children or ())))


def _closed_clozes(root: Node) -> set[int]:
    """Return which of the marks that open a cloze, counted, have one that closes it."""
    opened: list[int] = []
    closed: set[int] = set()
    count = 0
    for event, node in _events(root, lambda node: node.name in _SKIPPED):
        for mark in _CLOZE.finditer(clean(str(node.data or ""))) if event == "text" else ():
            if mark[1]:
                opened.append(count)
                count += 1
            elif mark[2] and opened:
                closed.add(opened.pop())
    return closed


def _list(frame: _Frame) -> Block:
    """Make a list; paragraphs that follow one another in an item need space between them."""
    items = tuple(frame.items)
    crowded = any(
        isinstance(one, tree.Paragraph) and isinstance(other, tree.Paragraph)
        for item in items
        for one, other in pairwise(item.children)
    )
    start = frame.start if frame.tag == "ol" else None
    return tree.List(start, not frame.loose and not crowded, items)


def _table(frame: _Frame) -> Iterator[Block]:
    """Make a table; one of a single cell is there for its looks, and one without a header gets one."""
    rows = [row for row in frame.rows if any(cell.blocks for cell in row)]
    if not rows:
        return
    if len(rows) == len(rows[0]) == 1:
        yield from rows[0][0].blocks
        return
    width = min(MAX_COLUMNS, max(sum(cell.span for cell in row) for row in rows))
    has_header = all(cell.is_header for cell in rows[0])
    head = rows[0] if has_header else []
    align = [cell.align for cell in rows[0] for _ in range(cell.span)]
    align = [side if side in ("left", "right", "center") else "" for side in align]
    body = tuple(_row(row, width) for row in rows[has_header:])
    yield tree.Table(tuple((align + [""] * width)[:width]), _row(head, width), body)


def _row(cells: list[_Cell], width: int) -> tuple[tree.Cell, ...]:
    written: list[tree.Cell] = []
    for cell in cells:
        written += [flat(cell.blocks), *((),) * (cell.span - 1)]
    return tuple((written + [()] * width)[:width])


def _language(attributes: dict[str, str]) -> str:
    found = _LANGUAGE.search(attributes.get("class", ""))
    return found[1] if found else ""
