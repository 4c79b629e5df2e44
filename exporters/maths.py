"""TeX as a small tree for paper: parsed by latex2mathml, checked against a whitelist.

The tree is JSON: a leaf is `["i"|"n"|"o"|"text", characters]`, a row `["row", …]`, and what has
parts is named after its MathML element. No formula ever becomes source of the typesetter.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

_LEAVES = {"mi": "i", "mn": "n", "mo": "o", "mtext": "text"}
_PARTS = {
    "mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3,
    "mroot": 2,
}  # fmt: skip
_ROWS = {"mrow", "mstyle", "math", "mpadded", "mtd", "msqrt", "menclose"}
MAX_LENGTH = 2000
MAX_DEPTH = 40


def parse(tex: str) -> list[Any] | None:
    """Return a formula's tree, or None for one that cannot be set and is shown as its source."""
    from latex2mathml.converter import convert

    if len(tex) > MAX_LENGTH or tex.count("{") > MAX_DEPTH * 4:
        return None
    try:
        root = fromstring(convert(tex))
        return _node(root, 0)
    except (ParseError, ValueError, RecursionError):
        return None
    except Exception as error:  # latex2mathml's errors have no common class of their own
        if type(error).__module__.startswith("latex2mathml") or isinstance(
            error, IndexError | KeyError | TypeError | AttributeError | StopIteration
        ):
            return None
        raise


def _node(element: Element, depth: int) -> list[Any]:
    """Convert an element; raises `ValueError` for what paper cannot show."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    name = element.tag.rpartition("}")[2]
    if name in _LEAVES:
        text = "".join(element.itertext())
        if "\\" in text and name != "mtext":
            raise ValueError(f"unknown command {text}")
        return [_LEAVES[name], text]
    children = [_node(child, depth + 1) for child in element]
    if name in _PARTS:
        if len(children) != _PARTS[name]:
            raise ValueError(f"{name} has {len(children)} parts")
        return [name, *children]
    if name == "mspace":
        return ["space"]
    if name == "mtable":
        return ["table", *children]
    if name == "mtr":
        return ["cells", *children]
    if name == "msqrt":
        return ["msqrt", ["row", *children]]
    if name in _ROWS:
        stretchy = len(children) > 2 and element[0].get("fence") == "true"
        return ["fenced" if stretchy else "row", *children]
    raise ValueError(f"unknown element {name}")
