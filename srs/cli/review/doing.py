"""An exercise in the middle of a review: written in the editor, tried with the note's tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from srs.cli import exercise
from srs.cli.exercise import Attempt
from srs.cli.review.asking import Parts, placed, ungraded
from srs.cli.review.screen import Screen
from srs.cli.running import limits
from srs.corpus.render import Sides
from srs.errors import SrsError
from srs.model import Rating
from srs.store.notes import StoredNote
from srs.study.memory import Study

_ASK = (
    "To try what you write, the code of this corpus must run on your computer, with all that you "
    "may do yourself. Run it only if you trust who wrote these decks."
)


@dataclass(slots=True)
class Doing:
    """Do it, see what fails, try again; files are kept in `folder` until the session ends."""

    sides: Sides
    study: Study
    stored: StoredNote
    folder: Path
    unlimited: bool
    does: str = "do it"
    keys: tuple[str, ...] = ()
    tries: int = 0
    attempt: Attempt | None = None

    @property
    def proposed(self) -> Rating:
        match self.attempt:
            case None | Attempt(untouched=True):
                return Rating.GOOD
            case Attempt(passed=True):
                return Rating.GOOD if self.tries == 1 else Rating.HARD
            case _:
                return Rating.AGAIN

    def question(self) -> Parts:
        return placed(self.sides.question)

    def press(self, key: str) -> None:
        return

    def perform(self, screen: Screen) -> None:
        """Let the person write and try until the tests pass, or they want to see the answer."""
        try:
            if not exercise.may_run(self.study, lambda: _may(screen)):
                return
            begun = exercise.begin(self.stored, self.folder)
            while True:
                with screen.keyboard.aside():
                    attempt = exercise.write_and_try(
                        begun, limits(unlimited=self.unlimited), editor=self.study.settings.editor,
                        width=screen.console.width,
                    )  # fmt: skip
                self.attempt = attempt
                if attempt.untouched:
                    return
                self.tries += 1
                if attempt.passed:
                    return
                failed: Parts = [part for fault in attempt.faults for part in (Text(fault), "")]
                screen.show([Text("Not yet:", "bold"), "", *failed], "t try again · space answer")
                if screen.key() not in ("t", "T"):
                    return
        except SrsError as error:
            screen.notices.append(str(error))

    def remains(self) -> Parts:
        return placed(self.sides.remains)

    def answer(self) -> Parts:
        return [*self._told(), *placed(self.sides.answer)]

    def _told(self) -> Parts:
        match self.attempt:
            case None | Attempt(untouched=True):
                return ungraded("Nothing tried")
            case Attempt(passed=True):
                return [Text("All tests pass.", "bold"), ""]
            case _:
                return [Text("The tests did not pass.", "bold"), ""]


def _may(screen: Screen) -> bool:
    screen.show([Text(_ASK)], "y run it, now and later · any other key: only look")
    return screen.key() == "y"
