"""The scanner of a line's content: escapes, code, maths, clozes, comments, links and tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from srs.corpus import blocks, clozes
from srs.corpus.record import Record
from srs.corpus.spans import (
    BLOCK,
    INLINE,
    Address,
    ClozeEnd,
    ClozeStart,
    CodeSpan,
    Content,
    Formula,
    Literal,
    Tag,
    Target,
    Wiki,
)  # fmt: skip
from srs.corpus.tree import MAX_NESTING
from srs.errors import Severity

INLINE_TAGS = frozenset({"br", "sub", "sup", "kbd"})
BLOCK_TAGS = frozenset({"details", "summary"})
_TOKEN = re.compile(
    rf"""(?P<escape>\\[!-/:-@\[-`{{-~])
    |(?P<hard>\\(?=\n))
    |(?P<code>`+)
    |(?P<display>\$\$)
    |(?P<math>\$)
    |(?P<cloze>{clozes.MARK})
    |(?P<comment><!--)
    |(?P<target>(?:\]\([ \t]*|^[ ]{{0,3}}\[[^\[\]\n]+\]:[ \t]*(?=\S+(?:[ \t]+["'(]|[ \t]*$)))
        (?:<[^<>\n]*>|(?=[^\s<)])))
    |(?P<wiki>!?\[\[(?=(?P<page>[^\[\]\n]+)\]\](?![(\[:])))
    |(?P<address><(?:https?://|mailto:)[^\s<>]+>)
    |(?P<mail><[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+>)
    |(?P<tag></?[A-Za-z][A-Za-z0-9-]*(?:[ \t][^<>]*)?/?>)
    |(?P<angle><)""",
    re.MULTILINE | re.VERBOSE,
)
_MATH = re.compile(r"\$(?=[^\s$])((?:\\.|[^$\\])*?)(?<=\S)\$(?!\d)", re.DOTALL)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_LEAD = re.compile(blocks.LEAD)
_NEW_LINE = re.compile(r"\n[ \t>]*")
_TABLE = re.compile(r"\A[ \t>]*\||^[ \t>]*[:-][ \t:-]*\|[ \t|:-]*$", re.MULTILINE)
_LINE_END = re.compile(r"[ \t]*$", re.MULTILINE)


def inline(record: Record, text: str, line: int, column: int) -> str:
    """Scan one paragraph's text that begins `line` lines and `column` characters in."""
    in_table = _TABLE.search(text) is not None
    return _Paragraph(record, text, line, column, 0, in_table).run()


@dataclass(slots=True)
class _Paragraph:
    """A paragraph, cell or cloze while its text is scanned; what is done with stands in `out`."""

    record: Record
    text: str
    line: int
    column: int
    nesting: int
    in_table: bool
    out: list[str] = field(default_factory=list)
    last_close: int = -1
    last_comment: int = -1
    known: tuple[int, int] = (0, 0)
    """A character whose line has been found, and that line."""
    open_tags: int = 0
    broken_at: int = -1
    """Where the text was last broken for a tag that stands on a line of its own; `lead` is what
    the next line began with."""
    lead: str = ""

    def run(self) -> str:
        position = 0
        self.last_close = self.text.rfind("}}")
        self.last_comment = self.text.rfind("-->")
        while (token := _TOKEN.search(self.text, position)) is not None:
            self.out.append(self.text[position : token.start()])
            position = self._take(token)
        self.out.append(self.text[position:])
        return "".join(self.out)

    def _take(self, token: re.Match[str]) -> int:
        """Write what stands for the thing that begins with a token; return where it ends."""
        match token.lastgroup:
            case "escape":
                return self._put(Literal(token[0][1]), token)
            case "hard":
                return self._put(Tag("br", False), token)
            case "code":
                return self._code(token)
            case "display" | "math":
                return self._math(token)
            case "cloze" if self.record.clozes:
                return self._cloze(token)
            case "comment" if token.start() < self.last_comment:
                return self.text.index("-->", token.start()) + 3
            case "comment":
                return self._put(Literal(token[0]), token)
            case "address":
                return self._put(Address(token[0][1:-1]), token)
            case "mail":
                return self._put(Address(f"mailto:{token[0][1:-1]}"), token)
            case "tag":
                return self._tag(token)
            case "target":
                return self._target(token)
            case "wiki":
                return self._put(Wiki(token[0], token["page"]), token)
            case _:
                self.out.append(token[0])
                return token.end()

    def _code(self, token: re.Match[str]) -> int:
        run = re.compile(rf"(?<!`)`{{{len(token[0])}}}(?!`)")
        close = run.search(self.text, token.end())
        if close is None:
            return self._put(Literal(token[0]), token)
        start = token.end()
        body = self._unwrapped(self.text[start : close.start()], " ")
        if body[:1] == body[-1:] == " " and body.strip():
            body = body[1:-1]
            start += 1
        children = self.record.verbatim(body, *self._at(start))
        return self._put(CodeSpan(children), token, close.end())

    def _math(self, token: re.Match[str]) -> int:
        display = token.lastgroup == "display"
        found = (_DISPLAY if display else _MATH).match(self.text, token.start())
        if found is None:
            return self._put(Literal(token[0]), token)
        tex = self._unwrapped(found[1], "\n").strip()
        start = found.end(1) - len(found[1].lstrip())
        children = self.record.verbatim(tex, *self._at(start))
        return self._put(Formula(display, children), token, found.end())

    def _cloze(self, token: re.Match[str]) -> int:
        start = token.end()
        if self.nesting == MAX_NESTING:
            return self._too_deep(token, "clozes")
        end = clozes.end_of(self.text, start, prose=True) if start <= self.last_close else None
        if end is None:
            message = "this cloze is not closed in its paragraph"
            hint = "close it with `}}`; a cloze stays within one block"
            self.record.problem(*self._at(token.start()), "cloze-unclosed", message, hint)
            return self._put(Literal(token[0]), token)
        self.record.check_cloze(token[0], self.text[start:end], *self._at(token.start()))
        shown, hint = clozes.split_hint(self.text[start:end], prose=True)
        self._put(ClozeStart(clozes.numbers(token[0]), self._unwrapped(hint, " ")), token)
        inner = _Paragraph(self.record, shown, *self._at(start), self.nesting + 1, self.in_table)
        self.out.append(inner.run())
        closing = start + len(shown)
        place = self._at(closing)
        self.out.append(self.record.mark(ClozeEnd(), self.text[closing : end + 2], *place, INLINE))
        return end + 2

    def _target(self, token: re.Match[str]) -> int:
        """Leave a mark before an address, which may yet turn out to be none."""
        opening, angle, address = token[0].partition("<")
        place = self._at(token.start() + len(opening) + len(angle))
        self.out.append(opening + angle + self.record.mark(Target(), "", *place, INLINE) + address)
        return token.end()

    def _tag(self, token: re.Match[str]) -> int:
        name = token[0].strip("</> \t").split()[0].lower().rstrip("/")
        tag = Tag(name, token[0].startswith("</"))
        step = -1 if tag.closing else 1
        if name == "br":
            return self._put(tag, token)
        if name in INLINE_TAGS:
            self.open_tags = max(0, self.open_tags + step)
            if self.open_tags > MAX_NESTING:
                return self._too_deep(token, "tags")
            return self._put(tag, token)
        if name in BLOCK_TAGS and self.record.blocks_allowed and not self.in_table:
            self.record.open_blocks = max(0, self.record.open_blocks + step)
            if self.record.open_blocks > MAX_NESTING:
                return self._too_deep(token, "tags")
            mark = self.record.mark(tag, token[0], *self._at(token.start()), BLOCK)
            return self._on_own_line(mark, token)
        self.record.problem(
            *self._at(token.start()),
            "raw-html",
            f"`{token[0][:40]}` is shown as text: HTML is not passed on",
            "put it in backticks if it is code",
            Severity.WARNING,
        )
        return self._put(Literal("<"), token, token.start() + 1)

    def _on_own_line(self, mark: str, token: re.Match[str]) -> int:
        """Write a mark on a line of its own that belongs to the same list item or quote."""
        begin = max(self.text.rfind("\n", 0, token.start()) + 1, self.broken_at)
        before = self.text[begin : token.start()]
        if begin != self.broken_at:
            found = _LEAD.match(before)
            assert found is not None
            self.lead = re.sub(r"[^ \t>]", " ", found[0])
            before = before[found.end() :]
        if before.strip():
            self.out.append(f"\n{self.lead}")
        self.out.append(mark)
        if _LINE_END.match(self.text, token.end()) is None:
            self.out.append(f"\n{self.lead}")
            self.broken_at = token.end()
        return token.end()

    def _too_deep(self, token: re.Match[str], what: str) -> int:
        self.record.too_deep(*self._at(token.start()), what)
        return self._put(Literal(token[0]), token)

    def _put(self, content: Content, token: re.Match[str], end: int | None = None) -> int:
        """Write a placeholder for what goes from a token to `end`, if not the token alone."""
        end = token.end() if end is None else end
        source = self.text[token.start() : end]
        place = self._at(token.start())
        self.out.append(self.record.mark(content, source, *place, INLINE))
        return end

    def _at(self, index: int) -> tuple[int, int]:
        """Return the line and column, both from 0, of a character in the whole text."""
        known, row = self.known if index >= self.known[0] else (0, 0)
        row += self.text.count("\n", known, index)
        self.known = index, row
        if row == 0:
            return self.line, self.column + index
        return self.line + row, index - self.text.rfind("\n", 0, index) - 1

    def _unwrapped(self, text: str, newline: str) -> str:
        """Return code or TeX without the quote marks and escaped pipes of what is around it."""
        text = _NEW_LINE.sub(newline, text)
        return text.replace("\\|", "|") if self.in_table else text
