"""One broken deck for every problem code, with what `srs check` says of it."""

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from srs.cli import group
from srs.errors import CODES

HERE = Path(__file__).parent
DECKS = {path.stem: path for path in HERE.glob("*.md")} | {"config": HERE / "config"}


def check(path: Path) -> str:
    result = CliRunner().invoke(group, ["check", str(path)], catch_exceptions=False)
    return result.output


@pytest.mark.parametrize("code", sorted(DECKS))
def test_what_is_said_of_each_problem(code: str, request: pytest.FixtureRequest) -> None:
    said = check(DECKS[code])
    assert f"[{code}]" in said
    golden = HERE / f"{code}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work otherwise there")
def test_a_deck_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "deck.md").write_text("## Q\n\nA\n", encoding="utf-8")
    (tmp_path / "deck.md").chmod(0)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        said = check(tmp_path / "deck.md")
    finally:
        if root:
            os.seteuid(0)
    assert said.startswith("deck.md:1:1: cannot read: Permission denied [unreadable]\n")


def test_every_code_has_its_deck() -> None:
    assert {*DECKS, "unreadable"} == CODES.keys()
