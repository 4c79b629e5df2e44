"""Run the code of notes and say where it does not do what the notes say.

Limits are no sandbox: what runs here may do all that the user may.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from srs.corpus.programs import Block, Program
from srs.errors import Place, Problem, Severity
from srs.runner.interpreter import Interpreter, find
from srs.runner.process import Limits, Ran, can_limit, run

__all__ = ["Interpreter", "Limits", "Ran", "Verdict", "can_limit", "find", "judge", "run"]

_TOO_LARGE = "[Errno 27] File too large"
MAX_DIFF = 20
"""Lines of a difference that are shown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a program: how many blocks did as they should, why others were left out."""

    passed: int
    failed: int
    skipped: tuple[str, ...]
    problems: tuple[Problem, ...]


def judge(program: Program, ran: Ran) -> Verdict:
    """Compare what a program did with what its note says."""
    blocks = [block for block in program.blocks if not block.no_run]
    skipped = ["no-run"] * (len(program.blocks) - len(blocks))
    problems: list[Problem] = []
    passed = 0
    start = 0
    for block, result in zip(blocks, ran.results, strict=False):
        last = block is blocks[-1] and not ran.stopped
        printed = ran.printed[start : None if last else result["printed"]]
        start = result["printed"]
        if result["what"] == "skipped":
            skipped.append(result["why"])
            continue
        found = list(_faults(program.path, block, result, printed))
        problems += found
        passed += not found
    if program.must_fail:
        return _must_fail(program, ran, bool(skipped), problems)
    if ran.stopped:
        block = blocks[min(len(ran.results), len(blocks) - 1)]
        line = ran.line or block.line
        problems.append(_problem(program.path, line, "run-stopped", f"this code {ran.stopped}"))
    elif ran.left:
        some = "process" if ran.left == 1 else "processes"
        message = f"this code left {ran.left} {some} behind"
        hint = "wait until all that it starts has ended"
        problems.append(_problem(program.path, blocks[-1].line, "run-left", message, hint))
        passed = max(0, passed - 1)
    failed = len(program.blocks) - len(skipped) - passed
    return Verdict(passed, failed, tuple(skipped), tuple(problems))


def _must_fail(program: Program, ran: Ran, skips: bool, problems: list[Problem]) -> Verdict:
    """Judge the starter of an exercise: the tests must fail, and the code before them not."""
    tests = program.blocks[-1].line
    if skips:
        return Verdict(0, 0, (), ())
    if not problems and not ran.stopped:
        message = "the tests pass with the starter, so they prove nothing of the solution"
        return Verdict(0, 1, (), (_problem(program.path, tests, "run-exercise", message),))
    early = len(ran.results) < len(program.blocks) and not ran.stopped
    return Verdict(not early, early, (), tuple(problems) if early else ())


def _faults(
    path: str, block: Block, result: Mapping[str, Any], printed: bytes
) -> Iterator[Problem]:
    match result:
        case {"what": "raised", "error": error} if error == block.raises:
            pass
        case {"what": "raised", "error": error, "text": text, "line": line}:
            said = f"{error}: {text}" if text else error
            hint = f"if it is meant, write `raises={error}` after the language"
            if text == _TOO_LARGE:
                hint = "a note may print 1 MiB, and write files of as much"
            message = f"this raises {said}"
            if block.raises:
                hint, message = "", f"this raises {said} instead of {block.raises}"
            yield _problem(path, line or block.line, "run-raised", message, hint)
            return
        case {"what": "session", "faults": faults}:
            for fault in faults:
                if "error" in fault:
                    message = f"this raises {fault['error']}"
                    yield _problem(path, fault["line"], "run-raised", message)
                else:
                    difference = _difference(fault["wanted"], fault["got"])
                    message = f"this gives something else\n{difference}"
                    yield _problem(path, fault["line"], "run-output", message)
        case _ if block.raises:
            message = f"this does not raise {block.raises}"
            yield _problem(path, block.line, "run-raised", message)
    if block.output is not None:
        got = printed.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        if got.rstrip("\n") != block.output.rstrip("\n"):
            difference = _difference(block.output, got)
            message = f"the code before prints something else\n{difference}"
            yield _problem(path, block.output_line, "run-output", message)


def _difference(wanted: str, got: str) -> str:
    """Return the lines that differ: `-` what the note says, `+` what was printed."""
    rows = list(difflib.ndiff(wanted.rstrip("\n").split("\n"), got.rstrip("\n").split("\n")))
    shown = [f"    {row[:200]}" for row in rows if row[0] in "-+"]
    more = [f"    … {len(shown) - MAX_DIFF} lines more"] if len(shown) > MAX_DIFF else []
    return "\n".join(shown[:MAX_DIFF] + more)


def _problem(path: str, line: int, code: str, message: str, hint: str = "") -> Problem:
    return Problem(Place(path, line), code, Severity.ERROR, message, hint)
