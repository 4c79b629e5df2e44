"""What the README says is so."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from srs.cli import _COMMANDS, group
from srs.corpus.parse import parse
from srs.errors import Severity
from srs.settings import Settings
from srs.settings.keys import KEYS
from srs.toml.edit import written

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DECKS = re.findall(r"^````markdown\n(.*?)^````$", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("deck", DECKS)
def test_its_decks_are_without_errors(deck: str) -> None:
    parsed, problems = parse(deck, "readme.md")
    assert parsed is not None
    assert parsed.notes
    assert not [p for p in problems if p.severity is Severity.ERROR]


def test_it_names_every_command() -> None:
    named = set(re.findall(r"^\| `srs (\w+)", README, re.MULTILINE))
    assert named == set(_COMMANDS)


def test_every_option_it_names_exists() -> None:
    runner = CliRunner()
    pages = [["--help"], ["export", "apkg", "--help"], ["export", "pdf", "--help"]]
    pages += [[command, "--help"] for command in _COMMANDS]
    helps = "\n".join(runner.invoke(group, page).output for page in pages)
    for option in set(re.findall(r"(?<![\w-])--[a-z]+", README)):
        assert option in helps, option


def test_it_names_every_setting() -> None:
    section = README.partition("\n## Settings\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", section, re.MULTILINE)
    assert [name for name, *_ in named] == [*KEYS]
    for name, first, meaning in named:
        key = KEYS[name]
        shown = key.form.write(getattr(Settings(), name))
        assert first == ("FSRS-6's" if name == "parameters" else f"`{written(shown)}`")
        assert meaning.startswith(key.meaning)


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
