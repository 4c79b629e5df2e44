"""Where lists, quotes and headings begin and end in the lines of a scanned text, by CommonMark."""

from __future__ import annotations

import re

from srs.corpus.spans import BLOCK, END, GUARD

MARKER = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])(?:( +)(?=\S)|[ \t]*$)")
RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
HEADING = re.compile(r" {0,3}(#{1,6})(?: (.*))?$")
BLOCK_MARK = re.compile(rf"[ \t]*({BLOCK}\d+{END})[ \t]*$")
QUOTE = re.compile(r" {0,3}> ?")
_MARKS = re.compile(r"(?: {0,3}(?:>|(?:[-+*]|\d{1,9}[.)])(?= |$)) ?)*")
TASK = re.compile(r"\[([ xX])\][ \t]+")


def next_one(lines: list[str], start: int) -> int:
    """Return the line, from `start` on, at which the next container begins; else their number."""
    paragraph = False
    for number in range(start, len(lines)):
        line = lines[number]
        if _begins(line):
            return number
        marker = MARKER.match(line)
        if marker and (not paragraph or _may_interrupt(line, marker)):
            return number
        paragraph = bool(line.strip()) and (paragraph or not line.startswith("    "))
    return len(lines)


def _begins(line: str) -> bool:
    """Tell whether a container other than a list begins at a line, whatever stands above it."""
    return bool(
        BLOCK_MARK.match(line) or HEADING.match(line) or RULE.match(line) or QUOTE.match(line)
    )


def _may_interrupt(line: str, marker: re.Match[str]) -> bool:
    """Tell whether a list item may end a paragraph: not an empty one, nor one that counts on."""
    return line.strip() != marker[2] and marker[3] in (None, "1")


def quoted(lines: list[str], start: int) -> tuple[list[str], int]:
    """Read the quote at line `start`: its lines without marks, and the line after it."""
    inner: list[str] = []
    for number in range(start, len(lines)):
        if marked := QUOTE.match(lines[number]):
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
        and not MARKER.match(line)
        and bool(text.strip())
        and not _begins(text)
    )


def _unindented(line: str) -> str:
    """Return a lazy line such that it begins no block, as it might were it not indented so far."""
    text = line.lstrip(" ")
    return (
        GUARD + text if line.startswith("    ") and (_begins(text) or MARKER.match(text)) else text
    )


def items_of(lines: list[str], start: int) -> tuple[list[list[str]], bool, int]:
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
        elif (marker := MARKER.match(line)) and not RULE.match(line):
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


def has_gap(lines: list[str]) -> bool:
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
    if QUOTE.match(line):
        return quoted(lines, start)[1]
    if MARKER.match(line) and not RULE.match(line):
        return items_of(lines, start)[2]
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
    marker = MARKER.match(line)
    return (
        not line.strip() or _begins(line) or (marker is not None and _may_interrupt(line, marker))
    )
