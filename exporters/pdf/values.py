"""What is printed: notes as decks of sections, or as single cards, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from srs.corpus.tree import Blocks, Inline
from srs.model import Kind
from srs.paper import Paper

THEMES = ("colour", "bw")


@dataclass(frozen=True, slots=True)
class Look:
    """What holds for a whole document.

    `font_size` is that of the text in pt, of cards the largest; None is what suits the layout.
    `day` is the date that the file carries; `images` are files by their names.
    """

    title: str
    subtitle: str
    day: date
    paper: Paper
    theme: str = THEMES[0]
    font_size: float | None = None
    images: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrintedNote:
    """A note as question and answer, its clozes resolved.

    `media` maps the sources of images, as written, to their names; `kind` decides how a quiz asks.
    """

    name: str
    front: Blocks
    back: Blocks
    source: tuple[Inline, ...]
    media: Mapping[str, str]
    kind: Kind = Kind.BASIC


@dataclass(frozen=True, slots=True)
class PrintedSection:
    title: str
    intro: Blocks
    notes: tuple[PrintedNote, ...]
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PrintedDeck:
    name: str
    sections: tuple[PrintedSection, ...]


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card to cut out: both sides, and what stands small in its corners: its deck and its name."""

    name: str
    deck: str
    question: Blocks
    answer: Blocks
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF.

    `split` are the names of cards that took several; `unset` is TeX that is shown as its source;
    `missing` are the characters that no font here has; `flaw` says why the file is no PDF/UA-1.
    """

    data: bytes
    split: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    flaw: str = ""
