"""What is worth a word beyond the card language: plain functions over notes."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from srs.corpus import syntax
from srs.corpus.config import Config
from srs.corpus.tree import (
    Blank,
    CodeBlock,
    Details,
    Image,
    Math,
    Node,
    Text,
    inside,
    plain,
    without_clozes,
)
from srs.errors import Place, Problem, Severity
from srs.ids import content_hash
from srs.model import Deck, Kind, Note

if TYPE_CHECKING:
    from srs.corpus.render import Rendered

MAX_WORDS = 200
MAX_CODE_LINES = 40
"""How much an answer may hold; 200 words take more than a minute to say."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\s\u3040-\u30ff\u3400-\u9fff]+")
"""A word; Chinese and Japanese, written without spaces, have about two characters in each."""

_SAID = frozenset({Kind.BASIC, Kind.REVERSED, Kind.CLOZE, Kind.TYPED, Kind.PREDICT})
"""Kinds of notes whose backs are there to be said, or to explain what was."""

Lint = Callable[[Sequence[Note], Config], Iterable[Problem]]
NoteLint = Callable[[Note, "Rendered"], Iterable[Problem]]


def unknown_values(notes: Sequence[Note], config: Config) -> Iterable[Problem]:
    """Yield metadata values that `srs.toml` does not allow."""
    allowed = dict(config.metadata)
    for note in notes:
        for key, values in note.metadata:
            for value in values:
                if allowed.get(key) and value not in allowed[key]:
                    message = f"`{key}={value}` is not one of the values in srs.toml"
                    hint = f"use one of {', '.join(allowed[key])}"
                    yield _warning(note.place, "metadata", message, hint)


def duplicate_fronts(notes: Sequence[Note], config: Config) -> Iterable[Problem]:
    """Yield notes that ask what another asked before them."""
    first: dict[str, Place] = {}
    for note in notes:
        if not note.question.strip():
            continue
        seen = first.setdefault(content_hash(note.question), note.place)
        if seen != note.place:
            message = f"this asks the same as the note at {seen}"
            yield _warning(note.place, "duplicate-front", message, "say what tells them apart")


def duplicate_ids(notes: Sequence[Note], config: Config) -> Iterable[Problem]:
    """Yield notes that claim an id another claimed before them."""
    first: dict[str, Place] = {}
    for note in notes:
        seen = first.setdefault(note.id, note.place) if note.id else note.place
        if seen != note.place:
            message = f"the id `{note.id}` belongs to the note at {seen}"
            hint = "give this note another id"
            yield Problem(note.place, "duplicate-id", Severity.ERROR, message, hint)


LINTS: tuple[Lint, ...] = (unknown_values, duplicate_fronts, duplicate_ids)
"""What only the notes of a corpus together show."""


def lint(notes: Sequence[Note], config: Config) -> list[Problem]:
    """Return what is found in the notes of a whole corpus."""
    return [problem for check in LINTS for problem in check(notes, config)]


def long_answer(note: Note, rendered: Rendered) -> Iterable[Problem]:
    """Yield a back that shows more than can be said; what is folded away does not count."""
    words = lines = 0
    for part in _shown(rendered.back) if note.kind in _SAID and not note.broken else ():
        if isinstance(part, Text):
            words += len(_WORD.findall(part.text))
        else:
            lines += plain(part).strip("\n").count("\n") + 1
    where = Place(note.place.path, note.back_line)
    hint = "ask for one thing a note, or fold details away in `<details>`"
    for count, limit, what in (
        (words, MAX_WORDS, "words"),
        (lines, MAX_CODE_LINES, "lines of code"),
    ):
        if count > limit:
            message = f"this answer has {count} {what}; one of up to {limit} can be said"
            yield _warning(where, "long-answer", message, hint)


def _shown(value: object) -> Iterator[Text | CodeBlock]:
    """Yield the prose and the code of a tree that are seen at once."""
    match value:
        case Text() | CodeBlock():
            yield value
        case Details(summary=summary):
            yield from _shown(summary)
        case Math():
            pass
        case tuple():
            for part in value:
                yield from _shown(part)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _shown(getattr(value, field.name))


def hides_all(note: Note, rendered: Rendered) -> Iterable[Problem]:
    """Yield the clozes of a card on whose question nothing is left to read."""
    if note.kind is not Kind.CLOZE:
        return
    spans = [span for text in rendered.scanned for span in text.spans]
    for ord in note.ords:
        question = without_clozes(rendered.front, True, ord)
        span = next((span for span in spans if ord in span.numbers()), None)
        if span is not None and not any(map(_says, inside(question))):
            where = Place(note.place.path, span.line, span.column)
            message = f"the card of c{ord} hides everything there is to read"
            hint = "leave some words of the text, or give the cloze a hint: `{{c1::text::hint}}`"
            yield _warning(where, "cloze-all", message, hint)


def _says(node: Node) -> bool:
    """Tell whether a node of a question shows something, and not punctuation alone."""
    match node:
        case Text(text):
            return any(not char.isspace() and unicodedata.category(char)[0] != "P" for char in text)
        case Blank(hint):
            return bool(hint)
        case _:
            return isinstance(node, Image)


def untypable(note: Note, rendered: Rendered) -> Iterable[Problem]:
    """Yield a note to be answered by typing in which nothing can be typed."""
    where = Place(note.place.path, note.back_line, note.back_column)
    if note.kind is Kind.PREDICT and not rendered.typed:
        message = "this note has no output to predict"
        hint = "write what is printed into a fence ```` ```output ```` in the answer"
        yield _warning(where, "answer", message, hint)
    if note.kind is Kind.TYPED and (not rendered.typed or "\n" in rendered.typed):
        message = "this answer cannot be typed: it does not begin with a line of text"
        hint = "begin it with what is to be typed, then a blank line; the rest explains"
        yield _warning(where, "answer", message, hint)


NOTE_LINTS: tuple[NoteLint, ...] = (
    long_answer,
    hides_all,
    untypable,
    lambda _, rendered: syntax.check(rendered.scanned),
)
"""What a note shows by itself, once it is rendered."""


def lint_note(note: Note, rendered: Rendered) -> list[Problem]:
    """Return what is found in one note."""
    return [problem for check in NOTE_LINTS for problem in check(note, rendered)]


def wanted(problem: Problem, deck: Deck | None, config: Config) -> bool:
    """Tell whether a problem is to be shown: neither switched off nor ignored by its note.

    Only warnings can be silenced. `deck` is the one that the problem's file holds, if any.
    """
    if problem.severity is Severity.ERROR:
        return True
    if problem.code in config.lints_off:
        return False
    if deck is None:
        return True
    line = problem.where.line
    above = bisect_right(deck.notes, line, key=lambda note: note.place.line)
    if not above:
        return True
    note = deck.notes[above - 1]
    section = bisect_right(deck.sections, line, key=lambda section: section.line)
    in_section = section > 0 and deck.sections[section - 1].line > note.place.line
    return in_section or problem.code not in note.ignored


def _warning(where: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(where, code, Severity.WARNING, message, hint)
