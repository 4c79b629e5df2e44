"""One broken deck for every problem code, what `srs check` says of it, and the page of them all."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from srs.cli import group
from srs.errors import CODES

HERE = Path(__file__).parent
PAGE = HERE / "README.md"
CASES = {
    path.stem: path
    for path in sorted(HERE.iterdir())
    if (path.is_dir() or path.suffix == ".md") and path != PAGE and path.name != "__pycache__"
}

INTRODUCTION = """\
# Problems

All that `srs check` can find wrong with a corpus: what each code means, a text that has the problem,
and what is said of it. An error keeps its note out of study and export, a warning does not. A
warning is silenced in its note by `<!-- srs: ignore CODE -->`, and everywhere by

```toml
[lints]
CODE = false
```

in `srs.toml`. What begins with `run-` is found by `srs check --run`, which runs the notes' code. This
page is written by `pytest tests/gallery --update-golden`.

"""
QUOTED = 16
"""How many lines of a text the page shows."""


def track_a_database(folder: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("needs git")
    (folder / ".srs").mkdir()
    (folder / ".srs" / "srs.db").touch()
    for command in (["init", "-q"], ["add", "-f", "."]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)


def take_the_rights_away(folder: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("permissions work otherwise there")
    (folder / "deck.md").chmod(0)


MADE: dict[str, tuple[Callable[[Path], None], str]] = {
    "database-in-git": (track_a_database, "git tracks `.srs/srs.db`"),
    "unreadable": (take_the_rights_away, "nobody may read the deck"),
}
"""What makes of a folder a case that git cannot hold, and how the page says so."""


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Be somebody who needs rights, even where the tests are run by root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    within = Path(tempfile.gettempdir())
    for outer in (folder, *folder.parents):
        if within in outer.parents:
            outer.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def check(code: str, folder: Path) -> str:
    """Make a case in a folder and return what is said of it."""
    case = CASES[code]
    target = folder / case.name
    if case.is_dir():
        shutil.copytree(case, target)
    else:
        shutil.copy(case, target)
        shutil.copy(HERE / "srs.toml", folder)
    if code in MADE:
        MADE[code][0](target)

    def said() -> str:
        run = ["--run"] if code.startswith("run-") else []
        args = ["check", *run, str(target)]
        output = CliRunner().invoke(group, args, catch_exceptions=False).output
        lines = output.splitlines(keepends=True)
        return "".join(line for line in lines if " of code on " not in line)  # it has times

    if code != "unreadable":
        return said()
    with nobody(target):
        return said()


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize("code", CASES)
def test_what_is_said_of_each_problem(
    code: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = check(code, tmp_path)
    assert re.findall(r"\[([a-z-]+)\]$", said, re.MULTILINE) == [code]
    golden = HERE / f"{code}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_every_code_has_its_case() -> None:
    assert [*CASES] == [*CODES] == sorted(CODES)
    assert {path.stem for path in HERE.glob("*.txt")} == {*CODES}


def test_the_page_shows_them_all(request: pytest.FixtureRequest) -> None:
    rows = "".join(
        f"| [`{code}`](#{code}) | {severity(code)} | {meaning} |\n"
        for code, meaning in CODES.items()
    )
    table = f"| code | severity | what it means |\n|---|---|---|\n{rows}"
    page = INTRODUCTION + table + "".join(f"\n{entry(code)}" for code in CODES)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8")


def severity(code: str) -> str:
    said = (HERE / f"{code}.txt").read_text(encoding="utf-8")
    return "warning" if ": warning: " in said else "error"


def entry(code: str) -> str:
    """Return a code's part of the page."""
    case = CASES[code]
    files = sorted(case.rglob("*.*")) if case.is_dir() else [case]
    parts = [f"## {code}", f"{severity(code).capitalize()}: {CODES[code]}."]
    if code in MADE:
        parts.append(f"Here {MADE[code][1]}.")
    for file in files:
        if case.is_dir():
            parts.append(f"`{file.relative_to(case).as_posix()}`:")
        text = file.read_bytes().decode("utf-8", "replace")
        parts.append(block(text, file.suffix[1:].replace("md", "markdown")))
    said = (HERE / f"{code}.txt").read_text(encoding="utf-8")
    parts += ["`srs check` says:", block(said, "text")]
    return "\n\n".join(parts) + "\n"


def block(text: str, language: str) -> str:
    """Return a text as a code block, shortened where it is long."""
    lines = text.rstrip("\n").split("\n")
    shown = [line if len(line) <= 120 else f"{line[:100]}…" for line in lines[:QUOTED]]
    if len(lines) > QUOTED:
        shown.append("…")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{language}", *shown, fence))
