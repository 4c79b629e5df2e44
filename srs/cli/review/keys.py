"""Keys as they are pressed, one at a time, and whole lines where something is to be typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Protocol

RESIZED = "resized"
"""Not a key: the terminal has another size now."""
CLOSED = "closed"
"""Not a key: the terminal is gone, or its input has ended."""
_INTERRUPT, _RESIZE = b"i", b"r"
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

    def signalled(number: int, _: object) -> None:
        with suppress(BlockingIOError):
            os.write(writing, _INTERRUPT if number == signal.SIGINT else _RESIZE)

    made = _PosixKeyboard(descriptor, reading, before, signalled)
    handler = signal.signal(signal.SIGWINCH, signalled)
    try:
        made.take()
        yield made
    finally:
        made.release()
        signal.signal(signal.SIGWINCH, handler)
        os.close(reading)
        os.close(writing)


class _PosixKeyboard:
    """The terminal, of which each key comes at once; an interrupt waits until one is asked for."""

    def __init__(
        self,
        descriptor: int,
        signals: int,
        normal: list[object],
        signalled: Callable[[int, object], None],
    ) -> None:
        self.descriptor = descriptor
        self.signals = signals
        self.normal = normal
        self.signalled = signalled

    def take(self) -> None:
        import signal
        import tty

        tty.setcbreak(self.descriptor)
        signal.signal(signal.SIGINT, self.signalled)

    def release(self) -> None:
        import signal
        import termios

        signal.signal(signal.SIGINT, signal.default_int_handler)
        with suppress(termios.error):  # a terminal that is gone needs nothing
            termios.tcsetattr(self.descriptor, termios.TCSADRAIN, self.normal)  # type: ignore[arg-type]

    def key(self, seconds: float | None = None) -> str:
        if not (ready := self._ready(seconds)):
            return ""
        if self.signals in ready:
            return CLOSED if _INTERRUPT in os.read(self.signals, 4096) else RESIZED
        text = self._character()
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

        return select.select([self.descriptor, self.signals], [], [], seconds)[0]

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
