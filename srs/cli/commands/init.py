"""`srs init`."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from pathlib import Path

import click

from srs.cli.context import Context, plural
from srs.corpus import config as config_
from srs.corpus import read
from srs.errors import Problem, SrsError
from srs.store.files import replace_file

_CONFIG = """\
# This folder is a corpus of flashcards: every Markdown file below it is a deck.
name = {name}
key = "{key}"  # makes the notes' identities; never change it

# include = ["decks/**/*.md"]  # only these files; by default all but README and its like
# exclude = ["drafts"]
# order = ["basics", "advanced.md"]  # folders and files in the order of study

# Metadata keys that can be searched (`level:hard`), with the values they may have.
# [metadata]
# level = ["easy", "hard"]
# source = []  # any value

# Warnings that are not wanted (`srs check` shows their names in brackets).
# [lints]
# duplicate-front = false
"""

_FIRST_DECK = """\
---
deck: First deck
tags: [example]
---

# How a deck is written

Text under a `# ` heading introduces a section; it is printed on study sheets and is no card.

## What begins a card?
<!-- {#heading-begins-card .reversed} -->

A heading of level two. Its text is the question; what follows is the answer. With `.reversed` there
is a second card that asks the other way round.

## What does this print?
<!-- {#break-divides .predict} -->

```python
print("front", "back", sep=" | ")
```

---

```output
front | back
```

A `---` after a blank line ends the front, so that a question can show code.

## Hiding words
<!-- {#cloze-hides} -->

A {{c1::cloze}} hides words; one with {{c2::another number::what differs?}} makes a second card.

## Which of these makes a question with options?
<!-- {#task-list-is-choice} -->

- [ ] a table
- [x] a task list
- [ ] a list of links

What stands below the list explains.
"""

SHIPPED = "python-interview"
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "coverage.csv")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option(
    "--from", "source", metavar="NAME", help=f"Copy a corpus that comes with srs: {SHIPPED}."
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(context: Context, folder: Path, source: str | None, dry_run: bool, yes: bool) -> None:
    """Make a folder a corpus by writing its srs.toml.

    Into an empty folder it also writes a small deck that shows the language. With --from it makes
    an own copy of a corpus that comes with srs, to which the progress in that is taken along.
    """
    if folder.exists() and not folder.is_dir():
        raise SrsError(f"{folder} is a file: name a folder")
    if (folder / config_.FILE).exists():
        raise SrsError(f"{folder / config_.FILE} is there already: this is a corpus")
    outer = read.find_root(folder.resolve().parent)
    if outer is not None:
        click.echo(
            f"srs: {folder} lies in the corpus {outer}, and will be one of its own", err=True
        )
    if source is None:
        _make(folder, dry_run=dry_run, ask=not yes and sys.stdin.isatty())
    else:
        _copy(context, folder, source, dry_run=dry_run)
    if not dry_run:
        where = "" if folder.resolve() == Path.cwd() else f"--decks {folder} "
        click.echo(f"Next: srs {where}check, then srs {where}review")


def _make(folder: Path, *, dry_run: bool, ask: bool) -> None:
    """Write the config, and into a folder without decks a first one."""
    found = read.listing(folder, config_.Config())[0] if folder.is_dir() else ()
    if found:
        count = _count_notes(folder, [file.path for file in found])
        click.echo(f"{plural(len(found), 'deck')} with {plural(count, 'note')} in {folder}.")
    name = json.dumps(folder.resolve().name or "cards", ensure_ascii=False)
    written = {config_.FILE: _CONFIG.format(name=name, key=secrets.token_hex(16))}
    if not found:
        written["first-deck.md"] = _FIRST_DECK
    if dry_run:
        for file in written:
            click.echo(f"would write {folder / file}")
        return
    if ask and found:
        click.confirm(f"Make {folder} a corpus?", default=True, abort=True, err=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SrsError(f"cannot make the folder {folder}: {error.strerror}") from error
    for file, text in written.items():
        try:
            replace_file(folder / file, text.encode())
        except OSError as error:
            raise SrsError(f"cannot write {folder / file}: {error.strerror}") from error
        click.echo(f"wrote {folder / file}")


def _copy(context: Context, folder: Path, source: str, *, dry_run: bool) -> None:
    """Copy the shipped corpus with its progress, all of it or nothing."""
    from srs.store.database import copy_database

    if source != SHIPPED:
        raise SrsError(f"no corpus {source} comes with srs: there is {SHIPPED}")
    if folder.is_dir() and any(folder.iterdir()):
        raise SrsError(f"{folder} is not empty: name a new folder")
    root = read.shipped_root()
    memory = context.database(root)
    if dry_run:
        also = f", with the progress in {memory}" if memory.exists() else ""
        click.echo(f"would copy {root} to {folder}{also}")
        return
    beside = folder.resolve().with_name(f".{folder.resolve().name}.part")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(root, beside, ignore=_NOT_COPIED, copy_function=shutil.copyfile)
        if memory.exists():
            copy_database(memory, beside / ".srs" / "srs.db")
        if folder.is_dir():
            folder.rmdir()
        beside.rename(folder.resolve())
    except OSError as error:
        raise SrsError(f"cannot write {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    progress = " with your progress" if memory.exists() else ""
    click.echo(f"{folder} is a copy of {SHIPPED}{progress}. To keep it in git: git init {folder}")


def _count_notes(root: Path, paths: list[str]) -> int:
    from srs.corpus.parse import parse

    count = 0
    for path in paths:
        text = read.read(root, path)
        deck = None if isinstance(text, Problem) else parse(text, path)[0]
        count += len(deck.notes) if deck else 0
    return count
