"""What the cheat sheets say of costs is what Python does, counted in comparisons.

Costs that are not comparisons, such as moving items, are timed by `tests/bench/costs.py`.
"""

import heapq
import math
import random
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from srs.cli import group
from srs.corpus.parse import parse

ROOT = Path(__file__).parents[2] / "decks" / "python-interview"
TEXT = (ROOT / "cheat-sheets.md").read_text(encoding="utf-8")


class Counted:
    """A number that counts how often numbers are compared."""

    compared = 0

    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.value == other.value

    def __lt__(self, other: "Counted") -> bool:
        Counted.compared += 1
        return self.value < other.value

    def __hash__(self) -> int:
        return hash(self.value)


def insertion(items: list[Counted]) -> None:
    for end in range(1, len(items)):
        at, item = end, items[end]
        while at and item < items[at - 1]:
            items[at] = items[at - 1]
            at -= 1
        items[at] = item


def selection(items: list[Counted]) -> None:
    for start in range(len(items)):
        least = min(range(start, len(items)), key=items.__getitem__)
        items[start], items[least] = items[least], items[start]


def merge(items: list[Counted]) -> None:
    if len(items) < 2:
        return
    left, right = items[: len(items) // 2], items[len(items) // 2 :]
    merge(left)
    merge(right)
    left.reverse()
    right.reverse()
    for at in range(len(items)):
        takes_right = not left or (right and right[-1] < left[-1])
        items[at] = (right if takes_right else left).pop()


def quick(items: list[Counted]) -> None:
    """Take the first item of each part for its pivot."""
    done: list[Counted] = []
    parts = [list(items)]
    while parts:
        part = parts.pop()
        if len(part) < 2:
            done += part
            continue
        pivot = part[0]
        less: list[Counted] = []
        more: list[Counted] = []
        for item in part[1:]:
            (less if item < pivot else more).append(item)
        parts += [more, [pivot], less]
    items[:] = done


def heap(items: list[Counted]) -> None:
    queue = list(items)
    heapq.heapify(queue)
    items[:] = [heapq.heappop(queue) for _ in items]


SORTS: dict[str, Callable[[list[Counted]], None]] = {
    "insertion": insertion,
    "selection": selection,
    "merge": merge,
    "quick": quick,
    "heap": heap,
    "`sorted`": list.sort,
}


def numbers(values: Iterable[int]) -> list[Counted]:
    return [Counted(value) for value in values]


def shuffled(n: int) -> list[int]:
    return random.Random(n).sample(range(n), n)


def balanced(low: int, high: int) -> list[int]:
    """Return the numbers so that each part's first item is its middle, if parts keep their order."""
    if low >= high:
        return []
    middle = (low + high) // 2
    return [middle, *balanced(low, middle), *balanced(middle + 1, high)]


def growth(cost: Callable[[int], int]) -> str:
    """Name how a cost grows, from 128 to 2048: 1, log n, n, n log n or n²."""
    small, large = cost(128), cost(2048)
    grown = large / small
    expected = {"1": 1.0, "log n": 1.57, "n": 16.0, "n log n": 25.1, "n²": 256.0}
    return min(expected, key=lambda name: abs(math.log(grown / expected[name])))


def comparisons(work: Callable[[list[Counted]], object], values: Iterable[int]) -> int:
    items = numbers(values)
    Counted.compared = 0
    work(items)
    return max(Counted.compared, 1)


def rows(section: str) -> dict[str, list[str]]:
    """Return the tables of a section: the first cell of each line, and the others."""
    text = TEXT.split(f"# {section}\n")[1].split("\n# ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}


@pytest.mark.parametrize("name", SORTS)
def test_sorting_costs_what_the_sheet_says(name: str) -> None:
    best, average, worst, _, stable = rows("Sorting algorithms")[name]
    sort = SORTS[name]
    assert growth(lambda n: comparisons(sort, shuffled(n))) == average
    easy = (lambda n: balanced(0, n)) if name == "quick" else range
    assert growth(lambda n: comparisons(sort, easy(n))) == best
    hard = {"insertion": lambda n: range(n, 0, -1), "quick": range}.get(name, shuffled)
    assert growth(lambda n: comparisons(sort, hard(n))) == worst
    items = numbers(value // 8 for value in shuffled(64))
    before = {id(item): at for at, item in enumerate(items)}
    sort(items)
    ordered = sorted(items, key=lambda item: (item.value, before[id(item)]))
    assert [item.value for item in items] == [item.value for item in ordered]
    if stable == "yes":
        assert [id(item) for item in items] == [id(item) for item in ordered]


def test_membership_costs_what_the_sheet_says() -> None:
    said = [cell.removesuffix(" (keys)") for cell in rows("Costs of the containers")["`v in x`"]]
    makes: list[Callable[[list[Counted]], object]] = [list, deque, dict.fromkeys, set]
    assert said == [growth(partial(seek, make)) for make in makes]


def seek(make: Callable[[list[Counted]], object], n: int) -> int:
    """Return the comparisons to find the last number in what is made of n of them."""
    container = make(numbers(range(n)))
    wanted = Counted(n - 1)
    Counted.compared = 0
    assert wanted in container  # type: ignore[operator]
    return max(Counted.compared, 1)


def test_heaps_and_bisection_cost_what_the_sheet_says() -> None:
    def pops(n: int) -> int:
        queue = numbers(shuffled(n))
        heapq.heapify(queue)
        return comparisons(lambda _: [heapq.heappop(queue) for _ in range(64)], ())

    def search(n: int) -> int:
        items = numbers(range(n))
        return comparisons(lambda _: [bisect_left(items, Counted(v)) for v in range(64)], ())

    said = rows("Costs of the containers")
    assert said["`heappush`, `heappop`; `h[0]`; `heapify`"] == ["log n; 1; n"]
    assert growth(pops) == "log n"
    assert growth(lambda n: comparisons(heapq.heapify, shuffled(n))) == "n"
    assert said["`bisect_left`; `insort`"][0].startswith("log n;")
    assert growth(search) == "log n"
    assert growth(lambda n: comparisons(lambda x: heapq.nsmallest(4, x), shuffled(n))) == "n"


def test_each_sheet_is_one_page(tmp_path: Path) -> None:
    (tmp_path / "srs.toml").write_text(f'name = "Sheets"\nkey = "{0:032x}"\n', encoding="utf-8")
    (tmp_path / "cheat-sheets.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.md").write_text("## Question\n\nAnswer.\n", encoding="utf-8")
    deck, _ = parse(TEXT, "cheat-sheets.md")
    assert deck is not None
    for paper in "a4", "letter":
        out = tmp_path / f"{paper}.pdf"
        args = ["--decks", str(tmp_path), "export", "pdf", str(out), "--paper", paper]
        result = CliRunner().invoke(group, args, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        with pypdfium2.PdfDocument(out) as pdf:
            _, *pages = (page.get_textpage().get_text_range() for page in pdf)
        titles = [section.title for section in deck.sections]
        assert len(pages) == len(titles) == 5
        assert all(title in page for title, page in zip(titles, pages, strict=True))
