"""Progress on its way to Anki: what travels, what must be done there, and what cannot travel."""

from __future__ import annotations

from datetime import datetime

import click

from exporters.apkg import Progress, presets
from srs.cli.context import plural
from srs.cli.packing import Packing
from srs.scheduler.studyday import epoch_ms, offset_minutes
from srs.study.memory import Study

_TO_DO = """\
srs: In Anki, at the first import of these cards:
srs:   1. tick "Import any learning progress",
srs:   2. tick "Import any deck presets",
srs:   3. then switch FSRS on, in the options of the deck.
srs: Anki takes progress only with cards that it does not have yet: a later file updates texts, never
srs: progress. So review there from now on, and bring the reviews back with `srs import`."""


def progress(study: Study, now: datetime) -> Progress:
    """Return how a person's progress is written."""
    return Progress(study.settings, offset_minutes(now), study.config.key, study.title)


def say(study: Study, packing: Packing, now: datetime) -> None:
    """Say what of the progress travels, and remember which cards Anki has from now on.

    Once one's own Anki is known a package without progress is taken to go there too.
    """
    lacking, first = study.lacking()
    if lacking:
        day = datetime.fromtimestamp(first / 1000, now.tzinfo)
        click.echo(
            f"srs: {plural(lacking, 'answer')} given here since {day:%Y-%m-%d} will not reach your Anki "
            "by file, as it has the cards: review there, and bring the reviews back with `srs import`",
            err=True,
        )
    if packing.with_progress:
        click.echo(f"srs: {_travelling(study, packing, now)}", err=True)
        click.echo(_TO_DO, err=True)
        newest = study.newest(now)
        study.set_exported(packing.carried, max(epoch_ms(now), epoch_ms(newest) if newest else 0))
    elif study.has_exported():
        study.set_exported(packing.carried, 0)
    elif not study.is_untouched():
        click.echo(
            "srs: this file holds the notes alone and is safe to give away; --progress takes yours "
            "along, for your own Anki",
            err=True,
        )


def _travelling(study: Study, packing: Packing, now: datetime) -> str:
    written = presets(progress(study, now), packing.decks).values()
    count = len({each["id"] for each in written})
    what, go = ("a preset", "goes") if count == 1 else (f"{count} presets", "go")
    parts = [
        plural(packing.answers, "answer"),
        f"{packing.suspended} suspended" if packing.suspended else "",
        f"{packing.resting} of retired notes, at rest" if packing.resting else "",
    ]
    if not (packing.answers or packing.suspended or packing.resting):
        return f"none of these cards was studied yet: {what} alone {go} along"
    cards = plural(packing.studied, "card")
    return f"with the progress of {cards} ({', '.join(filter(None, parts))}) and {what}"
