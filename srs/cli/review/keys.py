"""Keys as they are pressed, one at a time, and whole lines where something is to be typed."""

from __future__ import annotations

import io
import os
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Protocol

RESIZED = "resized"
"""Not a key: the terminal has another size now, or another program has drawn on it."""
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
        """Yield lines as they are typed, with editing and echo, until the input ends.

        Raises `KeyboardInterrupt` for ctrl-c.
        """
        ...

    def aside(self) -> AbstractContextManager[None]:
        """Leave the terminal to another program for a while."""
        ...


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Take single keys from the terminal until the end; then it is as it was."""
    if isinstance(sys.stdin, io.TextIOWrapper):  # what cannot be read is wrong, and no fault
        sys.stdin.reconfigure(errors="replace")
    if sys.platform == "win32":
        yield _WindowsKeyboard()
        return
    import termios

    descriptor = sys.stdin.fileno()
    normal = termios.tcgetattr(descriptor)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    made = _PosixKeyboard(descriptor, reading, writing, normal)
    try:
        with made.taken():
            yield made
    finally:
        os.close(reading)
        os.close(writing)


class _PosixKeyboard:
    """A terminal that hands over keys as they come, and with them what signals say.

    While keys are taken, a signal writes into a pipe that is read beside the terminal: so nothing
    is interrupted by one, and each has its turn.
    """

    def __init__(
        self, descriptor: int, reading: int, writing: int, normal: list[object] | None
    ) -> None:
        self.descriptor = descriptor
        self.reading = reading
        self.writing = writing
        self.normal = normal
        self.ended = False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take keys, and the signals that concern them, for a while."""
        import signal

        said = {
            signal.SIGINT: self._interrupted,
            signal.SIGWINCH: self._resized,
            signal.SIGCONT: self._resumed,
            signal.SIGTSTP: self._stopped,
            signal.SIGHUP: self._ended,
            signal.SIGTERM: self._ended,
        }
        before = {number: signal.signal(number, handler) for number, handler in said.items()}
        # What comes just before a key is waited for must wake that, though its handler has not run.
        woken = signal.set_wakeup_fd(self.writing, warn_on_full_buffer=False)
        try:
            self._take()
            yield
        finally:
            self._release()
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def aside(self) -> Iterator[None]:
        import signal

        self._release()
        numbers = (signal.SIGCONT, signal.SIGTSTP, signal.SIGHUP, signal.SIGTERM)
        ours = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}
        ours[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            for number, handler in ours.items():
                signal.signal(number, handler)
            self._take()

    def key(self, seconds: float | None = None) -> str:
        if self.ended:
            return CLOSED
        if not (ready := self._ready(seconds)):
            return ""
        if self.reading in ready:
            said = os.read(self.reading, 4096)
            return CLOSED if self.ended or _INTERRUPT in said else RESIZED
        text = self._character()
        return NAMED.get(text, text if len(text) == 1 else "")

    def lines(self) -> Iterator[str]:
        with suppress(ImportError):
            import readline  # noqa: F401 - gives `input` its editing
        with self.aside():
            yield from _lines()

    def _take(self) -> None:
        import termios
        import tty

        with suppress(termios.error):  # a terminal that is gone says so at the next key
            tty.setcbreak(self.descriptor, termios.TCSADRAIN)

    def _release(self) -> None:
        import termios

        with suppress(termios.error):
            termios.tcsetattr(self.descriptor, termios.TCSADRAIN, self.normal)  # type: ignore[arg-type]

    def _resized(self, *_: object) -> None:
        self._say(_RESIZE)

    def _interrupted(self, *_: object) -> None:
        self._say(_INTERRUPT)

    def _ended(self, *_: object) -> None:
        self.ended = True
        self._say(_INTERRUPT)

    def _say(self, what: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self.writing, what)

    def _stopped(self, *_: object) -> None:
        """Stop as ctrl-z asks, but leave the terminal as the shell wants it."""
        import signal

        self._release()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # where nobody could resume us, the system ignores it
        self._resumed()

    def _resumed(self, *_: object) -> None:
        import signal

        signal.signal(signal.SIGTSTP, self._stopped)
        self._take()
        self._resized()

    def _ready(self, seconds: float | None) -> list[int]:
        import select

        return select.select([self.descriptor, self.reading], [], [], seconds)[0]

    def _character(self) -> str:
        """Read a character of UTF-8, or all of an escape sequence."""
        first = self._byte()
        if not first:
            return "\x04"
        if first == b"\x1b":
            return self._sequence()
        decoder = getincrementaldecoder("utf-8")("replace")
        text = decoder.decode(first)
        while not text:
            byte = self._byte()
            text = decoder.decode(byte, final=not byte)
        return text

    def _sequence(self) -> str:
        text = "\x1b"
        while self.descriptor in self._ready(0.02) and (byte := self._byte()):
            text += byte.decode("latin-1")
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
    except (EOFError, OSError):  # ended, or the terminal is gone
        return
