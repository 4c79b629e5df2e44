import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.errors import Place
from srs.toml import place
from srs.toml.statements import statements

TEXT = '''\ufeff# key = 1
name = "a # [b]"  # said
"quoted key".'x.y' = 1
text = """
[no]
no = 1 \\""" "
"""
raw = \'\'\'
no = 2\'\'\'
list = [ # ]
  "]", [1,
  2], # x
]
inline = { a = 1, "b" = [2] }

 [ table . "A::B" ] # c
  inner=1
[[array]]
n = 1
'''


def test_statements_have_their_keys_and_values() -> None:
    assert [(s.key, TEXT[s.value : s.end]) for s in statements(TEXT) if s.value < s.end] == [
        (("name",), '"a # [b]"'),
        (("quoted key", "x.y"), "1"),
        (("text",), '"""\n[no]\nno = 1 \\""" "\n"""'),
        (("raw",), "'''\nno = 2'''"),
        (("list",), '[ # ]\n  "]", [1,\n  2], # x\n]'),
        (("inline",), '{ a = 1, "b" = [2] }'),
        (("table", "A::B", "inner"), "1"),
        (("array", "n"), "1"),
    ]
    assert tomllib.loads(TEXT.removeprefix("\ufeff"))["text"] == '[no]\nno = 1 """ "\n'


@pytest.mark.parametrize(
    ("key", "line", "column"),
    [
        (("name",), 2, 1),
        (("quoted key",), 3, 1),
        (("inline", "a"), 14, 1),
        (("table",), 16, 2),
        (("table", "A::B"), 16, 2),
        (("table", "A::B", "inner"), 17, 3),
        (("nowhere",), 1, 1),
    ],
)
def test_keys_have_their_places(key: tuple[str, ...], line: int, column: int) -> None:
    assert place(TEXT, "f", *key) == Place("f", line, column)


@given(st.dictionaries(st.text("a.# é", min_size=1), st.text("a'[]#= \n", max_size=9), max_size=5))
def test_every_key_is_found(values: dict[str, str]) -> None:
    from srs.toml.edit import written

    lines = [f"{written(key)} = {written(value)}  # c" for key, value in values.items()]
    found = [*statements("\n".join(lines))]
    assert [s.key for s in found] == [(key,) for key in values]
