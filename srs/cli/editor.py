"""The user's editor: found, told the line, and waited for."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath

from srs.errors import SrsError

_FOUND = ("sensible-editor", "editor", "vim", "nano", "vi", "notepad")
"""What is looked for where the user names no editor."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """How some editors are told the line, and which words make them wait until the file is closed.

    The first of these words is added unless one of them stands in the command.
    """

    editors: frozenset[str]
    place: tuple[str, ...]
    waits: tuple[str, ...] = ()


def _habit(editors: str, place: str, waits: str = "") -> _Habit:
    return _Habit(frozenset(editors.split()), tuple(place.split()), tuple(waits.split()))


_HABITS = (
    _habit(
        "vi vim nvim view elvis vile nano pico rnano micro emacs emacsclient xemacs mg jmacs jove "
        "zile kak joe jstar jpico rjoe ne mcedit ee sensible-editor pluma",
        "+{line} {file}",
    ),
    _habit("gvim mvim", "+{line} {file}", "-f --nofork"),
    _habit("busybox", "-c {line} {file}"),
    _habit("gedit xed", "+{line} {file}", "--wait -w --standalone -s"),
    _habit("hx helix", "{file}:{line}"),
    _habit(
        "code code-insiders code-oss codium vscodium cursor windsurf positron",
        "--goto {file}:{line}", "--wait -w",
    ),
    _habit("subl sublime_text zed zeditor zedit zed-editor", "{file}:{line}", "--wait -w"),
    _habit("kate", "--line {line} {file}", "--block -b"),
    _habit("kwrite", "--line {line} {file}"),
    _habit(
        "idea pycharm pycharm-community pycharm-professional charm clion dataspell goland phpstorm "
        "rider rubymine rustrover webstorm studio",
        "--line {line} {file}", "--wait",
    ),
    _habit("geany", "--line {line} {file}", "--new-instance -i"),
    _habit("mate", "--line {line} {file}", "--wait -w"),
    _habit("bbedit", "+{line} {file}", "--wait -w"),
    _habit("notepad++", "-n{line} {file}", "-multiInst"),
)  # fmt: skip

_VARIANT = re.compile(r"-?(?:[\d.]+|nox|p?gtk|lucid|x)$")


def edit(path: Path, line: int = 1, command: str = "") -> None:
    """Open a file in the user's editor at a line and wait until that ends.

    The editor is `command`, a setting of the user's, or else `$VISUAL`, `$EDITOR`, or one that is
    there. Raises `SrsError` where it cannot be started or says that it failed.
    """
    text, source = _chosen(command)
    words = _words(text, source)
    program = shutil.which(words[0])
    if program is None:
        raise SrsError(f"there is no editor {words[0]}: set {source} to one that works")
    try:
        process = subprocess.Popen([program, *_arguments(words, program, path, line)])
    except OSError as error:
        raise SrsError(
            f"cannot start {words[0]} ({error.strerror}): set {source} to one that works"
        ) from error
    if code := _waited(process):
        raise SrsError(f"{words[0]} ended with code {code}: set {source} to one that works")


def _chosen(command: str) -> tuple[str, str]:
    """Return the editor's command, and the name of what says so."""
    named = [(command, "your setting `editor`")]
    named += [(os.environ.get(name, ""), f"${name}") for name in ("VISUAL", "EDITOR")]
    for text, source in named:
        if text.strip():
            return text.strip(), source
    for name in _FOUND:
        if shutil.which(name):
            return name, "$EDITOR"
    raise SrsError("there is no editor: set $EDITOR to the one you use")


def _words(command: str, source: str, *, windows: bool = sys.platform == "win32") -> list[str]:
    """Split a command; one that is the path of a program may hold spaces without quotes."""
    if shutil.which(command):
        return [command]
    try:
        words = shlex.split(command, posix=not windows)
    except ValueError as error:
        raise SrsError(f"{source} is no command ({error}): set it to one that works") from error
    return [word.strip('"') for word in words] if windows else words


def _arguments(words: list[str], program: str, path: Path, line: int) -> list[str]:
    """Return what an editor is started with: its own options, waiting, and the place."""
    file = str(path.absolute())  # never taken for an option
    options = words[1:]
    habit = _known(words[0], os.path.realpath(program))
    if habit is None:
        return [*options, file]
    waits = [] if {*habit.waits} & {*options} else habit.waits[:1]
    return [*options, *waits, *(word.format(file=file, line=line) for word in habit.place)]


def _known(called: str, real: str) -> _Habit | None:
    """Return the habit of an editor by what it is called, or else by the file that this leads to.

    Names are known with a version or variant too: `vim.basic`, `emacs-29.1`, `Code.exe`.
    """
    names = [_name(called), _name(real)]
    if names[1] == "busybox":  # whose `vi` has options of its own
        names.reverse()
    for name in names:
        for stem in (name, name.partition(".")[0], _VARIANT.sub("", name)):
            for habit in _HABITS:
                if stem in habit.editors:
                    return habit
    return None


def _name(program: str) -> str:
    path = PureWindowsPath(program) if "\\" in program else PurePath(program)
    return re.sub(r"\.(?:exe|cmd|bat|com|sh)$", "", path.name.lower())


def _waited(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a program that the keyboard's interrupt is meant for, not for us."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
