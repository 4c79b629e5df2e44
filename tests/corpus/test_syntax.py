"""Which Python in fences is said not to compile, and where."""

import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import render, syntax
from srs.corpus.parse import parse
from srs.corpus.scan import scan
from srs.corpus.spans import Fence
from srs.corpus.tree import plain
from srs.errors import Place, Severity

NEXT = f"{sys.version_info[0]}.{sys.version_info[1] + 1}"
THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def found(body: str) -> list[tuple[str, str]]:
    """Return places and messages for a note of a heading, a blank line and this body."""
    deck, _ = parse(f"## Q\n\n{body}\n", "x.md")
    assert deck is not None
    problems = syntax.check(render.note(deck.notes[0]).scanned)
    return [
        (f"{p.where.line}:{p.where.column}", p.message.removeprefix("this is not valid Python: "))
        for p in problems
    ]


def places(body: str) -> list[str]:
    return [place for place, _ in found(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("```python\nx = 1\n```", []),
        ("```python\n\n```", []),
        ("```python\n# a comment\n```", []),
        ("```python\nx = (1\n```", ["4:5"]),
        ("```py\nx = (1\n```", ["4:5"]),
        ("~~~~Python3\nx = (1\n~~~~", ["4:5"]),
        ("```python title=x\nx = 1\n\n\ny = (1\n```", ["7:5"]),
        ("```python\nx = (1\n```\n\n```python\ny = (2\n```", ["4:5", "8:5"]),
        ("- a\n\n  ```python\n  x = (1\n  ```", ["6:7"]),
        ("> ```python\n> x = (1\n> ```", ["4:7"]),
        ('```python\nx = "é日本🎉" + (\n```', ["4:14"]),
        ("```python\nif x:\n```", ["4:6"]),
        ("```python\nreturn 1\n```", ["4:1"]),
        ("```python\nx = await f()\n```", ["4:5"]),
        ("```python\nx = 1_\n```", ["4:6"]),
        ("```\nx = (1\n```", []),
        ("```java\nx = (1\n```", []),
        ("```output\nx = (1\n```", []),
        ("`x = (1`", []),
        ("```python\nx = (1", []),
    ],
)
def test_python_that_does_not_compile(body: str, expected: list[str]) -> None:
    assert places(body) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("no-run", []),
        ("starter", []),
        ("raises=SyntaxError", []),
        ("raises=IndentationError", []),
        (f"python>={NEXT}", []),
        ("python>=4", []),
        ("requires=pandas no-run", []),
        (f"python>={THIS}", ["4:5"]),
        ("python>=3", ["4:5"]),
        ("raises=TypeError", ["4:5"]),
        ("solution", ["4:5"]),
        ("tests", ["4:5"]),
    ],
)
def test_words_say_which_need_not_compile(words: str, expected: list[str]) -> None:
    assert places(f"```python {words}\nx = (1\n```") == expected


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (">>> x = 1\n>>> x\n1", []),
        (">>> for i in x:\n...     i\n...\n1", []),
        (">>> @f\n... def g():\n...     pass", []),
        (">>> # nothing\n>>>\n>>> x", []),
        ("Text, not (code", []),
        (">>> x = 1\n>>> y = (1", ["5:9"]),
        (">>> for i in x:\n... print(i)", ["5:5"]),
        (">>> x = 1\n... y = 2", ["4:10"]),
        ("  >>> x = (1", ["4:11"]),
        (">>> y = (1\n  File\nSyntaxError: '(' was never closed\n>>> z = (1", ["7:9"]),
        (">>> y = (1\nTypeError: x", ["4:9"]),
    ],
)
def test_sessions_are_compiled_statement_by_statement(session: str, expected: list[str]) -> None:
    assert places(f"```pycon\n{session}\n```") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = {{c1::1}}\ny = (1", ["5:5"]),
        ("{{c1::x}} = (1", ["4:13"]),
        ("x = {{c1::(1}}", ["4:11"]),
        ("{{c1::x = 1::a (hint}}\ny = {{c2::2::two}} + (1", ["5:22"]),
        ("{{c1::def f{{c2::()}}:}}\n    (x", ["5:5"]),
        ("{{c1::a\nb = 1::x\ny}}\nc = (1", ["7:5"]),
        ('d = {{c1::{"a": {}}}} + (1', ["4:25"]),
        ('{{c1::d::{"a": {}}}} = (1', ["4:24"]),
    ],
)
def test_clozes_are_filled_in_and_columns_still_right(code: str, expected: list[str]) -> None:
    assert places(f"```python\n{code}\n```") == expected


def test_lines_in_pythons_own_words_are_counted_in_the_file() -> None:
    assert found("```python\nx = [\n1\n)\n```") == [
        ("6:1", "closing parenthesis ')' does not match opening parenthesis '[' on line 4")
    ]
    assert found("```pycon\n>>> 1\n1\n>>> if x:\n...     y\n... )\n```")[0][1] == "unmatched ')'"


def test_the_hint_knows_a_session_that_is_called_python() -> None:
    deck, _ = parse("## Q\n\n```python\n>>> 1\n1\n```\n", "x.md")
    assert deck is not None
    (problem,) = syntax.check(render.note(deck.notes[0]).scanned)
    assert problem.hint == "call the language `pycon` if this is a session"
    assert problem.severity is Severity.WARNING


def test_warnings_of_the_compiler_go_nowhere() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert places('```python\nx is "a"\nassert (x, "y")\n"\\d"\n```') == []
    assert caught == []


@pytest.mark.parametrize(
    "code",
    ["(" * 5_000, "-" * 20_000 + "1", "x" + ".a" * 20_000, "a+" * 20_000 + "1", "9" * 20_000,
     "not " * 9_000 + "x", "f(" * 150 + ")" * 150 + "("],
)  # fmt: skip
def test_code_too_deep_for_python_is_a_problem_too(code: str) -> None:
    assert len(places(f"```python\n{code}\n```")) == 1


PIECES = st.sampled_from(
    ["x = 1", "\n", "(", ")", "é", "日", "if x:", "    ", "{{c1::", "::hint", "}}", "::", '"', "\\",
     ">>> ", "... ", "{{c2::y}}", "{{c3::z::h}}", "y + 2"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join), st.sampled_from(["", "  ", "> "]))
def test_a_place_is_that_of_the_character_python_names(code: str, lead: str) -> None:
    text = "\n".join(lead + line for line in f"```python\n{code}\n```".split("\n"))
    scanned = scan(text, Place("x.md"), clozes=True)
    for problem in syntax.check([scanned]):
        line = text.split("\n")[problem.where.line - 1]
        assert 1 <= problem.where.column <= len(line) + 1
        (content,) = (s.content for s in scanned.spans if isinstance(s.content, Fence))
        filled = plain(content.children)
        with warnings.catch_warnings(action="ignore"), pytest.raises(SyntaxError) as error:
            compile(filled, "", "exec", dont_inherit=True)
        named = filled.split("\n")[(error.value.lineno or 1) - 1 :][:1]
        at = max(0, (error.value.offset or 1) - 1)
        if named and at < len(named[0]):
            assert line[problem.where.column - 1] == named[0][at]
