"""Runs the code of a note inside the interpreter that is tried, block by block.

It is started as a script, by any Python from 3.8 on, and imports nothing of srs. What happened to
each block goes to a file as a line of JSON, after the block; what the code prints goes where it
always goes.
"""

import __future__

import doctest
import faulthandler
import importlib.util
import json
import os
import re
import signal
import sys
import types

FUTURES = 0
for _name in __future__.all_feature_names:
    FUTURES |= getattr(__future__, _name).compiler_flag


def main(plan_path, results_path):
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    os.remove(plan_path)
    limit(plan["limits"])
    stacks = open(plan["stacks"], "w", encoding="utf-8")
    faulthandler.enable(stacks)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, stacks, all_threads=False)
    module = types.ModuleType("__main__")
    module.__file__ = plan["file"]
    sys.modules["__main__"] = module
    sys.argv = [plan["file"]]
    flags = 0
    results = os.open(results_path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    for block in plan["blocks"]:
        result, flags = run(block, module, flags)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (AttributeError, OSError, ValueError):
                pass  # the code closed or replaced it
        result["printed"] = os.lseek(1, 0, os.SEEK_CUR)
        os.write(results, (json.dumps(result) + "\n").encode())
        if result["what"] == "raised" and result["error"] != block["raises"]:
            break


def limit(limits):
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


def run(block, module, flags):
    """Run one block; return what happened, and the future statements in force after it."""
    if block["python"] and sys.version_info[:2] < tuple(block["python"]):
        return {"what": "skipped", "why": "python>=%d.%d" % tuple(block["python"])}, flags
    for name in block["requires"]:
        try:
            there = importlib.util.find_spec(name) is not None
        except (ImportError, ValueError):
            there = False
        if not there:
            return {"what": "skipped", "why": "requires=" + name}, flags
    try:
        if block["session"]:
            return session(block, module), flags
        source = "\n" * (block["line"] - 1) + block["code"]
        code = compile(source, module.__file__, "exec", flags, dont_inherit=True)
        flags |= code.co_flags & FUTURES
        exec(code, module.__dict__)
    except BaseException as error:
        return raised(error, module.__file__), flags
    return {"what": "done"}, flags


def raised(error, path):
    """Say what was raised and at which line of the note: the innermost that is the note's."""
    line = None
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        text = str(error)[:500]
    except BaseException:
        text = ""
    return {"what": "raised", "error": type(error).__name__, "text": text, "line": line}


def session(block, module):
    """Run a session as a doctest in the module's own names."""
    try:
        examples = doctest.DocTestParser().get_examples(block["code"])
    except ValueError as error:
        line = re.match(r"line (\d+)", str(error))
        at = block["line"] + (int(line[1]) - 1 if line else 0)
        return {"what": "session", "faults": [{"line": at, "error": str(error)}]}
    test = doctest.DocTest(examples, {}, "note", module.__file__, block["line"] - 1, block["code"])
    test.globs = module.__dict__
    runner = Session()
    runner.run(test, out=lambda text: None, clear_globs=False)
    return {"what": "session", "faults": runner.faults}


class Session(doctest.DocTestRunner):
    def __init__(self):
        super().__init__(verbose=False)
        self.faults = []

    def report_failure(self, out, test, example, got):
        line = test.lineno + example.lineno + 1
        self.faults.append({"line": line, "wanted": example.want, "got": got[:5000]})

    def report_unexpected_exception(self, out, test, example, exc_info):
        line = test.lineno + example.lineno + 1
        name, error = exc_info[0].__name__, exc_info[1]
        self.faults.append({"line": line, "error": "%s: %s" % (name, str(error)[:500])})


main(*sys.argv[1:])
