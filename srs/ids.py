"""Names that last: guids, content hashes and free milliseconds."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
from collections.abc import Container, Iterator, Set

GUID_LENGTH = 16
"""Characters of a guid of ours: 80 bits in lower-case base 32."""


_BASE_32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _BASE_32 for second in _BASE_32]
_SHIFTS = range(70, -1, -10)


def digest(*parts: str) -> str:
    """Hash texts to 16 lower-case base 32 characters; the split into parts counts."""
    joined = "\x00".join(parts).encode("utf-8", "surrogatepass")
    bits = int.from_bytes(hashlib.sha256(joined).digest()[:10], "big")
    return "".join(
        [_PAIRS[bits >> shift & 1023] for shift in _SHIFTS]
    )  # base64's takes twice as long


def content_hash(text: str) -> str:
    """Hash a text so that whitespace and Unicode form make no difference."""
    return digest(" ".join(unicodedata.normalize("NFC", text).split()))


def new_guid(key: str, name: str, *, cloze: bool, taken: Container[str]) -> str:
    """Make the guid of a note seen for the first time.

    A hash of the corpus' `key`, the note's `name` (its id, else its front) and whether it is a
    cloze note, since Anki cannot change that under one guid; with a counter where the guid is
    `taken`. It is assigned once and never computed again.
    """
    kind = "cloze" if cloze else "note"
    counter = 0
    while (guid := digest(key, kind, name, str(counter))) in taken:
        counter += 1
    return guid


def free_ms(start: int, taken: Set[int]) -> Iterator[int]:
    """Yield the milliseconds from `start` on that are not taken when they are asked for."""
    return (ms for ms in itertools.count(start) if ms not in taken)
