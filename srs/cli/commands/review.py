"""`srs review`: the session in a terminal."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from srs.cli.context import Context, QueryCommand, query_text, query_words, say
from srs.cli.finding import unmatched
from srs.errors import SrsError
from srs.settings import NEW_ORDERS, REVIEW_ORDERS, Settings


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Stop after N answers.")
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), metavar="N", help="Stop after N minutes."
)
@click.option(
    "--new", type=click.IntRange(0), metavar="N",
    help="Show N new cards, whatever the daily limit and the backlog.",
)  # fmt: skip
@click.option(
    "--ahead", type=click.IntRange(0), metavar="N", default=0,
    help="Also what is due within N days more.",
)  # fmt: skip
@click.option("--cram", is_flag=True, help="All that QUERY finds, without effect on the schedule.")
@click.option(
    "--order", multiple=True, type=click.Choice([*REVIEW_ORDERS, *NEW_ORDERS]),
    help="Of reviews: by recall (best known first), by due day, shuffled, or auto: by recall in a "
    "backlog, else shuffled. Of new cards: corpus, or signal. May be given for both. With --cram "
    "it is of all cards, else they are shuffled.",
)  # fmt: skip
@click.option("--plain", is_flag=True, help="Only add lines, for screen readers.")
@click.option(
    "--unlimited", is_flag=True, help="Run what an exercise tries where the system has no limits."
)
@click.pass_obj
def command(
    context: Context,
    query: tuple[str, ...],
    limit: int | None,
    minutes: float | None,
    new: int | None,
    ahead: int,
    cram: bool,
    order: tuple[str, ...],
    plain: bool,
    unlimited: bool,
) -> None:
    """Study what is due and then new cards, all or those that QUERY finds.

    Keys: space or enter shows the answer and then means Good; 1 Again, 2 Hard, 3 Good, 4 Easy;
    u takes back the last answer; ? shows all keys; q quits. Every answer is saved at once.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SrsError(
            "review asks for keys and needs a terminal: `srs next` shows a card and `srs answer` "
            "answers it"
        )
    if cram and (new is not None or ahead):
        raise click.UsageError("--cram shows all that QUERY finds: leave --new and --ahead out")
    if cram and len(order) > 1:
        raise click.UsageError("--cram shows new cards among all others: give one --order")
    for orders, what in ((REVIEW_ORDERS, "reviews"), (NEW_ORDERS, "new cards")):
        if len(set(order).intersection(orders)) > 1:
            raise click.UsageError(f"there is one order of {what}: give one of {', '.join(orders)}")
    from tempfile import TemporaryDirectory

    from rich.console import Console

    from srs.cli.rendering import renderer
    from srs.cli.review.flow import Review
    from srs.cli.review.keys import keyboard
    from srs.cli.review.screen import Screen
    from srs.study import forecast
    from srs.study.session import Session

    notices: list[str] = []  # what is said on stderr now, the first page would clear
    study = context.study(say=notices.append)
    study.settings = _ordered(study.settings, order)
    now, text = context.now(), query_text(query)
    wanted = study.query(text)
    if not study.knows(wanted, now):
        for notice in notices:
            say(notice)
        raise unmatched(study, text)
    if cram:
        session = Session.cram(study, wanted, now, *order)
        if not session.ahead:
            raise SrsError("there is nothing to cram: all cards of it are suspended or buried")
    else:
        session = Session.begin(study, wanted, now, new=new, ahead=ahead)
    with renderer() as rendering, keyboard() as keys, TemporaryDirectory() as folder:
        plain = plain or _is_dumb()
        console = Console(highlight=False, color_system=None if plain else "auto")
        screen = Screen(console, keys, plain, notices)
        if not ahead:
            backlogs = forecast.backlogs(study, session.due, now)
            screen.notices += map(str, backlogs)
        if cram:
            screen.notices.append("Cram: the schedule stays as it is.")
        review = Review(
            context, study, session, rendering, screen, Path(folder), query_words(query), limit,
            minutes, unlimited,
        )  # fmt: skip
        try:
            review.run()
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            _fall_silent()  # the terminal is gone


def _ordered(settings: Settings, order: tuple[str, ...]) -> Settings:
    """Return settings with the orders that were named."""
    for name in order:
        if name in NEW_ORDERS:
            settings = replace(settings, new_order=name)
        else:
            settings = replace(settings, review_order=name)
    return settings


def _fall_silent() -> None:
    """Let nothing more be written to a terminal that is not there."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _is_dumb() -> bool:
    return os.environ.get("TERM", "") in ("", "dumb") and sys.platform != "win32"
