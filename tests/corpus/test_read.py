"""The files of a corpus, read from a real folder."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from srs.corpus import read
from srs.corpus.config import Config
from srs.corpus.read import git, targets
from srs.errors import Place, Problem, Severity, SrsError

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
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


@NEEDS_GIT
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
    write(tmp_path, "corpus/a.md", "corpus/_real/b.md", "outside.md", "other/c.md")
    (root / "inside.md").symlink_to("_real/b.md")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "folder").symlink_to(tmp_path / "other", target_is_directory=True)
    (root / "folder.md").symlink_to(root / "_real", target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    assert listed(root) == ["a.md", "inside.md"]


@NEEDS_LINKS
def test_a_file_that_is_reached_twice_is_one_deck(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "_c.md")
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "x").mkdir()
    for name in ("d.md", "e.md", "x/f.md"):
        (tmp_path / name).symlink_to(tmp_path / "_c.md")
    (tmp_path / "g").symlink_to("x", target_is_directory=True)
    assert listed(tmp_path) == ["b.md", "d.md"]
    assert listed(tmp_path, Config(exclude=("b.md",))) == ["a.md", "d.md"]


@NEEDS_LINKS
@pytest.mark.parametrize("links", [("b.md", "a.md"), ("a.md", "a.md")])
def test_links_in_a_circle_lead_nowhere(tmp_path: Path, links: tuple[str, str]) -> None:
    write(tmp_path, "c.md")
    (tmp_path / "a.md").symlink_to(links[0])
    if links[0] != "a.md":
        (tmp_path / "b.md").symlink_to(links[1])
    found, problems = read.listing(tmp_path, Config())
    assert [file.path for file in found] == ["c.md"]
    assert {(p.code, p.where.path) for p in problems} == {
        ("unreadable", one) for one in {"a.md", links[0]}
    }


@NEEDS_LINKS
def test_a_link_to_nothing_is_a_deck_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("gone.md")
    found, (problem,) = read.listing(tmp_path, Config())
    assert [file.path for file in found] == ["a.md"]
    assert (problem.code, problem.where) == ("unreadable", Place("b.md"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_never_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    for name in ("b.md", "c.png"):
        os.mkfifo(tmp_path / name)
    found, (problem,) = read.listing(tmp_path, Config())
    assert [file.path for file in found] == ["a.md"]
    assert (problem.code, problem.where) == ("unreadable", Place("b.md"))
    assert isinstance(read.read(tmp_path, "b.md"), Problem)
    assert isinstance(targets.read_media(tmp_path, Place("a.md"), "c.png"), Problem)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
@pytest.mark.parametrize("name", [b"\xff.md", b"a\nb.md", b"\x1b[31m.md", b"x\t/a.md"])
def test_a_name_that_cannot_be_shown_is_a_problem(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))  # noqa: PTH118
    path.parent.mkdir(exist_ok=True)
    path.write_text("## Q\n\nA\n")
    found, (problem,) = read.listing(tmp_path, Config())
    assert found == ()
    assert problem.code == "unreadable"
    assert problem.where.path.encode().count("\ufffd".encode()) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_what_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "x/b.md", "y/c.md")
    for path in ("a.md", "x", "y"):
        (tmp_path / path).chmod(0)
    found, problems = read.listing(tmp_path, Config(exclude=("y",)))
    (tmp_path / "x").chmod(0o700)
    (tmp_path / "y").chmod(0o700)
    assert [file.path for file in found] == ["a.md"]
    assert [p.where.path for p in problems] == ["x"]
    assert isinstance(read.read(tmp_path, "a.md"), Problem)


def test_a_nested_corpus_below_an_excluded_folder_stays_out(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "x/srs.toml", "x/b.md", "y/z/srs.toml", "y/z/c.md", "y/d.md")
    assert listed(tmp_path) == ["a.md", "y/d.md"]
    assert listed(tmp_path, Config(exclude=("y",))) == ["a.md"]
    assert listed(tmp_path, Config(include=("**/*.md",))) == ["a.md", "y/d.md"]
    assert listed(tmp_path / "y" / "z") == ["c.md"]


def test_a_file_may_vanish_after_it_was_listed(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    ((file,), _) = read.listing(tmp_path, Config())
    (tmp_path / "a.md").unlink()
    problem = read.read(tmp_path, file.path)
    assert isinstance(problem, Problem)
    assert problem.code == "unreadable"


def test_a_file_that_is_far_too_large_is_a_problem(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(read.MAX_FILE + 1)
    problem = read.read(tmp_path, "a.md")
    assert isinstance(problem, Problem)
    assert problem.code == "too-long"


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
        assert isinstance(targets.read_media(root, where, source), bytes)


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
    problem = targets.read_media(tmp_path / "corpus", where, source)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where) == ("media", where)
    assert said in problem.message


@pytest.mark.parametrize(
    ("target", "broken"),
    [
        ("a.md", False), ("a.md#part", False), ("a.md?x=1#y", False), ("../deck/a.md", False),
        ("../b%20c.txt", False), ("../b c.txt", False), ("..", False), ("../../out.txt", False),
        ("#part", False), ("", False), ("?x", False), ("/abs.md", False), ("//x.org/a", False),
        ("http://x.org", False), ("tel:1", False), ("javascript:x", False),
        ("gone.md", True), ("gone.md#part", True), ("A%2f.md", True), ("../../gone", True),
        ("a.md/b", True), ("x" * 5_000, True), ("a%00b", True),
    ],
)  # fmt: skip
def test_a_link_leads_to_a_file_that_is_there(tmp_path: Path, target: str, broken: bool) -> None:
    write(tmp_path, "corpus/deck/a.md", "corpus/b c.txt", "out.txt")
    where = Place("deck/a.md", 3, 5)
    found = [*targets.check_link(tmp_path / "corpus", where, target)]
    assert [(p.where, p.code, p.severity) for p in found] == (
        [(where, "broken-link", Severity.WARNING)] if broken else []
    )


def unused(root: Path, *used: str, config: Config | None = None) -> list[str]:
    found = targets.unused_media(root, config or Config(), [root / path for path in used])
    return [p.where.path for p in found]


def test_media_that_no_deck_uses(tmp_path: Path) -> None:
    write(
        tmp_path, "a.md", "a.png", "b.MP3", "c.txt", "x/d.svg", "x/e.svg", "x/.f.png", ".g/h.png",
        "_i/j.png", "inner/srs.toml", "inner/k.png", "l/m.png",
    )  # fmt: skip
    assert unused(tmp_path, "a.png", "x/../x/d.svg") == ["b.MP3", "l/m.png", "x/e.svg"]
    assert unused(tmp_path, config=Config(exclude=("x", "b.*", "l"))) == ["a.png"]
    assert unused(tmp_path, config=Config(include=("x",))) == ["x/d.svg", "x/e.svg"]


@NEEDS_LINKS
def test_a_medium_used_by_another_name_is_used(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    (tmp_path / "b.png").symlink_to("a.png")
    assert unused(tmp_path, "b.png") == unused(tmp_path, "a.png") == []


@NEEDS_GIT
def test_media_that_git_ignores_are_nobodys(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, "a é.png", "b.png", "build/c.png")
    write(tmp_path, ".gitignore", text="a*\nbuild/\n")
    assert unused(tmp_path) == ["b.png"]


@NEEDS_GIT
def test_a_database_that_git_tracks_is_told_once(tmp_path: Path) -> None:
    write(tmp_path, "corpus/srs.toml", "corpus/.srs/srs.db", "corpus/.srs/copies/srs-1.db")
    root = tmp_path / "corpus"
    assert [*git.tracked_database(root)] == []
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert [*git.tracked_database(root)] == []
    subprocess.run(["git", "-C", str(tmp_path), "add", "-f", "."], check=True)
    (problem,) = git.tracked_database(root)
    assert (problem.code, problem.where) == ("database-in-git", Place("srs.toml", 1, 1))
    said = re.findall("`(git .*)`", problem.hint)
    subprocess.run(said[0], shell=True, cwd=root, check=True, capture_output=True)
    assert [*git.tracked_database(root)] == []
    assert (root / ".srs" / "srs.db").exists()


@NEEDS_LINKS
def test_a_medium_is_not_taken_from_outside_by_a_link(tmp_path: Path) -> None:
    write(tmp_path, "corpus/x.md", "secret.png")
    (tmp_path / "corpus" / "a.png").symlink_to(tmp_path / "secret.png")
    problem = targets.read_media(tmp_path / "corpus", Place("x.md"), "a.png")
    assert isinstance(problem, Problem)
    assert "outside" in problem.message
