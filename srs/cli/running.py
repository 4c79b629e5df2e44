"""The code of a corpus run on one or several interpreters; what came of it is remembered."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from srs.cli.caching import keep, open_cache
from srs.cli.progress import progress
from srs.corpus.programs import Program, moved
from srs.errors import Place, Problem, Severity, SrsError
from srs.ids import digest
from srs.runner import Interpreter, Limits, Verdict, judge, run

VERSION = 1
"""Raised with every change of what a program's verdict is, so that kept ones are let go."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of all programs on one interpreter; counts are of blocks."""

    python: str
    programs: int
    passed: int
    failed: int
    skipped: dict[str, int] = field(default_factory=dict)
    remembered: int = 0
    seconds: float = 0.0

    @property
    def blocks(self) -> int:
        return self.passed + self.failed + sum(self.skipped.values())


def limits(*, unlimited: bool = False) -> Limits:
    """Return what code is held to; where a system cannot, only if the user goes on `unlimited`."""
    from srs.runner import can_limit

    if not can_limit() and not unlimited:
        raise SrsError(
            "this system sets no limits of memory, files and processes to a program: "
            "if you trust the decks, say --unlimited"
        )
    return Limits()


@dataclass(slots=True)
class Runner:
    """Runs programs on each interpreter, as many at once as there are cores."""

    interpreters: Sequence[Interpreter]
    limits: Limits
    fresh: bool = False
    tallies: list[Tally] = field(default_factory=list)

    def __call__(self, programs: Sequence[Program]) -> list[Problem]:
        """Run programs and return what is wrong with them; adds to `tallies`."""
        found: dict[Problem, list[str]] = {}
        for interpreter in self.interpreters:
            began = time.monotonic()
            verdicts, remembered = self._verdicts(programs, interpreter)
            skipped = Counter(reason for verdict in verdicts for reason in verdict.skipped)
            self.tallies.append(
                Tally(
                    interpreter.name, len(programs), sum(v.passed for v in verdicts),
                    sum(v.failed for v in verdicts), dict(skipped), remembered,
                    round(time.monotonic() - began, 2),
                )
            )  # fmt: skip
            for verdict in verdicts:
                for problem in verdict.problems:
                    found.setdefault(problem, []).append(interpreter.name)
        every = len(self.interpreters)
        return [p if len(on) == every else _on(p, on) for p, on in found.items()]

    def _verdicts(
        self, programs: Sequence[Program], interpreter: Interpreter
    ) -> tuple[list[Verdict], int]:
        """Return the verdict on each program, and how many were remembered."""
        keys = [self._key(program, interpreter) for program in programs]
        with _memory() as memory:
            known = {} if self.fresh else memory.read(keys, programs)
            todo = [n for n in range(len(programs)) if n not in known]
            made = _run_all([programs[n] for n in todo], interpreter, self.limits)
            verdicts = {**known, **dict(zip(todo, made, strict=True))}
            memory.write([(keys[n], programs[n], verdicts[n]) for n in todo])
        return [verdicts[n] for n in range(len(programs))], len(known)

    def _key(self, program: Program, interpreter: Interpreter) -> str:
        """Hash all that a verdict depends on; where the note stands is none of it."""
        blocks = moved(program.blocks, -program.line)
        anywhere = replace(program, path="", line=0, blocks=blocks)
        facts = [VERSION, asdict(anywhere), asdict(self.limits)]
        return digest(json.dumps(facts), interpreter.identity)


def _run_all(
    programs: Sequence[Program], interpreter: Interpreter, limits: Limits
) -> list[Verdict]:
    """Run programs; if that is interrupted, all that runs is ended before this raises."""
    cancelled = threading.Event()

    def one(program: Program) -> Verdict:
        ran = run(program, interpreter.path, limits, cancelled.is_set)
        return judge(program, ran)

    with (
        ThreadPoolExecutor(max_workers=_cores()) as pool,
        progress("running code", len(programs)) as tell,
    ):
        futures = [pool.submit(one, program) for program in programs]
        try:
            left: set[Future[Verdict]] = set(futures)
            while left:
                _, left = wait(left, return_when=FIRST_COMPLETED)
                tell(len(futures) - len(left))
            return [future.result() for future in futures]
        except BaseException:
            cancelled.set()
            for future in futures:
                future.cancel()
            raise


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _on(problem: Problem, names: Sequence[str]) -> Problem:
    first, *rest = problem.message.split("\n")
    return replace(problem, message="\n".join([f"{first} (on {', '.join(names)})", *rest]))


@dataclass(frozen=True, slots=True)
class _Memory:
    """Verdicts by key, in a database of the user's cache folder, if there is one."""

    connection: sqlite3.Connection | None

    def read(self, keys: Sequence[str], programs: Sequence[Program]) -> dict[int, Verdict]:
        if self.connection is None:
            return {}
        rows = self.connection.execute(
            "select key, value from cached where key in (select value from json_each(?))",
            (json.dumps(keys),),
        )
        known = dict(rows.fetchall())
        return {
            n: _verdict(json.loads(known[key]), programs[n])
            for n, key in enumerate(keys)
            if key in known
        }

    def write(self, made: Sequence[tuple[str, Program, Verdict]]) -> None:
        """Remember verdicts, but not those that may be the machine's fault."""
        if self.connection is None:
            return
        rows = [
            (key, json.dumps(_data(program, verdict)))
            for key, program, verdict in made
            if all(problem.code not in ("run-stopped", "run-left") for problem in verdict.problems)
        ]
        keep(self.connection, rows)


@contextmanager
def _memory() -> Iterator[_Memory]:
    connection = open_cache("runs")
    if connection is None:
        yield _Memory(None)
    else:
        with closing(connection):
            yield _Memory(connection)


def _data(program: Program, verdict: Verdict) -> Any:
    problems = [(p.where.line - program.line, p.code, p.message, p.hint) for p in verdict.problems]
    return [verdict.passed, verdict.failed, verdict.skipped, problems]


def _verdict(data: Any, program: Program) -> Verdict:
    passed, failed, skipped, problems = data
    found = (
        Problem(Place(program.path, program.line + line), code, Severity.ERROR, message, hint)
        for line, code, message, hint in problems
    )
    return Verdict(passed, failed, tuple(skipped), tuple(found))
