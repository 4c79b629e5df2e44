"""What decks that come from Anki are called, and how their files are written."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from srs.corpus.parse import deck_name
from srs.importers.leaves import clean

MAX_SLUG = 40
MAX_FILE = 2**22
"""A deck that takes more characters is divided into several files."""


@dataclass(frozen=True, slots=True)
class Text:
    """A note as it is written; `position` is that of its first card among new ones."""

    position: int | None
    section: str
    text: str


def ordered(texts: list[Text]) -> list[Text]:
    """Put a deck's notes into the order of their cards when they were new, if that is known."""
    if any(text.position is None for text in texts):
        return texts
    return sorted(texts, key=lambda text: text.position or 0)


def parts(texts: list[Text]) -> Iterator[list[Text]]:
    """Divide a deck into files that an editor likes."""
    part: list[Text] = []
    size = 0
    for text in texts:
        if part and size + len(text.text) > MAX_FILE:
            yield part
            part, size = [], 0
        part.append(text)
        size += len(text.text)
    yield part


def deck(path: str, name: str, texts: list[Text]) -> Iterator[str]:
    """Yield the text of a file that is a deck of some name; a heading stands above each section."""
    if deck_name(path) != name:
        yield f"---\ndeck: {_yaml(name)}\n---\n\n"
    section = ""
    for n, text in enumerate(texts):
        if n:
            yield "\n"
        if text.section != section:
            section = text.section
            yield f"# {section}".rstrip() + "\n\n"
        yield text.text


def slug(text: str) -> str:
    """Return words as an id is made of them, empty if nothing of them is left."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")
    if len(found) > MAX_SLUG:
        cut = found[: MAX_SLUG + 1]
        found = (cut[: cut.rfind("-")] if "-" in cut else found[:MAX_SLUG]).strip("-")
    return found


def file_name(part: str) -> str:
    """Return a part of a deck's name as that of a file, in its own script."""
    name = unicodedata.normalize("NFC", part).lower()
    name = re.sub(r"[\W_]+", "-", name).strip("-")
    while len(name.encode()) > 80:
        name = name[:-1]
    reserved = re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d|media", name)
    return f"{name}-deck" if reserved else name or "deck"


def deck_title(name: str) -> str:
    """Return a deck's name as front matter can hold it, which has a limit for brackets."""
    name = re.sub(r"[\[\]{}]", "-", name[:1000]) if len(name) > 200 else name
    parts = (" ".join(clean(part).split()) for part in name.split("::"))
    return "::".join(part or "blank" for part in parts)


def _yaml(text: str) -> str:
    """Write a text as YAML's, between quotes."""
    return json.dumps(text, ensure_ascii=False)
