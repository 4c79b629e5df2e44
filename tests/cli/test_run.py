"""`srs check --run`, and that nothing else ever runs a deck's code."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from srs import runner
from srs.cli import _COMMANDS

Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")

GOOD = "## Good?\n\n```python\nprint(1 + 1)\n```\n\n```output\n2\n```\n\n"
BAD = "## Bad?\n\n```python\nprint(1 + 1)\n```\n\n```output\n3\n```\n\n"
SKIPPED = "## Skipped?\n\n```python no-run\nlaunch()\n```\n\n```python requires=nope_nope\nx\n```\n"
PYTHON = f"CPython {sys.version.split()[0]}"


@pytest.fixture
def deck(corpus: Path) -> Path:
    return corpus / "deck.md"


def test_what_came_of_the_code_is_said_and_remembered(run: Run, corpus: Path, deck: Path) -> None:
    deck.write_text(GOOD + SKIPPED, encoding="utf-8")
    first = run("--decks", corpus, "check", "--run")
    assert first.exit_code == 0
    said = f"2 programs, 3 blocks of code on {PYTHON}: 1 passed, 0 failed, 2 skipped (1 no-run, 1 requires=nope_nope)"
    assert said in first.stdout
    assert "known from before" not in first.stdout
    deck.write_text("# Moved down\n\n" + GOOD + SKIPPED, encoding="utf-8")
    assert "2 known from before" in run("--decks", corpus, "check", "--run").stdout
    assert "known" not in run("--decks", corpus, "check", "--run", "--fresh").stdout
    deck.write_text(GOOD.replace("+ 1", "+ 1  # two"), encoding="utf-8")
    assert "known" not in run("--decks", corpus, "check", "--run").stdout


def test_a_fault_is_a_problem_with_its_place_wherever_the_note_stands(
    run: Run, corpus: Path, deck: Path
) -> None:
    for above in ("", "# A section\n\nText.\n\n"):
        deck.write_text(above + GOOD + BAD, encoding="utf-8")
        line = (above + GOOD).count("\n") + 8
        result = run("--decks", corpus, "check", "--run")
        assert result.exit_code == 1
        assert result.stdout == (
            f"deck.md:{line}:1: the code before prints something else [run-output]\n"
            f"  {line} | 3\n  {' ' * len(str(line))} | ^\n    - 3\n    + 2\n"
        )


def test_only_the_asked_for_decks_run(run: Run, corpus: Path, deck: Path) -> None:
    deck.write_text(BAD, encoding="utf-8")
    (corpus / "other.md").write_text(GOOD, encoding="utf-8")
    assert run("check", "--run", corpus / "other.md").exit_code == 0
    assert run("check", "--run", deck).exit_code == 1


def test_a_broken_note_does_not_run(run: Run, corpus: Path, deck: Path) -> None:
    deck.write_text(GOOD + "## {{c1::}}\n\n```python\nopen('x')\n```\n", encoding="utf-8")
    assert f"1 block of code on {PYTHON}: 1 passed" in run("check", "--run", corpus).stderr


def test_on_several_pythons_there_is_a_table(run: Run, corpus: Path, deck: Path) -> None:
    deck.write_text(GOOD + BAD + SKIPPED, encoding="utf-8")
    result = run("check", "--run", "--python", sys.executable, "--python", sys.executable, corpus)
    assert result.stderr.splitlines()[-3:] == [
        f"{'':{len(PYTHON)}}  passed  failed  skipped",
        *[f"{PYTHON}       1       1  2 skipped (1 no-run, 1 requires=nope_nope)"] * 2,
    ]
    assert "(on " not in result.stdout
    tallies = json.loads(run("check", "--run", "--json", corpus).stdout)["run"]
    assert [(t["python"], t["passed"], t["failed"]) for t in tallies] == [(PYTHON, 1, 1)]
    assert run("check", "--run", "--python", "nope-nope", corpus).exit_code == 1


def test_options_of_running_need_run(run: Run, corpus: Path) -> None:
    for option in (["--fresh"], ["--unlimited"], ["--python", sys.executable]):
        assert run("check", *option, corpus).exit_code == 2


def test_where_there_are_no_limits_it_asks(
    run: Run, corpus: Path, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(runner, "can_limit", lambda: False)
    refused = run("check", "--run", corpus)
    assert refused.exit_code == 1
    assert "if you trust the decks, say --unlimited" in refused.stderr
    assert run("check", "--run", "--unlimited", corpus).exit_code == 0


def test_interrupted_it_ends_all_that_it_started(corpus: Path, deck: Path, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(99)"
    deck.write_text(f"## Q\n\n```python\n{code}\n```\n", encoding="utf-8")
    command = [sys.executable, "-m", "srs", "--decks", str(corpus), "check", "--run"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 60
        while not (mark.exists() and mark.read_text()) and time.monotonic() < end:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert b"Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_nothing_else_runs_a_decks_code(run: Run, corpus: Path, deck: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bomb = f"open({str(mark)!r}, 'w')"
    deck.write_text(
        f"---\ntags: bomb\n---\n\n# S\n\n```python\n{bomb}\n```\n\n"
        f"## Q?\n<!-- {{#q .predict}} -->\n\n```python\n{bomb}\n```\n\n---\n\n```output\nx\n```\n\n"
        f"## R?\n<!-- {{#r .exercise}} -->\n\n```python solution\n{bomb}\n```\n\n```python tests\n{bomb}\n```\n\n"
        f"## T?\n\n```pycon\n>>> {bomb}\n```\n\n{{{{c1::`{bomb}`}}}}\n",
        encoding="utf-8",
    )
    arguments = {
        "review": [], "due": [], "list": [], "show": ["q"], "check": ["--strict"], "lock": ["--check"],
        "orphans": [], "relink": ["--new", "q"], "ids": ["--write"], "add": ["Front", "Back"],
        "init": [str(tmp_path / "new")], "config": ["paper", "letter"],
        "rebuild": [], "next": [], "answer": ["q", "good"], "undo": [], "suspend": ["q"],
        "unsuspend": ["q"], "bury": ["q"], "forget": ["q", "--yes"],
    }  # fmt: skip
    exports = [["apkg", tmp_path / "x.apkg"], ["pdf", tmp_path / "x.pdf"],
               ["pdf", tmp_path / "y.pdf", "--layout", "cards"]]  # fmt: skip
    assert {*arguments, "export"} == {*_COMMANDS}
    for command, rest in arguments.items():
        run("--decks", corpus, command, *rest)
    for export in exports:
        assert run("--decks", corpus, "export", *export).exit_code == 0
    assert run("--decks", corpus, "show", "q", "--html").exit_code == 0
    assert not mark.exists()
    run("--decks", corpus, "check", "--run")
    assert mark.exists()
