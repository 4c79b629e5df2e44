"""How far something is that takes a while, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show `what: 3 of 10` while it lasts, or `what: 3`, if stderr is a terminal."""
    shown = sys.stderr.isatty() and total != 0
    of = "" if total is None else f" of {total}"

    def tell(done: int) -> None:
        if shown:
            click.echo(f"\r{what}: {done}{of} ", nl=False, err=True)

    tell(0)
    try:
        yield tell
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)
