"""Cards to cut out: each back lies behind its front, and nothing of a card is lost."""

import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from exporters import pdf
from exporters.pdf.cards import FOOT_MM, PAD_MM
from exporters.pdf.cut import cut
from srs.corpus.tree import plain
from srs.paper import parse as paper_of

MM = 72 / 25.4
GRIDS = [(2, 4), (1, 1), (3, 3), (4, 8), (1, 5), (5, 2)]


def centres(
    given: Any, data: bytes, page: int, paper: str, grid: tuple[int, int], turned: bool
) -> dict[str, tuple[float, float]]:
    """Return the middle of every card on a page in mm from the upper left, by its text.

    Texts begin at a card's padding and stand in the middle of its height.
    """
    size = paper_of(paper)
    assert size is not None
    room = pdf.Cutting(grid).room(size)
    found = {}
    for text, (left, bottom, right, top) in given.places(data, page, r"card\d\d"):
        x = (right if turned else left) / MM
        y = size.height - (bottom + top) / 2 / MM
        found[text] = (x - room[0] / 2 if turned else x + room[0] / 2, y)
    return found


@pytest.mark.parametrize("flip", ["long", "short"])
@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("paper", ["a4", "letter", "148x210mm"])
def test_backs_lie_behind_their_fronts(
    given: Any, paper: str, grid: tuple[int, int], flip: str
) -> None:
    size = paper_of(paper)
    assert size is not None
    if not pdf.Cutting(grid).fits(size):
        pytest.skip("no room for such cards")
    count = grid[0] * grid[1] + max(grid[0] * grid[1] // 2, 1)
    names = [f"card{n:02}" for n in range(count)]
    made = given.draw([given.card("c", name, name) for name in names], paper, grid, flip=flip)
    seen: list[str] = []
    for page in range(0, len(pypdfium2.PdfDocument(made.data)), 2):
        fronts = centres(given, made.data, page, paper, grid, turned=False)
        backs = centres(given, made.data, page + 1, paper, grid, turned=flip == "short")
        assert fronts.keys() == backs.keys()
        for name, (x, y) in fronts.items():
            back_x, back_y = backs[name]
            behind = (
                (size.width - back_x, back_y) if flip == "long" else (back_x, size.height - back_y)
            )
            assert abs(behind[0] - x) < 0.1
            assert abs(behind[1] - y) < 0.1
        seen += fronts
    assert seen == names


@pytest.mark.parametrize("flip", ["long", "short"])
def test_backs_are_moved_right_and_down_as_one_looks_at_them(given: Any, flip: str) -> None:
    cards = [given.card("c", "card00", "card00")]
    still = given.draw(cards, flip=flip).data
    moved = given.draw(cards, flip=flip, offset=(3.0, -1.5)).data
    turned = flip == "short"
    before, after = (
        centres(given, data, 1, "a4", (2, 4), turned)["card00"] for data in (still, moved)
    )
    sign = -1 if turned else 1
    assert abs(after[0] - before[0] - sign * 3.0) < 0.05
    assert abs(after[1] - before[1] - sign * -1.5) < 0.05
    assert given.texts(still)[0] == given.texts(moved)[0]
    assert centres(given, still, 0, "a4", (2, 4), False) == centres(
        given, moved, 0, "a4", (2, 4), False
    )


def test_a_side_alone_is_the_same_pages_without_the_others(given: Any) -> None:
    cards = [given.card("c", f"front{n}", f"back{n}") for n in range(11)]
    both, fronts, backs = (
        given.texts(given.draw(cards, side=side).data) for side in ("both", "fronts", "backs")
    )
    assert fronts == both[::2]
    assert backs == both[1::2]


def test_folded_cards_have_their_backs_to_the_right(given: Any) -> None:
    cards = [given.card("c", f"front{n}", f"back{n}") for n in range(5)]
    data = given.draw(cards, fold=True).data
    assert len(given.texts(data)) == 2
    fronts = {text[-1]: box for text, box in given.places(data, 0, r"front\d")}
    backs = {text[-1]: box for text, box in given.places(data, 0, r"back\d")}
    assert fronts.keys() == backs.keys() == {"0", "1", "2", "3"}
    for n, front in fronts.items():
        assert abs(backs[n][0] - front[0] - 95 * MM) < 0.3
        assert abs(backs[n][1] - front[1]) < 0.3


@pytest.mark.parametrize("grid", [(2, 4), (4, 8)])
def test_marks_stand_in_the_margins_only_and_alike_on_every_page(
    given: Any, grid: tuple[int, int]
) -> None:
    cards = [given.card("c", "q", "a") for _ in range(grid[0] * grid[1] + 1)]
    document = pypdfium2.PdfDocument(given.draw(cards, grid=grid).data)
    pages = []
    for page in document:
        paths = [o for o in page.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
        boxes = sorted(tuple(round(x / MM, 2) for x in path.get_bounds()) for path in paths)
        assert len(boxes) == 2 * (grid[0] + 1) + 2 * (grid[1] + 1)
        for left, bottom, right, top in boxes:
            assert right < 10 or left > 200 or top < 10 or bottom > 287
        pages.append(boxes)
    assert all(boxes == pages[0] for boxes in pages)


def test_what_needs_no_cutting_has_no_marks(given: Any) -> None:
    made = given.draw([given.card("c", "q", "a")], "5x3in", (1, 1))
    page = pypdfium2.PdfDocument(made.data)[0]
    assert page.get_size() == pytest.approx((360, 216), abs=0.1)
    assert not [o for o in page.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]


def test_corners_name_the_deck_and_the_card(given: Any) -> None:
    cards = [given.card("its-name", "q", "a")]
    front, back = given.texts(given.draw(cards).data)
    assert ("Deck" in front, "its-name" in front, "its-name" in back) == (True, True, True)
    front, back = given.texts(given.draw(cards, ids=False).data)
    assert ("Deck" in front, "its-name" in front, "its-name" in back) == (True, False, False)


def test_a_card_that_does_not_fit_is_split_and_loses_nothing(given: Any) -> None:
    words = [f"word{n:04}" for n in range(700)]
    long = ". ".join(" ".join(words[n : n + 10]) for n in range(0, len(words), 10))
    made = given.draw([given.card("short", "q", "a"), given.card("long", "asked", long)])
    assert made.split == ("long",)
    pages = given.texts(made.data)
    text = "\n".join(pages)
    assert set(words) <= set(re.findall(r"word\d{4}", text))
    parts = [int(n) for n in re.findall(r"long \((\d)/\d\)", "".join(pages[::2]))]
    assert parts == list(range(1, len(parts) + 1))
    assert "".join(pages[::2]).count("asked") == len(parts) > 1
    left, top = (10 + PAD_MM) * MM, (297 - 10 - PAD_MM) * MM
    for _, box in given.places(made.data, 1, r"word\d{4}"):
        column = (box[0] - left + 0.5) // (95 * MM)
        assert left + column * 95 * MM - 0.5 <= box[0]
        assert box[2] <= left + (column * 95 + 85) * MM + 0.5
        row = (top - box[3] + 0.5) // (277 / 4 * MM)
        assert box[1] >= top - (row * 277 / 4 + 277 / 4 - 2 * PAD_MM - FOOT_MM) * MM - 0.5


def heights(given: Any, data: bytes, pattern: str) -> list[float]:
    return [box[3] - box[1] for _, box in given.places(data, 0, pattern)]


def test_text_is_as_large_as_fits(given: Any) -> None:
    few, many = given.card("c", "word", "a"), given.card("c", "word " * 250, "a")
    short, long = given.draw([few]).data, given.draw([many])
    assert long.split == ()
    large, small = heights(given, short, "word")[0], heights(given, long.data, "word")[0]
    assert 7 / 11 - 0.01 <= small / large < 0.9
    larger = given.draw([few], look=given.look(font_size=18.0)).data
    assert heights(given, larger, "word")[0] == pytest.approx(large * 18 / 11, rel=0.01)


def test_words_shrink_before_they_break(given: Any) -> None:
    data = given.draw([given.card("c", "incomprehensibilities", "a")], grid=(5, 8)).data
    assert "incomprehensibilities" in given.texts(data)[0]
    assert (
        heights(given, data, "incomp")[0]
        < heights(given, given.draw([given.card("c", "incomp", "a")], grid=(5, 8)).data, "incomp")[
            0
        ]
    )


def test_a_word_that_must_break_can_still_be_selected_whole(given: Any) -> None:
    word = "collections.abc.MutableMapping.setdefault.is.a.very.long.name.for.a.method"
    data = given.draw([given.card("c", f"`{word}` and {word}", "a")], grid=(4, 4)).data
    assert "\u200b" not in given.texts(data)[0]
    assert "".join(given.texts(data)[0].split()).count(word) == 2


@pytest.mark.parametrize("paper", ["a4", "letter", "a3", "5x3in", "3x5in", "a6", "legal"])
def test_every_paper_has_a_grid_with_room(paper: str) -> None:
    size = paper_of(paper)
    assert size is not None
    grid = pdf.usual_grid(size)
    assert pdf.Cutting(grid).fits(size)
    assert grid == {"a4": (2, 4), "letter": (2, 4), "5x3in": (1, 1)}.get(paper, grid)


def test_the_same_input_and_day_give_the_same_bytes(given: Any) -> None:
    first, second = (given.draw([given.card("c", "q", "a → 中")]).data for _ in range(2))
    assert first == second


def test_black_and_white_has_no_colour(given: Any) -> None:
    code = "```python\ndef f(x):\n    return 'yes'  # no\n```\n\n[link](https://python.org) `a`"
    for theme, coloured in (("colour", True), ("bw", False)):
        look = replace(given.look(), theme=theme)
        page = pypdfium2.PdfDocument(given.draw([given.card("c", code, "a")], look=look).data)[0]
        colours = page.render(scale=2).to_pil().convert("RGB").getcolors(1 << 24)
        vivid = [c for _, c in colours if max(c) - min(c) > 40]
        assert bool(vivid) is coloured


@pytest.mark.parametrize(
    "value",
    [
        "x" * 2000,
        "**" + "bold words " * 200 + "**",
        "```python\n" + "\n".join(f"line_{n} = {n}" for n in range(200)) + "\n```",
        "| a | b |\n|---|---|\n| " + "tall " * 300 + "| " + "cell " * 300 + "|",
        "- a\n  - b\n    - c\n\n      ```\n      d\n      ```",
        "> " + "quoted. " * 200,
        r"before $\frac{a}{b}$ between $x^2$ " * 40,
        "[" + "a link that is long " * 50 + "](https://python.org)",
    ],
)
def test_cutting_loses_nothing_and_ends(given: Any, value: str) -> None:
    whole = given.blocks(value)
    todo, done = [whole], []
    while todo:
        part = todo.pop()
        halves = cut(part)
        if halves is None:
            done.append(part)
        else:
            assert all(len(plain(half)) <= len(plain(part)) for half in halves)
            todo += reversed(halves)
    kept = "".join("".join(plain(part) for part in done).split())
    wanted = "".join(plain(whole).split())
    if "|" in value:  # cells then stand after their columns' names
        kept, wanted = kept.replace("a:", "").replace("b:", ""), wanted.removeprefix("ab")
    assert kept == wanted


def test_corners_do_not_overlap_on_a_small_card(given: Any) -> None:
    whole = given.blocks("q")
    card = pdf.PrintedCard("a-name-of-some-length", "Corpus::Part::Deck", whole, whole, {})
    seen = []
    for grid in ((1, 1), (4, 8), (5, 8), (6, 8)):
        data = given.draw([card], grid=grid).data
        room = pdf.Cutting(grid).room(given.look().paper)[0]
        found = dict(given.places(data, 0, "Corpus|Part|Deck|a-name-of-some-length"))
        name = found.pop("a-name-of-some-length")
        assert name[2] - name[0] <= room * MM + 0.5
        assert all(box[2] < name[0] for box in found.values())
        seen.append([*found])
    assert seen[0] == ["Corpus", "Part", "Deck"]
    assert seen[-1] == []
    assert ["Deck"] in seen or ["Part", "Deck"] in seen
