"""`srs check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from srs.cli.context import Context, echo_json, plural
from srs.corpus import lint, read
from srs.corpus.config import FILE
from srs.errors import Place, Problem, Severity, SrsError
from srs.model import Deck


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="github: annotations, and a job summary, for a workflow.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.pass_obj
def command(context: Context, paths: tuple[Path, ...], strict: bool, form: str) -> None:
    """Show every problem in the corpus, or below PATH, with its place and what to do.

    Works in any folder and runs no code. Exits 1 if there are errors.
    """
    checked = [_check(root, only) for root, only in _targets(context, paths)]
    problems = [problem for found in checked for problem in found.problems]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if form == "json":
        echo_json(
            notes=sum(found.notes for found in checked),
            problems=[_as_dict(problem) for problem in problems],
        )
    elif form == "github":
        _annotate(checked)
        click.echo(_verdict(checked), err=True)
    else:
        for found in checked:
            for problem in found.problems:
                click.echo(format_problem(problem, found.lines.get(problem.where.path, ())))
        click.echo(_verdict(checked), err=bool(problems))
    sys.exit(1 if errors or (strict and problems) else 0)


@dataclass(slots=True)
class _Checked:
    root: Path
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, Sequence[str]] = field(default_factory=dict)
    notes: int = 0
    decks: int = 0


def _verdict(checked: Sequence[_Checked]) -> str:
    """Say in a line what was checked and what was found."""
    problems = [problem for found in checked for problem in found.problems]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    found_words = ", ".join(plural(count, what) for count, what in counts if count)
    notes = plural(sum(found.notes for found in checked), "note")
    decks = plural(sum(found.decks for found in checked), "deck")
    return f"{notes} in {decks}: {found_words or 'no problems'}."


def _annotate(checked: Sequence[_Checked]) -> None:
    """Print workflow commands, errors first, and add a table to the job's summary.

    GitHub shows only the first ten annotations of a kind; the summary has them all.
    """
    here = Path.cwd().resolve()
    rows: list[str] = []
    placed = [(found.root.resolve(), problem) for found in checked for problem in found.problems]
    for root, problem in sorted(placed, key=lambda p: p[1].severity is not Severity.ERROR):
        path = root / problem.where.path
        name = path.relative_to(here) if path.is_relative_to(here) else path
        where = (
            f"file={_escaped(str(name), ',:')},line={problem.where.line},col={problem.where.column}"
        )
        text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
        click.echo(f"::{problem.severity.value} {where},title={problem.code}::{_escaped(text)}")
        cells = (
            f"{name}:{problem.where.line}",
            problem.severity.value,
            problem.code,
            problem.message,
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        head = "| place | severity | code | problem |\n|---|---|---|---|\n" if rows else ""
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{_verdict(checked)}\n\n{head}{''.join(rows)}")


def _escaped(text: str, more: str = "") -> str:
    """Escape a text for a workflow command."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _targets(context: Context, paths: Iterable[Path]) -> list[tuple[Path, str | None]]:
    """Return corpus roots, each with the path below it that is asked for."""
    targets: list[tuple[Path, str | None]] = []
    for path in paths:
        if not path.exists():
            raise SrsError(f"there is no {path}")
        whole = path.resolve()
        folder = whole if whole.is_dir() else whole.parent
        root = read.find_root(folder) or folder
        inside = whole.relative_to(root).as_posix()
        targets.append((root, None if inside == "." else inside))
    return targets or [(context.root(), None)]


def _check(root: Path, only: str | None) -> _Checked:
    from srs.corpus.parse import normalise, parse

    result = _Checked(root)
    config, problems = read.read_config(root)
    found, unread = read.listing(root, config)
    problems = (*problems, *unread)
    if problems:
        config_text = (root / FILE).read_bytes() if (root / FILE).exists() else b""
        result.lines[FILE] = config_text.decode("utf-8", "replace").split("\n")
    decks: list[Deck] = []
    everything: list[Problem] = list(problems)
    for file in found:
        text = read.read(root, file.path)
        if isinstance(text, Problem):
            everything.append(text)
            continue
        result.lines[file.path] = normalise(text).split("\n")
        deck, faults = parse(text, file.path)
        everything += faults
        if deck is not None:
            decks.append(deck)
            if only is None or _below(file.path, only):
                result.decks += 1
                result.notes += len(deck.notes)
                everything += _deep(root, deck, result.lines[file.path])
    everything += lint.lint([note for deck in decks for note in deck.notes], config)
    by_path = {deck.path: deck.notes for deck in decks}
    order = {file.path: n for n, file in enumerate(found, start=1)}
    shown = {
        problem
        for problem in everything
        if (only is None or _below(problem.where.path, only))
        and lint.wanted(problem, by_path.get(problem.where.path, ()), config)
    }
    result.problems = sorted(
        shown, key=lambda p: (order.get(p.where.path, 0), p.where, p.code, p.message)
    )
    return result


def _deep(root: Path, deck: Deck, lines: Sequence[str]) -> Iterable[Problem]:
    """Yield what only rendering and looking for media shows."""
    from srs.corpus import render as rendering
    from srs.corpus.tree import Image, inside

    for section in deck.sections:
        blocks, problems = rendering.section(section, deck.path)
        yield from problems
        for node in inside(blocks):
            if isinstance(node, Image):
                yield from _media(root, deck.path, node.source, lines, section.line)
    for note in deck.notes:
        rendered = rendering.note(note)
        yield from rendered.problems
        for node in inside((rendered.front, rendered.back)):
            if isinstance(node, Image):
                yield from _media(root, deck.path, node.source, lines, note.place.line)


def _media(
    root: Path, path: str, source: str, lines: Sequence[str], first: int
) -> Iterable[Problem]:
    place = next(
        (
            Place(path, number, line.index(source) + 1)
            for number, line in enumerate(lines[first - 1 :], start=first)
            if source in line
        ),
        Place(path, first),
    )
    data = read.read_media(root, place, source)
    if isinstance(data, Problem):
        yield data


def _below(path: str, only: str) -> bool:
    return path == only or path.startswith(f"{only}/")


def format_problem(problem: Problem, lines: Sequence[str]) -> str:
    """Format a problem: place, message and code, the quoted line with a caret, and a hint."""
    where = problem.where
    label = "" if problem.severity is Severity.ERROR else "warning: "
    out = [f"{where}: {label}{problem.message} [{problem.code}]"]
    if 0 < where.line <= len(lines) and lines[where.line - 1].strip():
        line = lines[where.line - 1]
        start = max(0, where.column - 60)
        shown = line[start : start + 100].replace("\t", " ")
        number = str(where.line)
        out.append(f"  {number} | {shown}")
        out.append(f"  {' ' * len(number)} | {' ' * (where.column - 1 - start)}^")
    if problem.hint:
        out.append(f"  hint: {problem.hint}")
    return "\n".join(out)


def _as_dict(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.where.path,
        "line": problem.where.line,
        "column": problem.where.column,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
    }
