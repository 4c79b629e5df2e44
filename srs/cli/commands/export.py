"""`srs export apkg` and `srs export pdf`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs.cli.context import Context, QueryCommand, plural, query_text
from srs.corpus import lock as lock_
from srs.errors import SrsError
from srs.model import Kind
from srs.scheduler.queue import CardName
from srs.store.files import read_lock, replace_file, write_lock
from srs.store.notes import StoredNote

if TYPE_CHECKING:
    from exporters.pdf import PrintedCard, PrintedDeck
    from srs.cli.rendering import Media, Renderer
    from srs.corpus.render import Rendered
    from srs.study.memory import Study

RETIRED_TAG = "srs::retired"


@click.group()
def command() -> None:
    """Write notes for Anki (apkg) or for paper (pdf)."""


@command.command(cls=QueryCommand)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("query", nargs=-1)
@click.pass_obj
def apkg(context: Context, out: Path, query: tuple[str, ...]) -> None:
    """Write an Anki package of all notes, or those that QUERY finds, to OUT.

    Importing a newer package updates the notes that changed and touches nothing else.
    """
    from exporters import apkg as exporter
    from srs.cli.rendering import Media, renderer

    _check_target(out, ".apkg")
    study = context.study()
    found = study.notes(study.query(query_text(query)), context.now())
    lock = lock_.parse(old_lock := read_lock(study.root))
    sections = study.sections()
    media = Media(study.root)
    packaged = []
    exported: list[lock_.Entry] = []
    with renderer() as rendering:
        for stored, rendered in _rendered(found, rendering):
            note = stored.note
            names = media.names(note.place.path, note.place.line, (rendered.front, rendered.back))
            section = sections.get((note.place.path, note.section))
            title = section.title if section else ""
            name = note.id or stored.guid
            fields = exporter.fields(rendered, title, name, names)
            tags = (*note.tags, RETIRED_TAG) if note.retired else note.tags
            cloze = note.kind is Kind.CLOZE
            entry = lock[stored.guid]
            digest = exporter.digest(cloze, fields, tags)
            if digest != entry.fields:
                changed = max(int(context.now().timestamp()), entry.changed + 1)
                deck = entry.deck or note.deck
                entry = replace(entry, fields=digest, changed=changed, deck=deck)
                exported.append(entry)
            card_ids = dict(entry.ords)
            packaged.append(
                exporter.Packaged(
                    stored.guid, entry.created, entry.changed, cloze, fields, tags, note.deck,
                    tuple((ord, card_ids[ord]) for ord in note.ords),
                )
            )  # fmt: skip
    _say_media(media)
    if not packaged:
        raise SrsError("there is nothing to export: no note matches")
    new_lock = lock_.format(lock.changed(exported))
    if new_lock != old_lock:
        write_lock(study.root, new_lock, locked=context.locked)
    data = exporter.package(packaged, media.data)
    _write(out, data)
    cards = sum(len(note.cards) for note in packaged)
    click.echo(f"{out}: {plural(len(packaged), 'note')}, {plural(cards, 'card')}.")


@command.command(cls=QueryCommand)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("query", nargs=-1)
@click.option(
    "--layout", type=click.Choice(["sheet", "cards"]), default="sheet", show_default=True,
    help="A study sheet, or cards to cut out, backs behind their fronts.",
)  # fmt: skip
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]),
    help="The paper's size; else the setting `paper`, which is a4 at first.",
)  # fmt: skip
@click.option(
    "--flip", type=click.Choice(["long", "short"]), default="long", show_default=True,
    help="The edge over which the printer turns the sheet (cards).",
)  # fmt: skip
@click.pass_obj
def pdf(
    context: Context, out: Path, query: tuple[str, ...], layout: str, paper: str | None, flip: str
) -> None:
    """Write a PDF of all notes, or those that QUERY finds, to OUT."""
    from exporters import pdf as exporter
    from srs.cli.rendering import Media, renderer

    _check_target(out, ".pdf")
    study = context.study()
    now = context.now()
    paper = paper or study.settings.paper
    wanted = study.query(query_text(query))
    found = [stored for stored in study.notes(wanted, now) if not stored.note.retired]
    if not found:
        raise SrsError("there is nothing to print: no note matches")
    media = Media(study.root)
    title = study.config.name or study.root.resolve().name
    day = now.date()
    with renderer() as rendering:
        if layout == "sheet":
            decks = _decks(study, title, found, rendering, media)
            subtitle = f"{plural(len(found), 'note')} · {day:%d %B %Y}"
            printed = exporter.sheet(
                decks, title=title, subtitle=subtitle, paper=paper, day=day,
                images=_images(media),
            )  # fmt: skip
            what = plural(len(found), "note")
        else:
            cards = _cards(found, study.cards(wanted, now), rendering, media)
            with _progress() as progress:
                printed = exporter.cards(
                    cards, title=title, paper=paper, flip=flip, day=day, images=_images(media),
                    progress=progress,
                )  # fmt: skip
            what = plural(len(cards), "card")
    _say_media(media)
    _write(out, printed.data)
    if printed.split:
        names = ", ".join(printed.split)
        click.echo(f"srs: split over several cards each: {names}", err=True)
    for tex in printed.unset:
        click.echo(f"srs: this formula is printed as its source: {tex}", err=True)
    click.echo(f"{out}: {what}.")


def _rendered(
    found: Iterable[StoredNote], rendering: Renderer
) -> Iterable[tuple[StoredNote, Rendered]]:
    """Yield notes with their trees, leaving out those that only now show an error."""
    from srs.cli.rendering import errors

    left_out = 0
    for stored in found:
        rendered = rendering.note(stored)
        if errors(rendered):
            left_out += 1
        else:
            yield stored, rendered
    if left_out:
        what = plural(left_out, "note")
        click.echo(f"srs: {what} left out because of errors: `srs check` shows where", err=True)


def _decks(
    study: Study, title: str, found: Sequence[StoredNote], rendering: Renderer, media: Media
) -> list[PrintedDeck]:
    """Arrange notes as they stand in the corpus: decks, sections, notes."""
    from exporters.pdf import PrintedDeck, PrintedNote, PrintedSection

    sections = study.sections()
    decks: dict[tuple[str, str], dict[int, list[PrintedNote]]] = {}
    for stored, rendered in _rendered(found, rendering):
        note = stored.note
        names = media.names(note.place.path, note.place.line, (rendered.front, rendered.back))
        sides = rendered.sides(None)
        name = note.id or stored.guid[:8]
        printed = PrintedNote(name, sides.question, sides.answer, rendered.source, names)
        deck = decks.setdefault((note.deck, note.place.path), {})
        deck.setdefault(note.section, []).append(printed)
    result = []
    for (name, path), by_section in decks.items():
        parts = []
        for position, notes in by_section.items():
            section = sections.get((path, position))
            intro = rendering.section(section, path) if section else ()
            names = media.names(path, section.line, intro) if section else {}
            heading = section.title if section else ""
            parts.append(PrintedSection(heading, intro, tuple(notes), names))
        short = name.removeprefix(f"{title}::").replace("::", " › ")
        result.append(PrintedDeck(short, tuple(parts)))
    return result


def _cards(
    found: Sequence[StoredNote],
    chosen: Sequence[CardName],
    rendering: Renderer,
    media: Media,
) -> list[PrintedCard]:
    """Arrange the chosen cards of some notes in the corpus' order."""
    from exporters.pdf import PrintedCard

    wanted = set(chosen)
    cards = []
    for stored, rendered in _rendered(found, rendering):
        note = stored.note
        names = media.names(note.place.path, note.place.line, (rendered.front, rendered.back))
        for ord in note.ords:
            if CardName(stored.guid, ord) not in wanted:
                continue
            sides = rendered.sides(ord)
            name = note.id or stored.guid[:8]
            name = f"{name}/{ord}" if len(note.ords) > 1 else name
            deck = note.deck.replace("::", " › ")
            cards.append(PrintedCard(name, deck, sides.question, sides.answer, names))
    return cards


def _images(media: Media) -> dict[str, bytes]:
    """Return the media that paper can show and that are what their names say."""
    from exporters import pdf as pdf_exporter

    return {name: data for name, data in media.data.items() if pdf_exporter.is_drawable(name, data)}


def _say_media(media: Media) -> None:
    for problem in media.problems:
        click.echo(f"srs: {problem.where}: {problem.message}", err=True)


def _check_target(out: Path, ending: str) -> None:
    """Refuse a place that cannot be written before any work is done."""
    if out.suffix.lower() != ending:
        raise SrsError(f"{out} should end in {ending}")
    folder = out.parent
    if not folder.is_dir():
        raise SrsError(f"there is no folder {folder}: make it, or write elsewhere")
    if not os.access(folder, os.W_OK):
        raise SrsError(f"the folder {folder} cannot be written: write elsewhere")


def _write(out: Path, data: bytes) -> None:
    try:
        replace_file(out, data)
    except OSError as error:
        raise SrsError(f"cannot write {out}: {error.strerror}") from error


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how far the fitting of cards is."""
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown and total > 100:
            click.echo(f"\rfitting cards: {done} of {total} ", nl=False, err=True)

    yield tell
    if shown:
        click.echo("\r\033[K", nl=False, err=True)
