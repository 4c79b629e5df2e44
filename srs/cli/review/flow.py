"""A session as it is lived through: card after card, key after key."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from srs.cli.context import Context, is_shipped, plural
from srs.cli.rendering import Renderer
from srs.cli.review import facts, words
from srs.cli.review.asking import Asking, asking
from srs.cli.review.keys import CLOSED
from srs.cli.review.screen import Screen
from srs.cli.review.words import Tally
from srs.corpus.render import Rendered
from srs.errors import SrsError
from srs.model import Kind, Rating
from srs.scheduler.card import Card, State
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.study import answers, today
from srs.study.memory import Study
from srs.study.session import Session

_SHOW = {"space", "enter"}
_QUIT = {"q", "Q", CLOSED, "escape"}
_RATINGS = {str(rating.value): rating for rating in Rating}
_TWO = {"1": Rating.AGAIN, "2": Rating.GOOD, "3": Rating.GOOD}


class Then(Enum):
    """What follows a key."""

    STAY = 0
    AGAIN = 1
    """The card is shown again, its question first."""
    NEXT = 2
    QUIT = 3


@dataclass(slots=True)
class Shown:
    """The card on the screen, as it was when it came up."""

    name: CardName
    stored: StoredNote
    card: Card
    asking: Asking
    began: float
    source: tuple[RenderableType, ...]
    flipped: bool = False


@dataclass(slots=True)
class Review:
    """A session on a screen; it ends after `limit` answers or so many `minutes`.

    `folder` is for what is written to be tried, which runs without limits if `unlimited`; it goes
    when the session ends.
    """

    context: Context
    study: Study
    session: Session
    rendering: Renderer
    screen: Screen
    folder: Path
    limit: int | None = None
    minutes: float | None = None
    unlimited: bool = False
    tally: Tally = field(default_factory=Tally)
    began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Show card after card until none is left, time is up, or the user quits."""
        while not self._is_over():
            name = self.session.next(self.context.now())
            then = self._wait() if name is None else self._card(name)
            if then is Then.QUIT:
                break
        self._farewell()

    def _is_over(self) -> bool:
        if self.limit is not None and self.tally.answers >= self.limit:
            return True
        spent = (time.monotonic() - self.began) / 60
        return self.minutes is not None and spent >= self.minutes

    def _wait(self) -> Then:
        """With only waiting cards left, wait for them, show them now, or quit."""
        now = self.context.now()
        waiting = self.session.waiting(now)
        if waiting is None:
            return Then.QUIT
        returns = "returns" if waiting.cards == 1 else "return"
        minutes = words.minutes_until(waiting.until, now)
        prompt = (
            f"{plural(waiting.cards, 'card')} {returns} in {minutes} min: w wait · n now · q quit"
        )
        self.screen.show([], prompt)
        patient = False
        while True:
            left = (waiting.until - self.context.now()) / timedelta(seconds=1)
            if patient and left <= 0:
                return Then.NEXT
            key = self.screen.key(max(0.0, left) if patient else None)
            if key in _QUIT:
                return Then.QUIT
            if key == "n":
                self.session.hasten(self.context.now())
                return Then.NEXT
            if key == "u":
                return self._undo(None)
            if key == "w" and not patient:
                patient = True
                at = f"{waiting.until:%H:%M}"
                self.screen.show([], f"Waiting until {at}: n now · q quit")

    def _card(self, name: CardName) -> Then:
        then = Then.AGAIN
        while then is Then.AGAIN:
            if not self.study.has(name):
                return Then.NEXT
            shown = self._shown(name)
            then = self._ask(shown)
            if then is Then.STAY:
                then = self._grade(shown)
        return then

    def _shown(self, name: CardName) -> Shown:
        from srs.cli.terminal import line

        stored = self.study.stored(name.guid)
        rendered = self.rendering.note(stored)
        source = line(rendered.source)
        source.stylize("bright_black")
        return Shown(
            name,
            stored,
            self.study.card(name),
            self._asking(rendered, stored, name.ord),
            time.monotonic(),
            (source, "") if rendered.source else (),
        )

    def _asking(self, rendered: Rendered, stored: StoredNote, ord: int) -> Asking:
        if rendered.kind is not Kind.EXERCISE:
            return asking(rendered, ord)
        from srs.cli.review.doing import Doing

        return Doing(rendered.sides(ord), self.study, stored, self.folder, self.unlimited)

    def _ask(self, shown: Shown) -> Then:
        """Show the question until its answer is wanted."""
        prompt = f"space {shown.asking.does} · u undo · ? keys · q quit"
        while True:
            self.screen.show([*self._head(shown), *self._question(shown)], prompt)
            key = self._key(shown.asking.keys)
            if key in _SHOW:
                shown.asking.perform(self.screen)
                return Then.STAY
            if key in shown.asking.keys:
                shown.asking.press(key)
            elif (then := self._command(key, shown)) is not Then.STAY:
                return then

    def _key(self, own: Collection[str]) -> str:
        """Wait for a key that means something: one of the card's own, or one of any card's."""
        while True:
            key = self.screen.key()
            if key in own or key in _SHOW or key in _QUIT or key.lower() in _COMMANDS:
                return key

    def _grade(self, shown: Shown) -> Then:
        """Show the answer until it is graded."""
        now = self.context.now()
        outcomes = answers.preview(self.study, shown.name, now)
        two = self.study.settings.buttons == 2
        keys = _TWO if two else _RATINGS
        proposed = shown.asking.proposed
        if two and proposed is not Rating.AGAIN:
            proposed = Rating.GOOD
        if self.session.is_cram:
            prompt = "1 Again  3 Good (the schedule stays as it is)"
        else:
            width = self.screen.console.width
            prompt = words.buttons(outcomes, two=two, proposed=proposed, width=width)
            if self.study.is_untouched():
                prompt = f"{words.TWO_BUTTONS if two else words.FOUR_BUTTONS}\n\n{prompt}"
        shown.flipped = True
        while True:
            self.screen.show([*self._head(shown), *self._answered(shown), *shown.source], prompt)
            key = self._key(keys)
            rating = proposed if key in _SHOW else keys.get(key)
            if rating is not None:
                self._answer(shown, rating)
                return Then.NEXT
            if (then := self._command(key, shown)) is not Then.STAY:
                return then

    def _question(self, shown: Shown) -> list[RenderableType]:
        question = shown.asking.question()
        return ["Question:", *question] if self.screen.plain else question

    def _answered(self, shown: Shown) -> list[RenderableType]:
        """Set the answer under what remains of the question; who listens has heard that."""
        answer = shown.asking.answer()
        if self.screen.plain:
            return ["Answer:", *answer]
        remains = shown.asking.remains()
        rule = [Rule(style="bright_black")] if remains else []
        return [*remains, *rule, *answer]

    def _answer(self, shown: Shown, rating: Rating) -> None:
        now = self.context.now()
        taken = round((time.monotonic() - shown.began) * 1000)
        if self.session.is_cram:
            answers.cram(self.study, shown.name, rating, now, taken)
        else:
            answered = answers.answer(self.study, shown.name, rating, now, taken, shown.card)
            if answered is None:
                self.screen.notices.append("This card was answered elsewhere meanwhile.")
                self.session.drop(shown.name)
                return
            if answered.leech:
                self.screen.notices.append(
                    f"A leech: forgotten {plural(answered.card.lapses, 'time')}, so it is suspended. "
                    f"Rewrite it, then: srs unsuspend {_called(shown)}"
                )
        self.tally.add(rating, min(taken, answers.MAX_TAKEN_MS), new=shown.card.state is State.NEW)
        self.session.answered(shown.name, rating)

    def _command(self, key: str, shown: Shown) -> Then:
        """Do what a key means at any card; capital letters too, where small ones choose."""
        return Then.QUIT if key in _QUIT else _COMMANDS[key.lower()](self, shown)

    def _undo(self, shown: Shown | None) -> Then:
        event = answers.undo(self.study, self.context.now())
        if event is None:
            self.screen.notices.append("There is no answer to take back.")
            return Then.AGAIN
        self.session.undone(CardName(event.guid, event.ord))
        if event.kind in (EventKind.ANSWER, EventKind.CRAM):
            self.tally.take_back(event.rating, event.taken_ms)
        else:
            self.screen.notices.append(f"Taken back: {event.kind.value}.")
        return Then.NEXT

    def _put_away(self, shown: Shown, kind: EventKind) -> Then:
        answers.put(self.study, [shown.name], kind, self.context.now())
        self.session.drop(shown.name)
        how = {
            EventKind.SUSPEND: f"Suspended (u takes it back, later: srs unsuspend {_called(shown)}).",
            EventKind.BURY: "Buried until tomorrow (u takes it back).",
        }
        self.screen.notices.append(how[kind])
        return Then.NEXT

    def _edit(self, shown: Shown) -> Then:
        """Open the note's text; the card goes on with what it became."""
        from srs.cli.review import editing

        try:
            if is_shipped(self.study.root) and not self._own_copy():
                return Then.STAY
            problems = editing.edit(self.study, shown.stored, self.context, self.screen.keyboard)
        except SrsError as error:
            self.screen.notices.append(str(error))
            return Then.AGAIN
        self.screen.notices += problems
        return Then.AGAIN

    def _own_copy(self) -> bool:
        """Go on with a copy of the shipped corpus, if that is wanted."""
        from srs.cli.review import editing

        folder = Path("python-interview")
        question = (
            "This corpus came with srs and stays as it is. Make a copy of your own, with your "
            f"progress, in {folder.absolute()}, and edit that?"
        )
        self.screen.show([Text(question)], "y copy · any other key: back")
        if self.screen.key() != "y":
            return False
        self.study = editing.copied(self.context, folder)
        self.session.study = self.study
        self.screen.notices.append(f"From now on: cd {folder}, then srs review")
        return True

    def _open(self, shown: Shown) -> Then:
        from srs.cli import viewer

        sides = shown.asking.sides
        blocks = (*sides.question, *sides.answer) if shown.flipped else sides.question
        try:
            viewer.view(viewer.media(self.study.root, shown.stored.note.place, blocks))
        except SrsError as error:
            self.screen.notices.append(str(error))
        return Then.STAY

    def _info(self, shown: Shown) -> Then:
        now = self.context.now()
        self._page(facts.card(self.study, shown.stored, shown.name, now))
        return Then.STAY

    def _keys(self, shown: Shown) -> Then:
        self._page([Text(_HELP)])
        return Then.STAY

    def _page(self, parts: list[RenderableType]) -> None:
        """Show something else until a key is pressed."""
        self.screen.show(parts, "any key: back")
        self.screen.key()

    def _head(self, shown: Shown) -> list[RenderableType]:
        """Say what is left, and where the card stands."""
        note = shown.stored.note
        section = self.study.section(note.place.path, note.section)
        where = note.deck.split("::")[-1]
        if section:
            where = f"{where} › {section}"
        text = f"{words.left(self.session.left())} · {where}"
        return [Text(text, "bright_black", no_wrap=True, overflow="ellipsis"), ""]

    def _farewell(self) -> None:
        """Say what was done, what is left, and when to come back."""
        now = self.context.now()
        for text in ("", *self.screen.notices):
            self.screen.say(text)
        if self.tally.answers:
            self.screen.say(self.tally.said())
        if self.session.is_cram:
            return
        left = self.session.left()
        if left.new + left.learning + left.review:
            self.screen.say(f"Left for today: {words.left(left)}. Next: srs review")
        else:
            when = words.returns(today.next_due(self.study, now), now)
            self.screen.say(f"Nothing more is due today.{when}")


def _called(shown: Shown) -> str:
    """Return a card's name as commands take it."""
    name = shown.stored.note.id or shown.stored.guid
    return name if len(shown.stored.note.ords) == 1 else f"{name}/{shown.name.ord}"


_COMMANDS: dict[str, Callable[[Review, Shown], Then]] = {
    "u": Review._undo,
    "e": Review._edit,
    "o": Review._open,
    "s": lambda review, shown: review._put_away(shown, EventKind.SUSPEND),
    "b": lambda review, shown: review._put_away(shown, EventKind.BURY),
    "i": Review._info,
    "?": Review._keys,
}
_HELP = """\
space, enter  show the answer; then Good, or what is proposed
1 2 3 4       Again, Hard, Good, Easy
u             take back the last answer, or what else was done last
e             edit the note
s             suspend the card: it is shown no more
b             bury the card until tomorrow
o             open its pictures and sounds
i             what is known of the card
up, down      a long card
q, escape     quit; every answer is saved already

Where small letters choose an option, the capital ones do all this."""
