"""Protocol Buffers: just enough to read a message's fields by their numbers."""

from __future__ import annotations

from collections.abc import Iterator

_FIXED = {1: 8, 5: 4}
"""Wire types of fixed size, in bytes; type 0 is a varint, and type 2 says its size."""


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield a message's fields in order: a number, and a varint or bytes.

    The wire format is https://protobuf.dev/programming-guides/encoding/. Raises `ValueError` for
    what is no message.
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        elif wire in _FIXED:
            size = _FIXED[wire]
        else:
            raise ValueError(f"there is no wire type {wire}")
        if at + size > len(data):
            raise ValueError("a field ends after its message")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a place, and the place after it."""
    value = 0
    for shift, byte in zip(range(0, 64, 7), data[at : at + 10], strict=False):
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at + shift // 7 + 1
    raise ValueError("a number does not end")
