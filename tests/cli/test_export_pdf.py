"""`srs export pdf`: what its options choose, what it says, and what it refuses."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in no place that has a paper of its own."""
    for name in ("PAPERSIZE", "LC_ALL", "LC_PAPER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def export(run: Run, corpus: Path, tmp_path: Path) -> Callable[..., Result]:
    """Export the little corpus into a file of tmp_path."""
    return lambda *words: run("--decks", corpus, "export", "pdf", tmp_path / "out.pdf", *words)


def pages(folder: Path, name: str = "out.pdf") -> list[str]:
    with pypdfium2.PdfDocument(folder / name) as document:
        return [page.get_textpage().get_text_range() for page in document]


def size(folder: Path) -> tuple[int, int]:
    with pypdfium2.PdfDocument(folder / "out.pdf") as document:
        width, height = document[0].get_size()
        return round(width), round(height)


@pytest.mark.parametrize(
    ("options", "environment", "setting", "wanted", "said"),
    [
        ((), {}, "", (595, 842), "on a4 (default)"),
        ((), {"LANG": ""}, "", (595, 842), "on a4 (default)"),
        ((), {"LANG": "en_US.UTF-8"}, "", (612, 792), "on letter (locale en_US.UTF-8)"),
        ((), {"LANG": "en_US.UTF-8", "PAPERSIZE": "a5"}, "", (420, 595), "on a5 (PAPERSIZE)"),
        ((), {"PAPERSIZE": "a5"}, "letter", (612, 792), "on letter (setting `paper`)"),
        (("--paper", "A4"), {"PAPERSIZE": "a5"}, "letter", (595, 842), "on a4."),
        (("--paper", "150x200mm"), {}, "", (425, 567), "on 150x200mm."),
    ],
)
def test_the_paper_is_the_nearest_named_and_is_said(
    export: Run, run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...], environment: dict[str, str], setting: str, wanted: tuple[int, int],
    said: str,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if setting:
        assert run("--decks", corpus, "config", "paper", setting).exit_code == 0
    result = export(*options)
    assert (result.exit_code, size(tmp_path)) == (0, wanted)
    assert said in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--grid", "2x4"), "--grid is for --layout cards"),
        (("--layout", "cards", "--columns", "1"), "--columns is for --layout sheet"),
        (("--layout", "cards", "--seed", "1"), "--seed is for --layout quiz"),
        (("--layout", "quiz", "--no-ids"), "--no-ids is for --layout cards"),
        (("--calibrate",), "--calibrate is for --layout cards"),
        (("--layout", "cards", "--calibrate", "first"), "leave the QUERY out"),
        (("--layout", "cards", "--calibrate", "--grid", "1x1"), "means nothing with --calibrate"),
        (("--layout", "cards", "--fold", "--flip", "short"), "means nothing with --fold"),
        (("--answers", "end", "--columns", "1"), "means nothing with --answers"),
        (("--paper", "papyrus"), "a3, a4"),
        (("--layout", "cards", "--grid", "2"), "columns x rows like 2x4"),
        (("--layout", "cards", "--grid", "13x1"), "at most 12x12"),
        (("--layout", "cards", "--grid", "0x1"), "at most 12x12"),
        (("--layout", "cards", "--back-offset", "1"), "mm right and down"),
        (("--layout", "cards", "--back-offset", "99,0"), "at most 20"),
        (("--font-size", "3"), "6<=x<=24"),
        (("--layout", "quiz", "--number", "0"), "x>=1"),
    ],
)
def test_what_would_mean_nothing_is_refused(
    export: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = export(*words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--paper", "3x5in"), "too small for a study sheet"),
        (("--layout", "quiz", "--paper", "3x5in"), "too small for a quiz"),
        (("--layout", "cards", "--grid", "12x12"), "too small to print on"),
        (("--layout", "cards", "--fold", "--grid", "3x4"), "--grid 4x4"),
        (("--layout", "cards", "--calibrate", "--paper", "60x60mm"), "too small"),
        (("is:suspended",), "no note matches"),
    ],
)
def test_what_cannot_be_printed_is_said(
    export: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = export(*words)
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_cards_of_a_query_alone_are_printed(export: Run, tmp_path: Path) -> None:
    result = export("third", "--layout", "cards", "--grid", "1x2", "--no-ids")
    assert "2 cards" in result.stdout
    front, back = pages(tmp_path)
    assert "Deck" in front
    assert "another" in back
    assert "third/1" not in front + back


def test_what_is_due_can_be_printed(export: Run, run: Run, corpus: Path, tmp_path: Path) -> None:
    now = "2026-11-01T12:00:00+01:00"
    assert run("--decks", corpus, "--now", now, "answer", "second", "good").exit_code == 0
    assert "1 note " in export("is:due").stdout
    text = "".join(pages(tmp_path))
    assert ("Second question?" in text, "First question?" in text) == (True, False)


def test_prose_without_notes_is_printed_with_the_whole_corpus(
    export: Run, corpus: Path, tmp_path: Path
) -> None:
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text() + "\n# Cheat sheet\n\nRemember **this** table.\n")
    (corpus / "only-prose.md").write_text(
        "---\ndeck: Tables\n---\n\n# Only\n\nNo note at all stands here.\n\n# Next\n\nNor here.\n"
    )
    export()
    shown = [" ".join(page.split()) for page in pages(tmp_path)]
    assert any("Remember this table." in page for page in shown)
    begun = shown.index(next(page for page in shown if "No note at all stands here." in page))
    assert "Tables Only No note" in shown[begun], "a deck without notes has pages for itself"
    assert "Nor here." in shown[begun + 1]
    assert "Remember" not in shown[begun] + shown[begun + 1]
    export("first")
    text = "".join(pages(tmp_path))
    assert "Remember" not in text
    assert "No note at all" not in text


def test_long_notes_are_named_a_few_of_them(export: Run, corpus: Path) -> None:
    body = "\n\n".join(f"Sentence {n} of a long answer to a short question." for n in range(60))
    for many, rest in ((7, ", l6\n"), (9, " and 3 more\n")):
        text = "".join(f"## Long {n}\n<!-- {{#l{n}}} -->\n\n{body}\n\n" for n in range(many))
        (corpus / "deck.md").write_text(text)
        result = export("--layout", "cards")
        assert f"split over several cards each: l0, l1, l2, l3, l4, l5{rest}" in result.stderr


def test_a_quiz_is_the_same_for_its_seed_and_day(export: Run, tmp_path: Path) -> None:
    def asked(*words: str) -> list[str]:
        assert export("--layout", "quiz", *words).exit_code == 0
        return re.findall(r"First|Second|Third", pages(tmp_path)[0])

    orders = {tuple(asked("--seed", str(seed))) for seed in range(12)}
    assert len(orders) > 2
    assert {tuple(sorted(order)) for order in orders} == {("First", "Second", "Third")}
    assert asked("--seed", "5") == asked("--seed", "5")
    assert asked() == asked()
    assert re.search(r"3 of 3 questions · seed \d+", pages(tmp_path)[0])
    assert len(asked("--number", "2", "--seed", "1")) == 2
    assert "2 of 3 questions · seed 1 " in pages(tmp_path)[0]


def test_a_page_tells_what_a_printer_does(export: Run, tmp_path: Path) -> None:
    result = export("--layout", "cards", "--calibrate", "--flip", "short", "--back-offset", "1,-2")
    assert "calibrate the printer" in result.stdout
    front, back = (" ".join(page.split()) for page in pages(tmp_path))
    assert "turned over the short edge" in front
    assert "--back-offset X,Y" in front
    assert "moved by 1,-2 already" in front
    assert (
        back.index("Back") < back.index("--flip long") < back.index("--flip short")
    )  # it is turned
    export("--layout", "cards", "--calibrate")
    back = " ".join(pages(tmp_path)[1].split())
    assert "--flip long is right" in back
    assert "it is --flip short" in back


def test_characters_that_no_font_has_are_named(export: Run, corpus: Path, tmp_path: Path) -> None:
    deck = corpus / "deck.md"
    deck.write_text(deck.read_text().replace("First answer.", "A sign \U0010f000 here."))
    result = export()
    assert "no font here has \U0010f000 (U+10F000)" in result.stderr
    assert "A sign \ufffd here" in " ".join("".join(pages(tmp_path)).split())
