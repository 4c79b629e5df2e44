import pytest

from exporters.apkg.release import Counts, notes


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(1, 1, 1, 0, 0), "1 note, 1 card: 1 new, 0 changed; 0 retired in all."),
        (Counts(94, 135, 2, 3, 1), "94 notes, 135 cards: 2 new, 3 changed; 1 retired in all."),
    ],
)
def test_readers_are_told_what_there_is(counts: Counts, expected: str) -> None:
    text = notes("Python interview", "python.apkg", counts)
    assert text.startswith("# Python interview\n\n")
    assert expected in text
    assert "Open `python.apkg` with Anki" in text
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("retired", "expected"),
    [
        (0, None),
        (1, "1 note in this package is no longer worth learning.\nTo delete it,"),
        (2, "2 notes in this package are no longer worth learning.\nTo delete them,"),
    ],
)
def test_retired_notes_are_found_by_their_tag(retired: int, expected: str | None) -> None:
    text = notes("T", "t.apkg", Counts(9, 9, 0, 0, retired))
    assert ("    tag:srs::retired\n" in text) == (expected is not None)
    assert expected is None or expected in text
