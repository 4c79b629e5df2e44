"""How long an Anki package takes, and how much memory, beside others that write the same notes.

Run with `python tests/bench/apkg.py [NOTES…]`, by default 10,000. The notes are those of the shipped
corpus over and over, with other questions. Prints, each measured in a process of its own: Python-
Markdown with Pygments alone on the same texts, in two processes; `srs export apkg` with nothing in
the cache, with nothing changed, and with four reviews of each note; and for the same notes, ready-
made, genanki alone and the exporter of Anki's core. Memory is that of the largest process.
"""

import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import Pool
from pathlib import Path

from srs.model import Rating
from srs.scheduler.card import State
from srs.scheduler.log import Event, EventKind
from srs.scheduler.outcomes import Outcome
from srs.settings import FSRS_6
from srs.store import cards
from srs.store.database import open_database

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "decks" / "python-interview"
A_DECK = 100
FIRST = datetime(2025, 1, 1, 9, tzinfo=UTC)


def corpus(folder: Path, count: int) -> None:
    """Write notes of the shipped corpus, each with a question of its own, a hundred a deck."""
    texts: list[str] = []
    for path in sorted(SHIPPED.glob("*.md")):
        parts = re.split(r"(?m)^(?=## )", path.read_text(encoding="utf-8"))[1:]
        texts += [re.split(r"(?m)^# ", part)[0].rstrip() for part in parts]
    texts = [text for text in texts if "![" not in text and ".rows" not in text]
    folder.mkdir()
    toml = (SHIPPED / "srs.toml").read_text(encoding="utf-8")
    (folder / "srs.toml").write_text(toml, encoding="utf-8")
    for first in range(0, count, A_DECK):
        written = []
        for n in range(first, min(count, first + A_DECK)):
            text = re.sub(r"(\{#[\w-]+)", rf"\g<1>-{n}", texts[n % len(texts)], count=1)
            heading, _, rest = text.partition("\n")
            written.append(f"{heading} ({n})\n{rest}\n")
        path = folder / f"part-{first // A_DECK // 100}" / f"deck-{first // A_DECK:04}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(written), encoding="utf-8")


def study(path: Path) -> None:
    """Review the first card of every note four times."""
    rng = random.Random(1)
    outcomes = (
        Outcome(State.LEARNING, 1, 600, None), Outcome(State.REVIEW, 0, None, 2),
        Outcome(State.REVIEW, 0, None, 6), Outcome(State.REVIEW, 0, None, 20),
    )  # fmt: skip
    waits = (timedelta(0), timedelta(minutes=10), timedelta(days=2), timedelta(days=8))
    database = open_database(path)
    first = "select guid, min(ord) from cards group by guid"
    events = []
    for guid, ord in database.connection.execute(first).fetchall():
        start = FIRST + timedelta(milliseconds=rng.randrange(30_000_000_000))
        for outcome, wait in zip(outcomes, waits, strict=True):
            moment = start + wait
            ms = int(moment.timestamp() * 1000)
            day = (moment - timedelta(hours=4)).date()
            events.append(
                Event(
                    guid, ord, ms, EventKind.ANSWER, day, 0, "d", "srs", Rating.GOOD, 5000, outcome
                )
            )
    with database.transaction() as connection:
        cards.insert(connection, events)
        cards.rebuild_all(connection, FSRS_6)
    database.close()


_CONVERTERS: list[Callable[[str], str]] = []


def convert(text: str) -> int:
    if not _CONVERTERS:
        import markdown
        from markdown import Extension
        from markdown.extensions.codehilite import CodeHiliteExtension

        extensions: list[str | Extension] = [
            "tables",
            "fenced_code",
            CodeHiliteExtension(guess_lang=False),
        ]
        converter = markdown.Markdown(extensions=extensions)
        _CONVERTERS.append(lambda text: converter.reset().convert(text))
    return len(_CONVERTERS[0](text))


def markdown_alone(folder: Path) -> float:
    texts: list[str] = []
    for path in sorted((folder / "corpus").rglob("*.md")):
        texts += re.split(r"(?m)^(?=## )", path.read_text(encoding="utf-8"))[1:]
    start = time.perf_counter()
    with Pool(2) as pool:
        pool.map(convert, texts, chunksize=50)
    return time.perf_counter() - start


def export(folder: Path, *options: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "srs", "--decks", str(folder / "corpus"), "export", "apkg"]
    subprocess.run(
        [*command, str(folder / "srs.apkg"), *options], check=True, capture_output=True,
        env=os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return time.perf_counter() - start


def genanki_alone(folder: Path) -> float:
    """Write the notes that are in the package anew, with genanki as it comes."""
    import genanki

    from exporters.apkg.notetypes import CLOZE_ID, notetype

    models = {id: notetype(cloze=id == CLOZE_ID) for id in (CLOZE_ID, CLOZE_ID - 1)}
    rows = packaged(folder)
    start = time.perf_counter()
    deck = genanki.Deck(1_700_000_000_000, "Deck")
    for guid, mid, tags, flds in rows:
        note = genanki.Note(models[mid], flds.split("\x1f"), guid=guid, tags=tags.split())
        deck.add_note(note)
    genanki.Package(deck).write_to_file(str(folder / "genanki.apkg"))
    return time.perf_counter() - start


def packaged(folder: Path) -> list[tuple[str, int, str, str]]:
    path = folder / "unpacked.anki2"
    with zipfile.ZipFile(folder / "srs.apkg") as archive:
        path.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("select guid, mid, tags, flds from notes").fetchall()


def anki_s_own(folder: Path, *, scheduling: bool) -> float:
    """Let Anki's core export the notes, once it has imported them."""
    from anki.collection import (
        Collection,
        ExportAnkiPackageOptions,
        ImportAnkiPackageOptions,
        ImportAnkiPackageRequest,
    )

    collection = Collection(str(folder / f"anki-{scheduling}.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=scheduling, with_deck_configs=scheduling)
    request = ImportAnkiPackageRequest(package_path=str(folder / "srs.apkg"), options=options)
    collection.import_anki_package(request)
    start = time.perf_counter()
    wanted = ExportAnkiPackageOptions(
        with_scheduling=scheduling, with_deck_configs=scheduling, with_media=True, legacy=True
    )
    collection.export_anki_package(out_path=str(folder / "anki.apkg"), options=wanted, limit=None)
    seconds = time.perf_counter() - start
    collection.close()
    return seconds


TASKS: dict[str, tuple[Callable[[Path], float], str]] = {
    "Python-Markdown and Pygments, two processes": (markdown_alone, ""),
    "srs, nothing in the cache": (export, "srs.apkg"),
    "srs, nothing changed": (export, "srs.apkg"),
    "genanki alone, the same notes": (genanki_alone, "genanki.apkg"),
    "Anki's exporter, the same notes": (lambda f: anki_s_own(f, scheduling=False), "anki.apkg"),
    "srs --progress, four reviews each": (lambda f: export(f, "--progress"), "srs.apkg"),
    "Anki's exporter, four reviews each": (lambda f: anki_s_own(f, scheduling=True), "anki.apkg"),
}


def main() -> None:
    if sys.argv[1:] and sys.argv[1] in TASKS:
        seconds = TASKS[sys.argv[1]][0](Path(sys.argv[2]))
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        print(seconds, max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024)
        return
    for count in map(int, sys.argv[1:] or ["10000"]):
        measure(count)


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder / "corpus", count)
        lock = [sys.executable, "-m", "srs", "--decks", str(folder / "corpus"), "lock"]
        subprocess.run(
            lock, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        print(f"{count:,} notes")
        for task, (_, made) in TASKS.items():
            if task.startswith("srs --progress"):
                study(folder / "corpus" / ".srs" / "srs.db")
            done = subprocess.run(
                [sys.executable, __file__, task, str(folder)], check=True, capture_output=True,
                text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            seconds, memory = map(float, done.stdout.split()[-2:])
            size = f", {(folder / made).stat().st_size / 1e6:.1f} MB written" if made else ""
            print(f"{task}: {seconds:.2f} s, {memory:.0f} MB{size}", flush=True)


if __name__ == "__main__":
    main()
