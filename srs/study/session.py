"""A study session: which card comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from srs.model import Rating
from srs.query import Query
from srs.scheduler import queue
from srs.scheduler.card import Card, Learning, New
from srs.scheduler.queue import CardName
from srs.settings import NEW_ORDERS, REVIEW_ORDERS
from srs.store import schedule, search
from srs.store.search import Today
from srs.study.memory import Study
from srs.study.today import Counts, Due, gather, in_order


@dataclass(frozen=True, slots=True)
class Waiting:
    """Cards in learning steps that are not due yet, but will be within the learn-ahead limit."""

    cards: int
    until: datetime


@dataclass(slots=True)
class Session:
    """What is left of a session: cards to be shown in order, and those in learning steps.

    `new` are those of the former that are new, `due` is what it began with; `learning` tells when
    each of the latter is due, in ms since 1970, and `early` are those of them that are shown before
    that. A cram shows its cards whenever they are due, and once more after Again. The card
    `taken_back` last is shown before all others.
    """

    study: Study
    ahead: list[CardName]
    new: set[CardName] = field(default_factory=set)
    learning: dict[CardName, int] = field(default_factory=dict)
    due: Due = field(default_factory=lambda: Due([], [], []))
    is_cram: bool = False
    early: set[CardName] = field(default_factory=set)
    taken_back: CardName | None = None

    @classmethod
    def begin(
        cls,
        study: Study,
        wanted: Query | None,
        now: datetime,
        *,
        new: int | None = None,
        ahead: int = 0,
    ) -> Session:
        """Begin a session with what is due on the day of `now`; see `gather`."""
        due = gather(study, wanted, now, new=new, ahead=ahead)
        cards = queue.mixed(due.reviews, due.new)
        made = cls(study, cards, set(due.new), {}, due)
        today = Today.at(now, study.settings)
        for name in due.learning:
            made._wait(name, today)
        return made

    @classmethod
    def cram(
        cls, study: Study, wanted: Query | None, now: datetime, order: str = "shuffled"
    ) -> Session:
        """Begin a session with all cards that `wanted` finds, but for suspended ones.

        They come in one of `REVIEW_ORDERS` or `NEW_ORDERS`.
        """
        today = Today.at(now, study.settings)
        condition = search.clause(wanted, today, study.settings)
        with study.database.faults():
            found = schedule.found(
                study.database.connection, condition, schedule.studied(today), today,
                order if order in NEW_ORDERS else "corpus",
            )  # fmt: skip
        if order in REVIEW_ORDERS:
            found = in_order(found, today.day, order, len(found))
        return cls(study, [one.card for one in found], is_cram=True)

    def next(self, now: datetime) -> CardName | None:
        """Return the card to show: a learning card that is due, else the next of the others."""
        today = Today.at(now, self.study.settings)
        if (back := self.taken_back) is not None:
            if not self._is_away(back, self.study.card(back), today):
                return back
            self.drop(back)
        for _, name in self._steps(today, today.now_ms):
            return name
        if (first := self._first(today)) is not None:
            return first
        early = [name for _, name in self._steps(today, None) if name in self.early]
        return self._first(today) or next(iter(early), None)

    def waiting(self, now: datetime) -> Waiting | None:
        """Return the learning cards that will be due so soon that one may wait for them."""
        today = Today.at(now, self.study.settings)
        last = today.now_ms + self.study.settings.learn_ahead * 1000
        soon = [due for due, _ in self._steps(today, last)]
        if not soon:
            return None
        return Waiting(len(soon), now + timedelta(milliseconds=max(0, min(soon) - today.now_ms)))

    def hasten(self, now: datetime) -> None:
        """Show the cards that are waited for without waiting."""
        today = Today.at(now, self.study.settings)
        last = today.now_ms + self.study.settings.learn_ahead * 1000
        self.early |= {name for _, name in self._steps(today, last)}

    def answered(self, name: CardName, rating: Rating) -> None:
        """Note that a card was answered: it leaves the queue, or waits for its next step."""
        self.drop(name)
        if self.is_cram:
            if rating is Rating.AGAIN:
                self.ahead.append(name)
        elif not self.study.card(name).suspended:  # a leech is
            self._wait(name)

    def undone(self, name: CardName) -> None:
        """Show a card of which something was taken back before all others."""
        self._put_back(name)
        self.taken_back = name

    def _put_back(self, name: CardName) -> None:
        self.drop(name)
        if not self.is_cram and self._wait(name):
            self.early.add(name)
        else:
            self.ahead.insert(0, name)
            if self.study.card(name).memory is None:
                self.new.add(name)

    def drop(self, name: CardName) -> None:
        """Leave a card out from now on."""
        if name == self.taken_back:
            self.taken_back = None
        self.learning.pop(name, None)
        self.early.discard(name)
        self.new.discard(name)
        if name in self.ahead:
            self.ahead.remove(name)

    def left(self) -> Counts:
        """Count what is left of new, learning and review."""
        new = len(self.new)
        return Counts(new, len(self.learning), len(self.ahead) - new, self.due.held_back)

    def _wait(self, name: CardName, today: Today | None = None) -> bool:
        """Let a card wait for its next step, if it is in one; tell whether it is."""
        phase = self.study.card(name).phase
        if isinstance(phase, Learning):
            self.learning[name] = phase.due_ms if today is None else _due_ms(phase, today)
        return isinstance(phase, Learning)

    def _first(self, today: Today) -> CardName | None:
        """Return the first of the cards in order that is still to be shown."""
        while self.ahead:
            if self._is_open(self.ahead[0], today):
                return self.ahead[0]
            self.new.discard(self.ahead.pop(0))
        return None

    def _steps(self, today: Today, last: int | None) -> Iterator[tuple[int, CardName]]:
        """Yield the cards in learning steps that are due by `last`, in order, each after when.

        Only these are looked up. Of the cards that are in no step any more, those whose answer was
        taken back elsewhere are put in front of the others, the rest is left out from then on.
        """
        for due, name in sorted((due, name) for name, due in self.learning.items()):
            if last is not None and due > last:
                break
            card = self.study.card(name)
            phase = card.phase
            if self._is_away(name, card, today):
                self.drop(name)
            elif not isinstance(phase, Learning):
                if isinstance(phase, New) or phase.due <= today.day:
                    self._put_back(name)
                else:
                    self.drop(name)
            elif last is not None and _due_ms(phase, today) > last:  # answered elsewhere meanwhile
                self.learning[name] = phase.due_ms
            else:
                yield phase.due_ms, name

    def _is_open(self, name: CardName, today: Today) -> bool:
        """Tell whether nobody else has answered a card, or put it away, since the session began."""
        card = self.study.card(name)
        fresh = self.is_cram or card.memory is None or card.memory.day < today.day
        return fresh and not self._is_away(name, card, today)

    def _is_away(self, name: CardName, card: Card, today: Today) -> bool:
        return card.suspended or card.buried == today.day or not self.study.has(name)


def _due_ms(phase: Learning, today: Today) -> int:
    """Return when a step is due: one of an earlier study day is so from this day's beginning on."""
    return phase.due_ms if phase.memory.day >= today.day else min(phase.due_ms, today.starts_ms(0))
