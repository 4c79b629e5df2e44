"""How the costs on the cheat sheets grow that are not comparisons: moves, copies, hashing.

Run with `python -m tests.bench.costs`. Each line names an operation, what the sheet says of it, and
how many times longer it takes with 16 times as many items: some 1 where the cost does not depend
on them, some 16 where it grows with them. The baseline is the same operation on the smaller
container, in the same run.
"""

import timeit
from collections import OrderedDict, deque

SMALL, LARGE = 20_000, 320_000
ROUNDS = 9
OPERATIONS = {
    "list[i]": ("1", "x[n // 2]"),
    "list.append, pop": ("1", "x.append(0); x.pop()"),
    "list.insert(0), pop(0)": ("n", "x.insert(0, 0); x.pop(0)"),
    "list.insert in the middle": ("n", "x.insert(n // 2, 0); del x[n // 2]"),
    "list[a:a + 50]": ("1", "x[100:150]"),
    "list.copy": ("n", "x.copy()"),
    "deque[0], [-1]": ("1", "q[0]; q[-1]"),
    "deque[n // 2]": ("n", "q[n // 2]"),
    "deque.appendleft, popleft": ("1", "q.appendleft(0); q.popleft()"),
    "deque.append, pop": ("1", "q.append(0); q.pop()"),
    "dict[key]": ("1", "d[7]"),
    "dict add, delete": ("1", "d[-1] = 0; del d[-1]"),
    "dict.popitem": ("1", "d[-1] = 0; d.popitem()"),
    "value in dict.values()": ("n", "-1 in d.values()"),
    "set add, remove": ("1", "s.add(-1); s.remove(-1)"),
    "small set & large set": ("1", "few & s"),
    "small set | large set": ("n", "few | s"),
    "OrderedDict.move_to_end": ("1", "o.move_to_end(7)"),
    "heap[0]": ("1", "x[0]"),
    "''.join": ("n", "''.join(t)"),
}


def seconds(statement: str, n: int) -> float:
    """Return the time of one execution on containers of n items, the best of some rounds."""
    names = {
        "n": n, "x": list(range(n)), "q": deque(range(n)), "d": dict.fromkeys(range(n), 0),
        "s": set(range(n)), "few": {1, 2, 3}, "o": OrderedDict.fromkeys(range(n)), "t": ["a"] * n,
    }  # fmt: skip
    timer = timeit.Timer(statement, globals=names)
    number, _ = timer.autorange(lambda *_: None)
    number = max(1, number // 20)
    return min(timer.repeat(ROUNDS, number)) / number


def main() -> None:
    for name, (said, statement) in OPERATIONS.items():
        small, large = seconds(statement, SMALL), seconds(statement, LARGE)
        print(f"{name:28} said {said}: {small * 1e9:10.0f} ns, {large / small:5.1f} x")


if __name__ == "__main__":
    main()
