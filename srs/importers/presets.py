"""Anki's presets as settings of ours."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from srs.importers.contents import Preset
from srs.settings.keys import FSRS_6_RANGES

_FSRS_5_DECAY = 0.5
_MOST_A_DAY = 9999


@dataclass(frozen=True, slots=True)
class PresetSettings:
    """The lines of a settings file, and the decks whose own parameters are not in it."""

    text: str = ""
    without_parameters: tuple[str, ...] = ()


def settings(decks: Mapping[str, tuple[Preset, int]]) -> PresetSettings:
    """Return the settings for decks by name, each with its preset and how many notes it has.

    Retention and parameters are of the preset of most notes, and the limits, which hold for all
    decks together here, the highest; decks say what they have else. Parameters are all decks'.
    """
    counted: Counter[Preset] = Counter()
    for preset, count in decks.values():
        counted[preset] += count
    if not counted:
        return PresetSettings()
    main = counted.most_common(1)[0][0]
    parameters = complete(main.parameters)
    said = {name: _said(preset) for name, (preset, _) in sorted(decks.items())}
    limits = ("new_per_day", "reviews_per_day")
    highest = {
        key: max(found)
        for key in limits
        if (found := [own[key] for own in said.values() if key in own])
    }
    general = {key: value for key, value in _said(main).items() if key not in limits} | highest
    lines = [f"{key} = {value:g}\n" for key, value in general.items()]
    if parameters:
        lines.append(f"parameters = [{', '.join(f'{one:g}' for one in parameters)}]\n")
    lines += _own(said, general)
    others = (name for name in said if complete(decks[name][0].parameters) not in ((), parameters))
    return PresetSettings("".join(lines), tuple(others))


def _own(said: Mapping[str, dict[str, float]], general: Mapping[str, float]) -> list[str]:
    """Return what decks say else than all do, or than one above them that does so."""
    lines: list[str] = []
    apart: dict[str, dict[str, float]] = {}
    for name, own in said.items():  # by name: those above come first
        parts = name.split("::")
        paths = ("::".join(parts[:n]) for n in range(1, len(parts)))
        above = [apart[path] for path in paths if path in apart]
        found = {
            key: value for key, value in own.items()
            if value != general.get(key) or any(key in one for one in above)
        }  # fmt: skip
        if found:
            apart[name] = found
            quoted = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
            lines.append(f"\n[decks.{quoted}]\n")
            lines += [f"{key} = {value:g}\n" for key, value in found.items()]
    return lines


def _said(preset: Preset) -> dict[str, float]:
    """Return what a preset says that a deck of ours can say too."""
    found: dict[str, float] = {}
    if 0.7 <= preset.retention <= 0.99:
        found["retention"] = preset.retention
    for key, limit in (("new_per_day", preset.new), ("reviews_per_day", preset.reviews)):
        if limit is not None and limit >= 0:
            found[key] = min(limit, _MOST_A_DAY)
    return found


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
