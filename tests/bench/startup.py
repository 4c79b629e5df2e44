"""How long `srs due` takes on 1,000 notes, beside the imports it cannot do without.

Run with `python tests/bench/startup.py`. Prints the median of each and their ratio.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 25


def corpus(folder: Path, notes: int, decks: int) -> None:
    """Write a corpus of basic notes with ids."""
    (folder / "srs.toml").write_text('name = "Bench"\nkey = "bench"\n', encoding="utf-8")
    for deck in range(decks):
        texts = [
            f"## Question {deck}-{n}?\n<!-- {{#q-{deck}-{n}}} -->\n\nAnswer {n}, with `code` and **more**.\n"
            for n in range(notes // decks)
        ]
        (folder / f"deck-{deck:03}.md").write_text("\n".join(texts), encoding="utf-8")


def milliseconds(command: list[str]) -> float:
    """Return how long a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Measure in turns, so that both see the same machine."""
    with tempfile.TemporaryDirectory() as folder:
        corpus(Path(folder), 1000, 10)
        due = [sys.executable, "-m", "srs", "--decks", folder, "due"]
        baseline = [sys.executable, "-c", "import click, sqlite3"]
        subprocess.run(due, check=True, capture_output=True)
        time.sleep(2.1)  # files younger than 2 s are hashed again
        pairs = [(milliseconds(due), milliseconds(baseline)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(
        f"srs due {ours:.0f} ms, import click, sqlite3 {theirs:.0f} ms: ratio {ours / theirs:.2f}"
    )


if __name__ == "__main__":
    main()
