"""What becomes of code, harmless and hostile; every program is gone when its verdict is there."""

import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from srs.corpus import render
from srs.corpus.parse import parse
from srs.corpus.programs import Program, programs
from srs.errors import SrsError
from srs.runner import Limits, Verdict, find, judge, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")

LIMITS = Limits(seconds=20.0, memory=256 << 20, output=64 << 10, processes=8, files=50)
SHORT = Limits(seconds=2.0, memory=256 << 20, output=64 << 10, processes=8, files=50)


def all_programs(text: str) -> tuple[Program, ...]:
    deck, _ = parse(text, "deck.md")
    assert deck is not None
    return tuple(p for note in deck.notes for p in programs(note, render.note(note)))


def verdict(text: str, limits: Limits = LIMITS) -> Verdict:
    (program,) = all_programs(f"## Q\n\n{text}\n")
    return judge(program, run(program, Path(sys.executable), limits))


def python(code: str, words: str = "") -> str:
    return f"```python {words}\n{code}\n```"


def said(verdict: Verdict) -> list[tuple[int, str, str]]:
    return [(p.where.line, p.code, p.message) for p in verdict.problems]


@pytest.mark.parametrize(
    "text",
    [
        python("print(1)\nprint(2)") + "\n\n```output\n1\n2\n```",
        python("x = 1") + "\n\ntext\n\n" + python("print(x)") + "\n\n---\n\n```output\n1\n```",
        python("int('x')", "raises=ValueError") + "\n" + python("print(1)") + "\n```output\n1\n```",
        python("print('a')\n1 / 0", "raises=ZeroDivisionError") + "\n```output\na\n```",
        python("import sys\nsys.exit(3)", "raises=SystemExit"),
        python("x = = 1", "raises=SyntaxError"),
        "```pycon\n>>> 1 + 1\n2\n>>> 1 / 0\nTraceback (most recent call last):\n  ...\n"
        "ZeroDivisionError: division by zero\n>>> x = 3\n```\n" + python("print(x)") + "\n```output\n3\n```",
        python("x = {{c1::{'a': {}}}}\nprint(x)") + "\n\n---\n\n```output\n{'a': {}}\n```",
        "- item\n\n  ```python\n  if True:\n      print(1)\n  ```\n\n  ```output\n  1\n  ```",
        python("from __future__ import annotations") + "\n" + python("def f(x: nope): pass"),
        python("import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))")
        + "\n```output\ndef f():\n    return 1\n```",
        python("import threading, time\ndef f():\n    time.sleep(0.1)\n    print('late')\n"
               "threading.Thread(target=f).start()") + "\n```output\nlate\n```",
        python("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    print(1)\nasyncio.run(f())")
        + "\n```output\n1\n```",
        python("import multiprocessing as mp\ndef f(x):\n    return x * x\nif __name__ == '__main__':\n"
               "    with mp.get_context('spawn').Pool(2) as pool:\n        print(pool.map(f, [1, 2, 3]))")
        + "\n```output\n[1, 4, 9]\n```",
        python("import os, subprocess, sys\nprint('here')\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\n"
               "print('there')") + "\n```output\nhere\nthere\n```",
        python("import os\nprint(os.listdir())\nopen('x', 'w').close()\nprint(os.listdir())")
        + "\n```output\n[]\n['x']\n```",
        python("print('caf\u00e9 \u72ac')") + "\n```output\ncaf\u00e9 \u72ac\n```",
    ],
)  # fmt: skip
def test_what_does_as_its_note_says_passes(text: str) -> None:
    found = verdict(text)
    assert said(found) == []
    assert (found.failed, found.skipped) == (0, ())
    assert found.passed >= 1


@pytest.mark.parametrize(
    ("text", "line", "code", "message"),
    [
        (python("print(1)") + "\n\n```output\n2\n```", 8, "run-output", "the code before prints something else\n    - 2\n    + 1"),
        (python("print(1)") + "\n\n---\n\n```output\n\n1\n```", 10, "run-output", "the code before prints something else\n    - "),
        (python("def f():\n    return 1 / 0\n\nf()"), 5, "run-raised", "this raises ZeroDivisionError: division by zero"),
        (python("int('1')", "raises=ValueError"), 4, "run-raised", "this does not raise ValueError"),
        (python("\n{}['a']", "raises=LookupError"), 5, "run-raised", "this raises KeyError: 'a' instead of LookupError"),
        (python("x = 1\nx = = 1"), 5, "run-raised", "this raises SyntaxError: invalid syntax"),
        (python("import sys\nsys.exit(3)"), 5, "run-raised", "this raises SystemExit: 3"),
        (python("x = 1\ninput()"), 5, "run-raised", "this raises EOFError: EOF when reading a line"),
        (python("import sys\nsys.stdout.buffer.write(b'\\xff\\n')") + "\n```output\nx\n```", 8, "run-output", "the code before prints something else\n    - x\n    + \\xff"),
        (python("x = 'a' * 10**11"), 4, "run-raised", "this raises MemoryError"),
        ("```pycon\n>>> x = 1\n>>> x + 1\n3\n```", 5, "run-output", "this gives something else\n    - 3\n    + 2"),
        ("```pycon\n>>> x = 1\n>>> nope\n```", 5, "run-raised", "this raises NameError: name 'nope' is not defined"),
        (python("import os\nos._exit(0)"), 4, "run-stopped", "this code ended the interpreter with exit code 0"),
        (python("import ctypes\n\ndef f():\n    ctypes.string_at(0)\n\nf()"), 7, "run-stopped", "this code was ended by SIGSEGV"),
        (python("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), 4, "run-stopped", "this code was ended by SIGKILL"),
        (python("import time\nx = []\nwhile True:\n    x.append('12' * 10**6 + str(len(x)))\n    time.sleep(0.005)"), (7, 8), "run-stopped", "this code took more than 256 MiB of memory"),
        (python("for n in range(10**6):\n    open(f'{n}', 'w').close()"), 5, "run-stopped", "this code made more than 50 files"),
        (python("import os\nwhile True:\n    os.fork()"), (4, 6), "run-stopped", "this code had more than 8 processes at once"),
        (python("import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])"), 4, "run-left", "this code left 1 process behind"),
        (python("import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'], env={}, start_new_session=True)"), 4, "run-left", "this code left 1 process behind"),
        (python("while True:\n    print('x' * 1000)"), 5, "run-raised", "this raises OSError: [Errno 27] File too large"),
        (python("with open('x', 'wb') as f:\n    while True:\n        f.write(b'x' * 10**5)"), 6, "run-raised", "this raises OSError: [Errno 27] File too large"),
    ],
)  # fmt: skip
def test_what_does_not_is_a_problem_at_its_line(
    text: str,
    line: int | tuple[int, ...],
    code: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = verdict(text)
    ((at, what, _),) = said(found)
    assert at in (line if isinstance(line, tuple) else (line,))  # a busy one cannot always tell
    assert what == code
    assert said(found)[0][2].startswith(message)
    assert found.failed == 1
    own = [process for process in psutil.process_iter() if _runs_below(tmp_path, process)]
    assert not psutil.wait_procs(own, timeout=5)[1], "what was ended takes a moment to be gone"


def _runs_below(folder: Path, process: psutil.Process) -> bool:
    """Tell whether a process was started with its home in a folder and still runs."""
    try:
        home = process.environ().get("HOME", "")
        return process.status() != psutil.STATUS_ZOMBIE and Path(home).is_relative_to(folder)
    except psutil.Error:
        return False


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x = 1\nwhile True:\n    pass", 5),
        ("import time\ndef wait():\n    time.sleep(99)\n\nwait()", 6),
        ("import threading\nthreading.Event().wait()", 5),
        ("import signal\nfor s in range(1, 32):\n    try:\n        signal.signal(s, signal.SIG_IGN)\n"
         "    except (OSError, ValueError):\n        pass\nwhile True:\n    pass", None),
    ],
)  # fmt: skip
def test_what_never_ends_is_ended(code: str, line: int | None) -> None:
    ((at, what, message),) = said(verdict(python(code), SHORT))
    assert (what, message) == ("run-stopped", "this code took longer than 2 s")
    if line is not None:
        assert at in (line, line + 1)


def test_what_is_cancelled_is_ended_at_once() -> None:
    (program,) = all_programs(f"## Q\n\n{python('while True: pass')}\n")
    began = time.monotonic()
    ran = run(program, Path(sys.executable), LIMITS, lambda: time.monotonic() > began + 0.1)
    assert ran.stopped == "was cancelled"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("no-run", "no-run"),
        ("requires=nope_nope", "requires=nope_nope"),
        ("requires=json,nope.nope", "requires=nope.nope"),
        ("python>=3.99", "python>=3.99"),
    ],
)
def test_what_cannot_run_here_is_counted(words: str, reason: str) -> None:
    found = verdict(python("1 / 0", words) + "\n```output\nx\n```\n" + python("print(1)"))
    assert (found.passed, found.failed, found.skipped) == (1, 0, (reason,))
    assert said(found) == []
    assert verdict(python("x = 1", "requires=json python>=3.8")).passed == 1


EXERCISE = """\
## Double a number {{.exercise}}

```python starter
def double(x):
    {starter}
```

```python solution
def double(x):
    return {solution}
```

```python tests
assert double({tests}) == 4
```
"""


def test_the_output_of_an_exercise_is_that_of_the_block_before_it() -> None:
    text = (
        "## Q\n<!-- {.exercise} -->\n\n"
        + "\n".join([python("TWO = 2"), python("x = 0", "starter"), python("x = TWO", "solution")])
        + f"\n{python('print(x)', 'tests')}\n```output\n2\n```\n"
    )
    solved, begun = all_programs(text)
    assert [block.output for block in solved.blocks] == [None, None, "2"]
    assert said(judge(solved, run(solved, Path(sys.executable), LIMITS))) == []
    assert judge(begun, run(begun, Path(sys.executable), LIMITS)).problems == ()


@pytest.mark.parametrize(
    ("starter", "solution", "tests", "expected"),
    [
        ("...", "2 * x", "2", []),
        ("while True: pass", "2 * x", "2", []),
        ("return x + 2", "2 * x", "2", [(14, "run-exercise")]),
        ("return x", "x", "2", [(14, "run-raised")]),
        ("return = x", "2 * x", "2", [(5, "run-raised")]),
    ],
)
def test_an_exercise_is_solved_by_its_solution_and_not_by_its_starter(
    starter: str, solution: str, tests: str, expected: list[tuple[int, str]]
) -> None:
    text = EXERCISE.format(starter=starter, solution=solution, tests=tests)
    limits = SHORT if "while" in starter else LIMITS
    found = [judge(p, run(p, Path(sys.executable), limits)) for p in all_programs(text)]
    assert [(at, what) for v in found for at, what, _ in said(v)] == expected


def test_notes_without_code_make_no_program() -> None:
    assert all_programs("## Q\n\nA `x`\n\n```bash\nls\n```\n\n```output\nx\n```\n") == ()


@pytest.mark.parametrize("name", ["nope-nope", "/nope/python", "true"])
def test_what_is_no_python_is_said(name: str) -> None:
    with pytest.raises(SrsError, match=r"no program|no Python"):
        find(name)
