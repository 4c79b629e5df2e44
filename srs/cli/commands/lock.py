"""`srs lock`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import click

from srs.cli.context import Context, plural
from srs.corpus.config import LOCK_FILE
from srs.errors import SrsError
from srs.model import title

if TYPE_CHECKING:
    from srs.study.proposal import Proposal


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if srs.lock is not up to date.")
@click.option("--dry-run", is_flag=True, help="Change nothing; show which note is taken for which.")
@click.option("--yes", is_flag=True, help="Go on even if most of the notes are gone.")
@click.pass_obj
def command(context: Context, check: bool, dry_run: bool, yes: bool) -> None:
    """Bring srs.lock up to date with the decks: who is who, kept in git.

    With --check it fails where the lock is stale or a note that was once exported is gone
    without having been marked `.retired`.
    """
    from srs.store.files import can_write
    from srs.study.refresh import lock_faults

    if check:
        faults = lock_faults(context.root(), context.now())
        for fault in faults:
            click.echo(f"srs: {fault}", err=True)
        sys.exit(1 if faults else 0)
    if dry_run:
        proposal = _preview(context)
        for line in _changes(proposal):
            click.echo(line)
        click.echo(f"srs: {proposal.plan.report() or 'nothing has changed'}", err=True)
        return
    study = context.study(yes=yes)
    if not can_write(study.root) and lock_faults(study.root, context.now()):
        raise SrsError(f"{study.root / LOCK_FILE} cannot be written: make the folder writable")
    click.echo(f"srs.lock is up to date: {plural(len(study.decks()), 'note')}.")


def _preview(context: Context) -> Proposal:
    from srs.store.database import open_database
    from srs.study.memory import read_corpus
    from srs.study.refresh import preview

    root = context.root()
    config, _ = read_corpus(root)
    path = context.database(root)
    if not path.exists():
        return preview(root, config, None, context.now())
    with closing(open_database(path)) as database:
        return preview(root, config, database, context.now())


def _changes(proposal: Proposal) -> Iterator[str]:
    """Yield a line for every note that is not as it was."""
    from srs.study.proposal import questions

    plan = proposal.plan
    for what, those in (
        ("edited", plan.edited),
        ("moved", plan.moved),
        ("returned", plan.returned),
        ("new", plan.new),
    ):
        for n in those:
            note, guid = proposal.notes[n], plan.guids[n]
            place = f"{note.place.path}:{note.place.line}"
            was = proposal.known.get(guid)
            origin = f" (from {was.path})" if what == "moved" and was else ""
            yield f"{what:8}  {note.id or guid[:8]}  {place}{origin}  {note.title}"
    for guid in plan.orphaned:
        was = proposal.known[guid]
        yield f"{'lost':8}  {was.id or guid[:8]}  {was.path}  {title(was.question)}"
    yield from questions(proposal)
