"""Picture pages of the shipped corpus, as paper shows them, into PNG files beside this file.

Run with `python .github/picture_paper.py` from a checkout.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import ImageOps

HERE = Path(__file__).parent
DECKS = HERE.parent / "decks" / "python-interview"
PAGES = {"sheet": 7, "cards": 8}
"""Which page of a layout is shown, from 0."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for layout, number in PAGES.items():
            pdf = Path(folder) / f"{layout}.pdf"
            options = ["--decks", str(DECKS), "--db", str(Path(folder) / "srs.db")]
            export = ["export", "pdf", str(pdf), "--layout", layout, "--paper", "a4"]
            subprocess.run([sys.executable, "-m", "srs", *options, *export], check=True)
            with pypdfium2.PdfDocument(pdf) as document:
                picture = document[number].render(scale=1.0).to_pil().convert("RGB")
                framed = ImageOps.expand(picture, 1, "#cccccc")
                framed.quantize(256, kmeans=2).save(HERE / f"paper-{layout}.png", optimize=True)


if __name__ == "__main__":
    main()
