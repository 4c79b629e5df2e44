"""The scanner: what Markdown must not touch becomes a placeholder, with its place remembered.

Fences, code spans, comments, maths, cloze marks, escapes, automatic links and the few HTML tags
that are allowed are taken out of a text here; Python-Markdown renders the rest and sees only
placeholders, made of noncharacters that survive lists, tables and emphasis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from srs.corpus import blocks, clozes
from srs.corpus.spans import (
    BLOCK,
    END,
    INLINE,
    Address,
    ClozeEnd,
    ClozeStart,
    CodeSpan,
    Content,
    Fence,
    Formula,
    Literal,
    Scanned,
    Span,
    Tag,
    Target,
    Wiki,
)  # fmt: skip
from srs.corpus.tree import MAX_NESTING, Cloze, Inline, Text
from srs.errors import Place, Problem, Severity

INLINE_TAGS = frozenset({"br", "sub", "sup", "kbd"})
BLOCK_TAGS = frozenset({"details", "summary"})
MAX_CLOZE = 500

_CLOZE = re.compile(clozes.MARK)
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
_BREAKS = re.compile(
    r"[ \t>]*(?:(?:[-+*]|1[.)]|#{1,6})[ \t]|\||(?P<rule>[-*_])[ \t]*(?:(?P=rule)[ \t]*){2,}$)"
)
_ITEM = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]")
_ONE_LINE = re.compile(r"[ \t>]*(?:#{1,6}[ \t]|\|)")
_NEW_LINE = re.compile(r"\n[ \t>]*")
_TABLE = re.compile(r"\A[ \t>]*\||^[ \t>]*[:-][ \t:-]*\|[ \t|:-]*$", re.MULTILINE)
_LINE_END = re.compile(r"[ \t]*$", re.MULTILINE)


def scan(text: str, where: Place, clozes: bool) -> Scanned:
    """Take everything out of `text` that Markdown must not touch.

    `where` is the place of the text's first character. Cloze marks count only if `clozes`.
    """
    return _Scanner(where, clozes).run(text)


def scan_heading(text: str, where: Place, clozes: bool) -> Scanned:
    """Scan a heading's text: one paragraph, whatever block its beginning looks like."""
    scanner = _Scanner(where, clozes, blocks_allowed=False)
    shown = scanner.inline(text, 0, 0)
    return scanner.scanned(shown, (where.line,))


class _Scanner:
    def __init__(self, where: Place, clozes: bool, *, blocks_allowed: bool = True) -> None:
        self.where = where
        self.clozes = clozes
        self.blocks_allowed = blocks_allowed
        self.spans: list[Span] = []
        self.problems: list[Problem] = []
        self.open_blocks = 0

    def run(self, text: str) -> Scanned:
        lines = text.split("\n")
        out: list[str] = []
        rows: list[int] = []
        number = 0
        in_list = False
        while number < len(lines):
            start = number
            in_list = in_list or _ITEM.match(lines[start]) is not None
            shown: str | None
            hidden = blocks.at(lines, number, len(lines))
            if hidden is not None and (hidden.closed or hidden.kind != "comment"):
                number = hidden.end
                shown = self._hidden(hidden, lines)
            else:
                number += 1
                while number < len(lines) and _continues(lines, start, number):
                    if in_list and _ITEM.match(lines[number]):
                        break
                    number += 1
                shown = self.inline("\n".join(lines[start:number]), start, 0)
            if shown is not None:
                out.append(shown)
                last = number - 1
                rows += [min(start + n, last) for n in range(shown.count("\n") + 1)]
        return self.scanned("\n".join(out), tuple(self.where.line + row for row in rows))

    def scanned(self, text: str, rows: tuple[int, ...]) -> Scanned:
        spans, problems = tuple(self.spans), tuple(self.problems)
        return Scanned(self.where.path, text, spans, rows, problems)

    def _hidden(self, block: blocks.Hidden, lines: list[str]) -> str | None:
        """Return the line that stands for a block that hides structure; None for a comment."""
        source = block.source(lines)
        content: Content
        match block.kind:
            case "comment":
                tail = block.tail(lines)
                at = len(lines[block.end - 1]) - len(tail)
                return self.inline(tail, block.end - 1, at) if tail else None
            case "fence":
                body = block.content(lines)
                margin = len(block.lead)
                children = self.verbatim(body, block.start + 1, margin, margin)
                content = Fence(tuple(block.info.split()), children)
            case "math":
                tex = source.rstrip().removeprefix("$$").removesuffix("$$").strip()
                above, _, before = source[: source.index(tex, 2)].rpartition("\n")
                row = block.start + above.count("\n") + (above != "")
                margin = len(block.lead)
                content = Formula(True, self.verbatim(tex, row, margin + len(before), margin))
        return block.lead + self.mark(content, source, block.start, len(block.lead), BLOCK)

    def inline(self, text: str, line: int, column: int) -> str:
        """Scan one paragraph's text that begins `line` lines and `column` characters in."""
        in_table = _TABLE.search(text) is not None
        return _Paragraph(self, text, line, column, 0, in_table).run()

    def verbatim(
        self, text: str, line: int, column: int, margin: int = 0, nesting: int = 0
    ) -> tuple[Inline, ...]:
        """Return code or TeX as texts and, in a cloze note, clozes.

        It begins at a line and column, from 0; its further lines stand `margin` characters in.
        """
        if not self.clozes or "{{c" not in text:
            return (Text(text),) if text else ()
        if nesting == MAX_NESTING:
            self.too_deep(line, column, "clozes")
            return (Text(text),)
        out: list[Inline] = []
        position = 0
        last_close = text.rfind("}}")
        while (token := _CLOZE.search(text, position)) is not None:
            before = text.rfind("\n", 0, token.start())
            row = line + text.count("\n", 0, token.start())
            at = token.start() - before - 1 + (column if before < 0 else margin)
            out.append(Text(text[position : token.start()]))
            end = (
                clozes.end_of(text, token.end(), prose=False) if token.end() <= last_close else None
            )
            if end is None:
                hint = "close it with `}}`"
                self.problem(row, at, "cloze-unclosed", "this cloze is not closed", hint)
                out.append(Text(token[0]))
                position = token.end()
                continue
            self.check_cloze(token[0], text[token.end() : end], row, at)
            shown, hint = clozes.split_hint(text[token.end() : end], prose=False)
            children = self.verbatim(shown, row, at + len(token[0]), margin, nesting + 1)
            out.append(Cloze(clozes.numbers(token[0]), hint, children))
            position = end + 2
        out.append(Text(text[position:]))
        return tuple(part for part in out if part != Text(""))

    def check_cloze(self, mark: str, body: str, line: int, column: int) -> None:
        if not body.strip():
            self.problem(line, column, "cloze-empty", "this cloze hides nothing", "")
        if any(not 1 <= number <= MAX_CLOZE for number in clozes.numbers(mark)):
            message = f"cloze numbers go from 1 to {MAX_CLOZE}"
            self.problem(line, column, "cloze-number", message, "write `{{c1::…}}`")

    def too_deep(self, line: int, column: int, what: str) -> None:
        message = f"{what} are nested more than {MAX_NESTING} deep"
        self.problem(line, column, "nesting", message, "say it with fewer levels")

    def mark(self, content: Content, source: str, line: int, column: int, kind: str) -> str:
        place = self._place(line, column)
        self.spans.append(Span(content, source, place.line, place.column))
        return f"{kind}{len(self.spans) - 1}{END}"

    def _place(self, line: int, column: int) -> Place:
        first = self.where.column if line == 0 else 1
        return Place(self.where.path, self.where.line + line, first + column)

    def problem(
        self,
        line: int,
        column: int,
        code: str,
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.problems.append(Problem(self._place(line, column), code, severity, message, hint))


@dataclass(slots=True)
class _Paragraph:
    """A paragraph, cell or cloze while its text is scanned; what is done with stands in `out`."""

    scanner: _Scanner
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
            case "cloze" if self.scanner.clozes:
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
        children = self.scanner.verbatim(body, *self._at(start))
        return self._put(CodeSpan(children), token, close.end())

    def _math(self, token: re.Match[str]) -> int:
        display = token.lastgroup == "display"
        found = (_DISPLAY if display else _MATH).match(self.text, token.start())
        if found is None:
            return self._put(Literal(token[0]), token)
        tex = self._unwrapped(found[1], "\n").strip()
        start = found.end(1) - len(found[1].lstrip())
        children = self.scanner.verbatim(tex, *self._at(start))
        return self._put(Formula(display, children), token, found.end())

    def _cloze(self, token: re.Match[str]) -> int:
        start = token.end()
        if self.nesting == MAX_NESTING:
            return self._too_deep(token, "clozes")
        end = clozes.end_of(self.text, start, prose=True) if start <= self.last_close else None
        if end is None:
            message = "this cloze is not closed in its paragraph"
            hint = "close it with `}}`; a cloze stays within one block"
            self.scanner.problem(*self._at(token.start()), "cloze-unclosed", message, hint)
            return self._put(Literal(token[0]), token)
        self.scanner.check_cloze(token[0], self.text[start:end], *self._at(token.start()))
        shown, hint = clozes.split_hint(self.text[start:end], prose=True)
        self._put(ClozeStart(clozes.numbers(token[0]), self._unwrapped(hint, " ")), token)
        inner = _Paragraph(self.scanner, shown, *self._at(start), self.nesting + 1, self.in_table)
        self.out.append(inner.run())
        closing = start + len(shown)
        place = self._at(closing)
        self.out.append(self.scanner.mark(ClozeEnd(), self.text[closing : end + 2], *place, INLINE))
        return end + 2

    def _target(self, token: re.Match[str]) -> int:
        """Leave a mark before an address, which may yet turn out to be none."""
        opening, angle, address = token[0].partition("<")
        place = self._at(token.start() + len(opening) + len(angle))
        self.out.append(opening + angle + self.scanner.mark(Target(), "", *place, INLINE) + address)
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
        if name in BLOCK_TAGS and self.scanner.blocks_allowed and not self.in_table:
            self.scanner.open_blocks = max(0, self.scanner.open_blocks + step)
            if self.scanner.open_blocks > MAX_NESTING:
                return self._too_deep(token, "tags")
            mark = self.scanner.mark(tag, token[0], *self._at(token.start()), BLOCK)
            return self._on_own_line(mark, token)
        self.scanner.problem(
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
        self.scanner.too_deep(*self._at(token.start()), what)
        return self._put(Literal(token[0]), token)

    def _put(self, content: Content, token: re.Match[str], end: int | None = None) -> int:
        """Write a placeholder for what goes from a token to `end`, if not the token alone."""
        end = token.end() if end is None else end
        source = self.text[token.start() : end]
        place = self._at(token.start())
        self.out.append(self.scanner.mark(content, source, *place, INLINE))
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


def _continues(lines: list[str], start: int, number: int) -> bool:
    """Tell whether a line belongs to the paragraph that begins at line `start`."""
    first, line = lines[start], lines[number]
    return (
        bool(first.strip(" \t>") and line.strip(" \t>"))
        and not _ONE_LINE.match(first)
        and not _BREAKS.match(line)
        and _quotes(line) <= _quotes(first)
        and not (_quotes(line) < _quotes(first) and _ITEM.match(line))
        and blocks.at(lines, number, len(lines)) is None
    )


def _quotes(line: str) -> int:
    """Count the quote marks a line begins with."""
    lead = _LEAD.match(line)
    return lead[0].count(">") if lead else 0
