"""The small grammar of attributes: `{#id .class key=value key=a,b key="a b"}`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from srs.model import RESERVED, Metadata

KINDS = ("basic", "reversed", "typed", "predict", "exercise")
CLASSES = frozenset({*KINDS, "rows", "draft", "retired"})
ID = r"[A-Za-z0-9_-]+"
_ONE = r'(?:"[^"]*"|[^\s",{}]+)'
_ITEM = re.compile(
    rf"#(?P<id>{ID})|\.(?P<cls>[A-Za-z][\w-]*)"
    rf"|(?P<key>[A-Za-z][\w-]*)=(?P<values>{_ONE}(?:,{_ONE})*)"
)
_VALUE = re.compile(_ONE)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What braces say; `faults` are (message, hint) pairs about things they should not."""

    id: str = ""
    classes: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    metadata: Metadata = ()
    faults: tuple[tuple[str, str], ...] = ()


def parse(text: str) -> Attributes | None:
    """Parse what stands between braces; None if any item has none of the grammar's forms."""
    ids: list[str] = []
    classes: list[str] = []
    metadata: dict[str, tuple[str, ...]] = {}
    faults: list[tuple[str, str]] = []
    items = _split(text)
    if not items:
        return None
    for item in items:
        match = _ITEM.fullmatch(item)
        if match is None:
            return None
        if match["id"]:
            ids.append(match["id"])
        elif match["cls"]:
            classes.append(match["cls"])
        elif match["key"] in metadata:
            faults.append((f"`{match['key']}` is given twice", "separate its values by commas"))
        else:
            values = tuple(v.strip('"') for v in _VALUE.findall(match["values"]))
            metadata[match["key"]] = values
    if len(ids) > 1:
        faults.append((f"a note has one id, not {len(ids)}", f"keep `#{ids[0]}`"))
    kinds = [f"`.{name}`" for name in dict.fromkeys(classes) if name in KINDS]
    if len(kinds) > 1:
        faults.append((f"a note has one type, not {' and '.join(kinds)}", f"keep {kinds[0]}"))
    for name in classes:
        if name not in CLASSES:
            known = ", ".join(f".{c}" for c in sorted(CLASSES))
            faults.append((f"`.{name}` is no class of a note", f"the classes are {known}"))
    tags = metadata.pop("tags", ())
    for key in [key for key in metadata if key in RESERVED]:
        faults.append((f"`{key}` cannot be a metadata key", "it is a word of the query language"))
        del metadata[key]
    return Attributes(
        ids[0] if ids else "",
        frozenset(classes),
        tags,
        tuple(metadata.items()),
        tuple(faults),
    )


def _split(text: str) -> list[str]:
    """Split at spaces that stand outside quotes."""
    return re.findall(r'(?:[^\s"]|"[^"]*"?)+', text)
