"""A document's elements and texts in order, and which of its cloze marks belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

from justhtml.dom import Node

from srs.importers.html.elements import SKIPPED
from srs.importers.leaves import clean

CLOZE = re.compile(r"\{\{c(\d+(?:,\d+)*)::|(\}\})|(::)")
"""An opening with its numbers, a closing, what parts a text from its hint."""


def events(
    root: Node, skips: Callable[[Node], bool]
) -> Iterator[tuple[Literal["start", "text", "end"], Node]]:
    """Walk a document without recursion, leaving out what `skips` says and comments."""
    stack: list[tuple[Node, Iterator[Node]]] = [(root, iter(root.children or ()))]
    while stack:
        node, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                yield "end", node
        elif child.name == "#text":
            yield "text", child
        elif not child.name.startswith(("#", "!")) and not skips(child):
            yield "start", child
            stack.append((child, iter(child.children or ())))


def closed_clozes(root: Node) -> set[int]:
    """Return which of the marks that open a cloze, counted, have one that closes it."""
    opened: list[int] = []
    closed: set[int] = set()
    count = 0
    for event, node in events(root, lambda node: node.name in SKIPPED):
        for mark in CLOZE.finditer(clean(str(node.data or ""))) if event == "text" else ():
            if mark[1]:
                opened.append(count)
                count += 1
            elif mark[2] and opened:
                closed.add(opened.pop())
    return closed
