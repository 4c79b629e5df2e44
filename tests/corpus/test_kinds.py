import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.corpus import lint, render
from srs.corpus.parse import parse
from srs.corpus.render import Rendered
from srs.corpus.tree import CodeBlock, Details, Item, Rule, Text, inside, plain
from srs.model import Kind, Note

OPTIONS = "- [x] right\n- [ ] wrong"


def note(text: str) -> tuple[Note, list[tuple[int, str]]]:
    deck, problems = parse(text, "x.md")
    assert deck is not None
    return deck.notes[0], [(p.where.line, p.code) for p in problems]


def rendered(text: str) -> Rendered:
    return render.note(note(text)[0])


@pytest.mark.parametrize(
    ("body", "front", "back"),
    [
        (OPTIONS, "", OPTIONS),
        (f"{OPTIONS}\n\nWhy.", "", f"{OPTIONS}\n\nWhy."),
        (f"{OPTIONS}\n\n---\n\nWhy.", "", f"{OPTIONS}\n---\n\n\nWhy."),
        (f"{OPTIONS}\n---\nWhy.", "", f"{OPTIONS}\n---\nWhy."),
        (f"{OPTIONS}\n\n---", "", OPTIONS),
        (f"```\ncode\n```\n\n---\n\n{OPTIONS}\n\nWhy.", "```\ncode\n```", f"{OPTIONS}\n\nWhy."),
        (f"---\n\n{OPTIONS}", "", OPTIONS),
        ("* [X] right\n* [ ] wrong", "", "* [X] right\n* [ ] wrong"),
        ("1. [ ] wrong\n2. [x] right", "", "1. [ ] wrong\n2. [x] right"),
        ("- [x] a\n\n  more\n\n- [ ] b", "", "- [x] a\n\n  more\n\n- [ ] b"),
        (f"<!-- why -->\n{OPTIONS}", "", f"<!-- why -->\n{OPTIONS}"),
        ("- [ ] a\n  - c\n- [x] b", "", "- [ ] a\n  - c\n- [x] b"),
    ],
)
def test_a_task_list_makes_a_choice_however_it_is_written(body: str, front: str, back: str) -> None:
    one, problems = note(f"## Q\n\n{body}\n")
    assert (one.kind, one.front, one.back, problems) == (Kind.CHOICE, front, back, [])
    assert one.ords == (1,)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"## Q {{.basic}}\n\n{OPTIONS}\n", Kind.BASIC),
        (f"## Q {{.reversed}}\n\n{OPTIONS}\n", Kind.REVERSED),
        (f"## Q {{.typed}}\n\n{OPTIONS}\n", Kind.TYPED),
        (f"## Q {{.retired}}\n\n{OPTIONS}\n", Kind.CHOICE),
        (f"## Q\n\nText.\n\n{OPTIONS}\n", Kind.BASIC),
        (f"## Q\n\n{OPTIONS}\n\n{{{{c1::a}}}}\n", Kind.CLOZE),
        ("## Q\n\n- [x](a.md)\n- [ ](b.md)\n", Kind.BASIC),
        ("## Q\n\n- \\[x] a\n- [ ] b\n", Kind.BASIC),
        ("## Q\n\n- a\n- [x] b\n", Kind.BASIC),
        ("## Q\n\n-     [x] a\n", Kind.BASIC),
        ("## Q\n\n> - [x] a\n", Kind.BASIC),
        ("## Q\n\n```\n- [x] a\n```\n", Kind.BASIC),
    ],
)
def test_what_makes_no_choice(text: str, kind: Kind) -> None:
    assert note(text)[0].kind is kind


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- [x] a", [(3, "choice")]),
        ("- [ ] a\n- [ ] b", [(3, "choice")]),
        ("- [ ] a", [(3, "choice"), (3, "choice")]),
        ("- [x] a\n- [ ] b\n\n  more\n- c", [(7, "choice")]),
        ("- [x] a\n- [ ] b\n\n---\n\n- c", []),
        ("- [x] a\n- [ ] b\n\n* c", []),
        ("text\n\n---\n\n- [x] a", [(7, "choice")]),
        ("- [ ] a\n- [ ] b\n\n---\n\n- [x] a\n- [ ] b", [(3, "choice")]),
    ],
)
def test_options_that_leave_no_choice(body: str, expected: list[tuple[int, str]]) -> None:
    one, problems = note(f"## Q\n\n{body}\n")
    assert problems == expected
    assert one.broken == bool(expected)


@pytest.mark.parametrize("body", [f"{OPTIONS}\n\n---\n\n", f"{OPTIONS}\n\n"])
def test_the_options_end_the_question_and_begin_the_answer(body: str) -> None:
    sides = rendered(f"## Q\n\n{body}Why.\n").shuffled("guid").sides(1)
    assert plain(sides.remains) == "Q"
    assert plain(sides.question) in ("Qrightwrong", "Qwrongright")
    assert [item.checked for item in items(sides.question)] == [False, False]
    assert {(plain(item), item.checked) for item in items(sides.answer)} == {
        ("right", True),
        ("wrong", False),
    }
    assert [plain(item) for item in items(sides.question)] == [
        plain(item) for item in items(sides.answer)
    ]
    assert plain(sides.answer[1:]) == "Why."
    assert not any(isinstance(block, Rule) for block in sides.answer)


def items(blocks: object) -> list[Item]:
    return [node for node in inside(blocks) if isinstance(node, Item)]


def order(options: list[str], guid: str) -> list[str]:
    text = "".join(f"- [{'x' if n == 0 else ' '}] {text}\n" for n, text in enumerate(options))
    return [plain(item) for item in items(rendered(f"## Q\n\n{text}").shuffled(guid).back)]


WORDS = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=4)


@given(
    st.lists(WORDS, min_size=2, max_size=6, unique=True), st.randoms(), st.text("ab", min_size=1)
)
def test_the_order_depends_on_the_texts_alone(
    options: list[str], random: object, guid: str
) -> None:
    shuffled = sorted(options)
    assert order(options, guid) == order(shuffled, guid)
    edited = [*options[:-1], "another"]
    rest = [text for text in order(options, guid) if text != options[-1]]
    assert [text for text in order(edited, guid) if text != "another"] == rest


def test_the_right_option_is_not_always_the_first() -> None:
    firsts = {order(["a", "b", "c"], f"guid{n}")[0] for n in range(30)}
    assert firsts == {"a", "b", "c"}


STARTER = "```python starter\nstart\n```"
SOLUTION = "```python solution\nsolve\n```"
TESTS = "```python tests\ntest\n```"


@pytest.mark.parametrize(
    ("body", "question", "answer", "tests"),
    [
        (f"Do.\n\n{STARTER}\n\n{SOLUTION}\n\nWhy.\n\n{TESTS}", "Do.start", "solveWhy.", 1),
        (f"Do.\n\n{SOLUTION}\n\n{TESTS}\n\nWhy.", "Do.", "solveWhy.", 1),
        (f"{TESTS}\n\n{SOLUTION}\n\n{TESTS}", "", "solve", 2),
        (f"Do.\n\n{TESTS}\n\n---\n\n{SOLUTION}", "Do.test", "solve", 0),
        (f"Do.\n\n---\n\n{STARTER}\n\n{SOLUTION}\n\n{TESTS}", "Do.", "startsolve", 1),
        (
            f"Do.\n\n<details>\n<summary>Solution</summary>\n\n{SOLUTION}\n\n</details>\n\n{TESTS}",
            "Do.",
            "Solutionsolve",
            1,
        ),
    ],
)
def test_an_exercise_is_divided_at_its_solution_or_tests(
    body: str, question: str, answer: str, tests: int
) -> None:
    text = f"## Q {{.exercise}}\n\n{body}\n"
    one, problems = note(text)
    assert problems == []
    sides = render.note(one).sides(1)
    assert plain(sides.question) == f"Q{question}"
    assert plain(sides.answer) == answer + ("Tests" + "test" * tests if tests else "")
    match sides.answer[-1]:
        case Details((Text("Tests"),), children):
            assert [type(block) for block in children] == [CodeBlock] * tests
        case _:
            assert tests == 0


def test_a_source_under_an_exercise_s_tests_is_its_source() -> None:
    made = rendered(f"## Q {{.exercise}}\n\n{SOLUTION}\n\n{TESTS}\n\nSource: a book\n")
    assert plain(made.source) == "a book"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Do.", 2),
        (f"Do.\n\n{SOLUTION}", 1),
        (f"Do.\n\n{TESTS}", 1),
        (f"Do.\n\n{SOLUTION}\n\n---\n\n{TESTS}", 1),
        ("```solution\n```\n\n```tests\n```", 2),
        (f"> ```python solution\n> x\n> ```\n\n{TESTS}", 1),
        ("```js solution\n```\n\n~~~js tests\n~~~", 0),
    ],
)
def test_what_an_exercise_lacks(body: str, expected: int) -> None:
    one, problems = note(f"## Q {{.exercise}}\n\n{body}\n")
    assert problems == [(1, "exercise")] * expected
    assert one.broken == (expected > 0)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("## Q {.typed}\n\nParis\n\nOn the Seine.", "Paris"),
        ("## Q {.typed}\n\n**Par**is `x`\n", "Paris x"),
        ("## Q {.typed}\n\n```\nx = 1\n```\n", "x = 1"),
        ("## Q {.predict}\n\n`x`\n\n---\n\n```output\n1\n```\n", "1"),
        ("## Q {.predict}\n\n`x`\n\n---\n\n```output\n1\n2\n```\n", "1\n2"),
        ("## Q\n\nParis\n", ""),
    ],
)
def test_what_is_to_be_typed(text: str, typed: str) -> None:
    one, _ = note(text)
    made = render.note(one)
    assert (made.typed, lint.lint_note(one, made)) == (typed, [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## Q {.typed}\n\n- Paris\n", 3),
        ("## Q {.typed}\n\n![](x.png)\n", 3),
        ("## Q {.typed}\n\n```\na\nb\n```\n", 3),
        ("## Q {.typed}\n\na<br>b\n", 3),
        ("## Q {.typed}\n\n| a |\n|---|\n| b |\n", 3),
        ("## Q {.predict}\n\n`x`\n\n---\n\n1\n", 7),
        ("## Q {.predict}\n\n`x`\n\n---\n\n```output\n```\n", 7),
    ],
)
def test_what_cannot_be_typed_is_said(text: str, line: int) -> None:
    one, _ = note(text)
    (problem,) = lint.lint_note(one, render.note(one))
    assert (problem.code, problem.where.line) == ("answer", line)
    assert problem.hint
