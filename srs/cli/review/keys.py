"""Keys as they are pressed, one at a time, and whole lines where something is to be typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Protocol

RESIZED = "resized"
"""Not a key: the terminal has another size now."""
CLOSED = "closed"
"""Not a key: the terminal is gone, or its input has ended."""
NAMED = {
    "\r": "enter", "\n": "enter", " ": "space", "\x03": CLOSED, "\x04": CLOSED, "\x1b": "escape",
    "\x1b[A": "up", "\x1b[B": "down", "\x1b[5~": "up", "\x1b[6~": "down", "\x1bOA": "up",
    "\x1bOB": "down",
}  # fmt: skip


class Keyboard(Protocol):
    """Where keys come from."""

    def key(self, seconds: float | None = None) -> str:
        """Wait for a key, so many seconds at most; return its character or name, or nothing."""
        ...

    def lines(self) -> Iterator[str]:
        """Yield lines as they are typed, with editing and echo, until the input ends."""
        ...

    def aside(self) -> AbstractContextManager[None]:
        """Leave the terminal to another program for a while."""
        ...


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Take single keys from the terminal until the end; then it is as it was."""
    if sys.platform == "win32":
        yield _WindowsKeyboard()
        return
    import signal
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def resized(*_: object) -> None:
        with suppress(BlockingIOError):
            os.write(writing, b"r")

    handler = signal.signal(signal.SIGWINCH, resized)
    made = _PosixKeyboard(descriptor, reading, before)
    try:
        made.take()
        yield made
    finally:
        made.release()
        signal.signal(signal.SIGWINCH, handler)
        os.close(reading)
        os.close(writing)


class _PosixKeyboard:
    def __init__(self, descriptor: int, resizes: int, normal: list[object]) -> None:
        self.descriptor = descriptor
        self.resizes = resizes
        self.normal = normal

    def take(self) -> None:
        import tty

        tty.setcbreak(self.descriptor)

    def release(self) -> None:
        import termios

        with suppress(termios.error):  # a terminal that is gone needs nothing
            termios.tcsetattr(self.descriptor, termios.TCSADRAIN, self.normal)  # type: ignore[arg-type]

    def key(self, seconds: float | None = None) -> str:
        try:
            if not (ready := self._ready(seconds)):
                return ""
            if self.resizes in ready:
                os.read(self.resizes, 4096)
                return RESIZED
            text = self._character()
        except KeyboardInterrupt:
            return CLOSED
        return NAMED.get(text, text if len(text) == 1 else "")

    def lines(self) -> Iterator[str]:
        with suppress(ImportError):
            import readline  # noqa: F401 - gives `input` its editing
        with self.aside():
            yield from _lines()

    @contextmanager
    def aside(self) -> Iterator[None]:
        self.release()
        try:
            yield
        finally:
            self.take()

    def _ready(self, seconds: float | None) -> list[int]:
        import select

        return select.select([self.descriptor, self.resizes], [], [], seconds)[0]

    def _character(self) -> str:
        """Read a character of UTF-8, or all of an escape sequence."""
        first = self._byte()
        if not first:
            return "\x04"
        if first == b"\x1b":
            return self._sequence()
        length = next((n for n, low in ((4, 0xF0), (3, 0xE0), (2, 0xC0)) if first[0] >= low), 1)
        whole = first + b"".join(self._byte() for _ in range(length - 1))
        return whole.decode("utf-8", "replace")

    def _sequence(self) -> str:
        text = "\x1b"
        while self.descriptor in self._ready(0.02):
            text += self._byte().decode("latin-1")
            if len(text) > 2 and (text[-1].isalpha() or text[-1] == "~"):
                break
        return text

    def _byte(self) -> bytes:
        try:
            return os.read(self.descriptor, 1)
        except OSError:  # the terminal has been closed
            return b""


class _WindowsKeyboard:
    def key(self, seconds: float | None = None) -> str:
        import msvcrt
        import time

        end = None if seconds is None else time.monotonic() + seconds
        while not msvcrt.kbhit():  # type: ignore[attr-defined]
            if end is not None and time.monotonic() > end:
                return ""
            time.sleep(0.02)
        text = msvcrt.getwch()  # type: ignore[attr-defined]
        if text in ("\x00", "\xe0"):
            return {"H": "up", "P": "down"}.get(msvcrt.getwch(), "")  # type: ignore[attr-defined]
        return str(NAMED.get(text, text))

    def lines(self) -> Iterator[str]:
        return _lines()

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


def _lines() -> Iterator[str]:
    try:
        while True:
            yield input("> ")
    except (EOFError, KeyboardInterrupt):
        return
