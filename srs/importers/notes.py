"""Anki's notes as notes of ours, still as trees.

Cards that ask the two ways round are one reversed note, all clozes of a text are one, and every
other card is a note of its own: the first keeps the guid.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from srs.corpus import tree
from srs.corpus.tree import Blocks, Inline, Paragraph, Text, inside
from srs.ids import split_guid
from srs.importers import html, templates
from srs.importers.collection import made_guid
from srs.importers.contents import AnkiCard, AnkiNote, Contents, Notetype, Template
from srs.importers.flat import flat
from srs.model import Kind

MAX_CLOZE = 500
_MAX_LINES = 50
"""So many blocks of a back may be one answer to be typed."""
RETIRED_TAG = "srs::retired"

_OWN = ("Front", "Back", "Reverse", "Answer", "Options", "Section", "Source", "Id")
_OWN_CLOZE = ("Text", "Extra", "Section", "Source", "Id")
_SPARE = tuple(f"Spare{n}" for n in range(1, 5))
"""The fields of our own notetypes, as they have been from the first export on."""

_ANSWER = re.compile(r"""<hr\b[^<>]*\bid\s*=\s*["']?answer\b[^<>]*>""", re.IGNORECASE)
_CLOZE_TAG = re.compile(r"\{\{[^{}]{0,200}cloze:[^{}]{0,200}\}\}")
_EMPTY: Blocks = (Paragraph((Text("(empty)"),)),)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A note to be written: `front` may begin with a heading of level 2; images are Anki's names.

    `cards` are Anki's, by our ords. `id` is one of ours that it brings along. `created` is in ms.
    A note is `ours` if it is of our notetypes: `exported` is what it has in their fields, those that
    are its owner's left empty, and `changed` when that was written, in s.
    """

    guid: str
    kind: Kind
    front: Blocks
    back: Blocks
    cards: Mapping[int, AnkiCard]
    tags: tuple[str, ...]
    created: int
    id: str = ""
    section: str = ""
    retired: bool = False
    exported: tuple[str, ...] = ()
    changed: int = 0

    @property
    def ours(self) -> bool:
        return bool(self.exported)

    @property
    def deck(self) -> int:
        return next(iter(self.cards.values())).deck

    @property
    def position(self) -> int | None:
        return next(iter(self.cards.values())).position


@dataclass(frozen=True, slots=True)
class Converted:
    """What becomes of a note: none, one or several, and what of it is lost."""

    notes: tuple[Incoming, ...] = ()
    lost: Counter[str] = field(default_factory=Counter)


def convert(note: AnkiNote, contents: Contents) -> Converted:
    """Make notes of ours of one of Anki's."""
    if not note.cards:
        return Converted(lost=Counter(["note without cards, left out"]))
    if note.fields is None:
        return Converted(lost=Counter(["note longer than 64 kB, left out"]))
    notetype = contents.notetypes.get(note.notetype) or _unknown(len(note.fields))
    if notetype.is_occlusion or "image-occlusion:" in note.fields[0]:
        return Converted(lost=Counter(["note that hides parts of an image, left out"]))
    lost: Counter[str] = Counter()
    found = tuple(_notes(note, notetype, contents, lost))
    lost["flag of a card"] += sum(card.flagged for one in found for card in one.cards.values())
    lost["card of a kind that its notetype lacks"] += len(note.cards) - sum(
        len(one.cards) for one in found
    )
    return Converted(found, +lost)


def _notes(
    note: AnkiNote, notetype: Notetype, contents: Contents, lost: Counter[str]
) -> Iterator[Incoming]:
    fields = dict(zip(notetype.fields, note.fields or (), strict=False))
    guid = note.guid or made_guid(note.id)
    tags = tuple(tag for tag in note.tags if tag != RETIRED_TAG)
    made = Incoming(guid, Kind.BASIC, (), (), {}, tags, max(1, note.id))
    made = replace(made, retired=RETIRED_TAG in note.tags)
    own = next((own for own in (_OWN, _OWN_CLOZE) if _begins(notetype, (*own, _SPARE[0]))), None)
    if own and fields:
        exported = (*(fields.get(name, "") for name in own), *("" for _ in _SPARE))
        made = replace(made, exported=exported, changed=note.changed)
        yield _apart(_own(made, note, fields, lost), note, notetype)
    elif notetype.is_cloze and notetype.templates:
        yield _cloze(made, note, notetype, _special(fields, note, contents), lost)
    else:
        yield from _cards(made, note, notetype, _special(fields, note, contents), lost)


def _begins(notetype: Notetype, names: tuple[str, ...]) -> bool:
    return notetype.fields[: len(names)] == names


def _own(made: Incoming, note: AnkiNote, fields: Mapping[str, str], lost: Counter[str]) -> Incoming:
    """Undo our own export."""
    is_cloze = "Text" in fields
    front = _read(fields.get("Text" if is_cloze else "Front", ""), lost, clozes=is_cloze)
    back = _read(fields.get("Extra" if is_cloze else "Back", ""), lost)
    if source := flat(_read(fields.get("Source", ""), lost)):
        back = (*back, Paragraph((Text("Source: "), *source)))
    kind = Kind.CLOZE if is_cloze and _numbers(front) else Kind.BASIC
    answer = html.plain(fields.get("Answer", ""))
    if fields.get("Reverse", ""):
        kind = Kind.REVERSED
    elif fields.get("Options", "") and isinstance(back[0] if back else None, tree.List):
        kind = Kind.CHOICE
    elif answer:
        outputs = (b for b in back if isinstance(b, tree.CodeBlock) and b.language == "output")
        printed = next(outputs, None)
        is_output = printed is not None and tree.plain(printed).strip() == answer
        kind = Kind.PREDICT if is_output else Kind.TYPED
    name = html.plain(fields.get("Id", ""))
    return replace(
        made, kind=kind, front=_filled(front), back=back if kind is Kind.CLOZE else _filled(back),
        cards=_by_ord(note, kind, front), id="" if name == note.guid else name,
        section=html.plain(fields.get("Section", "")),
    )  # fmt: skip


def _cloze(
    made: Incoming,
    note: AnkiNote,
    notetype: Notetype,
    fields: Mapping[str, str],
    lost: Counter[str],
) -> Incoming:
    template = notetype.templates[0]
    question = templates.render(template.front, fields)
    front = _read(question, lost, clozes=True)
    bare_front = _CLOZE_TAG.sub("", template.front)
    above = html.read(templates.render(bare_front, fields)).blocks
    back = _answer(_CLOZE_TAG.sub("", template.back), fields, above, lost)
    kind = Kind.CLOZE if _numbers(front) else Kind.BASIC
    if kind is Kind.BASIC:
        back = _filled(back)
    one = replace(
        made, kind=kind, front=_filled(front), back=back, cards=_by_ord(note, kind, front)
    )
    return _apart(one, note, notetype)


def _apart(made: Incoming, note: AnkiNote, notetype: Notetype) -> Incoming:
    """Give a note a guid of its own where Anki could never merge ours with its own.

    That is a text without clozes of a notetype with them: a package that holds one is refused.
    """
    if notetype.is_cloze == (made.kind is Kind.CLOZE):
        return made
    card = note.cards[0]
    return replace(made, guid=split_guid(made.guid, card.ord), created=card.id)


def _cards(
    made: Incoming,
    note: AnkiNote,
    notetype: Notetype,
    fields: Mapping[str, str],
    lost: Counter[str],
) -> Iterator[Incoming]:
    """Yield a note for both ways round, or one for each card."""
    cards = [card for card in note.cards if card.ord <= len(notetype.templates)]
    sides = []
    for card in cards:
        template = notetype.templates[card.ord - 1]
        front = _read(templates.render(template.front, fields), lost)
        back = _answer(template.back, fields, front, lost)
        typed = templates.typed(template.front, fields)
        sides.append((front, back, None if typed is None else html.plain(typed)))
    match cards, sides:
        case [AnkiCard(ord=1), AnkiCard(ord=2)], [(front, back, None), (other, under, None)] if (
            front and back and (front, back) == (under, other)
        ):
            both = {card.ord: card for card in cards}
            yield replace(made, kind=Kind.REVERSED, front=front, back=back, cards=both)
            return
    for card, (front, back, typed) in zip(cards, sides, strict=True):
        kind = Kind.BASIC
        if typed:
            kind = Kind.TYPED
            back = _led(back, typed)
        one = replace(made, kind=kind, front=_filled(front), back=_filled(back), cards={1: card})
        if card.ord > 1:
            # As in `_apart`; what becomes of the log, `srs.study.incoming` knows.
            one = replace(one, guid=split_guid(made.guid, card.ord), created=card.id)
            lost["card that is a note of its own here, and exported begins anew in Anki"] += 1
        yield one


def _led(back: Blocks, typed: str) -> Blocks:
    """Let a back begin with what is to be typed, on one line, instead of its lines or beside others."""
    if back and tree.plain(back[0]).strip() == typed:
        return back
    lines = next(
        (n for n in range(1, len(back[:_MAX_LINES]) + 1) if html.line(back[:n]) == typed), 0
    )
    return (Paragraph((Text(typed),)), *back[lines:])


def _answer(template: str, fields: Mapping[str, str], front: Blocks, lost: Counter[str]) -> Blocks:
    """Return what an answer's side shows below the question."""
    made = templates.render(template, fields)
    if below := _ANSWER.search(made):
        return _read(made[below.end() :], lost)
    blocks = _read(made, lost)
    if front and blocks[: len(front)] == front:
        blocks = blocks[len(front) :]
    while blocks and isinstance(blocks[0], tree.Rule):
        blocks = blocks[1:]
    return blocks


def _read(text: str, lost: Counter[str], *, clozes: bool = False) -> Blocks:
    found = html.read(text, clozes=clozes)
    lost.update(found.lost.keys())  # each once a side
    return found.blocks


def _filled(blocks: Blocks) -> Blocks:
    """Return blocks, or what says that there are none: no side of ours may be empty."""
    return blocks if any(not isinstance(block, tree.Rule) for block in blocks) else _EMPTY


def _by_ord(note: AnkiNote, kind: Kind, front: Blocks) -> dict[int, AnkiCard]:
    """Return the cards that a note makes; what Anki has beside these is left over there too."""
    match kind:
        case Kind.CLOZE:
            ords = _numbers(front)
        case Kind.REVERSED:
            ords = {1, 2}
        case _:
            ords = {1}
    found = {card.ord: card for card in note.cards if card.ord in ords}
    return found or {min(ords): note.cards[0]}


def _numbers(front: object) -> set[int]:
    return {
        number
        for node in inside(front)
        if isinstance(node, tree.Cloze)
        for number in node.numbers
        if 1 <= number <= MAX_CLOZE
    }


def _special(fields: Mapping[str, str], note: AnkiNote, contents: Contents) -> dict[str, str]:
    """Return fields with those that every template has."""
    deck = contents.decks.get(note.cards[0].deck)
    name = deck.name if deck else ""
    values = {"Tags": " ".join(note.tags), "Deck": name, "Subdeck": name.rpartition("::")[2]}
    return {key: templates.bare(value) for key, value in values.items()} | dict(fields)


def _unknown(count: int) -> Notetype:
    """Return a notetype for a note whose own is missing: the first field asks for all others."""
    names = tuple(str(n) for n in range(1, count + 1))
    rest = "<br><br>".join(f"{{{{{name}}}}}" for name in names[1:])
    return Notetype("", False, False, names, (Template("{{1}}", rest),))


def renamed(blocks: Blocks, name: Callable[[str], str | None]) -> Blocks:
    """Give images their new names; one without is said in words."""

    def image(node: tree.Image) -> Inline:
        found = name(node.source)
        return Text(node.said) if found is None else replace(node, source=found)

    renamed = tree.mapped(blocks, tree.Image, image)
    assert isinstance(renamed, tuple)
    return renamed
