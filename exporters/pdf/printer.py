"""What a PDF asks of the printer's dialogue."""

from __future__ import annotations

import re

DUPLEX = {"long": b"/DuplexFlipLongEdge", "short": b"/DuplexFlipShortEdge", "": b"/Simplex"}

_ROOT = re.compile(rb"/Root (\d+) 0 R")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)


def ask(pdf: bytes, flip: str) -> bytes:
    """Ask for the page's true size, and both sides of the paper turned over an edge.

    `flip` is "long" or "short", or empty for one side. What is asked stands in the catalogue's
    ViewerPreferences (PDF 32000-1, table 150), which the typesetter always writes, added by an
    incremental update (7.5.6).
    """
    tail = pdf[-2048:]
    root, start, trailer = _ROOT.search(tail), _START.search(tail), _TRAILER.search(tail)
    assert root is not None  # the typesetter writes a plain trailer
    assert start is not None
    assert trailer is not None
    begin = pdf.rindex(b"\n%s 0 obj\n" % root[1]) + 1
    catalogue = pdf[begin : pdf.index(b"endobj", begin)]
    wish = b"/ViewerPreferences<</PrintScaling/None/Duplex" + DUPLEX[flip]
    catalogue = catalogue.replace(b"/ViewerPreferences<<", wish, 1)
    at = len(pdf) + 1
    table_at = at + len(catalogue) + len(b"endobj\n")
    return b"".join((
        pdf, b"\n", catalogue, b"endobj\n",
        b"xref\n%s 1\n%010d 00000 n\r\n" % (root[1], at),
        b"trailer\n<<", trailer[1], b"/Prev ", start[1], b">>\n",
        b"startxref\n%d\n%%%%EOF\n" % table_at,
    ))  # fmt: skip
