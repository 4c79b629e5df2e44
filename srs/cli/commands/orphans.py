"""`srs orphans`."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from srs.cli.context import Context, echo_json, plural
from srs.errors import SrsError


@click.command()
@click.argument("names", nargs=-1, metavar="[ORPHAN]...")
@click.option("--delete", is_flag=True, help="Delete the named ones, with all their answers.")
@click.option("--all", "every", is_flag=True, help="With --delete: all of them.")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(
    context: Context, names: tuple[str, ...], delete: bool, every: bool, yes: bool, as_json: bool
) -> None:
    """List progress whose note is gone: it is kept, and returns with the note.

    Each line has a name, the answers given, the last day, the file it stood in, and the question.
    `srs relink ORPHAN NOTE` gives the progress to a note; --delete lets it go.
    """
    from srs.study import identity

    study = context.study()
    found = [identity.orphan(study, name) for name in names] or identity.orphans(study)
    if delete:
        if not names and not every:
            raise click.UsageError("name the orphans to delete, or say --all")
        answers = sum(orphan.answers for orphan in found)
        question = f"Delete {plural(len(found), 'orphan')} with {plural(answers, 'answer')}?"
        if found and not yes:
            if not sys.stdin.isatty():
                raise SrsError("nothing was deleted: say --yes")
            click.confirm(question, abort=True, err=True)
        if found:
            identity.delete(study, found, context.now(), locked=context.locked)
        click.echo(f"{plural(len(found), 'orphan')} deleted; a copy is in the folder `backups`.")
    elif as_json:
        echo_json(orphans=[{"name": orphan.name, **asdict(orphan)} for orphan in found])
    else:
        for orphan in found:
            last = orphan.last or "never studied"
            count = plural(orphan.answers, "answer")
            click.echo(f"{orphan.name}  {count}  {last}  {orphan.path}  {orphan.heading}")
        if not found:
            click.echo("srs: there are no orphans", err=True)
