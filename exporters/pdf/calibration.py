"""A sheet that tells over which edge a printer turns the paper, and how far its back is off."""

from __future__ import annotations

from exporters.pdf import printer
from exporters.pdf.typesetter import typesetter
from exporters.pdf.values import Look, Printed

SMALLEST_MM = (70.0, 100.0)


def calibration(look: Look, flip: str, offset: tuple[float, float]) -> Printed:
    """Draw a front with scales and a back with a mark; `flip` and `offset` are as for cards."""
    data = {
        "title": look.title, "flip": flip, "other": {"long": "short", "short": "long"}[flip],
        "offset": offset, "moved": f"{offset[0]:g},{offset[1]:g}" if any(offset) else "",
    }  # fmt: skip
    with typesetter(look, data) as setter:
        pdf, flaw = setter.compile("calibration.typ", data)
    return Printed(printer.ask(pdf, flip), flaw=flaw)
