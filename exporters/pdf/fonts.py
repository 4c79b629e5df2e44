"""Which fonts a text needs: those inside the typesetter, and this machine's for what they lack."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# A standard that forbids missing glyphs makes the typesetter name all of them at once.
_PROBE = b"""
#set document(title: "-")
#set text(lang: "en", font: "Libertinus Serif")
#for one in json("characters.json") { par(one) }
"""
_UNSEEN = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u00[01][0-9a-f]|[bf])")
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


@dataclass(frozen=True, slots=True)
class Fonts:
    """Whether this machine's fonts are needed beside the embedded, and what even they lack."""

    system: bool = False
    missing: frozenset[str] = frozenset()

    @property
    def known(self) -> typst.Fonts:
        return known(self.system)

    def shown(self, text: str) -> str:
        """Put a sign in the place of characters that cannot be shown, in a text that is JSON."""
        shown = text.translate(dict.fromkeys(map(ord, self.missing), REPLACEMENT))
        return _CONTROL.sub(rf"\1{REPLACEMENT}", shown)


@cache
def known(system: bool) -> typst.Fonts:
    """Return the embedded fonts and, if wanted, this machine's behind them.

    Of fonts of one name the typesetter takes the first, and those of the system stand first unless
    they are found by their folders.
    """
    found = typst.Fonts(include_embedded_fonts=False).fonts() if system else []
    folders = {Path(font.path).parent for font in found if font.path}
    outermost = sorted(folder for folder in folders if folders.isdisjoint(folder.parents))
    return typst.Fonts(include_system_fonts=False, font_paths=outermost)


def choose(characters: Iterable[str]) -> Fonts:
    """Find the fonts for some characters; the same ones on every machine as long as they do."""
    unseen = _unseen({c for c in characters if c > "~"}, system=False)
    if not unseen:
        return Fonts()
    nowhere = _unseen(unseen, system=True)
    return Fonts(system=nowhere != unseen, missing=frozenset(nowhere))


def _unseen(characters: set[str], system: bool) -> set[str]:
    """Return the characters for which no font has a sign."""
    if not characters:
        return set()
    sources = {
        "main.typ": _PROBE,
        "characters.json": json.dumps(sorted(characters)).encode(),
    }
    with tempfile.TemporaryDirectory() as root:
        compiler = typst.Compiler(sources, root=root, font_paths=known(system))  # type: ignore[type-var]
        try:
            compiler.compile(format="pdf", pdf_standards="ua-1")
        except typst.TypstError as error:
            return characters & unseen_in(error)
    return set()


def unseen_in(error: typst.TypstError) -> set[str]:
    """Return the characters that an error of the typesetter says it cannot show."""
    texts = _UNSEEN.findall(error.diagnostic)
    return {c for text in texts for c in _ESCAPE.sub(_unescaped, text)}


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2])
