import sys
from pathlib import Path

import platformdirs
import pytest

from srs.cli import settings
from srs.corpus import read


@pytest.mark.parametrize("base", [None, "", "relative", "/somewhere"])
def test_the_folder_is_the_one_of_platformdirs(
    base: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if base is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", base)
    assert settings.user_folder() == platformdirs.user_config_path("srs", appauthor=False)


def test_a_corpus_has_a_file_of_its_own_and_the_shipped_one_with_the_user(corpus: Path) -> None:
    assert settings.corpus_file(corpus) == corpus / ".srs" / "config.toml"
    shipped = settings.corpus_file(read.shipped_root())
    assert shipped == settings.user_folder() / "python-interview.toml"


@pytest.mark.skipif(sys.platform != "linux", reason="the folder is elsewhere there")
def test_files_are_said_from_home_and_from_the_corpus(corpus: Path) -> None:
    assert settings.shown(settings.user_file(), corpus) == "~/.config/srs/config.toml"
    assert settings.shown(settings.corpus_file(corpus), corpus) == ".srs/config.toml"
    assert settings.shown(Path("/x/y")) == "/x/y"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_order_of_strength(corpus: Path) -> None:
    config = corpus / "srs.toml"
    keys = ("retention", "buttons", "rollover")
    write(config, config.read_text() + "retention = 0.8\nbuttons = 2\nrollover = 1\n")
    write(settings.user_file(), "retention = 0.85\nrollover = 2\n")
    write(settings.corpus_file(corpus), "rollover = 3\n")
    resolved, problems = settings.holding(corpus)
    assert problems == ()
    found = {key: resolved.value(key) for key in (*keys, "paper")}
    user = settings.shown(settings.user_file())
    assert {key: (value, str(place)) for key, (value, place) in found.items()} == {
        "retention": (0.85, f"{user}:1:1"),
        "buttons": (2, "srs.toml:4:1"),
        "rollover": (3, ".srs/config.toml:1:1"),
        "paper": ("", "None"),
    }


def test_what_cannot_be_read_is_said_and_left_out(corpus: Path) -> None:
    settings.user_file().mkdir(parents=True)
    write(settings.corpus_file(corpus), "")
    settings.corpus_file(corpus).write_bytes(b"\xff")
    resolved, problems = settings.holding(corpus)
    assert resolved.origins == {}
    assert ["cannot read" in problems[0].message, "UTF-8" in problems[1].message] == [True, True]
