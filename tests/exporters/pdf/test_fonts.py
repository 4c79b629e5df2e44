"""Which fonts a document uses, and what becomes of characters that none has."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
import typst

from exporters import pdf
from exporters.pdf import fonts
from exporters.pdf.fonts import REPLACEMENT

EMBEDDED = ("LibertinusSerif", "NewCM", "DejaVuSansMono")
USUAL = "Naïve café → ≤ “q” $x^2 ∈ ℝ$ ☐ ☑"
MONO_ONLY = "▓"  # of the embedded fonts, none but the monospaced has this
EVERYWHERE = "{0} **{0}** *{0}* ***{0}*** `{0}` <kbd>{0}</kbd> ~~{0}~~\n\n```python\n{0}  # {0}\n```\n\n| {0} |\n|---|\n| {0} |"
UNKNOWN = "\U0001f40d"  # a snake
OF_ANOTHER = "\u2d30"  # a letter of the Berbers, which DejaVu Sans has

Draw = Callable[[str], pdf.Printed]


def used(data: bytes) -> set[str]:
    """Return the names of the fonts of a PDF."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        fonts = [
            o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o
        ]
        return {str(font.BaseFont).partition("+")[2] for font in fonts}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[typst.Fonts], None]:
    """Put other fonts in the place of this machine's."""
    embedded = typst.Fonts(include_system_fonts=False)

    def machine(system: typst.Fonts) -> None:
        monkeypatch.setattr(fonts, "known", lambda wanted: system if wanted else embedded)

    return machine


@pytest.fixture(params=["sheet", "cards", "quiz"])
def draw(request: pytest.FixtureRequest, given: Any) -> Draw:
    draws = {
        "sheet": lambda text: pdf.sheet(given.decks([("Question", text)]), given.look()),
        "cards": lambda text: given.draw([given.card("c", "Question", text)]),
        "quiz": lambda text: pdf.quiz([given.note("n", "Question", text)], given.look()),
    }
    return draws[request.param]


def test_usual_text_needs_no_font_of_the_machine(
    draw: Draw, machine: Callable[[object], None]
) -> None:
    machine("never looked at")
    made = draw(EVERYWHERE.format(USUAL))
    assert (made.missing, made.flaw) == ((), "")
    assert used(made.data)
    assert all(name.startswith(EMBEDDED) for name in used(made.data))


@pytest.mark.parametrize("sign", [MONO_ONLY, "ש", "é\u0301", "a\u00adb", "c\ufe0f", "d\u200de"])
def test_what_a_font_has_is_drawn_in_every_style(
    draw: Draw, machine: Callable[[object], None], sign: str
) -> None:
    machine(typst.Fonts(include_system_fonts=False))
    made = draw(EVERYWHERE.format(sign))
    assert (made.missing, made.flaw) == ((), "")


@pytest.mark.parametrize("sign", [UNKNOWN, "中", "\U0001f44d"])
def test_what_no_font_has_is_named_and_has_a_sign_in_its_place(
    draw: Draw, machine: Callable[[object], None], given: Any, sign: str
) -> None:
    machine(typst.Fonts(include_system_fonts=False))
    made = draw(EVERYWHERE.format(f"a{sign}b"))
    assert (made.missing, made.flaw) == ((sign,), "")
    text = "".join(given.texts(made.data))
    assert text.count(f"a{REPLACEMENT}b") >= 9
    assert sign not in text


def test_a_font_of_the_machine_is_used_for_what_it_alone_has(draw: Draw, given: Any) -> None:
    if "DejaVu Sans" not in typst.Fonts().families():
        pytest.skip("no font here that is known to have more characters")
    made = draw(f"Text, {OF_ANOTHER}, `code`, *text* and {UNKNOWN}")
    assert UNKNOWN in made.missing or "Emoji" in str(used(made.data))
    assert OF_ANOTHER not in made.missing
    assert made.flaw == ""
    others = {name for name in used(made.data) if not name.startswith(EMBEDDED)}
    assert others
    assert used(draw("Text, `code`, *text*").data) <= used(made.data) - others
    assert OF_ANOTHER in "".join(given.texts(made.data))


def test_a_font_of_the_machine_takes_no_embedded_one_s_place() -> None:
    own, all_ = typst.Fonts(include_system_fonts=False).fonts(), fonts.known(True).fonts()
    assert [(f.family, f.path) for f in all_[: len(own)]] == [(f.family, None) for f in own]
    system = {font.path for font in typst.Fonts(include_embedded_fonts=False).fonts()}
    assert system <= {font.path for font in all_[len(own) :]}


SCRIPT = """
import sys
from datetime import date
from exporters import pdf
from srs.corpus.parse import parse
from srs.corpus.render import note
from srs.paper import parse as paper
deck, _ = parse("## Q\\n\\nAn → *answer*, `code` 中 \\U0001f40d \\U0001f44d \\u0378\\n", "x.md")
back = note(deck.notes[0]).back
look = pdf.Look("T", "s", date(2026, 11, 21), paper("a4"))
printed = pdf.PrintedNote("n", back, back, (), {})
decks = [pdf.PrintedDeck("D", (pdf.PrintedSection("S", back, (printed,), {}),))]
card = pdf.PrintedCard("c", "D", back, back, {})
for made in (pdf.sheet(decks, look), pdf.quiz([printed], look), pdf.cards([card], look, pdf.Cutting((2, 4)))):
    sys.stdout.buffer.write(made.data)
"""


def test_every_run_gives_the_same_bytes() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], check=True, capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1]
    assert runs[0].count(b"%PDF-") == 3
