"""The tests of each exercise catch the mistakes that candidates make in it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from srs.corpus import read, render
from srs.corpus.parse import parse
from srs.corpus.programs import attempt, programs
from srs.model import Deck, Kind, Note
from srs.runner import Limits, judge, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")

CORPUS = Path(__file__).parents[2] / "decks" / "python-interview"
MISTAKES = Path(__file__).parent / "mistakes"
"""A file for each exercise, by its id; a note in it for each mistake, with the wrong solution."""
LIMITS = Limits(seconds=2.0)
"""A mistake may also be that it takes far too long."""


def _deck(root: Path, path: str) -> Deck:
    text = read.read(root, path)
    assert isinstance(text, str)
    deck, problems = parse(text, path)
    assert deck is not None
    assert not problems
    return deck


def _exercises() -> Iterator[Note]:
    config, _ = read.read_config(CORPUS)
    for file in read.listing(CORPUS, config)[0]:
        for note in _deck(CORPUS, file.path).notes:
            if note.kind is Kind.EXERCISE:
                yield note


EXERCISES = {note.id: note for note in _exercises()}


def test_each_exercise_has_its_mistakes() -> None:
    assert {path.stem for path in MISTAKES.glob("*.md")} == EXERCISES.keys()


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_its_tests_catch_them(name: str) -> None:
    exercise = EXERCISES[name]
    mistakes = _deck(MISTAKES, f"{name}.md").notes
    assert len(mistakes) >= 2
    for mistake in mistakes:
        (program,) = programs(mistake, render.note(mistake))
        wrong = "\n".join(block.code for block in program.blocks)
        tried = attempt(exercise, render.note(exercise), wrong)
        assert judge(tried, run(tried, Path(sys.executable), LIMITS)).problems, mistake.place
