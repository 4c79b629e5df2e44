"""The files of a corpus, read from a real folder."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from srs.corpus import read
from srs.corpus.config import Config
from srs.errors import Place, Problem, SrsError

NEEDS_LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


def write(root: Path, *paths: str, text: str = "## Q\n\nA\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")


def listed(root: Path, config: Config | None = None) -> list[str]:
    found, problems = read.listing(root, config or Config())
    assert problems == ()
    return [file.path for file in found]


def test_the_root_is_the_nearest_folder_with_a_config(tmp_path: Path) -> None:
    write(tmp_path, "srs.toml", "a/b/c.md", "a/inner/srs.toml", text="")
    assert read.find_root(tmp_path / "a" / "b") == tmp_path
    assert read.find_root(tmp_path / "a" / "inner") == tmp_path / "a" / "inner"
    assert read.find_root(Path(tmp_path.anchor)) is None


def test_the_shipped_corpus_is_there_and_whole() -> None:
    root = read.shipped_root()
    config, problems = read.read_config(root)
    assert config.name
    assert config.key
    assert problems == ()
    assert listed(root, config)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b'name = "N"\nkey = "k"\n', []),
        (b'\xef\xbb\xbfname = "N"\r\nkey = "k"\r\n', []),
        (b'name = "\xff"\n', ["encoding"]),
        (b"name = 1\n", ["config"]),
    ],
)
def test_a_config_file(tmp_path: Path, data: bytes, codes: list[str]) -> None:
    (tmp_path / "srs.toml").write_bytes(data)
    config, problems = read.read_config(tmp_path)
    assert [p.code for p in problems] == codes
    assert (config.name, config.key) == (("N", "k") if not codes else ("", ""))


def test_a_folder_without_a_config_is_named_as_it_is(tmp_path: Path) -> None:
    assert read.read_config(tmp_path) == (Config(name=tmp_path.name), ())


def test_a_config_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "srs.toml").mkdir()
    with pytest.raises(SrsError, match=r"cannot read .*srs\.toml"):
        read.read_config(tmp_path)


def test_decks_are_all_markdown_files_but_those_meant_otherwise(tmp_path: Path) -> None:
    write(
        tmp_path, "b.md", "a/c.md", "a/d/e.md", "10.md", "9.md", "README.md", "a/README.md",
        "_f.md", "_g/h.md", ".i.md", ".j/k.md", "l.txt", "m.MD", "inner/srs.toml", "inner/n.md",
        "inner/deep/o.md", "srs.toml",
    )  # fmt: skip
    (tmp_path / "folder.md").mkdir()
    assert listed(tmp_path) == ["9.md", "10.md", "a/c.md", "a/d/e.md", "b.md"]


def test_a_config_says_which_and_in_what_order(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "x/b.md", "x/c.md", "README.md")
    assert listed(tmp_path, Config(exclude=("x/c.md",), order=("x",))) == ["x/b.md", "a.md"]
    assert listed(tmp_path, Config(include=("README.md", "x/"))) == [
        "README.md", "x/b.md", "x/c.md"
    ]  # fmt: skip


def test_a_file_comes_with_its_stamp(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    ((found,), _) = read.listing(tmp_path, Config())
    status = (tmp_path / "a.md").stat()
    assert (found.mtime_ns, found.size) == (status.st_mtime_ns, status.st_size)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_git_ignores_is_no_deck(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, "notes/a.md", "notes/b é.md", "notes/c.md", "venv/d.md")
    write(tmp_path, ".gitignore", text="venv/\nb*.md\n")
    root = tmp_path / "notes"
    assert listed(root) == ["a.md", "c.md"]
    assert listed(tmp_path) == ["notes/a.md", "notes/c.md"]
    assert listed(root, Config(include=("b*.md",))) == ["b é.md"]
    known, _ = read.listing(root, Config(), known=["b é.md"])
    assert [file.path for file in known] == ["a.md", "b é.md", "c.md"]


@NEEDS_LINKS
def test_links_stay_inside_the_corpus(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    write(tmp_path, "corpus/a.md", "corpus/real/b.md", "outside.md", "other/c.md")
    (root / "inside.md").symlink_to("real/b.md")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "folder").symlink_to(tmp_path / "other", target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    assert listed(root) == ["a.md", "inside.md", "real/b.md"]


@NEEDS_LINKS
def test_a_link_to_nothing_is_a_deck_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("gone.md")
    found, (problem,) = read.listing(tmp_path, Config())
    assert [file.path for file in found] == ["a.md"]
    assert (problem.code, problem.where) == ("unreadable", Place("b.md"))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SrsError, match=r"there is no folder .*--decks"):
        read.listing(tmp_path / "gone", Config())


def test_a_deck_is_read_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, "a.md", text="\ufeffé\r\n")
    assert read.read(tmp_path, "a.md") == "\ufeffé\r\n"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a\nb\xff", Place("x.md", 2, 2)),
        (b"\xff\xfea\x00", Place("x.md", 1, 1)),
        ("é é".encode() + b"\xe9", Place("x.md", 1, 4)),
        (b"a\n\x00b", Place("x.md", 2, 1)),
    ],
)
def test_a_file_that_is_not_text_says_where(tmp_path: Path, data: bytes, place: Place) -> None:
    (tmp_path / "x.md").write_bytes(data)
    problem = read.read(tmp_path, "x.md")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where) == ("encoding", place)


@pytest.mark.parametrize("path", ["gone.md", "folder.md"])
def test_a_deck_that_cannot_be_read_is_a_problem(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder.md").mkdir()
    problem = read.read(tmp_path, path)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where.path) == ("unreadable", path)
    assert problem.hint


def test_media_are_found_beside_the_deck(tmp_path: Path) -> None:
    for name in ("corpus/deck/a.png", "corpus/media/b c.svg", "outside.png", "corpus/d.txt"):
        write(tmp_path, name, text=name)
    root = tmp_path / "corpus"
    where = Place("deck/x.md", 3, 5)
    for source in ("a.png", "./a.png", "../media/b c.svg", "../media/b%20c.svg"):
        assert isinstance(read.read_media(root, where, source), bytes)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("gone.png", "there is no file"),
        ("../../outside.png", "outside the corpus"),
        ("..%2f..%2foutside.png", "outside the corpus"),
        ("/etc/hosts.png", "outside the corpus"),
        ("https://x.org/a.png", "is not a file"),
        ("d.txt", "of a kind"),
        ("a", "of a kind"),
        ("", "of a kind"),
        ("folder.png", "cannot read"),
        ("a" * 5_000 + ".png", ""),
    ],
)
def test_media_that_cannot_be_had_are_a_problem(tmp_path: Path, source: str, said: str) -> None:
    write(tmp_path, "corpus/deck/x.md", "corpus/deck/d.txt", "outside.png")
    (tmp_path / "corpus" / "deck" / "folder.png").mkdir()
    where = Place("deck/x.md", 3, 5)
    problem = read.read_media(tmp_path / "corpus", where, source)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where) == ("media", where)
    assert said in problem.message


@NEEDS_LINKS
def test_a_medium_is_not_taken_from_outside_by_a_link(tmp_path: Path) -> None:
    write(tmp_path, "corpus/x.md", "secret.png")
    (tmp_path / "corpus" / "a.png").symlink_to(tmp_path / "secret.png")
    problem = read.read_media(tmp_path / "corpus", Place("x.md"), "a.png")
    assert isinstance(problem, Problem)
    assert "outside" in problem.message
