"""How long it takes to see what changed among 100,000 notes in 1,000 files.

Run with `python tests/bench/reconcile.py`. Each line has the seconds of a process that brings the
memory up to date, beside those of reading all files and hashing each of their lines in the same
run, and their ratio.
"""

import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOTES, FILES, ROUNDS = 100_000, 1_000, 3
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""With compiled modules, as an installed program has them."""
REFRESH = """
import datetime, pathlib, sys
from srs.study.memory import open_study
root = pathlib.Path(sys.argv[1])
open_study(root, root / ".srs" / "srs.db", datetime.datetime.now().astimezone()).close()
"""
WORDS = [f"word{n}" for n in range(20_000)]


def sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def corpus(folder: Path) -> None:
    """Write notes without ids, of some 300 characters each."""
    rng = random.Random(1)
    (folder / "srs.toml").write_text('name = "Bench"\nkey = "bench"\n', encoding="utf-8")
    for n in range(FILES):
        texts = [f"## {sentence(rng, 8)}?\n\n{sentence(rng, 30)}.\n" for _ in range(NOTES // FILES)]
        path = folder / f"part-{n // 100}" / f"deck-{n:04}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(texts), encoding="utf-8")
    age(folder)


def age(folder: Path) -> None:
    """Make all files old enough to be known by time and size."""
    for path in folder.rglob("*.md"):
        if path.stat().st_mtime > time.time() - 10:
            os.utime(path, (time.time() - 100, time.time() - 100))


def hash_lines(folder: Path) -> float:
    start = time.perf_counter()
    for path in sorted(folder.rglob("*.md")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            hashlib.sha256(line.encode()).hexdigest()
    return time.perf_counter() - start


def refresh(folder: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-c", REFRESH, str(folder)]
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - start


def edit(folder: Path, files: int, rng: random.Random) -> None:
    """Change a word of each side of three notes in some files."""
    for path in rng.sample(sorted(folder.rglob("*.md")), files):
        notes = path.read_text(encoding="utf-8").split("\n\n")
        for n in rng.sample(range(0, len(notes) - 1, 2), 3):
            notes[n] = notes[n].replace(" ", f" {sentence(rng, 1)} ", 2)
            notes[n + 1] = notes[n + 1].replace(" ", f" {sentence(rng, 1)} ", 1)
        path.write_text("\n\n".join(notes), encoding="utf-8")
    age(folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder)
        rng = random.Random(2)

        def changed(files: int) -> float:
            edit(folder, files, rng)
            return refresh(folder)

        first = refresh(folder)
        rows = [
            ("first time", first),
            ("nothing changed", statistics.median(refresh(folder) for _ in range(ROUNDS))),
            ("one file changed", statistics.median(changed(1) for _ in range(ROUNDS))),
            ("a hundred files changed", changed(100)),
        ]
        (folder / "part-0").rename(folder / "beginning")
        rows.append(("a folder of a hundred files renamed", refresh(folder)))
        baseline = statistics.median(hash_lines(folder) for _ in range(ROUNDS))
    print(f"reading all files and hashing their lines: {baseline:.2f} s")
    for what, seconds in rows:
        print(f"{what}: {seconds:.2f} s, ratio {seconds / baseline:.1f}")


if __name__ == "__main__":
    main()
