r"""Rewrites TeX so that latex2mathml, which knows less of it and says less of it, sets it right.

What the library has no element for goes through it as a class: `\mathbf x` as
`\class{styled:bold} x`, a grid of any kind as a matrix with its looks. A text goes as hexadecimal
digits, as the library ends one at its first brace. A command that is in no table here raises
`ValueError`, as does what is not closed.
"""

from __future__ import annotations

import re
import unicodedata

MAX_DEPTH = 40

_STYLES = {
    "mathrm": "upright", "mathup": "upright", "mathnormal": "italic", "mathit": "italic",
    "mathbf": "bold", "boldsymbol": "bold-italic", "bm": "bold-italic", "pmb": "bold-italic",
    "mathbb": "bb", "Bbb": "bb", "mathcal": "cal", "mathscr": "scr", "mathfrak": "frak",
    "mathsf": "sans", "mathtt": "mono",
}  # fmt: skip
_SWITCHES = {
    "rm": "upright", "bf": "bold", "it": "italic", "sf": "sans", "tt": "mono", "cal": "cal",
    "frak": "frak", "mit": "italic", "scr": "scr", "displaystyle": "display", "textstyle": "inline",
    "scriptstyle": "script", "scriptscriptstyle": "sscript",
}  # fmt: skip
"""Commands that give a style to the rest of their group."""

_TEXTS = {"textbf": "bold", "textit": "italic", "emph": "italic", "texttt": "mono", "textsf": "sans"}  # fmt: skip
_CLASSES = {
    "mathbin": "binary", "mathrel": "relation", "mathord": "normal", "mathopen": "opening",
    "mathclose": "closing", "mathpunct": "punctuation", "mathop": "large", "mathinner": "normal",
}  # fmt: skip
_CANCELS = {"cancel": "up", "bcancel": "down", "xcancel": "cross", "sout": "through"}
_SIDES = {"": "", "l": "class:opening ", "r": "class:closing ", "m": "class:relation "}
_SIZES = {"big": 1.2, "Big": 1.623, "bigg": 2.047, "Bigg": 2.47}

_COMMANDS = {
    **{name: rf"\class{{styled:{style}}}" for name, style in _STYLES.items()},
    **{name: rf"\class{{class:{kind}}}" for name, kind in _CLASSES.items()},
    **{name: rf"\class{{cancel:{way}}}" for name, way in _CANCELS.items()},
    **{
        name + side: rf"\class{{{kind}big:{em}}}"
        for name, em in _SIZES.items()
        for side, kind in _SIDES.items()
    },
    **dict.fromkeys(("phantom", "hphantom"), r"\class{phantom:}"),
    "boxed": r"\class{boxed:}", "operatorname": r"\class{op:}", "operatorname*": r"\class{op:limits}",
    "binom": r"\class{binom:}\frac", "dbinom": r"\class{styled:display binom:}\frac",
    "tbinom": r"\class{styled:inline binom:}\frac", "dfrac": r"\class{styled:display}\frac",
    "cfrac": r"\class{styled:display}\frac", "tfrac": r"\class{styled:inline}\frac",
    "bmod": r"\class{class:binary}{\text{6d6f64}}", "colon": r"\class{class:punctuation}{:}",
    "arg": r"\class{op:}{arg}", "hline": r"\class{hline:}{}", "cr": r"\\", "medspace": r"\:",
    "enskip": r"\enspace", "sim": "∼", "setminus": "∖", "smallsetminus": "∖", "square": "□",
    "Box": "□", "lnot": "¬", "neg": "¬", "lq": "‘", "rq": "’", "copyright": "©", "pounds": "£",
    "triangle": "△", "blacksquare": "■", "S": "§", "P": "¶", "omicron": "ο", "checkmark": "✓",
    "dag": "†", "ddag": "‡",
}  # fmt: skip
"""Commands that are written otherwise."""

_NOTHING = frozenset({"nonumber", "notag", "strut", "mathstrut", "displaylimits", "allowbreak", "nobreak", "normalsize", "small", "large", "Large", "LARGE", "huge", "Huge", "tiny", "scriptsize", "footnotesize", "relax", "null", "smash", "mathclap", "mathllap", "mathrlap", "ensuremath"})  # fmt: skip
"""Commands that leave no mark, or show their argument as it is."""

_KNOWN = frozenset({"frac", "over", "choose", "sqrt", "root", "of", "limits", "left", "right", "middle", "not", "substack", "overset", "underset", "stackrel", "pmod", "mod", "hat", "widehat", "bar", "vec", "tilde", "widetilde", "dot", "ddot", "dddot", "ddddot", "acute", "grave", "check", "widecheck", "breve", "mathring", "overrightarrow", "overleftarrow", "overleftrightarrow", "overline", "underline", "overbrace", "underbrace", "overbracket", "underbracket", "overparen", "underparen", "thinspace", "thickspace", "negthinspace", "negmedspace", "negthickspace", "space", "nobreakspace", "enspace", "quad", "qquad", "arccos", "arcsin", "arctan", "cos", "cosh", "cot", "coth", "csc", "deg", "dim", "exp", "hom", "ker", "lg", "ln", "log", "sec", "sin", "sinh", "tan", "tanh", "det", "gcd", "inf", "lim", "max", "min", "Pr", "sup", "liminf", "limsup", "injlim", "projlim", "argmax", "argmin", "xrightarrow", "xleftarrow", "xleftrightarrow", "xRightarrow", "xLeftarrow", "xLeftrightarrow", "xmapsto", "xhookrightarrow", "xhookleftarrow", "xrightleftharpoons"})  # fmt: skip
"""Commands that the library sets right, besides those of one character."""

_MATRICES = {
    "matrix": "..", "pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||",
    "Vmatrix": "‖‖", "smallmatrix": "..", "array": "..", "cases": "{.", "dcases": "{.",
    "rcases": ".}", "gathered": "..", "gather": "..", "gather*": "..", "aligned": "..",
    "align": "..", "align*": "..", "split": "..", "alignedat": "..", "alignat": "..",
    "alignat*": "..", "flalign": "..", "flalign*": "..", "eqnarray": "..", "eqnarray*": "..",
}  # fmt: skip
"""Environments that are grids, and the delimiters before and after them."""

_ROWS = frozenset({"equation", "equation*", "math", "displaymath"})
_PAIRED = "c,displayed,paired"
_LOOKS = {
    **dict.fromkeys(("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix"), "c"),
    **dict.fromkeys(("gathered", "gather", "gather*"), "c,displayed"),
    **dict.fromkeys(("eqnarray", "eqnarray*"), "rcl,displayed"),
    "smallmatrix": "c,tight", "cases": "l", "rcases": "l", "dcases": "l,displayed",
}  # fmt: skip
_BRACES = {"{": r"\{", "}": r"\}", "‖": r"\|"}

_UNITS = {"em": 1.0, "ex": 0.43, "mu": 1 / 18, "pt": 0.1, "px": 0.075, "mm": 0.285, "cm": 2.85, "in": 7.2, "pc": 1.2}  # fmt: skip
"""Units in em, of a text of 10 pt."""

_COLOURS = {
    "black": "000000", "blue": "0000ff", "brown": "bf8040", "cyan": "00aeef", "darkgray": "404040",
    "gray": "808080", "grey": "808080", "green": "008000", "lime": "bfff00", "magenta": "ec008c",
    "maroon": "af3235", "navy": "000080", "olive": "808000", "orange": "ff8000", "pink": "ff80a0",
    "purple": "bf0040", "red": "ff0000", "teal": "008080", "violet": "800080", "crimson": "dc143c",
    "darkgreen": "006400", "darkblue": "00008b", "darkred": "8b0000", "gold": "b8860b",
    "indigo": "4b0082", "tomato": "ff6347", "steelblue": "4682b4", "royalblue": "4169e1",
}  # fmt: skip
"""Colours as red, green and blue; those that no paper shows are left out."""

_DIMENSION = rf"(-?(?:\d+\.?\d*|\.\d+))\s*({'|'.join(_UNITS)})"
_TOKEN = re.compile(
    rf"""
    %[^\n]*\n? | \\(?:label|require|href|vphantom)\s*\{{[^{{}}]*\}} |
    (?P<newline>\\(?:\\|cr(?![a-zA-Z]))\*?(?:\s*\[\s*{_DIMENSION}\s*\])?) |
    \\begin\s*\{{(?P<begin>(?P<placed>array|aligned(?:at)?|alignat\*?|gathered|split)|\w+\*?)\}}
        (?(placed)(?:\s*\[[tcb]\])?(?:\s*\{{(?P<columns>[lcr|\s]+|\d+)\}})?) |
    \\end\s*\{{(?P<end>\w+\*?)\}} |
    \\(?P<text>text(?:bf|it|tt|sf|rm|up|normal)?|[mhf]box|emph|tag\*?)\s*
        \{{(?P<words>(?:[^{{}}\\]|\\.|\{{[^{{}}]*\}})*)\}} |
    \\[hm]space\*?\s*\{{\s*(?P<space>{_DIMENSION})\s*\}} |
    \\(?:kern|mkern|hskip|mskip)\s*(?P<kern>{_DIMENSION}) |
    \\(?P<paint>color|textcolor)\s*\{{(?P<colour>[^{{}}]*)\}}(?P<painted>(?=\s*\{{))? |
    \\(?P<command>operatorname\*|[a-zA-Z]+) | (?P<escaped>\\[,:;>!|_%&\#${{}}\s]) |
    (?P<digit>\d) | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_MATHS = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)*)\$")
_ESCAPE = re.compile(r"\\([%&#$_{} \\])|[\\${}~\s]")
_MATRIX = r"\class{table:%s}\begin{matrix}{}"
"""The start of a grid; its first braces would be taken for columns if they were a cell's."""

_TWO_CLASSES = re.compile(r"(\\class\{[^}]*)\}\s*\\class\{")


def rewritten(tex: str) -> str:
    """Return TeX that the library reads as MathJax would; lines become a grid."""
    rewriter = _Rewriter()
    for match in _TOKEN.finditer(tex):
        if match.lastgroup:
            getattr(rewriter, f"on_{match.lastgroup}")(match)
    rewriter.end("")
    whole = "".join(rewriter.out)
    while (merged := _TWO_CLASSES.sub(r"\1 ", whole)) != whole:
        whole = merged
    return _MATRIX % "l,displayed" + whole + r"\end{matrix}" if rewriter.lines else whole


class _Rewriter:
    """Takes what stands in a formula; `open` is what is not closed, and its switches."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[tuple[str, int]] = [("", 0)]
        self.lines = False

    def begin(self, kind: str, written: str) -> None:
        self.open.append((kind, 0))
        self.out.append(written)

    def switch(self, look: str) -> None:
        kind, switches = self.open.pop()
        self.open.append((kind, switches + 1))
        self.out.append(rf"\class{{{look}}}{{")
        if switches > MAX_DEPTH:
            raise ValueError("too many switches")

    def end_switches(self) -> str:
        kind, switches = self.open.pop()
        self.open.append((kind, 0))
        self.out.append("}" * switches)
        return kind

    def end(self, kind: str, written: str = "") -> None:
        if self.end_switches() != kind:
            raise ValueError(f"{kind or self.open[-1][0]} is not closed")
        self.open.pop()
        self.out.append(written)

    def on_newline(self, match: re.Match[str]) -> None:
        self.lines |= not self.end_switches()
        self.out.append(r"\\")

    def on_begin(self, match: re.Match[str]) -> None:
        name, columns = match["begin"], match["columns"]
        if (name == "array" or "at" in name.removesuffix("*")[-2:]) != bool(columns):
            raise ValueError(f"{name} has other columns")
        if name in _ROWS:
            return self.begin(name, "{")
        before = _MATRICES[name][0]
        looks = "".join(columns.split()) if name == "array" else _LOOKS.get(name, _PAIRED)
        left = "" if _MATRICES[name] == ".." else rf"\left{_BRACES.get(before, before)}"
        return self.begin(name, f"{{{left}{_MATRIX % looks}")

    on_columns = on_begin

    def on_end(self, match: re.Match[str]) -> None:
        name = match["end"]
        if name in _ROWS:
            return self.end(name, "}")
        after = _MATRICES[name][1]
        right = "" if _MATRICES[name] == ".." else rf"\right{_BRACES.get(after, after)}"
        return self.end(name, rf"\end{{matrix}}{right}}}")

    def on_words(self, match: re.Match[str]) -> None:
        self.out.append(_text(match["text"], match["words"]))

    def on_space(self, match: re.Match[str]) -> None:
        size, unit = re.fullmatch(_DIMENSION, match["space"] or match["kern"]).groups()  # type: ignore[union-attr]
        em = min(max(float(size) * _UNITS[unit], -10.0), 40.0)
        self.out.append(rf"\hspace{{{em:.3f}em}}")

    on_kern = on_space

    def on_colour(self, match: re.Match[str]) -> None:
        name = match["colour"].strip().lower()
        look = f"colour:{name if re.fullmatch('#[0-9a-f]{6}', name) else '#' + _COLOURS[name]}"
        if match["paint"] == "textcolor" or match["painted"] is not None:
            self.out.append(rf"\class{{{look}}}")
        else:
            self.switch(look)

    on_painted = on_colour

    def on_command(self, match: re.Match[str]) -> None:
        name = match["command"]
        if name in _SWITCHES:
            self.switch(f"styled:{_SWITCHES[name]}")
        elif name == "left":
            self.begin(name, r"\left")
        elif name == "right":
            self.end("left", r"\right")
        elif name in _COMMANDS:
            self.out.append(_COMMANDS[name])
        elif name in _KNOWN or _is_symbol(name):
            self.out.append(rf"\{name} ")
        elif name not in _NOTHING:
            raise ValueError(f"unknown command {name}")

    def on_escaped(self, match: re.Match[str]) -> None:
        self.out.append(r"\ " if match[0][1].isspace() else match[0])

    def on_digit(self, match: re.Match[str]) -> None:
        """Put a digit in braces: it is an argument of its own, and begins no dimension."""
        self.out.append(f"{{{match[0]}}}")

    def on_sign(self, match: re.Match[str]) -> None:
        sign = match[0]
        if sign in "#$\\" or (sign == "&" and self.end_switches() not in _MATRICES):
            raise ValueError(f"{sign} has no meaning here")
        if sign == "{":
            self.begin("{", "{")
        elif sign == "}":
            self.end("{", "}")
        else:
            self.out.append(sign)


def _text(command: str, words: str) -> str:
    """Write text, in which formulas may stand between dollars."""
    pieces = [
        rewritten(piece) if n % 2 else rf"\text{{{_shown(piece).encode().hex()}}}"
        for n, piece in enumerate(_MATHS.split(words))
        if piece
    ]
    whole = f"{{{''.join(pieces)}}}"
    if command in _TEXTS:
        return rf"\class{{styled:{_TEXTS[command]}}}{whole}"
    before, after = {
        "fbox": (r"\class{boxed:}", ""),
        "tag": (r"\qquad(", ")"),
        "tag*": (r"\qquad", ""),
    }.get(command, ("", ""))
    return before + whole + after


def _shown(text: str) -> str:
    """Return what text shows: no braces but those that are escaped, and spaces that stay."""

    def shown(match: re.Match[str]) -> str:
        if match[1] is None and match[0] in "\\$":
            raise ValueError(f"unknown command in {text}")
        return match[1] or {"{": "", "}": ""}.get(match[0], "\u00a0")

    return _ESCAPE.sub(shown, text)


def _is_symbol(name: str) -> bool:
    from latex2mathml.symbols_parser import convert_symbol

    code = None if name.startswith("math") else convert_symbol(f"\\{name}")
    return code is not None and unicodedata.category(chr(int(code, 16)))[0] not in "MCZ"
