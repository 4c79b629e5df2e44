"""`srs export apkg`; `srs export pdf` has a module of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs.cli import target
from srs.cli.commands.export_pdf import pdf
from srs.cli.context import Context, QueryCommand, plural, query_text
from srs.cli.progress import progress
from srs.corpus import lock as lock_
from srs.corpus.config import LOCK_FILE
from srs.errors import SrsError
from srs.settings import NEW_ORDERS
from srs.store.files import read_lock
from srs.store.revision import lock_text

if TYPE_CHECKING:
    from exporters.apkg import Packaged
    from srs.cli.packing import Packing
    from srs.study.memory import Study


@click.group()
def command() -> None:
    """Write notes for Anki (apkg) or for paper (pdf)."""


@command.command(cls=QueryCommand)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("query", nargs=-1)
@click.option(
    "--progress", "with_progress", is_flag=True,
    help="Take your own progress along, for your own Anki; else the file is safe to give away.",
)  # fmt: skip
@click.option(
    "--order", type=click.Choice(NEW_ORDERS), default=NEW_ORDERS[0], show_default=True,
    help="The order of new cards.",
)  # fmt: skip
@click.option(
    "--notes", "notes_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write to FILE what to tell those who import the package.",
)  # fmt: skip
@click.option(
    "--since", "revision", metavar="REV",
    help="Count in FILE what is new since a revision in git, instead of since the last export.",
)  # fmt: skip
@click.pass_obj
def apkg(
    context: Context,
    out: Path,
    query: tuple[str, ...],
    with_progress: bool,
    order: str,
    notes_file: Path | None,
    revision: str | None,
) -> None:
    """Write an Anki package of all notes, or those that QUERY finds, to OUT.

    Importing a newer package updates the notes that changed and touches nothing else.
    """
    from exporters import apkg as exporter
    from exporters.apkg import release
    from srs.cli import carrying
    from srs.cli.contents import Contents
    from srs.cli.packing import Packing
    from srs.cli.rendering import Media, say_left_out

    if revision is not None and notes_file is None:
        raise click.UsageError("--since counts for --notes FILE: give both")
    study = context.study()
    target.check(study, out, ".apkg")
    if notes_file is not None:
        target.check_text(study, notes_file, out, release.is_notes)
    now = context.now()
    lock = lock_.parse(old_lock := read_lock(study.root))
    if unknown := len(study.decks().keys() - lock.keys()):
        raise SrsError(
            f"{study.root / LOCK_FILE} lacks {plural(unknown, 'note')} and cannot be written: make its "
            "folder writable, since Anki knows notes by it"
        )
    before = lock if revision is None else lock_.parse(lock_text(study.root, revision))
    media = Media(study.root)
    contents = Contents(study.root, media)
    packing = Packing(study, lock, before, int(now.timestamp()), with_progress)
    found = study.each_note(study.query(query_text(query)), now, order)
    with target.opened(out) as file:
        carried = carrying.progress(study, now) if with_progress else None
        with _counted(packing.packaged(contents.of(found))) as packaged:
            exporter.write(file, packaged, media.files, carried)
        say_left_out(contents.left_out)
        media.say()
        if not packing.notes:
            raise SrsError("there is nothing to export: no note matches")
        _keep(study, packing, old_lock, locked=context.locked)
    carrying.say(study, packing, now)
    if notes_file is not None:
        counts = release.Counts(
            packing.notes, packing.cards, packing.new, packing.changed, packing.retired
        )
        target.write(notes_file, release.notes(study.title, out.name, counts).encode())
    notes_written, cards = plural(packing.notes, "note"), plural(packing.cards, "card")
    click.echo(f"{out}: {notes_written}, {cards}.")


@contextmanager
def _counted(notes: Iterable[Packaged]) -> Iterator[Iterable[Packaged]]:
    """Tell on a terminal how many notes have been written."""
    with progress("writing notes", None) as tell:

        def told() -> Iterator[Packaged]:
            for count, note in enumerate(notes, start=1):
                if count % 100 == 0:
                    tell(count)
                yield note

        yield told()


def _keep(study: Study, packing: Packing, old_lock: str, *, locked: bool) -> None:
    """Write into the lock what was exported; it may have got other lines meanwhile."""
    from srs.study.refresh import write_exported

    text = read_lock(study.root)
    lock = packing.lock if text == old_lock else lock_.parse(text)
    lines = (
        replace(lock[made.guid], fields=made.fields, changed=made.changed, deck=made.deck)
        for made in packing.entries
        if made.guid in lock
    )
    new_lock = lock_.format(lock.changed(lines))
    if new_lock != text:
        write_exported(study.root, study.database, new_lock, locked=locked)


command.add_command(pdf)
