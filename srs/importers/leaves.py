"""A line of texts and nodes, each with what it stands in, made into the inlines of a tree.

HTML may close what it opened in any order, and Anki's clozes heed no element: so each piece says
itself what it stands in, and those next to each other that stand in the same are put together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from srs.corpus import tree
from srs.corpus.spans import UNFIT
from srs.corpus.tree import Inline, Text

_DELIMITER = re.compile(r"(\\[()\[\]])")
_CLOSING = {r"\(": r"\)", r"\[": r"\]"}
_DOLLAR = re.compile(r"(?<!\\)((?:\\\\)*)\$")
_SPACE = re.compile(r"[\s\u00a0]+")


@dataclass(eq=False, slots=True)
class Wrap:
    """What inlines stand in: emphasis, a link or a cloze, of which the hint may be being read."""

    kind: str
    url: str = ""
    numbers: tuple[int, ...] = ()
    hint: str = ""
    hinting: bool = False

    def around(self, children: tuple[Inline, ...]) -> Inline:
        match self.kind:
            case "cloze":
                return tree.Cloze(self.numbers, _SPACE.sub(" ", self.hint).strip(), children)
            case "link":
                return tree.Link(self.url, children)
            case style:
                return tree.Styled(style, children)


Path = tuple[Wrap, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text or node, and what it stands in, the outermost first; a literal one is no formula."""

    path: Path
    node: Inline | str
    literal: bool = False


def clean(text: str) -> str:
    """Return a text in the form that a deck's has."""
    return UNFIT.sub("", unicodedata.normalize("NFC", text))


def inlines(leaves: Sequence[Leaf]) -> tuple[Inline, ...]:
    """Put leaves into what they stand in; spaces at the edge of that stand outside."""
    out: list[Inline] = []
    for wrap, group in groupby(leaves, key=lambda leaf: leaf.path[0] if leaf.path else None):
        if wrap is None:
            out += [Text(n) if isinstance(n, str) else n for n in (leaf.node for leaf in group)]
            continue
        before, inner, after = _edges([replace(leaf, path=leaf.path[1:]) for leaf in group])
        children = inlines(inner)
        out += [Text(before), wrap.around(children), Text(after)] if children else [Text(before)]
    return _joined(out)


def _edges(leaves: list[Leaf]) -> tuple[str, list[Leaf], str]:
    """Take the spaces at both ends off."""
    before = after = ""
    if leaves and isinstance(first := leaves[0].node, str) and first.startswith(" "):
        before = " "
        leaves[0] = replace(leaves[0], node=first[1:])
    if leaves and isinstance(last := leaves[-1].node, str) and last.endswith(" "):
        after = " "
        leaves[-1] = replace(leaves[-1], node=last[:-1])
    return before, [leaf for leaf in leaves if leaf.node != ""], after


def _joined(parts: list[Inline]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for part in parts:
        match out[-1:], part:
            case [Text(before)], Text(text):
                out[-1] = Text(before + text)
            case _, Text(""):
                pass
            case _:
                out.append(part)
    return tuple(out)


def paragraphs(leaves: Sequence[Leaf]) -> Iterator[list[Leaf]]:
    """Split leaves into paragraphs at empty lines; in each, spaces are single and none at an edge."""
    paragraph: list[Leaf] = []
    line: list[Leaf] = []
    broken: Leaf | None = None
    for leaf in (*leaves, None):
        if leaf is not None and leaf.node != tree.LineBreak():
            line.append(leaf)
            continue
        if spaced := _spaced(line):
            if paragraph and broken:
                paragraph.append(broken)
            paragraph += spaced
        elif paragraph:
            yield paragraph
            paragraph = []
        line, broken = [], leaf
    if paragraph:
        yield paragraph


def _spaced(line: list[Leaf]) -> list[Leaf]:
    out: list[Leaf] = []
    after_space = True
    for leaf in line:
        if isinstance(leaf.node, str):
            text = _SPACE.sub(" ", leaf.node)
            text = text[1:] if after_space and text.startswith(" ") else text
            if not text:
                continue
            leaf, after_space = replace(leaf, node=text), text.endswith(" ")
        else:
            after_space = False
        out.append(leaf)
    if out and isinstance(last := out[-1].node, str) and last.endswith(" "):
        out[-1] = replace(out[-1], node=last[:-1])
    return [leaf for leaf in out if leaf.node != ""]


def with_formulas(leaves: Sequence[Leaf]) -> list[Leaf]:
    r"""Put `\(…\)` and `\[…\]` into one leaf each, whatever stands inside them but nodes."""
    pieces = [piece for leaf in leaves for piece in _pieces(leaf)]
    closing = _next_closing(pieces)
    out: list[Leaf] = []
    at = 0
    while at < len(pieces):
        end = closing.get(at)
        if end is None:
            out.append(pieces[at])
            at += 1
            continue
        inside = [
            replace(piece, node=" ") if piece.node == tree.LineBreak() else piece
            for piece in pieces[at + 1 : end]
        ]
        outer, parts = divided(inside, pieces[at].path)
        made = formula(parts, display=pieces[at].node == r"\[")
        if made.children:
            out.append(Leaf(outer, made))
        at = end + 1
    return out


def _pieces(leaf: Leaf) -> list[Leaf]:
    """Split a text at the marks of formulas."""
    if not isinstance(leaf.node, str) or leaf.literal or "\\" not in leaf.node:
        return [leaf]
    return [replace(leaf, node=text) for text in _DELIMITER.split(leaf.node) if text]


def _next_closing(pieces: Sequence[Leaf]) -> dict[int, int]:
    """Pair the marks that open a formula with the first that closes it, nodes between them none."""
    found: dict[int, int] = {}
    opened: int | None = None
    for n, piece in enumerate(pieces):
        if piece.literal or not isinstance(piece.node, str):
            opened = opened if piece.node == tree.LineBreak() else None
        elif opened is None:
            opened = n if piece.node in _CLOSING else None
        elif piece.node == _CLOSING[str(pieces[opened].node)]:
            found[opened] = n
            opened = None
    return found


def formula(parts: Sequence[Leaf], *, display: bool) -> tree.Math:
    """Return the TeX of some leaves, on one line and without spaces at its ends.

    A dollar sign in it is escaped, as it would end it, but in a block of its own.
    """
    lines = list(paragraphs(parts))
    made = tree.Math(display, inlines(lines[0]) if len(lines) == 1 else ())
    if display:
        return made
    escaped = tree.mapped(made, Text, lambda text: Text(_DOLLAR.sub(r"\1\\$", text.text)))
    assert isinstance(escaped, tree.Math)
    return escaped


def divided(parts: Sequence[Leaf], base: Path) -> tuple[Path, list[Leaf]]:
    """Divide what code or TeX stands in: around all of it, and the clozes inside."""
    inside = [leaf for leaf in parts if leaf.node != ""]
    outer = tuple(
        wrap for wrap in base if wrap.kind != "cloze" or all(wrap in leaf.path for leaf in inside)
    )
    clozes = [tuple(w for w in p.path if w.kind == "cloze" and w not in outer) for p in inside]
    return outer, [replace(p, path=path) for p, path in zip(inside, clozes, strict=True)]


def trimmed(parts: Sequence[Leaf]) -> list[Leaf]:
    """Put code on one line, without spaces at its ends."""
    return _spaced(list(parts))


def code_block(parts: Sequence[Leaf]) -> tuple[Inline, ...]:
    """Return the texts and clozes of a block of code, without empty lines around it."""
    _, inside = divided(parts, ())
    inside = [replace(p, node=str(p.node).replace("\u00a0", " ")) for p in inside]
    while inside and not str(inside[0].node).strip("\n"):
        inside.pop(0)
    while inside and not str(inside[-1].node).strip():
        inside.pop()
    inside[0] = replace(inside[0], node=str(inside[0].node).lstrip("\n"))
    inside[-1] = replace(inside[-1], node=str(inside[-1].node).rstrip())
    return _joined(_sourced(inside))


def _sourced(leaves: Sequence[Leaf]) -> list[Inline]:
    """Do what `inlines` does, and leave spaces where they are."""
    out: list[Inline] = []
    for wrap, group in groupby(leaves, key=lambda leaf: leaf.path[0] if leaf.path else None):
        if wrap is None:
            out += [Text(str(leaf.node)) for leaf in group]
        else:
            inner = [replace(leaf, path=leaf.path[1:]) for leaf in group]
            out.append(wrap.around(_joined(_sourced(inner))))
    return out
