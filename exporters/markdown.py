"""The tree as Markdown again, for editors and scripts that show a card themselves."""

from __future__ import annotations

import re
from itertools import pairwise

from srs.corpus import tree
from srs.corpus.tree import Block, Inline

_MARKS = {"strong": "**", "em": "*", "del": "~~"}
_MEANT = re.compile(r"[\\`*\[\]<$]|\{(?=\{c\d)|~(?=~)|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
"""Characters that would mean more than themselves; `_` inside a word does not."""
_CLOSES = re.compile(r"\\?[{}]|:(?=:|$)")
_CLOSES_BEFORE_HINT = re.compile(r"\\?[{}\[\]]|[()]|:(?=:|$)")
"""What would end a cloze or its content, and brackets: in open ones no hint begins."""
_BEGINS = re.compile(r"(?=#{1,6}(?:\s|$)|[-+>]|={3})|(?<=\d)(?=[.)](?:\s|$))")
_DIGIT = re.compile(r"\A[0-9]")
"""A dollar sign that stands before one ends no formula."""
_RULES = {"left": ":---", "right": "---:", "center": ":---:", "": "---"}


def blocks(value: tuple[Block, ...]) -> str:
    """Write blocks, a blank line between them.

    Blanks are `[…]`, revealed clozes are bold; in code both are text, since it holds no markup.
    """
    parts = [_block(block) for block in value]
    for n, (above, below) in enumerate(pairwise(value), 1):
        match above, below:  # two lists of one kind would be one
            case tree.List(start=None), tree.List(start=None):
                parts[n] = re.sub(r"(?m)^- ", "* ", parts[n])
    return "\n\n".join(parts)


def inlines(value: tuple[Inline, ...], *, hidden: re.Pattern[str] | None = None) -> str:
    """Write inlines on one line; of those in a cloze, what `hidden` matches must not close it."""
    parts = [_inline(part, hidden) for part in value]
    for n, (before, after) in enumerate(pairwise(value), 1):
        if isinstance(before, tree.Math) and isinstance(after, tree.Text):
            parts[n] = _DIGIT.sub(lambda found: f"&#{ord(found[0])};", parts[n])
    return "".join(parts)


def _block(value: Block) -> str:
    match value:
        case tree.Paragraph(children):
            return _opening(inlines(children))
        case tree.Heading(level, children):
            return f"{'#' * level} {inlines(children)}"
        case tree.CodeBlock(language, children, words):
            text = _source(children).removesuffix("\n")
            fence = "`" * max(3, _run(text) + 1)
            return f"{fence}{' '.join(filter(None, (language, *words)))}\n{text}\n{fence}"
        case tree.Math(_, children):
            return f"$$\n{_source(children).strip()}\n$$"
        case tree.Quote(children):
            return _beside("> ", "> ", blocks(children))
        case tree.List(start, tight, items):
            written = [
                _item(item, "- " if start is None else f"{start + n}. ", tight=tight)
                for n, item in enumerate(items)
            ]
            return ("\n" if tight else "\n\n").join(written)
        case tree.Table(align, header, rows):
            lines = [_row(header), f"| {' | '.join(_RULES[side] for side in align)} |"]
            return "\n".join([*lines, *map(_row, rows)])
        case tree.Details(summary, children):
            title = f"<summary>{inlines(summary)}</summary>" if summary else ""
            return f"<details>{title}\n\n{blocks(children)}\n\n</details>"
        case tree.Rule():
            return "---"


def _item(item: tree.Item, marker: str, *, tight: bool) -> str:
    box = "" if item.checked is None else "[x] " if item.checked else "[ ] "
    parts = [_block(child) for child in item.children]
    text = box + ("\n" if tight else "\n\n").join(parts)
    return _beside(marker, " " * len(marker), text)


def _row(cells: tuple[tree.Cell, ...]) -> str:
    written = (inlines(cell).replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(written)} |"


def _beside(first: str, others: str, text: str) -> str:
    """Put a mark in front of a text's first line and another before all others."""
    lines = text.split("\n")
    return "\n".join(
        [(first + lines[0]).rstrip(), *((others + line).rstrip() for line in lines[1:])]
    )


def _inline(value: Inline, hidden: re.Pattern[str] | None) -> str:
    match value:
        case tree.Text(text):
            written = _escaped(text)
            return hidden.sub(lambda m: f"&#{ord(m[0][-1])};", written) if hidden else written
        case tree.Blank():
            return _source((value,))
        case tree.Cloze(numbers, hint, children):
            said = f"::{hint}" if hint else ""
            inner = inlines(children, hidden=_CLOSES_BEFORE_HINT if hint else _CLOSES)
            return f"{{{{c{','.join(map(str, numbers))}::{inner}{said}}}}}"
        case tree.Revealed(children):
            return f"**{inlines(children)}**"
        case tree.Styled(style, children):
            mark = _MARKS.get(style)
            inner = inlines(children, hidden=hidden)
            return f"{mark}{inner}{mark}" if mark else f"<{style}>{inner}</{style}>"
        case tree.Code(children):
            return _span(_source(children))
        case tree.Math(display, children):
            mark = "$$" if display else "$"
            return f"{mark}{_source(children)}{mark}"
        case tree.Link(url, children):
            return f"[{inlines(children, hidden=hidden)}]({_target(url)})"
        case tree.Image(source, alt):
            return f"![{_escaped(alt)}]({_target(source)})"
        case tree.LineBreak():
            return "<br>"


def _escaped(text: str) -> str:
    return _MEANT.sub(r"\\\g<0>", text)


def _source(value: tuple[Inline, ...]) -> str:
    """Write what stands in code and formulas: characters that mean only themselves."""
    out = []
    for part in value:
        match part:
            case tree.Text(text):
                out.append(text)
            case tree.Blank(hint):
                out.append(f"[{hint or '…'}]")
            case tree.Cloze(numbers, hint, children):
                said = f"::{hint}" if hint else ""
                out.append(f"{{{{c{','.join(map(str, numbers))}::{_source(children)}{said}}}}}")
            case tree.Revealed(children):
                out.append(_source(children))
            case other:
                out.append(tree.plain(other))
    return "".join(out)


def _span(text: str) -> str:
    fence = "`" * (_run(text) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def _target(url: str) -> str:
    return f"<{url}>" if re.search(r"[\s()]", url) else url


def _opening(text: str) -> str:
    """Keep the beginning of a paragraph from being a mark."""
    found = _BEGINS.search(text[:12])
    if found is None or (found.start() and not text[: found.start()].isdecimal()):
        return text
    return f"{text[: found.start()]}\\{text[found.start() :]}"
