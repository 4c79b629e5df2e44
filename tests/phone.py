"""Anki's own core as a phone: somewhere else, answering for days, and exporting."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.deck_config_pb2 import UpdateDeckConfigsRequest

DAY = 86_400
FORMATS = {
    "new.apkg": False,
    "legacy.apkg": True,
    "new.colpkg": False,
    "legacy.colpkg": True,
}
"""What an export is called, and whether it is for older versions of Anki."""
HOURS = 8 if datetime.now(UTC).hour < 12 else -4
ZONE = timezone(timedelta(hours=HOURS))
"""Where the phone is: far from the rollover."""


class Phone:
    """A collection in `ZONE`.

    Its clock cannot be set, so that days pass by moving all that was into the past.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "collection.media").mkdir(exist_ok=True)
        self.path = folder / "collection.anki2"
        with self.opened() as collection:
            for name in ("creationOffset", "localOffset"):
                collection.set_config(name, -HOURS * 60)
            begins = datetime.now(ZONE).replace(hour=4, minute=0, second=0, microsecond=0)
            collection.db.execute("update col set crt = ?", int(begins.timestamp()))

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """Open the collection as a server does, in its own zone: Anki keeps the process' for a while."""
        with closing(Collection(str(self.path), server=True)) as collection:
            yield collection

    def take(self, package: Path, *, progress: bool = False) -> None:
        """Import a package, and switch FSRS on."""
        options = ImportAnkiPackageOptions(with_scheduling=progress)
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        with self.opened() as collection:
            collection.import_anki_package(request)
            switch_fsrs(collection, on=True)
            deck = next(d for d in collection.decks.all_names_and_ids() if d.name != "Default")
            collection.decks.set_current(collection.decks.id(deck.name.partition("::")[0]))

    def add_notes(self, count: int) -> None:
        """Add basic notes, and switch FSRS on."""
        with self.opened() as collection:
            for n in range(count):
                note = collection.new_note(collection.models.by_name("Basic"))
                note["Front"] = f"question {n}"
                collection.add_note(note, 1)
            switch_fsrs(collection, on=True)

    def answer(self, count: int, rng: random.Random) -> int:
        """Answer what there is to study, so many times at most; return how many times."""
        with self.opened() as collection:
            for done in range(count):
                queued = collection.sched.get_queued_cards(fetch_limit=1)
                if not queued.cards:
                    return done
                card = collection.get_card(queued.cards[0].card.id)
                card.start_timer()
                rating = rng.choices(range(4), (20, 10, 55, 15))[0]
                answer = collection.sched.build_answer(
                    card=card, states=queued.cards[0].states, rating=rating
                )
                collection.sched.answer_card(answer)
        return count

    def let_days_pass(self, days: int) -> None:
        """Move all that was so far into the past."""
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute("update col set crt = crt - ?", (days * DAY,))
            database.execute("update revlog set id = id - ?", (days * DAY * 1000,))
            database.execute("update cards set due = due - ? where queue = 1", (days * DAY,))
            last = "json_extract(data, '$.lrt')"
            database.execute(
                f"update cards set data = json_set(data, '$.lrt', {last} - ?) where {last} > 0",
                (days * DAY,),
            )

    def spread(self, rng: random.Random) -> None:
        """Move each review to some time of its day, where no other is."""
        with closing(sqlite3.connect(self.path)) as database, database:
            ids = [id for (id,) in database.execute("select id from revlog order by id")]
            shift = (HOURS - 4) * 3600 * 1000
            for day, those in groupby(ids, lambda id: (id + shift) // (DAY * 1000)):
                own = list(those)
                begins = day * DAY * 1000 - shift
                at = sorted(rng.sample(range(begins, begins + DAY * 1000), len(own)))
                database.executemany(
                    "update revlog set id = ? where id = ?",
                    [(-new, old) for new, old in zip(at, own, strict=True)],
                )
            database.execute("update revlog set id = -id")

    def compute_anew(self) -> None:
        """Let Anki compute what it stores of each card from the log, and not from rounded numbers."""
        with self.opened() as collection:
            switch_fsrs(collection, on=False)
            switch_fsrs(collection, on=True)

    def export(self, folder: Path, name: str, *, scheduling: bool = True) -> Path:
        """Export everything as one of `FORMATS`."""
        out = folder / name
        with self.opened() as collection:
            if out.suffix == ".colpkg":
                collection.export_collection_package(
                    str(out), include_media=True, legacy=FORMATS[name]
                )
                collection.reopen()
            else:
                options = ExportAnkiPackageOptions(
                    with_scheduling=scheduling, with_deck_configs=scheduling,
                    with_media=True, legacy=FORMATS[name],
                )  # fmt: skip
                collection.export_anki_package(out_path=str(out), options=options, limit=None)
        return out

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Ask the database."""
        with self.opened() as collection:
            found: list[Any] = collection.db.all(sql, *values)
            return found


def switch_fsrs(collection: Any, *, on: bool) -> None:
    config = collection.decks.get_deck_configs_for_update(1)
    collection.decks.update_deck_configs(
        UpdateDeckConfigsRequest(
            target_deck_id=1, configs=[config.all_config[0].config], fsrs=on,
            limits=config.current_deck.limits,
        )
    )  # fmt: skip
