"""The code of a note as it is meant to run: blocks in order, with what each should do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from srs.corpus.render import Rendered
from srs.corpus.spans import Fence
from srs.corpus.syntax import LANGUAGES, SESSIONS
from srs.corpus.tree import plain
from srs.model import Kind, Note

_VERSION = re.compile(r"python>=(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fence of code. `line` is that of its first line in the deck.

    `output` is what it must print, None where nothing is said, and stands at `output_line`.
    `raises` names the one exception that must end it. `session` is a doctest. It needs the
    modules in `requires` and a Python of at least `python`; with `no_run` it is left out.
    """

    code: str
    line: int
    session: bool = False
    output: str | None = None
    output_line: int = 0
    raises: str = ""
    requires: tuple[str, ...] = ()
    python: tuple[int, int] | None = None
    no_run: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """Blocks that run in one interpreter, one after another.

    With `must_fail` the last block, an exercise's tests, must not pass: they would prove nothing.
    """

    path: str
    line: int
    blocks: tuple[Block, ...]
    must_fail: bool = False


def programs(note: Note, rendered: Rendered) -> tuple[Program, ...]:
    """Return what of a note runs: nothing, one program, or two for an exercise."""
    fences = list(_fences(rendered))
    where = (note.place.path, note.place.line)
    if note.kind is not Kind.EXERCISE:
        blocks = tuple(_blocks(fences))
        return (Program(*where, blocks),) if blocks else ()
    parts = {role: [f for f in fences if role in f[0]] for role in ("starter", "solution", "tests")}
    others = [f for f in fences if not {"starter", "solution", "tests"} & {*f[0]}]
    solved = Program(*where, tuple(_blocks([*others, *parts["solution"], *parts["tests"]])))
    begun = Program(
        *where, tuple(_blocks([*others, *parts["starter"], *parts["tests"]])), must_fail=True
    )
    return (solved, begun) if parts["starter"] else (solved,)


def _fences(rendered: Rendered) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield a note's fences: their words, their content with clozes filled in, its first line."""
    for text in rendered.scanned:
        for span in text.spans:
            match span.content:
                case Fence(words, children) if words:
                    yield words, plain(children), span.line + 1


def _blocks(fences: Sequence[tuple[tuple[str, ...], str, int]]) -> Iterator[Block]:
    """Yield the blocks of code; an `output` fence belongs to the one before it."""
    last: Block | None = None
    for (language, *words), code, line in fences:
        name = language.lower()
        if name == "output" and last is not None and last.output is None:
            last = replace(last, output=code, output_line=line)
        elif name in LANGUAGES or name in SESSIONS:
            if last is not None:
                yield last
            last = _block(code, line, words, session=name in SESSIONS)
    if last is not None:
        yield last


def _block(code: str, line: int, words: Sequence[str], *, session: bool) -> Block:
    values = dict(word.split("=", 1) for word in words if "=" in word and ">=" not in word)
    version = next((v for word in words if (v := _VERSION.fullmatch(word))), None)
    return Block(
        code,
        line,
        session,
        raises=values.get("raises", ""),
        requires=tuple(filter(None, values.get("requires", "").split(","))),
        python=(int(version[1]), int(version[2])) if version else None,
        no_run="no-run" in words,
    )
