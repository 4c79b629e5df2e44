"""The `srs` command. Commands are loaded when they are called, and they alone print."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import IO, Any

import click
from click.core import ParameterSource

from srs import __version__
from srs.cli.context import Context, parse_now
from srs.cli.spelling import ERRORS
from srs.errors import SrsError

_COMMANDS = {
    "review": "study what is due, then new cards",
    "due": "what there is to study today, and the reviews to come",
    "list": "find notes and their cards",
    "show": "look at a card and what is known of it",
    "check": "every problem in the corpus",
    "export": "write for Anki or for paper",
    "import": "take in reviews made in Anki",
    "init": "make a folder a corpus",
    "add": "add a note to a deck",
    "ids": "give notes ids",
    "lock": "bring srs.lock up to date",
    "next": "the card to study now, for programs",
    "answer": "answer a card, for programs",
    "undo": "take back what was done last",
    "suspend": "keep cards from study until they are unsuspended",
    "unsuspend": "let suspended cards be studied again",
    "bury": "keep cards from study until tomorrow",
    "forget": "make cards new again",
    "orphans": "progress whose note is gone",
    "relink": "say which note is which",
    "config": "your settings, and where each comes from",
    "rebuild": "make all cards anew from the log",
}
"""Names in the order of the help, each with what it does."""

_MODULES = {**dict.fromkeys(("suspend", "unsuspend", "bury", "forget"), "put"), "import": "import_"}
"""Modules with a table of commands; each other command has a module of its name."""


class _Failure(click.ClickException):
    """A request that cannot be met, as click shows it: one sentence, exit 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"srs: {self.message}", err=True)


class _Lazy(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SrsError as error:
            raise _Failure(str(error)) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise _Failure(f"{error.filename}: {error.strerror}") from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        module = importlib.import_module(f"srs.cli.commands.{name}")
        command = module.command if name == cmd_name else module.commands[cmd_name]
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, invoke_without_command=True, context_settings={"max_content_width": 100})
@click.option(
    "--decks", type=click.Path(path_type=Path), metavar="DIR",
    help="The corpus; else $SRS_DECKS, else the nearest folder upward with srs.toml, else the shipped one.",
)  # fmt: skip
@click.option(
    "--db", type=click.Path(path_type=Path), metavar="FILE", envvar="SRS_DB",
    help="The database; else .srs/srs.db in the corpus.",
)  # fmt: skip
@click.option(
    "--locked",
    is_flag=True,
    help="Fail if srs.lock is not up to date, instead of bringing it up to date.",
)
@click.option("--now", envvar="SRS_NOW", hidden=True, metavar="ISO")
@click.version_option(__version__, prog_name="srs")
@click.pass_context
def group(
    ctx: click.Context, decks: Path | None, db: Path | None, locked: bool, now: str | None
) -> None:
    """Study plain-Markdown flashcards in the terminal, in Anki and on paper.

    Without a command: today's counts, and what to type next.
    """
    from_environment = ctx.get_parameter_source("now") is ParameterSource.ENVIRONMENT
    moment = parse_now(now, "SRS_NOW=" if from_environment else "--now ")
    ctx.obj = Context(decks, db, moment, locked)
    if ctx.invoked_subcommand is None:
        from srs.cli.commands.due import summary

        summary(ctx.obj)


def main() -> None:
    """Run the command line; exit 0 when done, 1 when it cannot be, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=ERRORS)
    group.main(prog_name="srs")
