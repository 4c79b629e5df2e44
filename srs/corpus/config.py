"""`srs.toml`: what a corpus says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from srs.errors import CODES, Problem
from srs.model import RESERVED
from srs.toml import load, place, problem

if TYPE_CHECKING:
    from srs.settings.layers import Layer

FILE = "srs.toml"
LOCK_FILE = "srs.lock"
_KEYS = ("name", "key", "include", "exclude", "order", "metadata", "lints")
_NO_DECKS = re.compile(
    r"(?:(?i:README|CONTRIBUTING|CHANGELOG|LICEN[CS]E|CODE_OF_CONDUCT)|CHANGES|HISTORY|NOTICE|"
    r"AUTHORS|SECURITY|MAINTAINERS|GOVERNANCE|SUPPORT|TODO)(?:[-_.].*)?"
)
"""What projects keep beside their decks. A name that is also a subject counts in capitals only."""


@dataclass(frozen=True, slots=True)
class Config:
    """The corpus' name and key, its files, their order, its metadata, and lints switched off.

    `key` is empty in a folder that is no corpus. `metadata` maps a declared key to the values it
    may have, none meaning any. `include` empty means every deck there is. `personal` are defaults
    of what a person may decide.
    """

    name: str = ""
    key: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    metadata: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lints_off: frozenset[str] = frozenset()
    personal: Layer = ()

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
        for rank, name in enumerate(self.order):
            if path in (name, f"{name}.md") or path.startswith(f"{name}/"):
                listed = rank
                break
        pieces = re.findall(r"\d+|\D+", path.lower())
        return listed, [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces]


def parse(text: str) -> tuple[Config, tuple[Problem, ...]]:
    """Parse `srs.toml`; what is wrong in it is left at its default and reported with its line."""
    data = load(text, FILE)
    if isinstance(data, Problem):
        return Config(), (data,)
    problems: list[Problem] = []

    def complain(message: str, hint: str, *key: str) -> None:
        problems.append(problem(place(text, FILE, *key), message, hint))

    def string(key: str) -> str:
        value = data.pop(key, "")
        if isinstance(value, str):
            return value
        complain(f"`{key}` is a text in quotes", "", key)
        return ""

    def strings(key: str) -> tuple[str, ...]:
        value = data.pop(key, [])
        if _is_strings(value):
            return tuple(value)
        complain(f"`{key}` is a list of texts", f'write `{key} = ["…"]`', key)
        return ()

    metadata = data.pop("metadata", {})
    declared: dict[str, tuple[str, ...]] = {}
    for key, values in metadata.items() if isinstance(metadata, dict) else ():
        if key in RESERVED | {"tags"}:
            hint = "it is a word of the query language"
            complain(f"`{key}` cannot be a metadata key", hint, "metadata", key)
        elif _is_strings(values):
            declared[key] = tuple(values)
        else:
            hint = f'write `{key} = ["…"]`, or `{key} = []` for any value'
            complain(f"`{key}` is a list of the values it may have", hint, "metadata", key)
    lints = data.pop("lints", {})
    for key, table in (("metadata", metadata), ("lints", lints)):
        if not isinstance(table, dict):
            complain(f"`[{key}]` is a table", "", key)
    off: set[str] = set()
    for code, on in lints.items() if isinstance(lints, dict) else ():
        if code not in CODES or not isinstance(on, bool):
            message = f"`{code}` is not a problem code set to true or false"
            complain(message, "", "lints", code)
        elif not on:
            off.add(code)
    config = Config(
        string("name"), string("key"), strings("include"), strings("exclude"), strings("order"),
        tuple(declared.items()), frozenset(off),
    )  # fmt: skip
    if not data:
        return config, tuple(problems)
    from srs.settings.layers import read  # few have any here, and counting must start fast

    personal, faults = read(data, text, FILE, _KEYS)
    return replace(config, personal=personal), (*problems, *faults)


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
