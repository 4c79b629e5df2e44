"""`srs config`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from srs.cli import settings
from srs.cli.context import Context, echo_json, is_shipped, say
from srs.errors import Place, Problem, SrsError
from srs.settings import within
from srs.settings.keys import KEYS, Key, from_words
from srs.settings.layers import DECKS, Resolved, nearest
from srs.toml import load
from srs.toml.edit import assign, remove, written

BUILT_IN = "built in"


@click.command()
@click.argument("name", required=False, metavar="[KEY]")
@click.argument("value", required=False, metavar="[VALUE]")
@click.option("--deck", default="", metavar="NAME", help="For one deck and those below it.")
@click.option("--user", is_flag=True, help="Write the file that is for all your corpora.")
@click.option("--unset", is_flag=True, help="Take KEY out of the file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(
    context: Context,
    name: str | None,
    value: str | None,
    deck: str,
    user: bool,
    unset: bool,
    as_json: bool,
) -> None:
    """Show your settings, or the one called KEY, or give it a VALUE.

    A value is written to .srs/config.toml in the corpus, or with --user to your own config.toml,
    which is weaker; weaker still are those in srs.toml. A list is written with blanks: "1m 10m".
    """
    if unset and (name is None or value is not None):
        raise click.UsageError("--unset takes a KEY and no VALUE")
    if user and value is None and not unset:
        raise click.UsageError("--user is for writing: give a KEY and a VALUE, or --unset")
    if deck and name is None:
        raise click.UsageError("--deck takes a KEY")
    root = context.root()
    key = None if name is None else _key(name, deck)
    if key is not None and (value is not None or unset):
        target = _target(root, user=user)
        where = settings.shown(target, root)
        if deck and not user and not unset:
            _check_deck(context, deck)
        _write(target, where, key, deck, value)
        if not as_json:
            click.echo(f"{_label(key.name, deck)} is {'no longer' if unset else 'now'} in {where}")
            _say_other(root, where, key, deck)
            return
    resolved, faults = settings.holding(root)
    for sentence in settings.said(faults):
        say(sentence)
    if key is None:
        _show_all(resolved, as_json=as_json)
    elif as_json:
        echo_json(**_as_dict(key, *resolved.value(key.name, deck)))
    else:
        click.echo(_words(key, resolved.value(key.name, deck)[0]))


def _key(name: str, deck: str) -> Key:
    """Return a key that there is, and that a deck may have where one is named."""
    if name not in KEYS:
        raise SrsError(f"there is no setting {name}: {nearest(name, KEYS)}")
    if deck and not KEYS[name].per_deck:
        own = ", ".join(key.name for key in KEYS.values() if key.per_deck)
        raise SrsError(f"{name} is not a deck's own: a deck has {own}")
    return KEYS[name]


def _check_deck(context: Context, deck: str) -> None:
    """Refuse a deck that neither holds notes nor has decks below it that do."""
    from srs.store import notes

    study = context.study()
    with study.database.faults():
        names = dict.fromkeys(notes.decks(study.database.connection).values())
    if not any(within(name, deck) for name in names):
        hint = nearest(deck, names) if names else "this corpus has no notes yet"
        raise SrsError(f"there is no deck {deck}: {hint}")


def _target(root: Path, *, user: bool) -> Path:
    """Return the file to write."""
    if user:
        return settings.user_file()
    if not is_shipped(root):
        from srs.study.memory import read_corpus

        read_corpus(root)
    return settings.corpus_file(root)


def _write(target: Path, where: str, key: Key, deck: str, words: str | None) -> None:
    """Give a key of a file a value, or take it out; the rest of the file stays as it is."""
    from srs.store.database import make_folder
    from srs.store.files import replace_file

    text = _text(target, where)
    path = (DECKS, deck, key.name) if deck else (key.name,)
    table = load(text, where)
    if isinstance(table, Problem):
        raise SrsError(f"{table.where}: {table.message}: mend that first")
    if words is None:
        if not _holds(table, path):
            raise SrsError(f"{_label(key.name, deck)} is not set in {where}")
        changed = remove(text, path)
    else:
        value = from_words(key, words)
        if value is None:
            raise SrsError(f"{key.name} is {key.form.takes}, and not {words}")
        changed = assign(text, path, written(value))
    if changed is None:
        raise SrsError(f"{where} is written in a way that only you can change: edit it yourself")
    try:
        make_folder(target.parent)
        replace_file(target, changed.encode())
    except UnicodeEncodeError as error:
        raise SrsError("this holds bytes that are no text: write it in UTF-8") from error
    except OSError as error:
        raise SrsError(f"cannot write {where}: {error.strerror}; is it yours to write?") from error


def _text(target: Path, where: str) -> str:
    try:
        return target.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise SrsError(f"{where} is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise SrsError(f"cannot read {where}: {error.strerror}; make it readable") from error


def _holds(table: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if not isinstance(table, dict) or name not in table:
            return False
        table = table[name]
    return True


def _say_other(root: Path, where: str, key: Key, deck: str) -> None:
    """Say which other file decides on what was written."""
    resolved, faults = settings.holding(root)
    for sentence in settings.said(faults):
        say(sentence)
    origin = resolved.origins.get((deck, key.name))
    if origin is not None and origin.path != where:
        click.echo(f"srs: {_origin(origin)} says otherwise, and is what holds", err=True)


def _label(name: str, deck: str) -> str:
    return f"{name} of {deck}" if deck else name


def _words(key: Key, value: Any) -> str:
    """Return a value as it can be given again."""
    plain = key.form.write(value)
    return " ".join(map(str, plain)) if isinstance(plain, list) else str(plain)


def _origin(place: Place | None) -> str:
    return f"{place.path}:{place.line}" if place else BUILT_IN


def _as_dict(key: Key, value: Any, place: Place | None) -> dict[str, object]:
    plain = key.form.write(value)
    return {"name": key.name, "value": plain, "from": _origin(place), "meaning": key.meaning}


def _show_all(resolved: Resolved, *, as_json: bool) -> None:
    decks: dict[str, list[tuple[Key, Any, Place | None]]] = {}
    for name in ["", *(name for name, _ in resolved.settings.decks)]:
        keys = [key for key in KEYS.values() if not name or (name, key.name) in resolved.origins]
        decks[name] = [(key, *resolved.value(key.name, name)) for key in keys]
    general = decks.pop("")
    if as_json:
        own = [
            {"deck": name, "settings": [_as_dict(*row) for row in rows]}
            for name, rows in decks.items()
        ]
        echo_json(settings=[_as_dict(*row) for row in general], decks=own)
        return
    every = [row for rows in (general, *decks.values()) for row in rows]
    first = max(len(key.name) for key in KEYS.values())
    second = max(len(_short(key, value)) for key, value, _ in every)
    third = max(len(_origin(place)) for *_, place in every)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for title, rows in {"": general, **decks}.items():
        if title:
            click.echo(f"\n{title}")
        for key, value, place in rows:
            shown = f"{key.name:{first}}  {_short(key, value):{second}}  {_origin(place):{third}}"
            line = f"{shown}  {key.meaning}"
            click.echo(line if not width or len(line) <= width else f"{shown}\n  {key.meaning}")


def _short(key: Key, value: Any) -> str:
    """Return a value for the table, of a long list only the beginning."""
    plain = key.form.write(value)
    if isinstance(plain, list) and len(plain) > 4:
        return f"{plain[0]} {plain[1]} … ({len(plain)})"
    return _words(key, value) or "–"
