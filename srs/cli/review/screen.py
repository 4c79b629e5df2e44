"""What is on the screen: a head, some text, and under it what may be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.segment import Segment
from rich.text import Text

from srs.cli.review.keys import RESIZED, Keyboard

_MORE = {"space", "enter", "down"}
_UNSPOKEN = str.maketrans({"│": " ", "▌": " ", "↳": " ", "•": "-", "─": " ", "·": ","})
"""Marks that a screen reader would spell out."""


@dataclass(slots=True)
class Screen:
    """A terminal that shows one page at a time.

    A `plain` one, for screen readers, only ever adds lines. `notices` are said once, above the
    next page.
    """

    console: Console
    keyboard: Keyboard
    plain: bool = False
    notices: list[str] = field(default_factory=list)
    _parts: Sequence[RenderableType] = ()
    _prompt: str = ""
    _top: int = 0
    _below: int = 0
    _step: int = 1

    def show(self, parts: Sequence[RenderableType], prompt: str) -> None:
        """Show a page from its top, with a prompt below it."""
        notices = [Text(notice, style="yellow") for notice in self.notices]
        self.notices.clear()
        self._parts = (*notices, *([""] if notices else ()), *parts)
        self._prompt = prompt
        self._top = 0
        self._draw()

    def key(self, seconds: float | None = None) -> str:
        """Wait for a key. Those that page, and a change of size, are dealt with here."""
        while True:
            key = self.keyboard.key(seconds)
            if key == RESIZED:
                if not self.plain:
                    self._draw()
            elif key in _MORE and self._below:
                self._top += self._step
                self._draw()
            elif key == "up" and self._top:
                self._top = max(0, self._top - self._step)
                self._draw()
            else:
                return key

    def say(self, text: str) -> None:
        """Add a line below the page."""
        self.console.print(Text(text))

    def _draw(self) -> None:
        console = self.console
        if not self.plain:
            console.clear()
        lines = console.render_lines(Group(*self._parts), pad=False)
        prompt = console.render_lines(Text(self._prompt, style="bold"), pad=False)
        room = max(3, console.height - len(prompt) - 1)
        self._step = max(1, room - 2)  # a line is seen on both pages
        self._below = 0
        if not self.plain and len(lines) > room:
            self._top = min(self._top, len(lines) - room + 1)
            self._below = len(lines) - self._top - (room - 1)
            lines = lines[self._top : self._top + room - 1]
        for line in [*lines, *([self._more()] if self._below else prompt)]:
            console.print(_Line(self._spoken(line) if self.plain else line))

    def _spoken(self, line: list[Segment]) -> list[Segment]:
        return [segment._replace(text=segment.text.translate(_UNSPOKEN)) for segment in line]

    def _more(self) -> list[Segment]:
        return [Segment(f"-- {self._below} lines more: space --", self.console.get_style("bold"))]


class _Line:
    """A line that has been laid out already."""

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments

    def __rich_console__(self, *_: object) -> list[Segment]:
        return [*self.segments, Segment.line()]
