"""What is on the screen: a head, some text, and under it what may be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.segment import Segment
from rich.text import Text

from srs.cli.review.keys import RESIZED, Keyboard

_MORE = {"space", "enter", "down"}
_UNSPOKEN = str.maketrans(
    {"│": " ", "▌": " ", "↳": " ", "•": "-", "─": " ", "›": ",", "–": "-", "→": "to"}
)
"""Marks that a screen reader would spell out."""

_Row = list[Segment]


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
    _keys: str = ""
    _top: int = 0
    _below: int = 0
    _step: int = 1

    def show(
        self, parts: Sequence[RenderableType], prompt: str, *, first: int = 0, stay: bool = False
    ) -> None:
        """Show a page with a prompt below it.

        Where not all of it fits, it is shown from the part numbered `first`, counted from 0, or, to
        `stay`, from where the page before it was.
        """
        notices = [Text(notice, style="yellow") for notice in self.notices]
        self.notices.clear()
        self._parts = (*notices, *([""] if notices else ()), *parts)
        self._prompt, self._keys = prompt, ""
        if not stay:
            above = parts[:first] if not notices else ()
            self._top = len(self._laid_out(above)) if above else 0
        self._draw()

    def ask(self, prompt: str, keys: str) -> None:
        """Put another prompt below the page's end, and under it what may be pressed as one types."""
        self._prompt, self._keys = prompt, keys
        if self.plain:
            self.say(prompt)
            self.say(keys)
        else:
            self._top = len(self._laid_out(self._parts))
            self._draw()

    def key(self, seconds: float | None = None) -> str:
        """Wait for a key, so many seconds at most; return nothing if there was none.

        Those that page, and a change of size, are dealt with here; the latter ends a wait early.
        """
        while True:
            key = self.keyboard.key(seconds)
            if key == RESIZED:
                if not self.plain:
                    self._draw()
                if seconds is not None:
                    return ""
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
        self.console.print(Text(_spoken(text) if self.plain else text))

    def _draw(self) -> None:
        """Write the page, all at once lest it flicker."""
        console = self.console
        rows = self._laid_out(self._parts)
        while rows and not _is_written(rows[-1]):
            rows.pop()
        if rows:
            rows.append([])
        keys = [Text(self._keys, style="bright_black")] if self._keys else []
        prompt = self._laid_out([Text(self._prompt, style="bold"), *keys])
        room = max(3, console.height - len(prompt) - 1)
        self._below = 0
        if self.plain:
            rows = [
                [segment._replace(text=_spoken(segment.text)) for segment in row]
                for row in [*rows, *prompt]
            ]
        elif len(rows) <= room:
            self._top = 0
            rows += prompt
        else:
            rows = self._paged(rows, prompt, room)
        with console:
            if not self.plain:
                console.clear()
            for row in rows:
                console.print(_Line(row))

    def _paged(self, rows: list[_Row], prompt: list[_Row], room: int) -> list[_Row]:
        """Return what of a long page is to be seen, and how much is above and below it."""
        last = len(rows) - (room - 1)
        self._top = min(self._top, last)
        self._step = max(1, room - 3)  # a line is seen on both pages
        above = [self._faint(f"-- {self._top} lines above: up --")] if self._top else []
        if self._top == last:
            return [*above, *rows[last:], *prompt]
        end = self._top + room - 1 - len(above)
        self._below = len(rows) - 1 - end  # the last is blank
        return [*above, *rows[self._top : end], self._more()]

    def _laid_out(self, parts: Sequence[RenderableType]) -> list[_Row]:
        return self.console.render_lines(Group(*parts), pad=False)

    def _more(self) -> _Row:
        return [Segment(f"-- {self._below} lines more: space --", self.console.get_style("bold"))]

    def _faint(self, text: str) -> _Row:
        return [Segment(text, self.console.get_style("bright_black"))]


def _spoken(text: str) -> str:
    return text.replace(" · ", ", ").replace(" › ", ", ").translate(_UNSPOKEN)


def _is_written(row: _Row) -> bool:
    return any(segment.text.strip() for segment in row)


class _Line:
    """A line that has been laid out already."""

    def __init__(self, segments: _Row) -> None:
        self.segments = segments

    def __rich_console__(self, *_: object) -> _Row:
        return [*self.segments, Segment.line()]
