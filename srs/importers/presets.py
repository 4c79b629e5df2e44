"""An Anki preset as settings of ours."""

from __future__ import annotations

import math

from srs.importers.contents import Preset
from srs.settings.keys import FSRS_6_RANGES

_FSRS_5_DECAY = 0.5


def settings(preset: Preset) -> str:
    """Return the lines of a settings file for what a preset says of FSRS; empty if it says nothing.

    The parameters of older versions of FSRS are made those of FSRS-6, as fsrs-rs 6 does.
    """
    lines = []
    if 0.7 <= preset.retention <= 0.99:
        lines.append(f"retention = {preset.retention:g}\n")
    parameters = complete(preset.parameters)
    if parameters:
        lines.append(f"parameters = [{', '.join(f'{one:g}' for one in parameters)}]\n")
    return "".join(lines)


def complete(parameters: tuple[float, ...]) -> tuple[float, ...]:
    """Return 21 parameters for 17, 19 or 21, each within FSRS-6's range; none for what is neither."""
    if not all(map(math.isfinite, parameters)):
        return ()
    made = list(parameters)
    if len(made) == 17 and made[5] * 3 + 1 > 0:
        made[4] = made[5] * 2 + made[4]
        made[5] = math.log(made[5] * 3 + 1) / 3
        made[6] += 0.5
        made += [0.0, 0.0]
    if len(made) == 19:
        made += [0.0, _FSRS_5_DECAY]
    if len(made) != len(FSRS_6_RANGES):
        return ()
    pairs = zip(made, FSRS_6_RANGES, strict=True)
    return tuple(round(min(max(value, low), high), 6) for value, (low, high) in pairs)
