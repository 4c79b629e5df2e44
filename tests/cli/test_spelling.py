"""What becomes of characters that a terminal's encoding lacks."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.cli.spelling import ERRORS, fits, spelled


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("│ ▌ • ─ …", "ascii", "| > * - ..."),
        ("“naïve” – café", "ascii", '"naive" - cafe'),
        ("“naïve” – café", "latin-1", '"naïve" - café'),
        ("cafe\u0301", "latin-1", "café"),
        ("a → b ≤ √2", "ascii", "a -> b <= sqrt2"),
        ("日本 で 🎉", "ascii", r"\u65e5\u672c \u3067 \U0001f389"),
        ("日本", "shift_jis", "日本"),
        ("½ ﬁ", "ascii", r"\xbd fi"),
        ("€", "cp1252", "€"),
        ("日本 🎉", "utf-8", "日本 🎉"),
        ("x", "no-such-encoding", "x"),
    ],
)
def test_a_text_is_spelled_with_what_there_is(text: str, encoding: str, expected: str) -> None:
    assert spelled(text, encoding) == expected
    assert fits(expected, encoding)


@settings(max_examples=100)
@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "shift_jis"]))
def test_every_text_can_be_written(text: str, encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=ERRORS)
    stream.write(text)
    stream.flush()
    assert fits(spelled(text, encoding), encoding)
