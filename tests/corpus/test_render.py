"""What a text is rendered to; lists, quotes and headings as CommonMark has them."""

import re
from html import escape
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from exporters import html
from srs.corpus import read, render, tree
from srs.corpus.parse import parse
from srs.corpus.tree import Text, inside, plain
from srs.errors import Problem, Severity

ROOT = Path(__file__).parents[2] / "decks" / "python-interview"


def blocks(markdown: str) -> tree.Blocks:
    deck, _ = parse(f"## Q {{.basic}}\n\n{markdown}\n", "x.md")
    assert deck is not None
    return render.note(deck.notes[0]).back


def problems(markdown: str) -> list[tuple[int, str]]:
    deck, found = parse(f"## Q\n\n{markdown}\n", "x.md")
    assert deck is not None
    faults = (*found, *render.note(deck.notes[0]).problems)
    return sorted({(p.where.line, p.code) for p in faults})


def ours(value: object, tight: bool = False) -> str:
    """Write a tree as CommonMark's reference writes it, without spaces between tags."""
    match value:
        case tuple():
            return "".join(ours(part) for part in value)
        case Text(text):
            return escape(text, quote=False)
        case tree.Paragraph(children):
            return ours(children) if tight else f"<p>{ours(children)}</p>"
        case tree.Heading(level, children):
            return f"<h{level}>{ours(children)}</h{level}>"
        case tree.CodeBlock(_, children):
            return f"<pre>{ours(children)}</pre>"
        case tree.List(start, dense, items):
            name = "ul" if start is None else "ol"
            first = f" start={start}" if start not in (None, 1) else ""
            inner = "".join(
                f"<li>{''.join(ours(block, dense) for block in item.children)}</li>"
                for item in items
            )
            return f"<{name}{first}>{inner}</{name}>"
        case tree.Quote(children):
            return f"<blockquote>{ours(children)}</blockquote>"
        case tree.Styled(style, children):
            return f"<{style}>{ours(children)}</{style}>"
        case tree.Code(children):
            return f"<code>{ours(children)}</code>"
        case tree.Link(_, children):
            return f"<a>{ours(children)}</a>"
        case tree.Rule():
            return "<hr>"
        case tree.LineBreak():
            return "<br>"
        case tree.Image():
            return "<img>"
        case tree.Table(_, header, rows):
            head = "".join(f"<th>{ours(cell)}</th>" for cell in header)
            body = "".join(
                f"<tr>{''.join(f'<td>{ours(c)}</td>' for c in row)}</tr>" for row in rows
            )
            return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        case _:
            raise AssertionError(value)


def theirs(markdown: str) -> str:
    """Return CommonMark's HTML in the same form."""
    text = MarkdownIt("commonmark").enable("table").render(markdown)
    text = text.replace("&quot;", '"')
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(f"<pre>{match[1]}</pre>")
        return f"\x00{len(kept) - 1}\x00"

    text = re.sub(r"<pre><code[^>]*>(.*?)\n?</code></pre>", keep, text, flags=re.DOTALL)
    text = re.sub(r">\s*\n\s*", ">", text)
    text = re.sub(r"\s*\n\s*<(?=/?(?:ul|ol|li|p|h\d|bl|t))", "<", text).replace("\n", " ")
    text = re.sub(r'<ol start="(\d+)">', r"<ol start=\1>", text)
    text = re.sub(r"<a [^>]*>", "<a>", text)
    text = re.sub(r"<img [^>]*>", "<img>", text)
    text = re.sub(r"<(t[hd]) [^>]*>", r"<\1>", text)
    text = text.replace("<hr />", "<hr>").replace("<br />", "<br>")
    text = re.sub(r"\s*\x00(\d+)\x00\s*", lambda m: kept[int(m[1])], text)
    return text.strip()


CASES = [
    "a\n- b\n- c", "- a\n  - b\n  - c\n- d", "1. a\n2. b\n   - c\n\n     d\n3. e", "- a\n\n- b",
    "- a\n\n  b\n- c", "- a\n  ```python\n  x = 1\n    y\n  ```\n- b", "text\n2. no list",
    "text\n1. list", "- a\nlazy\n- b", "* a\n- b", "- a\n  - b\n\n  - c\n- d", "1) a\n2) b\n1. c",
    "> q\nlazy\n\np", "> - a\n>   - b\n> - c", "C# is #1", "-\n  a", "- - a", "10. ten\n11. el",
    "a\n***\nb", "- a\n\n\n- b", "- a\n  > q\n- b", "   - a\n    - b", "- a\n - b\n  - c\n   - d",
    "para\n### head\nmore", "- a\n\n      code\n- b", "1. a\n\n   ```\n   x\n   ```\n\n2. b",
    "a `x | y` b\n\n| a | b |\n|---|---|\n| `c` | *d* |", "**a** `b` _c_ [d](http://e) <http://x.y>",
    "a\\\nb  \nc", "- a\n  b\n  c\n- d", "+ a\n\n  + b\n\n    + c", "> a\n> > b\n\nc",
    "1. a\n   1. b\n      1. c\n2. d", "- a\n\ntext", "a\n\n    code\n    more\n\nb",
    "- a\n\n  ~~~\n  b\n\n  c\n  ~~~\n\n- d", "> ```\n> x\n>   y\n> ```\n> z", "1. a\n- b",
    "- `a`\n- **b**\n\nc\n- d", "a\n\n- b\n\n\nc", "* a\n  * b\n\n  c\n* d", "Text:\n1. a\n1. b",
    "\\*a\\* \\`b\\` \\_c\\_", "a &amp; b &lt; c", "![x](y.png)", "a [b `c`](http://d_e_f) g",
]  # fmt: skip


@pytest.mark.parametrize("markdown", CASES)
def test_it_reads_as_commonmark_does(markdown: str) -> None:
    assert ours(blocks(markdown)) == theirs(markdown)


def test_the_shipped_corpus_reads_as_commonmark_does() -> None:
    config, _ = read.read_config(ROOT)
    compared = 0
    for file in read.listing(ROOT, config)[0]:
        deck, _ = parse(str(read.read(ROOT, file.path)), file.path)
        assert deck is not None
        for note in deck.notes:
            for text in (note.front, note.back):
                if "{{c" in note.question or "$" in text or "- [" in text or not text:
                    continue
                value = blocks(re.sub(r"\n\nSource:.*", "", text, flags=re.DOTALL))
                assert ours(value) == theirs(re.sub(r"\n\nSource:.*", "", text, flags=re.DOTALL))
                compared += 1
    assert compared > 80


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("$x$ and $5", "<p>\\(x\\) and $5</p>"),
        ("$x$5 and $ y$ and $20,000 and $30,000", "<p>$x$5 and $ y$ and $20,000 and $30,000</p>"),
        ("\\$x\\$", "<p>$x$</p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
        ("a $$x^2$$ b", "<p>a \\[x^2\\] b</p>"),
        ("x<sub>2</sub><br>y <kbd>k</kbd>", "<p>x<sub>2</sub><br>y <kbd>k</kbd></p>"),
        ("a<script>b</script>", "<p>a&lt;script&gt;b&lt;/script&gt;</p>"),
        ("List<int>", "<p>List&lt;int&gt;</p>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("| `a\\|b` |\n|---|\n| $x\\|y$ |", "<code>a|b</code>"),
        ("~~a~~ snake_case_word", "<p><del>a</del> snake_case_word</p>"),
        ("see https://x.org/a_b_c.", '<a href="https://x.org/a_b_c">https://x.org/a_b_c</a>.'),
        (
            "<details>\n<summary>S</summary>\n\nT\n\n</details>",
            "<details><summary>S</summary><p>T</p>",
        ),
        ("- [x] a\n- [ ] b", "<li>☑ a</li><li>☐ b</li>"),
    ],
)
def test_the_dialect(markdown: str, expected: str) -> None:
    assert expected in html.blocks(blocks(markdown), {})


@pytest.mark.parametrize("front", ["1. What?", "- a", "> q", "# x", "C#", "*a*", "a | b", "    x"])
def test_a_front_is_set_as_the_text_of_a_heading(front: str) -> None:
    deck, _ = parse(f"## {front}\n\nA\n", "x.md")
    assert deck is not None
    (heading,) = render.note(deck.notes[0]).front
    assert isinstance(heading, tree.Heading)
    assert plain(heading) == front.strip().strip("*")


def test_a_last_paragraph_may_name_the_source() -> None:
    deck, _ = parse("## Q\n\nA\n\nSource: [x](http://y)\n", "x.md")
    assert deck is not None
    rendered = render.note(deck.notes[0])
    assert plain(rendered.back) == "A"
    assert plain(rendered.source) == "x"


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("[" * 30_000, "slow-markdown"),
        ("\n".join("  " * n + "- x" for n in range(100)), "nesting"),
        (">" * 300 + " x", "nesting"),
        ("**{{c1::a** b}}", "cloze-split"),
    ],
)
def test_what_cannot_be_set_is_shown_and_said(markdown: str, code: str) -> None:
    assert code in {c for _, c in problems(markdown)}
    assert plain(blocks(markdown)).strip()


@pytest.mark.parametrize(
    "markdown",
    [
        "`" * 30_000,
        "{{c1::" * 9_000,
        "<" * 30_000,
        "$" * 30_000,
        "<!--" * 10_000,
        "$$ " * 9_000,
        "*a " * 20_000,
    ],
)
def test_floods_of_marks_end(markdown: str) -> None:
    blocks(markdown)
    problems(markdown)


def test_placeholders_never_come_out() -> None:
    for markdown in CASES:
        for node in inside(blocks(markdown)):
            if isinstance(node, Text):
                assert not any("\ufdd0" <= char <= "\ufdef" for char in node.text)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](b.md)", ["3:5 b.md"]),
        ("A *b*,\nthen [c](<d e.md>) and ![f](g.png)", ["4:11 d e.md", "4:29 g.png!"]),
        ("`x\ny` <!-- z --> [a](b.md)", ["4:19 b.md"]),
        ("- a\n  > [b]( c.md 'd')", ["4:10 c.md"]),
        ("| a |\n|---|\n| [b](c.md) |", ["5:7 c.md"]),
        ("[![a](b.png)](c.md)", ["3:7 b.png!", "3:15 c.md"]),
        ("[a](b_c\\_d%20e.md#f)", ["3:5 b_c_d%20e.md#f"]),
        ("[a][b]\n\n[b]: c.md", ["5:6 c.md"]),
        ("![a][b]\n\n[b]: <c.png> 'd'", ["5:7 c.png!"]),
        ("[a](http://b.c) [d](mailto:e@f) <http://g.h>", []),
        ("`[a](b.md)`", []),
        ("    [a](b.md)", []),
        ("```\n[a](b.md)\n```", []),
        ("<!-- [a](b.md) -->", []),
        ("handlers[key](event, data)", []),
        ("\\[a](b.md)", []),
    ],
)
def test_the_files_a_text_names_are_known_with_their_places(
    markdown: str, expected: list[str]
) -> None:
    deck, _ = parse(f"## Q {{.basic}}\n\n{markdown}\n", "x.md")
    assert deck is not None
    found = render.note(deck.notes[0]).references
    names = [f"{r.where.line}:{r.where.column} {r.target}{'!' * r.is_image}" for r in found]
    assert sorted(names) == sorted(expected)


def test_the_files_of_a_heading_and_a_section_are_known_too() -> None:
    deck, _ = parse("# S\n\nIn [a](b.md).\n\n## See [c](d.md)\n\nE\n", "x.md")
    assert deck is not None
    (first,) = render.section(deck.sections[0], "x.md").references
    (second,) = render.note(deck.notes[0]).references
    assert (str(first.where), str(second.where)) == ("x.md:3:8", "x.md:5:12")


def wiki_links(markdown: str) -> list[Problem]:
    deck, _ = parse(f"## Q\n\n{markdown}\n", "x.md")
    assert deck is not None
    return [p for p in render.note(deck.notes[0]).problems if p.code == "wiki-link"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a [[b]] c", ["3:3"]),
        ("[[b|c]] and\n![[d.png]]", ["3:1", "4:1"]),
        ("> - [[b]]", ["3:5"]),
        ("*a* **[[b]]**", ["3:7"]),
        ("| a |\n|---|\n| [[b]] |", ["5:3"]),
        ("A {{c1::[[b]]}}", ["3:9"]),
        ("[[1, 2]]", ["3:1"]),
        ("`[[b]]`", []),
        ("```\n[[b]]\n```", []),
        ("    [[b]]", []),
        ("$[[b]]$", []),
        ("<!-- [[b]] -->", []),
        ("\\[[b]]", []),
        ("[[1]](http://x.org)", []),
        ("[[1]][x]", []),
        ("[[1], [2]]", []),
        ("[[]]", []),
        ("[[a\nb]]", []),
    ],
)
def test_links_of_a_wiki_are_text_with_a_warning(markdown: str, expected: list[str]) -> None:
    found = wiki_links(markdown)
    assert [f"{p.where.line}:{p.where.column}" for p in found] == expected
    assert all("[[" in plain(blocks(markdown)) for _ in expected)


@pytest.mark.parametrize(
    ("markdown", "said", "hint"),
    [
        ("[[A note]]", "`[[A note]]`", "write `[A note](path.md)`"),
        ("[[a/b|this]]", "`[[a/b|this]]`", "write `[this](path.md)`"),
        ("![[x.png]]", "`![[x.png]]`", "write `![description](file.png)`"),
    ],
)
def test_what_to_write_instead_of_a_wiki_link(markdown: str, said: str, hint: str) -> None:
    (problem,) = wiki_links(markdown)
    assert problem.message == f"{said} is shown as text"
    assert problem.hint.startswith(hint)
    assert problem.severity is Severity.WARNING


def test_a_tree_survives_json() -> None:
    value = blocks(
        "a *b* `c`\n\n- d\n\n| e |\n|---|\n| f |\n\n```python\nx = 1\n```\n\n$y$ ![z](z.png)"
    )
    assert tree.from_data(tree.to_data(value)) == value


def test_clozes_are_hidden_shown_or_plain() -> None:
    deck, _ = parse("## T\n\n{{c1::a::h}} {{c2::b}} `{{c1::c}}`\n", "x.md")
    assert deck is not None
    note = deck.notes[0]
    sides = render.note(note).sides(1)
    assert [type(node).__name__ for node in inside(sides.question) if isinstance(node, tree.Blank)] == [
        "Blank", "Blank"
    ]  # fmt: skip
    assert plain(sides.answer) == "a b c"
    assert plain(sides.remains) == "T"
    assert plain(render.note(note).sides(None).question).split() == ["T"]
