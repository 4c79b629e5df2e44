"""Formulas as a line of plain text."""

from __future__ import annotations

from srs.corpus import tree
from srs.corpus.tree import Inline

_RELATIONS = frozenset("=<>≤≥≠≈∈∉⊂⊆→⇒⟹⇔⟺↦+-−±×÷∧∨∣")

_SCRIPTS = frozenset({"msup", "msub", "msubsup", "mover", "munder", "munderover"})


def source(children: tuple[Inline, ...]) -> str:
    """Return a formula's TeX, what is hidden in it as `[…]`."""
    return "".join("[…]" if isinstance(c, tree.Blank) else tree.plain(c) for c in children)


def spoken(tex: str) -> str:
    """Write TeX as plain text where it can be read so, else as its source."""
    from exporters import maths

    parsed = maths.parse(tex)
    return tex if parsed is None else _spoken(parsed).strip()


def _spoken(node: list[object]) -> str:
    kind, *parts = node
    if kind in ("i", "n", "o", "text"):
        text = str(parts[0])
        if text in _RELATIONS:
            return f" {text} "
        return f"{text} " if text == "," else text
    nodes = [part for part in parts if isinstance(part, list)]
    texts = [_spoken(part) for part in nodes]
    match kind:
        case "mfrac":
            return "/".join(_grouped(text) for text in texts)
        case "msup" | "mover":
            return f"{texts[0]}^{_grouped(texts[1])}"
        case "msub" | "munder":
            return f"{texts[0]}_{_grouped(texts[1])}"
        case "msubsup" | "munderover":
            return f"{texts[0]}_{_grouped(texts[1])}^{_grouped(texts[2])}"
        case "msqrt":
            return f"√{_grouped(texts[0])}"
        case "mroot":
            return f"root({texts[0]}, {texts[1]})"
        case "space":
            return " "
        case "table":
            return "; ".join(texts)
        case "cells":
            return " ".join(texts)
        case _:
            return _joined([part[0] for part in nodes], texts)


def _joined(kinds: list[object], texts: list[str]) -> str:
    """Join the parts of a row; a letter that follows an index is none of it."""
    said = ""
    for n, text in enumerate(texts):
        follows = n > 0 and kinds[n - 1] in _SCRIPTS
        said += f" {text}" if follows and text[:1].isalnum() else text
    return said


def _grouped(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 or text.isalnum() else f"({text})"
