"""`srs answer`."""

from __future__ import annotations

from datetime import date, datetime

import click

from srs.cli.context import Context, echo_json, plural
from srs.cli.naming import called, interval_data, named, when_data, when_text
from srs.cli.review.words import interval
from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.card import Card, New, Review
from srs.study import answers

_RATINGS = {key: rating for rating in Rating for key in (str(rating.value), rating.name.lower())}


@click.command()
@click.argument("card", metavar="CARD")
@click.argument(
    "rating", type=click.Choice(list(_RATINGS), case_sensitive=False),
    metavar="RATING",
)  # fmt: skip
@click.option(
    "--taken", type=click.IntRange(min=0), default=0, metavar="MS",
    help="How long the answer took, in milliseconds.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, card: str, rating: str, taken: int, as_json: bool) -> None:
    """Answer a card, due or not, as a key in `srs review` does; `srs undo` takes it back.

    CARD is ID or ID/ORD, as `srs next` and `srs list` name it, or the beginning of a guid. RATING is
    again, hard, good or easy, or its number from 1 to 4.
    """
    study = context.study()
    stored, name = named(study, card)
    says = called(stored, name.ord)
    if not study.has(name):
        raise SrsError(f"{says} has an error in its text: `srs check` shows where")
    if stored.note.retired:
        raise SrsError(f"{says} is retired and not studied: take `.retired` off its note first")
    if study.card(name).suspended:
        raise SrsError(f"{says} is suspended: `srs unsuspend {says}` brings it back")
    given = _RATINGS[rating.lower()]
    answered = answers.answer(study, name, given, context.now(), taken)
    assert answered is not None, "only a card that was shown may have changed"
    assert answered.event.outcome is not None
    outcome = answered.event.outcome
    due = _due(answered.card, context.now())
    if as_json:
        echo_json(
            card=says,
            guid=name.guid,
            ord=name.ord,
            rating=given.name.lower(),
            state=answered.card.state.name.lower(),
            returns=interval_data(outcome),
            due=when_data(due),
            leech=answered.leech,
        )
        return
    when = when_text(due, context.now())
    click.echo(f"{says}: {given.name.capitalize()}, returns in {interval(outcome)}, {when}.")
    if answered.leech:
        lapses = plural(answered.card.lapses, "lapse")
        click.echo(
            f"{says} is a leech after {lapses}, and suspended: rewrite it, "
            f"then `srs unsuspend {says}`."
        )


def _due(card: Card, now: datetime) -> datetime | date:
    match card.phase:
        case New():
            raise AssertionError("an answered card is not new")
        case Review(due=day):
            return day
        case learning:
            return datetime.fromtimestamp(learning.due_ms / 1000, now.tzinfo)
