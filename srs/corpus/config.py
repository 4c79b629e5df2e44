"""`srs.toml`: what a corpus says of itself."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from srs.errors import CODES, Place, Problem, Severity
from srs.model import RESERVED

FILE = "srs.toml"
_NO_DECKS = re.compile(
    r"(?:(?i:README|CONTRIBUTING|CHANGELOG|LICEN[CS]E|CODE_OF_CONDUCT)|CHANGES|HISTORY|NOTICE|"
    r"AUTHORS|SECURITY|MAINTAINERS|GOVERNANCE|SUPPORT|TODO)(?:[-_.].*)?"
)
"""What projects keep beside their decks. A name that is also a subject counts in capitals only."""


@dataclass(frozen=True, slots=True)
class Config:
    """The corpus' name and key, its files, their order, its metadata, and lints switched off.

    `key` is empty in a folder that is no corpus. `metadata` maps a declared key to the values it
    may have, none meaning any. `include` empty means every deck there is.
    """

    name: str = ""
    key: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    metadata: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lints_off: frozenset[str] = frozenset()

    def excludes(self, path: str) -> bool:
        """Tell whether a file, or all that is in a folder, is left out."""
        return any(_glob(pattern).fullmatch(path) for pattern in self.exclude)

    def covers(self, path: str) -> bool:
        """Tell whether a file, named relative to the root, belongs to the corpus."""
        if self.excludes(path):
            return False
        if self.include:
            return any(_glob(pattern).fullmatch(path) for pattern in self.include)
        return not any(part.startswith("_") for part in path.split("/"))

    def selects(self, path: str) -> bool:
        """Tell whether a Markdown file is one of the corpus' decks."""
        name = path.rsplit("/", 1)[-1].removesuffix(".md")
        return self.covers(path) and (bool(self.include) or not _NO_DECKS.fullmatch(name))

    def rank(self, path: str) -> tuple[int, list[tuple[int, int, str]]]:
        """Return what decks are sorted by: `order` first, then numbers by value, then letters."""
        listed = len(self.order)
        for place, name in enumerate(self.order):
            if path in (name, f"{name}.md") or path.startswith(f"{name}/"):
                listed = place
                break
        pieces = re.findall(r"\d+|\D+", path.lower())
        return listed, [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces]


def parse(text: str) -> tuple[Config, tuple[Problem, ...]]:
    """Parse `srs.toml`; what is wrong in it is left at its default and reported with its line."""
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        message = re.sub(r" \(at .*\)", "", str(error))
        return Config(), (_problem(Place(FILE, line, column), f"not valid TOML: {message}"),)
    except (ValueError, RecursionError):
        return Config(), (_problem(Place(FILE), "not valid TOML: a number or list is too large"),)
    problems: list[Problem] = []

    def complain(key: str, message: str, hint: str = "") -> None:
        match = re.search(rf"^[ \t]*\[?[ \t]*\"?{re.escape(key)}\b", text, re.MULTILINE)
        line = text.count("\n", 0, match.start()) + 1 if match else 1
        problems.append(_problem(Place(FILE, line, 1), message, hint))

    def string(key: str) -> str:
        value = data.pop(key, "")
        if isinstance(value, str):
            return value
        complain(key, f"`{key}` is a text in quotes")
        return ""

    def strings(key: str) -> tuple[str, ...]:
        value = data.pop(key, [])
        if _is_strings(value):
            return tuple(value)
        complain(key, f"`{key}` is a list of texts", f'write `{key} = ["…"]`')
        return ()

    metadata = data.pop("metadata", {})
    declared: dict[str, tuple[str, ...]] = {}
    for key, values in metadata.items() if isinstance(metadata, dict) else ():
        if key in RESERVED | {"tags"}:
            complain(key, f"`{key}` cannot be a metadata key", "it is a word of the query language")
        elif _is_strings(values):
            declared[key] = tuple(values)
        else:
            hint = f'write `{key} = ["…"]`, or `{key} = []` for any value'
            complain(key, f"`{key}` is a list of the values it may have", hint)
    lints = data.pop("lints", {})
    for key, table in (("metadata", metadata), ("lints", lints)):
        if not isinstance(table, dict):
            complain(key, f"`[{key}]` is a table")
    off: set[str] = set()
    for code, on in lints.items() if isinstance(lints, dict) else ():
        if code not in CODES or not isinstance(on, bool):
            complain(code, f"`{code}` is not a problem code set to true or false")
        elif not on:
            off.add(code)
    config = Config(
        string("name"), string("key"), strings("include"), strings("exclude"), strings("order"),
        tuple(declared.items()), frozenset(off),
    )  # fmt: skip
    for key in data:
        known = "name, key, include, exclude, order, [metadata], [lints]"
        complain(key, f"`{key}` is not known here", f"known are {known}")
    return config, tuple(problems)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _glob(pattern: str) -> re.Pattern[str]:
    """Translate a glob: `*` and `?` stay in a folder, `**/` is any number of folders."""
    out = ""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", pattern.removeprefix("./").rstrip("/")):
        out += {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token) or re.escape(
            token
        )
    return re.compile(out + ("(?:/.*)?" if not pattern.endswith(".md") else ""))


def _problem(where: Place, message: str, hint: str = "") -> Problem:
    return Problem(where, "config", Severity.ERROR, message, hint)
