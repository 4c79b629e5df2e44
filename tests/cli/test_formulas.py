"""Formulas as a line of text."""

import pytest

from srs.cli.formulas import spoken


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frac{a+b}{2}", "(a + b)/2"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"x_i^2 y", "x_i^2 y"),
        (r"\lim_{x \to 0} \sin x", "lim_(x → 0) sin x"),
        (r"\operatorname{Var}(X)", "Var(X)"),
        (r"\mathbb{R}^n", "ℝ^n"),
        (r"\mathrm{softmax}(x)", "softmax(x)"),
        (r"\hat{x} + \bar{y}", "x\u0302 + y\u0304"),
        (r"a \bmod n", "a mod n"),
        (r"3{,}5", "3,5"),
        (r"a \qquad b \quad c", "a    b  c"),
        (r"\phantom{x} y", "y"),
        (r"A \xrightarrow{f} B", "A →^f B"),
        (r"\sqrt[3]{x}", "root(x, 3)"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^T", "(a b; c d)^T"),
        (r"f(x) = \begin{cases} 1 & \text{if } x \\ 0 \end{cases}", "f(x) = {1 if\u00a0x; 0"),
        (r"\textcolor{red}{x} + \boxed{y}", "x + y"),
        (r"\unknown{x}", r"\unknown{x}"),
    ],
)
def test_a_formula_is_said_as_a_line_of_text(tex: str, said: str) -> None:
    assert spoken(tex) == said
