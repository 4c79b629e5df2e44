"""`srs check`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from srs.cli import problems as show
from srs.cli.checking import Finding, Target, check
from srs.cli.context import Context, echo_json, plural
from srs.corpus import read
from srs.errors import SrsError


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
    checked = [check(target) for target in _targets(context, paths)]
    for path in (path for found in checked for path in found.missed):
        click.echo(f"srs: {path}: no deck, so nothing to check", err=True)
    findings = [finding for found in checked for finding in found.findings]
    problems = [finding.problem for finding in findings]
    notes = sum(found.notes for found in checked)
    decks = sum(found.decks for found in checked)
    verdict = f"{plural(notes, 'note')} in {plural(decks, 'deck')}: {show.counted(problems)}."
    match form:
        case "json":
            echo_json(notes=notes, problems=[show.as_dict(problem) for problem in problems])
        case "github":
            _annotate(findings, verdict)
            click.echo(verdict, err=True)
        case _:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else show.WIDTH
            for finding in findings:
                click.echo(show.as_text(finding.problem, finding.line, min(width, show.WIDTH)))
            click.echo(show.tally(problems), err=True, nl=False)
            click.echo(verdict, err=bool(problems))
    sys.exit(1 if any(map(show.is_error, problems)) or (strict and problems) else 0)


def _annotate(findings: Iterable[Finding], verdict: str) -> None:
    """Print workflow commands, errors first, and add a table to the job's summary."""
    root = show.workspace()
    ordered = sorted(findings, key=lambda finding: not show.is_error(finding.problem))
    named = [(finding.problem, show.named_from(root, finding.file)) for finding in ordered]
    for problem, name in named:
        click.echo(show.annotation(problem, name))
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(page).open("a", encoding="utf-8") as file:
            file.write(show.summary(named, verdict))


def _targets(context: Context, paths: Iterable[Path]) -> list[Target]:
    """Return the corpora that paths lie in, each with those of its paths that are asked for.

    A file outside any corpus is taken for a deck by itself, whatever its name.
    """
    asked: dict[tuple[Path, bool], list[str]] = {}
    for path in paths:
        if not path.exists():
            raise SrsError(f"there is no {path}")
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - a symbolic link keeps its own name
        folder = whole if whole.is_dir() else whole.parent
        root = read.find_root(folder)
        only = asked.setdefault((root or folder, root is None and whole != folder), [])
        only.append(whole.relative_to(root or folder).as_posix())
    if not asked:
        return [Target(context.root())]
    several = len(asked) > 1
    return [
        Target(
            root,
            frozenset(() if "." in only else only),
            alone,
            show.named_from(Path.cwd(), root) if several else "",
        )
        for (root, alone), only in asked.items()
    ]
