"""Notes as the HTML that Anki shows: kept in the user's cache folder, made by all processors."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import astuple, dataclass, replace
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from exporters.apkg import content
from exporters.apkg.content import Content
from srs.cli.caching import keep, open_cache
from srs.cli.rendering import Media, errors, sources
from srs.corpus import render
from srs.corpus.media import is_plain
from srs.corpus.read import targets
from srs.ids import digest
from srs.model import Note
from srs.store.notes import StoredNote

BATCH = 50
ALONE = 300
"""So many notes are rendered before other processes are asked: they take a while to start."""
AHEAD = 4
"""So many batches wait for each process."""
MAX_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some notes by the keys of what is made of them, what is kept of that, and what comes."""

    notes: dict[str, StoredNote]
    kept: dict[str, str]
    made: Future[list[str]] | None

    @property
    def missing(self) -> dict[str, StoredNote]:
        return {key: stored for key, stored in self.notes.items() if key not in self.kept}


class Contents:
    """Writes notes as HTML, remembering those it has written before, in this run or another.

    `left_out` counts the notes that only now show an error.
    """

    def __init__(self, root: Path, media: Media) -> None:
        self.root = root
        self.media = media
        self.left_out = 0
        self._alone = 0
        parts = (render.VERSION, content.VERSION, version("markdown"), version("pygments"))
        self._salt = "/".join(map(str, parts))

    def of(self, notes: Iterable[StoredNote]) -> Iterator[tuple[StoredNote, Content]]:
        """Yield notes with their contents, in order; a few batches are made ahead."""
        waiting: deque[_Batch] = deque()
        remaining = iter(notes)
        processes = min(_processors(), MAX_PROCESSES)
        pool: ProcessPoolExecutor | None = None
        with ExitStack() as stack:
            connection = open_cache("contents")
            if connection is not None:
                stack.callback(connection.close)
            while batch := list(islice(remaining, BATCH)):
                if pool is None and self._alone >= ALONE and processes > 1:
                    pool = _pool(processes)
                    if pool is None:
                        processes = 1
                    else:
                        stack.callback(pool.shutdown, cancel_futures=True)
                waiting.append(self._begun(batch, connection, pool))
                if pool is None or len(waiting) > AHEAD * processes:
                    yield from self._finished(waiting.popleft(), connection)
            while waiting:
                yield from self._finished(waiting.popleft(), connection)

    def _begun(
        self,
        notes: list[StoredNote],
        connection: sqlite3.Connection | None,
        pool: ProcessPoolExecutor | None,
    ) -> _Batch:
        keyed = {self._key(stored): stored for stored in notes}
        batch = _Batch(keyed, {} if connection is None else _kept(connection, keyed), None)
        missing = [*batch.missing.values()]
        if pool is None or not missing:
            return batch
        return replace(batch, made=pool.submit(_made, self.root, missing))

    def _finished(
        self, batch: _Batch, connection: sqlite3.Connection | None
    ) -> Iterator[tuple[StoredNote, Content]]:
        missing = batch.missing
        if batch.made is not None:
            texts = batch.made.result()
        else:
            texts = _made(self.root, [*missing.values()])
            self._alone += len(texts)
        fresh = dict(zip(missing, texts, strict=True))
        for key, stored in batch.notes.items():
            text = batch.kept.get(key) or fresh[key]
            if text and not self._has_its_media(stored.note, text):
                (text,) = _made(self.root, [stored])
                fresh[key] = text
            if text:
                yield stored, Content(*json.loads(text)[0])
            else:
                self.left_out += 1
        if connection is not None:
            keep(connection, [(key, text) for key, text in fresh.items() if text])

    def _key(self, stored: StoredNote) -> str:
        """Name all that a note's content depends on but its media: the guid orders its options."""
        note = stored.note
        kind = note.kind.value
        return digest(self._salt, stored.guid, kind, note.heading, note.front, note.back)

    def _has_its_media(self, note: Note, text: str) -> bool:
        """Take in the media of a note; tell whether their files are those its content names."""
        names: dict[str, str]
        missing: dict[str, str]
        _, names, missing = json.loads(text)
        if not names:
            return True
        taken = self.media.take(note.place.path, note.place.line, names)
        is_same = taken == {source: name for source, name in names.items() if name}
        return is_same and _missing(self.root, note, names) == missing


def _made(root: Path, notes: list[StoredNote]) -> list[str]:
    """Return notes as they are kept: content, names of media, and of those missing; empty for an error."""
    return [_written(root, stored) for stored in notes]


def _written(root: Path, stored: StoredNote) -> str:
    note = stored.note
    rendered = render.note(note).shuffled(stored.guid)
    if errors(rendered):
        return ""
    wanted = sources((rendered.front, rendered.back))
    names = Media(root).take(note.place.path, note.place.line, wanted)
    missing = _missing(root, note, wanted)
    made = content.content(rendered, names | missing)
    kept = {source: names.get(source, "") for source in wanted}
    return json.dumps([astuple(made), kept, missing], ensure_ascii=False)


def _missing(root: Path, note: Note, sources: Iterable[str]) -> dict[str, str]:
    """Return the names of media that are not there, by their sources: Anki may have them."""
    found = ((source, targets.missing_media(root, note.place, source)) for source in sources)
    return {source: name for source, name in found if is_plain(name)}


def _kept(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, str]:
    """Return what the cache holds of some keys; one that cannot be read holds nothing."""
    wanted = list(keys)
    marks = ", ".join("?" * len(wanted))
    try:
        rows = connection.execute(f"select key, value from cached where key in ({marks})", wanted)
        return dict(rows.fetchall())
    except sqlite3.Error:
        return {}


def _pool(processes: int) -> ProcessPoolExecutor | None:
    """Return other processes to work with; None where the system has no semaphores for them."""
    try:
        return ProcessPoolExecutor(processes, get_context("spawn"))
    except (ImportError, NotImplementedError, OSError):
        return None


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
