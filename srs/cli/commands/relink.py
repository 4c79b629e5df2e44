"""`srs relink`."""

from __future__ import annotations

import click

from srs.cli.context import Context, plural


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="[ORPHAN] NOTE")
@click.option("--new", is_flag=True, help="Let NOTE begin anew; its progress becomes an orphan.")
@click.pass_obj
def command(context: Context, names: tuple[str, ...], new: bool) -> None:
    """Let NOTE continue as ORPHAN, a note that is gone: with its progress, here and in Anki.

    For an edit that was taken for a new note. `srs orphans` lists what is gone. What NOTE had of
    its own becomes an orphan, if it was ever studied. For the other mistake, a new note that was
    taken for an edited one, there is --new.
    """
    from srs.study import identity

    if len(names) != (1 if new else 2):
        raise click.UsageError("give NOTE alone" if new else "give ORPHAN and NOTE")
    study = context.study()
    note = study.note(names[-1])
    called = identity.name(note)
    if new:
        identity.begin_anew(study, note, context.now(), locked=context.locked)
        click.echo(f"{called} begins anew; its progress is kept as {note.guid[:8]}.")
    else:
        gone = identity.orphan(study, names[0])
        identity.relink(study, gone, note, context.now(), locked=context.locked)
        click.echo(f"{called} continues as {gone.name}, with {plural(gone.answers, 'answer')}.")
