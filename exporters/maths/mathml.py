"""Maps MathML to the tree of a formula."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from xml.etree.ElementTree import Element

Node = list[Any]

LEAVES = ("i", "n", "o", "text", "op")

LOOKS = ("styled", "colour", "class", "big", "accent", "cancel", "boxed", "phantom")
"""Nodes that are another one with a look: a style, a colour, a class of spacing, a height in em …"""

_ATTRIBUTES = frozenset({"class", "stretchy", "fence", "form", "movablelimits", "lspace", "rspace", "scriptlevel", "accent", "width", "linethickness", "minsize", "maxsize", "voffset", "height", "depth", "largeop"})  # fmt: skip

_SPACES = {
    "thinmathspace": 3 / 18, "thickmathspace": 5 / 18, "negativethinmathspace": -3 / 18,
    "negativemediummathspace": -4 / 18, "negativethickmathspace": -5 / 18,
}  # fmt: skip

_ACCENTS = {
    "mover": {
        "^": "\u0302", "¯": "\u0304", "→": "\u20d7", "~": "\u0303", "˙": "\u0307", "¨": "\u0308",
        "\u20db": "\u20db", "\u20dc": "\u20dc", "´": "\u0301", "`": "\u0300", "ˇ": "\u030c",
        "˘": "\u0306", "˚": "\u030a", "←": "\u20d6", "↔": "\u20e1", "―": "overline",
        "⏞": "overbrace", "⎴": "overbracket", "⏜": "overparen",
    },
    "munder": {"―": "underline", "⏟": "underbrace", "⎵": "underbracket", "⏝": "underparen"},
}  # fmt: skip

_SIGNS = {
    "-": "−", "*": "∗", "`": "‘", "″": "′′", "‴": "′′′", "⁗": "′′′′", "\\{": "{", "\\}": "}",
    "\\|": "‖",
}  # fmt: skip
_DELIMITERS = {".": "", "<": "⟨", ">": "⟩"}
_CROSS = "&#x029F8;"
_CODE = re.compile("&#x([0-9A-Fa-f]+);")


def mapped(math: Element) -> Node:
    """Map a formula; raises `ValueError` (or what a table of Python's raises) at the unknown."""
    return _node(math[0])


def _node(element: Element) -> Node:
    if not _ATTRIBUTES.issuperset(element.attrib) or element.tag not in _TAGS:
        raise ValueError(f"{element.tag} looks unknown")
    node = _TAGS[element.tag](element)
    for word in reversed(element.get("class", "").split()):
        kind, _, look = word.partition(":")
        node = _looking(kind, look, node)
    return node


def _looking(kind: str, look: str, node: Node) -> Node:
    match kind:
        case "table":
            return node
        case "styled":
            word = _letters(node) if look in ("upright", "bold", "italic", "sans", "mono") else None
            return ["styled", look, node if word is None else ["text", word]]
        case "op" if (word := _letters(node)) is not None:
            return ["op", word, look == "limits"]
        case "binom" if node[0] == "mfrac":
            return ["binom", *node[1:]]
        case "big" if node[0] == "o":
            return ["big", float(look), ["o", _DELIMITERS.get(node[1], node[1])]]
        case _ if kind in LOOKS and kind != "big":
            return [kind, look, node]
    raise ValueError(f"{kind} has no such part")


def _letters(node: Node) -> str | None:
    """Return the word that a node is, or None if it is none."""
    kind, *parts = node
    if kind in ("i", "n", "text") or node in (["o", "−"], ["o", "∗"]):
        return {"−": "-", "∗": "*"}.get(parts[0], parts[0])
    if kind == "space":
        return "\u2009" if parts[0] > 0 else ""
    if kind == "styled":
        return _letters(parts[1])
    if kind != "row":
        return None
    words = [_letters(part) for part in parts]
    return None if None in words else "".join(word for word in words if word is not None)


def _leaf(element: Element) -> Node:
    text = _CODE.sub(lambda match: chr(int(match[1], 16)), element.text or "")
    text = _SIGNS.get(text, text)
    if "fence" in element.attrib and len(text) < 2:
        sign = ["o", _DELIMITERS.get(text, text)]
        return ["mid", sign] if "lspace" in element.attrib else sign
    if set(text) == {"′"}:
        return _joined([["o", prime] for prime in text])
    if len(text) == 1:
        return _character(text)
    if not text or text == "mod":
        return ["text", text] if text else ["row"]
    if re.fullmatch("[A-Za-z]+([\u2006\u2009][a-z]+)?", text) is None:
        raise ValueError(f"{text} is no name")
    return ["op", text.replace("\u2006", " "), element.tag == "mo"]


def _character(char: str) -> Node:
    if char.isascii():
        return ["i" if char.isalpha() else "n" if char.isdigit() else "o", char]
    category = unicodedata.category(char)
    if category[0] in "SP" and char < "\u3000":
        return ["o", char]
    if category in ("Ll", "Lu") or "\u2100" <= char <= "\u214f":
        return ["i", char]
    return ["text", char]


def _text(element: Element) -> Node:
    text = element.text or ""
    return ["space", 0.25] if text == "&#x000A0;" else ["text", bytes.fromhex(text).decode()]


def _space(element: Element) -> Node:
    width = element.attrib["width"]
    return ["space", _SPACES[width] if width in _SPACES else float(width.removesuffix("em"))]


def _row(element: Element) -> Node:
    parts = list(element)
    if parts and parts[0].get("form") == "prefix":
        return ["fenced", _node(parts[0]), _nodes(parts[1:-1]), _node(parts[-1])]
    if len(parts) == 3 and parts[1].get("linethickness") == "0":
        return ["binom", *map(_node, parts[1])]
    return _nodes(parts)


def _nodes(parts: list[Element]) -> Node:
    nodes: list[Node] = []
    crossed = False
    for part in parts:
        if part.tag == "mpadded" and len(part) == 1 and part[0].text == _CROSS:
            crossed = True
            continue
        node = _node(part)
        if crossed:
            if node[0] not in ("i", "o"):
                raise ValueError("only a sign can be crossed out")
            node, crossed = [node[0], unicodedata.normalize("NFC", f"{node[1]}\u0338")], False
        elif part.tag == "mrow" and len(part) == 1 and node[0] == "o":
            node = ["class", "normal", node]
        nodes.append(node)
    return _joined(nodes)


def _joined(nodes: list[Node]) -> Node:
    """Make a row, its digits numbers."""
    row: list[Node] = []
    for node in nodes:
        if node == ["row"]:
            continue
        last = row[-1] if row else ["row"]
        if node[0] == last[0] and node[0] in ("n", "text"):
            row[-1] = [node[0], last[1] + node[1]]
        elif node[0] == "n" and last == ["o", "."] and len(row) > 1 and row[-2][0] == "n":
            row[-2:] = [["n", f"{row[-2][1]}.{node[1]}"]]
        else:
            row.append(node)
    return row[0] if len(row) == 1 else ["row", *row]


def _parts(element: Element) -> Node:
    """Map an element of two parts."""
    first, second = map(_node, element)
    return [element.tag, first, second]


def _scripts(element: Element) -> Node:
    """Map scripts, accents and arrows; the library leaves a base of several parts as they are."""
    count = 2 if element.tag in ("msubsup", "munderover") else 1
    parts = list(element)
    base = parts[:-count]
    if parts[-1].tag == "mpadded":
        scripts = [_nodes([p for p in part if p.tag != "mspace"]) for part in parts[1:]]
        return ["arrow", _node(base[0]), *([["row"]] if count == 1 else []), *scripts]
    scripts = [_node(part) for part in parts[-count:]]
    node = _node(base[0]) if len(base) == 1 else _nodes(base)
    if count == 1 and parts[-1].tag == "mo":
        text = _CODE.sub(lambda match: chr(int(match[1], 16)), parts[-1].text or "")
        if (mark := _ACCENTS.get(element.tag, {}).get(text)) is not None:
            return ["accent", mark, node]
    return [element.tag, node, *scripts]


def _table(element: Element) -> Node:
    """Map a grid; a line above a row stands in its first cell."""
    spec, *flags = element.get("class", "table:c,tight").removeprefix("table:").split(",")
    rows: list[list[Node]] = []
    rules: list[int] = []
    for row in element:
        cells = [list(cell) for cell in row]
        while cells[0] and cells[0][0].get("class") == "hline:":
            rules.append(len(rows))
            del cells[0][0]
        rows.append([_nodes(cell) for cell in cells])
    if rows[-1] == [["row"]]:
        rows.pop()
    most = max(map(len, rows))
    columns = spec.replace("|", "")
    bars = {len(spec[:n].replace("|", "")) for n, char in enumerate(spec) if char == "|"}
    looks = {
        "columns": columns or "c", "bars": sorted(n for n in bars if n <= most),
        "rules": sorted(set(rules)), "displayed": "displayed" in flags,
        "paired": "paired" in flags, "tight": "tight" in flags,
    }  # fmt: skip
    return ["table", looks, *(["cells", *row, *([["row"]] * (most - len(row)))] for row in rows)]


_TAGS = {
    **dict.fromkeys(("mi", "mn", "mo"), _leaf), "mtext": _text, "mspace": _space,
    **dict.fromkeys(("mrow", "mstyle"), _row),
    "msqrt": lambda element: ["msqrt", _row(element)], "mroot": _parts, "mfrac": _parts,
    **dict.fromkeys(("msub", "msup", "msubsup", "munder", "mover", "munderover"), _scripts),
    "mtable": _table,
}  # fmt: skip
