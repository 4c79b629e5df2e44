from pathlib import Path

import pytest

from exporters.apkg.content import Content
from srs.cli import contents
from srs.cli.contents import Contents
from srs.cli.rendering import Media
from srs.corpus.parse import parse
from srs.store.notes import StoredNote

TEXT = "".join(
    f"## Question {n}?\n\nAn *answer*, `{n}`.\n\n```python\nprint({n})\n```\n\n" for n in range(120)
)


def notes(text: str = TEXT) -> list[StoredNote]:
    deck, _ = parse(text, "x.md")
    assert deck is not None
    return [StoredNote(f"guid{n}", note) for n, note in enumerate(deck.notes)]


def written(root: Path, found: list[StoredNote]) -> list[tuple[str, Content]]:
    return [(stored.guid, made) for stored, made in Contents(root, Media(root)).of(found)]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which notes are rendered in this process."""
    rendered: list[str] = []
    really = contents._written

    def counting(root: Path, stored: StoredNote) -> str:
        rendered.append(stored.guid)
        return really(root, stored)

    monkeypatch.setattr(contents, "_written", counting)
    return rendered


def test_what_was_written_once_is_not_rendered_again(tmp_path: Path, counted: list[str]) -> None:
    first = written(tmp_path, notes())
    assert len(first) == len(counted) == 120
    assert written(tmp_path, notes()) == first
    assert len(counted) == 120
    edited = notes(TEXT.replace("Question 7?", "Another?"))
    assert "Another?" in dict(written(tmp_path, edited))["guid7"].front
    assert counted[120:] == ["guid7"]


def test_other_processes_write_the_same_in_the_same_order(
    tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "open_cache", lambda name: None)
    alone = written(tmp_path, notes())
    counted.clear()
    monkeypatch.setattr(contents, "ALONE", 50)
    monkeypatch.setattr(contents, "_processors", lambda: 2)
    assert written(tmp_path, notes()) == alone
    assert len(counted) == 50


def test_a_changed_picture_has_another_name(tmp_path: Path) -> None:
    found = notes("## Seen\n\n![dot](dot.png)\n\n## Gone\n\n![](gone.png)\n")
    names = set()
    for data in (b"\x89PNG\r\n\x1a\n1", b"\x89PNG\r\n\x1a\n2"):
        (tmp_path / "dot.png").write_bytes(data)
        media = Media(tmp_path)
        (_, seen), (_, gone) = Contents(tmp_path, media).of(found)
        ((name, file),) = media.files.items()
        assert f'src="{name}"' in seen.back
        assert file.read_bytes() == data
        assert "gone.png" in gone.back
        assert [problem.code for problem in media.problems] == ["media"]
        names.add(name)
    assert len(names) == 2
    (tmp_path / "gone.png").write_bytes(b"\x89PNG\r\n\x1a\n3")
    _, (_, gone) = Contents(tmp_path, Media(tmp_path)).of(found)
    assert '<img src="gone-' in gone.back


def test_a_note_that_shows_an_error_only_now_is_left_out(tmp_path: Path) -> None:
    found = notes("## Good?\n\nYes.\n\n## Slow?\n\n" + "[" * 300 + "\n")
    made = Contents(tmp_path, Media(tmp_path))
    assert [stored.guid for stored, _ in made.of(found)] == ["guid0"]
    assert made.left_out == 1
