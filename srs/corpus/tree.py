"""The tree of a rendered text: the only things a card can contain.

Every output (HTML, terminal, paper) is written from these nodes, so they are the whitelist that
guards them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

MAX_NESTING = 12
"""How deep lists and quotes, tags, or clozes may stand in one another."""


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters; in a code block, `style` is the role it plays, one of `ROLES`."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Cloze:
    """What `{{c1::…::hint}}` hides; `numbers` are the cards that hide it."""

    numbers: tuple[int, ...]
    hint: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A hidden cloze on a question."""

    hint: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """A cloze on its answer."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Styled:
    """Inlines set in one of `STYLES`."""

    style: str
    children: tuple[Inline, ...]


ROLES = {
    "k": "keyword", "s": "string", "m": "number", "c": "comment", "f": "function",
    "b": "built-in", "d": "decorator", "o": "prompt",
}  # fmt: skip
"""What code can be coloured as; each output has its own colours for these."""

STYLES = ("strong", "em", "del", "sub", "sup", "kbd")


@dataclass(frozen=True, slots=True)
class Code:
    """An inline code span; children are texts, clozes, blanks and revealed clozes."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Math:
    """TeX; children as in `Code`."""

    display: bool
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an http, https or mailto address."""

    url: str
    children: tuple[Inline, ...]


SOUNDS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac")
"""Endings of the media that are heard, not seen."""


@dataclass(frozen=True, slots=True)
class Image:
    """A media file, named by its path as written, relative to the deck."""

    source: str
    alt: str

    @property
    def said(self) -> str:
        """What stands for it where it cannot be seen or heard."""
        what = "sound" if self.is_sound else "image"
        return f"[{what}: {self.alt} ({self.source})]" if self.alt else f"[{what}: {self.source}]"

    @property
    def is_sound(self) -> bool:
        return self.source.lower().endswith(SOUNDS)


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced line break."""


Inline = Text | Cloze | Blank | Revealed | Styled | Code | Math | Link | Image | LineBreak


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 (the question of a note) to 6."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block; children as in `Code`, their texts carrying styles.

    `words` are what its opening line says after the language.
    """

    language: str
    children: tuple[Inline, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A list item; `checked` is None where it is no task."""

    checked: bool | None
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class List:
    """A list; `start` is None for bullets. A tight one sets its paragraphs without space."""

    start: int | None
    tight: bool
    items: tuple[Item, ...]


Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of at least one column; `align` is "left", "right", "center" or "" for each."""

    align: tuple[str, ...]
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Details:
    """A summary with blocks that a screen may fold away."""

    summary: tuple[Inline, ...]
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break inside a back."""


Block = Paragraph | Heading | CodeBlock | Math | Quote | List | Table | Details | Rule
Blocks = tuple[Block, ...]
Node = Inline | Block | Item


def inside(value: object) -> Iterator[Node]:
    """Yield every node of a tree, outer before inner, in reading order."""
    if isinstance(value, tuple):
        for part in value:
            yield from inside(part)
    elif (names := _FIELDS.get(type(value))) is not None:
        yield value  # type: ignore[misc]  # only nodes have fields
        for name in names:
            yield from inside(getattr(value, name))


def mapped(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """Return a tree with every node of a kind changed, the inner before the outer."""
    if isinstance(value, tuple):
        return tuple(mapped(part, kind, change) for part in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes = {f.name: mapped(getattr(value, f.name), kind, change) for f in fields(value)}
    made = replace(value, **changes)
    return change(made) if isinstance(made, kind) else made


def boxed(item: Item) -> Blocks:
    """Return what an item holds with its box, if it has one, at the beginning of its text."""
    if item.checked is None:
        return item.children
    box = "☑ " if item.checked else "☐ "
    match item.children:
        case (Paragraph(children), *rest):
            return (Paragraph((Text(box), *children)), *rest)
        case children:
            return (Paragraph((Text(box),)), *children)


def plain(value: object) -> str:
    """Return the text of a tree without any markup; blanks and rules give nothing."""
    return "".join(node.text for node in inside(value) if isinstance(node, Text))


def without_clozes(value: Any, question: bool, ord: int | None) -> Any:
    """Resolve every cloze for card `ord`: hidden or revealed if it is its own, else plain.

    With None for `ord`, all are its own.
    """
    if isinstance(value, tuple):
        result: list[Any] = []
        for part in value:
            if not isinstance(part, Cloze):
                result.append(without_clozes(part, question, ord))
            elif ord is not None and ord not in part.numbers:
                result.extend(without_clozes(part.children, question, ord))
            elif question:
                result.append(Blank(part.hint))
            else:
                result.append(Revealed(without_clozes(part.children, question, ord)))
        return tuple(result)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: without_clozes(getattr(value, field.name), question, ord)
            for field in fields(value)
            if isinstance(getattr(value, field.name), tuple) and field.name != "align"
        }
        return replace(value, **changes) if changes else value
    return value


_NODES: dict[str, type] = {
    node.__name__: node
    for node in (
        Text, Cloze, Blank, Revealed, Styled, Code, Math, Link, Image, LineBreak, Paragraph,
        Heading, CodeBlock, Quote, Item, List, Table, Details, Rule,
    )
}  # fmt: skip
_FIELDS = {node: tuple(field.name for field in fields(node)) for node in _NODES.values()}


def to_data(value: Any) -> Any:
    """Turn a tree into lists that JSON can hold: a node is its name in front of its fields."""
    if isinstance(value, tuple):
        return [to_data(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {type(value).__name__: [to_data(getattr(value, f.name)) for f in fields(value)]}
    return value


def from_data(data: Any) -> Any:
    """Undo `to_data`."""
    if isinstance(data, list):
        return tuple(from_data(part) for part in data)
    if isinstance(data, dict):
        [(name, values)] = data.items()
        return _NODES[name](*map(from_data, values))
    return data
