import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from srs.errors import SrsError
from srs.model import Rating
from srs.query import Path as PathQuery
from srs.query import Word
from srs.scheduler.card import Memory, Review
from srs.settings import FSRS_6
from srs.settings.layers import parse as parse_settings
from srs.study import answers
from srs.study.memory import Study, open_study
from srs.study.today import gather, next_due

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
AGAIN, HARD, GOOD, EASY = Rating
MEMORY = Memory(5.0, 5.0, TODAY - 5 * DAY)

Make = Callable[..., Study]


def test_a_word_that_is_a_path_means_that_path(
    make: Make, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make(1)
    (root / "sub").mkdir()
    (root / "sub" / "more.md").write_text("## More?\n\nYes.\n")
    (tmp_path / "outside.md").touch()
    monkeypatch.chdir(root / "sub")
    assert study.query("deck.md") == PathQuery("deck.md")
    assert study.query("sub/more.md") == study.query("more.md") == PathQuery("sub/more.md")
    assert study.query("sub/") == PathQuery("sub")
    assert study.query("./") == PathQuery(".")
    assert study.query("../deck.md") == PathQuery("deck.md")
    assert study.query(str(root / "deck.md")) == PathQuery("deck.md")
    assert study.query("sub") == Word("sub")
    for other in ("nowhere.md", "../../outside.md", "/", "a/" + "x" * 5000, "a\x00/b"):
        assert study.query(other) == Word(other)


def test_a_busy_database_is_said_by_everything(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("srs.store.database.BUSY_SECONDS", 0.01)
    study = make(1)
    (name,) = study.cards(None, NOW)
    shown = study.card(name)
    asked: list[Callable[[], object]] = [
        lambda: study.card(name),
        lambda: study.cards(None, NOW),
        lambda: study.notes(None, NOW),
        lambda: study.note("x"),
        lambda: study.decks(),
        lambda: study.sections(),
        lambda: study.broken(),
        lambda: gather(study, None, NOW),
        lambda: answers.preview(study, name, NOW),
        lambda: next_due(study, NOW),
        lambda: answers.answer(study, name, GOOD, NOW, 1, shown),
        lambda: answers.undo(study, NOW),
        lambda: open_study(study.root, study.database.path, NOW),
    ]
    with closing(sqlite3.connect(study.database.path, isolation_level=None)) as other:
        other.execute("begin exclusive")
        for ask in asked:
            with pytest.raises(SrsError, match="another srs is writing to this database"):
                ask()
    assert study.card(name) == shown


def test_the_rollover_is_kept_in_the_database_and_written_only_when_it_changes(root: Path) -> None:
    path = root / ".srs" / "srs.db"
    changes = []
    for hour in (4, 4, 22, 22):
        layer, _ = parse_settings(f"rollover = {hour}", "config.toml")
        study = open_study(root, path, NOW, [layer])
        assert study.settings.rollover == hour
        assert study.database.setting("rollover") == str(hour)
        changes.append(study.database.connection.total_changes > 0)
        study.close()
    assert changes == [True, False, True, False]


def test_other_parameters_make_all_cards_anew_but_leave_their_schedule(root: Path) -> None:
    (root / "deck.md").write_text("## Q?\n\nA.\n")
    path = root / ".srs" / "srs.db"
    study = open_study(root, path, NOW)
    (name,) = study.cards(None, NOW)
    answers.answer(study, name, Rating.EASY, NOW, 1000)
    before = study.card(name)
    study.close()
    other = [round(value * 1.01, 4) for value in FSRS_6]
    layer, _ = parse_settings(f"parameters = {other}", "config.toml")
    for layers, changed in (([layer], True), ([layer], False), ([], True)):
        copies = len(list((root / ".srs").rglob("*-parameters.db")))
        study = open_study(root, path, NOW, layers)
        card = study.card(name)
        study.close()
        assert isinstance(card.phase, Review)
        assert isinstance(before.phase, Review)
        assert (card.phase.due, card.reps) == (before.phase.due, before.reps)
        assert (card.memory == before.memory) == (not layers)
        assert (len(list((root / ".srs").rglob("*-parameters.db"))) > copies) == changed
