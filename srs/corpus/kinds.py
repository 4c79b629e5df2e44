"""What kind of note a text makes, beyond what its class says, and whether it has what that needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from srs.corpus import blocks
from srs.corpus.clozes import occurs
from srs.corpus.containers import MARKER, TASK, items_of
from srs.corpus.scan import scan, scan_heading
from srs.corpus.spans import Scanned
from srs.errors import Place, Problem, Severity
from srs.model import Kind, Note

MAX_NOTE = 64 * 1024
"""Longest note, in characters."""

Problems = tuple[Problem, ...]

_BOX = re.compile(r"^ {0,3}(?:[-+*]|\d{1,9}[.)])[ \t]+\[[ xX]\][ \t]", re.MULTILINE)
_UNFOLDS = re.compile(r"[ \t]*(?:<details\b.*|<summary\b.*)?")


def length(note: Note) -> int:
    """Return how many characters a note's text has."""
    return len(note.heading) + len(note.front) + len(note.back)


def scan_front(note: Note) -> tuple[Scanned, Scanned]:
    """Scan a note's heading and the rest of its front."""
    clozes = note.kind is Kind.CLOZE
    heading_at = Place(note.place.path, note.place.line, note.heading_column)
    front_at = Place(note.place.path, note.front_line, 1)
    return scan_heading(note.heading, heading_at, clozes), scan(note.front, front_at, clozes)


def resolved(note: Note, *, by_content: bool) -> tuple[Note, Problems]:
    """Make a note a cloze or choice note if its text may decide; say what one of its kind lacks."""
    if by_content:
        if occurs(note.question) or (not note.front and occurs(note.back)):
            text = note
            if not note.front:
                text = replace(note, front=note.back, back="", front_line=note.back_line)
            made, problems = cloze(text)
            if made.kind is Kind.CLOZE:
                return made, problems
        return choice(note)
    if note.kind is Kind.EXERCISE and note.back:
        faults = tuple(_exercise_faults(note))
        return replace(note, broken=note.broken or bool(faults)), faults
    return note, ()


def cloze(note: Note) -> tuple[Note, Problems]:
    """Make a note that has cloze marks in its question a cloze note."""
    if not occurs(note.question):
        return note, ()
    made = replace(note, kind=Kind.CLOZE)
    if length(note) > MAX_NOTE:
        return made, ()
    scans = scan_front(made)
    numbers = tuple(sorted(set().union(*(s.numbers() for s in scans))))
    faults = tuple(p for s in scans for p in s.problems if p.severity is Severity.ERROR)
    if not numbers and not faults:
        return note, ()
    return replace(made, ords=numbers or (1,), broken=note.broken or bool(faults)), faults


def choice(note: Note) -> tuple[Note, Problems]:
    """Make a note whose answer, or else what follows its heading, begins with a task list a choice.

    Its back is then the list and what explains it. A break between the two stays there as a rule,
    so that neither is read as part of the other; `render` leaves that out.
    """
    joined = note
    boxes = options(note.front, Place(note.place.path, note.front_line)) if note.front else ()
    if boxes:
        gap = note.back_line - note.front_line - note.front.count("\n")
        back = f"{note.front}\n---" + "\n" * (gap - 1) + note.back
        joined = replace(note, front="", back=back, back_line=note.front_line)
    else:
        boxes = options(note.back, Place(note.place.path, note.back_line))
    if not boxes:
        return note, ()
    faults = tuple(_option_faults(boxes))
    broken = note.broken or bool(faults)
    return replace(joined, kind=Kind.CHOICE, broken=broken), faults


Box = tuple[Place, bool | None]
"""Where an option stands, and whether it is right; None if it has no box."""


def options(text: str, where: Place) -> tuple[Box, ...]:
    """Return the options of the task list that a text begins with; none if it begins otherwise."""
    if len(text) > MAX_NOTE or not _BOX.search(text):
        return ()
    scanned = scan(text, where, clozes=False)
    lines = scanned.lines()
    start = next((number for number, line in enumerate(lines) if line), len(lines))
    if start == len(lines) or not MARKER.match(lines[start]):
        return ()
    boxes: list[Box] = []
    number = start
    for item in items_of(lines, start)[0]:
        task = TASK.match(item[0])
        boxes.append((Place(where.path, scanned.rows[number]), task and task[1] != " "))
        number += len(item)
    return () if boxes[0][1] is None else tuple(boxes)


def _option_faults(boxes: tuple[Box, ...]) -> Iterator[Problem]:
    first = boxes[0][0]
    for where, right in boxes:
        if right is None:
            hint = (
                "write `- [ ]` or `- [x]`, or a line of text between the options and another list"
            )
            yield _error(where, "choice", "this option has no box", hint)
    if len(boxes) == 1:
        hint = "give it wrong ones to stand among: `- [ ] …`"
        yield _error(first, "choice", "this is the only option", hint)
    if not any(right for _, right in boxes):
        hint = "mark what is right with `- [x]`: on the question all boxes are empty"
        yield _error(first, "choice", "none of these options is right", hint)


def divided(note: Note) -> Note:
    """Divide an exercise that has no break: the answer begins with the first solution or tests."""
    if note.front:
        return note
    found = (block.start for block in _fences(note.back) if {"solution", "tests"} & _roles(block))
    lines = note.back.split("\n")
    start = next(found, len(lines))
    while start and _UNFOLDS.fullmatch(lines[start - 1]):
        start -= 1
    return replace(
        note, front="\n".join(lines[:start]), back="\n".join(lines[start:]),
        front_line=note.back_line, back_line=note.back_line + start,
    )  # fmt: skip


def _exercise_faults(note: Note) -> Iterator[Problem]:
    """Yield what an exercise lacks."""
    front, back = (
        {role for block in _fences(text) for role in _roles(block)}
        for text in (note.front, note.back)
    )
    for role, there in (("solution", back), ("tests", front | back)):
        if role not in there:
            where = "below the break " if note.front else ""
            hint = f"put the {role} into a fence ```` ```python {role} ````"
            message = f"this exercise has no {role} {where}".rstrip()
            yield _error(note.place, "exercise", message, hint)


def _fences(text: str) -> Iterator[blocks.Hidden]:
    """Yield the fences that stand in no list and no quote."""
    lines = text.split("\n") if "`" in text or "~" in text else []
    number = 0
    while number < len(lines):
        block = blocks.at(lines, number, len(lines))
        number = block.end if block else number + 1
        if block and block.kind == "fence" and not block.lead.strip():
            yield block


def _roles(fence: blocks.Hidden) -> set[str]:
    """Return the words after a fence's language."""
    return set(fence.info.split()[1:])


def _error(where: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(where, code, Severity.ERROR, message, hint)
