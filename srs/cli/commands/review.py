"""`srs review`: the session in a terminal."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from srs.cli.context import Context, QueryCommand, plural, query_text
from srs.corpus.tree import Blocks
from srs.errors import SrsError
from srs.model import Kind, Rating

if TYPE_CHECKING:
    from rich.console import Console

    from srs.cli.rendering import Renderer
    from srs.scheduler.card import Card
    from srs.scheduler.outcomes import Outcome
    from srs.scheduler.queue import CardName
    from srs.store.notes import StoredNote
    from srs.study.memory import Study
    from srs.study.session import Session
    from srs.study.today import Counts

_FLIP = {" ", "\r", "\n"}
_QUIT = {"q", "\x03", "\x04", "\x1b"}
_RATINGS = {"1": Rating.AGAIN, "2": Rating.HARD, "3": Rating.GOOD, "4": Rating.EASY}
MAX_TAKEN_MS = 60_000
"""An answer that took longer counts as this: somebody went for coffee."""


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.pass_obj
def command(context: Context, query: tuple[str, ...]) -> None:
    """Study what is due and then new cards, all or those that QUERY finds.

    Keys: space or enter shows the answer and then means Good; 1 Again, 2 Hard, 3 Good, 4 Easy;
    u takes back the last answer; q quits. Every answer is saved at once.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SrsError(
            "review asks for keys and needs a terminal; `srs due --json` tells what is due"
        )
    from rich.console import Console

    from srs.cli.rendering import renderer
    from srs.study.session import Session

    study = context.study()
    session = Session.begin(study, study.query(query_text(query)), context.now())
    with renderer() as rendering:
        screen = _Screen(context, study, session, rendering, Console(highlight=False))
        try:
            screen.run()
        finally:
            screen.console.show_cursor(True)


@dataclass(slots=True)
class _Tally:
    """What was done in this session."""

    answers: int = 0
    right: int = 0
    taken_ms: int = 0


class _Screen:
    def __init__(
        self,
        context: Context,
        study: Study,
        session: Session,
        rendering: Renderer,
        console: Console,
    ) -> None:
        self.context = context
        self.study = study
        self.session = session
        self.rendering = rendering
        self.console = console
        self.tally = _Tally()
        self.notes = {stored.guid: stored for stored in study.notes(study.query(""), context.now())}
        self.sections = study.sections()

    def run(self) -> None:
        """Show card after card until none is left or the user quits."""
        while (name := self.session.next(self.context.now())) is not None:
            if not self._card(name):
                break
        self._farewell()

    def _card(self, name: CardName) -> bool:
        """Show one card and take its answer; False to quit."""
        stored = self.study.stored(name.guid)
        rendered = self.rendering.note(stored)
        sides = rendered.sides(name.ord)
        shown = self.study.card(name)
        self._head(stored)
        self._print(sides.question)
        began = time.monotonic()
        self._prompt("space answer · u undo · q quit")
        while (key := self._key()) not in _FLIP:
            if key in _QUIT:
                return False
            if key == "u":
                return self._undo()
        self._head(stored)
        self._print(sides.remains)
        if stored.note.kind is not Kind.CLOZE:
            self.console.rule(style="bright_black")
        self._print(sides.answer)
        if rendered.source:
            from srs.cli.terminal import line

            self.console.print(line(rendered.source), style="bright_black")
            self.console.print()
        from srs.study import answers

        outcomes = answers.preview(self.study, name, self.context.now())
        self._prompt(_buttons(outcomes))
        while True:
            key = self._key()
            if key in _QUIT:
                return False
            if key == "u":
                return self._undo()
            rating = Rating.GOOD if key in _FLIP else _RATINGS.get(key)
            if rating is None:
                continue
            taken = min(MAX_TAKEN_MS, round((time.monotonic() - began) * 1000))
            self._answer(name, rating, taken, shown)
            return True

    def _answer(self, name: CardName, rating: Rating, taken: int, shown: Card) -> None:
        from srs.study import answers

        answered = answers.answer(self.study, name, rating, self.context.now(), taken, shown)
        self.session.answered(name, rating)
        if answered is None:
            self.console.print("This card was answered elsewhere meanwhile.")
            return
        self.tally.answers += 1
        self.tally.right += rating is not Rating.AGAIN
        self.tally.taken_ms += taken

    def _undo(self) -> bool:
        from srs.scheduler.queue import CardName
        from srs.study import answers

        event = answers.undo(self.study, self.context.now())
        if event is None:
            self.console.print("There is no answer to take back.")
            self._key()
        else:
            self.session.undone(CardName(event.guid, event.ord))
            if self.tally.answers:
                self.tally.answers -= 1
                self.tally.right -= event.rating is not Rating.AGAIN
        return True

    def _head(self, stored: StoredNote) -> None:
        """Clear the screen and print what is left and where the card stands."""
        if self.console.is_terminal and not self.console.is_dumb_terminal:
            self.console.clear()
        note = stored.note
        section = self.sections.get((note.place.path, note.section))
        where = note.deck.split("::")[-1]
        if section and section.title:
            where = f"{where} › {section.title}"
        left = _left(self.session.left())
        self.console.print(f"{left} · {where}", style="bright_black", markup=False)
        self.console.print()

    def _print(self, blocks: Blocks) -> None:
        from srs.cli.terminal import draw

        if blocks:
            self.console.print(draw(blocks))
            self.console.print()

    def _prompt(self, text: str) -> None:
        self.console.print(text, style="bold", markup=False)

    def _key(self) -> str:
        try:
            return click.getchar()
        except (KeyboardInterrupt, EOFError):
            return "q"

    def _farewell(self) -> None:
        """Say what was done and what is left."""
        tally = self.tally
        if tally.answers:
            share = round(100 * tally.right / tally.answers)
            minutes = max(1, round(tally.taken_ms / 60_000))
            self.console.print(
                f"{plural(tally.answers, 'answer')}, {share} % right, {minutes} min."
            )
        left = self.session.left()
        if left.new + left.learning + left.review:
            self.console.print(f"Left for today: {_left(left)}. Next: srs review")
        else:
            from srs.study import today

            when = today.next_due(self.study, self.context.now())
            self.console.print(f"Nothing more is due today.{_returns(when, self.context.now())}")


def _left(counts: Counts) -> str:
    return f"new {counts.new} · learning {counts.learning} · review {counts.review}"


def _buttons(outcomes: dict[Rating, Outcome]) -> str:
    """Name the four answers, each with when the card would return."""
    return "  ".join(
        f"{rating.value} {rating.name.capitalize()} {interval_text(outcome)}"
        for rating, outcome in outcomes.items()
    )


def interval_text(outcome: Outcome) -> str:
    """Say when a card returns, as Anki does: 10m, 3d, 2.5mo, 1.2y."""
    if outcome.delay is not None:
        minutes = outcome.delay / 60
        return f"{minutes:.0f}m" if minutes < 60 else f"{minutes / 60:.1f}h"
    days = outcome.interval or 0
    if days < 30:
        return f"{days}d"
    return f"{days / 30.4:.1f}mo" if days < 365 else f"{days / 365:.1f}y"


def _returns(when: datetime | date | None, now: datetime) -> str:
    """Say when the next card returns: a moment for a learning step, a day for a review."""
    if when is None:
        return ""
    if isinstance(when, datetime):
        minutes = max(1, round((when - now).total_seconds() / 60))
        return f" The next card returns in {minutes} min."
    return f" The next card returns on {when:%a %d %b}."
