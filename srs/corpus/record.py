"""What a scan took out of a text: its places remembered, and what is wrong with it."""

from __future__ import annotations

import re

from srs.corpus import clozes
from srs.corpus.spans import END, Content, Scanned, Span
from srs.corpus.tree import MAX_NESTING, Cloze, Inline, Text
from srs.errors import Place, Problem, Severity

MAX_CLOZE = 500
_CLOZE = re.compile(clozes.MARK)


class Record:
    """The spans and problems of one text; lines and columns are counted from 0 in it."""

    def __init__(self, where: Place, clozes: bool, *, blocks_allowed: bool = True) -> None:
        self.where = where
        self.clozes = clozes
        self.blocks_allowed = blocks_allowed
        self.spans: list[Span] = []
        self.problems: list[Problem] = []
        self.open_blocks = 0

    def scanned(self, text: str, rows: tuple[int, ...]) -> Scanned:
        spans, problems = tuple(self.spans), tuple(self.problems)
        return Scanned(self.where.path, text, spans, rows, problems)

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
