"""Open code or TeX: its text is taken as it is, and made a block or a part of a line at its end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from srs.corpus import tree
from srs.corpus.tree import Inline
from srs.importers.html.elements import language
from srs.importers.leaves import Leaf, Path, code_block, divided, formula, inlines, trimmed

TEX = "srs-tex"
"""The element that stands around what Anki reads as LaTeX."""
_MATHJAX = "anki-mathjax"
"""The element that Anki's editor has for a formula."""
ELEMENTS = frozenset({TEX, _MATHJAX, "pre", "code", "tt", "samp", "xmp", "listing"})
_BLOCK_CODE = frozenset({"pre", "xmp", "listing"})
_TEX_SHELL = re.compile(
    r"\s*(?:\\begin\{(?:displaymath|equation\*?)\}(?P<env>.*)\\end\{(?:displaymath|equation\*?)\}"
    r"|\\begin\{math\}(?P<math>.*)\\end\{math\}"
    r"|\$\$(?P<two>.*)\$\$|\$(?P<one>.*)\$)\s*",
    re.DOTALL,
)


@dataclass(slots=True)
class Source:
    """Open code or TeX, of which all characters count."""

    kind: Literal["code", "block", "tex", "display"]
    base: Path
    language: str = ""
    parts: list[Leaf] = field(default_factory=list)


def opened(tag: str, attributes: Mapping[str, str], base: Path) -> Source:
    """Return what an element of `ELEMENTS` opens within some wraps."""
    if tag == TEX:
        return Source("tex" if attributes.get("kind") == "$" else "display", base)
    if tag == _MATHJAX:
        return Source("display" if attributes.get("block") == "true" else "tex", base)
    return Source("block" if tag in _BLOCK_CODE else "code", base, language(attributes))


def add_line(source: Source, path: Path) -> None:
    """Begin a new line, unless one has just begun."""
    last = source.parts[-1].node if source.parts else "\n"
    if isinstance(last, str) and not last.endswith("\n"):
        source.parts.append(Leaf(path, "\n"))


def finished(source: Source) -> tree.CodeBlock | tuple[Path, Inline] | None:
    """Return a block of code, or code or a formula in a line with what wraps it; None if empty."""
    written = "".join(str(part.node) for part in source.parts)
    if source.kind in ("tex", "display"):
        return _formula(source, written)
    if not written.strip():
        return None
    if source.kind == "block" or "\n" in written.strip():
        return tree.CodeBlock(source.language.lower(), code_block(source.parts))
    outer, parts = divided(source.parts, source.base)
    return outer, tree.Code(inlines(trimmed(parts)))


def _formula(source: Source, written: str) -> tuple[Path, Inline] | None:
    """Take the dollars or environment that LaTeX needs off a formula."""
    display = source.kind == "display"
    if (shell := _TEX_SHELL.fullmatch(written)) and len(source.parts) == 1:
        display = shell["one"] is None and shell["math"] is None
        inner = next(filter(None, shell.groups()), "")
        source.parts = [Leaf(source.parts[0].path, inner)]
    outer, parts = divided(source.parts, source.base)
    made = formula(parts, display=display)
    return (outer, made) if made.children else None
