"""TeX on paper: what MathJax shows is set, and what cannot be set is printed as its source."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pypdfium2
import pytest

from exporters import maths, pdf
from srs.corpus.tree import Item, List, Math, Paragraph, Text
from srs.paper import Paper

A, B, N, X = ["i", "a"], ["i", "b"], ["i", "n"], ["i", "x"]
ONE, TWO = ["n", "1"], ["n", "2"]
LOOKS = {
    "columns": "c", "bars": [], "rules": [], "displayed": False, "paired": False, "tight": False,
}  # fmt: skip
SQUARE = [["cells", A, B], ["cells", ONE, TWO]]

TREES: dict[str, Any] = {
    r"\frac{a}{b}": ["mfrac", A, B],
    r"\frac12": ["mfrac", ONE, TWO],
    r"\dfrac ab": ["styled", "display", ["mfrac", A, B]],
    r"\binom{n}{2}^2": ["msup", ["binom", N, TWO], TWO],
    r"{n \choose 2}": ["binom", N, TWO],
    r"a \over b": ["mfrac", A, B],
    "x^10": ["row", ["msup", X, ONE], ["n", "0"]],
    "x^{10}": ["msup", X, ["n", "10"]],
    "x_1^2": ["msubsup", X, ONE, TWO],
    "x^2_1": ["msubsup", X, ONE, TWO],
    "x''": ["msup", X, ["row", ["o", "′"], ["o", "′"]]],
    "x'^2": ["msup", X, ["row", ["o", "′"], TWO]],
    r"\sqrt[n]{x}": ["mroot", X, N],
    r"\sum_{i}^n": ["msubsup", ["o", "∑"], ["i", "i"], N],
    r"\sum\limits_x": ["munder", ["o", "∑"], X],
    r"\lim_x": ["msub", ["op", "lim", True], X],
    r"\log_2": ["msub", ["op", "log", False], TWO],
    r"\operatorname*{arg\,max}_x": ["msub", ["op", "arg\u2009max", True], X],
    r"\mathrm{ab}": ["styled", "upright", ["text", "ab"]],
    r"\mathbf ab": ["row", ["styled", "bold", ["text", "a"]], B],
    r"\mathbb{N}": ["styled", "bb", ["i", "N"]],
    r"\bm{x}": ["styled", "bold-italic", X],
    r"{\bf x} a": ["row", ["styled", "bold", ["text", "x"]], A],
    r"\text{if $x$ {is} 5\%}": ["row", ["text", "if\u00a0"], X, ["text", "\u00a0is\u00a05%"]],
    r"\begin{pmatrix} a & b \\ 1 & 2 \end{pmatrix}":
        ["fenced", ["o", "("], ["table", LOOKS, *SQUARE], ["o", ")"]],
    r"\begin{pmatrix} x \\[2pt] a \end{pmatrix}^n":
        ["msup", ["fenced", ["o", "("], ["table", LOOKS, ["cells", X], ["cells", A]], ["o", ")"]], N],
    r"\begin{array}{l|r} a & b \\ \hline 1 & 2 \end{array}":
        ["table", {**LOOKS, "columns": "lr", "bars": [1], "rules": [1]}, *SQUARE],
    r"\begin{array}{|c} \hline [a] \\ {b} \\ \hline \end{array}":
        ["table", {**LOOKS, "bars": [0], "rules": [0, 2]},
         ["cells", ["row", ["o", "["], A, ["o", "]"]]], ["cells", B]],
    r"\begin{matrix}{c}\end{matrix}": ["table", LOOKS, ["cells", ["i", "c"]]],
    r"\begin{matrix}[t]\end{matrix}":
        ["table", LOOKS, ["cells", ["row", ["o", "["], ["i", "t"], ["o", "]"]]]],
    r"\begin{cases} a & b \\ 1 & 2 \end{cases}":
        ["fenced", ["o", "{"], ["table", {**LOOKS, "columns": "l"}, *SQUARE], ["o", ""]],
    r"\begin{aligned} a & b \\ 1 & 2 \\ \end{aligned}":
        ["table", {**LOOKS, "displayed": True, "paired": True}, *SQUARE],
    r"\left( a \middle| b \right]":
        ["fenced", ["o", "("], ["row", A, ["mid", ["o", "|"]], B], ["o", "]"]],
    r"\bigl(": ["class", "opening", ["big", 1.2, ["o", "("]]],
    r"\hat x": ["accent", "\u0302", X],
    r"\underbrace{x}_n": ["munder", ["accent", "underbrace", X], N],
    r"\overset{a}{\to}": ["mover", ["o", "→"], A],
    r"\xrightarrow[a]{b}": ["arrow", ["o", "→"], A, B],
    r"\not\in": ["o", "∉"],
    r"\boxed{x}": ["boxed", "", X],
    r"\cancel{x}": ["cancel", "up", X],
    r"\color{red}{x} a": ["row", ["colour", "#ff0000", X], A],
    r"{\color{#00FF00} x} a": ["row", ["colour", "#00ff00", X], A],
    r"x \tag{1}": ["row", X, ["space", 2.0], ["o", "("], ["text", "1"], ["o", ")"]],
    r"3{,}5": ["row", ["n", "3"], ["class", "normal", ["o", ","]], ["n", "5"]],
    "1.5": ["n", "1.5"],
    r"a\quad b": ["row", A, ["space", 1.0], B],
    r"\kern1em x": ["row", ["space", 1.0], X],
    r"a % not b": A,
    "x^ 10": ["row", ["msup", X, ONE], ["n", "0"]],
    r"\sqrt 2em": ["row", ["msqrt", TWO], ["i", "e"], ["i", "m"]],
    r"\bigl. x": ["row", ["class", "opening", ["big", 1.2, ["o", ""]]], X],
    r"\text{&#x41;}": ["text", "&#x41;"],
    r"\mathbf\mathcal{L}": ["styled", "bold", ["text", "L"]],
    r"50\%": ["row", ["n", "50"], ["o", "%"]],
    r"a \sim b": ["row", A, ["o", "∼"], B],
}  # fmt: skip

GALLERY = r"""
\sum_{i=1}^{n} i = \frac{n(n+1)}{2}
\prod_{k=1}^{n} k
\int_0^\infty e^{-x^2}\,dx
\iint_D f\,dA + \oint_C F\cdot dr
\lim_{x \to 0} \frac{\sin x}{x}
\max_{i} a_i + \min_{i} a_i
\sin^2\theta + \cos^2\theta = 1
\begin{bmatrix} 1 & \cdots & 0 \\ \vdots & \ddots & \vdots \\ 0 & \cdots & 1 \end{bmatrix}
\begin{vmatrix} a & b \\ c & d \end{vmatrix} \begin{Vmatrix} a \end{Vmatrix} \begin{Bmatrix} a \end{Bmatrix}
\left( \begin{smallmatrix} a & b \\ c & d \end{smallmatrix} \right)
\begin{array}{|c|r|} \hline a & b \\ \hline c & d \\ \hline \end{array}
\left\{ \begin{array}{ll} x & \text{if } a \\ y & \text{else} \end{array} \right.
f(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}
\begin{align*} a &= b + c & x &= y \\ &= d & &= z \end{align*}
\begin{align} a &= b \nonumber \\ c &= d \label{d} \end{align}
\begin{gathered} a = b \\ c = d \end{gathered}
\begin{split} a &= b \\ &= d \end{split}
\begin{alignat}{2} a &= b & c &= d \end{alignat}
\begin{eqnarray} a &=& b \end{eqnarray}
\begin{equation} x = 1 \end{equation}
a = b \\ c = d
\mathcal{O}(n \log n) \mathscr{L} \mathfrak{g} \mathsf{A} \mathtt{B} \mathit{diff}
\mathbf{v} \cdot \boldsymbol{\beta}
\textbf{bold} \textit{it} \texttt{tt} \textrm{rm}
\mathrm{softmax}(x) + \operatorname{Var}(X)
\left. \frac{df}{dx} \right|_{x=0}
\left\langle u, v \right\rangle \left\lVert x \right\rVert
\bigl( x \bigr) \Bigl[ y \Bigr] \biggl\{ z \biggr\} \Big|_{0}^{1}
\bar{x} \vec{v} \tilde{x} \dot{x} \ddot{x} \check{x} \breve{x} \mathring{A} \acute{a} \grave{a}
\overline{AB} \underline{x} \widehat{abc} \widetilde{abc} \overrightarrow{AB}
\overbrace{1+\underbrace{2}_{b}}^{a}
\underset{x}{\max} \overset{!}{=} \stackrel{\text{def}}{=}
\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu
\nu \xi \pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega
\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega
a \to b \rightarrow c \Rightarrow d \implies e \iff f \mapsto g \longrightarrow h \gets i
\leftarrow \leftrightarrow \Leftrightarrow \uparrow \downarrow \hookrightarrow \rightleftharpoons
1 + \cdots + n, \dots, \ldots, \vdots \ddots \dotsc \dotsb
\not= \neq \notin \not\subset \not\leq
P(A \mid B) + \lVert x \rVert_2 + \lvert x \rvert + |x| + \|x\|
a \quad b \qquad c \, d \; e \: f \! g \  h ~ i \hspace{1em} j \mspace{5mu} k
f'(x) f''(x) f^{\prime} y'_1
\textcolor{blue}{x} + {\color{red} x + y} + z
\bcancel{x} \xcancel{x} \sout{x}
\lfloor x \rfloor \lceil x \rceil
a \equiv b \pmod{n}, a \bmod n
e^{i\pi} + 1 = 0
\forall x \in A\ \exists y: x \le y \ge z
A \cup B \cap C \setminus D \subseteq E \emptyset \varnothing
p \land q \lor \lnot r \oplus s \wedge t \vee u \neg v
\partial f / \partial x, \nabla f \times g
\infty \pm \mp \times \div \cdot \ast \star \circ \bullet \otimes
a < b > c \ll d \gg e \lt f \gt g
a \approx b \simeq d \cong e \propto f \perp g \parallel h \equiv i \triangleq j
\sum_{\substack{i=1 \\ j=2}}^n a_{ij}
x \in \{1, 2, 3\} \subset \mathbb{R}
\ell \hbar \Re \Im \aleph \wp
a\_b \& c \# d \$ e
\therefore \because \asymp \models \vdash \top \bot \square
\left| \frac{a}{b} \right| \left\lfloor \frac{n}{2} \right\rfloor
x\mathbin{+}y \mathrel{R} z \mathop{S}_i
{}^{14}_{6}C
\cfrac{1}{1+\cfrac{1}{1+x}}
\limsup_{n\to\infty} \gcd(a,b) \det A \dim V \ker f \Pr[X] \exp x \ln x \tanh x
\mathop{\mathrm{lim\,sup}}_{n\to\infty}
\href{http://example.org}{x} \phantom{x} y
f\colon A\to B, x := 5, a^{*}, A^\top, A^\dagger
90^\circ \angle ABC \triangle
\prod_{i<j} (x_i - x_j) \ne 0
\bigcup_{i} \bigcap_i \bigoplus_i \coprod_i \biguplus \bigvee \bigwedge
\sqrt{b^2 - 4ac} \over 2a
""".strip().split("\n")

UNSET = r"""
\unknowncommand x
\sum\nolimits_x
\ce{H2O}
\sideset{}{'}\sum
\newcommand{\R}{\mathbb{R}} \R
\input{/etc/passwd}
\class{styled:bold}{x}
\def\a{\a\a}\a
\cases{a & b}
\operatorname*{max}\limits_x
\begin{multline} a \\ b \end{multline}
f''^2
\frac{a}
x^
x^1^2
{x
x}
\left( x
a \middle| b
a & b
\begin{pmatrix} a
\begin{unknown} a \end{unknown}
\begin{pmatrix} a \end{bmatrix}
\text{\unknown}
\color{nocolour}{x}
\operatorname{\frac12}
\label{only}
#1
""".strip().split("\n")


def drawn(formulas: list[str], *, display: bool) -> tuple[pdf.Printed, str]:
    """Draw formulas; return as well what a reader can select, letters as plain ones."""
    math = [Math(display, (Text(tex),)) for tex in formulas]
    notes = tuple(
        pdf.PrintedNote("n", (), (value,) if display else (Paragraph((value,)),), (), {})
        for value in math
    )
    deck = pdf.PrintedDeck("Deck", (pdf.PrintedSection("", (), notes, {}),))
    look = pdf.Look("Title", "", date(2026, 1, 1), Paper("long", 200, 1000))
    made = pdf.sheet([deck], look)
    pages = pypdfium2.PdfDocument(made.data)
    text = "".join(page.get_textpage().get_text_range(errors="ignore") for page in pages)
    return made, unicodedata.normalize("NFKD", text)


@pytest.mark.parametrize("tex", TREES)
def test_tex_has_the_tree_of_what_it_shows(tex: str) -> None:
    assert maths.parse(tex) == TREES[tex]


@pytest.mark.parametrize("tex", UNSET)
def test_what_is_not_known_has_no_tree(tex: str) -> None:
    assert maths.parse(tex) is None


@pytest.mark.parametrize("display", [True, False])
def test_a_formula_is_set_or_printed_as_its_source_and_named(display: bool) -> None:
    made, text = drawn([*GALLERY, *TREES, *UNSET], display=display)
    assert made.unset == tuple(UNSET)
    assert made.flaw == ""
    squeezed = "".join(text.split())
    for tex in UNSET:
        assert "".join(tex.split()) in squeezed


@pytest.mark.parametrize("display", [True, False])
@pytest.mark.parametrize("tex", GALLERY)
def test_every_letter_of_a_formula_is_printed(tex: str, display: bool) -> None:
    tree = maths.parse(tex)
    assert tree is not None
    made, text = drawn([tex], display=display)
    assert made.missing == ()
    for leaf in leaves(tree):
        for char in unicodedata.normalize("NFKD", leaf):
            assert char.isspace() or char in text or not char.isalnum(), leaf


def leaves(node: list[Any]) -> list[str]:
    kind, *parts = node
    if kind == "phantom":
        return []
    if kind in ("i", "n", "text", "op"):
        return [parts[0]]
    return [leaf for part in parts if isinstance(part, list) for leaf in leaves(part)]


DEEP = [
    "{" * 1000,
    r"\sqrt[" * 300,
    r"\left(" * 300,
    r"\rm" * 600,
    "a\\over " * 300,
    r"\text{$" * 280,
]


@pytest.mark.parametrize("tex", DEEP)
def test_what_is_nested_too_deep_has_no_tree(tex: str) -> None:
    assert maths.parse(tex[:2000]) is None


def test_the_deepest_formulas_are_set_in_the_deepest_lists() -> None:
    parts = {
        r"\sqrt{": "}",
        r"\sqrt{1+": "}",
        r"\left(": r"\right)",
        r"\begin{pmatrix}1&": r"\end{pmatrix}",
    }
    deepest = [
        max((begin * n + "x" + end * n for n in range(1, 20) if maths.parse(begin * n + "x" + end * n)), key=len)
        for begin, end in parts.items()
    ]  # fmt: skip
    blocks: Any = tuple(Paragraph((Math(False, (Text(tex),)),)) for tex in deepest)
    blocks += tuple(Math(True, (Text(tex),)) for tex in deepest)
    for _ in range(12):
        blocks = (List(None, True, (Item(None, blocks),)),)
    card = pdf.PrintedCard("card", "Deck", blocks, blocks, {})
    look = pdf.Look("Title", "", date(2026, 1, 1), Paper("a4", 210, 297))
    assert pdf.cards([card], look, pdf.Cutting((1, 2))).unset == ()
