"""The typesetter: fixed templates that draw JSON data, and see no file but those given here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from exporters.pdf import fonts
from exporters.pdf.values import Look

MEDIA = "media"
"""The folder in which the templates look for images."""

_KEPT_COMPILATIONS = 11


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Draws templates; `root` holds the images, `style` is what every template is told."""

    root: Path
    look: Look
    fonts: fonts.Fonts
    style: Mapping[str, Any]

    def query(self, template: str, data: Mapping[str, Any], label: str) -> list[Any]:
        """Lay a template out; return the values that it marked with a label."""
        found = json.loads(self._compiler(template, data).query(f"<{label}>", field="value"))
        assert isinstance(found, list)
        return found

    def compile(self, template: str, data: Mapping[str, Any]) -> tuple[bytes, str]:
        """Draw a template as a PDF/UA-1; if it can be none, return as well what is wrong."""
        moment = datetime(self.look.day.year, self.look.day.month, self.look.day.day, tzinfo=UTC)
        compiler, flaw = self._compiler(template, data), ""
        try:
            pdf = compiler.compile(format="pdf", timestamp=moment, pdf_standards="ua-1")
        except typst.TypstError as error:
            flaw = error.message.removeprefix("PDF/UA-1 error: ")
            pdf = self._compiler(template, data).compile(format="pdf", timestamp=moment)
        assert isinstance(pdf, bytes)
        return pdf, flaw

    def _compiler(self, template: str, data: Mapping[str, Any]) -> typst.Compiler:
        written = self.fonts.shown(json.dumps(data, ensure_ascii=False))
        sources: Any = {
            **_templates(),
            "main.typ": _templates()[template],
            "style.json": json.dumps(dict(self.style)).encode(),
            "data.json": written.encode(),
        }
        return typst.Compiler(sources, root=str(self.root), font_paths=self.fonts.known)


@contextmanager
def typesetter(look: Look, data: object, **style: Any) -> Iterator[Typesetter]:
    """Open a typesetter for a document made of `data`: its characters choose the fonts."""
    characters = set(json.dumps([data, look.title, look.subtitle], ensure_ascii=False))
    told = {
        "theme": look.theme,
        "lang": "en",
        "paper": (look.paper.width, look.paper.height),
        **style,
    }
    with _holding(look.images) as root:
        try:
            yield Typesetter(root, look, fonts.choose(characters), told)
        finally:
            forget()


@cache
def _templates() -> dict[str, bytes]:
    folder = files("exporters.pdf") / "templates"
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def forget() -> None:
    """Let go of the layouts that the typesetter keeps: those unused for ten compilations."""
    idle = typst.Compiler(font_paths=fonts.known(False))
    for _ in range(_KEPT_COMPILATIONS):
        idle.compile(input=b"")


def is_drawable(name: str, data: bytes) -> bool:
    """Tell whether an image can be drawn; a broken one would fail the whole document."""
    trial = f"{sha256(data).hexdigest()}{_suffix(name)}"  # a name that no image can refer to
    source: Any = {"main.typ": f'#image("{MEDIA}/{trial}")'.encode()}
    try:
        with _holding({trial: data}) as root:
            typst.Compiler(source, root=str(root), font_paths=fonts.known(False)).compile(
                format="pdf"
            )
    except typst.TypstError:
        return False
    return True


def _suffix(name: str) -> str:
    ending = name.rpartition(".")[2]
    return "." + "".join(c for c in ending if c.isalnum())


@contextmanager
def _holding(images: Mapping[str, bytes]) -> Iterator[Path]:
    """Make a folder that holds only the images: the typesetter takes nothing but text otherwise."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / MEDIA
        folder.mkdir()
        for name, data in images.items():
            (folder / name).write_bytes(data)
        yield Path(root)
