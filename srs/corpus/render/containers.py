"""Block processors that read lists, quotes and headings as CommonMark does.

Python-Markdown wants a blank line before a list, four spaces a level, and takes `#word` for a
heading; authors write for forges, which follow CommonMark.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from srs.corpus.parse import without_closing
from srs.corpus.spans import BLOCK, END, GUARD
from srs.corpus.tree import MAX_NESTING

_MARKER = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])(?:( +)(?=\S)|[ \t]*$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?: (.*))?$")
_BLOCK = re.compile(rf"[ \t]*({BLOCK}\d+{END})[ \t]*$")
_QUOTE = re.compile(r" {0,3}> ?")
_MARKS = re.compile(r"(?: {0,3}(?:>|(?:[-+*]|\d{1,9}[.)])(?= |$)) ?)*")
_TASK = re.compile(r"\[([ xX])\][ \t]+")


def register(parser: BlockParser) -> Containers:
    """Put these processors in place of Python-Markdown's own."""
    processors = parser.blockprocessors
    for name in ("indent", "hashheader", "setextheader", "olist", "ulist", "quote", "hr"):
        processors.deregister(name)
    containers = Containers(parser)
    processors.register(containers, "containers", 78)
    return containers


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
        return _next(lines, 0) < len(lines)

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = "\n\n".join(blocks).split("\n")
        blocks.clear()
        at = 0
        while at < len(lines):
            start = _next(lines, at)
            if between := "\n".join(lines[at:start]).strip("\n"):
                self.parser.parseBlocks(parent, between.split("\n\n"))
            at = self._container(parent, lines, start) if start < len(lines) else start

    def _container(self, parent: Element, lines: list[str], start: int) -> int:
        """Parse the container that begins at a line; return the line after it."""
        line = lines[start]
        if mark := _BLOCK.match(line):
            SubElement(parent, "placeholder").text = mark[1]
        elif heading := _HEADING.match(line):
            text = without_closing((heading[2] or "").strip())
            SubElement(parent, f"h{len(heading[1])}").text = text
        elif _RULE.match(line):
            SubElement(parent, "hr")
        elif _QUOTE.match(line):
            inner, end = _quoted(lines, start)
            self._inside(SubElement(parent, "blockquote"), inner, line)
            return end
        else:
            items, loose, end = _items(lines, start)
            self._list(parent, line, items, loose or any(map(_has_gap, items)))
            return end
        return start + 1

    def _list(self, parent: Element, first: str, items: list[list[str]], loose: bool) -> None:
        marker = _MARKER.match(first)
        assert marker is not None
        element = SubElement(parent, "ol" if marker[3] else "ul")
        if marker[3]:
            element.set("start", marker[3])
        element.set("loose" if loose else "tight", "")
        for lines in items:
            item = SubElement(element, "li")
            if task := _TASK.match(lines[0]):
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


def _next(lines: list[str], start: int) -> int:
    """Return the line, from `start` on, at which the next container begins; else their number."""
    paragraph = False
    for number in range(start, len(lines)):
        line = lines[number]
        if _begins(line):
            return number
        marker = _MARKER.match(line)
        if marker and (not paragraph or _may_interrupt(line, marker)):
            return number
        paragraph = bool(line.strip()) and (paragraph or not line.startswith("    "))
    return len(lines)


def _begins(line: str) -> bool:
    """Tell whether a container other than a list begins at a line, whatever stands above it."""
    return bool(
        _BLOCK.match(line) or _HEADING.match(line) or _RULE.match(line) or _QUOTE.match(line)
    )


def _may_interrupt(line: str, marker: re.Match[str]) -> bool:
    """Tell whether a list item may end a paragraph: not an empty one, nor one that counts on."""
    return line.strip() != marker[2] and marker[3] in (None, "1")


def _quoted(lines: list[str], start: int) -> tuple[list[str], int]:
    """Read the quote at line `start`: its lines without marks, and the line after it."""
    inner: list[str] = []
    for number in range(start, len(lines)):
        if marked := _QUOTE.match(lines[number]):
            line = lines[number][marked.end() :]
            inner.append(line if line.strip() else "")
        elif _lazy(inner[-1], lines[number]):
            inner.append(_unindented(lines[number]))
        else:
            return inner, number
    return inner, len(lines)


def _lazy(last: str, line: str) -> bool:
    """Tell whether a line without the marks of its container goes on with its last paragraph."""
    text = last[_MARKS.match(last).end() :]  # type: ignore[union-attr]  # it matches any text
    return (
        bool(line.strip())
        and not _begins(line)
        and not _MARKER.match(line)
        and bool(text.strip())
        and not _begins(text)
    )


def _unindented(line: str) -> str:
    """Return a lazy line such that it begins no block, as it might were it not indented so far."""
    text = line.lstrip(" ")
    return (
        GUARD + text if line.startswith("    ") and (_begins(text) or _MARKER.match(text)) else text
    )


def _items(lines: list[str], start: int) -> tuple[list[list[str]], bool, int]:
    """Read the items of the list at line `start`: their lines, looseness, the line after it."""
    items: list[list[str]] = []
    loose = False
    kind = ""
    number = start
    width = 0
    blank_before = False
    while number < len(lines):
        line = lines[number]
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip():
            if items and items[-1] == [""]:
                width = len(line) + 99  # an item that begins with a blank line has only that line
            items[-1].append("")
        elif items and indent >= width:
            items[-1].append(line[width:])
        elif (marker := _MARKER.match(line)) and not _RULE.match(line):
            this = marker[2][-1]
            if kind and this != kind:
                break
            kind = this
            loose = loose or (blank_before and bool(items))
            after = len(marker[4] or " ")
            lead = len(marker[1]) + len(marker[2])
            width = lead + (after if after <= 4 else 1)
            items.append([line[width:] if line.strip() != marker[2] else ""])
        elif not blank_before and items and _lazy(items[-1][-1], line):
            items[-1].append(_unindented(line))
        else:
            break
        blank_before = not line.strip()
        number += 1
    return items, loose, number


def _has_gap(lines: list[str]) -> bool:
    """Tell whether a blank line stands between two blocks, which makes their list a loose one."""
    at = first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    while at < len(lines):
        if not lines[at].strip():
            at += 1
        elif at > first and not lines[at - 1].strip():
            return True
        else:
            at = _block_end(lines, at)
    return False


def _block_end(lines: list[str], start: int) -> int:
    """Return the line after the block that begins at a line."""
    line = lines[start]
    if _QUOTE.match(line):
        return _quoted(lines, start)[1]
    if _MARKER.match(line) and not _RULE.match(line):
        return _items(lines, start)[2]
    end = start + 1
    if _begins(line):
        return end
    if line.startswith("    "):
        rest = (n for n in range(end, len(lines)) if lines[n].strip() and lines[n][:4].strip())
        end = next(rest, len(lines))
        return next(n + 1 for n in range(end - 1, start - 1, -1) if lines[n].strip())
    while end < len(lines) and not _interrupts(lines[end]):
        end += 1
    return end


def _interrupts(line: str) -> bool:
    """Tell whether a line ends a paragraph."""
    marker = _MARKER.match(line)
    return (
        not line.strip() or _begins(line) or (marker is not None and _may_interrupt(line, marker))
    )
