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


def new_guids(key: str, name: str, *, cloze: bool, taken: Container[str]) -> Iterator[str]:
    """Yield guids for notes of one name seen for the first time: those not `taken` when asked for.

    A hash of the corpus' `key`, the notes' `name` (their id, else their front) and whether they
    are cloze notes, since Anki cannot change that under one guid; with a counter where the guid is
    taken. It is assigned once and never computed again.
    """
    kind = "cloze" if cloze else "note"
    every = (digest(key, kind, name, str(counter)) for counter in itertools.count())
    return (guid for guid in every if guid not in taken)


def split_guid(guid: str, ord: int) -> str:
    """Return the guid of a note made of one card of Anki's note alone."""
    return digest("anki card", guid, str(ord))


def free_ms(start: int, taken: Set[int]) -> Iterator[int]:
    """Yield the milliseconds from `start` on that are not taken when they are asked for."""
    return (ms for ms in itertools.count(start) if ms not in taken)
