"""Anki's card templates: fields, sections, filters; what they make is HTML, of which nothing runs.

The language is https://docs.ankiweb.net/templates/intro.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from srs.importers.html import plain

MAX_LENGTH = 2**18
"""What a template makes is cut off here, in characters: no note of ours is as long."""

_TAG = re.compile(r"\{\{([^{}]{0,500})\}\}")
_BLANK = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*")
_RUBY = re.compile(r" ?([^ >\[\]]{1,100})\[([^\[\]]{0,200})\]")


def render(template: str, fields: Mapping[str, str], front: str = "") -> str:
    """Fill in a template; `front` is what `{{FrontSide}}` stands for.

    `{{type:…}}` makes nothing, and `{{cloze:…}}` leaves the marks as they are. A field that there
    is not is empty.
    """
    out: list[str] = []
    length = 0
    shown = [True]
    for part, is_tag in _parts(template):
        made = part
        if is_tag:
            name = part[1:].strip()
            if part.startswith(("#", "^")):
                filled = not is_blank(front if name == "FrontSide" else fields.get(name, ""))
                shown.append(shown[-1] and filled == (part[0] == "#"))
                continue
            if part.startswith("/"):
                if len(shown) > 1:
                    shown.pop()
                continue
            made = _field(part, fields, front) if shown[-1] else ""
        if shown[-1]:
            out.append(made[: MAX_LENGTH - length])
            length += len(out[-1])
    return "".join(out)


def typed(template: str, fields: Mapping[str, str]) -> str | None:
    """Return the HTML of the field that a template asks to be typed, None where it asks for none.

    One that is in a cloze is not: the cloze is then shown, and not typed.
    """
    for part, is_tag in _parts(template):
        filters, _, name = part.rpartition(":")
        chain = [one.strip().lower() for one in filters.split(":")]
        if is_tag and "type" in chain and "cloze" not in chain:
            found = fields.get(name.strip(), "")
            if not is_blank(found):
                return found
    return None


def has_cloze(template: str) -> bool:
    """Tell whether a template asks for clozes."""
    return any(tag and "cloze:" in part for part, tag in _parts(template))


def is_blank(html: str) -> bool:
    """Tell whether a field counts as empty."""
    return _BLANK.fullmatch(html) is not None


def bare(html: str) -> str:
    """Return HTML without its markup, as HTML again."""
    return escape(plain(html), quote=False)


@lru_cache(maxsize=1000)
def _parts(template: str) -> tuple[tuple[str, bool], ...]:
    """Split a template into what is copied and what stands in braces."""
    split = _TAG.split(_without_comments(template[:MAX_LENGTH]))
    return tuple((part.strip() if n % 2 else part, n % 2 == 1) for n, part in enumerate(split))


def _without_comments(template: str) -> str:
    out: list[str] = []
    at = 0
    while (start := template.find("<!--", at)) >= 0 and (end := template.find("-->", start)) >= 0:
        out.append(template[at:start])
        at = end + 3
    return "".join((*out, template[at:]))


def _field(tag: str, fields: Mapping[str, str], front: str) -> str:
    filters, _, name = tag.rpartition(":")
    name = name.strip()
    value = front if name == "FrontSide" else fields.get(name, "")
    for one in reversed([part.strip() for part in filters.split(":")] if filters else []):
        match one.lower().partition(" ")[0]:
            case "text":
                value = bare(value)
            case "hint":
                hidden = f"<details><summary>{escape(name)}</summary>{value}</details>"
                value = "" if is_blank(value) else hidden
            case "type" | "tts" | "tts-voices":
                value = ""
            case "furigana":
                value = _RUBY.sub(r"\1 (\2)", value)
            case "kana":
                value = _RUBY.sub(r"\2", value)
            case "kanji":
                value = _RUBY.sub(r"\1", value)
            case _:  # clozes are read later; what add-ons make is not known
                pass
    return value
