import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from srs.cli import group

SHIPPED = Path(__file__).parents[2] / "decks" / "python-interview"
NOW = "2026-11-21T18:00:00+01:00"

DECK = """\
---
deck: Deck
---

# Section

Introduction.

## First question?
<!-- {#first} -->

First answer.

## Second question?
<!-- {#second} -->

Second answer.

## Third
<!-- {#third} -->

A {{c1::hidden}} word and {{c2::another}}.
"""

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a home and a folder of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    for name in (
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "SRS_DECKS",
        "SRS_DB",
        "SRS_NOW",
    ):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    return folder


@pytest.fixture
def run() -> Run:
    """Run the command line in this process."""

    def run(*args: object, now: str = NOW) -> Result:
        return CliRunner().invoke(group, ["--now", now, *map(str, args)], catch_exceptions=False)

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Make a small corpus."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "srs.toml").write_text('name = "Small"\nkey = "k"\n', encoding="utf-8")
    (folder / "deck.md").write_text(DECK, encoding="utf-8")
    return folder


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Copy the shipped corpus."""
    folder = tmp_path / "shipped"
    shutil.copytree(SHIPPED, folder)
    return folder
