"""Where an export may be written to, and what it never replaces."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def busy(run: Run, corpus: Path) -> Path:
    """Return a corpus with all that it lives by, and what its owner keeps beside that."""
    run("--decks", corpus, "answer", "first", "good")
    run("--decks", corpus, "config", "retention", "0.8")
    (corpus / "README.md").write_text("Mine.\n", encoding="utf-8")
    (corpus / "dot.png").write_bytes(b"\x89PNG")
    (corpus / "inner").mkdir()
    (corpus / "inner" / "srs.toml").write_text('name = "Inner"\nkey = "i"\n', encoding="utf-8")
    (corpus / "link.md").symlink_to("README.md")
    run("--decks", corpus, "due")
    return corpus


NOT_FOR_NOTES = [
    ("deck.md", "a deck"),
    ("new.md", "a deck"),
    ("link.md", "something else"),
    ("inner/new.md", "a deck"),
    ("inner/srs.toml", "srs.toml"),
    ("inner/srs.lock", "srs.lock"),
    ("srs.toml", "srs.toml"),
    ("srs.lock", "srs.lock"),
    (".srs/srs.db", "the database"),
    (".srs/config.toml", "your answers"),
    (".srs/new.md", "your answers"),
    ("README.md", "something else"),
    ("dot.png", "something else"),
    ("out.apkg", "both files"),
    ("./inner/../out.apkg", "both files"),
]


@pytest.mark.parametrize(("name", "expected"), NOT_FOR_NOTES)
def test_release_notes_replace_nothing_else(run: Run, busy: Path, name: str, expected: str) -> None:
    before = contents(busy)
    done = run("--decks", busy, "export", "apkg", busy / "out.apkg", "--notes", busy / name)
    assert done.exit_code == 2
    assert expected in done.stderr
    assert contents(busy) == before


def test_release_notes_may_be_written_again(run: Run, busy: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", busy], check=True)
    (busy / ".gitignore").write_text("build/\n", encoding="utf-8")
    (busy / "build").mkdir()
    (tmp_path / "empty").touch()
    for told in (
        tmp_path / "notes.md", busy / "notes.txt", busy / "build" / "notes.md", tmp_path / "empty",
    ):  # fmt: skip
        for _ in range(2):
            done = run("--decks", busy, "export", "apkg", tmp_path / "x.apkg", "--notes", told)
            assert done.exit_code == 0, done.output
            assert told.read_text(encoding="utf-8").startswith("# Small\n")
    assert run("--decks", busy, "lock", "--check").exit_code == 0


@pytest.mark.parametrize(("kind", "ending"), [("apkg", ".apkg"), ("pdf", ".pdf")])
def test_an_export_replaces_nothing_that_a_corpus_lives_by(
    run: Run, busy: Path, kind: str, ending: str
) -> None:
    database = busy / f"mine{ending}"
    (busy / ".srs" / "srs.db").rename(database)
    (busy / f"deck{ending}").symlink_to("deck.md")
    (busy / f"lock{ending}").symlink_to("srs.lock")
    before = contents(busy)
    for name in (database.name, f"deck{ending}", f"lock{ending}"):
        done = run("--decks", busy, "--db", database, "export", kind, busy / name)
        assert done.exit_code == 2, name
        assert "write to another folder" in done.stderr
    for name in ("deck.md", "srs.lock", "srs.toml"):
        done = run("--decks", busy, "--db", database, "export", kind, busy / name)
        assert done.exit_code == 1
        assert f"{ending}: write " in done.stderr
    assert contents(busy) == before


@pytest.mark.parametrize(("kind", "ending"), [("apkg", ".apkg"), ("pdf", ".pdf")])
def test_an_export_replaces_only_what_is_of_its_kind(
    run: Run, corpus: Path, tmp_path: Path, kind: str, ending: str
) -> None:
    """Whatever the name says, and what a link leads to."""
    other = {"apkg": b"%PDF-1.7\n", "pdf": b"PK\x03\x04"}[kind]
    texts = {"thesis.txt": b"My thesis.\n", f"note{ending}": b"x", f"other{ending}": other}
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / f"link{ending}").symlink_to("thesis.txt")
    for name in (f"note{ending}", f"other{ending}", f"link{ending}"):
        done = run("--decks", corpus, "export", kind, tmp_path / name)
        assert done.exit_code == 2, name
        assert f"{name} holds something else, which would be lost" in done.stderr
    assert all((tmp_path / name).read_bytes() == data for name, data in texts.items())
    (tmp_path / f"empty{ending}").touch()
    for _ in range(2):
        assert run("--decks", corpus, "export", kind, tmp_path / f"empty{ending}").exit_code == 0


def test_a_name_that_is_only_an_ending_is_said_to_be_one(run: Run, corpus: Path) -> None:
    done = run("--decks", corpus, "export", "apkg", ".apkg")
    assert "srs: .apkg is only an ending: write cards.apkg\n" in done.stderr


def test_a_device_is_no_place_for_a_package(run: Run, corpus: Path) -> None:
    done = run("--decks", corpus, "export", "apkg", "/dev/null")
    assert done.exit_code == 1
    assert done.stderr.endswith("srs: /dev/null is no file: name one\n")


def test_what_is_no_file_is_not_replaced(run: Run, corpus: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.apkg")
    for place in (("pipe.apkg",), ("x.apkg", "--notes", tmp_path / "pipe.apkg")):
        done = run("--decks", corpus, "export", "apkg", tmp_path / place[0], *place[1:])
        assert done.exit_code == 1
        assert "is no file" in done.stderr
    assert (tmp_path / "pipe.apkg").is_fifo()
    assert not (tmp_path / "x.apkg").exists()


def test_a_link_stays_one(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    link = tmp_path / "x.apkg"
    link.symlink_to("shared/x.apkg")
    for _ in range(2):
        assert run("--decks", corpus, "export", "apkg", link).exit_code == 0
    assert link.is_symlink()
    assert (tmp_path / "shared" / "x.apkg").read_bytes().startswith(b"PK")
    assert [file.name for file in (tmp_path / "shared").iterdir()] == ["x.apkg"]
