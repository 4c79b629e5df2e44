"""`srs list`."""

from __future__ import annotations

from datetime import date

import click

from srs.cli.context import Context, QueryCommand, echo_json, query_text
from srs.cli.finding import unmatched
from srs.cli.naming import question
from srs.scheduler.card import Card, Learning, New
from srs.scheduler.queue import CardName
from srs.store.search import Today


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    """Find notes: their names, how their cards stand, and what they ask.

    QUERY is Anki's: words, deck:, tag:, is:new|learn|review|due|suspended|buried|leech,
    prop:s>10, rated:7, added:7, id:, key:value, a path; -x is not, with or and brackets.
    """
    study = context.study()
    text = query_text(query)
    wanted = study.query(text)
    now = context.now()
    day = Today.at(now, study.settings).day
    notes = study.notes(wanted, now)
    chosen = set(study.cards(wanted, now))
    if as_json:
        echo_json(
            notes=[
                {
                    "guid": stored.guid,
                    "id": stored.note.id,
                    "deck": stored.note.deck,
                    "kind": stored.note.kind.value,
                    "question": question(stored),
                    "tags": list(stored.note.tags),
                    "path": stored.note.place.path,
                    "line": stored.note.place.line,
                    "cards": [
                        {"ord": ord, **_facts(study.card(CardName(stored.guid, ord)), day)}
                        for ord in stored.note.ords
                        if CardName(stored.guid, ord) in chosen
                    ],
                }
                for stored in notes
            ]
        )
    if not notes and not study.knows(wanted, now):
        raise unmatched(study, text)
    if as_json:
        return
    rows = [
        (
            stored.note.id or stored.guid[:8],
            " ".join(
                _standing(study.card(CardName(stored.guid, ord)), day)
                for ord in stored.note.ords
                if CardName(stored.guid, ord) in chosen
            ),
            question(stored),
        )
        for stored in notes
    ]
    widths = [
        min(max((len(row[n]) for row in rows), default=0), limit) for n, limit in ((0, 32), (1, 24))
    ]
    for name, standing, asks in rows:
        click.echo(f"{name:{widths[0]}}  {standing:{widths[1]}}  {asks}")
    if not rows:
        click.echo("srs: no note matches", err=True)


def _standing(card: Card, day: date) -> str:
    """Say in a word how a card stands: new, learning, suspended, buried, or the day it is due."""
    if card.suspended:
        return "suspended"
    if card.buried == day:
        return "buried"
    match card.phase:
        case New():
            return "new"
        case Learning():
            return "learning"
        case review:
            return review.due.isoformat()


def _facts(card: Card, day: date) -> dict[str, object]:
    memory = card.memory
    due = None if isinstance(card.phase, New | Learning) else card.phase.due.isoformat()
    return {
        "state": card.state.name.lower(),
        "due": due,
        "stability": memory and round(memory.stability, 4),
        "difficulty": memory and round(memory.difficulty, 4),
        "reps": card.reps,
        "lapses": card.lapses,
        "suspended": card.suspended,
        "buried": card.buried == day,
    }
