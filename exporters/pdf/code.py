"""Code as lines: what stands on each, how wide it is, and where one too long breaks."""

from __future__ import annotations

from collections.abc import Iterable

from srs.corpus import tree
from srs.corpus.tree import Inline, plain

BLANK = 4
"""The least width of a blank, in characters."""

SIGN = " ↩"
"""What ends a line that goes on below."""

_NEAR = 16
"""So many characters a row may end early, where that keeps a word whole."""


def split_lines(children: tuple[Inline, ...]) -> list[list[Inline]]:
    """Divide code into lines; a revealed cloze that spans several is revealed on each."""
    lines: list[list[Inline]] = [[]]
    for child in children:
        match child:
            case tree.Text(text, style):
                for n, piece in enumerate(text.expandtabs(4).split("\n")):
                    if n:
                        lines.append([])
                    if piece:
                        lines[-1].append(tree.Text(piece, style))
            case tree.Revealed(inner):
                for n, line in enumerate(split_lines(inner)):
                    if n:
                        lines.append([])
                    if line:
                        lines[-1].append(tree.Revealed(tuple(line)))
            case _:
                lines[-1].append(child)
    return lines


def join_lines(lines: list[list[Inline]]) -> tuple[Inline, ...]:
    """Undo `split_lines`."""
    out: list[Inline] = []
    for n, line in enumerate(lines):
        if n:
            out.append(tree.Text("\n"))
        out.extend(line)
    return tuple(out)


def width(row: Iterable[Inline], blank: int = BLANK) -> int:
    """Return how many characters of code a line takes; a blank takes at least `blank`."""
    return sum(
        max(len(part.hint), blank) + 2 if isinstance(part, tree.Blank) else advance(plain(part))
        for part in row
    )


def wrapped(line: list[Inline], columns: int, blank: int = BLANK) -> list[list[Inline]]:
    """Break a line that is wider than some columns into rows, with a sign."""
    if width(line, blank) <= columns:
        return [line]
    rows: list[list[Inline]] = [[]]
    room = most = columns - len(SIGN)
    for part in _single(line, most):
        while width([part], blank) > room:
            whole = rows[-1] and width([part], blank) <= _NEAR
            head, tail = (None, part) if whole else _divided(part, room)
            if head is not None:
                rows[-1].append(head)
            elif not rows[-1]:
                break
            rows[-1].append(tree.Text(SIGN, "o"))
            rows.append([])
            part, room = tail, most
        rows[-1].append(part)
        room -= width([part], blank)
    return rows


def _single(line: Iterable[Inline], most: int) -> Iterable[Inline]:
    """Yield the parts of a line, what is revealed part by part, hints short enough for a row."""
    for part in line:
        match part:
            case tree.Revealed(children):
                yield from (tree.Revealed((child,)) for child in _single(children, most))
            case tree.Blank(hint) if len(hint) + 2 > most:
                yield tree.Blank(hint[: most - 3] + "…")
            case _:
                yield part


def _divided(part: Inline, room: int) -> tuple[Inline | None, Inline]:
    """Divide a part after as many characters as there is room for; None for its head if none."""
    match part:
        case tree.Text(text, style):
            end = 0
            while end < len(text) and advance(text[: end + 1]) <= room:
                end += 1
            if end == 0:
                return None, part
            end = _good_end(text, end)
            return tree.Text(text[:end], style), tree.Text(text[end:], style)
        case tree.Revealed((child,)):
            head, tail = _divided(child, room)
            return (None if head is None else tree.Revealed((head,))), tree.Revealed((tail,))
        case _:
            return None, part


def _good_end(text: str, end: int) -> int:
    """Return where to break before a place: after a space or a sign near to it, else there."""
    for at in range(end, max(end - _NEAR, 0), -1):
        if text[at - 1] in " ,([{.":
            return at
    return end


def advance(text: str) -> int:
    """Count columns: signs beyond the monospaced font's are taken for two."""
    return len(text) + sum(char > "\u2fff" for char in text)
