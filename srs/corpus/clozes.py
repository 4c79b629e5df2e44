"""Cloze marks as Anki writes them: `{{c1::text}}`, `{{c1::text::hint}}`, `{{c1,2::text}}`."""

from __future__ import annotations

import re

from srs.corpus.tree import MAX_NESTING

MARK = r"\{\{c\d+(?:,\d+)*::"
"""Matches what opens a cloze."""

_LIKE_MARK = re.compile(r"\{\{c\d")
_SKIPPED = re.compile(
    r"(?P<code>(?<!`)(`+)(?!`).*?(?<!`)\2(?!`))|(?P<math>\$(?=\S)(?:\\.|[^$\\])*?\S?\$(?!\d))"
    rf"|(?P<open>{MARK})|(?P<brace>[{{}}\[\]()])|(?P<colons>::)",
    re.DOTALL,
)


def occurs(text: str) -> bool:
    """Tell whether a text may hold a cloze."""
    return _LIKE_MARK.search(text) is not None


def numbers(mark: str) -> tuple[int, ...]:
    """Return the numbers in a mark, each once; a huge one is cut to what is still too large."""
    return tuple(dict.fromkeys(int(n.lstrip("0")[:4] or 0) for n in mark[3:-2].split(",")))


def end_of(text: str, start: int, *, prose: bool) -> int | None:
    """Find the `}}` that closes a cloze whose content begins at `start`.

    Braces inside must balance, so that code such as `{"a": {}}` may be hidden; where they never
    do, the first `}}` closes, as it does in Anki.
    """
    first = text.find("}}", start)
    if first < 0:
        return None
    depth: list[int] = [0]
    position = start
    while (token := _SKIPPED.search(text, position)) is not None:
        position = token.end()
        match token.lastgroup, token[0]:
            case (("code" | "math"), _) if not prose:
                position = token.start() + 1
            case "open", _:
                depth.append(0)
                if len(depth) > 2 * MAX_NESTING:  # that it is too deep is said elsewhere
                    break
            case "brace", "{":
                depth[-1] += 1
            case "brace", "}" if depth[-1] > 0:
                depth[-1] -= 1
            case "brace", "}" if text.startswith("}}", token.start()):
                position = token.start() + 2
                if len(depth) == 1:
                    return token.start()
                depth.pop()
    return first


def split_hint(text: str, *, prose: bool) -> tuple[str, str]:
    """Split a cloze's content at the first `::` that stands outside code, maths and brackets."""
    depth = 0
    position = 0
    while (token := _SKIPPED.search(text, position)) is not None:
        position = token.end()
        match token.lastgroup, token[0]:
            case (("code" | "math"), _) if not prose:
                position = token.start() + 1
            case "open", _:
                end = end_of(text, position, prose=prose)
                position = position if end is None else end + 2
            case "brace", ("{" | "[" | "("):
                depth += 1
            case "brace", _:
                depth = max(0, depth - 1)
            case "colons", _ if depth == 0:
                return text[: token.start()], text[position:].strip()
    return text, ""
