"""An open corpus: its notes found, its cards answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Problem, SrsError
from srs.scheduler import queue
from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.scheduler.studyday import offset_minutes
from srs.store import notes, search
from srs.store.database import Database, open_database
from srs.store.notes import StoredNote
from srs.store.search import Today
from srs.study.refresh import Refreshed, refresh

if TYPE_CHECKING:  # counting what is due must start fast and needs none of these
    from srs.model import Rating, Section
    from srs.query import Query
    from srs.scheduler.card import Card
    from srs.scheduler.log import Event, EventKind
    from srs.scheduler.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """Cards to study today, within the limits, and all that are due."""

    new: int
    learning: int
    review: int
    overdue: int
    """Reviews that are due but beyond today's limit."""


@dataclass(slots=True)
class Study:
    """An open corpus and its database."""

    root: Path
    config: Config
    database: Database
    settings: Settings = field(default_factory=Settings)
    refreshed: Refreshed = field(default_factory=Refreshed)

    def stored(self, guid: str) -> StoredNote:
        """Return the note of a guid."""
        with self.database.faults():
            return search.note(self.database.connection, guid)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def query(self, text: str) -> Query | None:
        """Parse a query, of which none selects all; a word that is a path means that path."""
        if not text.strip():
            return None
        from srs import query

        return query.parse(text, keys=[key for key, _ in self.config.metadata], path_of=self._path)

    def _path(self, word: str) -> str | None:
        if "/" not in word and not word.endswith(".md"):
            return None
        root = self.root.resolve()
        for path in (self.root / word, Path(word)):
            try:
                if path.exists() and path.resolve().is_relative_to(root):
                    return path.resolve().relative_to(root).as_posix()
            except OSError:  # too long for a name, or not ours to look at
                continue
        return None

    def notes(self, wanted: Query | None, now: datetime) -> list[StoredNote]:
        """Return the notes with cards that a query selects, in the corpus' order."""
        today = Today.at(now, self.settings)
        with self.database.faults():
            return search.notes(
                self.database.connection, search.clause(wanted, today, self.settings)
            )

    def cards(self, wanted: Query | None, now: datetime) -> list[CardName]:
        """Return the cards that a query selects, in the corpus' order."""
        today = Today.at(now, self.settings)
        with self.database.faults():
            return search.names(
                self.database.connection, search.clause(wanted, today, self.settings)
            )

    def decks(self) -> dict[str, str]:
        """Return the deck of every note, by guid, in the corpus' order."""
        with self.database.faults():
            return notes.decks(self.database.connection)

    def broken(self) -> int:
        """Count the notes that are kept from study by an error in their text."""
        with self.database.faults():
            return notes.broken(self.database.connection)

    def sections(self) -> dict[tuple[str, int], Section]:
        """Return the corpus' sections by path and position."""
        with self.database.faults():
            return notes.sections(self.database.connection)

    def note(self, name: str) -> StoredNote:
        """Return the one note that a name means; raises `SrsError` for none or several."""
        from srs import query

        wanted = query.card_name(name)
        with self.database.faults():
            found = search.find(self.database.connection, wanted)
        return search.checked_one(found, wanted)

    def counts(self, wanted: Query | None, now: datetime) -> Counts:
        """Count what there is to study on the day of `now`."""
        due = self.gather(wanted, now)
        return Counts(len(due.new), len(due.learning), len(due.reviews), due.held_back)

    def gather(self, wanted: Query | None, now: datetime) -> Due:
        """Gather what there is to study on the day of `now`, within the limits."""
        today = Today.at(now, self.settings)
        condition = search.clause(wanted, today, self.settings)
        connection = self.database.connection
        with self.database.faults():
            seen, new_done, reviews_done = _done_today(self.database, today)
            learning = search.names(connection, condition, _open(today, "c.state in (1, 3)"))
            reviews = search.names(
                connection, condition, _open(today, f"c.state = 2 and c.due_day <= '{today.day}'")
            )
            new = search.names(connection, condition, _open(today, "c.state = 0"))
        busy = seen | {card.guid for card in learning}
        reviews = queue.one_a_note(queue.shuffled(reviews, today.day), busy)
        kept = reviews[: max(0, self.settings.reviews_per_day - reviews_done)]
        new = queue.one_a_note(new, busy | {card.guid for card in reviews})
        new = new[: max(0, self.settings.new_per_day - new_done)]
        return Due(learning, kept, new, len(reviews) - len(kept))

    def card(self, name: CardName) -> Card:
        """Return a card's present value."""
        from srs.store import cards

        with self.database.faults():
            return cards.read(self.database.connection, name)

    def next_due(self, now: datetime) -> datetime | date | None:
        """Return when the next card returns: a moment for a step, a study day for a review."""
        from srs.store import cards

        with self.database.faults():
            moment, day = cards.next_due(self.database.connection)
        if moment is not None:
            return datetime.fromtimestamp(moment / 1000, now.tzinfo)
        return day

    def outcomes(self, name: CardName, now: datetime) -> dict[Rating, Outcome]:
        """Return what each answer would do to a card now."""
        from srs.scheduler.outcomes import outcomes

        day = Today.at(now, self.settings).day
        return outcomes(self.card(name), name.guid, name.ord, day, self.settings)

    def answer(
        self, name: CardName, rating: Rating, now: datetime, taken_ms: int, shown: Card
    ) -> Event | None:
        """Commit an answer to the card as it was `shown`.

        Returns None, and changes nothing, if it has been answered elsewhere meanwhile.
        """
        from srs.scheduler.log import EventKind
        from srs.scheduler.outcomes import outcomes
        from srs.store import cards

        today = Today.at(now, self.settings)
        with self.database.transaction() as connection:
            card = cards.read(connection, name)
            if card.last_ms != shown.last_ms:
                return None
            decided = outcomes(card, name.guid, name.ord, today.day, self.settings)[rating]
            event = replace(
                self._event(name, EventKind.ANSWER, now),
                rating=rating, taken_ms=taken_ms, outcome=decided,
            )  # fmt: skip
            return cards.append(connection, event, self.settings.parameters)[0]

    def undo(self, now: datetime) -> Event | None:
        """Take back the newest answer; return it, or None if there is none."""
        from srs.scheduler.log import EventKind
        from srs.store import cards

        with self.database.transaction() as connection:
            last = cards.last_answer(connection)
            if last is None:
                return None
            name = CardName(last.guid, last.ord)
            event = replace(self._event(name, EventKind.UNDO, now), undoes=last.time)
            cards.append(connection, event, self.settings.parameters)
            return last

    def _event(self, name: CardName, kind: EventKind, now: datetime) -> Event:
        from srs.scheduler.log import Event

        today = Today.at(now, self.settings)
        device = self.database.setting("device") or ""
        offset = offset_minutes(now)
        return Event(name.guid, name.ord, today.now_ms, kind, today.day, offset, device)


@dataclass(frozen=True, slots=True)
class Due:
    """The cards of a day: those in learning steps, reviews and new ones in order of study."""

    learning: list[CardName]
    reviews: list[CardName]
    new: list[CardName]
    held_back: int
    """Reviews that are due but beyond the day's limit."""


def _open(today: Today, condition: str) -> str:
    """Return a condition for cards that may be studied."""
    return (
        f"({condition}) and not c.suspended and not n.retired "
        f"and coalesce(c.buried, '') <> '{today.day}'"
    )


def _done_today(database: Database, today: Today) -> tuple[set[str], int, int]:
    """Return the notes answered today, and how many new cards and reviews were done."""
    rows = database.connection.execute(
        "select r.guid, r.ord, r.state_before, r.interval is null from revlog r "
        "where r.day = ? and r.kind = 'answer' and not exists (select 1 from revlog u "
        "where u.guid = r.guid and u.ord = r.ord and u.undoes = r.time)",
        (today.day.isoformat(),),
    ).fetchall()
    seen = {guid for guid, *_ in rows}
    new = {(guid, ord) for guid, ord, before, _ in rows if before == 0}
    reviewed = {(guid, ord) for guid, ord, before, _ in rows if before == 2}
    return seen, len(new), len(reviewed)


def open_study(
    root: Path, path: Path, now: datetime, *, locked: bool = False, yes: bool = False
) -> Study:
    """Open a corpus' memory at `path` and bring it up to date with the files.

    Raises `SrsError` with `locked` if that would change `srs.lock`, and without `yes` if most
    notes are gone.
    """
    config, problems = read_corpus(root)
    study = Study(root, config, open_database(path))
    try:
        study.refreshed = refresh(
            root, config, study.database, now, problems, locked=locked, yes=yes
        )
    except BaseException:
        study.database.close()
        raise
    return study


def read_corpus(root: Path) -> tuple[Config, tuple[Problem, ...]]:
    """Read the config of a folder that is a corpus; raises `SrsError` where it is none."""
    config, problems = read.read_config(root)
    if not config.key:
        if problems:
            raise SrsError(f"{problems[0].where}: {problems[0].message}: run `srs check`")
        raise SrsError(f"{root} is no corpus yet: `srs init {root}` makes it one")
    return config, problems
