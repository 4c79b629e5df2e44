"""What keys do at any card, whatever its type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from srs.cli.context import is_shipped
from srs.cli.naming import called, doing
from srs.cli.review import facts
from srs.cli.review.asking import Asking
from srs.cli.review.keys import CLOSED
from srs.errors import SrsError
from srs.scheduler.card import Card
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.store.search import Today
from srs.study import answers

if TYPE_CHECKING:
    from srs.cli.review.flow import Review


class Then(Enum):
    """What follows a key."""

    STAY = 0
    AGAIN = 1
    """The card is shown again, its question first."""
    NEXT = 2
    QUIT = 3


@dataclass(slots=True)
class Shown:
    """The card on the screen, as it was when it came up."""

    name: CardName
    stored: StoredNote
    card: Card
    asking: Asking
    began: float
    source: tuple[RenderableType, ...]
    flipped: bool = False

    @property
    def called(self) -> str:
        """The card's name as commands take it."""
        name = self.stored.note.id or self.stored.guid
        return name if len(self.stored.note.ords) == 1 else f"{name}/{self.name.ord}"


def undo(review: Review, shown: Shown | None = None) -> Then:
    """Take back what was done last; a card comes up again."""
    now = review.context.now()
    event = answers.undo(review.study, now)
    if event is None:
        review.screen.notices.append("There is no answer to take back.")
        return Then.AGAIN
    review.session.undone(CardName(event.guid, event.ord))
    review.tally.take_back(event.time)
    card = called(review.study.stored(event.guid), event.ord)
    today = Today.at(now, review.study.settings).day
    review.screen.notices.append(f"Taken back: {doing(event, card, today)}.")
    return Then.NEXT


def suspend(review: Review, shown: Shown) -> Then:
    """Show the card no more."""
    later = f"srs unsuspend {shown.called}"
    return _put(review, shown, EventKind.SUSPEND, f"Suspended (u takes it back, later: {later}).")


def bury(review: Review, shown: Shown) -> Then:
    """Show the card no more today."""
    return _put(review, shown, EventKind.BURY, "Buried until tomorrow (u takes it back).")


def _put(review: Review, shown: Shown, kind: EventKind, said: str) -> Then:
    answers.put(review.study, [shown.name], kind, review.context.now())
    review.session.drop(shown.name)
    review.screen.notices.append(said)
    return Then.NEXT


def edit(review: Review, shown: Shown) -> Then:
    """Open the note's text; the card goes on with what it became."""
    from srs.cli.review import editing

    notices = review.screen.notices
    try:
        if is_shipped(review.study.root) and not _own_copy(review):
            return Then.STAY
        problems = editing.edit(review.study, shown.stored, review.context, review.screen.keyboard)
    except SrsError as error:
        notices.append(str(error))
        return Then.AGAIN
    notices += problems
    if not problems and not review.study.has(shown.name):
        notices.append("This card is not in its deck any more. Its progress is kept: srs orphans")
    return Then.AGAIN


def _own_copy(review: Review) -> bool:
    """Go on with a copy of the shipped corpus, if that is wanted."""
    from srs.cli.review import editing

    folder = Path("python-interview")
    question = (
        "This corpus came with srs and stays as it is. Make a copy of your own, with your "
        f"progress, in {folder.absolute()}, and edit that?"
    )
    review.screen.show([Text(question)], "y copy · any other key: back")
    if review.screen.key() != "y":
        return False
    review.study = editing.copied(review.context, folder)
    review.session.study = review.study
    review.screen.notices.append(f"From now on: cd {folder}, then srs review")
    return True


def open_media(review: Review, shown: Shown) -> Then:
    """Open the images and sounds of what is shown in the system's viewer."""
    from srs.cli import viewer

    sides = shown.asking.sides
    blocks = (*sides.question, *sides.answer) if shown.flipped else sides.question
    try:
        viewer.view(viewer.media(review.study.root, shown.stored.note.place, blocks))
    except SrsError as error:
        review.screen.notices.append(str(error))
    return Then.STAY


def info(review: Review, shown: Shown) -> Then:
    """Tell what is known of the card."""
    now = review.context.now()
    return _page(review, facts.card(review.study, shown.stored, shown.name, now))


def keys(review: Review, shown: Shown) -> Then:
    """Tell all keys."""
    ratings = _TWO if review.study.settings.buttons == 2 else _FOUR
    rows = [facts.row(key, what, 14) for key, what in (*_SHOW, *ratings, *_ANY)]
    return _page(review, [*rows, "", Text(_CAPITALS)])


def _page(review: Review, parts: list[RenderableType]) -> Then:
    """Show something else until a key is pressed."""
    review.screen.show(parts, "any key: back")
    return Then.QUIT if review.screen.key() == CLOSED else Then.STAY


ACTIONS: dict[str, Callable[[Review, Shown], Then]] = {
    "u": undo, "e": edit, "s": suspend, "b": bury, "o": open_media, "i": info, "?": keys,
}  # fmt: skip
"""What each key does; where small letters choose an option, the capital one does it."""

_SHOW = (("space, enter", "show the answer; then Good, or what is proposed"),)
_FOUR = (("1 2 3 4", "Again, Hard, Good, Easy"),)
_TWO = (("1 2", "Again, Good"),)
_ANY = (
    ("u", "take back the last answer, or what else was done last"),
    ("e", "edit the note"),
    ("s", "suspend the card: it is shown no more"),
    ("b", "bury the card until tomorrow"),
    ("o", "open its pictures and sounds"),
    ("i", "what is known of the card"),
    ("up, down", "page through a long card"),
    ("q, escape", "quit; every answer is saved already"),
)
_CAPITALS = "Where small letters choose an option, the capital ones do all this."
