"""Where a person's own settings are: the user's file, and one for the corpus."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from srs.cli.context import is_shipped
from srs.corpus import read
from srs.errors import Problem

if TYPE_CHECKING:
    from srs.settings.layers import Layer, Resolved

FILE = read.SETTINGS_FILE


def user_folder() -> Path:
    """Return the user's folder for settings."""
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        # What platformdirs says too, which takes several milliseconds to load.
        base = os.environ.get("XDG_CONFIG_HOME", "")
        home = base if base.startswith("/") else os.path.expanduser("~/.config")  # noqa: PTH111 - fails for no home
        return Path(home, "srs")
    from platformdirs import user_config_path

    return user_config_path("srs", appauthor=False)


def user_file() -> Path:
    """Return the user's file, which is for all corpora."""
    return user_folder() / "config.toml"


def corpus_file(root: Path) -> Path:
    """Return the file of the user's settings for one corpus; the shipped one's is with the user."""
    return user_folder() / "python-interview.toml" if is_shipped(root) else root / FILE


def shown(path: Path, root: Path | None = None) -> str:
    """Return a file's name as it is said: from the corpus, or from the user's home."""
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    home = Path("~").expanduser()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def own(root: Path) -> tuple[tuple[Layer, ...], tuple[Problem, ...]]:
    """Read a person's own settings, the weaker file first, and what is wrong in them."""
    files = (user_file(), corpus_file(root))
    found = [read.read_settings(file, shown(file, root)) for file in files]
    return tuple(layer for layer, _ in found), tuple(p for _, faults in found for p in faults)


def holding(root: Path) -> tuple[Resolved, tuple[Problem, ...]]:
    """Return the settings that hold in a folder, a corpus or not, and what is wrong in them."""
    from srs.settings.layers import resolve

    config, problems = read.read_config(root)
    layers, faults = own(root)
    return resolve((config.personal, *layers)), (*problems, *faults)


def said(faults: Iterable[Problem]) -> Iterator[str]:
    """Yield sentences on what is wrong in the settings, which are then without it."""
    for fault in faults:
        hint = f": {fault.hint}" if fault.hint else ""
        yield f"{fault.where}: {fault.message}{hint}"
