"""What is too much for one file becomes several, each note in one of them."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result

from srs.cli import layouts
from srs.cli.printing import volumes
from srs.corpus.parse import parse
from srs.store.notes import StoredNote

Run = Callable[..., Result]


def deck(name: str, sections: Sequence[int]) -> str:
    """Write sections of so many tiny notes."""
    notes = [
        f"# {name} {n}\n\n" + "".join(f"## {name}-{n}-{m}?\n\nx\n\n" for m in range(count))
        for n, count in enumerate(sections)
    ]
    return "".join(notes)


def found(**decks: Sequence[int]) -> list[StoredNote]:
    stored = []
    for name, sections in decks.items():
        parsed, _ = parse(deck(name, sections), f"{name}.md")
        assert parsed is not None
        stored += [StoredNote(f"{name}{n}", note) for n, note in enumerate(parsed.notes)]
    return stored


@pytest.mark.parametrize(
    ("decks", "lengths"),
    [
        ({"a": [20]}, [20]),
        ({"a": [21]}, [20, 1]),
        ({"a": [17], "b": [9]}, [17, 9]),
        ({"a": [16], "b": [2], "c": [3]}, [18, 3]),
        ({"a": [14], "b": [9]}, [20, 3]),
        ({"a": [16, 9]}, [16, 9]),
        ({"a": [16, 3, 9]}, [19, 9]),
        ({"a": [16], "b": [3, 9]}, [16, 12]),
        ({"a": [45]}, [20, 20, 5]),
        ({"a": [20], "b": [20]}, [20, 20]),
        ({}, []),
    ],
)
def test_a_volume_ends_with_a_deck_or_else_a_section(
    decks: dict[str, list[int]], lengths: list[int]
) -> None:
    notes = found(**decks)
    parts = volumes(notes, 20)
    assert [len(part) for part in parts] == lengths
    assert [note for part in parts for note in part] == notes


def test_cards_are_counted_not_notes() -> None:
    notes = found(a=[6])
    guids = [note.guid for note in notes]
    sizes = dict(zip(guids, (5, 5, 5, 12, 1), strict=False))
    assert [len(part) for part in volumes(notes, 10, sizes)] == [2, 1, 1, 2]


def pages(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        return [page.get_textpage().get_text_range() for page in document]


@pytest.fixture
def many(corpus: Path) -> Path:
    (corpus / "deck.md").unlink()
    return corpus


@pytest.mark.parametrize(
    ("layout", "unit", "lengths"),
    [("sheet", "note", (16, 9)), ("cards", "card", (16, 9)), ("quiz", "question", (20, 5))],
)
def test_each_volume_is_a_file(
    run: Run, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str, unit: str,
    lengths: tuple[int, int],
) -> None:  # fmt: skip
    monkeypatch.setattr(layouts, "MOST", 20)
    (many / "a.md").write_text(deck("a", [16]), encoding="utf-8")
    (many / "b.md").write_text(deck("b", [9]), encoding="utf-8")
    result = run("--decks", many, "export", "pdf", tmp_path / "out.pdf", "--layout", layout)
    files = [tmp_path / f"out-{n}.pdf" for n in (1, 2)]
    assert result.exit_code == 0
    for file, length in zip(files, lengths, strict=True):
        assert f"{file}: {length} {unit}s on " in result.stdout
    assert sorted(tmp_path.glob("*.pdf")) == files
    asked = [re.findall(r"\b[ab]-\d-\d+\b", "\n".join(pages(file))) for file in files]
    assert [len(names) for names in asked] == [*lengths]
    assert len({name for names in asked for name in names}) == 25


def test_a_few_notes_more_than_1600_become_two_files(run: Run, many: Path, tmp_path: Path) -> None:
    for name, count in (("a", 900), ("b", 500), ("c", 201)):
        (many / f"{name}.md").write_text(deck(name, [count]), encoding="utf-8")
    result = run("--decks", many, "export", "pdf", tmp_path / "out.pdf")
    assert f"{tmp_path / 'out-1.pdf'}: 1400 notes on " in result.stdout
    assert f"{tmp_path / 'out-2.pdf'}: 201 notes on " in result.stdout
    texts = [pages(tmp_path / f"out-{n}.pdf") for n in (1, 2)]
    assert ["(1 of 2)" in texts[0][0], "(2 of 2)" in texts[1][0]] == [True, True]
    asked = [re.findall(r"\b[abc]-0-\d+\b", "\n".join(text)) for text in texts]
    assert [len(names) for names in asked] == [1400, 201]
    assert len({*asked[0], *asked[1]}) == 1601
