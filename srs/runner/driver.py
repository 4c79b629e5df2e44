"""Runs the code of a note inside the interpreter that is tried, block by block.

It is started as a script, by any Python from 3.8 on, and imports nothing of srs. What happened to
each block goes to a file as a line of JSON, after the block; what the code prints goes where it
always goes.
"""

from __future__ import annotations
import __future__ as future_statements

import contextlib
import doctest
import faulthandler
import importlib.util
import json
import os
import re
import signal
import sys
import types
from typing import Any

FUTURES = 0
for _name in future_statements.all_feature_names:
    FUTURES |= getattr(future_statements, _name).compiler_flag


def main(plan_path: str, results_path: str) -> None:
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    os.remove(plan_path)
    limit(plan["limits"])
    stacks = open(plan["stacks"], "w", encoding="utf-8")
    faulthandler.enable(stacks)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, stacks, all_threads=False)
    module = types.ModuleType("__main__")
    path: str = plan["file"]
    module.__file__ = path
    sys.modules["__main__"] = module
    sys.argv = [path]
    flags = 0
    results = os.open(results_path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0))
    for block in plan["blocks"]:
        result, flags = run(block, module, path, flags)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()  # which the code may have closed or replaced
        result["printed"] = os.lseek(1, 0, os.SEEK_CUR)
        os.write(results, (json.dumps(result) + "\n").encode())
        if result["what"] == "raised" and result["error"] != block["raises"]:
            break
    os.write(results, (json.dumps({"what": "end"}) + "\n").encode())


def limit(limits: dict[str, int]) -> None:
    """Set what the system itself enforces, where it does."""
    try:
        import resource
    except ImportError:
        return
    for name, value in limits.items():
        number = getattr(resource, name, None)
        if number is not None:
            _, hard = resource.getrlimit(number)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(number, (most, most))


def run(block: Any, module: types.ModuleType, path: str, flags: int) -> tuple[dict[str, Any], int]:
    """Run one block; return what happened, and the future statements in force after it."""
    if block["python"] and sys.version_info[:2] < tuple(block["python"]):
        return {"what": "skipped", "why": "python>={}.{}".format(*block["python"])}, flags
    for name in block["requires"]:
        try:
            there = importlib.util.find_spec(name) is not None
        except (ImportError, ValueError):
            there = False
        if not there:
            return {"what": "skipped", "why": "requires=" + name}, flags
    try:
        if block["session"]:
            return session(block, module, path), flags
        source = "\n" * (block["line"] - 1) + block["code"]
        code = compile(source, path, "exec", flags, dont_inherit=True)
        flags |= code.co_flags & FUTURES
        exec(code, module.__dict__)
    except BaseException as error:
        return raised(error, path), flags
    return {"what": "done"}, flags


def raised(error: BaseException, path: str) -> dict[str, Any]:
    """Say what was raised and at which line of the note: the innermost that is the note's."""
    line = None
    told: Any = error
    if isinstance(error, SyntaxError) and error.filename == path:
        line, told = error.lineno, error.msg
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        text = str(told)[:500]
    except BaseException:
        text = ""
    return {"what": "raised", "error": type(error).__name__, "text": text, "line": line}


def session(block: Any, module: types.ModuleType, path: str) -> dict[str, Any]:
    """Run a session as a doctest in the module's own names."""
    try:
        examples = doctest.DocTestParser().get_examples(block["code"])
    except ValueError as error:
        line = re.match(r"line (\d+)", str(error))
        at = block["line"] + (int(line[1]) - 1 if line else 0)
        return {"what": "session", "faults": [{"line": at, "error": str(error)}]}
    test = doctest.DocTest(examples, {}, "note", path, block["line"] - 1, block["code"])
    test.globs = module.__dict__
    runner = Session()
    runner.run(test, out=lambda text: None, clear_globs=False)
    return {"what": "session", "faults": runner.faults}


class Session(doctest.DocTestRunner):
    """Notes what does not come out as written, each example by itself."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.faults: list[dict[str, Any]] = []

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        line = test.lineno + example.lineno + 1
        self.faults.append({"line": line, "wanted": example.want, "got": got[:5000]})

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        line = test.lineno + example.lineno + 1
        name, error = exc_info[0].__name__, exc_info[1]
        self.faults.append({"line": line, "error": f"{name}: {str(error)[:500]}"})


main(*sys.argv[1:])
