"""A corpus as git has it at a revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

from srs.corpus import config
from srs.corpus.config import Config
from srs.errors import SrsError


def files(root: Path, revision: str) -> dict[str, str]:
    """Return the decks of a corpus at a revision, its config and its lock, by path.

    Which files are decks is what `srs.toml` said then. Raises `SrsError` where git does not know
    the revision, or the folder is in no repository.
    """
    commit = f"{revision}^{{commit}}"
    _git(root, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    listed = _git(root, revision, "ls-tree", "-r", "-z", commit).decode("utf-8", "surrogateescape")
    hashes: dict[str, str] = {}
    for line in filter(None, listed.split("\x00")):
        facts, _, path = line.partition("\t")
        mode, kind, hash = facts.split(" ")
        if kind == "blob" and mode != "120000":  # a symbolic link
            hashes[path] = hash
    if config.FILE not in hashes:
        raise SrsError(f"{root} was no corpus at {revision}: it had no {config.FILE}")
    (text,) = _texts(root, revision, [hashes[config.FILE]])
    then, _ = config.parse(text)
    paths = [path for path in hashes if path == config.LOCK_FILE or _is_deck(path, then, hashes)]
    texts = _texts(root, revision, [hashes[path] for path in paths])
    return {config.FILE: text, **dict(zip(paths, texts, strict=True))}


def lock_text(root: Path, revision: str) -> str:
    """Return a corpus' lock at a revision, empty where it had none."""
    commit = f"{revision}^{{commit}}"
    _git(root, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    listed = _git(root, revision, "ls-tree", "-z", commit, "--", config.LOCK_FILE)
    if not listed:
        return ""
    (text,) = _texts(root, revision, [listed.split(b"\t")[0].split(b" ")[2].decode()])
    return text


def _is_deck(path: str, then: Config, hashes: dict[str, str]) -> bool:
    folders = path.split("/")[:-1]
    nested = any(
        f"{'/'.join(folders[: n + 1])}/{config.FILE}" in hashes for n in range(len(folders))
    )
    hidden = any(part.startswith(".") for part in path.split("/"))
    return path.endswith(".md") and then.selects(path) and not nested and not hidden


def _texts(root: Path, revision: str, hashes: list[str]) -> list[str]:
    """Return the contents of some files; what is not UTF-8 becomes replacement characters."""
    out = _git(root, revision, "cat-file", "--batch", given="".join(f"{h}\n" for h in hashes))
    texts: list[str] = []
    position = 0
    for _ in hashes:
        start = out.index(b"\n", position) + 1
        size = int(out[position:start].split()[-1])
        texts.append(out[start : start + size].decode("utf-8", "replace"))
        position = start + size + 1
    return texts


def _git(root: Path, revision: str, *command: str, given: str = "") -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *command],
            input=given.encode(),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise SrsError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = f" ({said[0]})" if said else ""
        raise SrsError(f"git knows no revision {revision} of {root}{reason}")
    return done.stdout
