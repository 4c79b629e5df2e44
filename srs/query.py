"""The query language: a subset of Anki's search, parsed to a value.

`store` alone turns the value into SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from srs.errors import SrsError

STATES = ("new", "learn", "review", "due", "suspended", "buried", "leech")
PROPERTIES = ("s", "d", "r", "ivl", "due", "reps", "lapses")
OPERATORS = ("<=", ">=", "!=", "=", "<", ">")
KEYS = ("deck", "tag", "is", "prop", "rated", "added", "id")
MAX_LENGTH = 10_000
MAX_TERMS = 400
MAX_DEPTH = 5
"""Characters, words, and brackets in brackets: what any SQLite can still work on."""
MAX_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Word:
    """Text anywhere in a note; `*` is any text."""

    text: str


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck and those below it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and those below it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Is:
    """One of `STATES`."""

    state: str


@dataclass(frozen=True, slots=True)
class Prop:
    """A number of a card, one of `PROPERTIES`, compared."""

    name: str
    operator: str
    value: float


@dataclass(frozen=True, slots=True)
class Rated:
    """Answered within the last `days` study days, today included, perhaps with one rating."""

    days: int
    rating: int | None


@dataclass(frozen=True, slots=True)
class Added:
    """First seen within the last `days` study days."""

    days: int


@dataclass(frozen=True, slots=True)
class Id:
    """A note by its id, the beginning of its guid, or either with `/ORD`."""

    name: str
    ord: int | None


@dataclass(frozen=True, slots=True)
class Path:
    """The decks at or below a path of the corpus."""

    path: str


@dataclass(frozen=True, slots=True)
class Not:
    query: Query


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts; of none, everything."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Query, ...]


Query = Word | Deck | Tag | Is | Prop | Rated | Added | Id | Path | Not | And | Or
EVERYTHING = And(())

_TOKEN = re.compile(r'\s*(-?)(\(|\)|(?:"(?:\\.|[^"\\])*"|\\.|[^\s()"\\])+)')


def parse(
    text: str,
    *,
    keys: Collection[str] = (),
    path_of: Callable[[str], str | None] = lambda _: None,
) -> Query:
    """Parse a query. Raises `SrsError` that names what it does not understand.

    `keys` are the corpus' metadata keys; `path_of` gives the path that a word names, or None.
    """
    return _Parser(text, keys, path_of).parse()


class _Parser:
    def __init__(
        self, text: str, keys: Collection[str], path_of: Callable[[str], str | None]
    ) -> None:
        self.tokens = self._tokens(text)
        self.position = 0
        self.depth = 0
        self.keys = keys
        self.path_of = path_of

    def _tokens(self, text: str) -> list[tuple[bool, str]]:
        tokens: list[tuple[bool, str]] = []
        text = _checked(text)
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise SrsError(
                    f"the query has a quote that is not closed: {text[position:].strip()}"
                )
            tokens.append((match[1] == "-", match[2]))
            position = match.end()
            if len(tokens) > MAX_TERMS:
                raise SrsError(f"the query has more than {MAX_TERMS} words: ask for less at once")
        return tokens

    def parse(self) -> Query:
        query = self._any()
        if self.position < len(self.tokens):
            raise SrsError("the query has a `)` without its `(`")
        return query

    def _any(self) -> Query:
        parts = [self._all()]
        while self._peek() == "or":
            self.position += 1
            parts.append(self._all())
        if len(parts) > 1 and EVERYTHING in parts:
            raise SrsError("`or` in a query stands between two terms")
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Query:
        parts: list[Query] = []
        while self._peek() not in (None, "or", ")"):
            negated, token = self.tokens[self.position]
            self.position += 1
            if token == ")":
                raise SrsError("the query has a `-` before a `)`")
            if token.lower() == "and" and not negated:
                continue
            part = self._group() if token == "(" else self._term(token)
            parts.append(Not(part) if negated else part)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _group(self) -> Query:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SrsError(f"the query has brackets more than {MAX_DEPTH} deep: use fewer")
        query = self._any()
        if self._peek() != ")":
            raise SrsError("the query has a `(` without its `)`")
        self.position += 1
        self.depth -= 1
        return query

    def _peek(self) -> str | None:
        if self.position == len(self.tokens):
            return None
        negated, token = self.tokens[self.position]
        return f"-{token}" if negated else token.lower()

    def _term(self, token: str) -> Query:
        quoted = re.fullmatch(r"([A-Za-z][\w-]*):(.*)", token, re.DOTALL)
        if token.startswith('"') or quoted is None:
            word = _unquote(token)
            inner = re.fullmatch(r"([A-Za-z][\w-]*):(.*)", word, re.DOTALL)
            if token.startswith('"') and inner is not None and inner[1].lower() in KEYS:
                quoted = inner
            else:
                path = self.path_of(word)
                return Word(word) if path is None else Path(path)
        key, value = quoted[1].lower(), _unquote(quoted[2])
        match key:
            case "deck":
                return Deck(value)
            case "tag":
                return _tag(value)
            case "is":
                if value.lower() not in STATES:
                    raise SrsError(f"is:{value} is unknown: use one of {', '.join(STATES)}")
                return Is(value.lower())
            case "prop":
                return _prop(value)
            case "rated":
                days, _, rating = value.partition(":")
                if rating not in ("", "1", "2", "3", "4"):
                    raise SrsError(f"rated:{value}: a rating is 1, 2, 3 or 4")
                return Rated(_days("rated", days), int(rating) if rating else None)
            case "added":
                return Added(_days("added", value))
            case "id":
                return card_name(value)
            case _ if quoted[1] in self.keys:
                return _tag(f"{quoted[1]}::{value}")
        if (path := self.path_of(_unquote(token))) is not None:
            return Path(path)
        known = ", ".join(f"{k}:" for k in (*KEYS, *self.keys))
        raise SrsError(
            f"{quoted[1]}: is no key of a search: known are {known}; {self._quoting(token)}"
        )

    def _quoting(self, token: str) -> str:
        """Say what to put in quotes: text with a colon, or a deck's name that this word ends."""
        before = [word for _, word in self.tokens[: self.position - 1]]
        decks = [n for n, word in enumerate(before) if word.lower().startswith("deck:")]
        if "::" not in token or not decks:
            return 'put text with ":" in quotes'
        name = " ".join([*before[decks[-1] :], token])[len("deck:") :]
        return f"write {quoted_deck(name)} if that is a deck's name"


def quoted_deck(name: str) -> str:
    """Return a search for a deck whose name has a space, as a shell takes it."""
    return f"'deck:\"{name}\"'"


def lasting(query: Query, *, met: bool = True) -> Query:
    """Return what a query asks of notes and their names on any day.

    What it asks of how cards stand today is taken as `met`, or where it is negated as not met.
    """
    match query:
        case Is() | Prop() | Rated() | Added():
            return EVERYTHING if met else Or(())
        case Not(part):
            return Not(lasting(part, met=not met))
        case And(parts):
            return And(tuple(lasting(part, met=met) for part in parts))
        case Or(parts):
            return Or(tuple(lasting(part, met=met) for part in parts))
    return query


def card_name(text: str) -> Id:
    """Parse the name of a note or card: `ID`, `ID/ORD`, or with the beginning of a guid."""
    name, slash, ord = _checked(text).rpartition("/")
    if slash and ord.isdecimal() and len(ord) < 10:
        return Id(name, int(ord))
    return Id(text, None)


def _checked(text: str) -> str:
    """Return a text that a database can look for, or say why it cannot."""
    if len(text) > MAX_LENGTH:
        raise SrsError(f"the query is longer than {MAX_LENGTH} characters: ask for less at once")
    if not text.isascii() and re.search("[\ud800-\udfff]", text):
        raise SrsError(f"the query is not UTF-8 text: {text!a}")
    return text


def _tag(text: str) -> Tag:
    """Return a search for a tag, which never holds a space."""
    return Tag("_".join(text.split()))


def _prop(text: str) -> Prop:
    match = re.fullmatch(r"([a-z]+)(<=|>=|!=|=|<|>)(-?\d+(?:\.\d+)?)", text.lower())
    if match is None or match[1] not in PROPERTIES:
        names = ", ".join(PROPERTIES)
        raise SrsError(f"prop:{text} is not understood: write like prop:s>10, with one of {names}")
    return Prop(match[1], match[2], float(match[3]))


def _days(key: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or not 0 < int(text) <= MAX_DAYS:
        raise SrsError(f"{key}:{text}: the days are a whole number from 1 to {MAX_DAYS}")
    return int(text)


def _unquote(text: str) -> str:
    return re.sub(r'\\(.)|"', lambda match: match[1] or "", text)
