"""Queries as SQL: the only place that knows both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from srs.errors import SrsError
from srs.scheduler.queue import CardName
from srs.scheduler.studyday import epoch_ms, study_day
from srs.settings import Settings
from srs.store.notes import NOTE_COLUMNS, StoredNote, note_of

if TYPE_CHECKING:
    from srs.query import Id, Query

_LIVE = "not n.gone and not n.broken and not c.gone"
_FROM = "from cards c join notes n using (guid) join files f using (path)"
_ORDS = "(select group_concat(o.ord) from cards o where o.guid = n.guid and not o.gone)"
_ORDER = "order by f.rank, f.path, n.position, c.ord"
_STREAM = "from files f cross join notes n using (path) cross join cards c using (guid)"
"""In this order the corpus' order needs no sorting, and the first cards come at once."""
_SIGNAL = (
    "case "
    + " ".join(
        f'when instr(n.metadata, \'["signal", ["{value}"]]\') then {place}'
        for place, value in enumerate(("very-high", "high", "moderate", "low"))
    )
    + " else 4 end"
)
"""Notes that are asked most often first."""


@dataclass(frozen=True, slots=True)
class Today:
    """The moment that a search is made at, and its study day."""

    now: datetime
    day: date
    rollover: int

    @classmethod
    def at(cls, now: datetime, settings: Settings) -> Today:
        return cls(now, study_day(now, settings.rollover), settings.rollover)

    @property
    def now_ms(self) -> int:
        return epoch_ms(self.now)

    def starts_ms(self, days_ago: int) -> int:
        """Return when the study day began that lies `days_ago` days back, in ms."""
        start = datetime.combine(self.day - timedelta(days=days_ago), time(self.rollover))
        return epoch_ms(start.replace(tzinfo=self.now.tzinfo))


Clause = tuple[str, tuple[object, ...]]


def clause(query: Query | None, today: Today, settings: Settings) -> Clause:
    """Return a condition over notes `n` and cards `c` with its parameters."""
    if query is None:
        return "1", ()
    from srs.query import Added, And, Deck, Id, Is, Not, Or, Path, Prop, Rated, Tag, Word

    match query:
        case And(parts):
            return _joined(" and ", [clause(part, today, settings) for part in parts], "1")
        case Or(parts):
            return _joined(" or ", [clause(part, today, settings) for part in parts], "0")
        case Not(part):
            sql, parameters = clause(part, today, settings)
            return f"not coalesce({sql}, 0)", parameters
        case Word(text):
            like = f"%{_like(text)}%"
            whole = "n.heading || char(10) || n.front || char(10) || n.back || char(10) || n.id"
            return f"({whole} like ? escape '\\')", (like,)
        case Deck(pattern):
            like = _like(pattern)
            return "(n.deck like ? escape '\\' or n.deck like ? escape '\\')", (like, f"{like}::%")
        case Tag(pattern):
            like = _like(pattern)
            each = "select 1 from json_each(n.tags) t where t.value like ? escape '\\' or t.value like ? escape '\\'"
            return f"exists ({each})", (like, f"{like}::%")
        case Is(state):
            return _is(state, today, settings)
        case Prop(name, operator, value):
            return _prop(name, operator, value, today, settings)
        case Rated(days, rating):
            since = (today.day - timedelta(days=days - 1)).isoformat()
            wanted = "" if rating is None else " and r.rating = ?"
            sql = (
                "exists (select 1 from revlog r where r.guid = c.guid and r.ord = c.ord "
                f"and r.kind = 'answer' and r.day >= ?{wanted} and not exists (select 1 from revlog u "
                "where u.guid = r.guid and u.ord = r.ord and u.undoes = r.time))"
            )
            return sql, (since,) if rating is None else (since, rating)
        case Added(days):
            return "n.created >= ?", (today.starts_ms(days - 1),)
        case Id(name, ord):
            sql = "(n.id = ? or (length(?) >= 4 and n.guid like ? escape '\\' and n.id <> ?))"
            parameters = (name, name, f"{_escaped(name)}%", name)
            return (
                (sql, parameters) if ord is None else (f"({sql} and c.ord = ?)", (*parameters, ord))
            )
        case Path(path):
            return "(n.path = ? or n.path like ? escape '\\' or ? = '.')", (
                path, f"{_escaped(path)}/%", path
            )  # fmt: skip


def _is(state: str, today: Today, settings: Settings) -> Clause:
    day, now = today.day.isoformat(), today.now_ms
    live = "not c.suspended and coalesce(c.buried, '') <> ?"
    conditions: dict[str, Clause] = {
        "new": ("c.state = 0", ()),
        "learn": ("c.state in (1, 3)", ()),
        "review": ("c.state = 2", ()),
        "suspended": ("c.suspended", ()),
        "buried": ("coalesce(c.buried, '') = ?", (day,)),
        "leech": ("c.lapses >= ?", (settings.leech_lapses,)),
        "due": (
            f"((c.state = 2 and c.due_day <= ? or c.state in (1, 3) and c.due_ms <= ?) and {live})",
            (day, now, day),
        ),
    }
    return conditions[state]


def _prop(name: str, operator: str, value: float, today: Today, settings: Settings) -> Clause:
    day = today.day.isoformat()
    decay = settings.parameters[20]
    factor = 0.9 ** (-1 / decay) - 1
    columns: dict[str, Clause] = {
        "s": ("c.stability", ()),
        "d": ("c.difficulty", ()),
        "ivl": ("c.interval", ()),
        "reps": ("c.reps", ()),
        "lapses": ("c.lapses", ()),
        "due": ("(julianday(c.due_day) - julianday(?))", (day,)),
        "r": (
            "pow(1 + ? * max(0, julianday(?) - julianday(c.last_day)) / c.stability, ?)",
            (factor, day, -decay),
        ),
    }
    sql, parameters = columns[name]
    return f"coalesce({sql} {operator} ?, 0)", (*parameters, value)


def names(
    connection: sqlite3.Connection, condition: Clause, extra: str = "1", order: str = _ORDER
) -> list[CardName]:
    """Return the cards that a condition selects, by default in the corpus' order."""
    sql, parameters = condition
    _power(connection, sql)
    rows = connection.execute(
        f"select c.guid, c.ord {_FROM} where {_LIVE} and ({sql}) and ({extra}) {order}", parameters
    )
    return [CardName(guid, ord) for guid, ord in rows]


@dataclass(frozen=True, slots=True)
class Found:
    """A card with its deck and what it is ordered by.

    `rank` is its deck's place in the corpus; `waited` is the share of its stability that has
    passed, and recall falls as that grows.
    """

    card: CardName
    deck: str
    rank: int
    due_day: str
    waited: float

    @property
    def guid(self) -> str:
        return self.card.guid

    @property
    def ord(self) -> int:
        return self.card.ord


def found(
    connection: sqlite3.Connection, condition: Clause, extra: Clause, today: Today
) -> list[Found]:
    """Return the cards that two conditions select, in the corpus' order."""
    return list(_found(connection, condition, extra, today, _FROM, _ORDER))


def new(
    connection: sqlite3.Connection, condition: Clause, today: Today, order: str
) -> Iterator[Found]:
    """Yield the new cards that may be studied, in the corpus' order or by `signal`."""
    extra = _open("+c.state = 0", (), today)  # each note's own cards, not the index of all new
    if order == "signal":
        return _found(
            connection, condition, extra, today, _FROM, f"order by {_SIGNAL}, {_ORDER[9:]}"
        )
    # With `+` SQLite looks a note's cards up, and not all cards of a state again for each note.
    each = (f"+({condition[0]})", condition[1]), (f"+({extra[0]})", extra[1])
    return _found(connection, *each, today, _STREAM, _ORDER)


def in_steps(today: Today, settings: Settings) -> Clause:
    """Select the cards in learning steps that are due before the study day ends."""
    end = max(today.starts_ms(-1), today.now_ms + settings.learn_ahead * 1000)
    return _open("c.state in (1, 3) and c.due_ms < ?", (end,), today)


def due_within(today: Today, ahead: int) -> Clause:
    """Select the reviews that are due, or will be within some days."""
    return _open("c.state = 2 and c.due_day <= ?", (_later(today, ahead),), today)


def studied(today: Today) -> Clause:
    """Select all cards that may be studied, whenever they are due."""
    return _open("1", (), today)


def _open(condition: str, parameters: tuple[object, ...], today: Today) -> Clause:
    """Select of some cards those that may be studied."""
    away = "not c.suspended and not n.retired and coalesce(c.buried, '') <> ?"
    return f"({condition}) and {away}", (*parameters, today.day.isoformat())


def _found(
    connection: sqlite3.Connection,
    condition: Clause,
    extra: Clause,
    today: Today,
    tables: str,
    order: str,
) -> Iterator[Found]:
    _power(connection, condition[0])
    rows = connection.execute(
        "select c.guid, c.ord, n.deck, f.rank, coalesce(c.due_day, ''), "
        "coalesce((julianday(?) - julianday(c.last_day)) / c.stability, 0) "
        f"{tables} where {_LIVE} and ({condition[0]}) and ({extra[0]}) {order}",
        (today.day.isoformat(), *condition[1], *extra[1]),
    )
    for guid, ord, deck, rank, due_day, waited in rows:
        yield Found(CardName(guid, ord), deck, rank, due_day, waited)


def done(connection: sqlite3.Connection, day: date) -> list[tuple[str, str, int]]:
    """Return the cards answered on a study day: guid, deck, and the state before each answer.

    A card is counted once as new and once as a review, however often it was answered.
    """
    rows = connection.execute(
        "select distinct r.guid, r.ord, n.deck, r.state_before from revlog r join notes n using (guid) "
        "where r.day = ? and r.kind = 'answer' and not exists (select 1 from revlog u "
        "where u.guid = r.guid and u.ord = r.ord and u.undoes = r.time)",
        (day.isoformat(),),
    )
    return [(guid, deck, before) for guid, _, deck, before in rows]


def is_there(connection: sqlite3.Connection, name: CardName) -> bool:
    """Tell whether a text makes a card, without an error."""
    row = connection.execute(
        f"select 1 from cards c join notes n using (guid) where c.guid = ? and c.ord = ? and {_LIVE}",
        (name.guid, name.ord),
    ).fetchone()
    return row is not None


def next_due(
    connection: sqlite3.Connection, condition: Clause, today: Today
) -> tuple[int | None, date | None]:
    """Return when the first learning card is due, in ms, and the first day of another card.

    Those days begin tomorrow; a learning card buried today is one of the others.
    """
    _power(connection, condition[0])
    away = "coalesce(c.buried, '') = ?"
    moment, day = connection.execute(
        f"select min(c.due_ms) filter (where c.state in (1, 3) and not {away}), "
        f"min(max(coalesce(c.due_day, ''), ?)) filter (where c.state = 2 or c.state > 0 and {away}) "
        f"{_FROM} where {_LIVE} and not c.suspended and not n.retired and ({condition[0]})",
        (today.day.isoformat(), _later(today, 1), today.day.isoformat(), *condition[1]),
    ).fetchone()
    return moment, None if day is None else date.fromisoformat(day)


def by_day(
    connection: sqlite3.Connection, condition: Clause, today: Today, days: int
) -> list[tuple[str, date, int]]:
    """Count the reviews that are due within some days: deck, study day, how many.

    What is overdue is due today, and what is buried today tomorrow.
    """
    _power(connection, condition[0])
    rows = connection.execute(
        "select n.deck, max(c.due_day, case c.buried when ?1 then ?2 else ?1 end) as day, count(*) "
        f"{_FROM} where {_LIVE} and not c.suspended and not n.retired and c.state = 2 "
        f"and c.due_day < ?3 and ({condition[0]}) group by n.deck, day order by min(f.rank), day",
        (today.day.isoformat(), _later(today, 1), _later(today, days), *condition[1]),
    )
    return [(deck, date.fromisoformat(day), count) for deck, day, count in rows]


def _later(today: Today, days: int) -> str:
    return (today.day + timedelta(days=days)).isoformat()


def notes(
    connection: sqlite3.Connection, condition: Clause, order: str = "corpus"
) -> Iterator[StoredNote]:
    """Yield the notes that have selected cards, with all their cards.

    They come in the corpus' order, or by `signal` the most asked first.
    """
    sql, parameters = condition
    _power(connection, sql)
    first = f"{_SIGNAL}, " if order == "signal" else ""
    rows = connection.execute(
        f"select {NOTE_COLUMNS}, {_ORDS} from notes n join files f using (path) "
        f"where n.guid in (select c.guid {_FROM} where {_LIVE} and ({sql})) "
        f"order by {first}f.rank, n.position",
        parameters,
    )
    return map(_stored, rows)


def note(connection: sqlite3.Connection, guid: str) -> StoredNote:
    """Return the note of a guid, with all its cards."""
    row = connection.execute(
        f"select {NOTE_COLUMNS}, {_ORDS} from notes n where n.guid = ?", (guid,)
    ).fetchone()
    return _stored(row)


def find(connection: sqlite3.Connection, name: Id) -> list[StoredNote]:
    """Return the notes that a name may mean: one if it is exact."""
    rows = connection.execute(
        f"select {NOTE_COLUMNS}, {_ORDS} as ords from notes n "
        "where not n.gone and ords is not null and (n.id = ? or n.guid like ? escape '\\')",
        (name.name, f"{_escaped(name.name)}%"),
    )
    found = [_stored(row) for row in rows]
    exact = [stored for stored in found if name.name in (stored.note.id, stored.guid)]
    return exact or found


def _stored(row: tuple[Any, ...]) -> StoredNote:
    """Make a note of a row of `NOTE_COLUMNS` and `_ORDS`."""
    *columns, ords = row
    return note_of(columns, tuple(sorted(map(int, ords.split(",")))) if ords else ())


def _joined(word: str, parts: list[Clause], empty: str) -> Clause:
    if not parts:
        return empty, ()
    sql = f"({word.join(sql for sql, _ in parts)})"
    return sql, tuple(value for _, values in parts for value in values)


def _like(pattern: str) -> str:
    """Turn `*` into SQL's wildcard and take away the meaning of all others."""
    return _escaped(pattern).replace("*", "%")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _power(connection: sqlite3.Connection, sql: str) -> None:
    """Give SQLite `pow` where it was built without it."""
    if "pow(" not in sql:
        return
    try:
        connection.execute("select pow(2.0, 0.5)")
    except sqlite3.OperationalError:
        connection.create_function("pow", 2, _pow, deterministic=True)


def _pow(base: float | None, exponent: float) -> float | None:
    return None if base is None else float(base**exponent)


def checked_one(found: list[StoredNote], name: Id) -> StoredNote:
    """Return the one note that a name means, or say why there is none."""
    if not found:
        raise SrsError(f"no note is called {name.name}: `srs list` shows their names")
    if len(found) > 1:
        several = ", ".join(stored.guid for stored in found[:3])
        raise SrsError(f"{name.name} may mean {several}: write more of it")
    return found[0]
