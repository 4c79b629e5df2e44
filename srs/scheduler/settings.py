"""What a person may decide about their studying, with Anki's defaults."""

from __future__ import annotations

from dataclasses import dataclass

FSRS_6 = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""The default parameters of FSRS-6: 21 floats."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's settings.

    `retention` is the wanted chance of recall [0.7–0.99]; steps and `learn_ahead` are seconds;
    limits count notes a study day; `rollover` is the hour at which a study day begins [0–23];
    `maximum_interval` is in days; `parameters` are FSRS-6's 21.
    """

    retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    learn_ahead: int = 20 * 60
    new_per_day: int = 20
    reviews_per_day: int = 200
    rollover: int = 4
    maximum_interval: int = 36500
    parameters: tuple[float, ...] = FSRS_6
