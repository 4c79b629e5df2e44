"""Images and sounds opened from a review."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from srs.cli import viewer
from srs.cli.viewer import media, view
from srs.corpus import render
from srs.corpus.parse import parse
from srs.corpus.tree import Blocks
from srs.errors import Place, SrsError

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="opens with xdg-open")

WHERE = Place("decks/deck.md", 1)


def blocks(text: str) -> Blocks:
    deck, _ = parse(f"## Q\n\n{text}\n", WHERE.path)
    assert deck is not None
    return render.note(deck.notes[0]).back


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in ("corpus/decks/a b.png", "corpus/media/x.mp3", "corpus/decks/-w.svg", "out.png"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"data")
    return tmp_path / "corpus"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a file where the one opener there is writes down what it was asked to open."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(viewer, "_PATIENCE", 20)
    install(folder, "print(*sys.argv[1:], sep='\\n', file=open(told, 'a'))")
    return folder / "told"


def install(folder: Path, code: str, name: str = "xdg-open") -> None:
    script = folder / name
    script.write_text(
        f"#!{sys.executable}\nimport os, sys, time\ntold = {str(folder / 'told')!r}\n{code}\n",
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)


def test_the_media_of_a_side_are_files_of_the_corpus(root: Path) -> None:
    shown = blocks(
        "![one](<a b.png>) ![again](a%20b.png)\n\n- ![](../media/x.mp3)\n\n> ![gone](gone.png)"
    )
    assert media(root, WHERE, shown) == (
        root / "decks" / "a b.png",
        root / "decks" / ".." / "media" / "x.mp3",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no image", "there is no image or sound here to open"),
        ("![](gone.png)", "there is no file `gone.png`: paths are relative to the deck's file"),
        ("![](../../out.png)", "lies outside the corpus"),
        ("![](https://example.org/x.png)", "is not a file: save the image beside the deck"),
        ("![](deck.md)", "is of a kind that Anki does not show"),
    ],
)
def test_nothing_else_is_opened(root: Path, text: str, said: str) -> None:
    with pytest.raises(SrsError) as raised:
        media(root, WHERE, blocks(text))
    assert said in str(raised.value)


def test_each_is_opened_without_a_word(
    root: Path, opened: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    install(opened.parent, "print('noise'); print(*sys.argv[1:], file=open(told, 'a'))")
    view(media(Path(), WHERE, blocks("![](-w.svg) ![](../media/x.mp3)")))
    lines = opened.read_text(encoding="utf-8").splitlines()
    assert lines == [f"{root}/decks/-w.svg", f"{root}/decks/../media/x.mp3"]
    assert capfd.readouterr() == ("", "")


def test_a_viewer_that_stays_open_keeps_nobody_waiting(
    root: Path, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = opened.parent / "pipe"
    os.mkfifo(pipe)
    install(opened.parent, f"open({str(pipe)!r}).read()")
    monkeypatch.setattr(viewer, "_PATIENCE", 0.05)
    began = time.monotonic()
    view([root / "decks" / "a b.png"])
    assert time.monotonic() - began < 10
    pipe.write_text("close")  # it still reads, or this would wait forever


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(3)", "xdg-open finds nothing to open {} with: open it yourself"),
        (None, "there is no xdg-open to open files with: open {} yourself"),
    ],
)
def test_that_there_is_no_viewer_is_said(
    root: Path, opened: Path, code: str | None, said: str
) -> None:
    path = root / "decks" / "a b.png"
    if code is None:
        (opened.parent / "xdg-open").unlink()
    else:
        install(opened.parent, code)
    with pytest.raises(SrsError) as raised:
        view([path])
    assert str(raised.value) == said.format(path)


def test_another_opener_does_where_there_is_no_xdg_open(root: Path, opened: Path) -> None:
    (opened.parent / "xdg-open").unlink()
    install(opened.parent, "print(*sys.argv[1:], file=open(told, 'a'))", "gio")
    view([root / "decks" / "a b.png"])
    assert opened.read_text(encoding="utf-8") == f"open {root}/decks/a b.png\n"
