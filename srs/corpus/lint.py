"""What is worth a word beyond syntax: plain functions over the notes of a whole corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from srs.corpus.config import Config
from srs.errors import Place, Problem, Severity
from srs.ids import content_hash
from srs.model import Note

Lint = Callable[[Sequence[Note], Config], Iterable[Problem]]


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


def lint(notes: Sequence[Note], config: Config) -> list[Problem]:
    """Return what all lints find."""
    return [problem for check in LINTS for problem in check(notes, config)]


def wanted(problem: Problem, notes: Sequence[Note], config: Config) -> bool:
    """Tell whether a problem is to be shown: neither switched off nor ignored by its note.

    Only warnings can be silenced. `notes` are those of the problem's file, in order.
    """
    if problem.severity is Severity.ERROR:
        return True
    if problem.code in config.lints_off:
        return False
    holder = [note for note in notes if note.place.line <= problem.where.line]
    return not (holder and problem.code in holder[-1].ignored)


def _warning(where: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(where, code, Severity.WARNING, message, hint)
