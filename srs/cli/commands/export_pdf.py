"""`srs export pdf`."""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from srs import paper as paper_
from srs.cli import target
from srs.cli.context import Context, QueryCommand, query_text
from srs.paper import Paper

if TYPE_CHECKING:
    from exporters.pdf import Printed
    from srs.study.memory import Study

MOST_CARDS = 12
"""The most columns or rows of a grid."""

MOST_MM = 20
"""The farthest that backs can be moved."""

_LAYOUTS = ("sheet", "cards", "quiz")
_ONLY = {
    "columns": "sheet", "answers": "sheet",
    "grid": "cards", "flip": "cards", "back_offset": "cards", "side": "cards", "fold": "cards",
    "ids": "cards", "calibrate": "cards",
    "seed": "quiz", "number": "quiz",
}  # fmt: skip
"""The layout that an option is for; the others are for all."""


def _read(read: Callable[[str], object], takes: str) -> Callable[..., object]:
    """Return what turns an option's text into its value, or refuses it and says what it takes."""

    def callback(_ctx: click.Context, _param: click.Parameter, text: str | None) -> object:
        value = None if text is None else read(text)
        if text is not None and value is None:
            raise click.BadParameter(f"{text!r} is none: write {takes}")
        return value

    return callback


def _grid(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d\d?)[xX](\d\d?)", text)
    columns, rows = map(int, match.groups()) if match else (0, 0)
    return (columns, rows) if 1 <= columns <= MOST_CARDS and 1 <= rows <= MOST_CARDS else None


def _offset(text: str) -> tuple[float, float] | None:
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?),([+-]?\d+(?:\.\d+)?)", text)
    right, down = map(float, match.groups()) if match else (MOST_MM + 1, 0.0)
    return (right, down) if max(abs(right), abs(down)) <= MOST_MM else None


@click.command(cls=QueryCommand)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("query", nargs=-1)
@click.option(
    "--layout", type=click.Choice(_LAYOUTS), default="sheet", show_default=True,
    help="A study sheet; cards to cut out; or a quiz with room to write and a key.",
)  # fmt: skip
@click.option(
    "--paper", callback=_read(paper_.parse, paper_.TAKES), metavar="SIZE",
    help=f"The paper: {paper_.TAKES}. Else the setting `paper`, $PAPERSIZE, what the locale uses, or a4.",
)  # fmt: skip
@click.option(
    "--theme", type=click.Choice(["colour", "bw"]), default="colour", show_default=True,
    help="Colours, or black on white.",
)  # fmt: skip
@click.option(
    "--font-size", type=click.FloatRange(6, 24), metavar="PT",
    help="The size of the text; of cards the largest, as they shrink to 7 pt where they must.",
)  # fmt: skip
@click.option(
    "--columns", type=click.IntRange(1, 2), default=2, show_default=True,
    help="(sheet) 2: answers beside their questions; 1: below them.",
)  # fmt: skip
@click.option(
    "--answers", type=click.Choice(["here", "end"]), default="here", show_default=True,
    help="(sheet) Answers with their questions, or numbered behind all of them.",
)  # fmt: skip
@click.option(
    "--grid", metavar="CxR",
    callback=_read(_grid, f"columns x rows like 2x4, at most {MOST_CARDS}x{MOST_CARDS}"),
    help="(cards) Columns and rows; else what suits the paper: 2x4 on A4 and letter.",
)  # fmt: skip
@click.option(
    "--flip", type=click.Choice(["long", "short"]), default="long", show_default=True,
    help="(cards) The edge over which the printer turns the sheet.",
)  # fmt: skip
@click.option(
    "--back-offset", metavar="X,Y", default="0,0",
    callback=_read(_offset, f"mm right and down like 1.5,-0.5, at most {MOST_MM}"),
    help="(cards) Move backs so many mm right and down, for a printer that shifts.",
)  # fmt: skip
@click.option(
    "--side", type=click.Choice(["both", "fronts", "backs"]), default="both", show_default=True,
    help="(cards) One side alone, for printers that print one.",
)  # fmt: skip
@click.option(
    "--fold", is_flag=True,
    help="(cards) Each back beside its front, to be folded: needs no printing on both sides.",
)  # fmt: skip
@click.option("--ids/--no-ids", default=True, help="(cards) Names in the corner, or none.")
@click.option(
    "--calibrate", is_flag=True,
    help="(cards) Instead of cards, a page that tells which --flip and --back-offset a printer needs.",
)  # fmt: skip
@click.option(
    "--number", type=click.IntRange(min=1), metavar="N", help="(quiz) So many questions of those found."
)  # fmt: skip
@click.option(
    "--seed", type=int, metavar="N",
    help="(quiz) Choose and order the questions so; else a new quiz each day.",
)  # fmt: skip
@click.pass_obj
def pdf(
    context: Context, /, out: Path, query: tuple[str, ...], layout: str, paper: Paper | None,
    theme: str, font_size: float | None, **options: Any,
) -> None:  # fmt: skip
    """Write a PDF of all notes, or those that QUERY finds, to OUT.

    More than 1,600 notes, or cards to cut out, become several files: OUT-1.pdf, OUT-2.pdf …
    """
    from exporters.pdf import Look
    from srs.cli.layouts import LAYOUTS, Job, calibration

    _check_options(layout, query, options)
    study = context.study()
    target.check(study, out, ".pdf")
    now = context.now()
    paper, reason = (paper, "") if paper else _usual_paper(study)
    on_paper = f"on {paper.name}" + (f" ({reason})" if reason else "")
    look = Look(study.title, "", now.date(), paper, theme, font_size)
    if options["calibrate"]:
        target.write(out, calibration(look, options).data)
        click.echo(f"{out}: a page to calibrate the printer {on_paper}.")
        return
    job = Job(study, study.query(query_text(query)), now, look, options)
    told = _Told()
    for volume in LAYOUTS[layout](job):
        file = out if volume.of == 1 else out.with_stem(f"{out.stem}-{volume.number}")
        target.write(file, volume.printed.data)
        told.add(volume.printed)
        click.echo(f"{file}: {volume.what} {on_paper}.")
    told.say()


def _usual_paper(study: Study) -> tuple[Paper, str]:
    """Return the paper where no option names one, and why it is that."""
    if (found := paper_.parse(study.settings.paper)) is not None:
        return found, "setting `paper`"
    # Elsewhere the variables tell, and the C locale calls itself American here.
    windows = locale.getlocale()[0] if sys.platform == "win32" else None
    return paper_.usual(os.environ, windows or "")


def _check_options(layout: str, query: tuple[str, ...], options: dict[str, Any]) -> None:
    """Refuse options that would do nothing."""
    source = click.get_current_context().get_parameter_source
    given = [name for name in _ONLY if source(name) is ParameterSource.COMMANDLINE]
    for name in given:
        if layout != _ONLY[name]:
            raise click.UsageError(f"{_flag(name)} is for --layout {_ONLY[name]}")
    without = {
        "calibrate": {"grid", "side", "fold", "ids"},
        "fold": {"flip", "side", "back_offset"},
        "answers": {"columns"} if options["answers"] == "end" else set(),
    }
    for name in given:
        for other in without.get(name, set()).intersection(given):
            raise click.UsageError(
                f"{_flag(other)} means nothing with {_flag(name)}: give one of them"
            )
    if options["calibrate"] and query:
        raise click.UsageError("--calibrate prints no cards: leave the QUERY out")


def _flag(name: str) -> str:
    return "--no-ids" if name == "ids" else f"--{name.replace('_', '-')}"


def _some(names: Iterable[str], most: int = 6) -> str:
    """Return the first names, and how many there are besides."""
    first = list(names)
    more = len(first) - most
    return ", ".join(first) if more <= 1 else f"{', '.join(first[:most])} and {more} more"


@dataclass(slots=True)
class _Told:
    """What there is to say of all volumes, each thing once."""

    split: dict[str, None] = field(default_factory=dict)
    unset: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    flaws: dict[str, None] = field(default_factory=dict)

    def add(self, printed: Printed) -> None:
        for known, found in (
            (self.split, printed.split), (self.unset, printed.unset),
            (self.missing, printed.missing), (self.flaws, filter(None, [printed.flaw])),
        ):  # fmt: skip
            known.update(dict.fromkeys(found))

    def say(self) -> None:
        lines = []
        if self.split:
            lines.append(f"split over several cards each: {_some(self.split)}")
        lines += [f"this formula is printed as its source: {tex}" for tex in self.unset]
        if self.missing:
            signs = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in self.missing)
            lines.append(f"no font here has {signs}: � stands for it; install one, such as Noto")
        lines += [f"not quite PDF/UA-1: {flaw}" for flaw in self.flaws]
        for line in lines:
            click.echo(f"srs: {line}", err=True)
