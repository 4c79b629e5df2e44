from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from srs.study.memory import Study, open_study

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "srs.toml").write_text('name = "Small"\nkey = "k"\n')
    return root


@pytest.fixture
def make(root: Path) -> Iterator[Callable[..., Study]]:
    """Open a corpus, of so many basic notes or of a text, as often as wanted."""
    opened: list[Study] = []

    def make(deck: int | str | None = None, now: datetime = NOW) -> Study:
        if isinstance(deck, int):
            deck = "\n".join(f"## Question {n}?\n\nAnswer {n}.\n" for n in range(deck))
        if deck is not None:
            (root / "deck.md").write_text(deck)
        opened.append(open_study(root, root / ".srs" / "srs.db", now))
        return opened[-1]

    yield make
    for study in opened:
        study.close()
