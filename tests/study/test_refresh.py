import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner

from srs.cli import group
from srs.corpus import lock as lock_
from srs.corpus import parse as parse_
from srs.corpus import read as read_
from srs.errors import SrsError
from srs.model import Rating
from srs.scheduler.queue import CardName
from srs.store import notes as notes_
from srs.study import answers, identity
from srs.study import proposal as proposal_
from srs.study.memory import Study, open_study
from srs.study.refresh import Refreshed, lock_faults, write_exported

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
CONFIG = 'name = "Small"\nkey = "k"\n'
ONE = "## One?\n\nFirst.\n"
TWO = "## Two?\n\nSecond.\n"
THREE = "## Three?\n\nThird.\n"


class Corpus:
    """A folder of decks and a database; every file written has a time of its own, long ago."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / ".srs" / "srs.db"
        self.clock = 1_700_000_000
        self.write("srs.toml", CONFIG)

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        self.touch(path)

    def touch(self, path: str) -> None:
        self.clock += 1
        os.utime(self.root / path, (self.clock, self.clock))

    @contextmanager
    def open(self, now: datetime = NOW, *, locked: bool = False) -> Iterator[Study]:
        study = open_study(self.root, self.database, now, locked=locked)
        yield study
        study.database.close()

    def refresh(self, now: datetime = NOW, *, locked: bool = False) -> Refreshed:
        with self.open(now, locked=locked) as study:
            return study.refreshed

    def guids(self) -> dict[str, str]:
        """Return the guid of every note that is there, by its heading, in order."""
        with self.open() as study:
            return {stored.note.heading: stored.guid for stored in study.notes(None, NOW)}

    def lock(self) -> str:
        return (self.root / "srs.lock").read_text(encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which decks are parsed."""
    paths: list[str] = []
    real = parse_.parse

    def spy(text: str, path: str) -> object:
        paths.append(path)
        return real(text, path)

    monkeypatch.setattr(parse_, "parse", spy)
    return paths


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which decks are read."""
    paths: list[str] = []
    real = read_.read

    def spy(root: Path, path: str) -> object:
        paths.append(path)
        return real(root, path)

    monkeypatch.setattr(read_, "read", spy)
    return paths


def test_what_is_new_is_taken_in(corpus: Corpus) -> None:
    corpus.write("a.md", ONE + TWO)
    corpus.write("sub/b.md", "# Section\n\nIntro.\n\n" + THREE)
    with corpus.open() as study:
        assert study.refreshed == Refreshed("3 new")
        assert list(study.decks().values()) == ["a", "a", "sub::b"]
        assert [s.title for s in study.sections().values()] == ["Section"]
    entries = lock_.parse(corpus.lock())
    assert set(entries) == set(corpus.guids().values())


def test_what_has_not_changed_is_neither_read_nor_written(
    corpus: Corpus, parsed: list[str], read: list[str]
) -> None:
    corpus.write("a.md", ONE)
    corpus.write("b.md", TWO)
    corpus.refresh()
    assert sorted(parsed) == ["a.md", "b.md"]
    before = (corpus.database.stat().st_mtime_ns, (corpus.root / "srs.lock").stat().st_mtime_ns)
    parsed.clear()
    read.clear()
    assert corpus.refresh(NOW + timedelta(days=1)) == Refreshed()
    assert (parsed, read) == ([], [])
    after = (corpus.database.stat().st_mtime_ns, (corpus.root / "srs.lock").stat().st_mtime_ns)
    assert after == before


def test_an_export_does_not_make_the_next_command_read_all(
    corpus: Corpus, parsed: list[str], read: list[str]
) -> None:
    corpus.write("a.md", ONE)
    with corpus.open() as study:
        lock = lock_.parse(corpus.lock())
        exported = [replace(entry, changed=1, fields="x") for entry in lock.values()]
        text = lock_.format(lock.changed(exported))
        write_exported(corpus.root, study.database, text)
    parsed.clear()
    read.clear()
    with corpus.open():
        assert not parsed
        assert not read
    with corpus.open() as study:
        (corpus.root / "srs.lock").write_text(f"{text}\n", encoding="utf-8")
        write_exported(corpus.root, study.database, text)  # somebody else's lock was never read
    with corpus.open():
        assert read == ["a.md"]


def test_only_what_changed_is_parsed(corpus: Corpus, parsed: list[str], read: list[str]) -> None:
    for name in "abc":
        corpus.write(f"{name}.md", f"## {name}?\n\nAnswer.\n")
    corpus.refresh()
    guids = corpus.guids()
    parsed.clear()
    read.clear()
    corpus.write("b.md", "## b?\n\nBetter answer.\n")
    assert corpus.refresh().report == "1 edited, 0 lost"
    assert parsed == read == ["b.md"]
    with corpus.open() as study:
        backs = [stored.note.back for stored in study.notes(None, NOW)]
    assert backs == ["Answer.", "Better answer.", "Answer."]
    assert corpus.guids() == guids


def test_a_file_touched_is_read_once_and_not_parsed(
    corpus: Corpus, parsed: list[str], read: list[str]
) -> None:
    corpus.write("a.md", ONE)
    corpus.refresh()
    lock = corpus.lock()
    parsed.clear()
    read.clear()
    corpus.touch("a.md")
    assert corpus.refresh() == corpus.refresh() == Refreshed()
    assert (parsed, read) == ([], ["a.md"])
    assert corpus.lock() == lock


def test_a_file_that_may_change_within_its_stamp_is_read_again(
    corpus: Corpus, parsed: list[str], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 1_700_000_000
    clock = SimpleNamespace(time_ns=lambda: seconds * 10**9)
    monkeypatch.setattr(proposal_, "time", clock)

    def write(text: str) -> None:
        (corpus.root / "a.md").write_text(text)
        os.utime(corpus.root / "a.md", (1_700_000_000, 1_700_000_000))

    write("## One?\n\nBefore.\n")
    seconds += 1
    corpus.refresh()
    write("## One?\n\nAfter!!.\n")  # of the same size, within the stamp's precision
    seconds += 60
    assert corpus.refresh().report == "1 edited, 0 lost"
    read.clear()
    parsed.clear()
    assert corpus.refresh() == Refreshed()
    assert (parsed, read) == ([], [])


def test_a_young_file_is_read_but_not_parsed_again(
    corpus: Corpus, parsed: list[str], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.write("a.md", ONE)
    now = corpus.clock * 10**9
    monkeypatch.setattr(proposal_, "time", SimpleNamespace(time_ns=lambda: now))
    for _ in range(3):
        corpus.refresh()
    assert (parsed, read) == (["a.md"], ["a.md"] * 3)


def test_changed_metadata_make_tags_anew(corpus: Corpus) -> None:
    text = '## One?\n<!-- {level=mid role="data engineer" other=x tags="a: b"} -->\n\nFirst.\n'
    corpus.write("a.md", text)

    def tags() -> list[tuple[str, ...]]:
        with corpus.open() as study:
            return [stored.note.tags for stored in study.notes(None, NOW)]

    assert tags() == [("a:_b",)]
    corpus.write("srs.toml", CONFIG + '[metadata]\nlevel = ["mid"]\nrole = []\n')
    assert tags() == [("a:_b", "level::mid", "role::data_engineer")]


def test_files_come_in_the_order_that_is_asked_for(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    corpus.write("b.md", TWO)
    assert list(corpus.guids()) == ["One?", "Two?"]
    corpus.write("srs.toml", CONFIG + 'order = ["b"]\n')
    assert list(corpus.guids()) == ["Two?", "One?"]


def test_drafts_and_what_is_excluded_are_not_taken_in(corpus: Corpus) -> None:
    corpus.write("a.md", ONE + "## Draft? {.draft}\n\nLater.\n")
    corpus.write("b.md", "---\ndeck: false\n---\n" + TWO)
    corpus.write("README.md", THREE)
    assert corpus.refresh().report == "1 new"
    assert list(corpus.guids()) == ["One?"]


def test_a_fresh_database_and_the_same_lock_give_the_same_guids(corpus: Corpus) -> None:
    corpus.write("a.md", "## One?\n<!-- {#one} -->\n\nFirst.\n" + TWO)
    corpus.refresh()
    corpus.write("a.md", "## Uno?\n<!-- {#uno} -->\n\nFirst.\n" + TWO)
    corpus.write("a.md", "## One?\n<!-- {#uno} -->\n\nPrimo.\n" + TWO)
    corpus.refresh()
    corpus.write("a.md", "## Uno?\n<!-- {#uno} -->\n\nPrimo.\n" + TWO)
    corpus.refresh()
    guids, lock = corpus.guids(), corpus.lock()
    shutil.rmtree(corpus.root / ".srs")
    assert corpus.refresh(NOW + timedelta(days=1)) == Refreshed()
    assert (corpus.guids(), corpus.lock()) == (guids, lock)
    shutil.rmtree(corpus.root / ".srs")
    assert corpus.refresh(locked=True) == Refreshed()


def test_a_lock_that_is_deleted_comes_back_from_the_database(corpus: Corpus) -> None:
    corpus.write("a.md", "## One?\n<!-- {#one} -->\n\nFirst.\n" + TWO)
    guids = corpus.guids()
    corpus.write("a.md", "## Uno?\n<!-- {#one} -->\n\nFirst.\n" + TWO + "\nMore.\n")
    corpus.refresh()
    corpus.write("a.md", "## Uno?\n<!-- {#uno} -->\n\nFirst.\n" + TWO + "\nMore.\n")
    corpus.refresh()
    before = lock_.parse(corpus.lock())
    (corpus.root / "srs.lock").unlink()
    assert corpus.refresh() == Refreshed()
    assert list(corpus.guids().values()) == list(guids.values())
    assert lock_.parse(corpus.lock()) == before


def test_the_lock_is_the_authority(corpus: Corpus) -> None:
    corpus.write("a.md", ONE + TWO)
    guid = corpus.guids()["One?"]
    corpus.write("srs.lock", corpus.lock().replace(guid, "s[:t]<~7,"))
    corpus.refresh()
    assert corpus.guids()["One?"] == "s[:t]<~7,"


def test_of_a_merged_lock_both_sides_count(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    corpus.refresh()
    mine = corpus.lock()
    corpus.write("a.md", ONE + TWO)
    guids, both = corpus.guids(), corpus.lock()
    (line,) = set(both.splitlines()) - set(mine.splitlines())
    conflict = f"<<<<<<< mine\n{mine}=======\n{line}\n>>>>>>> theirs\n"
    corpus.write("srs.lock", conflict)
    assert corpus.refresh() == Refreshed()
    assert (corpus.guids(), corpus.lock()) == (guids, both)


def test_a_line_of_the_lock_that_cannot_be_read_is_said(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    corpus.write("srs.lock", "nonsense\n")
    with pytest.raises(SrsError, match=r"srs\.lock:1: this line is not a note's"):
        corpus.refresh()


def test_notes_that_go_are_said_once_and_come_back_as_themselves(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    corpus.write("b.md", TWO + THREE)
    guids, lock = corpus.guids(), corpus.lock()
    corpus.write("b.md", THREE)
    assert corpus.refresh().report == "1 lost"
    corpus.write("b.md", THREE + "\nMore.\n")
    assert corpus.refresh().report == "1 edited, 0 lost"
    (corpus.root / "b.md").unlink()
    assert corpus.refresh().report == "1 lost"
    assert corpus.refresh().report == ""
    assert corpus.guids() == {"One?": guids["One?"]}
    corpus.write("new.md", TWO + THREE)
    assert corpus.refresh() == Refreshed("1 edited, 2 returned, 0 lost")
    assert corpus.guids() == guids
    assert corpus.lock() == lock


def test_a_note_that_moves_takes_its_progress_along(corpus: Corpus) -> None:
    corpus.write("a.md", ONE + TWO)
    corpus.write("b.md", THREE)
    with corpus.open() as study:
        name = CardName(study.notes(None, NOW)[0].guid, 1)
        answers.answer(study, name, Rating.EASY, NOW, 1000, study.card(name))
        card = study.card(name)
    corpus.write("a.md", TWO)
    corpus.write("sub/b.md", THREE + ONE)
    (corpus.root / "b.md").unlink()
    assert corpus.refresh() == Refreshed("2 moved, 0 lost")
    with corpus.open() as study:
        assert study.card(CardName(corpus.guids()["One?"], 1)) == card
        assert card.reps == 1


def test_a_file_that_is_not_utf_8_keeps_its_notes(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    corpus.write("b.md", TWO)
    guids, lock = corpus.guids(), corpus.lock()
    corpus.write("b.md", TWO.encode() + b"caf\xe9\n")
    for _ in range(2):
        refreshed = corpus.refresh()
        assert refreshed.report == ""
        assert [(p.code, p.where.path) for p in refreshed.problems] == [("encoding", "b.md")]
        assert (corpus.guids(), corpus.lock()) == (guids, lock)
    corpus.write("a.md", ONE + THREE)
    assert corpus.refresh().report == "1 new"
    corpus.write("b.md", TWO + "\ncaf\u00e9\n")
    assert corpus.refresh() == Refreshed("1 edited, 0 lost")
    assert corpus.guids()["Two?"] == guids["Two?"]


def test_the_loser_of_an_id_is_taken_in_when_the_other_gives_it_up(corpus: Corpus) -> None:
    corpus.write("a.md", "## One?\n<!-- {#x} -->\n\nFirst.\n")
    guids = corpus.guids()
    corpus.write("b.md", "## Two?\n<!-- {#x} -->\n\nSecond.\n")
    for _ in range(2):
        refreshed = corpus.refresh()
        assert [(p.code, p.where.path) for p in refreshed.problems] == [("duplicate-id", "b.md")]
        assert corpus.guids() == guids
    corpus.write("a.md", "## One?\n<!-- {#y} -->\n\nFirst.\n")
    assert corpus.refresh() == Refreshed("1 new")
    assert corpus.guids()["One?"] == guids["One?"]
    assert list(corpus.guids()) == ["One?", "Two?"]
    assert corpus.refresh() == Refreshed()


def test_locked_refuses_and_changes_nothing(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    corpus.refresh()
    assert corpus.refresh(locked=True) == Refreshed()
    lock, data = corpus.lock(), corpus.database.read_bytes()
    corpus.write("a.md", ONE + TWO)
    with pytest.raises(SrsError, match=r"srs\.lock is not up to date: run `srs lock`"):
        corpus.refresh(locked=True)
    assert (corpus.lock(), corpus.database.read_bytes()) == (lock, data)
    assert corpus.refresh().report == "1 new"
    assert corpus.refresh(locked=True) == Refreshed()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_what_cannot_be_opened_is_closed(corpus: Corpus) -> None:
    corpus.write("a.md", ONE)
    with pytest.raises(SrsError, match="is not up to date") as caught:
        corpus.refresh(locked=True)
    links = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert caught.tb
    assert str(corpus.database) not in links


def test_what_is_interrupted_between_lock_and_database_is_done_again(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    corpus.write("a.md", ONE)
    corpus.refresh()
    corpus.write("a.md", ONE + TWO)
    with monkeypatch.context() as patch:
        patch.setattr(notes_, "write_notes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            corpus.refresh()
    lock = corpus.lock()
    corpus.refresh(NOW + timedelta(days=1))
    assert set(corpus.guids().values()) == set(lock_.parse(lock))
    assert corpus.lock() == lock


@pytest.mark.parametrize(("module", "name"), [(parse_, "parse"), (notes_, "write_notes")])
@pytest.mark.parametrize("text", ["# Section\n\n" + ONE, ONE + TWO])
def test_a_lock_that_changes_meanwhile_is_not_missed(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, text: str
) -> None:
    corpus.write("a.md", ONE)
    guid = corpus.guids()["One?"]
    real = getattr(module, name)

    def change(*arguments: object) -> object:
        corpus.write("srs.lock", corpus.lock().replace(guid, "theirs"))
        return real(*arguments)

    corpus.write("a.md", text)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, change)
        corpus.refresh()
    assert corpus.guids()["One?"] == "theirs"
    assert guid not in corpus.lock()


def test_a_folder_without_a_key_is_no_corpus(corpus: Corpus) -> None:
    (corpus.root / "srs.toml").unlink()
    with pytest.raises(SrsError, match=r"is no corpus yet: `srs init .*corpus` makes it one"):
        corpus.refresh()
    corpus.write("srs.toml", "name = x\n")
    with pytest.raises(SrsError, match=r"srs\.toml:1:8: not valid TOML: .* run `srs check`"):
        corpus.refresh()
    assert not corpus.database.exists()


def test_a_busy_database_is_said(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("srs.store.database.BUSY_SECONDS", 0.01)
    corpus.write("a.md", ONE)
    corpus.refresh()
    corpus.write("a.md", ONE + TWO)
    with closing(sqlite3.connect(corpus.database, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(SrsError, match="another srs is writing to this database"):
            corpus.refresh()
    assert corpus.refresh().report in ("", "1 new")
    assert list(corpus.guids()) == ["One?", "Two?"]


def released(corpus: Corpus) -> None:
    """Let all notes have been exported."""
    entries = lock_.parse(corpus.lock())
    text = lock_.format(entries.changed(replace(e, changed=5) for e in entries.values()))
    corpus.write("srs.lock", text)


def test_faults_of_a_lock(corpus: Corpus) -> None:
    corpus.write("a.md", "## One?\n<!-- {#one} -->\n\nFirst.\n" + TWO)
    assert lock_faults(corpus.root, NOW) == [
        "srs.lock is not up to date (2 new): run `srs lock` and commit it"
    ]
    two = corpus.guids()["Two?"]
    assert lock_faults(corpus.root, NOW) == []
    released(corpus)
    assert lock_faults(corpus.root, NOW) == []
    corpus.write("a.md", TWO)
    assert lock_faults(corpus.root, NOW) == [
        "the note one was exported and is gone: bring it back marked `.retired`, "
        "so that it can be retired in Anki too"
    ]
    corpus.write("a.md", "## One?\n<!-- {#one .retired} -->\n\nFirst.\n" + TWO)
    assert lock_faults(corpus.root, NOW) == []
    corpus.write("a.md", "## One?\n<!-- {#one .retired} -->\n\nPrimo.\n")
    assert lock_faults(corpus.root, NOW) == [
        "srs.lock is not up to date (1 edited): run `srs lock` and commit it",
        f"the note {two} was exported and is gone: bring it "
        "back marked `.retired`, so that it can be retired in Anki too",
    ]
    corpus.write("b.md", b"\xff")
    assert lock_faults(corpus.root, NOW) == ["b.md:1:1: byte 0xff is not UTF-8: mend it first"]


@contextmanager
def bound_by_permissions(folder: Path) -> Iterator[None]:
    """Be the owner of a folder, to whom permissions apply as they do not to root."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Corpus]:
    """Make a corpus in a folder to which everybody has a way, its database beside it."""
    Corpus(tmp_path / "other").refresh()  # for what is imported on first use
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    corpus = Corpus(folder / "corpus")
    corpus.database = folder / "srs.db"
    yield corpus
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and time of every file."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@posix
@pytest.mark.parametrize("with_lock", [True, False], ids=["lock", "no lock"])
def test_a_read_only_corpus_is_studied_and_nothing_is_written(
    owned: Corpus, with_lock: bool
) -> None:
    owned.write("a.md", ONE)
    if with_lock:
        owned.refresh()
    owned.write("b.md", TWO)
    before = snapshot(owned.root)
    owned.root.chmod(0o555)
    with bound_by_permissions(owned.root.parent):
        assert owned.refresh().report == ("1 new" if with_lock else "2 new")
        guids = owned.guids()
        assert list(guids) == ["One?", "Two?"]
        assert owned.refresh() == Refreshed()
        assert owned.guids() == guids
    assert snapshot(owned.root) == before


@posix
def test_a_lock_that_could_not_be_written_is_written_when_it_can_be(owned: Corpus) -> None:
    owned.write("a.md", ONE)
    owned.root.chmod(0o555)
    command = ["--decks", str(owned.root), "--db", str(owned.database), "lock"]
    with bound_by_permissions(owned.root.parent):
        guids = owned.guids()
        refused = CliRunner().invoke(group, command)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "srs.lock cannot be written: make the folder writable" in refused.stderr
    owned.root.chmod(0o755)
    assert CliRunner().invoke(group, command).exit_code == 0
    assert list(lock_.parse(owned.lock())) == list(guids.values())


@posix
def test_where_the_lock_cannot_be_written_no_orphan_is_deleted(owned: Corpus) -> None:
    owned.write("a.md", ONE + TWO)
    owned.refresh()
    owned.write("a.md", ONE)
    owned.refresh()
    owned.root.chmod(0o555)
    with bound_by_permissions(owned.root.parent), owned.open() as study:
        gone = identity.orphans(study)
        with pytest.raises(SrsError, match="cannot be written"):
            identity.delete(study, gone, NOW, locked=False)
        assert identity.orphans(study) == gone != []


@posix
def test_in_a_read_only_corpus_no_two_notes_share_a_guid(owned: Corpus) -> None:
    owned.write("a.md", ONE)
    owned.root.chmod(0o555)
    with bound_by_permissions(owned.root.parent):
        guids = owned.guids()
    owned.root.chmod(0o755)
    owned.write("b.md", ONE)
    owned.root.chmod(0o555)
    with bound_by_permissions(owned.root.parent), owned.open() as study:
        stored = study.notes(None, NOW)
        assert [s.note.place.path for s in stored] == ["a.md", "b.md"]
        assert stored[0].guid == guids["One?"] != stored[1].guid


@posix
@pytest.mark.parametrize(
    ("path", "mode"),
    [
        pytest.param("sub", 0o000, id="folder"),
        pytest.param("sub", 0o444, id="folder that can only be listed"),
        pytest.param("sub/b.md", 0o000, id="file"),
    ],
)
def test_what_cannot_be_read_keeps_its_notes(owned: Corpus, path: str, mode: int) -> None:
    owned.write("a.md", ONE)
    owned.write("sub/b.md", TWO)
    with bound_by_permissions(owned.root.parent):
        guids, lock = owned.guids(), owned.lock()
        usual = (owned.root / path).stat().st_mode
        owned.touch("sub/b.md")
        (owned.root / path).chmod(mode)
        try:
            for _ in range(2):
                refreshed = owned.refresh()
                assert refreshed.report == ""
                assert [p.code for p in refreshed.problems] == ["unreadable"]
                assert owned.guids() == guids
            owned.write("a.md", ONE + THREE)
            assert owned.refresh().report == "1 new"
            assert owned.guids() == {**guids, "Three?": owned.guids()["Three?"]}
        finally:
            (owned.root / path).chmod(usual)
        owned.write("a.md", ONE)
        owned.refresh()
        assert owned.guids() == guids
        assert set(lock_.parse(lock)) <= set(lock_.parse(owned.lock()))


@posix
def test_a_lock_that_may_not_be_read_is_said(owned: Corpus) -> None:
    owned.write("a.md", ONE)
    with bound_by_permissions(owned.root.parent):
        owned.refresh()
        owned.touch("srs.lock")
        (owned.root / "srs.lock").chmod(0o000)
        owned.write("a.md", ONE + TWO)
        with pytest.raises(SrsError, match=r"cannot read .*srs\.lock"):
            owned.refresh()
