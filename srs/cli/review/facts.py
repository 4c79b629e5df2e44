"""What is known of a card, for the eye."""

from __future__ import annotations

from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from srs.cli.context import plural
from srs.cli.fitting import Marked
from srs.cli.review.words import interval
from srs.scheduler import fsrs
from srs.scheduler.card import Card, Learning, New
from srs.scheduler.log import Event, EventKind
from srs.scheduler.queue import CardName
from srs.store.notes import StoredNote
from srs.store.search import Today
from srs.study.memory import Study

MAX_HISTORY = 12
"""So many of the newest events are shown."""


def card(study: Study, stored: StoredNote, name: CardName, now: datetime) -> list[RenderableType]:
    """List where a card is from, what its memory is like, and what happened to it."""
    value = study.card(name)
    rows = {
        "card": f"{stored.note.id or stored.guid}/{name.ord}",
        "deck": stored.note.deck,
        "file": str(stored.note.place).removesuffix(":1"),
        "tags": ", ".join(stored.note.tags),
        **_memory(study, value, now),
    }
    parts = [row(key, fact) for key, fact in rows.items() if fact]
    events = study.events(name)
    undone = {event.undoes for event in events}
    kept = [e for e in events if e.time not in undone and e.kind is not EventKind.UNDO]
    if kept:
        parts += ["", Text("history")]
    if len(kept) > MAX_HISTORY:
        parts.append(Text(f"… {len(kept) - MAX_HISTORY} earlier"))
    return [*parts, *(Text(_line(event)) for event in kept[-MAX_HISTORY:])]


def row(name: str, said: str, width: int = 12) -> RenderableType:
    """Set a name and what is said of it beside one another."""
    return Marked(name.ljust(width), " " * width, Text(said))


def _memory(study: Study, value: Card, now: datetime) -> dict[str, str]:
    day = Today.at(now, study.settings).day
    away = ", suspended" * value.suspended + ", buried until tomorrow" * (value.buried == day)
    rows = {"state": value.state.name.lower() + away}
    memory = value.memory
    if memory is None:
        return rows
    recall = fsrs.retrievability(study.settings.parameters, memory, day)
    rows |= {
        "stability": f"{memory.stability:.1f} days",
        "difficulty": f"{memory.difficulty:.1f} of 10",
        "recall": f"{recall:.0%} today",
        "answers": f"{value.reps}, of them {plural(value.lapses, 'lapse')}",
    }
    match value.phase:
        case Learning(due_ms=due_ms):
            rows["due"] = f"{datetime.fromtimestamp(due_ms / 1000, now.tzinfo):%H:%M}"
        case New():
            pass
        case review:
            rows["due"] = f"{review.due}, after {plural(review.interval, 'day')}"
    return rows


def _line(event: Event) -> str:
    """Say in a line what happened on a day."""
    what = event.kind.value if event.rating is None else event.rating.name.capitalize()
    what = f"{what} (cram)" if event.kind is EventKind.CRAM else what
    then = "" if event.outcome is None else f" → {interval(event.outcome)}"
    taken = "" if event.taken_ms is None else f"  {event.taken_ms / 1000:.0f} s"
    return f"{event.day}  {what}{then}{taken}"
