"""`srs undo`."""

from __future__ import annotations

import click

from srs.cli.context import Context, echo_json, plural
from srs.cli.naming import called, question
from srs.errors import SrsError
from srs.scheduler.log import Event, EventKind
from srs.study import answers
from srs.study.memory import Study

_DOINGS = {
    EventKind.SUSPEND: "suspending",
    EventKind.UNSUSPEND: "unsuspending",
    EventKind.BURY: "burying",
    EventKind.FORGET: "forgetting",
    EventKind.RESCHEDULE: "rescheduling",
}


@click.command()
@click.argument("count", type=click.IntRange(min=1), default=1, metavar="[COUNT]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, count: int, as_json: bool) -> None:
    """Take back the last answer, or whatever else was done last; COUNT says how many such.

    Called again it takes back the one before, of earlier days too. The log keeps all of them.
    """
    study = context.study()
    undone: list[Event] = []
    while len(undone) < count and (event := answers.undo(study, context.now())) is not None:
        undone.append(event)
        if not as_json:
            click.echo(f"Took back {_said(study, event)}.")
    if not undone:
        raise SrsError("there is nothing to take back")
    if as_json:
        echo_json(taken_back=[_data(study, event) for event in undone])
    if len(undone) < count:
        click.echo(f"srs: there was no more than {plural(len(undone), 'thing')}", err=True)


def _said(study: Study, event: Event) -> str:
    stored = study.stored(event.guid)
    card = f"{called(stored, event.ord)} ({question(stored)})"
    if event.rating is None:
        return f"{_DOINGS[event.kind]} {card}"
    where = " in a cram" if event.kind is EventKind.CRAM else ""
    return f"{event.rating.name.capitalize()}{where} on {card}"


def _data(study: Study, event: Event) -> dict[str, object]:
    return {
        "kind": event.kind.value,
        "rating": event.rating and event.rating.name.lower(),
        "card": called(study.stored(event.guid), event.ord),
        "guid": event.guid,
        "ord": event.ord,
        "day": event.day.isoformat(),
    }
