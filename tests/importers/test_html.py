"""Anki's HTML as a tree, shown as the Markdown that is written of it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import html as exported
from exporters import markdown
from srs.corpus import tree
from srs.corpus.tree import Cloze, Code, CodeBlock, Math, Paragraph, Text
from srs.importers import html
from srs.importers.html import read
from srs.importers.writing import shape

CASES = [
    ("<div>one</div>two<br>three<br><br>four", "one\n\ntwo<br>three\n\nfour"),
    ("a&nbsp; &amp;amp; &lt;b&gt;\n c", r"a \&amp; \<b> c"),
    ("x<b> bold </b>y <i><b>both</b></i>", "x **bold** y ***both***"),
    ('<span style="font-weight: 700; font-style: italic">s</span>', "***s***"),
    ("H<sub>2</sub>O <u>u</u> <s>s</s>", "H<sub>2</sub>O *u* ~~s~~"),
    ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"),
    ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
    ('<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>', "3. a\n\n4. b"),
    ("<blockquote>q</blockquote><h1>h</h1><h4>i</h4><hr>", "> q\n\n## h\n\n#### i\n\n---"),
    (
        '<pre><code class="language-python">def f():<br>\treturn 1 &lt; 2\n</code></pre>',
        "```python\ndef f():\n\treturn 1 < 2\n```",
    ),
    ('<pre class="lang-js">\n\n  a\n\nb\n</pre>', "```js\n  a\n\nb\n```"),
    ("<code>x</code> <tt>a  b</tt><code>\n1\n2</code>", "`x` `a b`\n\n```\n1\n2\n```"),
    (
        "<table><tr><th align=right>h<th>i<tr><td>1|2<td><pre>x\ny</pre></table>",
        "| h | i |\n| ---: | --- |\n| 1\\|2 | `x`<br>`y` |",
    ),
    ("<table><tr><td>a<td colspan=2>b</table>", "|  |  |  |\n| --- | --- | --- |\n| a | b |  |"),
    ("<table><tr><td><p>only</p>cell</table>", "only\n\ncell"),
    (r"\(a_1\) and \[b\] <div>\[c<br>d\]</div>", "$a_1$ and $$b$$\n\n$$\nc d\n$$"),
    ("[latex]\\begin{displaymath}x\\end{displaymath}[/latex] [$]y[/$] [$$]z[/$$]", "$$x$$ $y$ $$z$$"),
    (r'<span class="tex2jax_ignore">\(</span>x\)', r"\\(x\\)"),
    (r"\(open <b>\(closed\)</b>", r"$open \(closed$"),
    ('<img src="a b.png" alt="x">[sound:m &amp; n.mp3]', "![x](<a b.png>)![](<m & n.mp3>)"),
    ('<a href="https://a.b/c d)">l</a> <a href="javascript:x()">j</a>', "[l](<https://a.b/c%20d)>) j"),
    ("<ruby>漢<rp>(</rp><rt>かん</rt></ruby>", "漢 (かん)"),
    ("<details><summary>s</summary>t</details>", "<details><summary>s</summary>\n\nt\n\n</details>"),
    ("<script>alert(1)</script><style>x</style><!-- c -->ok<svg><text>t</text></svg>", "ok"),
    ("# a<div>---</div><div>- b</div><div>1. c</div>", "\\# a\n\n\\---\n\n\\- b\n\n1\\. c"),
    ("<p>unclosed <b>tags<p>and</i> strays", "unclosed **tags**\n\n**and strays**"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "written"), CASES)
def test_html_becomes_markdown(source: str, written: str) -> None:
    assert markdown.blocks(read(source).blocks) == written


CLOZES = [
    ("{{c1::a}} {{c2::b::hint}}", "{{c1::a}} {{c2::b::hint}}"),
    ("{{c1::a <b>b}} c</b>", "{{c1::a **b**}} **c**"),
    ("{{c1::<div>a</div><div>b</div>}}", "{{c1::a}}\n\n{{c1::b}}"),
    ("{{c1::a {{c2::b}}}} {{c3::open", r"{{c1::a {{c2::b}}}} \{{c3::open"),
    ("<code>{{c1::x}}</code> {{c1::<code>y</code>}}", "`{{c1::x}}` {{c1::`y`}}"),
    ("<pre>a {{c1::b\nc}}</pre>", "```\na {{c1::b\nc}}\n```"),
    (r"\({{c1::x}} + y\) {{c2::\(z\)}}", "${{c1::x}} + y$ {{c2::$z$}}"),
    ("{{c1::a}<!-- -->} b:<!-- -->: &#125;&#125;}}", "{{c1::a&#125;&#125; b&#58;: &#125;&#125;}}"),
    ("{{c1::f(x::hint}}", "{{c1::f&#40;x::hint}}"),
    ("{{c1,2::x}}", "{{c1,2::x}}"),
]


@pytest.mark.parametrize(("source", "written"), CLOZES)
def test_clozes_heed_no_element(source: str, written: str) -> None:
    assert markdown.blocks(read(source, clozes=True).blocks) == written


def test_what_is_lost_is_counted() -> None:
    source = "<script>x</script><iframe></iframe><svg/><input><span style='color:red'>r</span>"
    source += '<img src="http://x.org/a.png"><img src="data:image/png;base64,AA">'
    assert read(source).lost == {
        "script": 1, "embedded page or video": 1, "drawing": 1, "form field": 1,
        "colour or size of text": 1, "image or sound on the web, now a link": 1,
        "image inside the text itself": 1,
    }  # fmt: skip


TEXTS = st.text("ab<>&{}:[]\\()|$ x\u00e9", min_size=1, max_size=12).map(
    lambda text: Text(" ".join(text.split()) or "x")
)
CODES = st.builds(lambda text: Code((text,)), TEXTS)
INLINES = st.lists(
    TEXTS | CODES | st.builds(lambda text: tree.Styled("strong", (text,)), TEXTS),
    min_size=1, max_size=4,
).map(tuple)  # fmt: skip
BLOCKS = (
    st.builds(Paragraph, INLINES)
    | st.builds(lambda text: CodeBlock("python", (text,)), TEXTS)
    | st.builds(lambda text: Paragraph((Text("a "), Cloze((1,), "", (text,)))), TEXTS)
    | st.builds(
        lambda text: tree.List(None, True, (tree.Item(None, (Paragraph((text,)),)),)), TEXTS
    )
    | st.just(Math(True, (Text("x^2"),)))
)


@given(st.lists(BLOCKS, min_size=1, max_size=4).map(tuple))
def test_what_we_export_reads_the_same(blocks: tree.Blocks) -> None:
    assert shape(read(exported.blocks(blocks, {}), clozes=True).blocks) == shape(blocks)


@given(st.text("<>/&;{}c1:bpulitd= \"'-!", max_size=80), st.booleans())
def test_any_text_is_read(text: str, clozes: bool) -> None:
    read(text, clozes=clozes)


@pytest.mark.parametrize(
    "source",
    ["<!--" * 20_000, '<a b="' * 20_000, "<div>" * 20_000, "<ul><li>" * 9_000, "{{c1::" * 9_000,
     r"\(" * 20_000, "[latex]" * 50_000, "[sound:" * 50_000, "<table><tr><td>" * 3_000, "&" * 50_000, "<b><i>" * 9_000 + "x" + "}}" * 9_000],
)  # fmt: skip
def test_nothing_takes_long_or_runs_deep(source: str) -> None:
    started = time.process_time()
    markdown.blocks(read(source, clozes=True).blocks)
    assert time.process_time() - started < 10


def test_a_field_as_it_would_be_typed() -> None:
    assert html.plain("<div>a&nbsp;<b>b</b></div>") == "a b"
    assert html.plain("line1<br>line2") == "line1 line2"
    assert html.plain("foo<div>bar</div><div><br></div>baz") == "foo bar baz"
