"""`srs due`, and the few lines that bare `srs` prints."""

from __future__ import annotations

from collections import Counter

import click

from srs.cli.context import Context, QueryCommand, echo_json, is_shipped, plural, query_text
from srs.study import today
from srs.study.memory import Study

_COLUMNS = ("new", "learning", "review")


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    """Count what there is to study today, within the daily limits."""
    study = context.study()
    decks, held_back = _by_deck(study, context, query_text(query))
    total = {name: sum(counts[name] for counts in decks.values()) for name in _COLUMNS}
    if as_json:
        rows = [{"deck": deck, **counts} for deck, counts in decks.items()]
        echo_json(day=str(_day(study, context)), decks=rows, total=total, held_back=held_back)
        return
    if not any(total.values()):
        click.echo("Nothing is due today.")
        return
    width = min(max(map(len, [*decks, "total"])), 48)
    click.echo(f"{'':{width}}  {'new':>5} {'learning':>9} {'review':>7}")
    rows_shown = decks if len(decks) == 1 else {**decks, "total": total}
    for deck, counts in rows_shown.items():
        name = deck if len(deck) <= width else "…" + deck[-width + 1 :]
        click.echo(
            f"{name:{width}}  {counts['new']:>5} {counts['learning']:>9} {counts['review']:>7}"
        )
    if held_back:
        click.echo(f"{plural(held_back, 'more review')} beyond today's limit.")


def summary(context: Context) -> None:
    """Tell today's counts and the next command."""
    study = context.study()
    counts = today.counts(study, None, context.now())
    if counts.new + counts.learning + counts.review == 0:
        click.echo("Nothing is due today. `srs list` shows the notes, `srs --help` the commands.")
        return
    parts = [
        plural(counts.review, "review"),
        f"{counts.learning} learning",
        plural(counts.new, "new card"),
    ]
    click.echo(f"Today: {', '.join(parts)}.")
    click.echo("Next: srs review")
    if is_shipped(study.root):
        click.echo("Write your own: srs init DIR")


def _by_deck(study: Study, context: Context, query: str) -> tuple[dict[str, dict[str, int]], int]:
    due = today.gather(study, study.query(query), context.now())
    deck_of = due.decks
    counters = {
        name: Counter(deck_of[card.guid] for card in cards)
        for name, cards in zip(_COLUMNS, (due.new, due.learning, due.reviews), strict=True)
    }
    present = dict.fromkeys(deck_of.values())
    return {d: {name: counters[name][d] for name in _COLUMNS} for d in present}, due.held_back


def _day(study: Study, context: Context) -> object:
    from srs.scheduler.studyday import study_day

    return study_day(context.now(), study.settings.rollover)
