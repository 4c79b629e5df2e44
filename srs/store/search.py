"""Queries as SQL: the only place that knows both."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from srs.errors import SrsError
from srs.scheduler.queue import CardName
from srs.scheduler.studyday import epoch_ms, study_day
from srs.settings import Settings
from srs.store.log import KEPT
from srs.store.notes import NOTE_COLUMNS, StoredNote, note_of

if TYPE_CHECKING:
    from srs.query import Id, Query

LIVE = "not n.gone and not n.broken and not c.gone"
FROM = "from cards c join notes n using (guid) join files f using (path)"
_ORDS = "(select group_concat(o.ord) from cards o where o.guid = n.guid and not o.gone)"
ORDER = "order by f.rank, f.path, n.position, c.ord"
SIGNAL = (
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
                f"and r.kind = 'answer' and r.day >= ?{wanted} and {KEPT})"
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
    connection: sqlite3.Connection, condition: Clause, extra: str = "1", order: str = ORDER
) -> list[CardName]:
    """Return the cards that a condition selects, by default in the corpus' order."""
    sql, parameters = condition
    enable_power(connection, sql)
    rows = connection.execute(
        f"select c.guid, c.ord {FROM} where {LIVE} and ({sql}) and ({extra}) {order}", parameters
    )
    return [CardName(guid, ord) for guid, ord in rows]


def any_matches(connection: sqlite3.Connection, condition: Clause) -> bool:
    """Tell whether a condition selects any card."""
    sql, parameters = condition
    enable_power(connection, sql)
    row = connection.execute(f"select 1 {FROM} where {LIVE} and ({sql}) limit 1", parameters)
    return row.fetchone() is not None


def is_there(connection: sqlite3.Connection, name: CardName) -> bool:
    """Tell whether a text makes a card, without an error."""
    row = connection.execute(
        f"select 1 from cards c join notes n using (guid) where c.guid = ? and c.ord = ? and {LIVE}",
        (name.guid, name.ord),
    ).fetchone()
    return row is not None


def guids(connection: sqlite3.Connection, condition: Clause, order: str = "corpus") -> list[str]:
    """Return the guids of the notes that have selected cards.

    They come in the corpus' order, or by `signal` the most asked first.
    """
    sql, parameters = condition
    enable_power(connection, sql)
    first = f"{SIGNAL}, " if order == "signal" else ""
    rows = connection.execute(
        "select n.guid from notes n join files f using (path) "
        f"where n.guid in (select c.guid {FROM} where {LIVE} and ({sql})) "
        f"order by {first}f.rank, n.position",
        parameters,
    )
    return [guid for (guid,) in rows]


def notes(connection: sqlite3.Connection, guids: Sequence[str]) -> list[StoredNote]:
    """Return notes with all their cards, in the order of their guids, less those that are gone."""
    rows = connection.execute(
        f"select {NOTE_COLUMNS}, {_ORDS} from notes n "
        "where n.guid in (select value from json_each(?)) and not n.gone",
        (json.dumps(guids),),
    )
    found = {row[0]: _stored(row) for row in rows}
    return [found[guid] for guid in guids if guid in found]


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


def enable_power(connection: sqlite3.Connection, sql: str) -> None:
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
