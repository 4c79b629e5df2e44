"""Changes to one value of a TOML file that leave all else as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from srs.toml.statements import Statement, statements

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(value: object) -> str:
    """Write a text, a number or a list of them as TOML."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def assign(text: str, key: tuple[str, ...], value: str) -> str | None:
    """Return a valid file's text with one value changed or added; None if it must be done by hand.

    `value` is TOML. Comments and all other lines stay as they are.
    """
    found = [*statements(text)]
    there = next((s for s in found if s.key == key and s.value < s.end), None)
    if there is not None:
        changed = text[: there.value] + value + text[there.end :]
    else:
        changed = _added(text, found, key, value)
    return _checked(changed, _with(_values(text), key, _values(f"x = {value}")))


def remove(text: str, key: tuple[str, ...]) -> str | None:
    """Return a valid file's text without a key and its line; None if it must be done by hand.

    The header of its table goes with it where nothing is left below, no comment either.
    """
    there = next((s for s in statements(text) if s.key == key and s.value < s.end), None)
    if there is None:
        return None
    start = text.rfind("\n", 0, there.start) + 1
    end = text.find("\n", there.end) + 1 or len(text)
    changed, wanted = text[:start] + text[end:], _with(_values(text), key, None)
    if wanted is None or _filled(_values(changed)) != _filled(wanted):
        return None
    return _without_header(changed, key[:-1])


def _without_header(text: str, table: tuple[str, ...]) -> str:
    """Return a text without the header of a table if that is empty and has no comment."""
    found = [*statements(text), None]
    for header, after in pairwise(found):
        if header is None or header.key != table or header.value != header.end:
            continue
        start = text.rfind("\n", 0, header.start) + 1
        end = len(text) if after is None else _above(text, after.start)
        shorter = text[:start] + text[end:]
        if after is None and text[:start].strip():
            shorter = text[:start].rstrip() + ("\r\n" if "\r\n" in text else "\n")
        commented = text[header.end : end].strip() or _above(text, header.start) < start
        if not commented and _filled(_values(shorter)) == _filled(_values(text)):
            return shorter
    return text


def _checked(changed: str, wanted: dict[str, Any] | None) -> str | None:
    """Return a text only if it is read as what is wanted."""
    return changed if wanted is not None and _values(changed) == wanted else None


def _added(text: str, found: Sequence[Statement], key: tuple[str, ...], value: str) -> str:
    """Add a line at the end of its table, which is added at the end of the file if need be."""
    newline = "\r\n" if "\r\n" in text else "\n"
    *table, name = key
    line = f"{_dotted([name])} = {value}{newline}"
    header = next(
        (n for n, s in enumerate(found) if s.key == tuple(table) and s.value == s.end), None
    )
    if table and header is None:
        gap = newline if text.strip() else ""
        return f"{_ended(text, newline)}{gap}[{_dotted(table)}]{newline}{line}"
    first = 0 if header is None else header + 1
    after = next(
        (n for n in range(first, len(found)) if found[n].value == found[n].end), len(found)
    )
    if after == 0:  # before the first table, and the comment that is right above it
        at = _above(text, found[0].start) if found else len(text)
        gap = newline if found else ""
        return _ended(text[:at], newline) + line + gap + text[at:]
    at = text.find("\n", found[after - 1].end) + 1 or len(text)
    return _ended(text[:at], newline) + line + text[at:]


def _above(text: str, start: int) -> int:
    """Return where the comment begins that ends in the line before."""
    at = text.rfind("\n", 0, start) + 1
    while at and text[text.rfind("\n", 0, at - 1) + 1 : at].lstrip().startswith("#"):
        at = text.rfind("\n", 0, at - 1) + 1
    return at


def _ended(text: str, newline: str) -> str:
    return text if not text.strip("\ufeff") or text.endswith("\n") else text + newline


def _dotted(names: Sequence[str]) -> str:
    return ".".join(name if _BARE.fullmatch(name) else written(name) for name in names)


def _values(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _filled(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return values without the tables that are empty."""
    if values is None:
        return None
    inner = {k: _filled(v) if isinstance(v, dict) else v for k, v in values.items()}
    return {k: v for k, v in inner.items() if v != {}}


def _with(
    values: dict[str, Any] | None, key: tuple[str, ...], value: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Return values with one of them set to that of `x`, or taken out."""
    if values is None:
        return None
    table = values
    for name in key[:-1]:
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            return None
    if value is None:
        table.pop(key[-1], None)
    else:
        table[key[-1]] = value["x"]
    return values
