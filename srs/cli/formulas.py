"""Formulas as a line of plain text."""

from __future__ import annotations

from typing import Any

from srs.corpus import tree
from srs.corpus.tree import Inline

_RELATIONS = frozenset("=<>≤≥≠≈∈∉⊂⊆→⇒⟹⇔⟺↦+-−±×÷∧∨∣")

_DOUBLE = dict(zip("CNPQRZEF", "ℂℕℙℚℝℤ𝔼𝔽", strict=True))

_SCRIPTS = frozenset({"msup", "msub", "msubsup", "mover", "munder", "munderover"})


def source(children: tuple[Inline, ...]) -> str:
    """Return a formula's TeX, what is hidden in it as `[…]`."""
    return "".join("[…]" if isinstance(c, tree.Blank) else tree.plain(c) for c in children)


def spoken(tex: str) -> str:
    """Write TeX as plain text where it can be read so, else as its source."""
    from exporters import maths

    parsed = maths.parse(tex)
    return tex if parsed is None else _spoken(parsed).strip()


def _spoken(node: list[Any]) -> str:
    kind, *parts = node
    if kind in ("i", "n", "o", "text", "op"):
        return _leaf(kind, parts[0])
    if kind in ("styled", "colour", "class", "big", "accent", "cancel", "boxed", "phantom"):
        return _look(kind, *parts)
    nodes = [part for part in parts if isinstance(part, list)]
    texts = [_spoken(part) for part in nodes]
    match kind:
        case "mfrac":
            return "/".join(_grouped(text) for text in texts)
        case "binom":
            return f"({texts[0]} choose {texts[1]})"
        case "msup" | "mover":
            return f"{texts[0].rstrip()}^{_grouped(texts[1])}"
        case "msub" | "munder":
            return f"{texts[0].rstrip()}_{_grouped(texts[1])}"
        case "msubsup" | "munderover":
            return f"{texts[0].rstrip()}_{_grouped(texts[1])}^{_grouped(texts[2])}"
        case "arrow":
            below = f"_{_grouped(texts[1])}" if texts[1] else ""
            above = f"^{_grouped(texts[2])}" if texts[2] else ""
            return f" {texts[0].strip()}{below}{above} "
        case "msqrt":
            return f"√{_grouped(texts[0])}"
        case "mroot":
            return f"root({texts[0]}, {texts[1]})"
        case "space":
            return " " * max(round(2 * parts[0]), 1) if parts[0] > 0 else ""
        case "table":
            return "; ".join(texts)
        case "cells":
            return " ".join(texts)
        case _:
            return _joined([part[0] for part in nodes], texts)


def _leaf(kind: str, text: str) -> str:
    if text in _RELATIONS or kind == "op":
        return f" {text} "
    return f"{text} " if text == "," else text


def _look(kind: str, look: object, node: list[Any]) -> str:
    """Say a node with a look: of looks, only those that a letter can have of its own."""
    text = _spoken(node)
    match kind, look:
        case "phantom", _:
            return ""
        case "class", "normal":
            return text.strip()
        case "class", "binary" | "relation" if text.isalpha():
            return f" {text} "
        case "styled", "bb" if node[0] == "i":
            return _DOUBLE.get(text, text)
        case "accent", str(mark) if len(text) == len(mark) == 1:
            return text + mark
    return text


def _joined(kinds: list[object], texts: list[str]) -> str:
    """Join the parts of a row; a letter that follows an index is none of it."""
    said = ""
    for n, text in enumerate(texts):
        if n > 0 and kinds[n - 1] == "op" and text[:1] in ("(", "["):
            said = said.rstrip()
        follows = n > 0 and kinds[n - 1] in _SCRIPTS
        said += f" {text}" if follows and text[:1].isalnum() else text
    return said


def _grouped(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 or text.isalnum() else f"({text})"
