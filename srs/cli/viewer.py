"""The images and sounds of a card, opened with what the system shows such files with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from srs.corpus.read import targets
from srs.corpus.tree import Blocks, Image, inside
from srs.errors import Place, Problem, SrsError

_OPENERS = (
    (("open",),) if sys.platform == "darwin" else (("xdg-open",), ("wslview",), ("gio", "open"))
)
_PATIENCE = 0.3
"""Seconds in which an opener that cannot do it mostly says so."""


def media(root: Path, where: Place, blocks: Blocks) -> tuple[Path, ...]:
    """Return the media files that some blocks of the note at `where` show, each once.

    They lie in the corpus. Raises `SrsError` where there are none.
    """
    sources = dict.fromkeys(node.source for node in inside(blocks) if isinstance(node, Image))
    if not sources:
        raise SrsError("there is no image or sound here to open")
    found = [targets.find_media(root, where, source) for source in sources]
    paths = tuple(dict.fromkeys(each.absolute() for each in found if isinstance(each, Path)))
    if not paths:
        problem = next(each for each in found if isinstance(each, Problem))
        raise SrsError(f"{problem.message}: {problem.hint}")
    return paths


def view(paths: Sequence[Path]) -> None:
    """Open files, each in the system's viewer, and do not wait until that is closed.

    Nothing is written to the terminal. Raises `SrsError` where there is no viewer.
    """
    for path in paths:
        if sys.platform == "win32":
            try:
                os.startfile(path)
            except OSError as error:
                raise SrsError(f"cannot open {path}: {error.strerror}; open it yourself") from error
        else:
            _start(path)


def _start(path: Path) -> None:
    opener = next((words for words in _OPENERS if shutil.which(words[0])), None)
    if opener is None:
        raise SrsError(f"there is no {_OPENERS[0][0]} to open files with: open {path} yourself")
    try:
        process = subprocess.Popen(
            [*opener, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a key that interrupts us is not meant for it
        )
        code = process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True).start()
        return
    except OSError as error:
        raise SrsError(
            f"cannot start {opener[0]} ({error.strerror}): open {path} yourself"
        ) from error
    if code:
        raise SrsError(f"{opener[0]} finds nothing to open {path} with: open it yourself")
