"""Paper: study sheets and cut-out cards, drawn by typst from JSON data.

Card text reaches the typesetter as data that fixed templates draw, never as source; it sees no
file but those given here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from exporters.cut import cut
from exporters.paper import Writer
from srs.corpus.tree import Blocks, Inline, plain

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in mm."""

GRID = (2, 4)
MARGIN_MM = 10.0
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Text sizes in pt that a card is tried at; what does not fit the last goes on further cards."""

_BATCH = 250
_TRIAL = "trial"
MEDIA = "media"
"""The folder in which the templates look for images."""
_PAD_MM = 10.0
_CODE_WIDTH = 0.604
_CODE_FLOOR_PT = 5.5
_SHEET_MARGINS_MM = 36.0
_SHEET_GUTTER_MM = 5.0
_SHEET_FRONT = 0.36
_MM_A_PT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class PrintedNote:
    """A note on the sheet, its clozes resolved; `media` maps sources to names of images."""

    name: str
    front: Blocks
    back: Blocks
    source: tuple[Inline, ...]
    media: Mapping[str, str]


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
    """A card to cut out: both sides, and what stands small in its corners."""

    name: str
    deck: str
    question: Blocks
    answer: Blocks
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF, the names of cards that took several, and TeX that had to stay source."""

    data: bytes
    split: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()


def _columns(width_mm: float) -> int:
    """Return how many characters of code fit a width at the smallest size."""
    return int((width_mm / _MM_A_PT - 10) / (_CODE_FLOOR_PT * _CODE_WIDTH))


Progress = Callable[[int, int], None]


def sheet(
    decks: Sequence[PrintedDeck],
    *,
    title: str,
    subtitle: str,
    paper: str,
    day: date,
    images: Mapping[str, bytes],
) -> Printed:
    """Draw a study sheet: questions and answers side by side, by deck and section."""
    front_mm = (PAPERS[paper][0] - _SHEET_MARGINS_MM) * _SHEET_FRONT
    back_mm = PAPERS[paper][0] - _SHEET_MARGINS_MM - front_mm - _SHEET_GUTTER_MM
    unset: dict[str, None] = {}

    def writer_for(media: Mapping[str, str], width: float) -> Writer:
        return Writer({s: n for s, n in media.items() if n in images}, _columns(width), unset)

    def section(value: PrintedSection) -> dict[str, Any]:
        writer = writer_for(value.media, front_mm + back_mm)
        return {
            "title": value.title,
            "intro": writer.blocks(value.intro),
            "notes": [note(n) for n in value.notes],
        }

    def note(value: PrintedNote) -> dict[str, Any]:
        writer = writer_for(value.media, back_mm)
        return {
            "name": value.name,
            "front": writer_for(value.media, front_mm).blocks(value.front),
            "back": writer.blocks(value.back),
            "source": writer.inlines(value.source),
            "long": len(plain(value.back)) > 2500,
        }

    data = {
        "title": title, "subtitle": subtitle, "lang": "en", "paper": PAPERS[paper],
        "decks": [{"name": d.name, "sections": [section(s) for s in d.sections]} for d in decks],
    }  # fmt: skip
    with _holding(images) as root:
        return Printed(_compile("sheet.typ", data, root, day), unset=tuple(unset))


def cards(
    values: Sequence[PrintedCard],
    *,
    title: str,
    paper: str,
    flip: str,
    day: date,
    images: Mapping[str, bytes],
    progress: Progress = lambda _done, _all: None,
) -> Printed:
    """Draw cut-out cards, fronts and backs on alternating pages.

    `flip` is the edge that the printer turns the sheet over, "long" or "short". `progress` is
    told how many of all faces have been fitted.
    """
    base: dict[str, Any] = {
        "title": title, "lang": "en", "paper": PAPERS[paper], "grid": GRID, "margin": MARGIN_MM,
        "flip": flip, "sizes": SIZES,
    }  # fmt: skip
    width = (PAPERS[paper][0] - 2 * MARGIN_MM) / GRID[0] - _PAD_MM
    columns = _columns(width)
    unset: dict[str, None] = {}

    def drawn(card: PrintedCard, blocks: Blocks) -> list[Any]:
        media = {source: name for source, name in card.media.items() if name in images}
        return Writer(media, columns, unset).blocks(blocks)

    faces = [(card, side) for card in values for side in (card.question, card.answer)]
    with _holding(images) as root:
        fitted = _fit(faces, drawn, base, root, progress)
    pages: list[dict[str, Any]] = []
    split: list[str] = []
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for n, card in enumerate(values):
        fronts, backs = fitted[2 * n], fitted[2 * n + 1]
        count = max(len(fronts), len(backs))
        if count > 1:
            split.append(card.name)
        for part in range(count):
            mark = f"{card.name} ({part + 1}/{count})" if count > 1 else card.name
            front, back = (side[min(part, len(side) - 1)] for side in (fronts, backs))
            pairs.append(
                ({**front, "left": card.deck, "right": mark}, {**back, "left": "", "right": mark})
            )
    size = GRID[0] * GRID[1]
    for start in range(0, len(pairs), size):
        some = pairs[start : start + size]
        pages.append({"fronts": [f for f, _ in some], "backs": [b for _, b in some]})
    data = base | {"measure": False, "pages": pages}
    with _holding(images) as root:
        return Printed(_compile("cards.typ", data, root, day), tuple(split), tuple(unset))


def _fit(
    faces: Sequence[tuple[PrintedCard, Blocks]],
    drawn: Callable[[PrintedCard, Blocks], list[Any]],
    base: Mapping[str, Any],
    root: Path,
    progress: Progress,
) -> list[list[dict[str, Any]]]:
    """Return for each face its parts, each with its content and the largest size that fits.

    A face that fits at no size is cut in two at the best place, until its parts fit.
    """
    parts: list[list[Blocks]] = [[blocks] for _, blocks in faces]
    sizes: dict[tuple[int, int], float | None] = {}
    contents: dict[tuple[int, int], list[Any]] = {}
    todo = [(face, 0) for face in range(len(faces))]
    while todo:
        for key in todo:
            contents[key] = drawn(faces[key[0]][0], parts[key[0]][key[1]])
        for start in range(0, len(todo), _BATCH):
            some = todo[start : start + _BATCH]
            data = {**base, "measure": True, "faces": [[list(k), contents[k]] for k in some]}
            for (face, part), size in _query("cards.typ", data, root):
                sizes[face, part] = size
            progress(min(start + _BATCH, len(todo)), len(todo))
        again: list[tuple[int, int]] = []
        for face in sorted({face for face, _ in todo}):
            whole: list[Blocks] = []
            cut_any = False
            for part, blocks in enumerate(parts[face]):
                halves = cut(blocks) if sizes[face, part] is None else None
                whole += [blocks] if halves is None else list(halves)
                cut_any = cut_any or halves is not None
            if cut_any:
                parts[face] = whole
                again += [(face, part) for part in range(len(whole))]
        todo = again
    return [
        [
            {"content": contents[face, part], "size": sizes[face, part] or SIZES[-1]}
            for part in range(len(parts[face]))
        ]
        for face in range(len(faces))
    ]


def is_drawable(name: str, data: bytes) -> bool:
    """Tell whether an image can be drawn; a broken one would fail the whole document."""
    trial = f"{_TRIAL}{_suffix(name)}"
    source: Any = {"main.typ": f'#image("{MEDIA}/{trial}")'.encode()}
    try:
        with _holding({trial: data}) as root:
            typst.Compiler(source, root=str(root)).compile(format="pdf")
    except typst.TypstError:
        return False
    return True


def _suffix(name: str) -> str:
    ending = name.rpartition(".")[2]
    return "." + "".join(c for c in ending if c.isalnum())


@contextmanager
def _holding(images: Mapping[str, bytes]) -> Iterator[Path]:
    """Make a folder that holds only the images: the typesetter takes nothing but text otherwise."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / MEDIA
        folder.mkdir()
        for name, data in images.items():
            (folder / name).write_bytes(data)
        yield Path(root)


def _compile(name: str, data: Mapping[str, Any], root: Path, day: date) -> bytes:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    pdf = _compiler(name, data, root).compile(format="pdf", timestamp=moment)
    assert isinstance(pdf, bytes)
    return pdf


def _query(
    name: str, data: Mapping[str, Any], root: Path
) -> list[tuple[tuple[int, int], float | None]]:
    found = json.loads(_compiler(name, data, root).query("<fit>", field="value"))
    return [((face, part), size) for (face, part), size in found]


def _compiler(name: str, data: Mapping[str, Any], root: Path) -> typst.Compiler:
    """Prepare a template, which can read nothing but its data and what is in `root`."""
    folder = files("exporters") / "typst"
    sources: Any = {
        "main.typ": (folder / name).read_bytes(),
        "text.typ": (folder / "text.typ").read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    return typst.Compiler(sources, root=str(root))
