"""`srs init`."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click

from srs.cli.context import plural
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
"""

_FIRST_DECK = """\
---
deck: First deck
tags: [example]
---

# How a deck is written

Text under a `# ` heading introduces a section; it is printed on study sheets and is no card.

## What begins a card?
<!-- {#heading-begins-card} -->

A heading of level two. Its text is the question; what follows is the answer.

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
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
def command(folder: Path) -> None:
    """Make a folder a corpus by writing its srs.toml.

    Into an empty folder it also writes a small deck that shows the language.
    """
    if (folder / config_.FILE).exists():
        raise SrsError(f"{folder / config_.FILE} is there already: this is a corpus")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SrsError(f"cannot make the folder {folder}: {error.strerror}") from error
    found, _ = read.listing(folder, config_.Config())
    if found:
        count = _count_notes(folder, [file.path for file in found])
        click.echo(f"{plural(len(found), 'deck')} with {plural(count, 'note')} in {folder}.")
    name = json.dumps(folder.resolve().name or "cards", ensure_ascii=False)
    written = {config_.FILE: _CONFIG.format(name=name, key=secrets.token_hex(16))}
    if not found:
        written["first-deck.md"] = _FIRST_DECK
    for file, text in written.items():
        try:
            replace_file(folder / file, text.encode())
        except OSError as error:
            raise SrsError(f"cannot write {folder / file}: {error.strerror}") from error
        click.echo(f"wrote {folder / file}")
    where = "" if folder.resolve() == Path.cwd() else f"--decks {folder} "
    click.echo(f"Next: srs {where}check, then srs {where}review")


def _count_notes(root: Path, paths: list[str]) -> int:
    from srs.corpus.parse import parse

    count = 0
    for path in paths:
        text = read.read(root, path)
        deck = None if isinstance(text, Problem) else parse(text, path)[0]
        count += len(deck.notes) if deck else 0
    return count
