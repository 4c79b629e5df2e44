"""Code coloured by Pygments, as texts that play one of a few roles."""

from __future__ import annotations

from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from srs.corpus.tree import Cloze, Inline, Text, plain

PLAIN = frozenset({"", "output", "text", "txt", "plain", "console"})
"""Languages that are shown without colours."""

MAX_COLOURED = 10_000
"""Longest code that is coloured, in characters: some lexers take time that grows with its square."""

_ROLES = (
    ("kc", "m"), ("k", "k"), ("ow", "k"), ("si", "o"), ("s", "s"), ("l", "s"), ("m", "m"),
    ("cp", "d"), ("c", "c"), ("nf", "f"), ("fm", "f"), ("nc", "f"), ("nb", "b"), ("bp", "b"),
    ("ne", "b"), ("nd", "d"), ("nt", "k"), ("na", "f"), ("gp", "o"), ("go", "c"), ("gr", "c"),
    ("gt", "c"),
)  # fmt: skip
"""Beginnings of Pygments' short class names, and the role each plays (`tree.ROLES`)."""


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def coloured(language: str, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Colour a code block, its clozes kept where they are."""
    lexer = None if language in PLAIN else _lexer(language)
    if lexer is None or not children:
        return children
    code = plain(children)
    if len(code) > MAX_COLOURED or code.strip("\n") != code:  # newlines at the ends may get lost
        return children
    styles: list[tuple[int, str]] = []
    position = 0
    for kind, value in lexer.get_tokens(code):
        while kind not in STANDARD_TYPES and kind.parent is not None:
            kind = kind.parent
        style = _role(STANDARD_TYPES.get(kind, "")) if value.strip() else ""
        position += len(value)
        if styles and styles[-1][1] == style:
            styles[-1] = (position, style)
        else:
            styles.append((position, style))
    if position != len(code):
        return children
    return _apply(children, styles, [0, 0])


@lru_cache(maxsize=256)
def _role(name: str) -> str:
    return next((role for start, role in _ROLES if name.startswith(start)), "")


def _apply(
    children: tuple[Inline, ...], styles: list[tuple[int, str]], at: list[int]
) -> tuple[Inline, ...]:
    """Cut texts where styles change; `at` holds the position in the code and in `styles`."""
    out: list[Inline] = []
    for child in children:
        match child:
            case Text(text):
                end = at[0] + len(text)
                while at[0] < end:
                    stop, style = styles[at[1]]
                    upto = min(stop, end)
                    out.append(
                        Text(text[len(text) - (end - at[0]) : len(text) - (end - upto)], style)
                    )
                    at[0] = upto
                    at[1] += upto == stop
            case Cloze(numbers, hint, inner):
                out.append(Cloze(numbers, hint, _apply(inner, styles, at)))
    return tuple(out)
