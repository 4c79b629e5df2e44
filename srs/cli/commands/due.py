"""`srs due`, and the few lines that bare `srs` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import click

from srs.cli.context import Context, QueryCommand, echo_json, is_shipped, plural, query_text
from srs.cli.finding import unmatched
from srs.study import forecast, today
from srs.study.today import Due

_COLUMNS = ("new", "learning", "review")


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    """Count what there is to study today, within the daily limits, and the reviews to come.

    The minutes go by what your last answers took. The forecast counts the reviews that are
    scheduled so far, of all cards or those that QUERY finds.
    """
    study = context.study()
    now = context.now()
    text = query_text(query)
    wanted = study.query(text)
    due = today.gather(study, wanted, now)
    decks = _by_deck(due)
    total = {name: sum(counts[name] for counts in decks.values()) for name in _COLUMNS}
    minutes = forecast.minutes(study, due)
    days = forecast.forecast(study, wanted, due, now)
    backlogs = forecast.backlogs(study, due, now)
    if as_json:
        echo_json(
            day=days[0][0].isoformat(),
            decks=[{"deck": deck, **counts} for deck, counts in decks.items()],
            total=total,
            held_back=due.held_back,
            minutes=minutes,
            backlogs=[
                {
                    "deck": backlog.deck,
                    "due": backlog.due,
                    "a_day": backlog.limit,
                    "clears": backlog.clears and backlog.clears.isoformat(),
                }
                for backlog in backlogs
            ],
            forecast=[{"day": day.isoformat(), "reviews": count} for day, count in days],
        )
    if not decks and not study.knows(wanted, now):
        raise unmatched(study, text)
    if as_json:
        return
    if decks:
        _table(decks, total)
        click.echo(f"About {minutes} min.")
    else:
        click.echo("Nothing is due today.")
    for backlog in backlogs:
        click.echo(str(backlog))
    if due.held_back and not backlogs:
        click.echo(f"{plural(due.held_back, 'more review')} beyond a limit of 0 a day.")
    _forecast(days)


def summary(context: Context) -> None:
    """Tell today's counts and the next command."""
    study = context.study()
    due = today.gather(study, None, context.now())
    if not due.decks:
        click.echo("Nothing is due today. `srs list` shows the notes, `srs --help` the commands.")
        return
    parts = [
        plural(len(due.reviews), "review"),
        f"{len(due.learning)} learning",
        plural(len(due.new), "new card"),
    ]
    click.echo(f"Today: {', '.join(parts)}; about {forecast.minutes(study, due)} min.")
    click.echo(f"Next: {context.command('review')}")
    if is_shipped(study.root):
        click.echo("Write your own: srs init DIR")


def _table(decks: dict[str, dict[str, int]], total: dict[str, int]) -> None:
    width = min(max(map(len, [*decks, "total"])), 48)
    click.echo(f"{'':{width}}  {'new':>5} {'learning':>9} {'review':>7}")
    rows_shown = decks if len(decks) == 1 else {**decks, "total": total}
    for deck, counts in rows_shown.items():
        name = deck if len(deck) <= width else "…" + deck[-width + 1 :]
        click.echo(
            f"{name:{width}}  {counts['new']:>5} {counts['learning']:>9} {counts['review']:>7}"
        )


def _forecast(days: Sequence[tuple[date, int]]) -> None:
    """Draw the reviews of the days, and say what is to be seen there."""
    total = sum(count for _, count in days)
    if not total:
        return
    from srs.cli.chart import columns

    most, _ = max(days, key=lambda day: day[1])
    click.echo()
    click.echo(f"{plural(total, 'review')} in {len(days)} days, most on {most.day} {most:%b}:")
    click.echo("\n".join(columns(days)))


def _by_deck(due: Due) -> dict[str, dict[str, int]]:
    counters = {
        name: Counter(due.decks[card.guid] for card in cards)
        for name, cards in zip(_COLUMNS, (due.new, due.learning, due.reviews), strict=True)
    }
    present = dict.fromkeys(due.decks.values())
    return {deck: {name: counters[name][deck] for name in _COLUMNS} for deck in present}
