"""Notes as trees and their media as bytes, kept in the user's cache folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from srs.corpus import read, render, tree
from srs.corpus.render import Rendered
from srs.corpus.tree import Image, inside
from srs.errors import Problem, Severity
from srs.ids import digest
from srs.model import Note, Section
from srs.store.notes import StoredNote

MAX_KEPT_BYTES = 256 * 1024 * 1024
"""A cache larger than this is begun anew."""


@dataclass(slots=True)
class Media:
    """The media of some notes: sources as written to names, and names to content."""

    root: Path
    data: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def names(self, path: str, line: int, blocks: object) -> dict[str, str]:
        """Take in the media of a tree; return the names of those that are there."""
        from exporters.apkg import media_name
        from srs.errors import Place

        names: dict[str, str] = {}
        for node in inside(blocks):
            if isinstance(node, Image) and node.source not in names:
                data = read.read_media(self.root, Place(path, line), node.source)
                if isinstance(data, Problem):
                    self.problems.append(data)
                else:
                    name = media_name(node.source.rsplit("/", 1)[-1], data)
                    names[node.source] = name
                    self.data[name] = data
        return names


class Renderer:
    """Renders notes, remembering those it has rendered before, in this run or another."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self.connection = connection
        self.salt = f"{render.VERSION}/{version('markdown')}/{version('pygments')}"
        self.fresh: list[tuple[str, str]] = []

    def note(self, stored: StoredNote) -> Rendered:
        """Render a note, its options in their order; only problem-free results are remembered."""
        return self._rendered(stored.note).shuffled(stored.guid)

    def _rendered(self, note: Note) -> Rendered:
        key = digest(self.salt, note.kind.value, note.heading, note.front, note.back)
        if self.connection is not None:
            row = self.connection.execute(
                "select tree from rendered where key = ?", (key,)
            ).fetchone()
            if row is not None:
                front, back, source = map(tree.from_data, json.loads(row[0]))
                return Rendered(note.kind, front, back, source, ())
        rendered = render.note(note)
        if not rendered.problems:
            parts = (rendered.front, rendered.back, rendered.source)
            text = json.dumps([tree.to_data(part) for part in parts], ensure_ascii=False)
            self.fresh.append((key, text))
        return rendered

    def section(self, section: Section, path: str) -> tree.Blocks:
        """Render a section's introduction."""
        return render.section(section, path).back

    def remember(self) -> None:
        """Write what was rendered anew into the cache; a cache that cannot be written is none."""
        if self.connection is not None and self.fresh:
            try:
                with self.connection:
                    self.connection.executemany(
                        "insert or replace into rendered values (?, ?)", self.fresh
                    )
            except sqlite3.Error:
                pass
            self.fresh.clear()


@contextmanager
def renderer() -> Iterator[Renderer]:
    """Open the cache for a while; without a writable cache folder, render without one."""
    connection = _open_cache()
    try:
        made = Renderer(connection)
        yield made
        made.remember()
    finally:
        if connection is not None:
            connection.close()


def _open_cache() -> sqlite3.Connection | None:
    from platformdirs import user_cache_path

    path = user_cache_path("srs", appauthor=False) / "rendered.db"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MAX_KEPT_BYTES:
            path.unlink()
        connection = sqlite3.connect(path, timeout=1)
        connection.execute("pragma journal_mode = truncate")
        connection.execute("pragma synchronous = off")
        connection.execute(
            "create table if not exists rendered (key text primary key, tree text) strict"
        )
        connection.execute("select key, tree from rendered limit 1")
    except (OSError, sqlite3.Error):
        return None
    return connection


def errors(rendered: Rendered) -> bool:
    """Tell whether a rendered note has an error and must stay out."""
    return any(problem.severity is Severity.ERROR for problem in rendered.problems)
