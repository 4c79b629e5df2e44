"""`srs rebuild`."""

from __future__ import annotations

import click

from srs.cli.context import Context, echo_json, plural
from srs.cli.progress import progress


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Make all cards anew from the log, with the present parameters of the memory model.

    They should come out as they were: the log is the truth, the cards a quick copy of what follows
    from it. A copy of the database is kept in the folder `backups`.
    """
    from srs.store import cards

    study = context.study()
    with study.database.transaction() as connection:
        study.database.copy("rebuild")
        with progress("making cards anew", cards.count(connection)) as tell:
            made = cards.rebuild_all(connection, study.settings.parameters, tell)
    if as_json:
        echo_json(cards=made.cards, events=made.events, different=made.different)
        return
    came_out = f"{made.different} came out different" if made.different else "all as they were"
    click.echo(f"{plural(made.cards, 'card')} from {plural(made.events, 'event')}: {came_out}")
