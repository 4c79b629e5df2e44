"""Everything that can be found wrong in a corpus, composed from the parser, lints and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srs.corpus import lint, read
from srs.corpus.config import FILE, Config
from srs.corpus.read import git, targets
from srs.corpus.spans import UNFIT
from srs.errors import Problem
from srs.model import Deck

if TYPE_CHECKING:
    from srs.corpus.programs import Program
    from srs.corpus.render.build import Reference

_SETTINGS = (FILE, read.SETTINGS_FILE)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be checked: a corpus, or of it the paths in `only`, relative to its root.

    `alone` says that these are files outside any corpus, beside which nothing is looked at.
    `name` is the corpus' among several.
    """

    root: Path
    only: frozenset[str] = frozenset()
    alone: bool = False
    name: str = ""

    def asks_for(self, path: str) -> bool:
        return not self.only or any(_within(path, one) for one in self.only)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, its file, and the line it stands in where there is one to quote."""

    problem: Problem
    file: Path
    line: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, in file order; `missed` are paths asked for that hold no deck."""

    findings: tuple[Finding, ...]
    decks: int
    notes: int
    missed: tuple[str, ...]


Run = Callable[[Sequence["Program"]], Iterable[Problem]]


def check(target: Target, run: Run | None = None) -> Checked:
    """Find every problem in what is to be checked; only with `run` is the decks' code run."""
    from srs.corpus.parse import normalise, parse

    root = target.root
    config, problems, paths = _files(target)
    texts: dict[str, str] = {}
    decks: dict[str, Deck] = {}
    for path in paths:
        text = read.read(root, path)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        texts[path] = text
        deck, faults = parse(text, path)
        problems += faults
        if deck is not None:
            decks[path] = deck
    asked = [deck for path, deck in decks.items() if target.asks_for(path)]
    used: set[Path] = set()
    programs: list[Program] = []
    for deck in asked:
        problems += _deep(root, deck, used, programs)
    if run is not None:
        problems += run(programs)
    problems += lint.lint([note for deck in decks.values() for note in deck.notes], config)
    if not target.only:
        problems += git.tracked_database(root) if config.key else ()
        whole = not any(problem.code in ("encoding", "unreadable") for problem in problems)
        problems += targets.unused_media(root, config, used) if whole else ()
    shown = {
        problem
        for problem in problems
        if target.asks_for(problem.where.path)
        and lint.wanted(problem, decks.get(problem.where.path), config)
    }
    order = {path: number for number, path in enumerate((*_SETTINGS, *paths))}
    lines: dict[str, Sequence[str]] = {
        path: normalise(texts[path]).split("\n") for path in texts if target.asks_for(path)
    }
    for name in {problem.where.path for problem in shown}.intersection(_SETTINGS):
        lines[name] = _config_lines(root / name)
    return Checked(
        tuple(
            _finding(target, problem, lines.get(problem.where.path, ()))
            for problem in sorted(
                shown,
                key=lambda p: (order.get(p.where.path, len(order)), p.where, p.code, p.message),
            )
        ),
        len(asked),
        sum(len(deck.notes) for deck in asked),
        tuple(one for one in sorted(target.only) if not any(_within(path, one) for path in order)),
    )


def _files(target: Target) -> tuple[Config, list[Problem], list[str]]:
    """Return the config and the decks to read, with what is wrong about them."""
    if target.alone:
        return Config(), [], sorted(target.only)
    config, problems = read.read_config(target.root)
    found, unread = read.listing(target.root, config)
    _, faults = read.read_settings(target.root / read.SETTINGS_FILE, read.SETTINGS_FILE)
    return config, [*problems, *faults, *unread], [file.path for file in found]


def _config_lines(path: Path) -> Sequence[str]:
    if not path.is_file():
        return ()
    text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    return UNFIT.sub("\ufffd", text).split("\n")


def _finding(target: Target, problem: Problem, lines: Sequence[str]) -> Finding:
    where = problem.where
    file = target.root / where.path
    line = lines[where.line - 1] if where.line <= len(lines) else ""
    if target.name:
        problem = replace(problem, where=replace(where, path=f"{target.name}/{where.path}"))
    return Finding(problem, file, line)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _deep(root: Path, deck: Deck, used: set[Path], programs: list[Program]) -> Iterator[Problem]:
    """Yield what only rendering a deck and looking for its files shows.

    Adds to the media in use, and to the programs that notes without an error make.
    """
    from srs.corpus import render, syntax
    from srs.corpus.programs import programs as programs_of

    for section in deck.sections:
        rendered = render.section(section, deck.path)
        yield from rendered.problems
        yield from syntax.check(rendered.scanned)
        yield from _named(root, rendered.references, used)
    for note in deck.notes:
        rendered = render.note(note)
        yield from rendered.problems
        yield from lint.lint_note(note, rendered)
        if not note.broken:
            programs += programs_of(note, rendered)
        yield from _named(root, rendered.references, used)


def _named(root: Path, references: Iterable[Reference], used: set[Path]) -> Iterator[Problem]:
    """Yield the files that are named and cannot be had."""
    for reference in references:
        where, target = reference.where, reference.target
        used.add(targets.beside(root, where.path, target))
        if not reference.is_image:
            yield from targets.check_link(root, where, target)
        elif isinstance(data := targets.read_media(root, where, target), Problem):
            yield data
