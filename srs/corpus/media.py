"""Names of media, wherever they are kept."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"(?![.])[^\x00-\x1f\x7f\ud800-\udfff\\/<>\"|:*?^\[\]{}]{1,120}")


def is_plain(name: str) -> bool:
    """Tell whether Anki can have a file of a name, and a field can refer to it as it is."""
    return bool(_PLAIN.fullmatch(name))
