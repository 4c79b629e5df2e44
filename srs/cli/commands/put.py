"""`srs suspend`, `unsuspend`, `bury` and `forget`: one thing done to all cards that are named."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from srs.cli.context import Context, QueryCommand, plural, query_text
from srs.cli.naming import called, chosen
from srs.errors import SrsError
from srs.scheduler.log import EventKind
from srs.scheduler.queue import CardName
from srs.study import answers
from srs.study.memory import Study

_NAMED = 10
"""So many cards are named in what a command says."""


@dataclass(frozen=True, slots=True)
class _Verb:
    """What is done, what has become of the cards then, how others were, and the help's first line."""

    kind: EventKind
    done: str
    already: str
    help: str


_VERBS = {
    "suspend": _Verb(
        EventKind.SUSPEND, "suspended", "suspended already",
        "Keep cards from study until `srs unsuspend`.",
    ),
    "unsuspend": _Verb(
        EventKind.UNSUSPEND, "unsuspended", "not suspended",
        "Let suspended cards, leeches too, be studied again.",
    ),
    "bury": _Verb(
        EventKind.BURY, "buried until tomorrow", "buried or suspended already",
        "Keep cards from study until the next study day.",
    ),
    "forget": _Verb(
        EventKind.FORGET, "new again", "new already",
        "Make cards new again; the log keeps their answers.",
    ),
}  # fmt: skip
_WHICH = """

QUERY is names as `srs list` shows them, ID or ID/ORD, or else a search, such as tag:x or
id:first. What is done can be taken back with `srs undo`.
"""


def _do(context: Context, verb: _Verb, query: tuple[str, ...], *, yes: bool) -> None:
    words = [query_text([word]) for word in query]
    if not " ".join(words).strip():
        raise click.UsageError("say which cards: their names, or a query")
    study = context.study()
    names = chosen(study, words, context.now())
    if verb.kind is EventKind.FORGET and len(names) > 1 and not yes:
        if not sys.stdin.isatty():
            raise SrsError(f"nothing was forgotten: for {len(names)} cards at once say --yes")
        click.confirm(f"Forget {len(names)} cards: {_list(study, names)}?", abort=True, err=True)
    changed = answers.put(study, names, verb.kind, context.now())
    if changed:
        undo = "srs undo" if len(changed) == 1 else f"srs undo {len(changed)}"
        click.echo(
            f"{plural(len(changed), 'card')} {verb.done}: {_list(study, changed)}. "
            f"`{undo}` takes this back."
        )
    else:
        what = "this card is" if len(names) == 1 else f"these {len(names)} cards are"
        click.echo(f"Nothing changed: {what} {verb.already}.")
    if verb.kind is EventKind.BURY:
        _say_suspended(study, [name for name in names if study.card(name).suspended])


def _say_suspended(study: Study, names: Sequence[CardName]) -> None:
    """Say which cards do not return tomorrow, as those do that are buried."""
    if names:
        verb = "stays" if len(names) == 1 else "stay"
        cards = plural(len(names), "card")
        click.echo(f"{cards} {verb} suspended until `srs unsuspend`: {_list(study, names)}.")


def _list(study: Study, names: Sequence[CardName]) -> str:
    """Name cards, the first of many."""
    said = [called(study.stored(name.guid), name.ord) for name in names[:_NAMED]]
    more = len(names) - len(said)
    return ", ".join(said) + (f" and {more} more" if more else "")


def _command(name: str, verb: _Verb) -> click.Command:
    @click.command(name, cls=QueryCommand, help=verb.help + _WHICH)
    @click.argument("query", nargs=-1, required=True)
    @click.pass_obj
    def command(context: Context, query: tuple[str, ...], yes: bool = False) -> None:
        _do(context, verb, query, yes=yes)

    if verb.kind is EventKind.FORGET:
        help = "Forget several cards without asking."
        command.params.append(click.Option(["--yes"], is_flag=True, help=help))
    return command


commands = {name: _command(name, verb) for name, verb in _VERBS.items()}
