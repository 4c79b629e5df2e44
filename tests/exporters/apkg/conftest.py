"""Anki's own core, and notes to give it."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from exporters import apkg
from exporters.apkg import Packaged
from exporters.apkg.content import content
from srs.corpus.parse import parse
from srs.corpus.render import note as render

T0 = 1_790_000_000


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


@pytest.fixture
def package() -> Callable[..., bytes]:
    """Return a package's bytes."""

    def run(notes: list[Packaged], media: dict[str, Path] | None = None) -> bytes:
        out = io.BytesIO()
        apkg.write(out, notes, media or {})
        return out.getvalue()

    return run


@pytest.fixture
def import_(collection: Collection, tmp_path: Path, package: Callable[..., bytes]) -> object:
    """Import notes into Anki with the choices its dialog begins with; return the log's counts."""

    def run(
        notes: list[Packaged],
        media: dict[str, Path] | None = None,
        **options: Any,
    ) -> dict[str, int]:
        path = tmp_path / "deck.apkg"
        path.write_bytes(package(notes, media))
        request = ImportAnkiPackageRequest(
            package_path=str(path), options=ImportAnkiPackageOptions(**options)
        )
        log = collection.import_anki_package(request).log
        collection.models._clear_cache()
        return {
            name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")
        }

    return run


@pytest.fixture
def packaged() -> Callable[..., Packaged]:
    """Return a note of Markdown as it is packaged."""

    def make(
        markdown: str,
        number: int = 1,
        deck: str = "D",
        tags: tuple[str, ...] = (),
        changed: int = T0,
    ) -> Packaged:
        parsed, problems = parse(markdown, "x.md")
        assert parsed is not None
        assert not problems
        (note,) = parsed.notes
        guid = f"guid{number}"
        made = content(render(note).shuffled(guid), {})
        created = T0 * 1000 + number * 10
        return Packaged(
            guid, created, changed, note.kind.value == "cloze",
            made.fields("Section", note.id or f"n{number}"), tags, deck,
            tuple((ord, created + n) for n, ord in enumerate(note.ords)),
        )  # fmt: skip

    return make
