"""One program in a process of its own: started, watched, and ended with all it has started."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from srs.corpus.programs import Program

DRIVER = Path(__file__).with_name("driver.py")
_TOKEN = "SRS_RUN"
_TICK = 0.01
"""Seconds between two looks at what runs."""
_ROUNDS = 500
"""Times that all of a family are killed, a tick apart."""
_ANSWER = 1.0
"""Seconds that a program has to say where it is."""
_GRACE = 1.0
"""Seconds that helpers of multiprocessing have to end after the program."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use: seconds, bytes of memory and of output, processes and files."""

    seconds: float = 10.0
    memory: int = 1 << 30
    output: int = 1 << 20
    processes: int = 32
    files: int = 1_000


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program did: a result for each block that ended, and what ended it before its time.

    `stopped` is a sentence's end, empty if nothing did; `line` is where the program was then, if
    known. `printed` is all that went to stdout, `left` how many processes it left behind.
    """

    results: tuple[Mapping[str, Any], ...]
    printed: bytes
    stopped: str = ""
    line: int | None = None
    left: int = 0


def can_limit() -> bool:
    """Tell whether this system can hold a program to limits of memory, files and processes."""
    return importlib.util.find_spec("resource") is not None


def run(
    program: Program, python: Path, limits: Limits, cancelled: Callable[[], bool] = lambda: False
) -> Ran:
    """Run a program; it and all its descendants are gone when this returns."""
    with tempfile.TemporaryDirectory(prefix="srs-run-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        return _Run(program, python, limits, folder, cancelled).run()


class _Run:
    def __init__(
        self,
        program: Program,
        python: Path,
        limits: Limits,
        folder: Path,
        cancelled: Callable[[], bool],
    ) -> None:
        self.program = program
        self.python = python
        self.limits = limits
        self.cancelled = cancelled
        self.place = folder / "place"
        self.plan = folder / "plan.json"
        self.note = folder / "note.py"
        self.stacks = folder / "stacks.txt"
        self.results = folder / "results.jsonl"
        self.out = folder / "stdout"
        self.token = secrets.token_hex(8)

    def run(self) -> Ran:
        self._prepare()
        before = set(psutil.pids())
        with self.out.open("wb") as out:
            process = subprocess.Popen(
                [self.python, "-I", "-u", "-X", "utf8", DRIVER, self.plan, self.results],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                cwd=self.place,
                env=self._environment(),
                start_new_session=True,
            )
        family = _Family(process.pid, self.token, self.place, before)
        left = 0
        try:
            stopped = self._watch(process, family)
            line = self._line(process, family) if stopped else None
            left = 0 if stopped else _outlive(family, self.cancelled)
        finally:
            family.kill()
            process.wait()
        results = self._read()
        code = process.returncode
        if not stopped and (code < 0 or {"what": "end"} not in results):
            line = self._stack_line()
            stopped = f"ended the interpreter with exit code {code}"
            if code < 0:
                stopped = f"was ended by {signal.Signals(-code).name}"
        ended = tuple(result for result in results if result["what"] != "end")
        return Ran(ended, self.out.read_bytes()[: self.limits.output], stopped, line, left)

    def _prepare(self) -> None:
        self.place.mkdir()
        blocks = [block for block in self.program.blocks if not block.no_run]
        rows: list[str] = []
        for block in blocks:
            lines = block.code.split("\n") if not block.session else []
            start, end = block.line - 1, block.line - 1 + len(lines)
            rows += [""] * (end - len(rows))
            rows[start:end] = lines
        self.note.write_text("\n".join(rows) + "\n", encoding="utf-8", errors="replace")
        limits = {
            "RLIMIT_AS": 4 * self.limits.memory,
            "RLIMIT_FSIZE": self.limits.output,
            "RLIMIT_NOFILE": 512,
            "RLIMIT_CORE": 0,
        }
        plan = {
            "file": str(self.note),
            "stacks": str(self.stacks),
            "limits": limits,
            "blocks": [asdict(block) for block in blocks],
        }
        self.plan.write_text(json.dumps(plan), encoding="utf-8")
        self.results.touch()

    def _environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ
        }
        place = str(self.place)
        return {**kept, "HOME": place, "TMPDIR": place, "TEMP": place, _TOKEN: self.token}

    def _read(self) -> tuple[Mapping[str, Any], ...]:
        lines = self.results.read_bytes().split(b"\n")
        return tuple(json.loads(line) for line in lines if line)

    def _watch(self, process: subprocess.Popen[bytes], family: _Family) -> str:
        """Wait for the program's end; return what it had to be stopped for."""
        limits = self.limits
        end = time.monotonic() + limits.seconds
        tick = 0
        while process.poll() is None:
            family.look()
            if (
                len(family.members) > limits.processes + 1
                and len(family.alive()) > limits.processes + 1
            ):
                return f"had more than {limits.processes} processes at once"
            if time.monotonic() > end:
                return f"took longer than {limits.seconds:g} s"
            if self.cancelled():
                return "was cancelled"
            if tick % 5 == 0:
                if family.memory() > limits.memory:
                    return f"took more than {limits.memory >> 20} MiB of memory"
                if not can_limit() and self.out.stat().st_size >= limits.output:
                    return f"printed more than {limits.output >> 10} KiB"
                if _count(self.place, limits.files) > limits.files:
                    return f"made more than {limits.files} files"
            tick += 1
            with suppress(subprocess.TimeoutExpired):
                process.wait(_TICK)
        return ""

    def _line(self, process: subprocess.Popen[bytes], family: _Family) -> int | None:
        """Ask a program that runs on where it is, and wait a moment for the answer."""
        if not hasattr(signal, "SIGUSR1"):
            return None
        family.end(family.alive() - {process.pid})  # that leaves it the processor
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGUSR1)
        end = time.monotonic() + _ANSWER
        while (line := self._stack_line()) is None and time.monotonic() < end:
            if process.poll() is not None:
                return self._stack_line()
            time.sleep(_TICK)
        return line

    def _stack_line(self) -> int | None:
        """Return the innermost line of the note in the stack that was written last."""
        try:
            text = self.stacks.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        found = re.search(rf'"{re.escape(str(self.note))}", line ([0-9]+) in', text)
        return int(found[1]) if found else None


class _Family:
    """A process and all that it starts, however they hide.

    They are known by session, parent, token or the folder they are in.
    """

    def __init__(self, pid: int, token: str, place: Path, before: set[int]) -> None:
        self.pid = pid
        self.token = token
        self.place = place.resolve()
        self.seen = before
        self.members = {pid}

    def look(self) -> None:
        """Take in the processes that were not there at the last look."""
        now = set(psutil.pids())
        self.members &= now
        self.seen &= now
        for pid in sorted(now - self.seen - self.members):
            self.seen.add(pid)
            if self._belongs(pid):
                self.members.add(pid)

    def alive(self) -> set[int]:
        """Return those that run, without the ones that have ended and only wait to be noticed."""
        self.look()
        return {pid for pid in self.members if _state(pid) not in ("", psutil.STATUS_ZOMBIE)}

    def memory(self) -> int:
        """Return the bytes of memory they take together."""
        total = 0
        for pid in self.members:
            with suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        return total

    def kill(self) -> None:
        """End all of them; what is started meanwhile is ended in the next round."""
        for _ in range(_ROUNDS):
            if hasattr(os, "killpg"):
                with suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
            alive = self.alive()
            if not alive:
                return
            self.end(alive)
            time.sleep(_TICK)

    def end(self, pids: set[int]) -> None:
        """Kill some of them."""
        for pid in pids:
            with suppress(psutil.Error):
                psutil.Process(pid).kill()

    def _belongs(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            if process.ppid() in self.members:
                return True
            if hasattr(os, "getsid") and os.getsid(pid) == self.pid:
                return True
            if Path(process.cwd()).is_relative_to(self.place):
                return True
            return process.environ().get(_TOKEN) == self.token
        except (psutil.Error, OSError):
            return False


def _state(pid: int) -> str:
    try:
        return str(psutil.Process(pid).status())
    except psutil.Error:
        return ""


def _outlive(family: _Family, cancelled: Callable[[], bool]) -> int:
    """Return how many processes are left some time after the program has ended."""
    end = time.monotonic() + _GRACE
    while (left := family.alive() - {family.pid}) and time.monotonic() < end and not cancelled():
        time.sleep(_TICK)
    return len(left)


def _count(folder: Path, enough: int) -> int:
    """Count the files below a folder, but not many more than `enough`."""
    count = 0
    for _, folders, files in os.walk(folder):
        count += len(folders) + len(files)
        if count > enough:
            break
    return count
