"""Notes as trees and their media as bytes, kept in the user's cache folder."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path, PurePath

import click

from srs.cli.caching import keep, open_cache
from srs.cli.context import plural
from srs.corpus import render, tree
from srs.corpus.read import targets
from srs.corpus.render import Rendered
from srs.corpus.tree import Image, inside
from srs.errors import Problem, Severity
from srs.ids import digest
from srs.model import Note, Section
from srs.store.notes import StoredNote


@dataclass(slots=True)
class Media:
    """The media of some notes: sources as written to names, and names to files."""

    root: Path
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def names(self, path: str, line: int, blocks: object) -> dict[str, str]:
        """Take in the media of a tree; return the names of those that are there."""
        return self.take(path, line, sources(blocks))

    def take(self, path: str, line: int, sources: Iterable[str]) -> dict[str, str]:
        """Take in media by their sources as written; return the names of those that are there."""
        from exporters.apkg.content import media_name
        from srs.errors import Place

        names: dict[str, str] = {}
        for source in sources:
            where = Place(path, line)
            file = targets.find_media(self.root, where, source)
            data = targets.read_media(self.root, where, source)
            if isinstance(file, Problem):
                self.problems.append(file)
            elif isinstance(data, Problem):
                self.problems.append(data)
            else:
                names[source] = media_name(source.rsplit("/", 1)[-1], data)
                self.files[names[source]] = file
        return names

    def say(self) -> None:
        """Say which media could not be taken in."""
        for problem in self.problems:
            click.echo(f"srs: {problem.where}: {problem.message}", err=True)


def sources(blocks: object) -> list[str]:
    """Return what the images of a tree name, each once."""
    return list(dict.fromkeys(node.source for node in inside(blocks) if isinstance(node, Image)))


def embedded(root: Path, note: Note, rendered: Rendered) -> dict[str, str]:
    """Return the media of a note as addresses that hold their content, by sources as written."""
    media = Media(root)
    names = media.names(note.place.path, note.place.line, (rendered.front, rendered.back))
    return {
        source: f"data:{targets.MEDIA[PurePath(name).suffix]};base64,"
        + base64.b64encode(media.files[name].read_bytes()).decode()
        for source, name in names.items()
    }


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
                "select value from cached where key = ?", (key,)
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
        """Write what was rendered anew into the cache."""
        if self.connection is not None and self.fresh:
            keep(self.connection, self.fresh)
            self.fresh.clear()


@contextmanager
def renderer() -> Iterator[Renderer]:
    """Open the cache for a while; without a writable cache folder, render without one."""
    connection = open_cache("trees")
    try:
        made = Renderer(connection)
        yield made
        made.remember()
    finally:
        if connection is not None:
            connection.close()


def errors(rendered: Rendered) -> bool:
    """Tell whether a rendered note has an error and must stay out."""
    return any(problem.severity is Severity.ERROR for problem in rendered.problems)


def say_left_out(count: int) -> None:
    """Say how many notes an error kept out."""
    if count:
        what = plural(count, "note")
        click.echo(f"srs: {what} left out because of errors: `srs check` shows where", err=True)
