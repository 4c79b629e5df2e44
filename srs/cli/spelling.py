"""Characters that a terminal's encoding lacks, spelled with those it has."""

from __future__ import annotations

import codecs
import unicodedata

ERRORS = "srs-spelled"
"""The name of the error handler that spells, for a stream's `errors`."""

_SPELLED = str.maketrans(
    {
        "│": "|", "┃": "|", "▌": ">", "─": "-", "━": "-", "•": "*", "·": "-", "…": "...", "↳": ">",
        "‹": "<", "›": ">", "«": "<<", "»": ">>", "„": '"', "“": '"', "”": '"', "‘": "'", "’": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "--", "―": "--", "−": "-", "×": "x", "÷": "/",
        "←": "<-", "→": "->", "↔": "<->", "⇐": "<=", "⇒": "=>", "⇔": "<=>", "↦": "|->", "⟹": "=>",
        "⟺": "<=>", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=", "√": "sqrt", "∞": "inf",
        "☐": "[ ]", "☑": "[x]", "✓": "ok", "✗": "x", "█": "#", "€": "EUR", "ß": "ss", "™": "(TM)",
        "©": "(c)", "®": "(R)", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o",
        "Ł": "L", "ł": "l", "\u200b": "", "\u200d": "", "\ufe0f": "", "\ufeff": "",
    }
)  # fmt: skip


def spelled(text: str, encoding: str) -> str:
    r"""Return a text in the characters of an encoding: `→` as `->`, `é` as `e`, `日` as `\u65e5`."""
    try:
        return unicodedata.normalize("NFC", text).encode(encoding, ERRORS).decode(encoding)
    except LookupError:
        return text


def fits(text: str, encoding: str) -> bool:
    """Tell whether an encoding has all characters of a text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    except LookupError:
        return True
    return True


def _handler(error: UnicodeError) -> tuple[str, int]:
    """Spell what cannot be encoded, each character alone."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_plain(char) for char in lacking), error.end


def _plain(char: str) -> str:
    text = char.translate(_SPELLED)
    if text == char:
        parts = unicodedata.normalize("NFKD", char)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return text if text.isascii() else char.encode("ascii", "backslashreplace").decode()


codecs.register_error(ERRORS, _handler)
