"""`srs add`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from srs.cli.context import Context
from srs.corpus import read
from srs.errors import Problem, Severity, SrsError
from srs.model import Note

INBOX = "inbox.md"

_TEMPLATE = """\
## The question

The answer.
"""


@click.command()
@click.argument("front", required=False)
@click.argument("back", required=False)
@click.option(
    "--deck",
    "deck",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The deck to write to; else {INBOX} in the corpus.",
)
@click.pass_obj
def command(context: Context, front: str | None, back: str | None, deck: Path | None) -> None:
    """Add a note to a deck: FRONT and BACK, or without them what you write in your editor."""
    if front is not None and back is None:
        raise click.UsageError("give a BACK too, or neither to write the note in your editor")
    root = context.root()
    config, _ = read.read_config(root)
    if not config.key:
        raise SrsError(f"{root} is no corpus yet: `srs init {root}` makes it one")
    path = (deck if deck is not None else root / INBOX).resolve()
    if not path.is_relative_to(root.resolve()):
        raise SrsError(f"{path} lies outside the corpus {root}")
    name = path.relative_to(root.resolve()).as_posix()
    if not (name.endswith(".md") and config.selects(name)):
        raise SrsError(f"{name} would be no deck of this corpus: name a Markdown file that is one")
    if front is not None and back is not None:
        added = _append(root, name, f"## {' '.join(front.split())}\n\n{back}\n", (front, back))
    else:
        added = _edited(root, name)
    study = context.study()
    found = study.notes(study.query(f'"{name}"'), context.now())
    for stored in found[-added:] if added else ():
        click.echo(f"{name}:{stored.note.place.line}: {stored.note.id or stored.guid[:8]}")


def _edited(root: Path, name: str) -> int:
    """Add what the user writes in an editor; a text that is refused is kept."""
    try:
        text = click.edit(_TEMPLATE, extension=".md")
    except click.ClickException as error:
        raise SrsError(f"{error.message}: set $EDITOR to one that is there") from error
    if text is None or not text.strip() or text == _TEMPLATE:
        raise SrsError("nothing was written, so nothing was added")
    try:
        return _append(root, name, text.strip("\n") + "\n")
    except SrsError as error:
        kept = _keep(text)
        raise SrsError(f"{error}; your text is in {kept}") from error


def _keep(text: str) -> str:
    import tempfile

    handle, path = tempfile.mkstemp(prefix="srs-add-", suffix=".md")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _append(root: Path, name: str, text: str, meant: tuple[str, str] | None = None) -> int:
    """Add a text to a deck's end, if that gives it more notes and no more errors.

    Returns how many. `meant` are the front and back that the one note must have when read.
    """
    from srs.corpus.parse import parse
    from srs.store.files import replace_file

    path = root / name
    before = ""
    newline = "\n"
    if path.exists():
        found = read.read(root, name)
        if isinstance(found, Problem):
            raise SrsError(f"{found.where}: {found.message}: {found.hint}")
        before = found
        newline = "\r\n" if "\r\n" in before else "\n"
    joined = before.rstrip("\r\n") + newline * 2 if before.strip() else ""
    after = joined + text.replace("\n", newline)
    (old, old_problems), (new, problems) = parse(before, name), parse(after, name)
    if old is None or new is None:
        raise SrsError(f"{name} says `deck: false`: name another deck")
    added = new.notes[len(old.notes) :]
    worse = [p for p in problems if p.severity is Severity.ERROR and p not in old_problems]
    if worse:
        raise SrsError(f"{worse[0].message}: {worse[0].hint}")
    if not added or new.notes[: len(old.notes)] != old.notes:
        raise SrsError("this text holds no note: begin it with `## ` and the question")
    if meant is not None and [_said(note) for note in added] != [tuple(map(_words, meant))]:
        raise SrsError(
            "this would be read as something else: as attributes, a break or another note; "
            "write it in your editor, with `srs add` alone"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, after.encode())
    except OSError as error:
        raise SrsError(f"cannot write {path}: {error.strerror}") from error
    return len(added)


def _said(note: Note) -> tuple[str, str]:
    """Return a note's heading and what stands below it."""
    return _words(note.heading), _words(f"{note.front}\n{note.back}")


def _words(text: str) -> str:
    return " ".join(text.split())
