"""The HTML of Anki's fields as our tree: what that cannot hold is left out, and counted.

Nothing in it is run or fetched. Tables, lists, code and formulas are kept; of looks only emphasis.
"""

from __future__ import annotations

import html as entities
import re

from justhtml import JustHTML

from srs.corpus import tree
from srs.corpus.tree import Blocks
from srs.importers.html.reader import Read, Reader
from srs.importers.html.sources import TEX

__all__ = ["Read", "line", "plain", "read"]

_SOUND = re.compile(r"\[sound:([^\]<>\n]{1,250})\]")
_LATEX = re.compile(r"\[(/?)(latex|\$\$?)\]")
_PROTECTED = re.compile(r"&(?:#0*(?:58|123|125)|#[xX]0*(?:3[aA]|7[bBdD])|colon|[lr]cub|[lr]brace);")
_SPACE = re.compile(r"[\s\u00a0]+")


def read(html: str, *, clozes: bool = False) -> Read:
    """Read a field's or a card's HTML; media are images named as they are in Anki.

    With `clozes`, Anki's marks make clozes; one over several blocks becomes one in each.
    """
    html = _SOUND.sub(lambda m: f'<img src="{entities.escape(entities.unescape(m[1]))}">', html)
    html = _with_elements_for_latex(html)
    if clozes:
        html = _PROTECTED.sub(lambda m: f"<!-- -->{entities.unescape(m[0])}<!-- -->", html)
    root = JustHTML(html, fragment=True, sanitize=False).root
    return Reader(root, clozes=clozes).read()


def plain(html: str) -> str:
    """Return a field's text on one line, as it would be typed."""
    return line(read(html).blocks)


def line(blocks: Blocks) -> str:
    """Return the text of blocks on one line, a space where another began."""
    spaced = tree.mapped(blocks, tree.LineBreak, lambda _: tree.Text(" "))
    return _SPACE.sub(" ", " ".join(map(tree.plain, spaced))).strip()


def _with_elements_for_latex(html: str) -> str:
    """Put an element around what stands between `[latex]` or `[$]` and its end, as Anki reads it."""
    out: list[str] = []
    position = 0
    opened: re.Match[str] | None = None
    for mark in _LATEX.finditer(html):
        if not mark[1]:
            opened = mark
        elif opened is not None and opened[2] == mark[2]:
            inner = html[opened.end() : mark.start()]
            out += html[position : opened.start()], f'<{TEX} kind="{mark[2]}">{inner}</{TEX}>'
            position, opened = mark.end(), None
    return "".join((*out, html[position:]))
