import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from srs.cli import settings
from srs.settings.keys import KEYS
from tests.cli.conftest import Run


@pytest.fixture
def own(corpus: Path) -> Path:
    """Make a file of settings for the corpus, with comments."""
    path = corpus / ".srs" / "config.toml"
    path.parent.mkdir()
    path.write_text("# mine\nretention = 0.85 # high\n\n[decks.Deck]\nnew_per_day = 1\n")
    return path


def test_all_settings_are_shown_with_their_origin_and_meaning(run: Run, own: Path) -> None:
    result = run("--decks", own.parents[1], "config")
    lines = {line.split("  ")[0].strip(): line for line in result.stdout.splitlines() if line}
    assert {*KEYS} <= {*lines}
    for name, key in KEYS.items():
        assert key.meaning in lines[name]
    assert "built in" in lines["rollover"]
    assert ".srs/config.toml:2" in lines["retention"]
    below = result.stdout.partition("\nDeck\n")[2].split()
    assert below[:3] == ["new_per_day", "1", ".srs/config.toml:5"]
    assert result.stderr == ""


def test_json(run: Run, own: Path) -> None:
    found = json.loads(run("--decks", own.parents[1], "config", "--json").stdout)
    assert [one["name"] for one in found["settings"]] == [*KEYS]
    assert found["settings"][0]["value"] == 0.85
    assert found["settings"][1]["value"] == ["1m", "10m"]
    assert found["settings"][1]["from"] == "built in"
    (deck,) = found["decks"]
    assert (deck["deck"], deck["settings"][0]["value"]) == ("Deck", 1)
    one = json.loads(run("--decks", own.parents[1], "config", "retention", "--json").stdout)
    assert (one["value"], one["from"]) == (0.85, ".srs/config.toml:2")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["retention"], "0.85"),
        (["learning_steps"], "1m 10m"),
        (["new_per_day"], "20"),
        (["new_per_day", "--deck", "Deck::Below"], "1"),
        (["retention", "--deck", "Deck"], "0.85"),
    ],
)
def test_one_value_is_shown(run: Run, own: Path, arguments: list[str], shown: str) -> None:
    assert run("--decks", own.parents[1], "config", *arguments).stdout == f"{shown}\n"


@pytest.mark.parametrize("name", KEYS)
def test_a_value_can_be_given_as_it_is_shown(run: Run, corpus: Path, name: str) -> None:
    if name == "editor":
        run("--decks", corpus, "config", name, "vim -f")
    shown = run("--decks", corpus, "config", name).stdout.strip()
    assert run("--decks", corpus, "config", name, shown).exit_code == 0
    assert run("--decks", corpus, "config", name).stdout.strip() == shown
    assert (corpus / ".srs" / ".gitignore").read_text() == "*\n"


def test_writing_keeps_the_rest(run: Run, own: Path) -> None:
    root = own.parents[1]
    result = run("--decks", root, "config", "retention", "0.92")
    assert result.stdout == "retention is now in .srs/config.toml\n"
    run("--decks", root, "config", "learning_steps", "5m")
    run("--decks", root, "config", "retention", "0.8", "--deck", "Deck")
    run("--decks", root, "config", "--unset", "new_per_day", "--deck", "Deck")
    assert own.read_text() == (
        '# mine\nretention = 0.92 # high\nlearning_steps = ["5m"]\n\n'
        "[decks.Deck]\nretention = 0.8\n"
    )
    assert [path.name for path in own.parent.iterdir() if path.name.startswith(".c")] == []


def test_what_a_deck_had_goes_with_its_table_even_where_the_deck_is_gone(
    run: Run, corpus: Path
) -> None:
    path = corpus / ".srs" / "config.toml"
    path.parent.mkdir()
    path.write_text('# mine\nretention = 0.9\n\n[decks."Old::One"]\nnew_per_day = 1\n')
    run("--decks", corpus, "config", "--unset", "new_per_day", "--deck", "Old::One")
    assert path.read_text() == "# mine\nretention = 0.9\n"


def test_a_deck_may_be_one_that_holds_others_or_for_the_user_any(run: Run, corpus: Path) -> None:
    (corpus / "sub.md").write_text("---\ndeck: Up::Down\n---\n\n## Q?\n\nA.\n")
    for arguments in (["--deck", "Up"], ["--deck", "Up::Down"], ["--deck", "Elsewhere", "--user"]):
        result = run("--decks", corpus, "config", "new_per_day", "3", *arguments)
        assert (result.exit_code, result.stdout.split()[:4]) == (
            0,
            ["new_per_day", "of", arguments[1], "is"],
        )


def test_without_notes_there_is_no_deck(run: Run, corpus: Path) -> None:
    for path in corpus.glob("*.md"):
        path.unlink()
    result = run("--decks", corpus, "config", "new_per_day", "3", "--deck", "Deck")
    assert "srs: there is no deck Deck: this corpus has no notes yet\n" in result.stderr


def test_the_users_file_is_the_weaker(run: Run, own: Path) -> None:
    root = own.parents[1]
    result = run("--decks", root, "config", "retention", "0.7", "--user")
    assert settings.user_file().read_text() == "retention = 0.7\n"
    assert result.stderr == "srs: .srs/config.toml:2 says otherwise, and is what holds\n"
    assert run("--decks", root, "config", "retention").stdout == "0.85\n"
    run("--decks", root, "config", "--unset", "retention")
    assert run("--decks", root, "config", "retention").stdout == "0.7\n"


def test_a_link_stays_a_link(run: Run, own: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    own.rename(elsewhere)
    own.symlink_to(elsewhere)
    assert run("--decks", own.parents[1], "config", "rollover", "5").exit_code == 0
    assert own.is_symlink()
    assert "rollover = 5" in elsewhere.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retentoin"], "there is no setting retentoin: is it `retention`?"),
        (["retention", "2"], "retention is a number from 0.7 to 0.99, and not 2"),
        (["rollover", "4", "--deck", "Deck"], "rollover is not a deck's own"),
        (["--unset", "rollover"], "rollover is not set in .srs/config.toml"),
        (["new_per_day", "3", "--deck", "Deck"], "in a way that only you can change"),
        (["new_per_day", "3", "--deck", "Dekc"], "there is no deck Dekc: is it `Deck`?"),
        (
            ["new_per_day", "3", "--deck", "Deck::Below"],
            "there is no deck Deck::Below: known are Deck",
        ),
        (["new_per_day", "3", "--deck", "?"], "there is no deck ?: known are Deck"),
    ],
)
def test_what_cannot_be_written_changes_nothing(
    run: Run, own: Path, arguments: list[str], said: str
) -> None:
    own.write_text("[decks]\nDeck = { retention = 0.8 }\n")
    result = run("--decks", own.parents[1], "config", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert own.read_text() == "[decks]\nDeck = { retention = 0.8 }\n"


def test_a_broken_file_is_mended_first(run: Run, own: Path) -> None:
    own.write_text("retention = \n")
    result = run("--decks", own.parents[1], "config", "rollover", "5")
    assert result.stderr.startswith("srs: .srs/config.toml:1:13: not valid TOML")
    assert own.read_text() == "retention = \n"


@pytest.mark.parametrize("arguments", [["--unset"], ["--user"], ["--deck", "A"]])
def test_options_that_need_a_key(run: Run, corpus: Path, arguments: list[str]) -> None:
    assert run("--decks", corpus, "config", *arguments).exit_code == 2


def test_where_there_is_no_corpus(run: Run, tmp_path: Path) -> None:
    assert run("config", "rollover", "5", "--user").exit_code == 0
    folder = tmp_path / "none"
    folder.mkdir()
    assert "built in" in run("--decks", folder, "config").stdout
    assert run("--decks", folder, "config", "rollover").stdout == "5\n"
    result = run("--decks", folder, "config", "rollover", "3")
    assert (result.exit_code, "is no corpus yet" in result.stderr) == (1, True)
    assert [*folder.iterdir()] == []


def test_the_shipped_corpus_has_settings_that_its_copy_takes_along(
    run: Run, tmp_path: Path
) -> None:
    assert run("config", "retention", "0.8").exit_code == 0
    assert run("config", "retention").stdout == "0.8\n"
    assert run("init", tmp_path / "own", "--from", "python-interview").exit_code == 0
    assert (tmp_path / "own" / ".srs" / "config.toml").read_text() == "retention = 0.8\n"


def test_commands_say_what_is_wrong_and_go_on_without(run: Run, own: Path) -> None:
    root = own.parents[1]
    own.write_text("retention = 2\nnew_per_day = 1\n")
    settings.user_file().parent.mkdir(parents=True)
    settings.user_file().write_text("nwe_per_day = 1\n")
    (root / "srs.toml").write_text('key = "k"\nrollover = 99\n')
    result = run("--decks", root, "due")
    where = settings.shown(settings.user_file())
    said = [line for line in result.stderr.splitlines() if "new" not in line.split()]
    assert [line.split(" ")[1] for line in said] == [
        "srs.toml:2:1:", f"{where}:1:1:", ".srs/config.toml:1:1:",
    ]  # fmt: skip
    assert result.stdout.split()[4] == "1"
    checked = run("--decks", root, "check")
    assert checked.exit_code == 1
    assert checked.stdout.count("[config]") == 2
    assert "  1 | retention = 2\n    | ^" in checked.stdout


def test_the_settings_hold(run: Run, corpus: Path) -> None:
    for name, value in (("new_per_day", "1"), ("rollover", "23"), ("paper", "letter")):
        run("--decks", corpus, "config", name, value)
    assert run("--decks", corpus, "due").stdout.split()[4] == "1"
    day = json.loads(run("--decks", corpus, "due", "--json").stdout)["day"]
    assert day == "2026-11-20"
    with closing(sqlite3.connect(corpus / ".srs" / "srs.db")) as database:
        query = "select value from settings where name = 'rollover'"
        assert database.execute(query).fetchone() == ("23",)
    out = corpus / "out.pdf"
    for options, size in (([], (612, 792)), (["--paper", "a4"], (595, 842))):
        assert run("--decks", corpus, "export", "pdf", out, *options).exit_code == 0
        with PdfDocument(out) as pdf:
            assert tuple(map(round, pdf[0].get_size())) == size
