import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from srs.errors import SrsError
from srs.store import database as database_
from srs.store import schema
from srs.store.database import Database, open_database

NEWER = "was written by a newer srs: upgrade"
FOREIGN = "is a database of another program: name another file with --db"
NO_DATABASE = "this file is no database; name another with --db"
BUSY = "another srs is writing to this database; try again when it is done"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "srs.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = open_database(path)
    yield database
    database.close()


def pragma(database: Database, name: str) -> object:
    return database.connection.execute(f"pragma {name}").fetchone()[0]


def check_sound(path: Path) -> None:
    """Fail unless there is a complete database that can be written."""
    database = open_database(path)
    assert schema.applied(database.connection) == tuple(name for name, _ in schema.MIGRATIONS)
    assert pragma(database, "integrity_check") == "ok"
    with database.transaction():
        database.set("name", "value")
    assert database.setting("name") == "value"
    database.close()


@pytest.mark.parametrize("times", [1, 2, 3], ids=["made", "opened", "opened again"])
def test_every_connection_is_safe(path: Path, times: int) -> None:
    for _ in range(times - 1):
        open_database(path).close()
    database = open_database(path)
    assert pragma(database, "journal_mode") == "truncate"
    assert pragma(database, "synchronous") == 2
    assert pragma(database, "foreign_keys") == 1
    database.close()


def test_at_rest_everything_is_in_one_file(path: Path) -> None:
    check_sound(path)
    assert {f.name for f in path.parent.iterdir() if f.stat().st_size} == {"srs.db"}


def test_a_folder_in_a_corpus_is_hidden_from_git(tmp_path: Path) -> None:
    open_database(tmp_path / "corpus" / ".srs" / "srs.db").close()
    assert (tmp_path / "corpus" / ".srs" / ".gitignore").read_text() == "*\n"
    open_database(tmp_path / "elsewhere" / "srs.db").close()
    assert not (tmp_path / "elsewhere" / ".gitignore").exists()


def test_a_gitignore_that_is_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / ".srs"
    folder.mkdir()
    (folder / ".gitignore").write_text("# mine\n")
    open_database(folder / "srs.db").close()
    assert (folder / ".gitignore").read_text() == "# mine\n"


def test_an_empty_file_is_a_blank_database(path: Path) -> None:
    path.touch()
    check_sound(path)


def test_a_device_has_a_name_of_its_own_that_lasts(tmp_path: Path) -> None:
    names = []
    for file in ("a.db", "a.db", "b.db"):
        database = open_database(tmp_path / file)
        names.append(database.setting("device"))
        database.close()
    assert names[0] == names[1] != names[2]
    assert all(names)


def newer(path: Path) -> None:
    database = open_database(path)
    database.connection.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) "
        "values ('srs', 'from the future', '2030-01-01')"
    )
    database.close()


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table moz_places (url text)")
    connection.close()


def of_another_sqlite_utils_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        "create table _sqlite_migrations (id integer primary key, migration_set text, name text, "
        "applied_at text); insert into _sqlite_migrations values (1, 'llm', 'first', '2026')"
    )
    connection.close()


def in_wal_mode(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table moz_places (url text)")
    connection.close()


def text(path: Path) -> None:
    path.write_text("My flashcards are better than yours.\n" * 100)


def one_word(path: Path) -> None:
    path.write_text("word\n")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (newer, NEWER),
        (foreign, FOREIGN),
        (of_another_sqlite_utils_program, FOREIGN),
        (in_wal_mode, FOREIGN),
        (text, NO_DATABASE),
        (one_word, NO_DATABASE),
    ],
)
def test_what_is_not_ours_is_refused_and_left_alone(
    path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(SrsError, match=sentence) as caught:
        open_database(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_folder_in_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(SrsError, match="cannot be opened; look at its folder and permissions"):
        open_database(path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SrsError, match=r"cannot make the folder .*name a place .* with --db"):
        open_database(tmp_path / "file" / "srs.db")


def test_a_read_only_database_can_be_read_and_says_so_on_writing(path: Path) -> None:
    open_database(path).close()
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    database = Database(connection, path)
    assert database.setting("device")
    with pytest.raises(SrsError, match="cannot be written; make it and its folder writable"):  # noqa: SIM117
        with database.transaction():
            database.set("name", "value")
    database.close()


def test_a_locked_database_is_said_to_be_busy(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_, "BUSY_SECONDS", 0.01)
    other = open_database(path)
    with database.transaction(), pytest.raises(SrsError, match=BUSY), other.transaction():
        pass
    with other.transaction():
        other.set("name", "after")
    assert database.setting("name") == "after"
    database.connection.execute("begin exclusive")
    with pytest.raises(SrsError, match=BUSY):
        open_database(path)
    with pytest.raises(SrsError, match=BUSY), other.faults():
        other.setting("name")
    other.close()


def test_a_full_disk_changes_nothing(database: Database) -> None:
    with database.transaction():
        database.set("name", "before")
    pages = pragma(database, "page_count")
    database.connection.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(SrsError, match="the disk is full; nothing was lost"):  # noqa: SIM117
        with database.transaction():
            database.set("name", "after" * 100_000)
    assert database.setting("name") == "before"
    assert pragma(database, "integrity_check") == "ok"


def test_a_damaged_database_names_the_copies(path: Path) -> None:
    open_database(path).close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(SrsError, match="is damaged; restore the newest copy from the folder"):
        open_database(path)


def test_a_transaction_is_kept_whole(path: Path, database: Database) -> None:
    other = open_database(path)
    with database.transaction():
        database.set("a", "1")
        assert other.setting("a") is None
        database.set("b", "2")
    assert (other.setting("a"), other.setting("b")) == ("1", "2")
    other.close()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_transaction_that_fails_leaves_nothing(
    path: Path, database: Database, error: type[BaseException]
) -> None:
    with pytest.raises(error):  # noqa: PT012, SIM117
        with database.transaction():
            database.set("a", "1")
            raise error
    assert database.setting("a") is None
    check_sound(path)


def test_settings_are_replaced(database: Database) -> None:
    assert database.setting("a") is None
    database.set("a", "1")
    database.set("a", "2")
    assert database.setting("a") == "2"


def test_the_last_five_copies_are_kept(path: Path, database: Database) -> None:
    for number in range(1, 13):
        database.set("number", str(number))
        copy = database.copy("rebuild" if number % 2 else "merge")
        assert copy.is_file()
    kept = sorted((path.parent / "backups").iterdir())
    assert [file.name for file in kept] == [
        "srs-0008-merge.db",
        "srs-0009-rebuild.db",
        "srs-0010-merge.db",
        "srs-0011-rebuild.db",
        "srs-0012-merge.db",
    ]
    for number, file in enumerate(kept, start=8):
        copy_ = open_database(file)
        assert copy_.setting("number") == str(number)
        copy_.close()


def test_copies_are_counted_beyond_four_digits_and_others_files_stay(
    path: Path, database: Database
) -> None:
    folder = path.parent / "backups"
    folder.mkdir()
    for name in ("srs-9999-merge.db", "srs-10000-merge.db", "other-0001-merge.db", "mine.txt"):
        (folder / name).touch()
    for _ in range(5):
        database.copy("merge")
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        ["mine.txt", "other-0001-merge.db", *(f"srs-{n}-merge.db" for n in range(10001, 10006))]
    )


def test_a_copy_that_cannot_be_made_is_said(path: Path, database: Database) -> None:
    (path.parent / "backups").touch()
    with pytest.raises(SrsError, match=r"cannot copy .* make the folder writable"):
        database.copy("merge")


OPEN = """
import sys
from pathlib import Path
from srs.store.database import open_database
sys.stdin.readline()
database = open_database(Path(sys.argv[1]))
print(database.setting("device"))
"""


def test_many_may_make_a_database_at_once(path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * 6
    assert len(set(said)) == 1
    assert not (path.parent / "backups").exists()
    check_sound(path)


DIE_HALFWAY = """
import os, signal, sys
from pathlib import Path
from srs.store import schema
from srs.store.database import open_database
real = schema._run
def run(connection, script):
    real(connection, script[:len(script) // 2].rsplit(";", 1)[0] + ";\\n")
    os.kill(os.getpid(), signal.SIGKILL)
schema._run = run
open_database(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_database_whose_making_was_killed_is_made_again(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DIE_HALFWAY, str(path)], check=False, timeout=60)
    assert done.returncode == -9
    check_sound(path)
