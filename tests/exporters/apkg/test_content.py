import hashlib
from dataclasses import astuple

from exporters.apkg import content
from exporters.apkg.content import digest
from srs.corpus.parse import parse
from srs.corpus.render import note as render

EVERYTHING = """\
## Front with `code` and *emphasis* {.reversed}

- a
  - b

1. c

| a | b |
|---|--:|
| x | $y<z$ |

> quoted <kbd>x</kbd>

```python
def f(x): return {"a": 1}[x]  # why
```

$$x^2$$

![alt](a.png) ![](b.mp3) ![](gone.png) <https://example.org>

Source: [there](https://example.org)

## Cloze

A {{c1::b::hint}} and {{c2::`d["e"]`}}

```python
x = {{c1::{'a': {'b': xs[::2]}}}}
```

## Choice

- [x] this
- [ ] that

Why.

## Typed {.typed}

Paris

On the Seine.
"""


def test_the_digest_sees_content_and_tags_but_not_colours() -> None:
    plain = digest(False, ["<p>a</p>"], ["t"])
    assert plain == digest(False, ['<p><span class="k">a</span></p>'], ["t"])
    assert plain != digest(False, ["<p>b</p>"], ["t"])
    assert plain != digest(False, ["<p>a</p>"], ["u"])


def test_what_is_written_otherwise_has_another_version() -> None:
    """What was kept in a person's cache would be exported for ever, were the version the same."""
    deck, _ = parse(EVERYTHING, "x.md")
    assert deck is not None
    media = {"a.png": "a-1.png", "b.mp3": "b-1.mp3"}
    made = [content.content(render(note), media) for note in deck.notes]
    bare = "\x1f".join(str(part) for each in made for part in astuple(each))
    plain = content._COLOURS.sub("", bare)  # those are Pygments', whose version is in the key too
    assert (hashlib.sha256(plain.encode()).hexdigest()[:12], content.VERSION) == ("5954df262ec4", 2)


def test_fields_stand_in_the_notetypes_order() -> None:
    deck, _ = parse(EVERYTHING, "x.md")
    assert deck is not None
    reversed_, cloze, choice, typed = (content.content(render(n), {}) for n in deck.notes)
    fields = reversed_.fields("Section & more", "id")
    assert fields[2] == "1"
    assert fields[5:8] == (
        "Section &amp; more", '<a href="https://example.org">there</a>', "id"
    )  # fmt: skip
    assert len(fields) == len(choice.fields("", "x")) == 12
    assert cloze.fields("S", "x")[2:] == ("S", "", "x", "", "", "", "")
    assert "☐ this" in choice.fields("", "x")[4]
    assert typed.fields("", "x")[3] == "Paris"


def test_a_medium_keeps_its_name_on_the_way_there_and_back() -> None:
    once = content.media_name("A Dot.PNG", b"data")
    assert once == "A-Dot-a17c9aaa61e80a1b.png"
    assert content.media_name(once, b"data") == once
    long = content.media_name("x" * 50 + ".png", b"data")
    assert content.media_name(long, b"data") == long
    assert content.media_name(once, b"other") == "A-Dot-a17c9aaa61e80a1b-d0941e68da8f3815.png"
