"""Exports and imports where a folder cannot be written: a sentence, and nothing half done."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import DECK, Run
from tests.importers import foreign
from tests.store.test_files import bound_by_permissions

if sys.platform == "win32":
    pytest.skip("needs POSIX permissions", allow_module_level=True)

READ_ONLY = ("ro", "ro-corpus")

HERE = Path(sys.prefix)
ours = pytest.mark.skipif(
    os.geteuid() == 0 and not all(f.stat().st_mode & 0o005 == 0o005 for f in (HERE, *HERE.parents)),
    reason="root alone may read this environment",
)


def contents(folder: Path) -> dict[str, bytes | None]:
    found = sorted(path for path in folder.rglob("*") if "home" not in path.parts)
    return {str(path): path.read_bytes() if path.is_file() else None for path in found}


@pytest.fixture
def place(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make folders that may be written and some that may not; do all once where it may be done."""
    folder = Path(tempfile.mkdtemp())
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "home"))
    for name in ("home", "rw", "ro", "ro-corpus", "corpus"):
        (folder / name).mkdir()
    for corpus in ("corpus", "ro-corpus"):
        (folder / corpus / "srs.toml").write_text('name = "Small"\nkey = "k"\n', encoding="utf-8")
        (folder / corpus / "deck.md").write_text(DECK, encoding="utf-8")
    note = (foreign.BASIC, ["a", '<img src="x.png">'])
    foreign.package(folder / "x.apkg", [note], media={"0": "x.png"}, files={"0": b"x"})
    for args in (
        ("--decks", "corpus", "export", "apkg", "rw/x.apkg", "--notes", "rw/n.md", "--progress"),
        ("--decks", "corpus", "export", "pdf", "rw/x.pdf"),
        ("import", "x.apkg", "--to", "rw/new"),
    ):
        assert run(*args).exit_code == 0
    run("--decks", "corpus", "import", "x.apkg")
    shutil.rmtree("rw")
    (folder / "rw").mkdir()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534) if os.geteuid() == 0 else None
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name in READ_ONLY:
        (folder / name).chmod(0o555)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


REFUSED = [
    (("--decks", "corpus", "export", "apkg", "ro/x.apkg"), "folder ro cannot be written"),
    (("--decks", "corpus", "export", "pdf", "ro/x.pdf"), "folder ro cannot be written"),
    (
        ("--decks", "corpus", "export", "apkg", "rw/x.apkg", "--notes", "ro/n.md"),
        "folder ro cannot be written",
    ),
    (("import", "x.apkg", "--to", "ro/new"), "cannot make ro/new a corpus: Permission denied"),
    (("import", "x.apkg", "--to", "ro/a/b"), "cannot make ro/a/b a corpus: Permission denied"),
    (("import", "x.apkg", "--to", "ro"), "cannot make ro a corpus: Permission denied"),
    (("--decks", "ro-corpus", "import", "x.apkg"), "cannot make the folder ro-corpus/.srs"),
    (("--decks", "ro-corpus", "export", "apkg", "rw/x.apkg"), "make the folder ro-corpus/.srs"),
    (
        ("--decks", "ro-corpus", "--db", "home/x.db", "export", "apkg", "rw/x.apkg"),
        "ro-corpus/srs.lock lacks 3 notes and cannot be written: make its folder writable",
    ),
]


@pytest.mark.parametrize(("args", "expected"), REFUSED)
def test_a_folder_that_cannot_be_written_is_said_and_left(
    run: Run, place: Path, args: tuple[str, ...], expected: str
) -> None:
    before = contents(place)
    with bound_by_permissions():
        done = run(*args)
    assert done.exit_code == 1
    assert expected in done.stderr
    assert done.stderr.startswith("srs: ")
    assert contents(place) == before


@ours
def test_a_corpus_that_cannot_be_written_is_exported_all_the_same(run: Run, place: Path) -> None:
    shutil.copy(place / "corpus" / "srs.lock", place / "ro-corpus")
    before = contents(place / "ro-corpus")
    with bound_by_permissions():
        done = run("--decks", "ro-corpus", "--db", "rw/x.db", "export", "apkg", "rw/x.apkg")
        dry = run("--decks", "ro-corpus", "import", "x.apkg", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "none of the notes" in dry.stderr
    assert contents(place / "ro-corpus") == before
