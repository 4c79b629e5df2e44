import pytest

from srs.corpus.blocks import Hidden, at


def first(text: str) -> Hidden | None:
    lines = text.split("\n")
    return at(lines, 0, len(lines))


@pytest.mark.parametrize(
    ("text", "kind", "end"),
    [
        ("```\na\n```\nb", "fence", 3),
        ("```\na\n``` \nb", "fence", 3),
        ("```\na\n   `````\nb", "fence", 3),
        ("````\n```\n````\nb", "fence", 3),
        ("~~~\n```\n~~~\nb", "fence", 3),
        ("``` python no-run\na\n```", "fence", 3),
        ("~~~ a`b`\nc\n~~~", "fence", 3),
        ("```\n\n## a\n\n```", "fence", 5),
        ("```\n```", "fence", 2),
        ("  ```\n  a\n  ```\nb", "fence", 3),
        ("> ```\n> a\n> ```\nb", "fence", 3),
        ("> ```\n> a\nb", "fence", 2),
        ("- ```\n  a\n  ```\nb", "fence", 3),
        ("1. - ```\n     a\n     ```\nb", "fence", 3),
        ("- > ```\n  > a\n  > ```\nb", "fence", 3),
        ("<!-- a -->\nb", "comment", 1),
        ("<!--\na\n\n## b\n-->\nc", "comment", 5),
        ("   <!-- a\nb -->\nc", "comment", 2),
        ("<!-- a\nb --> c\nd", "comment", 2),
        ("<!-->\na", "comment", 1),
        ("$$x$$\na", "math", 1),
        ("$$\nx\n\ny\n$$\na", "math", 5),
        ("  $$ x\ny $$  \na", "math", 2),
    ],
)
def test_a_closed_block_ends_where_it_is_closed(text: str, kind: str, end: int) -> None:
    block = first(text)
    assert block is not None
    assert (block.kind, block.start, block.end, block.closed) == (kind, 0, end, True)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "``\na\n``",
        "``` a`b\nc\n```",
        "a ```\nb\n```",
        "-```\na\n```",
        "    <!-- a -->",
        "<!-- a --> b",
        "<! a >",
        "$x$",
        "$$x$$ b",
        "$$ a\nb $$ c",
        "\\$$\na\n$$",
    ],
)
def test_no_block_begins(text: str) -> None:
    assert first(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("```\na\n``", "fence"),
        ("```\na\n~~~", "fence"),
        ("````\na\n```", "fence"),
        ("```\na\n``` python", "fence"),
        ("```\na\n    ```", "fence"),
        ("> ```\n> a", "fence"),
        ("<!-- a\nb", "comment"),
        ("<!-- a\n\n## b\n<!-- {#b} -->", "comment"),
        ("$$\nx", "math"),
    ],
)
def test_what_is_not_closed_says_so(text: str, kind: str) -> None:
    block = first(text)
    assert block is not None
    assert (block.kind, block.closed) == (kind, False)


@pytest.mark.parametrize(
    "text",
    [
        # The closing marks belong to the blocks of the note that was swallowed.
        "```python\na\n\n## b\n\n```python\nc\n```",
        "~~~\na\n\n## b\n\n~~~ text\nc\n~~~",
        "$$\na\n\n## b\n\n$$\nc\n$$",
        "<!-- a\n\n## b\n\n<!-- c -->",
    ],
)
def test_a_block_is_not_closed_by_another_behind_the_next_note(text: str) -> None:
    block = first(text)
    assert block is not None
    assert not block.closed


def test_a_fence_within_a_longer_one_is_its_content() -> None:
    text = "````markdown\n## a\n\n```python\nb\n```\n````"
    block = first(text)
    assert block is not None
    assert (block.closed, block.end) == (True, 7)


@pytest.mark.parametrize(
    ("text", "info", "content"),
    [
        ("```python  raises=E\na\n  b\n```", "python  raises=E", "a\n  b"),
        ("```\n\n\n```", "", "\n"),
        ("```\n```", "", ""),
        ("   ```\n   a\n     b\n c\n   ```", "", "a\n  b\nc"),
        ("> ```\n>a\n>  b\n>\n> ```", "", "a\n b\n"),
        ("> ```\n> a\n> b\n\nc", "", "a\nb"),
        ("- ```\n  a\n\n    b\n  ```", "", "a\n\n  b"),
        ("- > ```\n  > a\n  >   b\n  > ```", "", "a\n  b"),
        ("> - ```\n>   a\n>   ```", "", "a"),
        ("\t```\n\ta\n\t\tb\n\t```", "", "a\n\tb"),
        ("```\na", "", "a"),
    ],
)
def test_what_a_fence_holds(text: str, info: str, content: str) -> None:
    lines = text.split("\n")
    block = first(text)
    assert block is not None
    assert (block.info, block.content(lines)) == (info, content)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("> ```py\n> a\n> ```\nb", "```py\na\n```"),
        ("1. ~~~\n   a\n   ~~~", "~~~\na\n~~~"),
        ("  $$\n  x\n  $$", "$$\nx\n$$"),
    ],
)
def test_its_source_is_without_what_it_stands_in(text: str, source: str) -> None:
    block = first(text)
    assert block is not None
    assert block.source(text.split("\n")) == source


@pytest.mark.parametrize(
    ("text", "tail"),
    [("<!-- a\nb -->  c d", "c d"), ("<!-- a\nb -->", ""), ("<!-- a\nb", ""), ("<!-- a -->", "")],
)
def test_what_stands_behind_a_comment(text: str, tail: str) -> None:
    block = first(text)
    assert block is not None
    assert block.tail(text.split("\n")) == tail


def test_only_the_lines_up_to_the_given_one_are_looked_at() -> None:
    lines = ["```", "a", "```"]
    block = at(lines, 0, 2)
    assert block is not None
    assert (block.closed, block.end) == (False, 2)
