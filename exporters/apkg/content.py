"""Notes as the HTML of Anki's fields, and names for their media."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from exporters import html
from srs.corpus.render import Rendered
from srs.corpus.tree import Blocks, Inline
from srs.model import Kind

VERSION = 2
"""Raised with every change of what a tree is written as, so that kept results are let go."""


@dataclass(frozen=True, slots=True)
class Content:
    """A note's text as HTML; what stands around it is not in it.

    `answer` is what must be typed, empty where nothing need be or it has several lines.
    """

    cloze: bool
    front: str
    back: str
    source: str
    reverse: str = ""
    answer: str = ""
    options: str = ""

    def fields(self, section: str, name: str) -> tuple[str, ...]:
        """Return the notetype's fields in order; `name` is the note's id, or else its guid."""
        tail = (_text(section), self.source, _text(name), "", "", "", "")
        if self.cloze:
            return (self.front, self.back, *tail)
        return (self.front, self.back, self.reverse, self.answer, self.options, *tail)


def content(rendered: Rendered, media: Mapping[str, str]) -> Content:
    """Write a note's trees; `media` maps an image's source to the name of its file."""
    front = html.blocks(rendered.front, media)
    back = html.blocks(rendered.back, media)
    source = html.inlines(rendered.source, media)
    if rendered.kind is Kind.CLOZE:
        return Content(True, front, back, source)
    reverse = "1" if rendered.kind is Kind.REVERSED else ""
    answer = "" if "\n" in rendered.typed else _text(rendered.typed)
    options = html.blocks(rendered.options, media)
    return Content(False, front, back, source, reverse, answer, options)


def preview(
    question: Blocks,
    answer: Blocks,
    source: tuple[Inline, ...],
    section: str,
    name: str,
    media: Mapping[str, str],
) -> str:
    """Write a card's two sides as one HTML page with the notetype's look."""
    from exporters.apkg.notetypes import css

    foot = f"<footer>{_text(section)}{' · ' if section else ''}{_text(name)}"
    foot += f"<br>{html.inlines(source, media, page=True)}</footer>" if source else "</footer>"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(name)}</title>\n'
        f'<style>{css()}</style></head>\n<body class="card">'
        f'<div class="srs">{html.blocks(question, media, page=True)}</div><hr id="answer">'
        f'<div class="srs">{html.blocks(answer, media, page=True)}{foot}</div></body></html>'
    )


_COLOURS = re.compile(r'<span class="[a-z]">|</span>')


def digest(cloze: bool, fields: Sequence[str], tags: Sequence[str]) -> str:
    """Hash a note as it would be exported, whatever colours its code has."""
    bare = [_COLOURS.sub("", field) if "<" in field else field for field in fields]
    joined = "\x1f".join([str(cloze), *bare, *sorted(tags)])
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def media_name(path_name: str, data: bytes) -> str:
    """Name a media file after its content, so that a changed one is never taken for the old.

    One that is so named already, as it was exported before, keeps its name.
    """
    stem, dot, ending = path_name.rpartition(".")
    mark = f"-{hashlib.sha1(data).hexdigest()[:16]}"
    bare = stem.removesuffix(mark)
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in bare)[:40]
    return f"{safe}{mark}{dot}{ending.lower()}"


def _text(text: str) -> str:
    return escape(text, quote=False)
