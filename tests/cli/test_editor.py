"""The editor that is opened, and what it is told."""

import json
import sys
from pathlib import Path

import pytest

from srs.cli import editor
from srs.cli.editor import edit
from srs.errors import SrsError

posix = pytest.mark.skipif(sys.platform == "win32", reason="starts scripts by their first line")


@pytest.fixture
def bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that alone is looked through for programs, and no editor's name."""
    folder = tmp_path / "bin dir"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


def install(folder: Path, name: str, code: str = "") -> Path:
    """Make an editor that writes down its arguments, and then does some more."""
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\nimport json, os, signal, sys\n"
        f"open({str(folder / 'told')!r}, 'w').write(json.dumps(sys.argv[1:]))\n{code}\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def told(folder: Path) -> list[str]:
    return [str(arg) for arg in json.loads((folder / "told").read_text(encoding="utf-8"))]


@posix
@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("vi", ["+7", "FILE"]), ("nvim", ["+7", "FILE"]), ("nano -w", ["-w", "+7", "FILE"]),
        ("emacs -nw", ["-nw", "+7", "FILE"]), ("emacs-29.1", ["+7", "FILE"]),
        ("emacsclient", ["+7", "FILE"]), ("micro", ["+7", "FILE"]), ("kak", ["+7", "FILE"]),
        ("joe", ["+7", "FILE"]), ("ne", ["+7", "FILE"]), ("mcedit", ["+7", "FILE"]),
        ("vim.basic", ["+7", "FILE"]), ("gvim", ["-f", "+7", "FILE"]),
        ("gvim --nofork", ["--nofork", "+7", "FILE"]), ("hx", ["FILE:7"]), ("helix", ["FILE:7"]),
        ("code", ["--wait", "--goto", "FILE:7"]), ("code -w", ["-w", "--goto", "FILE:7"]),
        ("code --wait -n", ["--wait", "-n", "--goto", "FILE:7"]),
        ("codium", ["--wait", "--goto", "FILE:7"]), ("cursor", ["--wait", "--goto", "FILE:7"]),
        ("windsurf", ["--wait", "--goto", "FILE:7"]), ("zed", ["--wait", "FILE:7"]),
        ("subl -n", ["-n", "--wait", "FILE:7"]), ("kate", ["--block", "--line", "7", "FILE"]),
        ("gedit", ["--wait", "+7", "FILE"]), ("pycharm", ["--wait", "--line", "7", "FILE"]),
        ("idea", ["--wait", "--line", "7", "FILE"]), ("nvim-qt", ["FILE"]),
        ("ed-of-mine --fast", ["--fast", "FILE"]), ("my-ed '--a b'", ["--a b", "FILE"]),
    ],
)  # fmt: skip
def test_every_editor_is_told_the_line_in_its_own_way(
    bin: Path, tmp_path: Path, command: str, arguments: list[str]
) -> None:
    install(bin, command.split()[0])
    file = tmp_path / "a note.md"
    edit(file, 7, command)
    assert told(bin) == [arg.replace("FILE", str(file)) for arg in arguments]


@posix
def test_a_file_is_no_option(bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    install(bin, "other")
    edit(Path("-x.md"), 1, "other")
    assert told(bin) == [str(tmp_path / "-x.md")]


@posix
def test_a_name_that_leads_to_an_editor_is_known_by_it(bin: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    install(tmp_path / "real", "code")
    (bin / "editor").symlink_to(tmp_path / "real" / "code")
    edit(tmp_path / "x", 3)
    assert told(tmp_path / "real") == ["--wait", "--goto", f"{tmp_path / 'x'}:3"]
    install(tmp_path / "real", "busybox")
    (bin / "vi").symlink_to(tmp_path / "real" / "busybox")
    edit(tmp_path / "x", 3, "vi")
    assert told(tmp_path / "real") == ["-c", "3", str(tmp_path / "x")]


@posix
def test_the_setting_comes_first_then_visual_then_editor_then_what_is_there(
    bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nano", "one", "two", "three"):
        install(bin, name, f"open({str(bin / 'who')!r}, 'w').write({name!r})")
    who = bin / "who"
    edit(tmp_path / "x")
    assert who.read_text() == "nano"
    monkeypatch.setenv("EDITOR", "one")
    monkeypatch.setenv("VISUAL", "  ")
    edit(tmp_path / "x")
    assert who.read_text() == "one"
    monkeypatch.setenv("VISUAL", "two")
    edit(tmp_path / "x")
    assert who.read_text() == "two"
    edit(tmp_path / "x", command="three")
    assert who.read_text() == "three"


@posix
def test_the_path_of_an_editor_may_hold_spaces(bin: Path, tmp_path: Path) -> None:
    path = install(bin, "vim")
    edit(tmp_path / "x", 2, str(path))
    assert told(bin) == ["+2", str(tmp_path / "x")]
    edit(tmp_path / "x", 2, f"'{path}' -R")
    assert told(bin) == ["-R", "+2", str(tmp_path / "x")]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (r'"C:\Program Files\Ed\ed.exe" -w', [r"C:\Program Files\Ed\ed.exe", "-w"]),
        (r"C:\ed\ed.exe -w", [r"C:\ed\ed.exe", "-w"]),
        ("notepad", ["notepad"]),
    ],
)
def test_on_windows_a_backslash_divides_folders(command: str, words: list[str]) -> None:
    assert editor._words(command, "$EDITOR", windows=True) == words


def test_windows_programs_are_known_by_their_names(tmp_path: Path) -> None:
    for program in (r"C:\Program Files\VS Code\bin\code.cmd", r"C:\x\Code.exe"):
        args = editor._arguments([program], program, tmp_path / "x", 5)
        assert args == ["--wait", "--goto", f"{tmp_path / 'x'}:5"]


@posix
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-editor -w", "there is no editor no-such-editor: set $EDITOR to one that works"),
        ("'open", "$EDITOR is no command (No closing quotation): set it to one that works"),
        ("fails", "fails ended with code 3: set $EDITOR to one that works"),
        ("broken", "cannot start broken (Exec format error): set $EDITOR to one that works"),
        ("", "there is no editor: set $EDITOR to the one you use"),
    ],
)
def test_what_does_not_work_is_said(
    bin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    install(bin, "fails", "sys.exit(3)")
    (bin / "broken").write_bytes(b"\x7fELF")
    (bin / "broken").chmod(0o755)
    monkeypatch.setenv("EDITOR", command)
    with pytest.raises(SrsError) as raised:
        edit(tmp_path / "x")
    assert str(raised.value) == said


@posix
def test_an_interrupt_is_meant_for_the_editor(bin: Path, tmp_path: Path) -> None:
    file = tmp_path / "x"
    interrupt = "signal.signal(signal.SIGINT, signal.SIG_IGN)\nos.kill(os.getppid(), signal.SIGINT)"
    install(bin, "ed", f"{interrupt}\nopen({str(file)!r}, 'w').write('kept')")
    edit(file, 1, "ed")
    assert file.read_text() == "kept"
