"""`srs show`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from srs.cli.context import Context, echo_json
from srs.cli.naming import named
from srs.scheduler.card import Card, Learning, New
from srs.store.search import Today

if TYPE_CHECKING:
    from srs.corpus.render import Rendered
    from srs.store.notes import StoredNote
    from srs.study.memory import Study


@click.command()
@click.argument("card", metavar="CARD")
@click.option("--html", "as_html", is_flag=True, help="Print the card as Anki shows it, as a page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, card: str, as_html: bool, as_json: bool) -> None:
    """Look at a card, with both its sides and what is known of it.

    CARD is ID or ID/ORD, as in `srs list`, or the beginning of a guid.
    """
    from srs.cli.rendering import renderer

    study = context.study()
    stored, name = named(study, card)
    ord = name.ord
    with renderer() as rendering:
        rendered = rendering.note(stored)
    value = study.card(name)
    day = Today.at(context.now(), study.settings).day
    if as_html:
        click.echo(_page(study, stored, rendered, ord))
    elif as_json:
        echo_json(**_facts(stored, ord, value, day))
    else:
        _draw(stored, rendered, ord, value, day)


def _draw(stored: StoredNote, rendered: Rendered, ord: int, value: Card, day: date) -> None:
    from rich.console import Console

    from srs.cli.terminal import draw, line

    console = Console(highlight=False)
    sides = rendered.sides(ord)
    console.print(draw(sides.question))
    console.rule(style="bright_black")
    console.print(draw(sides.answer))
    if rendered.source:
        console.print()
        console.print(line(rendered.source), style="bright_black")
    console.rule(style="bright_black")
    for name, fact in _facts(stored, ord, value, day).items():
        shown = ", ".join(fact) if isinstance(fact, list) else fact
        if shown not in (None, ""):
            console.print(f"{name:11} {shown}", markup=False)


def _facts(stored: StoredNote, ord: int, card: Card, day: date) -> dict[str, object]:
    note = stored.note
    memory = card.memory
    due: object = None
    state = card.state.name.lower()
    if card.suspended or card.buried == day:
        state = "suspended" if card.suspended else "buried"
    if not isinstance(card.phase, New | Learning):
        due = card.phase.due.isoformat()
    return {
        "id": note.id,
        "guid": stored.guid,
        "card": ord,
        "kind": note.kind.value,
        "deck": note.deck,
        "tags": list(note.tags),
        "path": str(note.place).removesuffix(":1"),
        "state": state,
        "due": due,
        "stability": memory and round(memory.stability, 2),
        "difficulty": memory and round(memory.difficulty, 2),
        "reps": card.reps,
        "lapses": card.lapses,
    }


def _page(study: Study, stored: StoredNote, rendered: Rendered, ord: int) -> str:
    """Write a card as a page that stands alone, with Anki's look."""
    from exporters.apkg import content
    from srs.cli.rendering import embedded

    note = stored.note
    sides = rendered.sides(ord)
    section = study.sections().get((note.place.path, note.section))
    title = section.title if section else ""
    name = note.id or stored.guid
    media = embedded(study.root, note, rendered)
    return content.preview(sides.question, sides.answer, rendered.source, title, name, media)
