"""From a file's text to a deck: a state machine over classified lines.

It never raises for what a user wrote; it goes on after a problem and returns all of them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace

from srs.corpus import attributes, blocks, frontmatter, kinds, rows
from srs.corpus.spans import UNFIT
from srs.errors import CODES, Place, Problem, Severity
from srs.model import Deck, Kind, Metadata, Note, Section

MAX_NOTE = 64 * 1024
"""Longest note, in characters."""

_LINE = re.compile(
    rf"""^(?:(?P<note>\#\#(?:[ \t].*)?$)
    |(?P<section>\#(?:[ \t].*)?$)
    |(?P<hidden>{blocks.LEAD}(?:`{{3}}|~{{3}}) | [ ]{{0,3}}<!-- | [ \t]*\$\$)
    |(?P<rule>(?:\*[ \t]*){{3,}}$ | (?:-[ \t]*){{3,}}$ | (?:_[ \t]*){{3,}}$)
    |(?P<underline>=+[ \t]*$ | -{{1,2}}[ \t]*$))""",
    re.MULTILINE | re.VERBOSE,
)
_NO_PARAGRAPH = re.compile(
    r"\s*$|\s*(?:[-+*]|\d{1,9}[.)])(?:\s|$)|\s*[>|]|#{1,6}(?:\s|$)|\s{4}|---|\s*(?:```|~~~)|.*(?:-->|\$\$)\s*$"
)
_COMMENT_ATTRIBUTES = re.compile(r" {0,3}<!--\s*\{(.*?)\}\s*-->\s*$")
_HEADING_ATTRIBUTES = re.compile(r"(?:^|\s)\{([^{}]*)\}\s*$")
_IGNORE = re.compile(r"(?<!`)<!--\s*srs:\s*ignore\b(.*?)-->", re.DOTALL)
_ORDERING = re.compile(r"^\d+[-_. ]+(?=.)")


def parse(text: str, path: str) -> tuple[Deck | None, tuple[Problem, ...]]:
    """Parse a deck's text; None instead of a deck where the file says `deck: false`.

    `path` is relative to the corpus root, with forward slashes. Problems come in file order.
    """
    text = normalise(text)
    lines = text.split("\n")
    front, problems = frontmatter.parse(lines, path)
    if not front.is_deck:
        return None, problems
    parser = _Parser(path, lines, front)
    parser.run(text)
    found = sorted((*problems, *parser.problems), key=lambda p: (p.where, p.code))
    name = front.deck or deck_name(path)
    return Deck(path, name, tuple(parser.sections), tuple(parser.notes)), tuple(found)


def normalise(text: str) -> str:
    """Return a text in NFC with plain newlines and without control and noncharacters."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return UNFIT.sub("\ufffd", text) if UNFIT.search(text) else text


def deck_name(path: str) -> str:
    """Return the name of a deck that does not name itself: its path, without ordering."""
    parts = path.removesuffix(".md").split("/")
    return "::".join(_ORDERING.sub("", part) for part in parts)


@dataclass(slots=True)
class _Open:
    """The note being read: where its heading stands, and its first break, once met."""

    heading: int
    break_: int | None = None
    broken: bool = False


class _Parser:
    def __init__(self, path: str, lines: list[str], front: frontmatter.FrontMatter) -> None:
        self.path = path
        self.lines = lines
        self.front = front
        self.deck = front.deck or deck_name(path)
        self.problems: list[Problem] = []
        self.sections: list[Section] = []
        self.notes: list[Note] = []
        self.note: _Open | None = None
        self.section: int | None = None
        self.current = -1

    def run(self, text: str) -> None:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        headings = [
            bisect_right(starts, m.start()) - 1
            for m in re.finditer(r"^##(?:[ \t]|$)", text, re.MULTILINE)
        ]
        resume = self.front.end
        for match in _LINE.finditer(text):
            number = bisect_right(starts, match.start()) - 1
            if number < resume:
                continue
            match match.lastgroup:
                case "note":
                    self._close(number)
                    self.note = _Open(number)
                case "section":
                    self._close(number)
                    self.section = number
                case "hidden":
                    resume = self._hidden(number, headings)
                case "rule" | "underline" as kind:
                    self._rule(number, kind)
        self._close(len(self.lines))

    def _hidden(self, number: int, headings: list[int]) -> int:
        """Skip a block that hides structure; return the line to go on at."""
        block = blocks.at(self.lines, number, len(self.lines))
        if block is None:
            return number
        if block.closed:
            if block.kind == "comment" and (self.note is None or number != self.note.heading + 1):
                self._lost_attributes(number)
            return block.end
        later = bisect_right(headings, number)
        end = headings[later] if later < len(headings) else len(self.lines)
        what, hint = {
            "fence": ("code fence", "close it with a line of the same marks"),
            "comment": ("comment", "close it with `-->`"),
            "math": ("`$$` block", "close it with `$$`, or write `\\$` for a dollar sign"),
        }[block.kind]
        column = len(self.lines[number]) - len(self.lines[number].lstrip()) + 1
        self._problem(number, "unclosed", f"this {what} is not closed", hint, column=column)
        if self.note:
            self.note.broken = True
        return end

    def _lost_attributes(self, number: int) -> None:
        """Report attributes in a comment that does not stand right under a note's heading."""
        line = self.lines[number]
        match = _COMMENT_ATTRIBUTES.match(line[max(0, line.rfind("<!--")) :])
        if match and attributes.parse(match[1]) is not None:
            message = "these attributes do not stand right under a note's heading"
            hint = "put the comment on a line of its own right under `## …`"
            column = line.index("{", line.rfind("<!--")) + 1
            self._problem(number, "attributes", message, hint, column=column)
            if self.note:
                self.note.broken = True

    def _rule(self, number: int, kind: str) -> None:
        before = self.lines[number - 1] if number else ""
        text_above = not _NO_PARAGRAPH.match(before)
        if text_above and self.lines[number][0] in "-=":
            hint = "put a blank line before it for a break, or write the heading with `#`"
            self._problem(number, "setext", "this line would make the text above a heading", hint)
            if self.note:
                self.note.broken = True
        elif kind == "rule" and not text_above and self.note and self.note.break_ is None:
            self.note.break_ = number

    def _close(self, end: int) -> None:
        """End what is open: the text before the first heading, a section, or a note."""
        if self.note is not None:
            self._note(self.note, end)
        elif self.section is not None:
            title = without_closing(self.lines[self.section][1:].strip())
            intro = "\n".join(self.lines[self.section + 1 : end]).strip("\n")
            first = self._first_text(self.section + 1, end)
            self.current = len(self.sections)
            self.sections.append(Section(title, intro, self.section + 1, first + 1))
            self._check_length(self.section, end, "section")
        else:
            self._stray(self.front.end, end)
        self.note = self.section = None

    def _stray(self, start: int, end: int) -> None:
        number = start
        while number < end:
            block = blocks.at(self.lines, number, end)
            if block and block.kind == "comment" and block.closed and not block.tail(self.lines):
                number = block.end
            elif self.lines[number].strip() and not re.fullmatch(r"-{3,}\s*", self.lines[number]):
                message = "this text stands before the first heading and belongs to no note"
                hint = "begin a note with `## `, or put a `# ` heading above it"
                self._problem(number, "stray-text", message, hint, Severity.WARNING)
                return
            else:
                number += 1

    def _note(self, note: _Open, end: int) -> None:
        heading, found, body_start = self._heading(note.heading)
        lines = self.lines
        while end > body_start and not lines[end - 1].strip():
            end -= 1
        classes = found.classes
        break_ = None if "rows" in classes else note.break_
        while end > body_start and note.break_ is not None and _is_break(lines, end - 1):
            end -= 1
            while end > body_start and not lines[end - 1].strip():
                end -= 1
        if break_ is not None and break_ >= end:
            break_ = None
        split = body_start if break_ is None else break_
        front = "\n".join(lines[body_start:split]).strip("\n")
        back_from = body_start if break_ is None else break_ + 1
        back = "\n".join(lines[back_from:end]).strip("\n")
        front_line = self._first_text(body_start, split) + 1
        back_line = self._first_text(back_from, end) + 1

        kind = _kind(classes)
        place = Place(self.path, note.heading + 1, 1)
        result = Note(
            place, self.deck, self.current, kind, found.id, heading, front, back,
            front_line, back_line, (*self.front.tags, *found.tags),
            _merged(self.front.metadata, found.metadata),
            draft="draft" in classes, retired="retired" in classes, broken=note.broken,
            ignored=self._ignored(body_start, end),
        )  # fmt: skip
        if kind is Kind.REVERSED:
            result = replace(result, ords=(1, 2))
        open_kind = kind is Kind.BASIC and "basic" not in classes
        if "rows" in classes:
            self._rows(result, clozes=open_kind)
            return
        result, problems = kinds.resolved(result, by_content=open_kind)
        self.problems.extend(problems)
        self._check(result, end)
        broken = note.broken and not result.broken
        self.notes.append(replace(result, broken=True) if broken else result)

    def _rows(self, note: Note, *, clozes: bool) -> None:
        """Take in a table's rows as notes, and the text around it as a section of their own."""
        found = rows.expand(replace(note, section=len(self.sections)), clozes=clozes)
        self.problems.extend(found.problems)
        above = self.sections[self.current].title if self.current >= 0 else ""
        title = " › ".join(filter(None, (above, note.heading)))
        for row in found.notes:
            too_long = self._check_length(row.place.line - 1, row.place.line, "row")
            self.notes.append(replace(row, broken=True) if too_long else row)
        if sum(map(len, found.text.split("\n"))) > MAX_NOTE:
            message = "the text around this table is longer than 64 kB"
            self._problem(note.place.line - 1, "too-long", message, "split it")
        self.sections.append(Section(title, found.text, note.place.line, found.line))

    def _heading(self, number: int) -> tuple[str, attributes.Attributes, int]:
        """Return a note's heading, its attributes and the line its body begins at."""
        assert self.note is not None
        heading = without_closing(self.lines[number][2:].strip())
        self._lost_attributes(number)
        found = attributes.Attributes()
        start = number + 1
        texts: list[tuple[int, str, bool]] = []
        if match := _HEADING_ATTRIBUTES.search(heading):
            texts.append((number, match[1], False))
        if start < len(self.lines) and (match := _COMMENT_ATTRIBUTES.match(self.lines[start])):
            texts.append((start, match[1], True))
            start += 1
        for line, text, certain in texts:
            parsed = attributes.parse(text)
            if parsed is None:
                if certain:
                    message = "these attributes are not `{#id .class key=value}`"
                    hint = "separate them by spaces; put a value with spaces in quotes"
                    column = self.lines[line].index("{") + 1
                    self._problem(line, "attributes", message, hint, column=column)
                    self.note.broken = True
                continue
            if not certain:
                heading = heading[: heading.rindex("{")].rstrip()
            for message, hint in parsed.faults:
                find = self.lines[line].index if certain else self.lines[line].rindex
                column = find("{") + 1
                self._problem(line, "attributes", message, hint, column=column)
                self.note.broken = True
            found = attributes.Attributes(
                parsed.id or found.id,
                parsed.classes | found.classes,
                (*found.tags, *parsed.tags),
                _merged(found.metadata, parsed.metadata),
            )
        return heading, found, start

    def _ignored(self, start: int, end: int) -> tuple[str, ...]:
        """Return the codes that comments say to ignore; what stands in code says nothing."""
        lines = self.lines[start:end]
        if not any("srs:" in line for line in lines):
            return ()
        number = start
        while number < end:
            block = blocks.at(self.lines, number, end)
            after = block.end if block else number + 1
            if block and block.kind == "fence":
                lines[number - start : after - start] = [""] * (after - number)
            number = after
        text = "\n".join(lines)
        codes: list[str] = []
        for match in _IGNORE.finditer(text):
            for word in re.finditer(r"[^\s,]+", match[1]):
                codes.append(word[0])
                if word[0] not in CODES:
                    at = match.start(1) + word.start()
                    self._problem(
                        start + text.count("\n", 0, at),
                        "ignore",
                        f"`{word[0]}` is no problem code, so nothing is ignored",
                        "write the code that `srs check` shows in brackets",
                        Severity.WARNING,
                        at - text.rfind("\n", 0, at),
                    )
        return tuple(codes)

    def _check(self, note: Note, end: int) -> None:
        """Report what makes a whole note unfit."""
        assert self.note is not None
        line = note.place.line - 1
        found: list[tuple[str, str, str]] = []
        if not note.question.strip():
            hint = "write the question after `## `"
            found.append(("empty-front", "this note has no question", hint))
        if note.kind is not Kind.CLOZE and not _has_text(note.back):
            hint = "write the answer under the question, or mark the note `.draft`"
            found.append(("empty-back", "this note has no answer", hint))
        for code, message, hint in found:
            self._problem(line, code, message, hint)
            self.note.broken = True
        self.note.broken |= self._check_length(line, end, "note")

    def _check_length(self, line: int, end: int, what: str) -> bool:
        """Report a note or section that is too long; tell whether it is."""
        if sum(map(len, self.lines[line:end])) <= MAX_NOTE:
            return False
        self._problem(line, "too-long", f"this {what} is longer than 64 kB", "split it")
        return True

    def _first_text(self, start: int, end: int) -> int:
        """Return the first line of `[start, end)` that is not blank, or `start`."""
        return next((n for n in range(start, end) if self.lines[n].strip("\n")), start)

    def _problem(
        self,
        line: int,
        code: str,
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
        column: int = 1,
    ) -> None:
        where = Place(self.path, line + 1, column)
        self.problems.append(Problem(where, code, severity, message, hint))


def _kind(classes: frozenset[str]) -> Kind:
    by_class = (Kind.REVERSED, Kind.TYPED, Kind.PREDICT, Kind.EXERCISE)
    return next((kind for kind in by_class if kind.value in classes), Kind.BASIC)


def _is_break(lines: list[str], number: int) -> bool:
    return (
        re.fullmatch(r"(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}", lines[number]) is not None
    )


def _has_text(markdown: str) -> bool:
    commented, close, text = markdown.rpartition("-->")
    return bool(
        re.sub(r"<!--.*?-->", "", commented + close, flags=re.DOTALL).strip() or text.strip()
    )


def without_closing(heading: str) -> str:
    """Return a heading's text without the `#` marks that may close it."""
    text = heading.rstrip("#")
    return text.rstrip() if not text or text[-1] in " \t" else heading


def _merged(outer: Metadata, inner: Metadata) -> Metadata:
    return tuple({**dict(outer), **dict(inner)}.items())
