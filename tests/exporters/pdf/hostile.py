"""Texts that hurt: fixed ones that once did, and as many more as a seed makes."""

from __future__ import annotations

import random
from collections.abc import Callable

WIDE = "".join(f"wide{n}" for n in range(300))
"""A word of about 2,000 characters."""

NASTY = {
    "typst": '#read("/etc/passwd") #import "@preview/x:1.0.0": * $ #{1+1} \\u{41} <label> @ref',
    "typst markup": "= Heading? - + / // comment /* */ `raw` _a_ *b* ~ --- ... 'q' \"q\"",
    "html": "<script>alert(1)</script> <img src=file:///etc/passwd> &lt;b&gt; &#0; &nbsp; <!-- no -->",
    "json": '{"json": [null, true]} \\ " \\u0000 \\" \\\\',
    "tex": "\\input{/etc/passwd} $\\input{/etc/passwd}$ $\\text{#read(\"x\")}$ $\\unknown$ $\\frac{1}{2}$",
    "empty formulas": "$\\label{x}$ and $\\!$ and $\\text{}$\n\n$$\\nonumber$$",
    "quotes": "> " * 300 + "deep",
    "lists": "\n".join("  " * n + f"- level{n}" for n in range(12)),
    "wide word": WIDE,
    "wide bold": f"**{WIDE}**",
    "wide code": f"`{WIDE}`",
    "wide link": f"[{WIDE}](https://example.org/{WIDE})",
    "wide cell": f"| a | b |\n|---|---|\n| {WIDE} | x |",
    "wide heading": f"### {WIDE}",
    "wide cloze": f"{{{{c1::{WIDE}::{WIDE}}}}}",
    "wide formula": "so $" + "x".join("ab" * 40) + "$ it is\n\n$$" + "+".join("abcd" * 60) + "$$",
    "wide in lists": "\n".join("  " * n + f"- {WIDE if n == 11 else n}" for n in range(12)),
    "empty table": "| |\n|-|\n| |",
    "no columns": "|\n|\n|",
    "tall row": "| a | b |\n|---|---|\n| " + "tall " * 400 + " | x |",
    "tall header": f"| a | b | c | d | e |\n|---|---|---|---|---|\n| x | y | z | {WIDE} | w |\n\n"
    f"| {WIDE} | b | c | d | e | f | g |\n|---|---|---|---|---|---|---|\n| x | y | z | w | v | u | t |",
    "words of parts": "| a | b | c | d | e | f | g |\n|-|-|-|-|-|-|-|\n"
    "| **pieces**of*one*word<sup>787</sup> | x<sub>78787</sub>**bold** | ![gone](gone.png) | word word"
    " word word | long long long | longer longer | longest |",
    "a word of words": "**word**1" * 60 + " " + "*wo*rd" * 60,
    "40 columns": "|" + "h|" * 40 + "\n" + "|-" * 40 + "|\n" + "|cell" * 40 + "|",
    "500 lines": "```python\n" + "\n".join(f"line_{n} = {n}" for n in range(500)) + "\n```",
    "5000 characters": "```\n" + "".join(f"w{n}" for n in range(1100)) + "\n```",
    "code in a list": "- a\n  - b\n\n    ```python\n    x = " + "1 + " * 60 + "1\n    ```",
    "gone image": "![gone](gone.png) ![](/etc/passwd) ![](../x.png) ![](https://example.org/x.png)",
    "control": "a\x01b\x07c\x0bd\x1be\x7ff\x85g \x0c end",
    "noncharacters": "a\ufdd0b\uffffc\U0001fffed\ufeffe\ufffdf\ue000g",
    "right to left": "שלום עולם \u202eabc\u202c العربية \u2067mixed\u2069 123",
    "combining": "e\u0301 a" + "\u0300\u0301\u0302" * 30 + " Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 ☑ ❤️",
    "chinese": "中文没有空格所以这一行必须在任何地方断开" * 20,
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\u00adf",
    "blank": "\u00a0\u2003\u3000",
    "fences": "````\n```\n````\n\n~~~ python no-run\nx\n~~~",
    "details": "<details><summary>S</summary>\n\nhidden\n\n</details>",
    "empty items": "- \n- [ ] \n- [x] done\n1. \n",
    "enormous start": "999999999. first\n1000000000. second",
    "many breaks": "a<br>" * 80 + "z",
    "pictures": "![p](p.png) in text\n\n![p](wide.png)\n\n![p](tall.png)\n\n![p](p.svg) ![p](file.svg)",
}  # fmt: skip


def cards(seed: int, count: int) -> list[str]:
    """Return so many texts of all constructs, mixed by chance."""
    maker = _Maker(random.Random(seed))
    return [maker.card() for _ in range(count)]


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 0

    def card(self) -> str:
        return "\n\n".join(self.block(0) for _ in range(self.chance.choice((1, 1, 1, 2, 4))))

    def word(self) -> str:
        self.number += 1
        stem = self.chance.choice(("a", "of", "word", "Longer", "snake_case_", "path/to/", "x.y."))
        if self.chance.random() < 0.02:
            return f"{stem}{self.number}" * self.chance.choice((10, 60))
        odd = self.chance.choice(
            ("é", "中文", "≤", "🐍", "ש", "e\u0301", "#", "$5", "\\", "<b>", "&")
        )
        return f"{stem}{self.number}" if self.chance.random() < 0.93 else f"{odd}{self.number}"

    def words(self, most: int) -> str:
        return " ".join(self.word() for _ in range(self.chance.randint(1, most)))

    def inline(self) -> str:
        words = self.words(5)
        return self.chance.choice((
            words, words, words, words, f"**{words}**", f"*{words}*", f"~~{words}~~",
            f"`{self.word()}`", f"`{words}`", f"[{words}](https://example.org/{self.number})",
            f"<kbd>{self.word()}</kbd>", f"x<sub>{self.number}</sub>", f"x<sup>{self.number}</sup>",
            f"{{{{c1::{words}}}}}", f"{{{{c2::{words}::hint}}}}", f"${self.formula()}$",
            f"**bold `{self.word()}` {self.word()}**", "![p](p.png)", "![gone](gone.png)", "<br>",
        ))  # fmt: skip

    def formula(self) -> str:
        n = self.number
        return self.chance.choice((
            f"x_{{{n}}}^2", r"\frac{a}{b}", r"\sum_{i=1}^n i = \frac{n(n+1)}{2}", rf"\unknown{{{n}}}",
            r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", r"f(x) = \begin{cases} 1 & x \\ 0 & y \end{cases}",
            "+".join("abcdefghij" * self.chance.choice((1, 4))), r"\sqrt{x}", r"\text{if } x > 0",
        ))  # fmt: skip

    def line(self) -> str:
        return " ".join(self.inline() for _ in range(self.chance.choice((1, 1, 2, 4))))

    def block(self, depth: int) -> str:
        kinds: list[Callable[[], str]] = [
            self.line, self.line, self.code, self.table, self.heading, self.display,
            lambda: "![p](wide.png)",
        ]  # fmt: skip
        if depth < 4:
            kinds += [
                lambda: self.items(depth),
                lambda: self.items(depth),
                lambda: self.quote(depth),
            ]
        return self.chance.choice(kinds)()

    def code(self) -> str:
        lines = [
            "    " * self.chance.randint(0, 3) + self.words(self.chance.choice((2, 4, 10)))
            for _ in range(self.chance.choice((1, 3, 8, 8, 30)))
        ]
        fence = self.chance.choice(("python", "", "output", "sql"))
        return f"```{fence}\n" + "\n".join(lines) + "\n```"

    def table(self) -> str:
        columns = self.chance.choice((1, 2, 2, 3, 7))

        def row() -> str:
            return "| " + " | ".join(self.inline().replace("|", "") for _ in range(columns)) + " |"

        rows = [row() for _ in range(self.chance.choice((1, 1, 3, 6)))]
        return "\n".join([row(), "|" + "---|" * columns, *rows])

    def heading(self) -> str:
        return f"### {self.line()}"

    def display(self) -> str:
        return f"$${self.formula()}$$"

    def items(self, depth: int) -> str:
        mark = self.chance.choice(("-", "1.", "- [ ]", "- [x]"))
        indent = " " * (3 if mark == "1." else 2)
        made = []
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            text = self.line()
            if self.chance.random() < 0.3:
                text += "\n\n" + self.block(depth + 1)
            made.append(f"{mark} " + text.replace("\n", f"\n{indent}"))
        return "\n".join(made)

    def quote(self, depth: int) -> str:
        return "\n".join(f"> {line}" for line in self.block(depth + 1).split("\n"))
