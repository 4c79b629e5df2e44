"""Links and images by CommonMark's rules, and addresses without any marks.

An address may be defined once, as in `[name]: https://…`, and used as `[text][name]` or `[name]`
in the same text, which is one side of a note or a section's introduction.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
)
from markdown.util import AtomicString

from srs.corpus.spans import MARKS

_OPENING = re.compile(r"\(\s*(?:<([^<>\n]*)>)?")
_CLOSING = re.compile(r"""(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)""")
_REFERENCE = re.compile(r"\[([^\]]*)\]")
_DEFINITION = re.compile(
    r""" {0,3}\[([^\[\]^][^\[\]]*)\]: *\n? *(<[^<>\n]*>|[^\s<]\S*)"""
    r"""(?:(?: +| *\n *)(?:"[^"]*"|'[^']*'|\([^()]*\)))? *(?:\n|$)"""
)
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S|\S*[/#]|\S+\.[A-Za-z0-9]{1,5}$")
"""What a definition may name; `[Note]: important` is text."""

_Found = tuple[str, str | None, int, bool]


def register(markdown: Markdown) -> None:
    """Put these patterns in place of Python-Markdown's own."""
    patterns = markdown.inlinePatterns
    patterns.register(Link(LINK_RE, markdown), "link", 160)
    patterns.register(Image(IMAGE_LINK_RE, markdown), "image_link", 150)
    patterns.register(BareAddress(markdown), "address", 95)
    patterns.register(Reference(REFERENCE_RE, markdown), "reference", 170)
    patterns.register(ImageReference(IMAGE_REFERENCE_RE, markdown), "image_reference", 140)
    markdown.parser.blockprocessors.register(Definitions(markdown.parser), "reference", 15)


class Link(LinkInlineProcessor):
    def getLink(self, data: str, index: int) -> _Found:  # noqa: N802 - Python-Markdown's name
        return _target(data, index)


class Image(ImageInlineProcessor):
    def getLink(self, data: str, index: int) -> _Found:  # noqa: N802 - Python-Markdown's name
        return _target(data, index)


class Reference(ReferenceInlineProcessor):
    RE_LINK = _REFERENCE


class ImageReference(ImageReferenceInlineProcessor):
    RE_LINK = _REFERENCE


class Definitions(BlockProcessor):
    """Definitions of addresses at the beginning of a paragraph; of one name the first counts."""

    def test(self, parent: Element, block: str) -> bool:
        return _defined(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        while (found := _defined(block)) is not None:
            name = " ".join(found[1].split()).lower()
            address = found[2].removeprefix("<").removesuffix(">")
            self.parser.md.references.setdefault(name, (address, ""))
            block = block[found.end() :].lstrip("\n")
        if block.strip():
            blocks.insert(0, block)


def _defined(block: str) -> re.Match[str] | None:
    """Return the definition that a block begins with."""
    found = _DEFINITION.match(block)
    named = found is not None and _ADDRESS.match(MARKS.sub("", found[2]).strip("<>"))
    return found if named else None


class BareAddress(InlineProcessor):
    """An address that stands in the text without any marks."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, markdown: Markdown) -> None:
        super().__init__(
            r"https?://[^\s<>\ufdd0-\ufdef]*[^\s<>\ufdd0-\ufdef?!.,:;*_~'\")\]]", markdown
        )

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        element = Element("a", href=m[0])
        element.text = AtomicString(m[0])
        return element, m.start(0), m.end(0)


def _target(data: str, index: int) -> _Found:
    """Read a link's address in round brackets; its title is not kept.

    What is no address, as in `handlers[key](event, data)`, is left as text.
    """
    nothing = "", None, index, False
    if (opening := _OPENING.match(data, index)) is None:
        return nothing
    end = opening.end()
    address = opening[1]
    if address is None:
        end = _bare_end(data, end)
        address = data[opening.end() : end]
    closing = _CLOSING.match(data, end)
    return (address, None, closing.end(), True) if closing else nothing


def _bare_end(data: str, start: int) -> int:
    """Return where an address without `<>` ends: at a space or a bracket that it did not open."""
    depth = 0
    for index in range(start, len(data)):
        char = data[index]
        if char <= " " or (char == ")" and depth == 0):
            return index
        depth += (char == "(") - (char == ")")
    return len(data)
