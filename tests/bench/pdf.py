"""How long paper takes, and how much memory, beside WeasyPrint that draws the same notes.

Run with `python tests/bench/pdf.py [NOTES…]`, by default 100, 1,000 and 10,000; the baseline needs
`pip install -e '.[bench]'` and Pango, and draws at most 1,000. Prints for each layout, as `srs export
pdf` writes it in a process of its own, with nothing in the cache and with all notes rendered before:
seconds, those of the processor, the peak memory of the largest process, the ratio of the processor's
seconds to WeasyPrint's, as other programs may take turns, and the megabytes and pages written.
WeasyPrint is timed alone, on HTML that is ready-made, as a table of questions and answers.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from exporters.apkg.content import content
from srs.corpus import render
from srs.corpus.parse import parse

ROOT = Path(__file__).parents[2]
A_DECK, A_SECTION = 100, 20
BASELINE = 1000

WORDS = [
    "the", "default", "value", "is", "made", "once", "when", "a", "function", "runs", "and", "then",
    "shared", "by", "every", "call", "while", "each", "frame", "looks", "names", "up", "in", "its",
    "own", "scope", "before", "it", "asks", "module", "or", "builtins",
]  # fmt: skip
RARE = ("café", "x → y", "n ≤ m", "naïve", "5 µs", "“quoted”", "中文", "🐍")
COMMON = 6
CODE = [
    "def {name}(items, key=None, *, limit={n}):",
    '    """Return what {name} finds."""',
    "    seen = {{}}",
    "    for index, item in enumerate(items):",
    "        value = key(item) if key is not None else item",
    "        if value in seen or index > limit:  # only once",
    "            continue",
    '        seen[value] = "item %d of {name}" % index',
    "    return sorted(seen.items(), key=lambda pair: -pair[1])",
]
FORMULAS = (
    r"\frac{n(n+1)}{2}", r"\sum_{i=1}^{n} i^2", r"O(n \log n)", r"\sqrt{a^2 + b^2}",
    r"P(A \mid B) = \frac{P(B \mid A) P(A)}{P(B)}", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
)  # fmt: skip


def sentence(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randrange(7, 22))
    words[0] = words[0].capitalize()
    words[rng.randrange(1, len(words))] = rng.choice(
        ("`None`", "**always**", "*not*", "`dict[str, int]`")
    )
    if rng.random() < 0.1:
        rare = RARE if rng.random() < 0.2 else RARE[:COMMON]
        words.append(rng.choice(rare))
    return " ".join(words) + "."


def prose(rng: random.Random, sentences: int = 2) -> str:
    return " ".join(sentence(rng) for _ in range(rng.randint(1, sentences)))


def code(rng: random.Random) -> str:
    lines = CODE[: rng.randint(3, len(CODE))]
    text = "\n".join(lines).format(name=rng.choice(WORDS), n=rng.randrange(100))
    return f"{prose(rng)}\n\n```python\n{text}\n```"


def table(rng: random.Random) -> str:
    cells = [
        [" ".join(rng.choices(WORDS, k=3)), f"`{n}`", "O(1)"] for n in range(rng.randint(2, 6))
    ]
    rows = [" | ".join(row) for row in [["operation", "code", "cost"], ["---"] * 3, *cells]]
    return f"{sentence(rng)}\n\n" + "\n".join(f"| {row} |" for row in rows)


def maths(rng: random.Random) -> str:
    formula = rng.choice(FORMULAS)
    return f"{sentence(rng)} It is $x_{{{rng.randrange(9)}}} < n^2$.\n\n$$\n{formula}\n$$\n\n{sentence(rng)}"


def bullets(rng: random.Random) -> str:
    return "\n".join(f"- {sentence(rng)}" for _ in range(rng.randint(2, 5)))


def quote(rng: random.Random) -> str:
    return f"> {prose(rng)}\n\n{sentence(rng)}"


def overlong(rng: random.Random) -> str:
    return "\n\n".join((code(rng), bullets(rng), prose(rng, 8), table(rng), code(rng), code(rng)))


KINDS: dict[Callable[[random.Random], str], int] = {
    code: 40, table: 9, maths: 9, bullets: 15, quote: 5, prose: 20, overlong: 2,
}  # fmt: skip
"""How many of a hundred answers are what."""


def deck(rng: random.Random, first: int, count: int) -> str:
    """Write a deck of numbered notes in sections."""
    parts = []
    for n in range(first, first + count):
        if n % A_SECTION == 0:
            parts.append(f"# Section {n // A_SECTION}\n\n{prose(rng, 3)}")
        (write,) = rng.choices(list(KINDS), list(KINDS.values()))
        asked = " ".join(rng.choices(WORDS, k=rng.randint(4, 12)))
        parts.append(f"## {n}: what does {asked}?\n<!-- {{#note-{n}}} -->\n\n{write(rng)}")
    return "\n\n".join(parts) + "\n"


def corpus(folder: Path, count: int) -> None:
    folder.mkdir()
    (folder / "srs.toml").write_text('name = "Bench"\nkey = "k"\n', encoding="utf-8")
    rng = random.Random(1)
    for first in range(0, count, A_DECK):
        path = folder / f"part-{first // A_DECK // 10}" / f"deck-{first // A_DECK:03}.md"
        path.parent.mkdir(exist_ok=True)
        text = deck(rng, first, min(A_DECK, count - first))
        path.write_text(text, encoding="utf-8")


def html(folder: Path) -> str:
    """Write the notes as a table of questions and answers, rendered as they are for Anki."""
    rows = []
    for path in sorted(folder.rglob("*.md")):
        parsed, _ = parse(path.read_text(encoding="utf-8"), path.name)
        assert parsed is not None
        made = (content(render.note(note), {}) for note in parsed.notes)
        rows += [f"<tr><td>{one.front}<td>{one.back}" for one in made]
    style = "<style>table {font-size: 9.5pt; width: 100%} pre {font-size: 80%} td {vertical-align: top}</style>"
    return f"{style}<table>{''.join(rows)}</table>"


def weasyprint(text: str, out: Path) -> None:
    from weasyprint import HTML

    HTML(string=text).write_pdf(out)


def export(folder: Path, out: Path, layout: str) -> None:
    command = [sys.executable, "-m", "srs", "--decks", str(folder), "export", "pdf"]
    subprocess.run(
        [*command, str(out), "--layout", layout], check=True, capture_output=True,
        env=os.environ | {"XDG_CACHE_HOME": str(out.parent / "cache"), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def processor() -> float:
    """Return the seconds of the processor so far, those of other processes too."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


class Measured(NamedTuple):
    seconds: float
    processor: float
    megabytes: float

    @property
    def said(self) -> str:
        return f"{self.seconds:.2f} s ({self.processor:.2f} s), {self.megabytes:.0f} MB"


def measured(*arguments: object) -> Measured:
    """Run a task of this file in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, *map(str, arguments)], check=True, capture_output=True,
        text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return Measured(*map(float, done.stdout.split()))


def task(name: str, folder: Path, out: Path) -> None:
    text = html(folder) if name == "weasyprint" else ""
    start, before = time.perf_counter(), processor()
    if text:
        weasyprint(text, out)
    else:
        export(folder, out, name)
    seconds, used = time.perf_counter() - start, processor() - before
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print(seconds, used, max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024)


def written(out: Path) -> str:
    """Describe what was written, in one volume or several."""
    files = [*chain([out] * out.exists(), out.parent.glob(f"{out.stem}-*.pdf"))]
    size = sum(file.stat().st_size for file in files) / 1e6
    pages = sum(len(pypdfium2.PdfDocument(file)) for file in files)
    return f"{size:.1f} MB, {pages:,} pages" + (f", {len(files)} files" if len(files) > 1 else "")


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder / "corpus", count)
        lock = [sys.executable, "-m", "srs", "--decks", str(folder / "corpus"), "lock"]
        subprocess.run(
            lock, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        print(f"{count:,} notes")
        baseline = None
        if count <= BASELINE and find_spec("weasyprint") is not None:
            out = folder / "weasyprint.pdf"
            baseline = measured("weasyprint", folder / "corpus", out)
            print(f"WeasyPrint alone: {baseline.said}, {written(out)}", flush=True)
        for layout in ("sheet", "cards"):
            own = folder / layout
            own.mkdir()
            for what in ("nothing in the cache", "nothing changed"):
                out = own / f"{layout}.pdf"
                made = measured(layout, folder / "corpus", out)
                ratio = f", {made.processor / baseline.processor:.2f} x" if baseline else ""
                print(f"{layout}, {what}: {made.said}{ratio}, {written(out)}", flush=True)


def main() -> None:
    if sys.argv[1:] and not sys.argv[1].isdigit():
        task(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
        return
    for count in map(int, sys.argv[1:] or ["100", "1000", "10000"]):
        measure(count)


if __name__ == "__main__":
    main()
