"""Each type of card as it is asked, answered and judged."""

import re

import pytest

from tests.cli.review.conftest import DAY, Room

CHOICE = "## Which?\n<!-- {#c} -->\n\n- [x] one\n- [ ] two\n- [x] three\n\nSo it is.\n"


def letters(page: str) -> dict[str, str]:
    return {name: letter for letter, name in re.findall(r"^(\w) \[.\] (\w+)$", page, re.MULTILINE)}


@pytest.mark.parametrize(
    ("chosen", "verdict", "proposed"),
    [
        (["one", "three"], "Right.", ""),
        (["one"], "Nearly: one is missing.", "space Hard"),
        (["two"], "Wrong.", "space Again"),
        (["two", "two", "one", "three"], "Right.", ""),
        ([], "Nothing chosen: grade yourself. Space means Good.", ""),
    ],
)
def test_options_are_chosen_by_letter_and_judged(
    room: Room, chosen: list[str], verdict: str, proposed: str
) -> None:
    room.write(CHOICE)
    of = letters(room.live().seen[0])
    assert sorted(of.values()) == ["a", "b", "c"]
    lived = room.live(*(of[name] for name in chosen), "space", "4")
    marked = re.findall(r"\[x\] (\w+)", lived.seen[len(chosen)])
    assert sorted(marked) == sorted(n for n in of if chosen.count(n) % 2)
    answer = lived.seen[len(chosen) + 1]
    assert sorted(re.findall(r"\[x\] (\w+)", answer)) == ["one", "three"]
    assert answer.count("^ your choice") == len(marked)
    assert "So it is." in answer
    assert verdict in answer
    assert ("space " in answer.split("4 Easy")[1]) == bool(proposed)
    assert proposed in answer


def test_where_letters_choose_capital_ones_command(room: Room) -> None:
    options = "\n".join(f"- [{'x' if n == 1 else ' '}] option {n}" for n in range(22))
    room.write(f"## Which?\n<!-- {{#c}} -->\n\n{options}\n")
    lived = room.live("b", "s", "", "u", "S")
    assert lived.seen[4].count("[x]") == 3
    assert lived.card("c").suspended


TYPED = "## Capital of France?\n<!-- {#t .typed} -->\n\nParis\n\nOn the Seine.\n"


@pytest.mark.parametrize(
    ("typed", "said", "proposed"),
    [
        ("Paris", "Right.", ""),
        ("  paris ", "Nearly: only upper and lower case differ.", "space Hard"),
        ("Lyon", "Not quite.  - expected  + yours", "space Again"),
        ("", "Nothing typed: grade yourself. Space means Good.", ""),
    ],
)
def test_what_was_typed_is_compared(room: Room, typed: str, said: str, proposed: str) -> None:
    room.write(TYPED)
    lived = room.live("space", f"={typed}", "space")
    assert "space type" in lived.seen[0]
    answer = lived.seen[1]
    assert said in answer
    assert proposed in answer
    assert "On the Seine." in answer
    if typed == "Lyon":
        assert "- Paris" in answer
        assert "+ Lyon" in answer


PREDICT = (
    "## What is printed?\n<!-- {#p .predict} -->\n\n```python\nfor n in 1, 2: print(n)\n```\n\n---\n\n"
    "```output\n1\n2\n```\n\nTwo lines.\n"
)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["=1", "=2", "="], "Right."),
        (["=1", "=3", "="], "- 2"),
        (["="], "Nothing typed: grade yourself. Space means Good."),
    ],
)
def test_an_output_is_typed_line_by_line(room: Room, lines: list[str], said: str) -> None:
    room.write(PREDICT)
    lived = room.live("space", *lines, "space")
    assert (
        "Type what it prints, line by line.\nan empty line ends · ctrl-c quits\n" in lived.seen[1]
    )
    assert said in lived.seen[1]
    assert ("+ 3" in lived.seen[1]) == ("=3" in lines)


def test_an_output_may_begin_with_an_empty_line(room: Room) -> None:
    room.write(PREDICT.replace("output\n1", "output\n\n1"))
    assert "Right." in room.live("space", "=", "=1", "=2", "space").seen[1]


def test_a_cloze_hides_its_words_with_its_hint_and_a_reverse_asks_the_answer(room: Room) -> None:
    room.write("## Rome\n<!-- {#r} -->\n\nIt fell in {{c1::476::a year}}.\n")
    lived = room.live("space", "4")
    assert "It fell in [a year]." in lived.seen[0]
    assert "It fell in [476]." in lived.seen[1]
    room.write("## Front side\n<!-- {#v .reversed} -->\n\nBack side\n")
    lived = room.live("space", "4")
    assert "Back side" not in lived.seen[0]
    room.now += DAY
    lived = room.live("space", "4", query="id:v/2")
    assert "Front side" not in lived.seen[0]
    assert "Back side" in lived.seen[0]
    assert "Front side" in lived.seen[1]


def test_where_letters_choose_the_prompt_names_capital_ones(room: Room) -> None:
    options = "\n".join(f"- [{'x' if n == 1 else ' '}] option {n}" for n in range(22))
    room.write(f"## Which?\n<!-- {{#c}} -->\n\n{options}\n")
    assert "space answer · U undo · ? keys · Q quit" in room.live().seen[0]


def test_a_letter_chosen_on_the_second_page_leaves_it_in_view(room: Room) -> None:
    options = "\n".join(f"- [{'x' if n == 1 else ' '}] option {n}" for n in range(16))
    room.write(f"## Which?\n<!-- {{#c}} -->\n\n{options}\n")
    lived = room.live("down", "p", height=16, width=40)
    pages = lived.seen
    assert re.search(r"^p \[ \]", pages[1], re.MULTILINE)
    assert re.search(r"^p \[x\]", pages[2], re.MULTILINE)


def test_while_it_is_typed_the_question_stays_in_view(room: Room) -> None:
    room.write(TYPED)
    page = room.live("space", "=Paris").seen[1]
    assert "Capital of France?\n\nType the answer.\nenter shows the answer · ctrl-c quits\n" in page
    plain = room.live("space", "=Paris", plain=True, width=40).seen[1]
    assert "Type the answer.\nenter shows the answer, ctrl-c quits\n" in plain
