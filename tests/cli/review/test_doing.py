"""Exercises in the middle of a review."""

import sys
from pathlib import Path

import pytest

from srs.settings import Settings
from tests.cli.review.conftest import DAY, EXERCISE, RIGHT, WRONG, Room, editor


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits")
def test_an_exercise_is_written_tried_and_tried_again(room: Room, tmp_path: Path) -> None:
    room.settings = Settings(editor=editor(tmp_path, WRONG, RIGHT))
    room.write(EXERCISE)
    lived = room.live("space", "y", "t", "space")
    assert "space do it" in lived.seen[0]
    assert "Run it only if you trust" in " ".join(lived.seen[1].split())
    assert "Not yet:" in lived.seen[2]
    assert "not four" in lived.seen[2]
    assert "All tests pass." in lived.seen[3]
    assert "space Hard" in lived.seen[3]
    assert "return 2 * n" in lived.seen[3]
    assert lived.reps("x") == 1
    room.now += DAY
    lived = room.live("space", "space")
    assert "trust" not in " ".join(lived.seen), "it is asked once a corpus"


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits")
def test_an_exercise_that_fails_or_may_not_run(room: Room, tmp_path: Path) -> None:
    room.settings = Settings(editor=editor(tmp_path, WRONG))
    room.write(EXERCISE)
    lived = room.live("space", "n", "q")
    assert "return 2 * n" in lived.seen[2], "without leave the answer is only shown"
    assert "Nothing tried: grade yourself. Space means Good." in lived.seen[2]
    assert not (room.root / "written").exists()
    lived = room.live("space", "y", "space", "q")
    assert "The tests did not pass." in lived.seen[3]
    assert "space Again" in lived.seen[3]
    room.settings = Settings(editor="no-such-editor")
    lived = room.live("space", "q")
    assert "there is no editor no-such-editor" in " ".join(lived.seen[1].split())
