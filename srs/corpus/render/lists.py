"""The block processor that reads lists, quotes and headings as CommonMark does.

Python-Markdown wants a blank line before a list, four spaces a level, and takes `#word` for a
heading; authors write for forges, which follow CommonMark.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from srs.corpus import containers
from srs.corpus.containers import BLOCK_MARK, HEADING, MARKER, QUOTE, RULE, TASK
from srs.corpus.parse import without_closing
from srs.corpus.tree import MAX_NESTING


def register(parser: BlockParser) -> Containers:
    """Put this processor in place of Python-Markdown's own."""
    processors = parser.blockprocessors
    for name in ("indent", "hashheader", "setextheader", "olist", "ulist", "quote", "hr"):
        processors.deregister(name)
    processor = Containers(parser)
    processors.register(processor, "containers", 78)
    return processor


class Containers(BlockProcessor):
    """Lists, quotes, headings, rules and placeholders on a line of their own.

    From the first of them on it takes all that follows; what lies between them goes back.
    `too_deep` are the lines that begin what is nested too deeply, which is left out.
    """

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.depth = 0
        self.too_deep: list[str] = []

    def test(self, parent: Element, block: str) -> bool:
        lines = block.split("\n")
        return containers.next_one(lines, 0) < len(lines)

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = "\n\n".join(blocks).split("\n")
        blocks.clear()
        at = 0
        while at < len(lines):
            start = containers.next_one(lines, at)
            if between := "\n".join(lines[at:start]).strip("\n"):
                self.parser.parseBlocks(parent, between.split("\n\n"))
            at = self._container(parent, lines, start) if start < len(lines) else start

    def _container(self, parent: Element, lines: list[str], start: int) -> int:
        """Parse the container that begins at a line; return the line after it."""
        line = lines[start]
        if mark := BLOCK_MARK.match(line):
            SubElement(parent, "placeholder").text = mark[1]
        elif heading := HEADING.match(line):
            text = without_closing((heading[2] or "").strip())
            SubElement(parent, f"h{len(heading[1])}").text = text
        elif RULE.match(line):
            SubElement(parent, "hr")
        elif QUOTE.match(line):
            inner, end = containers.quoted(lines, start)
            self._inside(SubElement(parent, "blockquote"), inner, line)
            return end
        else:
            items, loose, end = containers.items_of(lines, start)
            self._list(parent, line, items, loose or any(map(containers.has_gap, items)))
            return end
        return start + 1

    def _list(self, parent: Element, first: str, items: list[list[str]], loose: bool) -> None:
        marker = MARKER.match(first)
        assert marker is not None
        element = SubElement(parent, "ol" if marker[3] else "ul")
        if marker[3]:
            element.set("start", marker[3])
        element.set("loose" if loose else "tight", "")
        for lines in items:
            item = SubElement(element, "li")
            if task := TASK.match(lines[0]):
                item.set("checked", "x" if task[1] != " " else "")
                lines[0] = lines[0][task.end() :]
            self._inside(item, lines, first)

    def _inside(self, element: Element, lines: list[str], first: str) -> None:
        """Parse what a list item or quote holds, unless it is too deep inside of others."""
        text = "\n".join(lines).strip("\n")
        if self.depth == MAX_NESTING:
            self.too_deep.append(first)
        elif text:
            self.depth += 1
            try:
                self.parser.parseChunk(element, text)
            finally:
                self.depth -= 1
