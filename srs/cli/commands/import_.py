"""`srs import`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs.cli.context import Context, echo_json, plural
from srs.errors import SrsError
from srs.scheduler.log import EventKind

if TYPE_CHECKING:
    from srs.importers.collection import AnkiCollection
    from srs.study.incoming import Taken

_OFFSET = re.compile(r"(?:UTC)?([+-])(\d{1,2})(?::?([0-5]\d))?")
_MAX_NAMED = 10
_REVIEWS = frozenset({EventKind.ANSWER, EventKind.CRAM})


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--tz", "zone", metavar="ZONE",
    help="Where the reviews were made, as Europe/Berlin or +02:00; else the file says it.",
)  # fmt: skip
@click.option(
    "--to", "folder", metavar="DIR", type=click.Path(path_type=Path),
    help="Make the new folder DIR a corpus of the notes in FILE, with all their history.",
)  # fmt: skip
@click.option("--settings", is_flag=True, help="With --to: take over Anki's FSRS settings too.")
@click.option("--dry-run", is_flag=True, help="Say what is new, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(
    context: Context, file: Path, zone: str | None, folder: Path | None, settings: bool,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Take in the reviews of your notes that were made in Anki.

    FILE is an .apkg or .colpkg exported with its scheduling, or the collection.anki2 of Anki on
    this computer. Reviews that are here already are left alone, so a file may be taken in again.
    What is suspended here stays so, and what is not, too.
    """
    from srs.importers.collection import opened
    from srs.importers.reviews import Calendar
    from srs.study import incoming

    given = None if zone is None else (_zone(zone), zone, "from --tz")
    if folder is not None:
        _refuse_global("decks", "db", "locked")
        from srs.cli.adopting import adopt

        adopt(
            context, file, folder, lambda collection, now: given or _clock(collection, now),
            with_settings=settings, dry_run=dry_run, as_json=as_json,
        )  # fmt: skip
        return
    if settings:
        raise click.UsageError("--settings goes with --to")
    study = context.study(dry=dry_run)
    now = context.now()
    with opened(file) as collection:
        if not incoming.is_ours(study, collection.guids()):
            raise SrsError(
                f"none of the notes in {file} is of the corpus {study.root}: --to DIR makes them one of their own"
            )
        if not collection.has_progress():
            raise SrsError(
                f"{file} holds no reviews: if you have made any in Anki, tick “Include scheduling "
                "information” when you export"
            )
        at, name, whose = given or _clock(collection, now)
        rollover = study.settings.rollover if collection.rollover is None else collection.rollover
        taken = incoming.take_in(
            study, collection.logs(), Calendar(at, rollover), f"anki-{collection.created:x}", now,
            first_scheduler=collection.first_scheduler,
        )  # fmt: skip
    if as_json:
        echo_json(
            new={kind.value: count for kind, count in taken.new.items()},
            cards=taken.cards,
            known=taken.known,
            foreign=taken.foreign,
            unfit=taken.unfit,
            ahead=taken.ahead,
            stay_new=taken.stay_new,
            twice=list(taken.twice),
            zone=name,
            zone_from=whose,
            rollover=rollover,
            copy=None if dry_run or taken.copy is None else str(taken.copy),
            dry_run=dry_run,
        )
        return
    click.echo(f"{_said(taken)}; time zone {name} {whose}.")
    if taken.twice:
        said = ", ".join(taken.twice[:_MAX_NAMED])
        more = len(taken.twice) - _MAX_NAMED
        click.echo(
            f"srs: two cards in Anki are one card here, which has the reviews of both: {said}"
            f"{f' and {more} more' if more > 0 else ''}: go on with one in Anki, "
            "and suspend the other",
            err=True,
        )
    if dry_run:
        click.echo("srs: nothing was changed", err=True)
    elif taken.copy is not None:
        click.echo(f"srs: the database as it was before: {taken.copy}", err=True)


def _refuse_global(*names: str) -> None:
    """Refuse options of `srs` itself that would mean nothing, if they were typed."""
    parent = click.get_current_context().parent
    for name in names:
        if parent and parent.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"--{name} does not go with --to, which makes a corpus of its own"
            )


def _said(taken: Taken) -> str:
    reviews = sum(count for kind, count in taken.new.items() if kind in _REVIEWS)
    changes = sum(taken.new.values()) - reviews - taken.stay_new
    parts = [
        plural(reviews, "new review") + (f" of {plural(taken.cards, 'card')}" if reviews else ""),
        plural(changes, "reset or new due date", "resets or new due dates") if changes else "",
        stay_new(taken),
        f"{taken.known} already here" if taken.known else "",
        f"{taken.foreign} of notes that are not ours" if taken.foreign else "",
        f"{taken.ahead} left out as they are dated later than tomorrow" if taken.ahead else "",
        f"{taken.unfit} left out as Anki writes nothing of the kind" if taken.unfit else "",
    ]
    return ", ".join(filter(None, parts))


def stay_new(taken: Taken) -> str:
    """Say how many due dates have no effect; nothing for none."""
    if not taken.stay_new:
        return ""
    said = plural(taken.stay_new, "due date of a new card is", "due dates of new cards are")
    return f"{said} not taken: {'it stays' if taken.stay_new == 1 else 'they stay'} new"


def _clock(collection: AnkiCollection, now: datetime) -> tuple[tzinfo, str, str]:
    """Return the zone of a collection, or else that of this computer; its name, and whose it is."""
    if collection.offset is None:
        offset, whose = now.utcoffset() or timedelta(), "of this computer, as the file names none"
    else:
        offset, whose = collection.offset, "from the file"
    zone = timezone(offset)
    return zone, str(zone), whose


def _zone(text: str) -> tzinfo:
    """Return the zone that is named, or is so far ahead of UTC."""
    if found := _OFFSET.fullmatch(text):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    else:
        from zoneinfo import ZoneInfo

        try:
            return ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            pass
    raise click.BadParameter(
        f"{text}: write a name like Europe/Berlin, or +02:00", param_hint="--tz"
    )


commands = {"import": command}
