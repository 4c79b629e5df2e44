"""`srs add`."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import click

from srs.cli import settings
from srs.cli.context import Context, is_shipped
from srs.cli.editor import edit
from srs.corpus import read
from srs.errors import Problem, Severity, SrsError
from srs.model import Note

INBOX = "inbox.md"

_TEMPLATE = """\
## The question

The answer.
"""

_TEXT = re.compile(r"-(?!-?$)(?!-?[A-Za-z][\w-]*(?:=|$))")
_MARK = "\x1f"
_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


class _TextCommand(click.Command):
    """A command whose arguments are texts: what only begins like an option is none."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [_MARK + a if _TEXT.match(a) else a for a in args])


@click.command(cls=_TextCommand)
@click.argument("front", required=False)
@click.argument("back", required=False)
@click.option(
    "--deck",
    "deck",
    type=click.Path(readable=False, path_type=Path),
    metavar="FILE",
    help=f"The deck to write to; else {INBOX} in the corpus.",
)
@click.pass_obj
def command(context: Context, front: str | None, back: str | None, deck: Path | None) -> None:
    """Add a note to a deck: FRONT and BACK, or without them what you write in your editor."""
    if front is not None and back is None:
        raise click.UsageError("give a BACK too, or neither to write the note in your editor")
    root = context.root()
    name = _deck(root, deck)
    if front is not None and back is not None:
        front, back = front.removeprefix(_MARK), back.removeprefix(_MARK)
        added = _append(root, name, f"## {' '.join(front.split())}\n\n{back}\n", (front, back))
    else:
        added = _edited(root, name, settings.holding(root)[0].settings.editor)
    try:
        guids = _guids(context, name)
    except SrsError as error:
        places = ", ".join(f"{name}:{note.place.line}" for note in added)
        raise SrsError(f"the note is written ({places}), but {error}") from error
    for note in added:
        guid = guids.get(note.place.line, "")
        click.echo(f"{name}:{note.place.line}: {note.id or guid[:8] or 'draft'}")
    if not guids and not _is_listed(root, name):
        click.echo(f"srs: {name} is not studied: git ignores it", err=True)


def _deck(root: Path, deck: Path | None) -> str:
    """Return the path in the corpus of the deck to write to."""
    if deck is None and is_shipped(root):
        raise SrsError(
            "this corpus came with srs and is not yours to write in: "
            "`srs init DIR --from python-interview` makes your own copy of it"
        )
    config, _ = read.read_config(root)
    if not config.key:
        raise SrsError(f"{root} is no corpus yet: `srs init {root}` makes it one")
    top = os.path.realpath(root)
    path = Path(os.path.realpath(deck if deck is not None else root / INBOX))
    if not path.is_relative_to(top):
        raise SrsError(f"{path} lies outside the corpus {root}")
    inner = read.find_root(path.parent)
    if inner is not None and str(inner) != top:
        raise SrsError(f"{path} lies in another corpus: add to it with `srs --decks {inner} add`")
    name = path.relative_to(top).as_posix()
    if not (name.endswith(".md") and config.selects(name)):
        raise SrsError(f"{name} would be no deck of this corpus: name a Markdown file that is one")
    return name


def _guids(context: Context, name: str) -> dict[int, str]:
    """Return the guids of a deck's notes by their lines."""
    from srs.query import Path as InPath

    study = context.study()
    return {s.note.place.line: s.guid for s in study.notes(InPath(name), context.now())}


def _is_listed(root: Path, name: str) -> bool:
    config, _ = read.read_config(root)
    return any(file.path == name for file in read.listing(root, config)[0])


def _edited(root: Path, name: str, editor: str) -> tuple[Note, ...]:
    """Add what the user writes in an editor; whatever keeps it from the deck, it is not lost."""
    handle, draft = tempfile.mkstemp(prefix="srs-add-", suffix=".md")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_TEMPLATE)
    path = Path(draft)
    added: tuple[Note, ...] = ()
    try:
        edit(path, command=editor)
        if _is_written(path):
            text = path.read_text(encoding="utf-8-sig")
            added = _append(root, name, text.strip("\n") + "\n")
    except UnicodeDecodeError as error:
        raise SrsError("this text is not UTF-8: let your editor save it so") from error
    finally:
        if added or not _is_written(path):
            path.unlink(missing_ok=True)
        else:
            click.echo(f"srs: your text is in {draft}", err=True)
    if not added:
        raise SrsError("nothing was written, so nothing was added")
    return added


def _is_written(path: Path) -> bool:
    """Tell whether a draft holds more than it did at first."""
    return path.exists() and path.read_bytes().split() not in ([], _TEMPLATE.encode().split())


def _append(
    root: Path, name: str, text: str, meant: tuple[str, str] | None = None
) -> tuple[Note, ...]:
    """Add a text to a deck's end, if that gives it more notes and no more errors.

    Returns them. `meant` are the front and back that the one note must have when read.
    """
    from srs.corpus.parse import parse
    from srs.store.files import replace_file

    path = root / name
    before = ""
    newline = "\n"
    if os.path.exists(path):  # noqa: PTH110 - takes any name
        found = read.read(root, name)
        if isinstance(found, Problem):
            raise SrsError(f"{found.where}: {found.message}: {found.hint}")
        before = found
        newline = "\r\n" if "\r\n" in before else "\n"
    joined = before.rstrip("\r\n") + newline * 2 if before.strip() else ""
    after = joined + text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", newline)
    if _UNSPEAKABLE.search(text):
        raise SrsError("this text holds bytes that are no text: write it in UTF-8")
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
            "put `\\` before a brace or `#` that is text, "
            "or write the note in your editor, with `srs add` alone"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, after.encode())
    except OSError as error:
        raise SrsError(f"cannot write {path}: {error.strerror}") from error
    return added


def _said(note: Note) -> tuple[str, str]:
    """Return a note's heading and what stands below it."""
    return _words(note.heading), _words(f"{note.front}\n{note.back}")


def _words(text: str) -> str:
    return " ".join(text.split())
