import pytest

from exporters import html
from srs.corpus.parse import parse
from srs.corpus.render import note as render


def fields(markdown: str, media: dict[str, str] | None = None) -> tuple[str, str]:
    deck, _ = parse(f"## Q\n\n{markdown}\n", "x.md")
    assert deck is not None
    rendered = render(deck.notes[0])
    return html.blocks(rendered.front, media or {}), html.blocks(rendered.back, media or {})


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a *b* **c** ~~d~~", "<p>a <em>b</em> <strong>c</strong> <del>d</del></p>"),
        ("`List<int>` & <b>", "<p><code>List&lt;int&gt;</code> &amp; &lt;b&gt;</p>"),
        ("$a < b$", r"<p>\(a &lt; b\)</p>"),
        ("$$\nx^2\n$$", r"<p>\[x^2\]</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- [x] a\n\n  b", '<ul class="tasks"><li><p>☑ a</p><p>b</p></li></ul>'),
        ("- [x] a\n- [ ] b", "<ul class=\"tasks\"><li>☑ a</li><li>☐ b</li></ul>"),
        ("[t](https://x.org/?a=1&b=2)", '<p><a href="https://x.org/?a=1&amp;b=2">t</a></p>'),
        ("[t](javascript:alert(1))", "<p>t</p>"),
        ("![a \"b\"](x.png)", "<p>[image: a \"b\" (x.png)]</p>"),
        ("[sound:x.mp3] [latex] [$] [ok]", "<p>&#91;sound:x.mp3] &#91;latex] &#91;$] [ok]</p>"),
    ],
)  # fmt: skip
def test_a_back_as_html(markdown: str, expected: str) -> None:
    assert fields(markdown)[1] == expected


def test_code_keeps_every_character_and_starts_right_after_pre() -> None:
    back = fields('```python\nif a < b:\n\tprint("x")\n```')[1]
    assert back.startswith('<pre><code class="language-python"><span class="k">if</span> a')
    assert "\n\t<span" in back
    assert "&lt;" in back


def test_media_are_named_by_their_files() -> None:
    media = {"a b.png": "a-b-1.png", "s.mp3": "s-2.mp3"}
    assert fields("![alt](a%20b.png)", {"a%20b.png": "a-b-1.png"})[1] == (
        '<p><img src="a-b-1.png" alt="alt"></p>'
    )
    assert fields("![](s.mp3)", media)[1] == "<p>[sound:s-2.mp3]</p>"
    assert fields("![](gone.mp3)", media)[1] == "<p>&#91;sound: gone.mp3]</p>"


def test_a_page_plays_sounds_itself() -> None:
    deck, _ = parse('## Q\n\n![how "it" sounds](S.MP3)\n', "x.md")
    assert deck is not None
    media = {"S.MP3": "data:audio/mpeg;base64,QQ=="}
    written = html.blocks(render(deck.notes[0]).back, media, page=True)
    player = '<audio controls src="data:audio/mpeg;base64,QQ==" title="how &quot;it&quot; sounds">'
    assert written == f"<p>{player}</audio></p>"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("{{c1::a}}", "{{c1::a}}"),
        ("{{c1::a::hint}} {{c2::b}}", "{{c1::a::hint}} {{c2::b}}"),
        ("{{c1,2::a}}", "{{c1,2::a}}"),
        ("{{c1::a {{c2::b}}}}", "{{c1::a {{c2::b}}}}"),
        ("{{c1::`{'a': {}}`}}", "{{c1::<code>{'a': {}<!-- -->}<!-- --></code>}}"),
        ("{{c1::`xs[::2]`}}", "{{c1::<code>xs[:<!-- -->:2]</code>}}"),
        (r"$x^{ {{c1::\frac{a}{b}}} }$", r"\(x^{ {{c1::\frac{a}{b} }} }\)"),
    ],
)  # fmt: skip
def test_clozes_are_ankis(markdown: str, expected: str) -> None:
    assert expected in fields(markdown)[0]
