"""Whether Python in fences compiles. It is compiled only: nothing of a deck runs here."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence

from srs.corpus.spans import Fence, Scanned, Span
from srs.corpus.tree import Cloze, Inline, Text, plain
from srs.errors import Place, Problem, Severity

LANGUAGES = frozenset({"python", "python3", "py", "py3"})
SESSIONS = frozenset({"pycon", "python-console"})

_EXCEPTIONS = ("SyntaxError", "IndentationError", "TabError")
_LEFT_OUT = frozenset({"no-run", "starter", *(f"raises={name}" for name in _EXCEPTIONS)})
Code = tuple[int, int, str]
"""A row and column of a fence's content, and the code that begins there."""

_NEWER = re.compile(r"python>=(\d+)(?:\.(\d+))?")
_PROMPT = re.compile(r"[ ]*(>>>|\.\.\.)(?: |$)")
_LINE = re.compile(r"\b((?:on|at) line )(\d+)\b")


def check(texts: Iterable[Scanned]) -> Iterator[Problem]:
    """Yield the Python in fences that does not compile, at the place Python names."""
    for text in texts:
        for span in text.spans:
            match span.content:
                case Fence((language, *words), children) if _is_meant(span, words):
                    code = plain(children)
                    if language.lower() in LANGUAGES:
                        yield from _faults(text.path, span, children, [(0, 0, code)], "exec")
                    elif language.lower() in SESSIONS:
                        yield from _faults(text.path, span, children, _statements(code), "single")


def _is_meant(span: Span, words: Sequence[str]) -> bool:
    """Tell whether a fence must compile in this Python: it is closed and its words say nothing."""
    closed = span.source.rpartition("\n")[2].strip(" `~") == ""
    newer = (_NEWER.fullmatch(word) for word in words)
    return (
        closed
        and _LEFT_OUT.isdisjoint(words)
        and not any(
            match and (int(match[1]), int(match[2] or 0)) > sys.version_info[:2] for match in newer
        )
    )


def _statements(session: str) -> Iterator[Code]:
    """Yield a session's statements: the row and column each begins at, and its code.

    One that is answered by a SyntaxError is meant to be none.
    """
    lines = session.split("\n")
    at = 0
    while at < len(lines):
        prompt = _PROMPT.match(lines[at])
        if prompt is None or prompt[1] != ">>>":
            at += 1
            continue
        start, margin = at, prompt.end()
        at += 1
        while at < len(lines) and (more := _PROMPT.match(lines[at])) and more[1] == "...":
            at += 1
        answer = at
        while answer < len(lines) and not _PROMPT.match(lines[answer]):
            answer += 1
        if not any(line.startswith(_EXCEPTIONS) for line in lines[at:answer]):
            yield start, margin, "\n".join(line[margin:] for line in lines[start:at]) + "\n"


def _faults(
    path: str, span: Span, children: tuple[Inline, ...], codes: Iterable[Code], mode: str
) -> Iterator[Problem]:
    for row, margin, code in codes:
        if (error := _error(code, mode)) is None:
            continue
        lines = code.split("\n")
        line = min(error.lineno or 1, len(lines)) - 1
        where = _place(path, span, children, row + line, margin + max(0, (error.offset or 1) - 1))
        message = f"this is not valid Python: {_counted(error.msg, span.line + row)}"
        hint = "mend it, or write `raises=SyntaxError` or `no-run` after the language"
        if lines[0].startswith(">>>"):
            hint = "call the language `pycon` if this is a session"
        yield Problem(where, "syntax", Severity.WARNING, message, hint)


def _counted(message: str, above: int) -> str:
    """Return Python's message with lines counted in the file, `above` which it saw none."""
    return _LINE.sub(lambda found: f"{found[1]}{above + int(found[2])}", message)


def _error(code: str, mode: str) -> SyntaxError | None:
    if mode == "single" and not re.sub(r"#.*", "", code).strip():
        return None
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(code, "", mode, dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, OverflowError, RecursionError, MemoryError):
            return SyntaxError("it is too large or too deep", ("", 1, 1, None))
    return None


def _place(path: str, span: Span, children: tuple[Inline, ...], row: int, column: int) -> Place:
    """Return where in the file a character of a fence's code stands, clozes taken into account."""
    code = plain(children)
    lines = code.split("\n")
    offset = sum(len(line) + 1 for line in lines[:row]) + min(column, len(lines[row]))
    at = begin = span.source.index("\n") + 1
    for text, position in _pieces(children, span.source, begin):
        at = position + min(offset, len(text))
        offset -= len(text)
        if offset < 0:
            break
    line = span.line + span.source.count("\n", 0, at)
    return Place(path, line, span.column + at - span.source.rfind("\n", 0, at) - 1)


def _pieces(
    children: tuple[Inline, ...], source: str, at: int
) -> Generator[tuple[str, int], None, int]:
    """Yield a fence's texts and where in its source they stand; return where the last ends."""
    for child in children:
        match child:
            case Text(text):
                yield text, at
                at += len(text)
            case Cloze(hint=hint, children=inner):
                at = yield from _pieces(inner, source, source.index("::", at) + 2)
                at = source.index(hint, at) + len(hint)
                at = source.index("}}", at) + 2
    return at
