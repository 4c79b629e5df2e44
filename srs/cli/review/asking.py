"""How each type of card is asked, and what may be said of an answer before it is graded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Protocol

from rich.console import RenderableType
from rich.text import Text

from srs.cli.fitting import Marked
from srs.cli.review.screen import Screen
from srs.cli.terminal import draw
from srs.corpus import judging
from srs.corpus.judging import Comparison, Judgement, Part
from srs.corpus.render import Rendered, Sides
from srs.corpus.tree import Blocks, List
from srs.model import Kind, Rating

Parts = list[RenderableType]


class Asking(Protocol):
    """A card being asked.

    `does` says what space does before the answer is shown, `keys` are those that belong to the
    question; `proposed` is the rating that space means after it.
    """

    @property
    def does(self) -> str: ...

    @property
    def keys(self) -> tuple[str, ...]: ...

    @property
    def proposed(self) -> Rating: ...

    def question(self) -> Parts: ...

    def press(self, key: str) -> None:
        """Take one of `keys`."""
        ...

    def perform(self, screen: Screen) -> None:
        """Do what space does, before the answer is shown."""
        ...

    def remains(self) -> Parts:
        """Return what stays of the question above the answer."""
        ...

    def answer(self) -> Parts: ...

    @property
    def sides(self) -> Sides: ...


@dataclass(slots=True)
class Flip:
    """Think, then look."""

    sides: Sides
    is_cloze: bool = False
    does: str = "answer"
    keys: tuple[str, ...] = ()
    proposed: Rating = Rating.GOOD

    def question(self) -> Parts:
        return placed(self.sides.question)

    def press(self, key: str) -> None:
        return

    def perform(self, screen: Screen) -> None:
        return

    def remains(self) -> Parts:
        return [] if self.is_cloze else placed(self.sides.remains)

    def answer(self) -> Parts:
        title = placed(self.sides.remains) if self.is_cloze else []
        return [*title, *placed(self.sides.answer)]


@dataclass(slots=True)
class Choice:
    """Choose by letter; what was right is told."""

    sides: Sides
    right: frozenset[int]
    options: List
    does: str = "answer"
    chosen: set[int] = field(default_factory=set)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(ascii_lowercase[: len(self.options.items)])

    @property
    def judgement(self) -> Judgement | None:
        return judging.judge_choice(self.right, self.chosen) if self.chosen else None

    @property
    def proposed(self) -> Rating:
        return Rating.GOOD if self.judgement is None else self.judgement.rating

    def question(self) -> Parts:
        several = "several are right" if len(self.right) > 1 else "one is right"
        how = f"{self.keys[0]}–{self.keys[-1]} choose; {several}"
        return [
            *placed(self.sides.remains),
            *self._listed(self.chosen),
            Text(how, "bright_black"),
            "",
        ]

    def press(self, key: str) -> None:
        self.chosen ^= {self.keys.index(key)}

    def perform(self, screen: Screen) -> None:
        return

    def remains(self) -> Parts:
        return placed(self.sides.remains)

    def answer(self) -> Parts:
        said = {
            None: "", Judgement.RIGHT: "Right.", Judgement.NEARLY: "Nearly: one is missing.",
            Judgement.WRONG: "Wrong.",
        }[self.judgement]  # fmt: skip
        told: Parts = [Text(said, "bold"), ""] if said else ungraded("Nothing chosen")
        rest = placed(self.sides.answer[1:])
        return [*told, *self._listed(self.right), *rest]

    def _listed(self, marked: set[int] | frozenset[int]) -> Parts:
        """Draw the options with their letters; those chosen say so once the right ones show."""
        parts: Parts = []
        for n, item in enumerate(self.options.items):
            box = "[x]" if n in marked else "[ ]"
            mark = f"{self.keys[n]} {box} " if len(self.keys) > n else f"  {box} "
            yours = marked is self.right and n in self.chosen
            parts.append(Marked(mark, " " * len(mark), draw(item.children, tight=True)))
            if yours:
                parts.append(Text(" " * len(mark) + "^ your choice", "bold"))
        return [*parts, ""]


@dataclass(slots=True)
class Typing:
    """Type the answer, or what a program prints; the difference is shown."""

    sides: Sides
    rendered: Rendered
    does: str = "type"
    keys: tuple[str, ...] = ()
    comparison: Comparison | None = None

    @property
    def proposed(self) -> Rating:
        return Rating.GOOD if self.comparison is None else self.comparison.rating

    def question(self) -> Parts:
        return placed(self.sides.question)

    def press(self, key: str) -> None:
        return

    def perform(self, screen: Screen) -> None:
        predict = self.rendered.kind is Kind.PREDICT
        blank = "" in self.rendered.typed.split("\n")
        end = "ctrl-d ends" if blank else "an empty line ends"
        if predict:
            screen.ask("Type what it prints, line by line.", f"{end} · ctrl-c quits")
        else:
            screen.ask("Type the answer.", "enter shows the answer · ctrl-c quits")
        given: list[str] = []
        inside = predict and blank
        first = inside and not self.rendered.typed.split("\n")[0]
        for line in screen.keyboard.lines():
            if not line and not (inside if given else first):
                break
            given.append(line)
            if not predict:
                break
        if given:
            self.comparison = judging.judge(self.rendered, "\n".join(given))

    def remains(self) -> Parts:
        return placed(self.sides.remains)

    def answer(self) -> Parts:
        if self.comparison is None:
            told = ungraded("Nothing typed")
        else:
            told = [*_compared(self.comparison), ""]
        return [*told, *placed(self.sides.answer)]


def asking(rendered: Rendered, ord: int) -> Asking:
    """Return how a card is asked that needs nothing but its text."""
    sides = rendered.sides(ord)
    match rendered.kind, rendered.back:
        case Kind.CHOICE, (List() as options, *_) if len(options.items) <= len(ascii_lowercase):
            return Choice(sides, judging.right_options(rendered), options)
        case ((Kind.TYPED | Kind.PREDICT), _) if rendered.typed:
            return Typing(sides, rendered)
        case kind, _:
            return Flip(sides, kind is Kind.CLOZE)


def placed(blocks: Blocks) -> Parts:
    """Draw blocks with a blank line below them."""
    return [draw(blocks), ""] if blocks else []


def ungraded(why: str) -> Parts:
    """Say that nothing tells how an answer was, and what space then means."""
    return [Text.assemble((f"{why}: grade yourself.", "bold"), " Space means Good."), ""]


def _compared(comparison: Comparison) -> Iterator[RenderableType]:
    """Draw the lines that were typed beside the expected ones, where they differ."""
    if comparison.judgement is Judgement.RIGHT:
        yield Text("Right.", "bold")
        return
    why = f": {comparison.why}" if comparison.why else ""
    said = "Nearly" if comparison.judgement is Judgement.NEARLY else "Not quite"
    yield Text(f"{said}{why}.  - expected  + yours", "bold")
    for line in comparison.lines:
        if all(segment.part is Part.SAME for segment in line):
            yield _row("  ", line, Part.SAME)
            continue
        for mark, part in (("- ", Part.MISSING), ("+ ", Part.EXTRA)):
            if any(segment.part in (part, Part.SAME) for segment in line):
                yield _row(mark, line, part)


def _row(mark: str, line: judging.Line, part: Part) -> RenderableType:
    text = Text()
    for segment in line:
        if segment.part in (part, Part.SAME):
            text.append(segment.text, "" if segment.part is Part.SAME else "bold underline")
    return Marked(mark, mark, text)
