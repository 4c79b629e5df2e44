"""Notes in a table: each row is one, with a front, a back and, if wanted, an id and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from srs.corpus import attributes, blocks, containers, kinds
from srs.corpus.kinds import MAX_NOTE
from srs.corpus.scan import scan_heading
from srs.corpus.spans import CodeSpan, Formula, Scanned, Span
from srs.errors import Place, Problem, Severity
from srs.model import Kind, Note

DELIMITERS = re.compile(r" {0,3}\|? *:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?")
"""The line under a table's header."""

KINDS = frozenset({Kind.BASIC, Kind.REVERSED, Kind.TYPED})
"""What a row can be, besides a cloze note."""

_OPTIONAL = ("id", "tags")
_BLOCK = re.compile(
    r"(?:[-+*]|\#{1,6}|\d{1,9}[.)])(?=[ \t]|$) | > | ~{3,} | `{3}(?=[^`]*$)"
    r"| (?:[-*_][ \t]*){3,}$ | \$\$(?!.*\$\$$)",
    re.VERBOSE,
)
"""What would make of a cell's text, were it not in a table, another block than a paragraph."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A note taken apart: the text around its table, which begins at a line, and a note a row."""

    text: str
    line: int
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's text, and the column of its line at which that begins."""

    text: str = ""
    column: int = 1


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[_Cell, ...]


def expand(whole: Note, *, clozes: bool) -> Rows:
    """Make a note of each row of a note's table; all that follows the heading is in its back.

    Classes, tags and metadata hold for each row. A row with an error is a broken note.
    """
    lines = whole.back.split("\n")
    table = list(_table(whole, lines))
    names = [cell.text.lower() for cell in table[0].cells] if table else []
    sides = [n for n, name in enumerate(names) if name not in _OPTIONAL]
    problems = list(_misfits(whole, table, names, sides))
    notes: list[Note] = []
    if len(sides) >= 2:
        whole = replace(whole, broken=whole.broken or bool(problems))
        for row in table[1:]:
            if not row.cells:
                where = Place(whole.place.path, row.line)
                message = "this row is longer than 64 kB"
                problems.append(Problem(where, "too-long", Severity.ERROR, message, "split it"))
            elif any(cell.text for cell in row.cells):
                note, faults = _note(whole, names, sides, row, clozes=clozes)
                notes.append(note)
                problems += faults
        start = table[0].line - whole.back_line
        end = max(table[-1].line - whole.back_line, start + 1) + 1
        lines[start:end] = [""] * (end - start)
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    text = "\n".join(lines).strip("\n")
    return Rows(text, whole.back_line + first, tuple(notes), tuple(problems))


def _misfits(
    whole: Note, table: Sequence[_Row], names: Sequence[str], sides: Sequence[int]
) -> Iterator[Problem]:
    """Yield what keeps a whole table from being read as rows."""
    if whole.kind not in KINDS:
        hint = "a row can be `.basic`, `.reversed` or `.typed`"
        yield _error(whole.place, f"a row cannot be `.{whole.kind.value}`", hint)
    if whole.id:
        hint = "write each row's id into a column `id`"
        yield _error(whole.place, "a note of rows has no id of its own", hint)
    if not table:
        hint = "write one with a column of fronts and one of backs, or remove `.rows`"
        yield _error(whole.place, "this note has no table", hint)
        return
    header = table[0]
    if len(sides) < 2:
        hint = "give it a column of fronts and one of backs"
        yield _error(_at(whole, header, 0), "this table has fewer than two columns", hint)
    for n, name in enumerate(names):
        if n in sides[2:] or (name in _OPTIONAL and name in names[:n]):
            message = f"a row has a front and a back and nothing called `{header.cells[n].text}`"
            hint = "columns beside those two are `id` and `tags`, each once"
            yield _error(_at(whole, header, n), message, hint)


def _note(
    whole: Note, names: Sequence[str], sides: Sequence[int], row: _Row, *, clozes: bool
) -> tuple[Note, list[Problem]]:
    """Make a row a note."""
    cells = dict(zip(names, row.cells, strict=True))
    front, back = (row.cells[n] for n in sides[:2])
    id, tags = (cells.get(name, _Cell()) for name in _OPTIONAL)
    problems: list[Problem] = []
    if id.text and not re.fullmatch(attributes.ID, id.text):
        where = Place(whole.place.path, row.line, id.column)
        hint = "ids are made of the letters A–Z, digits, `-` and `_`"
        problems.append(_error(where, f"`{id.text}` is no id", hint))
    note = replace(
        whole,
        place=_at(whole, row, 0),
        id="" if problems else id.text,
        heading=front.text,
        front="",
        back=_paragraph(back.text),
        front_line=row.line,
        back_line=row.line,
        heading_column=front.column,
        back_column=back.column,
        tags=(*whole.tags, *filter(None, re.split(r"[\s,]+", tags.text))),
    )
    if clozes and note.kind is Kind.BASIC:
        note, faults = kinds.cloze(note)
        problems += faults
    for cell, side in ((front, "front"), (back, "back")):
        if not cell.text and not (side == "back" and note.kind is Kind.CLOZE):
            where = Place(whole.place.path, row.line, cell.column)
            hint = "fill the cell; only this row is left out"
            problems.append(_error(where, f"this row has no {side}", hint))
    return (replace(note, broken=True) if problems else note), problems


def _table(whole: Note, lines: Sequence[str]) -> Iterator[_Row]:
    """Yield the header and the rows of the first table in a note; `lines` are its text's."""
    shown = [line.expandtabs(4) for line in lines]
    head = _head(lines, shown)
    if head is None:
        return
    bordered = shown[head].strip().startswith("|") or shown[head].strip().endswith("|")
    width = len(_split(_scan(whole, head, lines[head]).text, bordered))
    if len(_split(shown[head + 1], bordered)) != width:
        return
    for number in (head, *_body(lines, shown, head)):
        line = lines[number]
        cells: list[_Cell] = []
        if len(line) <= MAX_NOTE:
            cells += _cells(_scan(whole, number, line), line, bordered, width)
            cells += [_Cell("", len(line) + 1)] * (width - len(cells))
        yield _Row(whole.back_line + number, tuple(cells))


def _head(lines: Sequence[str], shown: Sequence[str]) -> int | None:
    """Return the line of the first table's header, which stands over a line of delimiters."""
    number = 0
    while number < len(lines) - 1:
        block = blocks.at(lines, number, len(lines))
        if block is None and "|" in lines[number] and DELIMITERS.fullmatch(shown[number + 1]):
            return number if len(lines[number]) <= MAX_NOTE else None
        number = block.end if block else number + 1
    return None


def _body(lines: Sequence[str], shown: list[str], head: int) -> Iterator[int]:
    """Yield the lines of the rows under a table's header: a comment among them is none."""
    number = head + 2
    end = containers.next_one(shown, head)
    while number < min(end, len(lines)) and lines[number].strip():
        block = blocks.at(lines, number, len(lines))
        if block is None:
            yield number
        elif block.kind != "comment":
            return
        number = block.end if block else number + 1


def _scan(whole: Note, number: int, line: str) -> Scanned:
    return scan_heading(line, Place(whole.place.path, whole.back_line + number), clozes=False)


def _cells(scanned: Scanned, line: str, bordered: bool, width: int) -> Iterator[_Cell]:
    """Yield the cells of a scanned line, each with its column."""
    outside = replace(scanned, spans=tuple(map(_unescaped, scanned.spans)))
    at = 0
    for number, part in enumerate(_split(scanned.text, bordered, width)):
        if number or (bordered and line.strip().startswith("|")):
            at = line.find("|", at) + 1 or at
        source = scanned.restored(part).strip()
        found = max(at, line.find(source, at))
        at = found + len(source)
        yield _Cell(outside.restored(part).strip(), min(found, len(line)) + 1)


def _split(line: str, bordered: bool, width: int = 0) -> list[str]:
    """Split a table's line into cells; those beyond its `width` stay in its last."""
    line = line.strip()
    if bordered:
        line = line.removeprefix("|").removesuffix("|")
    return line.split("|", width - 1 if width else -1)


def _unescaped(span: Span) -> Span:
    """Return a span as it would be written outside of a table, where no pipe is escaped in code."""
    code = isinstance(span.content, CodeSpan | Formula)
    return replace(span, source=span.source.replace("\\|", "|")) if code else span


def _paragraph(text: str) -> str:
    """Return a cell's text such that it is a paragraph, whatever its beginning looks like."""
    mark = _BLOCK.match(text)
    return re.sub(r"([^\w\s]|_)", r"\\\1", mark[0]) + text[mark.end() :] if mark else text


def _at(whole: Note, row: _Row, cell: int) -> Place:
    return Place(whole.place.path, row.line, row.cells[cell].column)


def _error(where: Place, message: str, hint: str) -> Problem:
    return Problem(where, "rows", Severity.ERROR, message, hint)
