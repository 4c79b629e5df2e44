"""The scanner: what Markdown must not touch becomes a placeholder, with its place remembered.

Fences, code spans, comments, maths, cloze marks, escapes, automatic links and the few HTML tags
that are allowed are taken out of a text here; Python-Markdown renders the rest and sees only
placeholders, made of noncharacters that survive lists, tables and emphasis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from srs.corpus import blocks
from srs.corpus.tree import Cloze, Inline, Text
from srs.errors import Place, Problem, Severity

INLINE, BLOCK, END = "\ufdd0", "\ufdd1", "\ufdd2"
MARKS = re.compile(f"[{INLINE}{BLOCK}]([0-9]+){END}")
INLINE_TAGS = frozenset({"br", "sub", "sup", "kbd"})
BLOCK_TAGS = frozenset({"details", "summary"})
MAX_CLOZE = 500
MAX_NESTING = 12


@dataclass(frozen=True, slots=True)
class CodeSpan:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; `words` is its info string: the language, then what else is meant."""

    words: tuple[str, ...]
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    display: bool
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    closing: bool


@dataclass(frozen=True, slots=True)
class ClozeStart:
    numbers: tuple[int, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class ClozeEnd:
    pass


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that mean only themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address in angle brackets."""

    url: str


Content = CodeSpan | Fence | Formula | Tag | ClozeStart | ClozeEnd | Literal | Address


@dataclass(frozen=True, slots=True)
class Span:
    """What a placeholder stands for, as it was written, and where (line and column from 1)."""

    content: Content
    source: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text with placeholders; number n stands for `spans[n]`."""

    path: str
    text: str
    spans: tuple[Span, ...]
    problems: tuple[Problem, ...]

    def numbers(self) -> frozenset[int]:
        """Return the cloze numbers that occur anywhere in the text."""
        found: set[int] = set()
        for span in self.spans:
            match span.content:
                case ClozeStart(numbers=numbers):
                    found.update(numbers)
                case CodeSpan(children) | Fence(children=children) | Formula(children=children):
                    found.update(_numbers(children))
        return frozenset(found)

    def restored(self, text: str) -> str:
        """Return a text as it was written, its placeholders undone."""
        return MARKS.sub(lambda match: self.spans[int(match[1])].source, text)


_CLOZE = re.compile(r"\{\{c(\d+(?:,\d+)*)::")
_LIKE_CLOZE = re.compile(r"\{\{c\d")
_TOKEN = re.compile(
    r"""(?P<escape>\\[!-/:-@\[-`{-~])
    |(?P<hard>\\(?=\n))
    |(?P<code>`+)
    |(?P<display>\$\$)
    |(?P<math>\$)
    |(?P<cloze>\{\{c\d+(?:,\d+)*::)
    |(?P<comment><!--)
    |(?P<address><(?:https?://|mailto:)[^\s<>]+>)
    |(?P<tag></?[A-Za-z][A-Za-z0-9-]*(?:[ \t][^<>]*)?/?>)
    |(?P<angle><)""",
    re.VERBOSE,
)
_MATH = re.compile(r"\$(?=[^\s$])((?:\\.|[^$\\])*?)(?<=\S)\$(?!\d)", re.DOTALL)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_BREAKS = re.compile(r"^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]|^[ \t]*#{1,6}[ \t]|^[ \t]*\|")


def scan(text: str, where: Place, clozes: bool) -> Scanned:
    """Take everything out of `text` that Markdown must not touch.

    `where` is the place of the text's first character. Cloze marks count only if `clozes`.
    """
    return _Scanner(where, clozes).run(text)


def occurs(text: str) -> bool:
    """Tell whether a text may hold a cloze."""
    return _LIKE_CLOZE.search(text) is not None


class _Scanner:
    def __init__(self, where: Place, clozes: bool) -> None:
        self.where = where
        self.clozes = clozes
        self.spans: list[Span] = []
        self.problems: list[Problem] = []

    def run(self, text: str) -> Scanned:
        lines = text.split("\n")
        out: list[str] = []
        number = 0
        while number < len(lines):
            hidden = blocks.at(lines, number, len(lines))
            if hidden is not None:
                self._hidden(hidden, lines, out)
                number = hidden.end
                continue
            start = number
            number += 1
            while (
                number < len(lines)
                and lines[start].strip()
                and lines[number].strip()
                and not _BREAKS.match(lines[number])
                and blocks.at(lines, number, len(lines)) is None
            ):
                number += 1
            out.append(self._inline("\n".join(lines[start:number]), start, 0))
        return Scanned(self.where.path, "\n".join(out), tuple(self.spans), tuple(self.problems))

    def _hidden(self, block: blocks.Hidden, lines: list[str], out: list[str]) -> None:
        source = "\n".join(lines[block.start : block.end])
        lead = block.quote + block.indent
        if block.kind == "comment":
            return
        content: Content
        if block.kind == "fence":
            body = "\n".join(block.content(lines))
            content = Fence(tuple(block.info.split()), self._verbatim(body, block.start + 1))
        else:
            lead = source[: len(source) - len(source.lstrip())]
            tex = source.strip().removeprefix("$$").removesuffix("$$").strip()
            content = Formula(True, self._verbatim(tex, block.start))
        out.append(lead + self._mark(content, source, block.start, 0, BLOCK))

    def _inline(self, text: str, line: int, column: int, nesting: int = 0) -> str:
        """Scan one paragraph's text that begins `line` lines and `column` characters in."""
        out: list[str] = []
        position = 0

        def here(index: int) -> tuple[int, int]:  # line and column, both from 0
            before = text.rfind("\n", 0, index)
            if before < 0:
                return line, column + index
            return line + text.count("\n", 0, index), index - before - 1

        def put(content: Content, end: int) -> int:
            row, at = here(start)
            out.append(self._mark(content, text[start:end], row, at, INLINE))
            return end

        in_table = text.lstrip().startswith("|")
        while (token := _TOKEN.search(text, position)) is not None:
            start = token.start()
            out.append(text[position:start])
            position = token.end()
            match token.lastgroup:
                case "escape":
                    put(Literal(token[0][1]), position)
                case "hard":
                    position = put(Tag("br", False), position + 1)
                case "code":
                    run = re.compile(rf"(?<!`){token[0]}(?!`)")
                    if (close := run.search(text, position)) is None:
                        put(Literal(token[0]), position)
                        continue
                    body = text[position : close.start()].replace("\n", " ")
                    if body[:1] == body[-1:] == " " and body.strip():
                        body = body[1:-1]
                    body = body.replace("\\|", "|") if in_table else body
                    children = self._verbatim(body, *here(position))
                    position = put(CodeSpan(children), close.end())
                case "display" | "math" as kind:
                    rule = _DISPLAY if kind == "display" else _MATH
                    if (math := rule.match(text, start)) is None:
                        put(Literal(token[0]), position)
                        continue
                    body = math[1].replace("\\|", "|") if in_table else math[1]
                    children = self._verbatim(body.strip(), *here(math.start(1)))
                    position = put(Formula(kind == "display", children), math.end())
                case "cloze" if self.clozes and nesting < MAX_NESTING:
                    if (end := _cloze_end(text, position, prose=True)) is None:
                        where = here(start)
                        self._problem(
                            *where,
                            "cloze-unclosed",
                            "this cloze is not closed in its paragraph",
                            "close it with `}}`; a cloze stays within one block",
                        )
                        put(Literal(token[0]), position)
                        continue
                    self._check_cloze(token[0], text[position:end], *here(start))
                    shown, hint = _split_hint(text[position:end], prose=True)
                    numbers = _parse_numbers(token[0])
                    put(ClozeStart(numbers, hint), position)
                    out.append(self._inline(shown, *here(position), nesting + 1))
                    start = end
                    position = put(ClozeEnd(), end + 2)
                case "comment":
                    close_at = text.find("-->", position)
                    if close_at < 0:
                        put(Literal("<!--"), position)
                        continue
                    position = close_at + 3
                case "address":
                    put(Address(token[0][1:-1]), position)
                case "tag":
                    name = token[0].strip("</> \t").split()[0].lower().rstrip("/")
                    tag = Tag(name, token[0].startswith("</"))
                    if name in INLINE_TAGS:
                        put(tag, position)
                        continue
                    if name in BLOCK_TAGS:
                        mark = self._mark(tag, token[0], *here(start), BLOCK)
                        out.append(f"\n\n{mark}\n\n")
                        continue
                    self._problem(
                        *here(start),
                        "raw-html",
                        f"`{token[0][:40]}` is shown as text: HTML is not passed on",
                        "put it in backticks if it is code",
                        Severity.WARNING,
                    )
                    put(Literal("<"), start + 1)
                    position = start + 1
                case _:
                    out.append(token[0])
        out.append(text[position:])
        return "".join(out)

    def _verbatim(
        self, text: str, line: int, column: int = 0, nesting: int = 0
    ) -> tuple[Inline, ...]:
        """Return code or TeX as texts and, in a cloze note, clozes."""
        if not self.clozes or nesting == MAX_NESTING or "{{c" not in text:
            return (Text(text),) if text else ()
        out: list[Inline] = []
        position = 0
        while (token := _CLOZE.search(text, position)) is not None:
            before = text.rfind("\n", 0, token.start())
            row = line + text.count("\n", 0, token.start())
            at = token.start() - before - 1 + (column if before < 0 else 0)
            out.append(Text(text[position : token.start()]))
            end = _cloze_end(text, token.end(), prose=False)
            if end is None:
                hint = "close it with `}}`"
                self._problem(row, at, "cloze-unclosed", "this cloze is not closed", hint)
                out.append(Text(token[0]))
                position = token.end()
                continue
            self._check_cloze(token[0], text[token.end() : end], row, at)
            shown, hint = _split_hint(text[token.end() : end], prose=False)
            children = self._verbatim(shown, row, at, nesting + 1)
            out.append(Cloze(_parse_numbers(token[0]), hint, children))
            position = end + 2
        out.append(Text(text[position:]))
        return tuple(part for part in out if part != Text(""))

    def _check_cloze(self, mark: str, body: str, line: int, column: int) -> None:
        if not body.strip():
            self._problem(line, column, "cloze-empty", "this cloze hides nothing", "")
        if any(not 1 <= number <= MAX_CLOZE for number in _parse_numbers(mark)):
            message = f"cloze numbers go from 1 to {MAX_CLOZE}"
            self._problem(line, column, "cloze-number", message, "write `{{c1::…}}`")

    def _mark(self, content: Content, source: str, line: int, column: int, kind: str) -> str:
        place = self._place(line, column)
        self.spans.append(Span(content, source, place.line, place.column))
        return f"{kind}{len(self.spans) - 1}{END}"

    def _place(self, line: int, column: int) -> Place:
        first = self.where.column if line == 0 else 1
        return Place(self.where.path, self.where.line + line, first + column)

    def _problem(
        self,
        line: int,
        column: int,
        code: str,
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.problems.append(Problem(self._place(line, column), code, severity, message, hint))


def _parse_numbers(mark: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(n[:4]) for n in mark[3:-2].split(",")))


def _numbers(children: tuple[Inline, ...]) -> set[int]:
    found: set[int] = set()
    for child in children:
        if isinstance(child, Cloze):
            found.update(child.numbers, _numbers(child.children))
    return found


_SKIPPED = re.compile(
    r"(?P<code>(?<!`)(`+)(?!`).*?(?<!`)\2(?!`))|(?P<math>\$(?=\S)(?:\\.|[^$\\])*?\S?\$(?!\d))"
    r"|(?P<open>\{\{c\d+(?:,\d+)*::)|(?P<brace>[{}\[\]()])|(?P<colons>::)",
    re.DOTALL,
)


def _cloze_end(text: str, start: int, *, prose: bool) -> int | None:
    """Find the `}}` that closes a cloze whose content begins at `start`.

    Braces inside must balance, so that code such as `{"a": {}}` may be hidden; where they never
    do, the first `}}` closes, as it does in Anki.
    """
    first = text.find("}}", start)
    if first < 0:
        return None
    depth: list[int] = [0]
    position = start
    while (token := _SKIPPED.search(text, position)) is not None:
        position = token.end()
        match token.lastgroup, token[0]:
            case (("code" | "math"), _) if not prose:
                position = token.start() + 1
            case "open", _:
                depth.append(0)
                if len(depth) > MAX_NESTING:
                    break
            case "brace", "{":
                depth[-1] += 1
            case "brace", "}" if depth[-1] > 0:
                depth[-1] -= 1
            case "brace", "}" if text.startswith("}}", token.start()):
                position = token.start() + 2
                if len(depth) == 1:
                    return token.start()
                depth.pop()
    return first


def _split_hint(text: str, *, prose: bool) -> tuple[str, str]:
    """Split a cloze's content at the first `::` that stands outside code, maths and brackets."""
    depth = 0
    position = 0
    while (token := _SKIPPED.search(text, position)) is not None:
        position = token.end()
        match token.lastgroup, token[0]:
            case (("code" | "math"), _) if not prose:
                position = token.start() + 1
            case "open", _:
                end = _cloze_end(text, position, prose=prose)
                position = position if end is None else end + 2
            case "brace", ("{" | "[" | "("):
                depth += 1
            case "brace", _:
                depth -= 1
            case "colons", _ if depth == 0:
                return text[: token.start()], text[position:].strip()
    return text, ""
