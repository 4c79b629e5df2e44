"""What files say of the settings, the stronger over the weaker, and which of them said it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from srs.errors import Place, Problem
from srs.settings import DeckSettings, Settings, within
from srs.settings.keys import KEYS, Key
from srs.toml import load, place, problem

DECKS = "decks"
_SHOWN = 40
"""So many names at most are told where none is near."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a file gives to a key, for one deck or, with `deck` empty, for all."""

    deck: str
    name: str
    value: Any
    where: Place


Layer = tuple[Given, ...]
"""What one file gives."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The settings that hold, and where those that are not built in come from."""

    settings: Settings = field(default_factory=Settings)
    origins: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    """By deck, empty for all, and name."""

    def value(self, name: str, deck: str = "") -> tuple[Any, Place | None]:
        """Return the value that holds in a deck, and its place; None for one built in.

        A deck without a limit of its own has that of the nearest above it.
        """
        above = sorted(
            (d for d, of in self.origins if d and of == name and within(deck, d)), key=len
        )
        if above:
            own = dict(self.settings.decks)[above[-1]]
            return getattr(own, name), self.origins[above[-1], name]
        return getattr(self.settings, name), self.origins.get(("", name))


def parse(text: str, path: str) -> tuple[Layer, tuple[Problem, ...]]:
    """Parse a file of settings; what is wrong in it is left out and reported with its place."""
    table = load(text, path)
    if isinstance(table, Problem):
        return (), (table,)
    return read(table, text, path)


def read(
    table: Mapping[str, Any], text: str, path: str, others: Collection[str] = ()
) -> tuple[Layer, tuple[Problem, ...]]:
    """Take the settings from a table of the file `text`, whose `others` are known but no settings."""
    found: list[Given | Problem] = []
    for name, value in table.items():
        if name == DECKS:
            found += _decks(value, text, path)
        else:
            found.append(_given("", name, value, place(text, path, name), KEYS, (*others, DECKS)))
    return (
        tuple(one for one in found if isinstance(one, Given)),
        tuple(one for one in found if isinstance(one, Problem)),
    )


def _decks(tables: object, text: str, path: str) -> Iterator[Given | Problem]:
    hint = 'write `[decks."Name::Sub"]`, and below it `retention = 0.9`'
    if not isinstance(tables, dict):
        yield problem(place(text, path, DECKS), f"`{DECKS}` is a table of decks", hint)
        return
    known = {name: key for name, key in KEYS.items() if key.per_deck}
    for deck, table in tables.items():
        if not isinstance(table, dict) or not deck:
            message = f"`{DECKS}` holds a table for each deck, which `{deck}` is none"
            yield problem(place(text, path, DECKS, deck), message, hint)
            continue
        for name, value in table.items():
            where = place(text, path, DECKS, deck, name)
            yield _given(deck, name, value, where, known, ())


def _given(
    deck: str,
    name: str,
    value: object,
    where: Place,
    keys: Mapping[str, Key],
    others: Collection[str],
) -> Given | Problem:
    key = keys.get(name)
    if key is None:
        if name in KEYS:
            return problem(where, f"`{name}` is not a deck's own", f"a deck has {', '.join(keys)}")
        return problem(where, f"`{name}` is not known here", nearest(name, (*keys, *others)))
    read = key.form.read(value)
    if read is None:
        return problem(where, f"`{name}` is {key.form.takes}", f"it means {key.meaning}")
    return Given(deck, name, read, where)


def nearest(name: str, known: Collection[str]) -> str:
    """Return a hint of what may have been meant by a name, or of what is known."""
    from difflib import get_close_matches

    if close := get_close_matches(name, known, 1):
        return f"is it `{close[0]}`?"
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"known are {', '.join([*known][:_SHOWN])}{more}"


def resolve(layers: Sequence[Layer]) -> Resolved:
    """Let the later layers, which are the stronger ones, override the earlier."""
    given = {(one.deck, one.name): one for layer in layers for one in layer}
    own: dict[str, dict[str, Any]] = {}
    for (deck, name), one in given.items():
        own.setdefault(deck, {})[name] = one.value
    general = own.pop("", {})
    decks = tuple((deck, DeckSettings(**values)) for deck, values in sorted(own.items()))
    origins = {key: one.where for key, one in given.items()}
    return Resolved(replace(Settings(), decks=decks, **general), origins)
