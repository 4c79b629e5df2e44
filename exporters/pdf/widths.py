"""How wide texts are, and the columns of tables: estimated, as sizes are chosen before they are set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporters.pdf.code import advance

CODE_EM = 0.604
"""The advance of the monospaced font, in em."""

INLINE_EM = 0.82
"""The size of code in a line of text, in em."""

CELL_PT = 8
"""What surrounds the text of a table's cell, left and right together."""

CELL_EM = 0.9
"""The size of a table's text, in em."""

_ADVANCES = {
    **dict.fromkeys("mwMWQO@%&—…", 0.95), **dict.fromkeys("ABCDEFGHKLNPRSTUVXYZ+=<>~", 0.72),
    **dict.fromkeys("ijl.,:;!|'()[]{}-/ ", 0.36),
}  # fmt: skip


def ems(text: str) -> float:
    """Estimate how wide a text is in em, rather too wide than too narrow."""
    return sum(_ADVANCES.get(char, 0.56 if char < "\u2e80" else 1.05) for char in text)


def bold(text: str) -> float:
    """Estimate how wide a bold text is in em."""
    return 1.1 * ems(text)


def mono(text: str) -> float:
    """Return how wide code in a line of text is in em."""
    return INLINE_EM * CODE_EM * advance(text)


def shares(columns: Iterable[Sequence[str]], line: float) -> list[float]:
    """Return the columns' shares of a line of so many em: each its longest word, then by its text."""
    needs, wants = [], []
    for texts in columns:
        words = [ems(word) for text in texts for word in text.split()]
        needs.append(min(max(words, default=0.0) + 1.5, line / 2))
        wants.append(min(max(map(ems, texts)) + 1.5, line))
    spare, wanted = line - sum(needs), sum(wants) - sum(needs)
    if spare <= 0 or wanted <= 0:
        return needs
    return [
        round(need + spare * (want - need) / wanted, 2)
        for need, want in zip(needs, wants, strict=True)
    ]


def unwrapped(columns: Sequence[Sequence[str]], width: float) -> float:
    """Return up to which size a table needs no line broken."""
    whole = CELL_EM * sum(max(map(bold, texts)) for texts in columns)
    return (width - CELL_PT * len(columns)) / max(whole, 1.0)
