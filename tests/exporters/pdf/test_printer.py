"""What is asked of the printer is read back by qpdf, which finds no fault with the file either."""

import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
import typst

from exporters.pdf import printer

SOURCE = b"""
#set document(title: "Cards")
#set text(lang: "en")
#outline()
#for n in range(300) [
  = Heading #n
  A paragraph with `code` and #link("https://example.org")[a link].
]
"""


def drawn(standard: str | None) -> bytes:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    standards = [standard] if standard else []
    pdf = typst.Compiler(SOURCE).compile(
        format="pdf",
        timestamp=moment,
        pdf_standards=standards,  # type: ignore[arg-type]
    )
    assert isinstance(pdf, bytes)
    return pdf


TAGGED = drawn("ua-1")


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize(
    ("flip", "duplex"),
    [("long", "/DuplexFlipLongEdge"), ("short", "/DuplexFlipShortEdge"), ("", "/Simplex")],
)
@pytest.mark.parametrize("standard", ["ua-1", None])
def test_a_printer_is_asked_for_the_true_size_and_the_edge(
    standard: str | None, flip: str, duplex: str
) -> None:
    asked = opened(printer.ask(drawn(standard), flip))
    preferences = asked.Root.ViewerPreferences
    assert preferences.PrintScaling == "/None"
    assert preferences.Duplex == duplex
    assert preferences.get("/DisplayDocTitle", False) == (standard == "ua-1")


def test_all_else_is_as_it_was() -> None:
    asked = printer.ask(TAGGED, "long")
    before, after = opened(TAGGED), opened(asked)
    assert after.check_pdf_syntax() == []
    assert texts(asked) == texts(TAGGED)
    assert len(list(pypdfium2.PdfDocument(asked).get_toc())) == 300
    assert after.Root.MarkInfo.Marked
    assert after.trailer.Info.unparse(True) == before.trailer.Info.unparse(True)
    assert after.trailer.ID == before.trailer.ID
    assert len(before.objects) == before.trailer.Size - 1
    for number in set(range(1, before.trailer.Size)) - {before.Root.objgen[0]}:
        was, now = before.get_object(number, 0), after.get_object(number, 0)
        assert now.unparse(True) == was.unparse(True)
        if isinstance(was, pikepdf.Stream):
            assert now.read_raw_bytes() == was.read_raw_bytes()


def test_it_is_the_same_each_time() -> None:
    assert printer.ask(TAGGED, "long") == printer.ask(TAGGED, "long")
