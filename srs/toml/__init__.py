"""TOML files of ours, and where in them a thing stands."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from srs.errors import Place, Problem, Severity

_TWICE = {"Cannot overwrite a value": "this key is given twice"}
"""What the parser says, where a person would say it otherwise."""


def load(text: str, path: str) -> dict[str, Any] | Problem:
    """Parse the text of a file, or return what keeps it from being TOML, with its place."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        end = text.count("\n") + 1, len(text) - text.rfind("\n")
        line, column = (int(found[1]), int(found[2])) if found else end
        message = re.sub(r" \(at .*\)", "", str(error))
        where = Place(path, line, column)
        return problem(where, f"not valid TOML: {_TWICE.get(message, message)}")
    except (ValueError, RecursionError):
        return problem(Place(path), "not valid TOML: a number or list is too large")


def place(text: str, path: str, *key: str) -> Place:
    """Return where a key of a valid file stands; one in an inline table, where that stands."""
    from srs.toml.statements import nearest

    start = nearest(text, key)
    line = text.count("\n", 0, start) + 1
    return Place(path, line, start - (text.rfind("\n", 0, start) + 1) + 1)


def problem(where: Place, message: str, hint: str = "") -> Problem:
    """Return what is wrong at a place of such a file."""
    return Problem(where, "config", Severity.ERROR, message, hint)
