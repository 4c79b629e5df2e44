"""`srs next`: what a program needs to show the card to study now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from srs.cli.context import Context, QueryCommand, echo_json, plural, query_text
from srs.cli.finding import unmatched
from srs.cli.naming import called, interval_data, when_data, when_text
from srs.cli.review.words import interval
from srs.corpus.tree import Blocks
from srs.scheduler.queue import CardName
from srs.study import answers, today
from srs.study.session import Session

if TYPE_CHECKING:
    from srs.model import Rating
    from srs.scheduler.outcomes import Outcome
    from srs.store.notes import StoredNote
    from srs.study.memory import Study
    from srs.study.today import Counts


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    """Print the card to study now, of all or those that QUERY finds, and what each answer does.

    It stays the same until it is answered with `srs answer`. A card in learning steps comes up to
    20 minutes early when there is nothing else; when there is nothing at all, that is said.
    """
    study = context.study()
    now = context.now()
    text = query_text(query)
    wanted = study.query(text)
    session = Session.begin(study, wanted, now)
    name = session.next(now)
    if name is None:
        session.hasten(now)
        name = session.next(now)
    left = session.left()
    if name is not None:
        outcomes = answers.preview(study, name, now)
        show = _print_json if as_json else _print_text
        show(context, study, name, left, outcomes)
        return
    returns = today.next_due(study, now, wanted)
    if as_json:
        echo_json(card=None, left=_counts(left), next_due=when_data(returns))
    if not study.knows(wanted, now):
        raise unmatched(study, text)
    if not as_json:
        new = 0 if isinstance(returns, datetime) else today.new_tomorrow(study, now, wanted)
        what = plural(new, "new card") if new else "The next card"
        comes = "come" if new > 1 else "comes" if new else "returns"
        then = f" {what} {comes} {when_text(returns, now)}." if returns else ""
        click.echo(f"Nothing is due now.{then}")


def _print_json(
    context: Context, study: Study, name: CardName, left: Counts, outcomes: dict[Rating, Outcome]
) -> None:
    from exporters import html, markdown
    from srs.cli.rendering import embedded, renderer

    stored = study.stored(name.guid)
    with renderer() as rendering:
        rendered = rendering.note(stored)
    sides = rendered.sides(name.ord)
    media = embedded(study.root, stored.note, rendered)

    def page(blocks: Blocks) -> str:
        return html.blocks(blocks, media, page=True)

    echo_json(
        card={
            **_facts(study, stored, name),
            "question": markdown.blocks(sides.question),
            "answer": markdown.blocks(sides.answer),
            "source": markdown.inlines(rendered.source),
            "question_html": page(sides.question),
            "answer_html": page(sides.answer),
        },
        answers={
            rating.name.lower(): {"rating": rating.value, **interval_data(outcome)}
            for rating, outcome in outcomes.items()
        },
        left=_counts(left),
    )


def _print_text(
    context: Context, study: Study, name: CardName, left: Counts, outcomes: dict[Rating, Outcome]
) -> None:
    from exporters import markdown
    from srs.cli.rendering import renderer

    stored = study.stored(name.guid)
    with renderer() as rendering:
        sides = rendering.note(stored).sides(name.ord)
    card = called(stored, name.ord)
    facts = _facts(study, stored, name)
    click.echo(f"{card} · {facts['deck']} · {facts['state']}\n")
    click.echo(markdown.blocks(sides.question))
    click.echo(f"\n---\n\n{markdown.blocks(sides.answer)}\n")
    choices = "  ".join(
        f"{rating.value} {rating.name.capitalize()} {interval(outcome)}"
        for rating, outcome in outcomes.items()
    )
    click.echo(f"{choices}\n{context.command('answer', card)} RATING")
    click.echo(f"Left: new {left.new}, learning {left.learning}, review {left.review}.")


def _facts(study: Study, stored: StoredNote, name: CardName) -> dict[str, object]:
    note = stored.note
    return {
        "name": called(stored, name.ord),
        "guid": stored.guid,
        "ord": name.ord,
        "deck": note.deck,
        "kind": note.kind.value,
        "state": study.card(name).state.name.lower(),
        "tags": list(note.tags),
        "path": note.place.path,
        "line": note.place.line,
    }


def _counts(left: Counts) -> dict[str, int]:
    return {
        "new": left.new,
        "learning": left.learning,
        "review": left.review,
        "held_back": left.overdue,
    }
