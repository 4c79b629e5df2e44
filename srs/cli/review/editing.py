"""Edit a note in the middle of a review, and go on with the text that came of it."""

from __future__ import annotations

from pathlib import Path

import click

from srs.cli import settings
from srs.cli.context import Context
from srs.cli.editor import edit as open_editor
from srs.cli.review.keys import Keyboard
from srs.errors import Severity
from srs.store.notes import StoredNote
from srs.study.memory import Study, open_study
from srs.study.refresh import refresh


def edit(study: Study, stored: StoredNote, context: Context, keyboard: Keyboard) -> list[str]:
    """Open a note at its line, then read what changed; return what is wrong with its file now.

    Raises `SrsError` where there is no editor, or where most of the corpus would be gone.
    """
    place = stored.note.place
    with keyboard.aside():
        open_editor(study.root / place.path, place.line, study.settings.editor)
    study.refreshed = refresh(
        study.root,
        study.config,
        study.database,
        context.now(),
        locked=context.locked,
        opened=stored.guid,
    )
    return [
        f"{problem.where}: {problem.message}: {problem.hint}"
        for problem in study.refreshed.problems
        if problem.severity is Severity.ERROR and problem.where.path == place.path
    ]


def copied(context: Context, folder: Path) -> Study:
    """Make an own copy of the shipped corpus and open that."""
    from srs.cli.commands.init import SHIPPED, copy

    copy(context, folder, SHIPPED, dry_run=False)
    root = folder.absolute()
    own, _ = settings.own(root)
    study = open_study(root, root / ".srs" / "srs.db", context.now(), own, locked=context.locked)
    click.get_current_context().call_on_close(study.close)
    return study
