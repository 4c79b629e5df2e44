"""A session as it is lived through: card after card, key after key."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from srs.cli.context import Context, plural
from srs.cli.rendering import Renderer
from srs.cli.review import actions, words
from srs.cli.review.actions import ACTIONS, Shown, Then
from srs.cli.review.asking import Asking, asking
from srs.cli.review.keys import CLOSED
from srs.cli.review.screen import Screen
from srs.cli.review.words import Given, Tally
from srs.corpus.render import Rendered
from srs.model import Kind, Rating
from srs.scheduler.card import State
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.study import answers, today
from srs.study.memory import Study
from srs.study.session import Session

_SHOW = {"space", "enter"}
_QUIT = {"q", "Q", CLOSED, "escape"}
_RATINGS = {str(rating.value): rating for rating in Rating}
_TWO = {"1": Rating.AGAIN, "2": Rating.GOOD}


@dataclass(slots=True)
class Review:
    """A session on a screen; it ends after `limit` answers or so many `minutes`.

    `words` are those of the QUERY that it is of. `folder` is for what is written to be tried, which runs without limits if `unlimited`; it goes
    when the session ends.
    """

    context: Context
    study: Study
    session: Session
    rendering: Renderer
    screen: Screen
    folder: Path
    words: Sequence[str] = ()
    limit: int | None = None
    minutes: float | None = None
    unlimited: bool = False
    tally: Tally = field(default_factory=Tally)
    began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Show card after card until none is left, time is up, or the user quits."""
        with suppress(KeyboardInterrupt):  # each answer is saved by now, or was not given
            while not self._is_over():
                name = self.session.next(self.context.now())
                then = self._wait() if name is None else self._card(name)
                if then is Then.QUIT:
                    break
        self._farewell()

    def _is_over(self) -> bool:
        if self.limit is not None and len(self.tally.given) >= self.limit:
            return True
        spent = (time.monotonic() - self.began) / 60
        return self.minutes is not None and spent >= self.minutes

    def _wait(self) -> Then:
        """With only waiting cards left, wait for them, show them now, or quit."""
        now = self.context.now()
        waiting = self.session.waiting(now)
        if waiting is None:
            return Then.QUIT
        minutes = words.minutes_until(waiting.until, now)
        width = self.screen.console.width
        self.screen.show([], words.waiting(waiting.cards, minutes, width))
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
                return actions.undo(self)
            if key == "w" and not patient:
                patient = True
                self.screen.show([], words.waiting_until(waiting.until, width))

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
        own = shown.asking.keys
        undo, quit = (key.upper() if key in own else key for key in "uq")
        prompt = f"space {shown.asking.does} · {undo} undo · ? keys · {quit} quit"
        chosen = False
        while True:
            page = [*self._head(shown), *self._question(shown)]
            self.screen.show(page, prompt, stay=chosen)
            key = self._key(own)
            if key in _SHOW:
                shown.asking.perform(self.screen)
                return Then.STAY
            chosen = key in own
            if chosen:
                shown.asking.press(key)
            elif (then := self._command(key, shown)) is not Then.STAY:
                return then

    def _key(self, own: Collection[str]) -> str:
        """Wait for a key that means something: one of the card's own, or one of any card's."""
        while True:
            key = self.screen.key()
            if key in own or key in _SHOW or key in _QUIT or key.lower() in ACTIONS:
                return key

    def _grade(self, shown: Shown) -> Then:
        """Show the answer until it is graded."""
        two = self.study.settings.buttons == 2
        ratings = _TWO if two else _RATINGS
        proposed = shown.asking.proposed
        if two and proposed is not Rating.AGAIN:
            proposed = Rating.GOOD
        prompt = self._buttons(shown, proposed, two=two)
        shown.flipped = True
        above, answer = self._answered(shown)
        page = [*above, *answer, *shown.source]
        while True:
            self.screen.show(page, prompt, first=len(above))
            key = self._key(ratings)
            rating = proposed if key in _SHOW else ratings.get(key)
            if rating is not None:
                self._answer(shown, rating)
                return Then.NEXT
            if (then := self._command(key, shown)) is not Then.STAY:
                return then

    def _buttons(self, shown: Shown, proposed: Rating, *, two: bool) -> str:
        """Say what answers there are and when each brings the card back."""
        if self.session.is_cram:
            return words.bare_buttons(two=two, proposed=proposed)
        outcomes = answers.preview(self.study, shown.name, self.context.now())
        width = self.screen.console.width
        prompt = words.buttons(outcomes, two=two, proposed=proposed, width=width)
        if self.study.is_untouched():
            return f"{words.TWO_BUTTONS if two else words.FOUR_BUTTONS}\n\n{prompt}"
        return prompt

    def _question(self, shown: Shown) -> list[RenderableType]:
        question = shown.asking.question()
        return ["Question:", *question] if self.screen.plain else question

    def _answered(self, shown: Shown) -> tuple[list[RenderableType], list[RenderableType]]:
        """Return what remains of the question, and the answer; who listens has heard the former."""
        answer = shown.asking.answer()
        if self.screen.plain:
            return [], ["Answer:", *answer]
        remains = shown.asking.remains()
        above = [*self._head(shown), *remains]
        return above, [Rule(style="bright_black"), *answer] if remains else answer

    def _answer(self, shown: Shown, rating: Rating) -> None:
        now = self.context.now()
        taken = round((time.monotonic() - shown.began) * 1000)
        if self.session.is_cram:
            event = answers.cram(self.study, shown.name, rating, now, taken)
        else:
            answered = answers.answer(self.study, shown.name, rating, now, taken, shown.card)
            if answered is None:
                self.session.answered(shown.name, rating)
                self.screen.notices.append(
                    "Something was done to this card elsewhere meanwhile: that counts, not this answer."
                )
                return
            if answered.leech:
                self.screen.notices.append(
                    f"A leech: forgotten {plural(answered.card.lapses, 'time')}, so it is suspended. "
                    f"Rewrite it, then: srs unsuspend {shown.called}"
                )
            event = answered.event
        self.session.answered(shown.name, rating)
        new = shown.card.state is State.NEW
        self.tally.add(
            event.time, Given(rating, event.taken_ms or 0, new and not self.session.is_cram)
        )

    def _command(self, key: str, shown: Shown) -> Then:
        """Do what a key means at any card; capital letters too, where small ones choose."""
        return Then.QUIT if key in _QUIT else ACTIONS[key.lower()](self, shown)

    def _head(self, shown: Shown) -> list[RenderableType]:
        """Say what is left, and where the card stands."""
        note = shown.stored.note
        section = self.study.section(note.place.path, note.section)
        where = note.deck.split("::")[-1]
        if section:
            where = f"{where} › {section}"
        left = self.session.left()
        progress = words.left_of_cram(left) if self.session.is_cram else words.left(left)
        text = f"{progress} · {where}"
        return [Text(text, "bright_black", no_wrap=True, overflow="ellipsis"), ""]

    def _farewell(self) -> None:
        """Say what was done, what is left, and when to come back."""
        now = self.context.now()
        for text in ("", *self.screen.notices):
            self.screen.say(text)
        if self.tally.given:
            self.screen.say(self.tally.said())
        if self.session.is_cram:
            return
        query = " ".join(self.words)
        wanted = self.study.query(query)
        left = today.counts(self.study, wanted, now)  # the next session may have other limits
        when = today.next_due(self.study, now, wanted)
        if left.new + left.learning + left.review:
            command = self.context.command("review", *self.words)
            only_steps = isinstance(when, datetime) and not left.new + left.review
            then = words.returns(when, now, 0) if only_steps else ""
            self.screen.say(f"Left for today: {words.left(left)}.{then} Next: {command}")
        else:
            of = f" of {query}" if query else ""
            new = 0 if isinstance(when, datetime) else today.new_tomorrow(self.study, now, wanted)
            self.screen.say(f"Nothing more{of} is due today.{words.returns(when, now, new)}")
