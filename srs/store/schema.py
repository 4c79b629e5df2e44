"""The tables, as migrations. A released step is never edited."""

from __future__ import annotations

import sqlite3

_FIRST = """
-- One row of facts about this database: the device's name, and what its contents were made from.
create table settings (
    name text primary key,
    value text not null
) strict;

-- The decks as last read. `rank` is their order.
create table files (
    path text primary key,
    rank integer not null,
    mtime_ns integer not null,
    size integer not null,
    hash text not null
) strict;

create table sections (
    path text not null references files (path) on delete cascade,
    position integer not null,
    title text not null,
    intro text not null,
    line integer not null,
    intro_line integer not null,
    primary key (path, position)
) strict;

-- The notes as last read; one that is gone keeps its row, its cards and their log.
create table notes (
    guid text primary key,
    id text not null,
    path text not null,
    position integer not null,
    section integer not null,
    line integer not null,
    deck text not null,
    kind text not null,
    heading text not null,
    front text not null,
    back text not null,
    front_line integer not null,
    back_line integer not null,
    tags text not null,
    metadata text not null,
    retired integer not null,
    broken integer not null,
    gone integer not null,
    created integer not null
) strict;
create index notes_path on notes (path, position);
create index notes_id on notes (id) where id <> '';

-- A quick copy of what the log makes of each card: `srs rebuild` makes it anew.
create table cards (
    guid text not null references notes (guid),
    ord integer not null,
    gone integer not null default 0,
    state integer not null default 0,
    step integer,
    due_ms integer,
    due_day text,
    interval integer,
    stability real,
    difficulty real,
    last_day text,
    last_ms integer not null default 0,
    reps integer not null default 0,
    lapses integer not null default 0,
    suspended integer not null default 0,
    buried text,
    primary key (guid, ord)
) strict;
create index cards_due_day on cards (state, due_day);
create index cards_due_ms on cards (state, due_ms);

-- The log: append-only, the truth. From `elapsed` on, columns are derived from the rows before.
create table revlog (
    guid text not null references notes (guid),
    ord integer not null,
    time integer not null,
    kind text not null,
    day text not null,
    offset integer not null,
    device text not null,
    source text not null,
    rating integer check (rating between 1 and 4),
    taken_ms integer,
    state integer,
    step integer,
    delay integer,
    interval integer,
    undoes integer,
    elapsed integer,
    state_before integer,
    stability_before real,
    difficulty_before real,
    stability real,
    difficulty real,
    recall real,
    primary key (guid, ord, time)
) strict;
create index revlog_time on revlog (time);
create index revlog_day on revlog (day);
"""

_LOG = """
-- The log in the order of its cards, each card's events together: it is read and made anew so.
create table ordered (
    guid text not null references notes (guid),
    ord integer not null,
    time integer not null,
    kind text not null,
    day text not null,
    offset integer not null,
    device text not null,
    source text not null,
    rating integer check (rating between 1 and 4),
    taken_ms integer,
    state integer,
    step integer,
    delay integer,
    interval integer,
    undoes integer,
    elapsed integer,
    state_before integer,
    stability_before real,
    difficulty_before real,
    stability real,
    difficulty real,
    recall real,
    primary key (guid, ord, time)
) strict, without rowid;
insert into ordered select * from revlog order by guid, ord, time;
drop table revlog;
alter table ordered rename to revlog;
create index revlog_time on revlog (time);
create index revlog_day on revlog (day);
create index revlog_undoes on revlog (undoes, guid, ord) where undoes is not null;
create index files_rank on files (rank, path);
"""

_VIEWS = """
-- For people with a shell or datasette. The study day, and when it ends; it begins at the hour
-- `rollover` of the settings, 4 if that is not set.
create view today as
with hours (rollover) as (
    select cast(coalesce((select value from settings where name = 'rollover'), '4') as integer)
)
select
    date('now', 'localtime', '-' || rollover || ' hours') as day,
    strftime(
        '%s', date('now', 'localtime', '-' || rollover || ' hours', '+1 day'),
        '+' || rollover || ' hours', 'utc'
    ) * 1000 as ends_ms
from hours;

-- The cards that return today, reviews beyond the daily limit too. `id` is what commands take;
-- `due` is a day, or for a card in learning steps a local time.
create view due as
select
    coalesce(nullif(n.id, ''), n.guid) as id,
    c.ord,
    n.deck,
    n.heading,
    case c.state when 1 then 'learning' when 2 then 'review' else 'relearning' end as state,
    coalesce(c.due_day, datetime(c.due_ms / 1000, 'unixepoch', 'localtime')) as due,
    c.interval,
    c.stability,
    c.difficulty,
    c.lapses
from today t
cross join cards c
join notes n using (guid)
where (c.state = 2 and c.due_day <= t.day or c.state in (1, 3) and c.due_ms < t.ends_ms)
    and not c.gone and not c.suspended and c.buried is not t.day
    and not n.gone and not n.broken and not n.retired;

-- How many reviews come back on which day if none is answered before; those overdue are today's.
create view forecast as
select
    max(c.due_day, case c.buried when t.day then date(t.day, '+1 day') else t.day end) as day,
    count(*) as reviews
from today t
cross join cards c
join notes n using (guid)
where c.state = 2 and not c.gone and not c.suspended
    and not n.gone and not n.broken and not n.retired
group by 1
order by 1;

-- True retention: answers to cards that had waited for a day or more, by study day. A mature card
-- had an interval of 21 days or more, a young one less; `retention` is the share passed.
create view retention as
with waited as (
    select
        r.day,
        r.kind,
        r.rating > 1 as passed,
        r.state_before,
        lag(coalesce(r.interval, r.delay / 86400)) over (
            partition by r.guid, r.ord order by r.time
        ) as days
    from revlog r
    where (r.kind in ('answer', 'forget') or r.kind = 'reschedule' and r.interval > 0)
        and not exists (
            select 1 from revlog u where u.undoes = r.time and u.guid = r.guid and u.ord = r.ord
        )
)
select
    day,
    sum(days < 21 and passed) as young_passed,
    sum(days < 21 and not passed) as young_failed,
    sum(days >= 21 and passed) as mature_passed,
    sum(days >= 21 and not passed) as mature_failed,
    round(avg(passed), 3) as retention
from waited
where kind = 'answer' and state_before > 0 and days >= 1
group by day
order by day;
"""

_DONE = """
-- What was done on this device, in the order in which it was done, which a clock that was set back
-- does not tell: the last of these is taken back first.
create table done (
    n integer primary key,
    guid text not null,
    ord integer not null,
    time integer not null
) strict;
insert into done (guid, ord, time)
    select guid, ord, time from revlog
    where kind <> 'undo' and source in ('srs', 'leech')
        and device = (select value from settings where name = 'device')
    order by time;
"""

_EXPORTED = """
-- The cards that were exported for Anki with their progress, which it takes once: until when, in ms
-- since 1970, it has what happened to each.
create table exported (
    guid text not null references notes (guid),
    ord integer not null,
    until integer not null,
    primary key (guid, ord)
) strict, without rowid;
insert into exported
select c.guid, c.ord, cast(s.value as integer) from cards c join settings s on s.name = 'exported';
delete from settings where name = 'exported';
"""

_FEWER = """
-- Few cards are in learning steps at a time, and the other index finds those of a state too.
drop index cards_due_ms;
"""

_RELEARNT = """
-- Where a card was new on two devices the fold has changed: as for other parameters all cards are
-- made anew.
insert into settings select 'parameters', 'anew' where exists (
    select 1 from revlog where kind = 'answer' group by guid, ord having count(distinct device) > 1
) on conflict do update set value = excluded.value;
"""

_NAMED = """
-- A file without notes has a name too.
alter table sections add column deck text not null default '';
"""

MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("first", _FIRST), ("log", _LOG), ("views", _VIEWS), ("done", _DONE),
    ("exported", _EXPORTED), ("fewer", _FEWER), ("relearnt", _RELEARNT),
    ("named", _NAMED),
)  # fmt: skip
"""Names and scripts, in order."""

SET = "srs"


def applied(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the names of the migrations that a database has had."""
    exists = connection.execute(
        "select 1 from sqlite_master where name = '_sqlite_migrations'"
    ).fetchone()
    if not exists:
        return ()
    rows = connection.execute(
        "select name from _sqlite_migrations where migration_set = ? order by rowid", (SET,)
    )
    return tuple(name for (name,) in rows)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database up to date. The caller holds the transaction."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SET)
    for name, script in MIGRATIONS:
        migrations(name=name)(lambda db, script=script: _run(db.conn, script))
    migrations.apply(Database(connection, strict=True, execute_plugins=False))


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements one by one, since `executescript` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
