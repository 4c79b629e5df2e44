"""`srs init`."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import click

from srs.cli.context import Context, plural
from srs.cli.founding import absolute, check_new, config_text, founded, missing, taken_back
from srs.corpus import config as config_
from srs.corpus import read
from srs.errors import Problem, SrsError
from srs.store.files import replace_file

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
_FIRST = "first-deck.md"
_NOT_COPIED = re.compile(r"\.|__pycache__$|coverage\.csv$")
"""Names, from their beginning, of what a copy of the shipped corpus is without."""


@click.command()
@click.argument(
    "folder", type=click.Path(readable=False, path_type=Path), default=".", metavar="[DIR]"
)
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
    try:
        if not (folder.is_dir() or not folder.exists()):
            raise SrsError(f"{folder} is a file: name a folder")
        if (folder / config_.FILE).exists():
            raise SrsError(f"{folder / config_.FILE} is there already: this is a corpus")
        outer = read.find_root(absolute(folder).parent)
        if outer is not None:
            where = f"{folder} lies in the corpus {outer}"
            click.echo(f"srs: {where}, and would be one of its own, apart from that", err=True)
        if source is None:
            ask = not yes and sys.stdin.isatty()
            _make(folder, dry_run=dry_run, ask=ask, inside=outer is not None)
        else:
            copy(context, folder, source, dry_run=dry_run)
    except OSError as error:
        raise SrsError(f"cannot make {folder} a corpus: {error.strerror}") from error
    if not dry_run:
        here = absolute(folder) == Path.cwd()
        where = "" if here else f"--decks {shlex.quote(str(folder))} "
        click.echo(f"Next: srs {where}check, then srs {where}review")


def _make(folder: Path, *, dry_run: bool, ask: bool, inside: bool) -> None:
    """Write the config, and into a folder without decks a first one."""
    found = read.listing(folder, config_.Config())[0] if folder.is_dir() else ()
    if found:
        count = _count_notes(folder, [file.path for file in found])
        click.echo(f"{plural(len(found), 'deck')} with {plural(count, 'note')} in {folder}.")
    # The config comes last: whatever fails before it, the folder is no corpus.
    written = {} if found or (folder / _FIRST).exists() else {_FIRST: _FIRST_DECK}
    written[config_.FILE] = config_text(folder)
    if dry_run:
        for file in written:
            click.echo(f"would write {folder / file}")
        return
    if ask and (found or inside):
        click.confirm(f"Make {folder} a corpus?", default=True, abort=True, err=True)
    target = absolute(folder)
    with taken_back(missing(target)):
        target.mkdir(parents=True, exist_ok=True)
        for file, text in written.items():
            replace_file(target / file, text.encode())
            click.echo(f"wrote {folder / file}")


def copy(context: Context, folder: Path, source: str, *, dry_run: bool) -> None:
    """Copy the shipped corpus with its progress, all of it or nothing."""
    from srs.cli import settings
    from srs.store.database import copy_database, make_folder

    if source != SHIPPED:
        raise SrsError(f"no corpus {source} comes with srs: there is {SHIPPED}")
    check_new(folder)
    root = read.shipped_root()
    memory = context.database(root)
    chosen = settings.corpus_file(root)
    if dry_run:
        also = f", with the progress in {memory}" if memory.exists() else ""
        click.echo(f"would copy {root} to {folder}{also}")
        return
    with founded(folder) as beside:
        _copy_files(root, beside)
        if memory.exists():
            copy_database(memory, beside / ".srs" / "srs.db")
        if chosen.exists():
            make_folder(beside / ".srs")
            shutil.copyfile(chosen, beside / settings.FILE)
    progress = " with your progress" if memory.exists() else ""
    where = shlex.quote(str(folder))
    click.echo(f"{folder} is a copy of {SHIPPED}{progress}.")
    click.echo(f"To keep it in git: git init {where}")


def _copy_files(root: Path, target: Path) -> None:
    """Copy a folder's files but not their modes: the original may be there to read only."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not any(_NOT_COPIED.match(part) for part in parts):
            copied = target.joinpath(*parts)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)


def _count_notes(root: Path, paths: list[str]) -> int:
    from srs.corpus.parse import parse

    count = 0
    for path in paths:
        text = read.read(root, path)
        deck = None if isinstance(text, Problem) else parse(text, path)[0]
        count += len(deck.notes) if deck else 0
    return count
