import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from srs.errors import SrsError
from srs.store.files import read_lock, replace_file, replacing, write_lock


@contextmanager
def bound_by_permissions() -> Iterator[None]:
    """Be somebody to whom a file's permissions apply, as they do not to root."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_lock_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    lock = tmp_path / "srs.lock"
    lock.mkdir()
    with pytest.raises(SrsError, match=r"cannot read .*srs\.lock: [A-Z][a-z ]+$"):
        read_lock(tmp_path)
    lock.rmdir()
    lock.write_bytes(b"\xff")
    with pytest.raises(SrsError, match=r"cannot read .*srs\.lock: it is not UTF-8"):
        read_lock(tmp_path)


def test_a_new_file_is_put_in_place(tmp_path: Path) -> None:
    replace_file(tmp_path / "new", b"content")
    assert (tmp_path / "new").read_bytes() == b"content"
    assert [file.name for file in tmp_path.iterdir()] == ["new"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_may_be_read_by_whom_the_umask_lets(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        replace_file(tmp_path / "new", b"")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~mask


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    (tmp_path / "old").write_bytes(b"before")
    (tmp_path / "old").chmod(mode)
    replace_file(tmp_path / "old", b"after")
    assert (tmp_path / "old").read_bytes() == b"after"
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == mode


def test_whoever_reads_the_old_file_goes_on_reading_it(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"before")
    with (tmp_path / "old").open("rb") as reader:
        replace_file(tmp_path / "old", b"after")
        assert reader.read() == b"before"


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").write_bytes(b"before")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            replace_file(tmp_path / "old", b"after")
    assert (tmp_path / "old").read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["old"]


def test_a_lock_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_lock(tmp_path) == ""
    write_lock(tmp_path, "# é\nline\r\n")
    assert (tmp_path / "srs.lock").read_bytes() == "# é\nline\r\n".encode()
    write_lock(tmp_path, "# ü\n")
    assert read_lock(tmp_path) == "# ü\n"


def test_a_locked_corpus_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "srs.lock").write_text("before")
    with pytest.raises(SrsError, match="is not up to date: run `srs lock` and commit it"):
        write_lock(tmp_path, "after", locked=True)
    assert read_lock(tmp_path) == "before"


def test_a_lock_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "srs.lock").write_bytes(b"\xff\xfe")
    with pytest.raises(SrsError, match=r"cannot read .*srs\.lock"):
        read_lock(tmp_path)
    (tmp_path / "srs.lock").unlink()
    (tmp_path / "srs.lock").mkdir()
    with pytest.raises(SrsError, match=r"cannot read .*srs\.lock"):
        read_lock(tmp_path)


def test_a_lock_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "srs.lock").mkdir()
    with pytest.raises(SrsError, match=r"cannot write .*srs\.lock: Is a directory"):
        write_lock(tmp_path, "text")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
@pytest.mark.parametrize("old", ["", "before"])
def test_a_read_only_corpus_is_left_as_it_is(open_folder: Path, old: str) -> None:
    if old:
        (open_folder / "srs.lock").write_text(old)
    open_folder.chmod(0o555)
    with bound_by_permissions():
        write_lock(open_folder, "after")
    assert read_lock(open_folder) == old
    assert len(list(open_folder.iterdir())) == bool(old)


def test_what_is_not_finished_does_not_take_a_file_s_place(tmp_path: Path) -> None:
    target = tmp_path / "x.apkg"
    target.write_bytes(b"old")
    with suppress(RuntimeError), replacing(target) as file:
        file.write(b"half of it")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["x.apkg"]
    assert target.read_bytes() == b"old"
    with replacing(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
