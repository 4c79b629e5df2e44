"""What can be made anew, kept in the user's cache folder."""

from __future__ import annotations

import sqlite3

MAX_KEPT_BYTES = 256 * 1024 * 1024
"""A cache larger than this is begun anew."""


def open_cache(name: str) -> sqlite3.Connection | None:
    """Open a table `cached` of keys and values; None where there is no writable folder for it."""
    from platformdirs import user_cache_path

    path = user_cache_path("srs", appauthor=False) / f"{name}.db"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MAX_KEPT_BYTES:
            path.unlink()
        connection = sqlite3.connect(path, timeout=1)
        connection.execute("pragma journal_mode = truncate")
        connection.execute("pragma synchronous = off")
        connection.execute(
            "create table if not exists cached (key text primary key, value text) strict"
        )
        connection.execute("select key, value from cached limit 1")
    except (OSError, sqlite3.Error):
        return None
    return connection


def keep(connection: sqlite3.Connection, rows: list[tuple[str, str]]) -> None:
    """Write keys and values; a cache that cannot be written is none."""
    try:
        with connection:
            connection.executemany("insert or replace into cached values (?, ?)", rows)
    except sqlite3.Error:
        pass
