"""The Pythons that code is run with."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from srs.errors import SrsError

_PROBE = """
import json, os, platform, sys
folders = [(path, os.stat(path).st_mtime_ns) for path in sys.path if os.path.isdir(path)]
print(json.dumps([platform.python_implementation(), platform.python_version(), folders]))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can be started; `identity` changes with it and with what is installed in it."""

    path: Path
    name: str
    identity: str


def find(name: str) -> Interpreter:
    """Return the Python of a path, or of a command's name; raises `SrsError` if it is none."""
    path = shutil.which(name)
    if path is None:
        raise SrsError(f"there is no program {name}: name a Python by its path")
    try:
        done = subprocess.run(
            [path, "-I", "-c", _PROBE], capture_output=True, check=True, timeout=30
        )
        implementation, version, folders = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SrsError(f"{name} is no Python that runs: name another with --python") from error
    return Interpreter(
        Path(path),
        f"{implementation} {version}",
        json.dumps([path, implementation, version, folders]),
    )
