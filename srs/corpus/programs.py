"""The code of a note as it is meant to run: blocks in order, with what each should do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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
    where = (note.place.path, note.place.line)
    parts = _parts(rendered)
    if note.kind is not Kind.EXERCISE:
        blocks = tuple(block for _, block in parts)
        return (Program(*where, blocks),) if blocks else ()
    before, begun, solved, tests = (_playing(role, parts) for role in ("", *_ROLES))
    solution = Program(*where, (*before, *solved, *tests))
    start = Program(*where, (*before, *begun, *tests), must_fail=True)
    return (solution, start) if begun else (solution,)


def starter(rendered: Rendered) -> str:
    """Return the code that an exercise begins with."""
    return "\n\n".join(block.code for block in _playing("starter", _parts(rendered)))


def attempt(note: Note, rendered: Rendered, text: str) -> Program:
    """Return an exercise's program with somebody's text in the solution's stead.

    The text's lines are the first, from 1, and the note's are counted on from there.
    """
    below = text.count("\n") + 1
    before, begun, solved, tests = (_playing(role, _parts(rendered)) for role in ("", *_ROLES))
    like = next(iter((*begun, *solved)), Block("", 1))
    written = Block(text, 1, requires=like.requires, python=like.python)
    blocks = (*moved(before, below), written, *moved(tests, below))
    return Program(note.place.path, note.place.line + below, blocks)


def moved(blocks: tuple[Block, ...], lines: int) -> tuple[Block, ...]:
    """Return blocks as they would be some lines further down."""
    return tuple(
        replace(b, line=b.line + lines, output_line=b.output_line and b.output_line + lines)
        for b in blocks
    )


_ROLES = ("starter", "solution", "tests")
Part = tuple[frozenset[str], Block]
"""A block of code and the words that its fence has."""


def _playing(role: str, parts: Iterable[Part]) -> tuple[Block, ...]:
    """Return the blocks of an exercise that have a role; "" is that of those without one."""
    return tuple(b for words, b in parts if (role in words if role else not words & {*_ROLES}))


def _parts(rendered: Rendered) -> tuple[Part, ...]:
    """Return a note's blocks of code; an `output` fence belongs to the block before it."""
    parts: list[Part] = []
    for (language, *words), code, line in _fences(rendered):
        name = language.lower()
        if name == "output" and parts and parts[-1][1].output is None:
            roles, last = parts[-1]
            parts[-1] = roles, replace(last, output=code, output_line=line)
        elif name in LANGUAGES or name in SESSIONS:
            block = _block(code, line, words, session=name in SESSIONS)
            parts.append((frozenset(words), block))
    return tuple(parts)


def _fences(rendered: Rendered) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield a note's fences: their words, their content with clozes filled in, its first line."""
    for text in rendered.scanned:
        for span in text.spans:
            match span.content:
                case Fence(words, children) if words:
                    yield words, plain(children), span.line + 1


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
