"""`srs import FILE --to DIR`: what it does in which order, and what it says."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from srs.cli import settings
from srs.cli.adoption import Adopted, Adoption, found_corpus, remember
from srs.cli.commands.import_ import stay_new
from srs.cli.context import Context, echo_json, plural
from srs.cli.founding import check_new, founded
from srs.corpus.read import SETTINGS_FILE
from srs.errors import Severity, SrsError
from srs.importers import contents as contents_
from srs.importers import media as media_
from srs.importers.collection import AnkiCollection, opened
from srs.importers.presets import PresetSettings
from srs.importers.reviews import Calendar
from srs.scheduler.log import EventKind
from srs.study.incoming import Taken
from srs.study.memory import open_study

_MAX_MISSING = 10
"""So many media that are missing, or decks, are named."""

Clock = Callable[[AnkiCollection, datetime], tuple[tzinfo, str, str]]
"""Says in which zone reviews were made, its name, and who says so."""


@dataclass(frozen=True, slots=True)
class _Made:
    adopted: Adopted
    taken: Taken
    studied: bool
    settings: PresetSettings
    zone: str
    zone_from: str


def adopt(
    context: Context,
    file: Path,
    folder: Path,
    clock: Clock,
    *,
    with_settings: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make a corpus of an Anki file in a new folder, and say what it is; all of it or nothing."""
    check_new(folder)
    try:
        with _trial() if dry_run else founded(folder) as beside:
            made = _make(context, file, beside, folder, clock, with_settings=with_settings)
    except OSError as error:
        raise SrsError(f"cannot make {folder} a corpus: {error.strerror or error}") from error
    if as_json:
        _print_json(made, with_settings=with_settings, dry_run=dry_run)
    else:
        _report(made, folder, with_settings=with_settings, dry_run=dry_run)


@contextmanager
def _trial() -> Iterator[Path]:
    with TemporaryDirectory(prefix="srs-") as made:
        yield Path(made)


def _make(
    context: Context, file: Path, root: Path, folder: Path, clock: Clock, *, with_settings: bool
) -> _Made:
    now = context.now()
    with opened(file) as collection, media_.opened(file) as media:
        contents = contents_.contents(collection)
        adoption = Adoption(contents, media)
        adoption.take(collection)
        if not adoption.adopted.notes:
            raise SrsError(f"{file} holds no note that could be kept")
        found = adoption.settings()
        found_corpus(root, folder, found.text if with_settings else "")
        adopted = adoption.write(root)
        own, _ = settings.own(root)
        study = open_study(root, root / ".srs" / "srs.db", now, own)
        try:
            errors = [p for p in study.refreshed.problems if p.severity is Severity.ERROR]
            assert not errors, errors  # every note was read again when it was written
            if not adopted.entries.keys() <= study.decks().keys():
                raise SrsError(f"git ignores decks in {folder}: name a folder that it does not")
            at, name, whose = clock(collection, now)
            rollover = collection.rollover
            calendar = Calendar(at, study.settings.rollover if rollover is None else rollover)
            studied = collection.has_progress()
            taken = remember(
                study, adopted, collection, calendar, f"anki-{collection.created:x}", now
            )
        finally:
            study.close()
        shutil.rmtree(root / ".srs" / "backups", ignore_errors=True)  # of nothing
    return _Made(adopted, taken, studied, found, name, whose)


def _reviews(taken: Taken) -> int:
    return taken.new[EventKind.ANSWER] + taken.new[EventKind.CRAM]


def _report(made: _Made, folder: Path, *, with_settings: bool, dry_run: bool) -> None:
    adopted = made.adopted
    would = "would have" if dry_run else "has"
    what = [
        plural(adopted.notes, "note"), plural(adopted.cards, "card"),
        plural(len(adopted.decks), "deck"), plural(_reviews(made.taken), "review"),
        plural(adopted.media, "image or sound", "images and sounds"),
    ]  # fmt: skip
    suspended = len(adopted.suspended)
    more = f", {plural(suspended, 'card')} suspended" if suspended else ""
    click.echo(f"{folder} {would} {', '.join(what)}{more}; time zone {made.zone} {made.zone_from}.")
    _say_missing([*adopted.missing], folder)
    for kind, count in sorted(adopted.lost.items()):
        click.echo(f"srs: not kept: {kind} ({count})", err=True)
    if made.taken.unfit:
        said = plural(made.taken.unfit, "review")
        click.echo(f"srs: not kept: {said} as Anki writes nothing of the kind", err=True)
    if made.taken.foreign:
        said = plural(made.taken.foreign, "review")
        click.echo(f"srs: not kept: {said} of what was left out", err=True)
    if made.taken.ahead:
        said = plural(made.taken.ahead, "review")
        click.echo(f"srs: not kept: {said} dated later than tomorrow", err=True)
    if said := stay_new(made.taken):
        click.echo(f"srs: {said}", err=True)
    if not _reviews(made.taken) and not made.studied:
        click.echo(
            "srs: there are no reviews in it: tick “Include scheduling information” when you "
            "export, if there should be",
            err=True,
        )
    if made.settings.text and not with_settings:
        target = folder / SETTINGS_FILE
        click.echo(f"srs: Anki's settings, for {target}, or say --settings:", err=True)
        click.echo(made.settings.text.rstrip(), err=True)
    if decks := made.settings.without_parameters:
        more = f" and {len(decks) - _MAX_MISSING} more" if len(decks) > _MAX_MISSING else ""
        click.echo(
            "srs: not taken, as parameters are the same for all decks here: those of "
            f"{', '.join(decks[:_MAX_MISSING])}{more}",
            err=True,
        )
    if dry_run:
        click.echo("srs: nothing was written", err=True)
        return
    where = shlex.quote(str(folder))
    if adopted.foreign:
        click.echo(
            "srs: reviews that you go on making in Anki come in with "
            f"`srs --decks {where} import FILE`. For corrections to get there, Anki has to change "
            "the notetype of these notes once: the README says how, and “Merge notetypes” is not "
            "the way.",
            err=True,
        )
    click.echo(f"Next: srs --decks {where} check, then srs --decks {where} review")


def _say_missing(missing: Sequence[tuple[str, str]], folder: Path) -> None:
    for path, name in missing[:_MAX_MISSING]:
        click.echo(f"srs: {path}: the file holds no `{name}`", err=True)
    if len(missing) > _MAX_MISSING:
        click.echo(f"srs: nor {len(missing) - _MAX_MISSING} more: `srs check` shows them", err=True)
    if missing:
        click.echo(
            "srs: what is missing is still named, as Anki may have it: export with the media, or put "
            f"it into {folder / media_.FOLDER}",
            err=True,
        )


def _print_json(made: _Made, *, with_settings: bool, dry_run: bool) -> None:
    adopted = made.adopted
    echo_json(
        notes=adopted.notes,
        cards=adopted.cards,
        decks=dict(adopted.decks),
        media=adopted.media,
        reviews=_reviews(made.taken),
        suspended=len(adopted.suspended),
        missing=[{"path": path, "name": name} for path, name in adopted.missing],
        not_kept=dict(sorted(adopted.lost.items())),
        foreign=made.taken.foreign,
        unfit=made.taken.unfit,
        ahead=made.taken.ahead,
        stay_new=made.taken.stay_new,
        settings=made.settings.text,
        settings_written=with_settings and bool(made.settings.text) and not dry_run,
        without_parameters=list(made.settings.without_parameters),
        zone=made.zone,
        zone_from=made.zone_from,
        dry_run=dry_run,
    )
