import time

import pytest

from srs.importers import templates
from srs.importers.templates import MAX_LENGTH, render, typed

FIELDS = {"F": "<b>f</b>", "E": "<br> ", "日": "漢字[かんじ]", "C": "{{c1::x}}"}
CASES = [
    ("{{F}} {{ F }} {{unknown}}", "<b>f</b> <b>f</b> "),
    ("{{#F}}yes{{/F}}{{^F}}no{{/F}}{{#E}}yes{{/E}}{{^E}}no{{/E}}", "yesno"),
    ("{{#F}}a{{#E}}b{{/E}}{{^E}}c{{/E}}{{/F}}", "ac"),
    ("{{#E}}a{{^E}}b{{/E}}{{/E}}", ""),
    ("{{FrontSide}}|{{text:F}}", "FRONT|f"),
    ("{{hint:F}}", "<details><summary>F</summary><b>f</b></details>"),
    ("{{hint:E}}{{type:F}}{{tts en_US voices=x:F}}", ""),
    ("{{furigana:日}} {{kana:日}} {{kanji:日}}", "漢字 (かんじ) かんじ 漢字"),
    ("{{cloze:C}} {{edit:F}}", "{{c1::x}} <b>f</b>"),
    ("<!-- {{F}} -->x", "x"),
    ("{{/F}}{{#F", "{{#F"),
]


@pytest.mark.parametrize(("template", "made"), CASES)
def test_a_template_is_filled_in(template: str, made: str) -> None:
    assert render(template, FIELDS, "FRONT") == made


def test_a_fields_own_braces_are_text() -> None:
    assert render("{{F}}", {"F": "{{E}}", "E": "x"}) == "{{E}}"


def test_what_is_to_be_typed() -> None:
    assert typed("{{F}} {{type:F}}", FIELDS) == "<b>f</b>"
    assert typed("{{type:cloze:C}}", FIELDS) is None
    assert typed("{{type:E}} {{F}}", FIELDS) is None


def test_a_template_makes_so_much_and_no_more() -> None:
    assert len(render("{{F}}" * 100_000, {"F": "x" * 10_000})) == MAX_LENGTH
    assert render("{{#F}}" * 40_000 + "x", FIELDS) == "x"
    assert templates.is_blank("<br><div> </div>\n")


@pytest.mark.parametrize(
    "part", ["<!--", "<", "{{", "{{F", "{{#F}}", "{{cloze:", "<hr id", "a", "a[", "{{text:B}}"]
)
def test_nothing_takes_long(part: str) -> None:
    started = time.process_time()
    long = part * (150_000 // len(part))
    render(long, FIELDS | {"B": "<!--" * 20})
    for name in ("text", "furigana", "kana", "hint"):
        render(f"{{{{{name}:F}}}}", {"F": long})
    assert time.process_time() - started < 10
