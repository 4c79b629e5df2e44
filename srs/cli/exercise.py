"""An exercise done: written in the user's editor, then tried with the note's tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srs.cli.editor import edit
from srs.cli.problems import WIDTH, as_text
from srs.corpus import render
from srs.corpus.programs import Program, attempt, starter
from srs.corpus.render import Rendered
from srs.errors import Place, Problem, SrsError
from srs.ids import digest
from srs.model import Note

if TYPE_CHECKING:
    from srs.runner import Limits
    from srs.store.notes import StoredNote
    from srs.study.memory import Study

_PERMISSION = "may-run"


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise that somebody is at: the note, and the file that they write.

    What they wrote is in that file until its folder is removed.
    """

    note: Note
    rendered: Rendered
    path: Path


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of the text in an exercise's file.

    `faults` are what failed, as `srs check --run` shows it; `printed` is all that was printed.
    `untouched` says that the text is still what the exercise began with, so nothing was run.
    """

    faults: tuple[str, ...] = ()
    printed: str = ""
    untouched: bool = False

    @property
    def passed(self) -> bool:
        return not self.faults and not self.untouched


def begin(stored: StoredNote, folder: Path) -> Exercise:
    """Write what an exercise begins with into a file below `folder`, unless it is there already."""
    rendered = render.note(stored.note)
    place = folder / digest(stored.guid)
    exercise = Exercise(stored.note, rendered, place / f"{stored.note.id or 'exercise'}.py")
    if not exercise.path.exists():
        try:
            place.mkdir(parents=True, exist_ok=True)
            exercise.path.write_text(_begun(exercise), encoding="utf-8")
        except OSError as error:
            raise SrsError(f"cannot write {exercise.path}: {error.strerror}") from error
    return exercise


def write_and_try(
    exercise: Exercise, limits: Limits, *, editor: str = "", width: int = WIDTH
) -> Attempt:
    """Open an exercise's file in the editor, as it was left, then try what is in it.

    `limits` are from `srs.cli.running.limits`, `width` is that of quoted lines. Raises `SrsError`
    where the editor fails or saves no text; what was written is still in the file then.
    """
    edit(exercise.path, command=editor)
    return tried(exercise, limits, width=width)


def tried(exercise: Exercise, limits: Limits, *, width: int = WIDTH) -> Attempt:
    """Try what is in an exercise's file, in an interpreter of its own."""
    from srs.runner import judge, run

    text = _text(exercise.path)
    if text.split() == _begun(exercise).split():
        return Attempt(untouched=True)
    program = attempt(exercise.note, exercise.rendered, text)
    try:
        ran = run(program, Path(sys.executable), limits)
    except KeyboardInterrupt:
        return Attempt(("you stopped it",))
    verdict = judge(program, ran)
    left_out = tuple(f"some of it was not run: {why}" for why in sorted({*verdict.skipped}))
    faults = tuple(_shown(exercise, text, program, width, verdict.problems))
    return Attempt(faults + left_out, ran.printed.decode("utf-8", "replace"))


def may_run(study: Study, ask: Callable[[], bool]) -> bool:
    """Tell whether the corpus' code may run; `ask` unless the user has said yes before.

    A yes holds for the corpus with this key, on this database; a no only now.
    """
    key = study.config.key
    with study.database.faults():
        if key and study.database.setting(_PERMISSION) == key:
            return True
    if not ask():
        return False
    if key:
        with study.database.transaction():
            study.database.set(_PERMISSION, key)
    return True


def _begun(exercise: Exercise) -> str:
    code = starter(exercise.rendered)
    if not code.strip():
        return f"# {exercise.note.heading}\n\n"
    return code if code.endswith("\n") else f"{code}\n"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SrsError(f"{path} is not UTF-8: let your editor save it so") from error
    except OSError as error:
        raise SrsError(f"cannot read {path}: {error.strerror}; begin anew") from error


def _shown(
    exercise: Exercise, text: str, program: Program, width: int, problems: tuple[Problem, ...]
) -> Iterator[str]:
    """Format problems, each with its line: of the file that was written, or of the deck."""
    lines = dict(_numbered(program))
    below = text.count("\n") + 1
    for problem in problems:
        number = problem.where.line
        where = Place(exercise.path.name, number)
        if number > below:
            where = Place(exercise.note.place.path, number - below)
        # A hint would tell how to write a deck.
        told = replace(problem, where=where, hint="")
        yield as_text(told, lines.get(number, ""), width)


def _numbered(program: Program) -> Iterator[tuple[int, str]]:
    for block in program.blocks:
        yield from enumerate(block.code.split("\n"), block.line)
