"""A study session: which card comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from srs.query import Query
from srs.scheduler import queue
from srs.scheduler.card import Card, Learning
from srs.scheduler.queue import CardName
from srs.store.search import Today
from srs.study.memory import Counts, Study


@dataclass(slots=True)
class Session:
    """What is left of a session: cards to be shown in order, and those in learning steps."""

    study: Study
    ahead: list[CardName]
    learning: set[CardName]

    @classmethod
    def begin(cls, study: Study, wanted: Query | None, now: datetime) -> Session:
        """Begin a session with what is due on the day of `now`."""
        due = study.gather(wanted, now)
        return cls(study, queue.mixed(due.reviews, due.new), set(due.learning))

    def next(self, now: datetime) -> CardName | None:
        """Return the card to show: a learning card that is due, else the next, else one early."""
        today = Today.at(now, self.study.settings)
        due = list(self._steps(today))
        ready = min((d for d in due if d[0] <= today.now_ms), default=None)
        if ready is not None:
            return ready[1]
        while self.ahead:
            if self._is_open(self.ahead[0], today):
                return self.ahead[0]
            self.ahead.pop(0)
        early = today.now_ms + self.study.settings.learn_ahead * 1000
        soon = min((d for d in due if d[0] <= early), default=None)
        return None if soon is None else soon[1]

    def answered(self, name: CardName) -> None:
        """Note that a card was answered: it leaves the queue, or waits for its next step."""
        self._forget(name)
        if isinstance(self.study.card(name).phase, Learning):
            self.learning.add(name)

    def undone(self, name: CardName) -> None:
        """Put a card whose answer was taken back where it will be shown first."""
        self._forget(name)
        if isinstance(self.study.card(name).phase, Learning):
            self.learning.add(name)
        else:
            self.ahead.insert(0, name)

    def left(self) -> Counts:
        """Count what is left of new, learning and review."""
        new = sum(self.study.card(name).state.value == 0 for name in self.ahead)
        return Counts(new, len(self.learning), len(self.ahead) - new, 0)

    def _forget(self, name: CardName) -> None:
        self.learning.discard(name)
        self.ahead = [card for card in self.ahead if card != name]

    def _steps(self, today: Today) -> Iterator[tuple[int, CardName]]:
        """Yield the cards in learning steps, each after when it is due; let others go."""
        for name in sorted(self.learning):
            card = self.study.card(name)
            if isinstance(card.phase, Learning) and not _is_away(card, today):
                yield card.phase.due_ms, name
            else:
                self.learning.discard(name)

    def _is_open(self, name: CardName, today: Today) -> bool:
        """Tell whether nobody else has answered a card, or put it away, since the session began."""
        card = self.study.card(name)
        return not _is_away(card, today) and (card.memory is None or card.memory.day < today.day)


def _is_away(card: Card, today: Today) -> bool:
    return card.suspended or card.buried == today.day
