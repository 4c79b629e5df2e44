"""`srs lock`."""

from __future__ import annotations

import sys

import click

from srs.cli.context import Context, plural


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if srs.lock is not up to date.")
@click.pass_obj
def command(context: Context, check: bool) -> None:
    """Bring srs.lock up to date with the decks: who is who, kept in git.

    With --check it fails where the lock is stale or a note that was once exported is gone
    without having been marked `.retired`.
    """
    if check:
        from srs.study.refresh import lock_faults

        faults = lock_faults(context.root(), context.now())
        for fault in faults:
            click.echo(f"srs: {fault}", err=True)
        sys.exit(1 if faults else 0)
    study = context.study()
    click.echo(f"srs.lock is up to date: {plural(len(study.decks()), 'note')}.")
