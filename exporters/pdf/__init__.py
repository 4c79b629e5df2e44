"""Paper: study sheets, cards to cut out and quizzes, drawn by typst from JSON data.

Card text reaches the typesetter as data that fixed templates draw, never as source; it sees no
file but those given here.
"""

from exporters.pdf.calibration import SMALLEST_MM as CALIBRATION_MM
from exporters.pdf.calibration import calibration
from exporters.pdf.cards import FLIPS, SIDES, Cutting, cards, usual_grid
from exporters.pdf.quiz import quiz
from exporters.pdf.sheet import SMALLEST_MM as PAGE_MM
from exporters.pdf.sheet import sheet
from exporters.pdf.typesetter import is_drawable
from exporters.pdf.values import (
    THEMES,
    Look,
    Printed,
    PrintedCard,
    PrintedDeck,
    PrintedNote,
    PrintedSection,
)

__all__ = [
    "CALIBRATION_MM",
    "FLIPS",
    "PAGE_MM",
    "SIDES",
    "THEMES",
    "Cutting",
    "Look",
    "Printed",
    "PrintedCard",
    "PrintedDeck",
    "PrintedNote",
    "PrintedSection",
    "calibration",
    "cards",
    "is_drawable",
    "quiz",
    "sheet",
    "usual_grid",
]
