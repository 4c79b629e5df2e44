"""TeX as a small tree for paper and the terminal: read by latex2mathml, whose MathML is mapped.

The tree is JSON. A leaf is `["i"|"n"|"o"|"text", characters]`, `["op", name, whether limits stand
below]` or `["space", em]`; a row is `["row", …]` or, between delimiters that grow, `["fenced", …]`.
What has parts is named after its MathML element; `["table", looks, ["cells", …], …]` is a grid and
`[kind, look, node]` a node that looks otherwise: see `LOOKS`. No formula ever becomes source of the
typesetter, and no command is dropped: a formula with an unknown one is no tree.
"""

from __future__ import annotations

import unicodedata
from itertools import zip_longest
from typing import Any

from exporters.maths.mathml import LEAVES, LOOKS, mapped
from exporters.maths.tex import rewritten

MAX_LENGTH = 2000
MAX_DEPTH = 14
"""How deep a tree may be that stands in lists and quotes as deep as they may be."""


def parse(tex: str) -> list[Any] | None:
    """Return a formula's tree, or None for one that cannot be set and is shown as its source."""
    from latex2mathml.converter import convert_to_element

    if len(tex) > MAX_LENGTH:
        return None
    try:
        tree = mapped(convert_to_element(rewritten(tex)))
    except Exception:  # of a wrong formula, the library raises whatever it meets
        return None
    return tree if length(tree) and _depth(tree) <= MAX_DEPTH else None


def _depth(node: list[Any]) -> int:
    return 1 + max((_depth(part) for part in node if isinstance(part, list)), default=0)


def widest(node: list[Any]) -> int:
    """Estimate how many letters wide the widest part of a formula is that no line can break."""
    runs = [0]
    for part in node[1:] if node[0] == "row" else [node]:
        runs[-1] += length(part)
        if part[0] == "o" and unicodedata.category(part[1][0]) == "Sm":
            runs.append(0)
    return max(runs)


def length(node: list[Any]) -> int:
    """Estimate how many letters wide a formula is."""
    kind, *parts = node
    if kind in LEAVES:
        return len(str(parts[0]))
    if kind == "space":
        return max(int(2 * parts[0]), 0)
    if kind == "table":
        rows = [[length(cell) for cell in row[1:]] for row in parts[1:]]
        return sum(2 + max(column) for column in zip_longest(*rows, fillvalue=0))
    if kind in LOOKS:
        return 1 + length(parts[1])
    if kind in ("mfrac", "binom", "munder", "mover", "munderover", "arrow"):
        return max(map(length, parts), default=0) + 2
    return sum(map(length, parts))
