"""Keys as they come from a terminal, read from a pipe."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import srs
from srs.cli.review import keys
from srs.cli.review.keys import CLOSED, RESIZED, Keyboard


class Pipe:
    """Where bytes are typed."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        self.signals = os.pipe()
        self.keyboard = keys._PosixKeyboard(self.reading, *self.signals, None)

    def type(self, text: bytes) -> None:
        os.write(self.writing, text)

    def end(self) -> None:
        os.close(self.writing)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    if sys.platform == "win32":
        pytest.skip("a pipe cannot be waited for there")
    made = Pipe()
    yield made
    for descriptor in (made.reading, *made.signals):
        os.close(descriptor)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (b"a", ["a"]),
        (b"1 ?", ["1", "space", "?"]),
        (b"\r\n", ["enter", "enter"]),
        (b"\x1b[A\x1b[B\x1bOA\x1bOB", ["up", "down", "up", "down"]),
        (b"\x1b[5~\x1b[6~", ["up", "down"]),
        (b"\x1b[1;5Aq", ["", "q"]),
        ("é東🗼".encode(), ["é", "東", "🗼"]),
        (b"\xffa\x80", ["\ufffd", "a", "\ufffd"]),
        (b"\x03\x04", [CLOSED, CLOSED]),
    ],
)
def test_bytes_are_keys(pipe: Pipe, typed: bytes, expected: list[str]) -> None:
    pipe.type(typed)
    assert [pipe.keyboard.key(1) for _ in expected] == expected
    assert pipe.keyboard.key(0) == "", "nothing is left over"


def test_escape_alone_is_a_key(pipe: Pipe) -> None:
    pipe.type(b"\x1b")
    assert pipe.keyboard.key(1) == "escape"


@pytest.mark.parametrize(
    ("typed", "before"), [(b"", []), (b"q", ["q"]), (b"\x1b", ["escape"]), (b"\xe6", ["\ufffd"])]
)
def test_an_input_that_has_ended_says_so_again_and_again(
    pipe: Pipe, typed: bytes, before: list[str]
) -> None:
    pipe.type(typed)
    pipe.end()
    assert [pipe.keyboard.key() for _ in range(len(before) + 2)] == [*before, CLOSED, CLOSED]


def test_signals_have_their_turn_among_keys(pipe: Pipe) -> None:
    pipe.keyboard._resized()
    pipe.keyboard._resized()
    pipe.type(b"a")
    assert [pipe.keyboard.key(1) for _ in range(2)] == [RESIZED, "a"]
    pipe.keyboard._interrupted()
    pipe.keyboard._resized()
    assert [pipe.keyboard.key(1), pipe.keyboard.key(0)] == [CLOSED, ""]
    pipe.keyboard._ended()
    assert [pipe.keyboard.key(), pipe.keyboard.key()] == [CLOSED, CLOSED]


def test_more_signals_than_a_pipe_holds_are_no_fault(pipe: Pipe) -> None:
    os.set_blocking(pipe.signals[1], False)
    for _ in range(70_000):
        pipe.keyboard._resized()
    assert pipe.keyboard.key() == RESIZED


def typed_on_windows(monkeypatch: pytest.MonkeyPatch, *characters: str) -> Keyboard:
    left = [*characters]
    console = SimpleNamespace(kbhit=lambda: bool(left), getwch=lambda: left.pop(0))
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    return keys._WindowsKeyboard()


def test_keys_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ("a", "\r", " ", "\xe0", "H", "\x00", "P", "\xe0", "K", "\x1b", "\x03")
    keyboard = typed_on_windows(monkeypatch, *typed)
    expected = ["a", "enter", "space", "up", "down", "", "escape", CLOSED]
    assert [keyboard.key() for _ in expected] == expected
    assert keyboard.key(0) == ""
    with keyboard.aside():
        pass


@pytest.mark.parametrize("end", [EOFError, OSError])
def test_lines_end_as_the_input_does(
    monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    left = iter(["one", "two"])

    def typed(prompt: str) -> str:
        for line in left:
            return line
        raise end

    monkeypatch.setattr("builtins.input", typed)
    assert [*keys._WindowsKeyboard().lines()] == ["one", "two"]


def test_an_interrupt_while_a_line_is_typed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", typed)
    with pytest.raises(KeyboardInterrupt):
        next(keys._WindowsKeyboard().lines())


def test_a_review_needs_nothing_that_windows_lacks_before_it_begins() -> None:
    missing = ("termios", "tty", "pty", "fcntl", "readline")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({missing}))\n"
        "import srs.cli.commands.review, srs.cli.review.flow, srs.cli.review.doing"
    )
    here = str(Path(srs.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": here}
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
