"""The YAML between the first two `---` of a deck: its name, tags and metadata."""

from __future__ import annotations

from dataclasses import dataclass

from srs.corpus.spans import UNFIT
from srs.errors import Place, Problem, Severity
from srs.model import RESERVED, Metadata

MAX_LENGTH = 16 * 1024
MAX_BRACKETS = 200
"""Longest front matter, in characters, and most brackets: a parser of YAML takes its time."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a deck says of itself; `deck` is empty where it does not name itself."""

    deck: str = ""
    is_deck: bool = True
    tags: tuple[str, ...] = ()
    metadata: Metadata = ()
    end: int = 0
    """Lines it takes, both rules included."""


def parse(lines: list[str], path: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Parse the front matter of a file's lines; an empty value where there is none."""
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter(), ()
    rules = (n for n, line in enumerate(lines) if n and line.rstrip() in ("---", "..."))
    end = next(rules, None)
    if end is None:
        where = Place(path, 1, 1)
        hint = "put `---` on a line of its own after it"
        return FrontMatter(end=1), (_problem(where, "the front matter is not closed", hint),)
    text = "\n".join(lines[1:end]) + "\n"
    if len(text) > MAX_LENGTH or text.count("[") + text.count("{") > MAX_BRACKETS:
        message = (
            f"the front matter is longer than {MAX_LENGTH // 1024} kB or has hundreds of brackets"
        )
        hint = "keep the deck's name and tags there, and the rest in notes"
        return FrontMatter(end=end + 1), (_problem(Place(path, 1), message, hint),)
    return _mapping(text, path, end + 1)


def _mapping(text: str, path: str, end: int) -> tuple[FrontMatter, tuple[Problem, ...]]:
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and error.context_mark and mark.index >= len(text):
            mark = error.context_mark  # what is not closed is better found where it opens
        where = _place(path, text, mark.index) if mark else Place(path, 2)
        message = f"the front matter is not valid YAML: {error.problem or error.context}"
        hint = "write `key: value` lines; put a value with `:` or `#` in quotes"
        return FrontMatter(end=end), (_problem(where, message, hint),)
    except (RecursionError, ValueError, yaml.YAMLError):
        message = "the front matter is too deep, or names characters that there are not"
        return FrontMatter(end=end), (_problem(Place(path, 2), message),)
    if root is None:
        return FrontMatter(end=end), ()
    if not isinstance(root, yaml.MappingNode):
        hint = "write lines like `deck: Name`"
        message = "the front matter is not a list of keys and values"
        return FrontMatter(end=end), (_problem(Place(path, 2), message, hint),)

    values: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for key, value in root.value:
        where = _place(path, text, key.start_mark.index)
        name = _plain(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if not name:
            problems.append(_problem(where, "a key of the front matter is not a word"))
        elif name in values:
            problems.append(_problem(where, f"`{name}` is given twice", "keep one of them"))
        elif name in RESERVED - {"deck"}:
            hint = "it is a word of the query language"
            problems.append(_problem(where, f"`{name}` cannot be a metadata key", hint))
        elif isinstance(value, yaml.ScalarNode):
            values[name] = (_plain(value.value),)
        elif isinstance(value, yaml.SequenceNode) and all(
            isinstance(part, yaml.ScalarNode) for part in value.value
        ):
            values[name] = tuple(_plain(part.value) for part in value.value)
        else:
            hint = "a value is a text or a list of texts"
            problems.append(_problem(where, f"`{name}` is neither text nor list", hint))
    deck = " ".join(values.pop("deck", ()))
    tags = tuple(tag for value in values.pop("tags", ()) for tag in value.split())
    front = FrontMatter(
        "" if deck == "false" else deck, deck != "false", tags, tuple(values.items()), end
    )
    return front, tuple(problems)


def _plain(text: str) -> str:
    """Return a value on one line; YAML's escapes can name what no text may hold."""
    return UNFIT.sub("\ufffd", " ".join(text.split()))


def _place(path: str, text: str, index: int) -> Place:
    """Return the place of a character; YAML's own count takes other things for newlines too."""
    return Place(path, text.count("\n", 0, index) + 2, index - text.rfind("\n", 0, index))


def _problem(where: Place, message: str, hint: str = "") -> Problem:
    return Problem(where, "front-matter", Severity.ERROR, message, hint)
