"""`srs undo`."""

from __future__ import annotations

import click

from srs.cli.context import Context, echo_json, plural
from srs.cli.naming import called, doing, question
from srs.errors import SrsError
from srs.scheduler.log import Event
from srs.store.search import Today
from srs.study import answers
from srs.study.memory import Study


@click.command()
@click.argument("count", type=click.IntRange(min=1), default=1, metavar="[COUNT]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, count: int, as_json: bool) -> None:
    """Take back the last answer, or whatever else was done last; COUNT says how many such.

    Called again it takes back the one before, of earlier days too. The log keeps all of them.
    """
    study = context.study()
    now = context.now()
    today = Today.at(now, study.settings).day
    undone: list[Event] = []
    while len(undone) < count and (event := answers.undo(study, now)) is not None:
        undone.append(event)
        if not as_json:
            stored = study.stored(event.guid)
            card = f"{called(stored, event.ord)} ({question(stored)})"
            click.echo(f"Took back {doing(event, card, today)}.")
    if not undone:
        raise SrsError("there is nothing to take back")
    if as_json:
        echo_json(taken_back=[_data(study, event) for event in undone])
    if len(undone) < count:
        click.echo(
            f"srs: no more than {plural(len(undone), 'thing')} could be taken back", err=True
        )


def _data(study: Study, event: Event) -> dict[str, object]:
    return {
        "kind": event.kind.value,
        "rating": event.rating and event.rating.name.lower(),
        "card": called(study.stored(event.guid), event.ord),
        "guid": event.guid,
        "ord": event.ord,
        "day": event.day.isoformat(),
    }
