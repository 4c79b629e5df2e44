"""Reviews lived through with scripted keys, and in a terminal."""

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from rich.console import Console

import srs
from srs.cli.context import Context
from srs.cli.rendering import renderer
from srs.cli.review.flow import Review
from srs.cli.review.keys import CLOSED
from srs.cli.review.screen import Screen
from srs.scheduler.card import Card
from srs.scheduler.queue import CardName
from srs.settings import Settings
from srs.study import forecast
from srs.study.memory import Study, open_study
from srs.study.session import Session

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")


DAY = timedelta(days=1)


Move = str | tuple[str, Callable[[], None]]


@dataclass
class Fingers:
    """Press keys in turn, typing the lines in between; keep what the screen showed at each."""

    moves: list[Move]
    page: io.StringIO = field(default_factory=io.StringIO)
    seen: list[str] = field(default_factory=list)
    patience: list[float | None] = field(default_factory=list)

    def key(self, seconds: float | None = None) -> str:
        self.seen.append(self.page.getvalue())
        self.page.seek(0)
        self.page.truncate()
        self.patience.append(seconds)
        move = self.moves.pop(0) if self.moves else CLOSED
        if isinstance(move, tuple):
            move[1]()
            move = move[0]
        return move

    def lines(self) -> Iterator[str]:
        while self.moves and isinstance(move := self.moves[0], str) and move.startswith("="):
            self.moves.pop(0)
            yield move[1:]

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass
class Lived:
    """What came of a session: the screens at each key, the last words, and the memory."""

    seen: list[str]
    end: str
    study: Study
    tally: int
    patience: list[float | None]

    def reps(self, id: str) -> int:
        return self.card(id).reps

    def card(self, id: str, ord: int = 1) -> Card:
        return self.study.card(CardName(self.study.note(id).guid, ord))


class Room:
    """A corpus, and sessions in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        (root / "srs.toml").write_text('name = "Small"\nkey = "k"\n')
        self.now = NOW
        self.opened: list[Study] = []
        self.settings = Settings()

    def write(self, text: str) -> None:
        (self.root / "deck.md").write_text(text, encoding="utf-8")
        os.utime(self.root / "deck.md", (1_700_000_000, 1_700_000_000 + len(self.opened)))

    def open(self) -> Study:
        study = open_study(self.root, self.root / ".srs" / "srs.db", self.now)
        study.settings = self.settings
        self.opened.append(study)
        return study

    def live(
        self, *moves: Move, width: int = 80, height: int = 40, query: str = "", plain: bool = False,
        limit: int | None = None, cram: bool = False, new: int | None = None, ahead: int = 0,
        minutes: float | None = None,
    ) -> Lived:  # fmt: skip
        study = self.open()
        wanted = study.query(query)
        if cram:
            session = Session.cram(study, wanted, self.now)
        else:
            session = Session.begin(study, wanted, self.now, new=new, ahead=ahead)
        fingers = Fingers([*moves])
        console = Console(file=fingers.page, width=width, height=height, color_system=None)
        screen = Screen(console, fingers, plain)
        screen.notices += map(str, forecast.backlogs(study, session.due, self.now))
        context = Context(None, None, self.now)
        with renderer() as rendering:
            review = Review(
                context, study, session, rendering, screen, self.root / "written",
                (query,) * bool(query), limit, minutes,
            )  # fmt: skip
            review.run()
        end = fingers.page.getvalue()
        return Lived(fingers.seen, end, study, len(review.tally.given), fingers.patience)


@pytest.fixture
def room(tmp_path: Path, home: Path) -> Iterator[Room]:
    made = Room(tmp_path / "corpus")
    yield made
    for study in made.opened:
        study.close()


def basic(*names: str) -> str:
    return "\n".join(f"## Question {n}?\n<!-- {{#{n}}} -->\n\nAnswer {n}.\n" for n in names)


def editor(folder: Path, *texts: str) -> str:
    """Make an editor that writes one text after the other, and the last for ever."""
    script = folder / "editor.py"
    (folder / "texts.json").write_text(json.dumps(texts))
    script.write_text(
        "import json, pathlib, sys\n"
        f"store = pathlib.Path({str(folder / 'texts.json')!r})\n"
        "texts = json.loads(store.read_text())\n"
        "pathlib.Path(sys.argv[-1]).write_text(texts[0])\n"
        "store.write_text(json.dumps(texts[1:] or texts))\n"
    )
    return f"{sys.executable} {script}"


EXERCISE = (
    "## Write `double`\n<!-- {#x .exercise} -->\n\nTwice.\n\n```python starter\ndef double(n):\n    ...\n"
    "```\n\n```python solution\ndef double(n):\n    return 2 * n\n```\n\n"
    "```python tests\nassert double(2) == 4, 'not four'\nassert double('a') == 'aa'\n```\n"
)


RIGHT, WRONG = "def double(n):\n    return n * 2\n", "def double(n):\n    return n + 3\n"


class Terminal:
    """A program in a pseudo-terminal, and the screen it has drawn."""

    def __init__(self, command: Sequence[str], columns: int, env: Mapping[str, str]) -> None:
        import pexpect
        import pyte

        here = str(Path(srs.__file__).parents[1])  # it runs the same code as the test
        env = {
            **{key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")},
            "TERM": "xterm-256color",
            "PYTHONPATH": here,
            "SRS_NOW": str(NOW),
            **env,
        }
        self.child = pexpect.spawn(
            command[0], [*command[1:]], dimensions=(40, columns), timeout=20, env=env
        )
        self.child.delaybeforesend = None  # what is sent waits for a prompt anyway
        self.ends = (pexpect.EOF, pexpect.TIMEOUT)
        self.screen = pyte.Screen(columns, 40)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, pattern: str) -> re.Match[str]:
        """Read until the screen shows something; fail with the screen if it never does."""
        while (found := re.search(pattern, self.text(), re.MULTILINE)) is None:
            try:
                data = self.child.read_nonblocking(4096, timeout=20)
            except self.ends:
                raise AssertionError(f"{pattern!r} never came up on:\n{self.text()}") from None
            self.raw += data
            self.stream.feed(data)
        return found

    def press(self, keys: str) -> None:
        self.child.send(keys)

    def interrupt(self) -> None:
        """Send ctrl-c to a program that waits for a line.

        One that has just been given a key may not wait yet, and only hears of it with the next.
        """
        while psutil.Process(self.child.pid).status() != psutil.STATUS_SLEEPING:
            os.sched_yield()
        self.child.sendintr()

    def resize(self, columns: int) -> None:
        self.screen.resize(40, columns)
        self.child.setwinsize(40, columns)

    def rest(self) -> str:
        """Return what is written until the program ends."""
        said: str = self.child.read().decode("utf-8", "replace")
        self.child.close()
        return said


@contextmanager
def started(*command: str, columns: int = 80, env: Mapping[str, str] = {}) -> Iterator[Terminal]:
    """Start a program in a terminal of its own."""
    terminal = Terminal(command, columns, env)
    try:
        yield terminal
    finally:
        terminal.child.close(force=True)


def review(
    corpus: Path, *options: str, columns: int = 80, env: Mapping[str, str] = {}
) -> AbstractContextManager[Terminal]:
    """Start a review in a terminal of its own."""
    args = ("-m", "srs", "--decks", str(corpus), "review", *options)
    return started(sys.executable, *args, columns=columns, env=env)
