"""The layouts of paper: what each takes from the corpus, volume by volume."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from exporters import pdf
from exporters.pdf import Cutting, Look, Printed
from srs.cli.context import plural
from srs.cli.printing import Printer, prose, volumes
from srs.cli.progress import progress
from srs.cli.rendering import Media, renderer, say_left_out
from srs.errors import SrsError
from srs.query import Query
from srs.store.notes import StoredNote
from srs.study.memory import Study

MOST = 1600
"""So many notes, or cards to cut out, go into one file: more take too much memory."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be printed, and how: `options` are those of the command."""

    study: Study
    wanted: Query | None
    now: datetime
    look: Look
    options: Mapping[str, Any]

    def found(self) -> list[StoredNote]:
        """Return the notes to print; raises `SrsError` if there are none."""
        notes = [n for n in self.study.notes(self.wanted, self.now) if not n.note.retired]
        if not notes:
            raise SrsError("there is nothing to print: no note matches")
        return notes


@dataclass(frozen=True, slots=True)
class Volume:
    """A file of several; `what` says what is in it."""

    number: int
    of: int
    what: str
    printed: Printed


def sheet(job: Job) -> Iterator[Volume]:
    """Print a study sheet; all of a corpus with its sections of prose that have no notes."""
    _refuse_small(job.look, "a study sheet")
    parts = volumes(job.found(), MOST)
    sections = job.study.sections()
    whole = prose(sections, parts) if job.wanted is None else [frozenset[str]()] * len(parts)

    def draw(printer: Printer, part: Sequence[StoredNote], number: int) -> tuple[Printed, int]:
        with progress("rendering notes", len(part)) as tell:
            decks = printer.decks(job.study.title, sections, part, whole[number - 1], tell)
        count = sum(len(section.notes) for deck in decks for section in deck.sections)
        look = _titled(job, printer, plural(count, "note"), number, len(parts))
        layout = {
            "side_by_side": job.options["columns"] == 2,
            "answers_at_end": job.options["answers"] == "end",
        }
        return pdf.sheet(decks, look, **layout), count

    yield from _volumes(job, parts, "note", draw)


def cards(job: Job) -> Iterator[Volume]:
    """Print cards to cut out."""
    cutting = _cutting(job.look, job.options)
    found = job.found()
    chosen = set(job.study.cards(job.wanted, job.now))
    parts = volumes(found, MOST, Counter(name.guid for name in chosen))

    def draw(printer: Printer, part: Sequence[StoredNote], number: int) -> tuple[Printed, int]:
        with progress("rendering notes", len(part)) as tell:
            made = list(printer.cards(part, chosen, tell))
        look = _titled(job, printer, "", number, len(parts))
        with progress("fitting cards", None) as tell:
            printed = pdf.cards(made, look, cutting, lambda done, _of: tell(done))
        return printed, len(made)

    yield from _volumes(job, parts, "card", draw)


def quiz(job: Job) -> Iterator[Volume]:
    """Print a quiz: questions in an order that the seed decides."""
    _refuse_small(job.look, "a quiz")
    seed = job.options["seed"]
    if seed is None:
        seed = job.now.date().toordinal()
    found = job.found()
    random.Random(seed).shuffle(found)
    asked = found[: job.options["number"]]
    parts = volumes(asked, MOST)

    def draw(printer: Printer, part: Sequence[StoredNote], number: int) -> tuple[Printed, int]:
        with progress("rendering notes", len(part)) as tell:
            made = [note for _, note in printer.notes(part, tell)]
        count = f"{len(made)} of {plural(len(found), 'question')} · seed {seed}"
        return pdf.quiz(made, _titled(job, printer, count, number, len(parts))), len(made)

    yield from _volumes(job, parts, "question", draw)


LAYOUTS: dict[str, Callable[[Job], Iterator[Volume]]] = {
    "sheet": sheet, "cards": cards, "quiz": quiz,
}  # fmt: skip


def calibration(look: Look, options: Mapping[str, Any]) -> Printed:
    """Draw the page that tells what a printer does."""
    if not _has_room(look, pdf.CALIBRATION_MM):
        raise SrsError(
            f"{look.paper.name} is too small for a page to calibrate with: use larger paper"
        )
    title = f"Calibration · {look.paper.name}"
    return pdf.calibration(replace(look, title=title), options["flip"], options["back_offset"])


def _volumes(
    job: Job,
    parts: Sequence[Sequence[StoredNote]],
    unit: str,
    draw: Callable[[Printer, Sequence[StoredNote], int], tuple[Printed, int]],
) -> Iterator[Volume]:
    """Draw one volume after the other, and say what was left out of all."""
    left_out = 0
    with renderer() as rendering:
        for number, part in enumerate(parts, start=1):
            media = Media(job.study.root)
            printer = Printer(rendering, media)
            printed, count = draw(printer, part, number)
            rendering.remember()
            media.say()
            left_out += printer.left_out
            yield Volume(number, len(parts), plural(count, unit), printed)
    say_left_out(left_out)


def _titled(job: Job, printer: Printer, count: str, number: int, of: int) -> Look:
    """Return the look of a volume: its title, and under it how much of what it is from when."""
    title = job.look.title + (f" ({number} of {of})" if of > 1 else "")
    subtitle = f"{count} · {job.now:%d %B %Y}"
    return replace(job.look, title=title, subtitle=subtitle, images=printer.images())


def _cutting(look: Look, options: Mapping[str, Any]) -> Cutting:
    """Return how cards lie; raises `SrsError` for a grid that the paper has no room for."""
    cutting = Cutting(
        grid=options["grid"] or pdf.usual_grid(look.paper),
        flip=options["flip"],
        offset=options["back_offset"],
        side=options["side"],
        fold=options["fold"],
        ids=options["ids"],
    )
    across, down = cutting.grid
    if not cutting.fits(look.paper):
        raise SrsError(
            f"{across}x{down} cards on {look.paper.name} are too small to print on: fewer with --grid"
        )
    if cutting.fold and across % 2:
        raise SrsError(f"a front and its back need two columns: --grid {across + 1}x{down}")
    return cutting


def _refuse_small(look: Look, what: str) -> None:
    if not _has_room(look, pdf.PAGE_MM):
        raise SrsError(
            f"{look.paper.name} is too small for {what}: use larger paper, or --layout cards"
        )


def _has_room(look: Look, least: tuple[float, float]) -> bool:
    return look.paper.width >= least[0] and look.paper.height >= least[1]
