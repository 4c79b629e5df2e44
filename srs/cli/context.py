"""What every command needs: the corpus, its memory and the time."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srs.corpus import read
from srs.errors import Severity, SrsError

if TYPE_CHECKING:
    from srs.study.memory import Study

JSON_VERSION = 1
MAX_QUESTIONS = 10
"""So many doubts about who is who are put at once."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""The log may be so far ahead of the clock: two devices differ by a little."""


def say(sentence: str) -> None:
    """Say something beside what a command prints."""
    click.echo(f"srs: {sentence}", err=True)


@dataclass(frozen=True, slots=True)
class Context:
    """The global options."""

    decks: Path | None
    db: Path | None
    fixed_now: datetime | None
    locked: bool = False

    def now(self) -> datetime:
        """Return the time, with the local offset from UTC."""
        return self.fixed_now or datetime.now().astimezone()

    def command(self, *words: str) -> str:
        """Return a command to type next, with the corpus and database that this one was given."""
        named = [("--decks", self.decks), ("--db", self.db)]
        options = [word for name, path in named if path is not None for word in (name, str(path))]
        return shlex.join(("srs", *options, *words))

    def root(self, say: Callable[[str], None] = say) -> Path:
        """Return the corpus' folder, and say so if it is the shipped one."""
        named = self.decks or (Path(p) if (p := os.environ.get("SRS_DECKS")) else None)
        if named is not None:
            if not named.is_dir():
                raise SrsError(f"there is no folder {named}: name one with --decks")
            return named
        here = Path.cwd()
        found = read.find_root(here)
        if found is not None:
            return found
        hint = "; `srs init` makes this folder a corpus" if any(here.glob("*.md")) else ""
        say(f"no srs.toml here, so this is the shipped Python corpus{hint}")
        return read.shipped_root()

    def database(self, root: Path) -> Path:
        """Return where the corpus' memory is; the shipped one's is with the user's data."""
        if self.db is not None:
            if not self.db.parent.is_dir():
                raise SrsError(
                    f"there is no folder {self.db.parent}: make it, or name another with --db"
                )
            return self.db
        if not is_shipped(root):
            return root / ".srs" / "srs.db"
        from platformdirs import user_data_path

        return user_data_path("srs", appauthor=False) / "python-interview.db"

    def _copy(self, root: Path) -> Path:
        """Copy the corpus' memory, if it has one yet, into a folder that is there for a while."""
        from tempfile import TemporaryDirectory

        from srs.store.database import copy_database

        folder = click.get_current_context().with_resource(TemporaryDirectory(prefix="srs-"))
        path, copy = self.database(root), Path(folder) / "srs.db"
        if path.exists():
            copy_database(path, copy)
        return copy

    def study(
        self, *, yes: bool = False, dry: bool = False, say: Callable[[str], None] = say
    ) -> Study:
        """Open the corpus with its memory, brought up to date; `say` what changed.

        With `yes`, even if most of its notes are gone. With `dry` all that is written goes into a copy
        of the memory, which is gone at the end.
        """
        from srs.cli import settings
        from srs.study.memory import open_study

        root = self.root(say)
        own, faults = settings.own(root)
        path = self._copy(root) if dry else self.database(root)
        study = open_study(root, path, self.now(), own, locked=self.locked, yes=yes, dry=dry)
        click.get_current_context().call_on_close(study.close)
        refreshed = study.refreshed
        problems = (*(p for p in refreshed.problems if p.code == "config"), *faults)
        for sentence in (*_clock(study, self.now()), *settings.said(problems)):
            say(sentence)
        if refreshed.report:
            say(refreshed.report)
        for question in refreshed.questions[:MAX_QUESTIONS]:
            say(question)
        if len(refreshed.questions) > MAX_QUESTIONS:
            more = len(refreshed.questions) - MAX_QUESTIONS
            say(f"{more} more are in doubt: `srs orphans` lists what is gone")
        errors = sum(
            problem.severity is Severity.ERROR and problem.code != "config"
            for problem in refreshed.problems
        )
        if errors or study.broken():
            count = max(errors, study.broken())
            what = "an error keeps" if count == 1 else f"{count} errors keep"
            say(f"{what} notes from study: `srs check` shows where")
        return study


def _clock(study: Study, now: datetime) -> Iterator[str]:
    """Yield a sentence if the clock was set back: study days would be wrong."""
    newest = study.newest(now)
    if newest is not None and newest - now > CLOCK_TOLERANCE:
        yield (
            f"the clock says {now:%Y-%m-%d %H:%M}, but the last answer is from "
            f"{newest:%Y-%m-%d %H:%M}: set it right before you study"
        )


def is_shipped(root: Path) -> bool:
    """Tell whether a folder is the corpus that came with the program."""
    try:
        return root.resolve() == read.shipped_root().resolve()
    except SrsError:
        return False


def parse_now(text: str | None, given_as: str = "--now ") -> datetime | None:
    """Parse a moment given in place of the clock; without an offset it is local."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SrsError(f"{given_as}{text}: write a time like 2026-11-21T18:30") from error
    return moment if moment.tzinfo else moment.astimezone()


def echo_json(**values: Any) -> None:
    """Print an object on stdout, with the version of its form."""
    click.echo(json.dumps({"version": JSON_VERSION, **values}, ensure_ascii=False, indent=2))


def plural(count: int, one: str, many: str = "") -> str:
    """Say a number of things: `1 note`, `2 notes`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


_NEGATED = re.compile(r'-(?:[A-Za-z][\w-]*:|["(])')
_MARK = "\x1f"


class QueryCommand(click.Command):
    """A command that takes a QUERY: `-word:…` belongs to that and is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [_MARK + a if _NEGATED.match(a) else a for a in args])


def query_text(words: Sequence[str]) -> str:
    """Join the words of a QUERY argument."""
    return " ".join(query_words(words))


def query_words(words: Sequence[str]) -> list[str]:
    """Return the words of a QUERY argument as they were written."""
    return [word.removeprefix(_MARK) for word in words]
