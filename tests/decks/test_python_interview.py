"""The shipped corpus holds together: no problems, all items answered, the lock up to date."""

import csv
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from srs.cli import group
from srs.corpus import lint, read, render
from srs.corpus.parse import parse
from srs.corpus.read import targets
from srs.corpus.tree import CodeBlock, Image, List, Math, Table, inside
from srs.errors import Problem
from srs.model import Deck, Kind, Note

ROOT = Path(__file__).parents[2] / "decks" / "python-interview"
ITEMS = {
    "basics": 12,
    "data-model": 23,
    "scope": 6,
    "functions": 17,
    "decorators": 6,
    "exceptions": 11,
    "iterators-generators": 17,
    "context-managers": 4,
    "oop": 22,
    "strings-text": 3,
    "io-files": 7,
    "serialization": 3,
    "stdlib": 7,
    "imports-modules": 5,
    "style-pep8": 6,
    "packaging-env": 3,
    "typing": 3,
    "modern-python": 8,
    "metaprogramming": 6,
    "memory-gc": 15,
    "cpython-internals": 19,
    "data-structures": 21,
    "complexity": 12,
    "algorithms": 27,
    "performance": 16,
    "debugging": 8,
    "testing": 4,
    "gil-threads": 12,
    "multiprocessing": 6,
    "asyncio": 13,
    "design-patterns": 8,
    "web-backend": 6,
    "numpy": 6,
    "pandas": 31,
    "data-cleaning": 11,
    "visualization": 3,
    "ml-stats": 12,
    "ml-models": 21,
    "llm": 12,
    "interview-skills": 33,
}
"""What the syllabus asks, by topic, in the order of study; a topic has the file of its name."""


@pytest.fixture(scope="module")
def decks() -> list[Deck]:
    config, problems = read.read_config(ROOT)
    assert not problems
    found = []
    for file in read.listing(ROOT, config)[0]:
        text = read.read(ROOT, file.path)
        assert isinstance(text, str)
        deck, faults = parse(text, file.path)
        assert not faults
        assert deck is not None
        found.append(deck)
    assert not lint.lint([note for deck in found for note in deck.notes], config)
    return found


@pytest.fixture(scope="module")
def notes(decks: list[Deck]) -> list[Note]:
    return [note for deck in decks for note in deck.notes]


def test_renders_without_problems(notes: list[Note]) -> None:
    assert [p for note in notes for p in render.note(note).problems] == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")
def test_all_its_code_runs_and_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    args = ["--decks", str(ROOT), "check", "--run", "--strict"]
    result = CliRunner().invoke(group, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert " 0 failed" in result.output


def test_every_syllabus_item_is_answered_and_every_note_is_wanted(notes: list[Note]) -> None:
    with (ROOT / "coverage.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = {note.id for note in notes}
    topics = {note.id: dict(note.metadata)["topic"] for note in notes}
    assert Counter(row["topic"] for row in rows) == ITEMS
    assert len({row["item"] for row in rows}) == len(rows)
    used: set[str] = set()
    for row in rows:
        answering = row["notes"].split()
        assert answering, row["item"]
        assert set(answering) <= ids, row["item"]
        assert any(topics[id] == (row["topic"],) for id in answering), row["item"]
        used.update(answering)
    assert used == ids


def test_every_note_has_an_id_a_source_and_its_metadata(notes: list[Note]) -> None:
    config, _ = read.read_config(ROOT)
    for note in notes:
        assert note.id, note.place
        assert render.note(note).source, note.place
        assert {"level", "topic"} <= dict(note.metadata).keys(), note.place
        assert dict(note.metadata).keys() <= dict(config.metadata).keys(), note.place


def test_topics_are_files_in_the_order_of_study(notes: list[Note]) -> None:
    config, _ = read.read_config(ROOT)
    assert config.order == tuple(ITEMS)
    for note in notes:
        assert dict(note.metadata)["topic"] == (note.place.path.removesuffix(".md"),), note.place


def test_it_asks_in_every_way(notes: list[Note]) -> None:
    kinds = Counter(note.kind for note in notes)
    least = {Kind.PREDICT: 60, Kind.CLOZE: 25, Kind.CHOICE: 15, Kind.EXERCISE: 20, Kind.REVERSED: 6}
    assert {kind: kinds[kind] for kind in least if kinds[kind] < least[kind]} == {}
    assert sum("debugging" in note.tags for note in notes) >= 25


def test_it_shows_what_the_language_can_do(decks: list[Deck], notes: list[Note]) -> None:
    nodes = [
        node for note in notes for node in inside((render.note(note).front, render.note(note).back))
    ]
    for what in (CodeBlock, Table, Math, Image, List):
        assert any(isinstance(node, what) for node in nodes), what
    coloured = [n for n in nodes if isinstance(n, CodeBlock) and n.language == "python"]
    assert all(any(getattr(part, "style", "") for part in inside(block)) for block in coloured)
    assert all(section.intro for deck in decks for section in deck.sections)


def test_its_images_are_there(notes: list[Note]) -> None:
    for note in notes:
        for node in inside((render.note(note).front, render.note(note).back)):
            if isinstance(node, Image):
                assert not isinstance(targets.read_media(ROOT, note.place, node.source), Problem)
