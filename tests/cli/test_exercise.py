"""An exercise that is done in an editor and tried with its tests."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from srs.cli import exercise as exercises
from srs.cli.exercise import Attempt, begin, may_run, tried, write_and_try
from srs.cli.running import limits
from srs.errors import SrsError
from srs.runner import Limits
from srs.study.memory import Study, open_study

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
LIMITS = Limits(seconds=20.0, memory=256 << 20, processes=8, files=50)

DECK = """\
# Section

## Write `double`, which doubles a number
<!-- {#double .exercise} -->

```python
TWO = 2
```

```python starter
def double(x):
    pass
```

```python solution
def double(x):
    return TWO * x
```

```python tests
assert double(3) == 6
print(double(4))
```

```output
8
```
"""
TEST_LINE = DECK.split("\n").index("assert double(3) == 6") + 1

Opened = Callable[[Path, str], Study]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Open a corpus of one deck."""
    studies: list[Study] = []

    def opened(folder: Path, text: str, key: str = "k", database: Path | None = None) -> Study:
        folder.mkdir(exist_ok=True)
        (folder / "srs.toml").write_text(f'name = "Small"\nkey = "{key}"\n', encoding="utf-8")
        (folder / "deck.md").write_text(text, encoding="utf-8")
        study = open_study(folder, database or folder / ".srs" / "srs.db", NOW, yes=True)
        studies.append(study)
        return study

    yield opened
    for study in studies:
        study.close()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the editor put something in a text's stead."""
    script = tmp_path / "editor.py"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    def editor(old: str = "", new: str = "", *, code: int = 0, raw: bytes = b"") -> None:
        script.write_text(
            "import sys\npath = sys.argv[-1]\ntext = open(path, encoding='utf-8').read()\n"
            f"assert {old!r} in text\n"
            f"data = {raw!r} or text.replace({old!r}, {new!r}).encode()\n"
            f"open(path, 'wb').write(data)\nsys.exit({code})\n",
            encoding="utf-8",
        )

    return editor


Editor = Callable[..., None]


def started(opened: Opened, tmp_path: Path, text: str = DECK) -> exercises.Exercise:
    study = opened(tmp_path / "corpus", text)
    (stored,) = study.notes(None, NOW)
    return begin(stored, tmp_path / "temporary")


def test_the_file_is_called_like_the_note_and_holds_the_starter(
    opened: Opened, tmp_path: Path
) -> None:
    exercise = started(opened, tmp_path)
    assert exercise.path.name == "double.py"
    assert exercise.path.read_text() == "def double(x):\n    pass\n"


def test_a_right_text_passes(opened: Opened, tmp_path: Path, editor: Editor) -> None:
    exercise = started(opened, tmp_path)
    editor("pass", "print('here')\n    return x * TWO")
    attempt = write_and_try(exercise, LIMITS)
    assert (attempt.printed, attempt.passed) == ("here\nhere\n8\n", False)
    editor("print('here')", "")
    attempt = write_and_try(exercise, LIMITS)
    assert attempt == Attempt((), "8\n")
    assert attempt.passed


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("return x + 2", [f"deck.md:{TEST_LINE}:1: this raises AssertionError [run-raised]",
                          f"  {TEST_LINE} | assert double(3) == 6", "     | ^"]),
        ("return y", ["double.py:2:1: this raises NameError: name 'y' is not defined [run-raised]",
                      "  2 |     return y", "    | ^"]),
        ("return (", ["double.py:2:1: this raises SyntaxError: '(' was never closed [run-raised]",
                      "  2 |     return (", "    | ^"]),
        ("return 6", [f"deck.md:{TEST_LINE + 5}:1: the code before prints something else [run-output]",
                      "    - 8", "    + 6"]),
        ("while True: pass", ["double.py:2:1: this code took longer than 1 s [run-stopped]",
                              "  2 |     while True: pass", "    | ^"]),
    ],
)  # fmt: skip
def test_what_failed_is_told_with_its_place(
    opened: Opened, tmp_path: Path, editor: Editor, text: str, faults: list[str]
) -> None:
    exercise = started(opened, tmp_path)
    editor("pass", text)
    attempt = write_and_try(exercise, Limits(seconds=1.0) if "while" in text else LIMITS)
    assert not attempt.passed
    assert "\n".join(attempt.faults).split("\n") == faults


def test_what_was_written_is_there_for_the_next_attempt(
    opened: Opened, tmp_path: Path, editor: Editor
) -> None:
    exercise = started(opened, tmp_path)
    editor("pass", "return 3 * x")
    assert not write_and_try(exercise, LIMITS).passed
    exercise = started(opened, tmp_path)
    editor("return 3 * x", "return 2 * x")
    assert write_and_try(exercise, LIMITS).passed


@pytest.mark.parametrize(
    ("code", "raw", "said"),
    [
        (1, b"def double(x): return 2 * x\n", "set $EDITOR to one that works"),
        (0, b"# \xff\n", "is not UTF-8"),
    ],
)
def test_no_fault_of_the_editor_loses_the_text(
    opened: Opened, tmp_path: Path, editor: Editor, code: int, raw: bytes, said: str
) -> None:
    exercise = started(opened, tmp_path)
    editor(code=code, raw=raw)
    with pytest.raises(SrsError, match=said.replace("$", r"\$")):
        write_and_try(exercise, LIMITS)
    assert started(opened, tmp_path).path.read_bytes() == raw


def test_a_text_that_was_not_touched_does_not_run(
    opened: Opened, tmp_path: Path, editor: Editor
) -> None:
    exercise = started(opened, tmp_path)
    editor()
    attempt = write_and_try(exercise, LIMITS)
    assert attempt == Attempt(untouched=True)
    assert not attempt.passed


def test_a_file_that_was_removed_is_said(opened: Opened, tmp_path: Path) -> None:
    exercise = started(opened, tmp_path)
    exercise.path.unlink()
    with pytest.raises(SrsError, match="No such file"):
        tried(exercise, LIMITS)
    assert started(opened, tmp_path).path.exists()


def test_without_a_starter_the_file_says_what_is_asked(opened: Opened, tmp_path: Path) -> None:
    text = DECK.replace("```python starter\ndef double(x):\n    pass\n```\n\n", "")
    exercise = started(opened, tmp_path, text.replace("#double ", ""))
    assert exercise.path.name == "exercise.py"
    assert exercise.path.read_text() == "# Write `double`, which doubles a number\n\n"


def test_tests_that_cannot_run_prove_nothing(
    opened: Opened, tmp_path: Path, editor: Editor
) -> None:
    text = DECK.replace("python tests", "python tests requires=nope_nope")
    exercise = started(opened, tmp_path, text)
    editor("pass", "return 2 * x")
    attempt = write_and_try(exercise, LIMITS)
    assert attempt.faults == ("some of it was not run: requires=nope_nope",)


def test_an_interrupt_ends_the_attempt_alone(
    opened: Opened, tmp_path: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = started(opened, tmp_path)
    exercise.path.write_text(
        "import os, signal\nos.kill(os.getppid(), signal.SIGINT)\nwhile 1: 1\n"
    )
    assert tried(exercise, LIMITS).faults == ("you stopped it",)


def test_lines_are_those_of_the_file_whatever_ends_them(opened: Opened, tmp_path: Path) -> None:
    exercise = started(opened, tmp_path)
    exercise.path.write_bytes(b"\xef\xbb\xbfx = 1\r\n\r\n1 / 0\r\n")
    (fault,) = tried(exercise, LIMITS).faults
    assert fault.startswith("double.py:3:1: this raises ZeroDivisionError")


def test_source_is_found_in_what_was_written_and_in_the_note(
    opened: Opened, tmp_path: Path
) -> None:
    tests = (
        "import inspect\nassert 'two' in inspect.getsource(double)\n"
        "assert 'three' in inspect.getsource(other)\nassert double(4) == 8"
    )
    text = DECK.replace("assert double(3) == 6", tests)
    text = text.replace("TWO = 2", "TWO = 2\n\ndef other():\n    return 'three'")
    exercise = started(opened, tmp_path, text)
    exercise.path.write_text("def double(x):\n    two = 2\n    return two * x\n")
    assert tried(exercise, LIMITS).faults == ()


def test_a_corpus_asks_once_before_its_code_runs(opened: Opened, tmp_path: Path) -> None:
    study = opened(tmp_path / "corpus", DECK)
    asked: list[bool] = []

    def ask(answer: bool) -> Callable[[], bool]:
        def ask() -> bool:
            asked.append(answer)
            return answer

        return ask

    assert not may_run(study, ask(False))
    assert not may_run(study, ask(False))
    assert may_run(study, ask(True))
    assert may_run(study, ask(False))
    assert asked == [False, False, True]
    assert may_run(opened(tmp_path / "corpus", DECK), ask(False))


def test_the_permission_is_not_another_corpus_s(opened: Opened, tmp_path: Path) -> None:
    first = opened(tmp_path / "first", DECK)
    assert may_run(first, lambda: True)
    second = opened(tmp_path / "second", DECK, key="l", database=first.database.path)  # type: ignore[call-arg]
    assert not may_run(second, lambda: False)


def test_where_there_are_no_limits_it_must_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("srs.runner.can_limit", lambda: False)
    with pytest.raises(SrsError, match="say --unlimited"):
        limits(unlimited=False)
    assert limits(unlimited=True) == Limits()
