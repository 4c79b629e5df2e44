"""An open corpus and its memory: what is in it can be found here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Problem, SrsError
from srs.scheduler.queue import CardName
from srs.settings import FSRS_6, Settings
from srs.store import exported, log, notes, search
from srs.store.database import Database, open_database
from srs.store.notes import StoredNote
from srs.store.search import Today
from srs.study.refresh import Refreshed, refresh

if TYPE_CHECKING:  # counting what is due must start fast and needs none of these
    from srs.model import Section
    from srs.query import Query
    from srs.scheduler.card import Card
    from srs.scheduler.log import Event
    from srs.settings.layers import Layer
    from srs.store.cards import History


_READ = 200
"""So many notes are read at a time."""


@dataclass(slots=True)
class Study:
    """An open corpus and its database."""

    root: Path
    config: Config
    database: Database
    settings: Settings = field(default_factory=Settings)
    refreshed: Refreshed = field(default_factory=Refreshed)

    @property
    def title(self) -> str:
        """What the corpus is called: its name, else its folder's."""
        return self.config.name or self.root.resolve().name

    def stored(self, guid: str) -> StoredNote:
        """Return the note of a guid."""
        with self.database.faults():
            return search.note(self.database.connection, guid)

    def newest(self, now: datetime) -> datetime | None:
        """Return when the log's newest event happened, by the wall clock of `now`."""
        with self.database.faults():
            time = log.newest(self.database.connection)
        return None if time is None else datetime.fromtimestamp(time / 1000, now.tzinfo)

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
        return list(self.each_note(wanted, now))

    def each_note(
        self, wanted: Query | None, now: datetime, order: str = "corpus"
    ) -> Iterator[StoredNote]:
        """Yield the notes with cards that a query selects, by one of `NEW_ORDERS`."""
        today = Today.at(now, self.settings)
        connection = self.database.connection
        with self.database.faults():
            condition = search.clause(wanted, today, self.settings)
            guids = search.guids(connection, condition, order)
        for first in range(0, len(guids), _READ):  # others can write in between
            with self.database.faults():
                found = search.notes(connection, guids[first : first + _READ])
            yield from found

    def cards(self, wanted: Query | None, now: datetime) -> list[CardName]:
        """Return the cards that a query selects, in the corpus' order."""
        today = Today.at(now, self.settings)
        with self.database.faults():
            return search.names(
                self.database.connection, search.clause(wanted, today, self.settings)
            )

    def knows(self, wanted: Query | None, now: datetime) -> bool:
        """Tell whether a query finds a card today, or would if only that stood otherwise.

        No query is always known, so that a corpus without cards is no error.
        """
        if wanted is None:
            return True
        from srs.query import lasting

        condition = search.clause(lasting(wanted), Today.at(now, self.settings), self.settings)
        with self.database.faults():
            return search.any_matches(self.database.connection, condition)

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

    def section(self, path: str, position: int) -> str:
        """Return the title of a section of a file, empty where it has none."""
        with self.database.faults():
            return notes.section_title(self.database.connection, path, position)

    def note(self, name: str) -> StoredNote:
        """Return the one note that a name means; raises `SrsError` for none or several."""
        from srs import query

        wanted = query.card_name(name)
        with self.database.faults():
            found = search.find(self.database.connection, wanted)
        return search.checked_one(found, wanted)

    def has(self, name: CardName) -> bool:
        """Tell whether a card is made by a text that has no error."""
        with self.database.faults():
            return search.is_there(self.database.connection, name)

    def card(self, name: CardName) -> Card:
        """Return a card's present value."""
        from srs.store import cards

        with self.database.faults():
            return cards.read(self.database.connection, name)

    def events(self, name: CardName) -> list[Event]:
        """Return what happened to a card, in order of time."""
        from srs.store import cards

        with self.database.faults():
            return cards.events(self.database.connection, name)

    def histories(self, guid: str) -> list[History]:
        """Return what is known of a note's cards that anything has happened to."""
        from srs.store import cards

        with self.database.faults():
            return cards.histories(self.database.connection, guid)

    def lacking(self) -> tuple[int, int]:
        """Count the answers that Anki cannot be brought by file; and when the first was, in ms since 1970."""
        with self.database.faults():
            return exported.lacking(self.database.connection)

    def has_exported(self) -> bool:
        """Tell whether an Anki of one's own is known, by progress that went there or reviews that came."""
        with self.database.faults():
            return not exported.is_empty(self.database.connection)

    def set_exported(self, names: Iterable[CardName], time: int) -> None:
        """Remember that cards went to Anki with their progress until a time in ms, 0 without it."""
        with self.database.transaction() as connection:
            exported.add(connection, names, time)

    def is_untouched(self) -> bool:
        """Tell whether nothing has ever been answered here."""
        with self.database.faults():
            return log.is_empty(self.database.connection)


def open_study(
    root: Path,
    path: Path,
    now: datetime,
    own: Sequence[Layer] = (),
    *,
    locked: bool = False,
    yes: bool = False,
    dry: bool = False,
) -> Study:
    """Open a corpus' memory at `path` and bring it up to date with the files.

    `own` are a person's own settings, which override those in `srs.toml`, the strongest last. With
    `dry` the lock is not written: `path` names a copy to try on.
    Raises `SrsError` with `locked` if that would change `srs.lock`, and without `yes` if most
    notes are gone.
    """
    config, problems = read_corpus(root)
    settings = resolved(config, own)
    study = Study(root, config, open_database(path), settings)
    try:
        _keep_rollover(study.database, settings.rollover)
        _keep_parameters(study.database, settings.parameters)
        study.refreshed = refresh(
            root, config, study.database, now, problems, locked=locked, yes=yes, dry=dry
        )
    except BaseException:
        study.database.close()
        raise
    return study


def resolved(config: Config, own: Sequence[Layer]) -> Settings:
    """Return the settings that hold in a corpus."""
    layers = (config.personal, *own)
    if not any(layers):
        return Settings()
    from srs.settings.layers import resolve

    return resolve(layers).settings


def _keep_rollover(database: Database, hour: int) -> None:
    """Keep the hour in the database too, where its views look for it."""
    with database.faults():
        known = database.setting("rollover")
    if known != str(hour):
        with database.transaction():
            database.set("rollover", str(hour))


def _keep_parameters(database: Database, parameters: tuple[float, ...]) -> None:
    """Make all cards anew if the memory model has other parameters than those they were made with."""
    wanted = "" if parameters == FSRS_6 else " ".join(map(repr, parameters))
    with database.faults():
        known = database.setting("parameters") or ""
    if known != wanted:
        from srs.store import cards

        with database.transaction() as connection:
            database.copy("parameters")
            cards.rebuild_all(connection, parameters)
            database.set("parameters", wanted)


def read_corpus(root: Path) -> tuple[Config, tuple[Problem, ...]]:
    """Read the config of a folder that is a corpus; raises `SrsError` where it is none."""
    config, problems = read.read_config(root)
    if not config.key:
        if problems:
            raise SrsError(f"{problems[0].where}: {problems[0].message}: run `srs check`")
        raise SrsError(f"{root} is no corpus yet: `srs init {root}` makes it one")
    return config, problems
