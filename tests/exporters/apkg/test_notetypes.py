import hashlib

from exporters.apkg import notetypes
from exporters.apkg.notetypes import notetype


def test_the_notetypes_are_frozen() -> None:
    """Readers' collections hold these ids: a change here splits their notetypes."""
    plain, cloze = notetype(cloze=False), notetype(cloze=True)
    assert (plain.model_id, plain.name) == (1795219200001, "srs")
    assert (cloze.model_id, cloze.name) == (1795219200002, "srs cloze")
    assert [(f["name"], f["id"] - 5_100_000_000_000_000) for f in plain.fields] == [
        ("Front", 1), ("Back", 2), ("Reverse", 3), ("Answer", 4), ("Options", 5), ("Section", 6),
        ("Source", 7), ("Id", 8), ("Spare1", 9), ("Spare2", 10), ("Spare3", 11), ("Spare4", 12),
    ]  # fmt: skip
    assert [(f["name"], f["id"] - 5_100_000_000_000_000) for f in cloze.fields] == [
        ("Text", 101), ("Extra", 102), ("Section", 103), ("Source", 104), ("Id", 105),
        ("Spare1", 106), ("Spare2", 107), ("Spare3", 108), ("Spare4", 109),
    ]  # fmt: skip
    assert [(t["name"], t["id"] - 5_200_000_000_000_000) for t in plain.templates] == [
        ("Card", 1), ("Reverse", 2)
    ]  # fmt: skip
    assert [(t["name"], t["id"] - 5_200_000_000_000_000) for t in cloze.templates] == [
        ("Cloze", 101)
    ]


def test_a_new_look_has_a_new_time() -> None:
    """Anki takes over changed templates and CSS only if the notetype's time is newer."""
    look = "\n".join(
        text
        for model in (notetype(cloze=False), notetype(cloze=True))
        for text in (model.css, *(t["qfmt"] + t["afmt"] for t in model.templates))
    )
    assert (hashlib.sha256(look.encode()).hexdigest()[:12], notetypes.CHANGED) == (
        "47b048b32048", 1_795_651_200
    )  # fmt: skip
