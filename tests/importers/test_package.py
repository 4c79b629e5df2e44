"""Files that do not hold what they should, or far more."""

import io
import shutil
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from srs.errors import SrsError
from srs.importers.package import unpacked
from tests.importers import made

META = {"meta": b"\x08\x03"}
ZEROS = bytes(2**20)


def plain(path: Path) -> bytes:
    return made.collection(path.with_name("plain.db"))


def zipped(path: Path) -> bytes:
    """Return a package of the newest form."""
    members = {**META, "collection.anki21b": made.packed(plain(path)), "collection.anki2": b"dummy"}
    return made.package(path, members).read_bytes()


def encrypted(path: Path) -> None:
    data = bytearray(zipped(path))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    path.write_bytes(data)


def strange_method(path: Path) -> None:
    data = bytearray(zipped(path))
    for mark, offset in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] = 77
    path.write_bytes(data)


def changed(path: Path) -> None:
    """Change a byte in the middle of a member that is stored, so that its checksum is wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("collection.anki2", plain(path))
    data = bytearray(out.getvalue())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda path: None, "there is no file"),
    "a folder": (lambda path: path.mkdir(), "is no file"),
    "nothing in it": (lambda path: path.write_bytes(b""), "is no Anki file"),
    "a text": (lambda path: path.write_text("front\tback\n"), "is no Anki file"),
    "two letters": (lambda path: path.write_bytes(b"PK"), "is damaged"),
    "cut short": (lambda path: path.write_bytes(zipped(path)[:-30]), "is damaged"),
    "cut in the middle": (lambda path: path.write_bytes(zipped(path)[:200]), "is damaged"),
    "a byte changed": (changed, "is damaged"),
    "a zip of something": (
        lambda path: made.package(path, {"../evil.txt": b"x"}), "without an Anki collection",
    ),
    "a newer package": (
        lambda path: made.package(path, {"meta": b"\x08\x04"}), "Support older Anki versions",
    ),
    "a package of no version": (
        lambda path: made.package(path, {"meta": b""}), "Support older Anki versions",
    ),
    "meta is no message": (lambda path: made.package(path, {"meta": b"\xff" * 99}), "is damaged"),
    "no zstd": (
        lambda path: made.package(path, {**META, "collection.anki21b": b"x" * 99}), "is damaged",
    ),
    "zstd cut short": (
        lambda path: made.package(
            path, {**META, "collection.anki21b": made.packed(plain(path))[:-40]}
        ),
        "is damaged",
    ),
    "a password": (encrypted, "as Anki packs nothing"),
    "a strange method": (strange_method, "as Anki packs nothing"),
    "a zip bomb": (
        lambda path: made.package(path, {"collection.anki2": bytes(200 * 2**20)}), "unpacks to far more",
    ),
    "a zstd bomb": (
        lambda path: made.package(path, {**META, "collection.anki21b": made.packed(ZEROS, 1024)}),
        "unpacks to far more",
    ),
    "a million media": (lambda path: made.crowd(path, 1_000_000), "more members"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_holds_no_collection(case: str, tmp_path: Path) -> None:
    make, expected = HOSTILE[case]
    path = tmp_path / "x.apkg"
    make(path)
    with pytest.raises(SrsError, match=expected) as raised, unpacked(path):
        pass
    assert str(path) in str(raised.value)
    assert str(raised.value).count("\n") == 0


@pytest.mark.parametrize("case", ["a million media", "a zstd bomb"])
def test_memory_stays_bounded(case: str, tmp_path: Path) -> None:
    make, _ = HOSTILE[case]
    path = tmp_path / "x.apkg"
    make(path)
    tracemalloc.start()
    try:
        with pytest.raises(SrsError), unpacked(path):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * 2**20


VERSIONS = [
    ({"collection.anki2": b"old"}, b"old"),
    ({"collection.anki21": b"good", "collection.anki2": b"dummy"}, b"good"),
    ({"meta": b"\x08\x01", "collection.anki2": b"old"}, b"old"),
    ({"meta": b"\x08\x02", "collection.anki21": b"good", "collection.anki2": b"dummy"}, b"good"),
    ({**META, "collection.anki21b": made.packed(b"good"), "collection.anki2": b"dummy"}, b"good"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "begins"), VERSIONS)
def test_the_database_is_the_one_of_the_version(
    members: dict[str, bytes], begins: bytes, tmp_path: Path
) -> None:
    with unpacked(made.package(tmp_path / "x.apkg", members)) as database:
        assert database.read_bytes().startswith(begins)
        folder = database.parent
    assert not folder.exists()


def test_names_in_a_package_lead_nowhere(tmp_path: Path) -> None:
    members = {
        "collection.anki2": plain(tmp_path / "x.apkg"),
        "media": b'{"0": "../../evil", "1": "/tmp/evil", "2": ".srs/srs.db"}',
        "../../evil": b"x",
        "0": b"x",
    }
    path = made.package(tmp_path / "x.apkg", members)
    before = sorted(tmp_path.parent.rglob("*"))
    with unpacked(path) as database:
        assert [file.name for file in database.parent.iterdir()] == ["collection.db"]
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_collection_that_is_being_written_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "collection.anki2"
    made.collection(path)
    copy = shutil.copyfile

    def copy_and_write(source: Path, target: Path) -> None:
        copy(source, target)
        path.write_bytes(path.read_bytes() + b"x")

    monkeypatch.setattr(shutil, "copyfile", copy_and_write)
    with pytest.raises(SrsError, match="close Anki"), unpacked(path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
def test_a_collection_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    data = made.collection(path)
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        with unpacked(path) as database:
            assert database.read_bytes() == data
    finally:
        tmp_path.chmod(0o700)
    assert path.read_bytes() == data
