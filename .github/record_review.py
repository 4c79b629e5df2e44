"""Record a question and its answer as `srs review` draws them, into `review.svg` beside this file.

Run with `python .github/record_review.py` from a checkout.
"""

import io
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from srs.cli.context import Context
from srs.cli.rendering import renderer
from srs.cli.review.flow import Review
from srs.cli.review.screen import Screen
from srs.corpus import read
from srs.model import Rating
from srs.study import answers
from srs.study.memory import open_study
from srs.study.session import Session

NOW = datetime.fromisoformat("2026-11-21T18:00:00+01:00")
CARD = "shared-inner-list-bug"
TYPED = ("{'tags': ['new'], 'size': 1}", "")
HERE = Path(__file__).parent


class Paper(Console):
    """A console on which pages follow one another."""

    def clear(self, home: bool = True) -> None:
        self.print()


class Fingers:
    """Look at the question, type an answer, look at that, and go."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.looked = False

    def key(self, seconds: float | None = None) -> str:
        if not self.looked:
            self.looked = True
            self.console.export_text(clear=True)  # the question comes again above what is typed
            return "space"
        self.console.save_svg(str(HERE / "review.svg"), title="srs review", theme=MONOKAI)
        return "q"

    def lines(self) -> Iterator[str]:
        for line in TYPED:
            self.console.print(f"> {line}")
            yield line

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


def main() -> None:
    root = read.shipped_root()
    console = Paper(
        file=io.StringIO(), record=True, width=80, height=50, force_terminal=True,
        color_system="truecolor", highlight=False, legacy_windows=False,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, renderer() as rendering:
        study = open_study(root, Path(folder) / "srs.db", NOW)
        first = study.cards(None, NOW)[0]
        answers.answer(study, first, Rating.GOOD, NOW, 4000)  # the very first answer explains
        session = Session.begin(study, study.query(f"id:{CARD}"), NOW)
        screen = Screen(console, Fingers(console))
        Review(Context(root, None, NOW), study, session, rendering, screen, Path(folder)).run()
        study.close()


if __name__ == "__main__":
    main()
