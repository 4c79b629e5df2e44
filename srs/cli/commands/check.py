"""`srs check`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs.cli import problems as show
from srs.cli.checking import Finding, Target, check
from srs.cli.context import Context, echo_json, plural
from srs.corpus import read
from srs.errors import SrsError

if TYPE_CHECKING:
    from srs.cli.running import Runner
    from srs.study.since import Since


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
@click.option(
    "--against",
    "revision",
    metavar="REV",
    help="Say too what became of the notes since a revision in git; fail if a released one is gone.",
)
@click.option("--run", "with_code", is_flag=True, help="Run the code of the notes too.")
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="PATH",
    help="With --run: the Python to run it with; may be given again, for several.",
)
@click.option("--fresh", is_flag=True, help="With --run: forget what came of it before.")
@click.option("--unlimited", is_flag=True, help="With --run: where a system has no limits, go on.")
@click.pass_obj
def command(
    context: Context,
    paths: tuple[Path, ...],
    strict: bool,
    form: str,
    revision: str | None,
    with_code: bool,
    pythons: tuple[str, ...],
    fresh: bool,
    unlimited: bool,
) -> None:
    """Show every problem in the corpus, or below PATH, with its place and what to do.

    Works in any folder. Exits 1 if there are errors.

    With --run the `python` and `pycon` fences of each note run too, from top to bottom in an
    interpreter of their own: an `output` fence must be what the code before it prints,
    `raises=Error` must be raised, and a session must answer as it is written. Time, memory, output
    and processes are limited, but limits are no sandbox: run only decks you trust. Without --run no
    code of a deck is ever run.
    """
    if revision is not None and paths:
        raise click.UsageError("--against compares the whole corpus: leave out PATH")
    if (pythons or fresh or unlimited) and not with_code:
        raise click.UsageError("--python, --fresh and --unlimited need --run")
    runner = _runner(pythons, fresh, unlimited) if with_code else None
    since = None if revision is None else _since(context, revision)
    checked = [check(target, runner) for target in _targets(context, paths)]
    for path in (path for found in checked for path in found.missed):
        click.echo(f"srs: {path}: no deck, so nothing to check", err=True)
    findings = [finding for found in checked for finding in found.findings]
    problems = [finding.problem for finding in findings]
    notes = sum(found.notes for found in checked)
    decks = sum(found.decks for found in checked)
    verdict = f"{plural(notes, 'note')} in {plural(decks, 'deck')}: {show.counted(problems)}."
    match form:
        case "json":
            became: dict[str, object] = {} if since is None else {"since": asdict(since)}
            if runner is not None:
                became["run"] = [asdict(tally) for tally in runner.tallies]
            found = [show.as_dict(problem) for problem in problems]
            echo_json(notes=notes, problems=found, **became)
        case "github":
            _annotate(findings, verdict)
            click.echo(verdict, err=True)
        case _:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else show.WIDTH
            for finding in findings:
                click.echo(show.as_text(finding.problem, finding.line, min(width, show.WIDTH)))
            click.echo(show.tally(problems), err=True, nl=False)
            click.echo(verdict, err=bool(problems))
    if runner is not None and form != "json":
        for line in show.ran(runner.tallies):
            click.echo(line, err=bool(problems))
    if since is not None:
        _compare(since)
    failed = any(map(show.is_error, problems)) or (strict and problems)
    sys.exit(1 if failed or (since is not None and since.released) else 0)


def _runner(pythons: Sequence[str], fresh: bool, unlimited: bool) -> Runner:
    """Return what runs code; raises `SrsError` for what is no Python, or where limits are none."""
    from srs.cli.running import Runner, limits
    from srs.runner import find

    most = limits(unlimited=unlimited)
    return Runner([find(name) for name in pythons or [sys.executable]], most, fresh)


def _since(context: Context, revision: str) -> Since:
    from srs.study.since import since

    return since(context.root(), revision, context.now())


def _compare(since: Since) -> None:
    """Say what became of the notes since a revision."""
    for question in since.questions:
        click.echo(f"srs: {question}", err=True)
    for guid in since.released:
        click.echo(
            f"srs: the note {since.lost[guid]} was exported and is gone: bring it back marked "
            "`.retired`, so that it can be retired in Anki too",
            err=True,
        )
    click.echo(f"Since {since.revision}: {since.report() or 'every note is as it was'}.", err=True)


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
