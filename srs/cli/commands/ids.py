"""`srs ids`."""

from __future__ import annotations

import re
import unicodedata

import click

from srs.cli.context import Context, plural
from srs.corpus import read
from srs.corpus.parse import normalise, parse
from srs.corpus.tree import plain
from srs.errors import Problem, SrsError
from srs.model import Note
from srs.store.files import replace_file

MAX_SLUG = 40


@click.command()
@click.option("--write", is_flag=True, help="Write the ids into the decks.")
@click.pass_obj
def command(context: Context, write: bool) -> None:
    """Propose an id for every note that has none, made from its question.

    Only with --write are the decks changed. Progress stays with the notes either way. Rows of a
    table are left alone: their ids stand in a column `id`.
    """
    if write:
        context.study()  # who is who must be known before the texts change
    root = context.root()
    config, _ = read.read_config(root)
    texts: dict[str, str] = {}
    for file in read.listing(root, config)[0]:
        text = read.read(root, file.path)
        if not isinstance(text, Problem):
            texts[file.path] = text
    decks = {path: parse(text, path)[0] for path, text in texts.items()}
    taken = {note.id for deck in decks.values() if deck for note in deck.notes}
    count = rows = 0
    for path, deck in decks.items():
        nameless = [note for note in deck.notes if not note.id] if deck else []
        lines = normalise(texts[path]).split("\n")
        headed = [note for note in nameless if lines[note.place.line - 1].startswith("##")]
        rows += len(nameless) - len(headed)
        wanted = [(note, _slug(note, taken)) for note in headed]
        count += len(wanted)
        if write and wanted:
            _write(context, path, texts[path], wanted)
        else:
            for note, slug in wanted:
                click.echo(f"{note.place.path}:{note.place.line}: {slug}")
    if write:
        context.study()
        click.echo(f"{plural(count, 'id')} written.")
    elif not count:
        left = f", but for {plural(rows, 'row')} of a table" if rows else ""
        click.echo(f"Every note has an id{left}.")


def _slug(note: Note, taken: set[str]) -> str:
    """Make an id of a question that no other note has."""
    from srs.corpus.render import note as render

    front = render(note).front
    words = unicodedata.normalize("NFKD", plain(front[:1]) if front else note.heading)
    ascii_words = re.findall(r"[a-z0-9]+", words.encode("ascii", "ignore").decode().lower())
    slug = ""
    for word in ascii_words:
        if slug and len(slug) + 1 + len(word) > MAX_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word[:MAX_SLUG]
    slug = slug or "note"
    number = 1
    while (name := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    taken.add(name)
    return name


def _write(context: Context, path: str, text: str, wanted: list[tuple[Note, str]]) -> None:
    """Put ids into a deck, if that changes nothing else about its notes."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    for note, slug in reversed(wanted):
        number = note.place.line - 1
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if re.match(r" {0,3}<!--\s*\{", below):
            lines[number + 1] = below.replace("{", f"{{#{slug} ", 1)
        elif note.heading != lines[number][2:].strip() and lines[number].rstrip().endswith("}"):
            start = lines[number].rindex("{")
            lines[number] = f"{lines[number][:start]}{{#{slug} {lines[number][start + 1 :]}"
        else:
            lines.insert(number + 1, f"<!-- {{#{slug}}} -->")
    after = newline.join(lines)
    old, new = parse(text, path)[0], parse(after, path)[0]
    before = [(n.heading, n.front, n.back) for n in old.notes] if old else []
    if new is None or [(n.heading, n.front, n.back) for n in new.notes] != before:
        raise SrsError(f"{path}: ids cannot be written here: mend what `srs check` shows first")
    try:
        replace_file(context.root() / path, after.encode())
    except OSError as error:
        raise SrsError(f"cannot write {path}: {error.strerror}") from error
