"""From a file's text to a deck: its outline, and a section or note of each region.

It never raises for what a user wrote; it goes on after a problem and returns all of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import groupby

from srs.corpus import attributes, blocks, frontmatter, kinds, rows
from srs.corpus.kinds import MAX_NOTE, length
from srs.corpus.outline import COMMENT_ATTRIBUTES, Region, is_break, outline
from srs.corpus.spans import UNFIT
from srs.errors import CODES, Place, Problem, Severity
from srs.model import Deck, Kind, Metadata, Note, Section

_HEADING_ATTRIBUTES = re.compile(r"(?:^|\s)\{([^{}]*)\}\s*$")
_IGNORE = re.compile(r"(?<!`)<!--\s*srs:\s*ignore\b([^<>]*)-->")
_LONG_RUN = re.compile(r"[^\x00-\x7f]{31,}")
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
        text = _composed(text)
    return UNFIT.sub("\ufffd", text) if UNFIT.search(text) else text


def _composed(text: str) -> str:
    """Return a text in NFC, but runs of more than 30 marks as they are.

    Putting marks in order takes time that grows with the square of their number. No writing needs
    more (Unicode Standard Annex 15, stream-safe text).
    """
    out: list[str] = []
    done = 0
    for run in _LONG_RUN.finditer(text):
        at = run.start()
        for is_mark, group in groupby(run[0], lambda char: unicodedata.combining(char) > 0):
            start, at = at, at + sum(1 for _ in group)
            if is_mark and at - start > 30:
                out += unicodedata.normalize("NFC", text[done:start]), text[start:at]
                done = at
    return "".join((*out, unicodedata.normalize("NFC", text[done:])))


def deck_name(path: str) -> str:
    """Return the name of a deck that does not name itself: its path, without ordering."""
    parts = unicodedata.normalize("NFC", path).removesuffix(".md").split("/")
    return "::".join(_ORDERING.sub("", part) for part in parts)


class _Parser:
    """Makes sections and notes of a deck's regions."""

    def __init__(self, path: str, lines: list[str], front: frontmatter.FrontMatter) -> None:
        self.path = path
        self.lines = lines
        self.front = front
        self.deck = front.deck or deck_name(path)
        self.problems: list[Problem] = []
        self.sections: list[Section] = []
        self.notes: list[Note] = []
        self.section = -1
        self.broken = False

    def run(self, text: str) -> None:
        regions, self.problems = outline(self.path, text, self.lines, self.front.end)
        for region in regions:
            match region.kind:
                case "preamble":
                    self._stray(region)
                case "section":
                    self._section(region)
                case "note":
                    self._note(region)

    def _stray(self, region: Region) -> None:
        """Report text before the first heading, once; comments and rules are none."""
        number = region.start
        while number < region.end:
            if not self.lines[number].strip():
                number += 1
                continue
            block = blocks.at(self.lines, number, region.end)
            if block and block.kind == "comment" and block.closed and not block.tail(self.lines):
                number = block.end
            elif re.fullmatch(r"-{3,}\s*", self.lines[number]):
                number += 1
            else:
                message = "this text stands before the first heading and belongs to no note"
                hint = "begin a note with `## `, or put a `# ` heading above it"
                self._problem(number, "stray-text", message, hint, Severity.WARNING)
                return

    def _section(self, region: Region) -> None:
        title = without_closing(self.lines[region.start][1:].strip())
        intro = "\n".join(self.lines[region.start + 1 : region.end]).strip("\n")
        first = self._first_text(region.start + 1, region.end)
        self.section = len(self.sections)
        self._add(Section(title, intro, region.start + 1, first + 1, self.deck))

    def _add(self, section: Section) -> None:
        self.sections.append(section)
        if len(section.intro) > MAX_NOTE:
            message = "this section's introduction is longer than 64 kB"
            self._problem(section.line - 1, "too-long", message, "split it")

    def _note(self, note: Region) -> None:
        self.broken = note.faulty
        heading, found, body_start = self._heading(note)
        lines, end = self.lines, note.end
        while end > body_start and not lines[end - 1].strip():
            end -= 1
        classes = found.classes
        break_ = None if "rows" in classes else note.break_
        while end > body_start and note.break_ is not None and is_break(lines[end - 1]):
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
        place = Place(self.path, note.start + 1, 1)
        result = Note(
            place, self.deck, self.section, kind, found.id, heading, front, back,
            front_line, back_line, (*self.front.tags, *found.tags),
            _merged(self.front.metadata, found.metadata),
            draft="draft" in classes, retired="retired" in classes, broken=self.broken,
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
        self._check(result)
        if self.broken and not result.broken:
            result = replace(result, broken=True)
        self.notes.append(result)

    def _rows(self, note: Note, *, clozes: bool) -> None:
        """Take in a table's rows as notes, and the text around it as a section of their own."""
        found = rows.expand(replace(note, section=len(self.sections)), clozes=clozes)
        self.problems.extend(found.problems)
        self.notes.extend(found.notes)
        above = self.sections[self.section].title if self.section >= 0 else ""
        title = " › ".join(filter(None, (above, note.heading)))
        self._add(Section(title, found.text, note.place.line, found.line, self.deck))

    def _heading(self, note: Region) -> tuple[str, attributes.Attributes, int]:
        """Return a note's heading, its attributes and the line its body begins at."""
        number = note.start
        heading = without_closing(self.lines[number][2:].strip())
        found = attributes.Attributes()
        start = number + 1
        texts: list[tuple[int, str, bool]] = []
        if match := _HEADING_ATTRIBUTES.search(heading):
            texts.append((number, match[1], False))
        if start < note.end and (match := COMMENT_ATTRIBUTES.match(self.lines[start])):
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
                continue
            if not certain:
                heading = heading[: heading.rindex("{")].rstrip()
            for message, hint in parsed.faults:
                find = self.lines[line].index if certain else self.lines[line].rindex
                column = find("{") + 1
                self._problem(line, "attributes", message, hint, column=column)
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

    def _check(self, note: Note) -> None:
        """Report what makes a whole note unfit."""
        line = note.place.line - 1
        found: list[tuple[str, str, str]] = []
        if not note.question.strip():
            hint = "write the question after `## `"
            found.append(("empty-front", "this note has no question", hint))
        if note.kind is not Kind.CLOZE and not _has_text(note.back):
            hint = "write the answer under the question, or mark the note `.draft`"
            found.append(("empty-back", "this note has no answer", hint))
        if length(note) > MAX_NOTE:
            found.append(("too-long", "this note is longer than 64 kB", "split it"))
        for code, message, hint in found:
            self._problem(line, code, message, hint)

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
        self.broken = self.broken or severity is Severity.ERROR


def _kind(classes: frozenset[str]) -> Kind:
    by_class = (Kind.REVERSED, Kind.TYPED, Kind.PREDICT, Kind.EXERCISE)
    return next((kind for kind in by_class if kind.value in classes), Kind.BASIC)


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
