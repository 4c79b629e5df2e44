"""The two notetypes, frozen: readers' collections hold their names, ids, fields and templates."""

from __future__ import annotations

from importlib.resources import files

import genanki

CHANGED = 1_795_651_200
"""Epoch seconds at which templates or CSS last changed: raise it whenever they do."""

SRS_ID = 1_795_219_200_001
CLOZE_ID = 1_795_219_200_002
_FIELD_ID = 5_100_000_000_000_000
_TEMPLATE_ID = 5_200_000_000_000_000

FIELDS = (
    "Front", "Back", "Reverse", "Answer", "Options", "Section", "Source", "Id",
    "Spare1", "Spare2", "Spare3", "Spare4",
)  # fmt: skip
CLOZE_FIELDS = (
    "Text", "Extra", "Section", "Source", "Id", "Spare1", "Spare2", "Spare3", "Spare4",
)  # fmt: skip

_FOOT = (
    "<footer>{{#Section}}{{Section}} · {{/Section}}{{Id}}"
    "{{#Source}}<br>{{Source}}{{/Source}}</footer>"
)
_FRONT = '<div class="srs">{{Front}}{{Options}}</div>{{#Answer}}{{type:Answer}}{{/Answer}}'
_BACK = (
    '<div class="srs">{{Front}}</div>{{#Answer}}{{type:Answer}}{{/Answer}}<hr id="answer">'
    f'<div class="srs">{{{{Back}}}}{_FOOT}</div>'
)
_REVERSE_FRONT = '{{#Reverse}}<div class="srs">{{Back}}</div>{{/Reverse}}'
_REVERSE_BACK = (
    '<div class="srs">{{Back}}</div><hr id="answer">'
    f'<div class="srs">{{{{Front}}}}{_FOOT}</div>'
)
_CLOZE_FRONT = '<div class="srs">{{cloze:Text}}</div>'
_CLOZE_BACK = (
    '<div class="srs">{{cloze:Text}}</div>{{#Extra}}<hr id="answer">{{/Extra}}'
    f'<div class="srs">{{{{Extra}}}}{_FOOT}</div>'
)


def notetype(*, cloze: bool) -> genanki.Model:
    """Return a notetype. Its ids, and those of its fields and templates, never change."""
    base = CLOZE_ID if cloze else SRS_ID
    names = CLOZE_FIELDS if cloze else FIELDS
    templates = (
        [("Cloze", _CLOZE_FRONT, _CLOZE_BACK)]
        if cloze
        else [("Card", _FRONT, _BACK), ("Reverse", _REVERSE_FRONT, _REVERSE_BACK)]
    )
    offset = 100 if cloze else 0
    return genanki.Model(
        base,
        "srs cloze" if cloze else "srs",
        fields=[
            {"name": name, "id": _FIELD_ID + offset + n} for n, name in enumerate(names, start=1)
        ],
        templates=[
            {"name": name, "id": _TEMPLATE_ID + offset + n, "qfmt": front, "afmt": back}
            for n, (name, front, back) in enumerate(templates, start=1)
        ],
        css=css(),
        model_type=genanki.Model.CLOZE if cloze else genanki.Model.FRONT_BACK,
    )


def css() -> str:
    """Return the look of both notetypes."""
    return (files("exporters") / "anki" / "card.css").read_text(encoding="utf-8")
