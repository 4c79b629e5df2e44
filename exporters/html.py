"""The tree as HTML, for Anki's fields and for previews."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from srs.corpus import tree
from srs.corpus.tree import Block, Inline

_MEANT = re.compile(r"\[(?=sound:|latex\]|\$|anki:)")
_TEX_OPENS = re.compile(r"\\[(\[]")


def blocks(value: tuple[Block, ...], media: Mapping[str, str], *, page: bool = False) -> str:
    """Write blocks; `media` maps an image's source to the name of its file.

    In a `page` that a browser shows a sound is an element, and not Anki's own mark.
    """
    return _Writer(media, page).blocks(value)


def inlines(value: tuple[Inline, ...], media: Mapping[str, str], *, page: bool = False) -> str:
    """Write inlines."""
    return _Writer(media, page).inlines(value)


class _Writer:
    def __init__(self, media: Mapping[str, str], page: bool) -> None:
        self.media = media
        self.page = page
        self.clozes = 0

    def blocks(self, value: tuple[Block, ...]) -> str:
        return "\n".join(self.block(block) for block in value)

    def block(self, value: Block) -> str:
        match value:
            case tree.Paragraph(children):
                return f"<p>{self.inlines(children)}</p>"
            case tree.Heading(level, children):
                return f"<h{level}>{self.inlines(children)}</h{level}>"
            case tree.CodeBlock(language, children):
                name = f' class="language-{escape(language)}"' if language else ""
                return f"<pre><code{name}>{self.inlines(children)}</code></pre>"
            case tree.Math(_, children):
                return f"<p>\\[{self.tex(children)}\\]</p>"
            case tree.Quote(children):
                return f"<blockquote>{self.blocks(children)}</blockquote>"
            case tree.List(start, tight, items):
                name = "ul" if start is None else "ol"
                first = f' start="{start}"' if start not in (None, 1) else ""
                tasks = ' class="tasks"' if any(i.checked is not None for i in items) else ""
                inner = "".join(self.item(item, tight) for item in items)
                return f"<{name}{first}{tasks}>{inner}</{name}>"
            case tree.Table(align, header, rows):
                head = "".join(self.cell("th", *cell) for cell in zip(align, header, strict=True))
                body = "".join(
                    f"<tr>{''.join(self.cell('td', *cell) for cell in zip(align, row, strict=True))}</tr>"
                    for row in rows
                )
                return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            case tree.Details(summary, children):
                title = f"<summary>{self.inlines(summary)}</summary>" if summary else ""
                return f"<details>{title}{self.blocks(children)}</details>"
            case tree.Rule():
                return "<hr>"

    def item(self, value: tree.Item, tight: bool) -> str:
        parts = [
            self.inlines(block.children)
            if tight and isinstance(block, tree.Paragraph)
            else self.block(block)
            for block in tree.boxed(value)
        ]
        return f"<li>{''.join(parts)}</li>"

    def cell(self, name: str, align: str, value: tree.Cell) -> str:
        style = f' style="text-align:{align}"' if align else ""
        return f"<{name}{style}>{self.inlines(value)}</{name}>"

    def inlines(self, value: tuple[Inline, ...]) -> str:
        return "".join(self.inline(part) for part in value)

    def inline(self, value: Inline) -> str:
        match value:
            case tree.Text(text, style):
                written = self.text(text)
                return f'<span class="{style}">{written}</span>' if style else written
            case tree.Cloze(numbers, hint, children):
                self.clozes += 1
                inner = self.inlines(children)
                said = f"::{self.text(hint)}" if hint else ""
                self.clozes -= 1
                return f"{{{{c{','.join(map(str, numbers))}::{inner}{said}}}}}"
            case tree.Blank(hint):
                return f'<span class="cloze">[{self.text(hint or "…")}]</span>'
            case tree.Revealed(children):
                return f'<span class="cloze">{self.inlines(children)}</span>'
            case tree.Styled(style, children):
                return f"<{style}>{self.inlines(children)}</{style}>"
            case tree.Code(children):
                return f"<code>{self.inlines(children)}</code>"
            case tree.Math(display, children):
                left, right = (r"\[", r"\]") if display else (r"\(", r"\)")
                return f"{left}{self.tex(children)}{right}"
            case tree.Link(url, children):
                return f'<a href="{escape(url)}">{self.inlines(children)}</a>'
            case tree.Image(source, alt) as medium:
                name = self.media.get(source)
                if name is None:
                    return self.text(medium.said)
                if medium.is_sound:
                    player = f'<audio controls src="{escape(name)}" title="{escape(alt)}"></audio>'
                    return player if self.page else f"[sound:{escape(name, quote=False)}]"
                return f'<img src="{escape(name)}" alt="{escape(alt)}">'
            case tree.LineBreak():
                return "<br>"

    def text(self, text: str) -> str:
        """Write characters that mean only themselves, to HTML, to MathJax and to Anki."""
        written = escape(text, quote=False)
        written = _MEANT.sub("&#91;", written)
        written = _TEX_OPENS.sub(
            r'<span class="tex2jax_ignore mathjax_ignore">\g<0></span>', written
        )
        if self.clozes:
            written = re.sub(r"\}(?=\}|$)", "}<!-- -->", written)
            written = re.sub(r":(?=:|$)", ":<!-- -->", written)
        return written

    def tex(self, value: tuple[Inline, ...]) -> str:
        """Write TeX for MathJax; inside a cloze its braces are kept from closing that."""
        out = []
        for part in value:
            match part:
                case tree.Text(text):
                    written = escape(text, quote=False)
                    if self.clozes:
                        written = re.sub(r"\}(?=\}|$)", "} ", written)
                        written = re.sub(r":(?=:|$)", ":{}", written)
                    out.append(written)
                case tree.Cloze(numbers, hint, children):
                    self.clozes += 1
                    inner = self.tex(children)
                    said = f"::{self.text(hint)}" if hint else ""
                    self.clozes -= 1
                    out.append(f"{{{{c{','.join(map(str, numbers))}::{inner}{said}}}}}")
                case tree.Blank():
                    out.append(r"\square")
                case tree.Revealed(children):
                    out.append(self.tex(children))
        return "".join(out)
