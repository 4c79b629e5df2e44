"""How problems are shown: to a person, to a program, and to GitHub."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from srs.cli.context import plural
from srs.errors import CODES, Problem, Severity

if TYPE_CHECKING:
    from srs.cli.running import Tally

MANY = 10
"""From so many problems on a tally by code is worth its lines."""

MAX_ROWS = 1_000
"""GitHub shows no summary of more than 1 MiB."""

WIDTH = 100
"""How much of a line is quoted, in columns of a terminal."""


def is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


def as_text(problem: Problem, line: str, width: int = WIDTH) -> str:
    """Format a problem: place, message and code, its line with a caret, and a hint.

    A quoted line fits into `width` columns.
    """
    where = problem.where
    label = "" if is_error(problem) else "warning: "
    message, _, details = problem.message.partition("\n")
    out = [f"{where}: {label}{message} [{problem.code}]"]
    if line.strip():
        margin = " " * len(str(where.line))
        quoted, indent = _excerpt(line, where.column - 1, width - len(f"  {margin} | "))
        out += [f"  {where.line} | {quoted}", f"  {margin} | {' ' * indent}^"]
    if details:
        out.append(details)
    if problem.hint:
        out.append(f"  hint: {problem.hint}")
    return "\n".join(out)


def _excerpt(line: str, index: int, width: int) -> tuple[str, int]:
    """Return what to quote of a line, and how many columns come before a character of it."""
    from rich.cells import cell_len

    line = line.replace("\t", " ")
    room = max(width, 20) - 3  # for dots at both ends, and a caret behind the line
    fits = len(line) <= 4 * room and cell_len(line) <= room  # a long line is not measured
    start, end = (0, len(line)) if fits else _window(line, index, room)
    before = "…" * (start > 0) + line[start:index]
    return before + line[index:end] + "…" * (end < len(line)), cell_len(before)


def _window(line: str, index: int, room: int) -> tuple[int, int]:
    """Return the part of a line around a character that fits into some columns."""
    from rich.cells import cell_len

    start, used = index, 0
    while start > 0 and used + cell_len(line[start - 1]) <= room * 3 // 5:
        start -= 1
        used += cell_len(line[start])
    end = index
    while end < len(line) and used + cell_len(line[end]) <= room:
        used += cell_len(line[end])
        end += 1
    return start, end


def as_dict(problem: Problem) -> dict[str, object]:
    """Return a problem as JSON shows it."""
    return {
        "path": problem.where.path,
        "line": problem.where.line,
        "column": problem.where.column,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
    }


def counted(problems: Sequence[Problem]) -> str:
    """Say how many errors and warnings there are: `1 error, 2 warnings`."""
    errors = sum(map(is_error, problems))
    counts = ((errors, "error"), (len(problems) - errors, "warning"))
    return ", ".join(plural(count, what) for count, what in counts if count) or "no problems"


def ran(tallies: Sequence[Tally]) -> list[str]:
    """Say what came of the code on each interpreter, in a line or a table."""
    if len(tallies) == 1:
        (one,) = tallies
        skipped = f", {_skipped(one)}" if one.skipped else ""
        known = f", {one.remembered} known from before" if one.remembered else ""
        return [
            f"{plural(one.programs, 'program')}, {plural(one.blocks, 'block')} of code on "
            f"{one.python}: {one.passed} passed, {one.failed} failed{skipped} "
            f"({one.seconds:.1f} s{known})."
        ]
    width = max((len(one.python) for one in tallies), default=0)
    head = f"{'':{width}}  passed  failed  skipped"
    return [head] + [
        f"{one.python:{width}}  {one.passed:6}  {one.failed:6}  {_skipped(one) or 0}"
        for one in tallies
    ]


def _skipped(one: Tally) -> str:
    reasons = ", ".join(f"{count} {why}" for why, count in sorted(one.skipped.items()))
    return f"{sum(one.skipped.values())} skipped ({reasons})" if reasons else ""


def tally(problems: Sequence[Problem]) -> str:
    """Count problems by their codes, the most frequent first, if they are many of few kinds."""
    codes = Counter(problem.code for problem in problems).most_common()
    if len(problems) < MANY or not 1 < len(codes) <= len(problems) / 2:
        return ""
    width = max(len(code) for code, _ in codes)
    digits = len(str(codes[0][1]))
    return "".join(f"  {n:>{digits}}  {code:<{width}}  {CODES[code]}\n" for code, n in codes)


def annotation(problem: Problem, file: str) -> str:
    """Return a workflow command; GitHub shows the first ten of each severity."""
    where = f"file={_escaped(file, ',:')},line={problem.where.line},col={problem.where.column}"
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity.value} {where},title={problem.code}::{_escaped(text)}"


def summary(named: Sequence[tuple[Problem, str]], verdict: str) -> str:
    """Return the Markdown of a job's summary: the verdict, and a table of problems and files."""
    out = [verdict]
    if named:
        out += ["", "| place | severity | code | problem |", "|---|---|---|---|"]
    for problem, file in named[:MAX_ROWS]:
        place = f"{file}:{problem.where.line}"
        cells = (place, problem.severity.value, problem.code, problem.message)
        out.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    if len(named) > MAX_ROWS:
        out += ["", f"and {len(named) - MAX_ROWS} more"]
    return "\n".join((*out, ""))


def workspace() -> Path:
    """Return what GitHub names files from: its workspace, or the repository around us."""
    here = Path.cwd()
    around = (folder for folder in (here, *here.parents) if (folder / ".git").exists())
    return Path(os.environ.get("GITHUB_WORKSPACE") or next(around, here)).resolve()


def named_from(root: Path, file: Path) -> str:
    """Return a file's path from a folder, or its whole path if it lies elsewhere."""
    file = file.resolve()
    return (file.relative_to(root) if file.is_relative_to(root) else file).as_posix()


def _escaped(text: str, more: str = "") -> str:
    """Escape a text for a workflow command, and `more` characters in its properties."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
