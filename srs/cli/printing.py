"""Notes on their way to paper: as decks of a sheet, or as cards to cut out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from srs.cli.rendering import Media, Renderer, errors, say_left_out
from srs.corpus.render import Rendered
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.study.memory import Study

if TYPE_CHECKING:
    from exporters.pdf import PrintedCard, PrintedDeck


def decks(
    study: Study, title: str, found: Sequence[StoredNote], rendering: Renderer, media: Media
) -> list[PrintedDeck]:
    """Arrange notes as they stand in the corpus: decks, sections, notes."""
    from exporters.pdf import PrintedDeck, PrintedNote, PrintedSection

    sections = study.sections()
    found_decks: dict[tuple[str, str], dict[int, list[PrintedNote]]] = {}
    for stored, rendered in _rendered(found, rendering):
        note = stored.note
        names = media.names(note.place.path, note.place.line, (rendered.front, rendered.back))
        sides = rendered.sides(None)
        name = note.id or stored.guid[:8]
        printed = PrintedNote(name, sides.question, sides.answer, rendered.source, names)
        deck = found_decks.setdefault((note.deck, note.place.path), {})
        deck.setdefault(note.section, []).append(printed)
    result = []
    for (name, path), by_section in found_decks.items():
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


def cards(
    found: Sequence[StoredNote],
    chosen: Sequence[CardName],
    rendering: Renderer,
    media: Media,
) -> list[PrintedCard]:
    """Arrange the chosen cards of some notes in the corpus' order."""
    from exporters.pdf import PrintedCard

    wanted = set(chosen)
    made = []
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
            made.append(PrintedCard(name, deck, sides.question, sides.answer, names))
    return made


def images(media: Media) -> dict[str, bytes]:
    """Return the media that paper can show and that are what their names say."""
    from exporters import pdf as pdf_exporter

    found = ((name, path.read_bytes()) for name, path in media.files.items())
    return {name: data for name, data in found if pdf_exporter.is_drawable(name, data)}


def _rendered(
    found: Iterable[StoredNote], rendering: Renderer
) -> Iterable[tuple[StoredNote, Rendered]]:
    """Yield notes with their trees, leaving out those that only now show an error."""
    left_out = 0
    for stored in found:
        rendered = rendering.note(stored)
        if errors(rendered):
            left_out += 1
        else:
            yield stored, rendered
    say_left_out(left_out)
