"""Block processors that read lists, quotes and headings as CommonMark does.

Python-Markdown wants a blank line before a list, four spaces a level, and takes `#word` for a
heading; authors write for forges, which follow CommonMark.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from srs.corpus.scan import BLOCK, END

_MARKER = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])(?:( +)(?=\S)|[ \t]*$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_BLOCK = re.compile(rf"[ \t]*({BLOCK}\d+{END})[ \t]*$")
_QUOTE = re.compile(r" {0,3}> ?")
_DELIMITERS = re.compile(
    r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE
)

_TASK = re.compile(r"\[([ xX])\][ \t]+")


def register(parser: BlockParser) -> None:
    """Put these processors in place of Python-Markdown's own."""
    processors = parser.blockprocessors
    for name in ("indent", "hashheader", "setextheader", "olist", "ulist", "quote"):
        processors.deregister(name)
    processors.register(TableGap(parser), "table_gap", 76)
    processors.register(Containers(parser), "containers", 78)


class TableGap(BlockProcessor):
    """A table right under a line of text: put the blank line between them that is meant."""

    def test(self, parent: Element, block: str) -> bool:
        match = _DELIMITERS.search(block)
        return match is not None and "|" in block and block.count("\n", 0, match.start()) > 1

    def run(self, parent: Element, blocks: list[str]) -> bool:
        lines = blocks[0].split("\n")
        row = next(n for n, line in enumerate(lines) if n and _DELIMITERS.match(line)) - 1
        if row < 1 or "|" not in lines[row]:
            return False
        blocks[0:1] = ["\n".join(lines[:row]), "\n".join(lines[row:])]
        return True


class Containers(BlockProcessor):
    """Lists, quotes, headings and placeholders on a line of their own: the first that begins.

    It takes the lines it needs from the blocks and gives the rest back.
    """

    def test(self, parent: Element, block: str) -> bool:
        return _first(block.split("\n")) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = "\n\n".join(blocks).split("\n")
        start = _first(lines)
        assert start is not None
        if before := "\n".join(lines[:start]).rstrip("\n"):
            self.parser.parseBlocks(parent, [before])
        end = start + 1
        if mark := _BLOCK.match(lines[start]):
            SubElement(parent, "placeholder").text = mark[1]
        elif heading := _HEADING.match(lines[start]):
            SubElement(parent, f"h{len(heading[1])}").text = (heading[2] or "").strip()
        elif _QUOTE.match(lines[start]):
            inner, end = _quoted(lines, start)
            self.parser.parseChunk(SubElement(parent, "blockquote"), "\n".join(inner))
        else:
            items, loose, end = _items(lines, start)
            self._list(parent, lines[start], items, loose)
        rest = "\n".join(lines[end:]).strip("\n")
        blocks[:] = rest.split("\n\n") if rest else []

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
            if text := "\n".join(lines).strip("\n"):
                self.parser.parseChunk(item, text)


def _first(lines: list[str]) -> int | None:
    """Return the first line at which one of the containers begins."""
    paragraph = False
    for number, line in enumerate(lines):
        if _BLOCK.match(line) or _HEADING.match(line) or _QUOTE.match(line):
            return number
        marker = _MARKER.match(line)
        if marker and not _RULE.match(line) and (not paragraph or _may_interrupt(line, marker)):
            return number
        paragraph = bool(line.strip()) and (paragraph or not line.startswith("    "))
    return None


def _may_interrupt(line: str, marker: re.Match[str]) -> bool:
    """Tell whether a list item may end a paragraph: not an empty one, nor one that counts on."""
    return line.strip() != marker[2] and marker[3] in (None, "1")


def _quoted(lines: list[str], start: int) -> tuple[list[str], int]:
    """Read the quote at line `start`: its lines without marks, and the line after it."""
    inner: list[str] = []
    for number in range(start, len(lines)):
        if marked := _QUOTE.match(lines[number]):
            inner.append(lines[number][marked.end() :])
        elif inner[-1].strip() and not _interrupts(lines[number]):
            inner.append(lines[number].lstrip())
        else:
            return inner, number
    return inner, len(lines)


def _interrupts(line: str) -> bool:
    """Tell whether a line ends a paragraph by beginning another block."""
    return bool(
        not line.strip()
        or _RULE.match(line)
        or _HEADING.match(line)
        or _QUOTE.match(line)
        or _BLOCK.match(line)
        or ((marker := _MARKER.match(line)) and _may_interrupt(line, marker))
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
            blank_before = True
            items[-1].append("")
        elif items and indent >= width:
            items[-1].append(line[width:])
            loose = loose or (blank_before and _between_children(items[-1]))
            blank_before = False
        elif (marker := _MARKER.match(line)) and not _RULE.match(line):
            this = marker[2][-1]
            if kind and this != kind:
                break
            kind = this
            loose = loose or (blank_before and bool(items))
            blank_before = False
            after = len(marker[4] or " ")
            lead = len(marker[1]) + len(marker[2])
            width = lead + (after if after <= 4 else 1)
            items.append([line[width:] if line.strip() != marker[2] else ""])
        elif not blank_before and items and _lazy(items[-1], line):
            items[-1].append(line if indent > 3 else line.lstrip(" "))
        else:
            break
        number += 1
    return items, loose, number


def _lazy(item: list[str], line: str) -> bool:
    """Tell whether a line continues the paragraph that an item ends with."""
    last = item[-1]
    return (
        bool(last.strip())
        and not _interrupts(line)
        and not _BLOCK.match(last)
        and not _HEADING.match(last)
    )


def _between_children(item: list[str]) -> bool:
    """Tell whether the blank line before an item's last line stands between two of its blocks."""
    above = next((m for line in reversed(item[:-1]) if (m := _MARKER.match(line))), None)
    if above is None:
        return True
    marker = _MARKER.match(item[-1])
    return not item[-1].startswith(" ") and (marker is None or above[2][-1] != marker[2][-1])
