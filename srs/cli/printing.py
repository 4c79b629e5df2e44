"""Notes on their way to paper: in volumes, as decks of a sheet, or as cards to cut out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from srs.cli.rendering import Media, Renderer, errors
from srs.corpus.parse import deck_name
from srs.corpus.render import Rendered
from srs.model import Section
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote

if TYPE_CHECKING:
    from exporters.pdf import PrintedCard, PrintedDeck, PrintedNote

Tell = Callable[[int], None]
"""Told how many notes have been rendered."""

Sections = Mapping[tuple[str, int], Section]


def volumes(
    found: Sequence[StoredNote], most: int, size: Mapping[str, int] | None = None
) -> list[tuple[StoredNote, ...]]:
    """Divide notes into volumes of at most so many, or of cards by `size` of each guid.

    A volume ends with a deck or else with a section if its last quarter holds such an end.
    """
    weights = [size.get(stored.guid, 0) if size is not None else 1 for stored in found]
    parts: list[tuple[StoredNote, ...]] = []
    start = 0
    while start < len(found):
        end, weight = start, 0
        while end < len(found) and (end == start or weight + weights[end] <= most):
            weight += weights[end]
            end += 1
        if end < len(found):
            end = _good_end(found, start + (end - start) * 3 // 4, end)
        parts.append(tuple(found[start:end]))
        start = end
    return parts


def _good_end(found: Sequence[StoredNote], low: int, high: int) -> int:
    """Return the last place between two at which a deck begins, else a section, else the last."""
    for of in (lambda n: n.place.path, lambda n: (n.place.path, n.section)):
        for at in range(high, max(low, 1) - 1, -1):
            if of(found[at].note) != of(found[at - 1].note):
                return at
    return high


def prose(sections: Sections, parts: Sequence[Sequence[StoredNote]]) -> list[frozenset[str]]:
    """Return for each volume the decks that begin in it; one without notes follows its neighbour."""
    first: dict[str, int] = {}
    for n, part in enumerate(parts):
        for stored in part:
            first.setdefault(stored.note.place.path, n)
    begun: list[set[str]] = [set() for _ in parts]
    at = 0
    for path in dict.fromkeys(path for path, _ in sections):
        at = first.get(path, at)
        begun[at].add(path)
    return [frozenset(paths) for paths in begun]


class Printer:
    """Turns notes into what is printed; `left_out` counts those that only now show an error."""

    def __init__(self, rendering: Renderer, media: Media) -> None:
        self.rendering = rendering
        self.media = media
        self.left_out = 0

    def decks(
        self,
        title: str,
        sections: Sections,
        found: Sequence[StoredNote],
        prose: Collection[str],
        tell: Tell,
    ) -> list[PrintedDeck]:
        """Arrange notes as they stand in the corpus, with the sections of prose of some decks."""
        from exporters.pdf import PrintedDeck, PrintedSection

        names: dict[str, str] = {}
        notes: dict[tuple[str, int], list[PrintedNote]] = {}
        for stored, printed in self.notes(found, tell):
            path = stored.note.place.path
            names.setdefault(path, stored.note.deck)
            notes.setdefault((path, stored.note.section), []).append(printed)
        parts: dict[str, list[PrintedSection]] = {}
        for path, position in _in_order(notes, sections):
            own = notes.get((path, position), [])
            section = sections.get((path, position)) or Section("", "", 1, 1, "")
            names.setdefault(path, section.deck)
            if own or (path in prose and section.intro.strip()):
                intro = self.rendering.section(section, path)
                shown = self.media.names(path, section.line, intro)
                made = PrintedSection(section.title, intro, tuple(own), shown)
                parts.setdefault(path, []).append(made)
        return [
            PrintedDeck(_short(names.get(path) or deck_name(path), title), tuple(value))
            for path, value in parts.items()
        ]

    def notes(
        self, found: Sequence[StoredNote], tell: Tell
    ) -> Iterator[tuple[StoredNote, PrintedNote]]:
        """Yield notes with what is printed of them, all clozes at once."""
        from exporters.pdf import PrintedNote

        for stored, rendered, names in self._rendered(found, tell):
            sides = rendered.sides(None)
            yield (
                stored,
                PrintedNote(
                    stored.name,
                    sides.question,
                    sides.answer,
                    rendered.source,
                    names,
                    stored.note.kind,
                ),
            )

    def cards(
        self, found: Sequence[StoredNote], chosen: Collection[CardName], tell: Tell
    ) -> Iterator[PrintedCard]:
        """Yield the chosen cards of some notes in the corpus' order."""
        from exporters.pdf import PrintedCard

        for stored, rendered, names in self._rendered(found, tell):
            note = stored.note
            for ord in note.ords:
                if CardName(stored.guid, ord) in chosen:
                    sides = rendered.sides(ord)
                    name = f"{stored.name}/{ord}" if len(note.ords) > 1 else stored.name
                    yield PrintedCard(name, note.deck, sides.question, sides.answer, names)

    def images(self) -> dict[str, bytes]:
        """Return the media that paper can show and that are what their names say."""
        from exporters.pdf import is_drawable

        found = ((name, path.read_bytes()) for name, path in self.media.files.items())
        return {name: data for name, data in found if is_drawable(name, data)}

    def _rendered(
        self, found: Sequence[StoredNote], tell: Tell
    ) -> Iterator[tuple[StoredNote, Rendered, dict[str, str]]]:
        for count, stored in enumerate(found, start=1):
            if count % 50 == 0:
                tell(count)
            rendered = self.rendering.note(stored)
            if errors(rendered):
                self.left_out += 1
                continue
            place = stored.note.place
            texts = (rendered.front, rendered.back)
            yield stored, rendered, self.media.names(place.path, place.line, texts)


def _in_order(
    notes: Iterable[tuple[str, int]], sections: Iterable[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Merge the places of notes and those of sections, each in the corpus' order."""
    waiting = list(dict.fromkeys(sections))
    order: list[tuple[str, int]] = []
    for place in notes:
        if place in waiting:
            upto = waiting.index(place) + 1
            order += waiting[:upto]
            del waiting[:upto]
        else:
            order.append(place)
    return order + waiting


def _short(deck: str, title: str) -> str:
    return deck.removeprefix(f"{title}::").replace("::", " › ")
