import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.importers.protobuf import fields

MESSAGES = [
    (b"", []),
    (b"\x08\x03", [(1, 3)]),
    (b"\x08\x96\x01\x12\x02ab", [(1, 150), (2, b"ab")]),
    (b"\x0d1234\x1112345678\x80\x01\x01", [(1, b"1234"), (2, b"12345678"), (16, 1)]),
    (b"\x08" + b"\xff" * 9 + b"\x01", [(1, 2**64 - 1)]),
]


@pytest.mark.parametrize(("message", "expected"), MESSAGES)
def test_fields_are_read_in_order(message: bytes, expected: list[tuple[int, int | bytes]]) -> None:
    assert [*fields(message)] == expected


@pytest.mark.parametrize(
    "message", [b"\x08", b"\x08\xff", b"\x12\x05ab", b"\x0d12", b"\x0b", b"\x08" + b"\xff" * 11]
)
def test_what_is_no_message_is_said(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(fields(message))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_none(data: bytes) -> None:
    try:
        found = list(fields(data))
    except ValueError:
        return
    assert all(isinstance(value, int) or len(value) <= len(data) for _, value in found)
