"""What HTML elements mean for the text they hold: left out, a paragraph, emphasis, a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from srs.importers.leaves import Wrap

SKIPPED = {
    "script": "script", "noscript": "script",
    "svg": "drawing", "canvas": "drawing", "math": "drawing",
    "iframe": "embedded page or video", "object": "embedded page or video",
    "embed": "embedded page or video",
    "input": "form field", "select": "form field", "textarea": "form field",
    "button": "form field",
    "style": "", "template": "", "head": "", "title": "", "rp": "", "colgroup": "",
}  # fmt: skip
"""Elements that are left out with all they hold, and what is said of it."""
_STYLES = {
    "b": "strong", "strong": "strong", "mark": "strong", "dt": "strong", "i": "em", "em": "em",
    "cite": "em", "dfn": "em", "var": "em", "u": "em", "ins": "em", "s": "del", "strike": "del",
    "del": "del", "sub": "sub", "sup": "sup", "kbd": "kbd",
}  # fmt: skip
PARAGRAPHS = frozenset((
    "p", "div", "section", "article", "header", "footer", "main", "center", "dd", "dt", "dl",
    "figure", "figcaption", "address", "fieldset", "form", "hgroup", "nav", "aside", "caption",
    "legend", "li", "tbody", "thead", "tfoot", "tr", "td", "th",
))  # fmt: skip
_SCHEMES = ("http://", "https://", "mailto:")
_LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|brush:\s*|sourceCode\s+)([A-Za-z0-9+#_-]{1,20})")
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_ITALIC = re.compile(r"font-style:\s*italic")
_LOOKS = re.compile(r"(?:^|[;\s-])(?:color|background|font-size)\s*:")


def wraps(tag: str, attributes: Mapping[str, str], around: Iterable[Wrap]) -> Iterator[Wrap]:
    """Yield what an element puts its inlines in, each style once."""
    here = {wrap.kind for wrap in around}
    if (style := _STYLES.get(tag)) and style not in here:
        yield Wrap(style)
    look = attributes.get("style", "").lower()
    if _BOLD.search(look) and "strong" not in here and style != "strong":
        yield Wrap("strong")
    if _ITALIC.search(look) and "em" not in here and style != "em":
        yield Wrap("em")
    url = attributes.get("href", "").strip()
    if tag == "a" and url.lower().startswith(_SCHEMES) and "link" not in here:
        yield Wrap("link", re.sub(r"[\s<>]", lambda m: f"%{ord(m[0]):02X}", url))


def has_looks(tag: str, attributes: Mapping[str, str]) -> bool:
    """Tell whether an element changes the colour or size of its text."""
    return tag == "font" or _LOOKS.search(attributes.get("style", "").lower()) is not None


def language(attributes: Mapping[str, str]) -> str:
    """Return the programming language that the class of code names, empty if none."""
    found = _LANGUAGE.search(attributes.get("class", ""))
    return found[1] if found else ""
