"""The reader: what each element and text adds to the blocks, and what is lost."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from justhtml.dom import Node

from srs.corpus import tree
from srs.corpus.tree import MAX_NESTING, Blocks, Inline, Text
from srs.importers.html import elements, frames, sources
from srs.importers.html.elements import PARAGRAPHS
from srs.importers.html.frames import Frame
from srs.importers.html.sources import Source
from srs.importers.html.walk import CLOZE, closed_clozes, events
from srs.importers.leaves import Leaf, Path, Wrap, clean


@dataclass(frozen=True, slots=True)
class Read:
    """What a text holds: blocks, and how often it held what these cannot."""

    blocks: Blocks
    lost: Counter[str]


@dataclass(slots=True)
class _Element:
    """What an open element has opened, to be closed with it."""

    tag: str
    wraps: tuple[Wrap, ...] = ()
    frame: bool = False
    source: bool = False
    literal: bool = False


class Reader:
    """One that goes through a document once."""

    def __init__(self, root: Node, *, clozes: bool) -> None:
        self.root = root
        self.closed = closed_clozes(root) if clozes else None
        self.opened = 0
        self.path: list[Wrap] = []
        self.frames = [Frame("")]
        self.elements: list[_Element] = []
        self.source: Source | None = None
        self.literal = 0
        self.lost: Counter[str] = Counter()

    def read(self) -> Read:
        for event, node in events(self.root, self._skips):
            if event == "text":
                self._text(str(node.data or ""))
            elif event == "start":
                self._start(node)
            else:
                self._end()
        self._flush()
        return Read(tuple(self.frames[0].blocks), self.lost)

    def _skips(self, node: Node) -> bool:
        what = elements.SKIPPED.get(node.name)
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
        if elements.has_looks(tag, attributes):
            self.lost["colour or size of text"] += 1
        if {"tex2jax_ignore", "mathjax_ignore"} & set(attributes.get("class", "").split()):
            element.literal = True
            self.literal += 1
        if tag in sources.ELEMENTS:
            element.source = True
            self.source = sources.opened(tag, attributes, tuple(self.path))
        elif tag in frames.FRAMES and frames.opens(self.frames, tag):
            self._flush()
            element.frame = True
            self.frames.append(frames.opened(tag, attributes))
        elif tag in PARAGRAPHS:
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
        element.wraps = tuple(elements.wraps(tag, attributes, self.path))
        self.path.extend(element.wraps)

    def _end(self) -> None:
        element = self.elements.pop()
        if self.source is not None:
            if element.source:
                self._close_source(self.source)
            elif element.tag in PARAGRAPHS:
                sources.add_line(self.source, tuple(self.path))
        elif element.frame:
            self._flush()
            frames.close(self.frames.pop(), self.frames[-1])
        elif element.tag in PARAGRAPHS:
            self._flush()
        elif element.tag == "rt":
            self._leaf(")")
        self.literal -= element.literal
        for wrap in element.wraps:
            self.path.remove(wrap)

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

    # Code and TeX

    def _start_in_source(self, tag: str, attributes: dict[str, str]) -> None:
        assert self.source is not None
        if tag == "br":
            self.source.parts.append(Leaf(tuple(self.path), "\n"))
        elif tag in PARAGRAPHS:
            sources.add_line(self.source, tuple(self.path))
        elif tag == "code":
            self.source.language = self.source.language or elements.language(attributes)
        elif tag == "img":
            self.lost["image inside code"] += 1

    def _close_source(self, source: Source) -> None:
        self.source = None
        match sources.finished(source):
            case tree.CodeBlock() as block:
                self._flush()
                self.frames[-1].blocks.append(block)
            case (path, node):
                self._leaf_at(path, node)

    # Text

    def _text(self, text: str) -> None:
        text = clean(text)
        if self.closed is None:
            self._plain(text)
            return
        position = 0
        for mark in CLOZE.finditer(text):
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
        frames.flush(self.frames[-1])
