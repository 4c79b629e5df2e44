import string
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.scheduler.fuzz import factor, fuzzed

guids = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=16)
factors = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("guid", "ord", "reps", "expected"),
    [
        ("abcdefghijklmnop", 1, 0, 0.42333776470791307),
        ("abcdefghijklmnop", 1, 1, 0.5311433043232547),
        ("abcdefghijklmnop", 2, 0, 0.74407673014883),
    ],
)
def test_a_factor_is_the_same_on_every_device(
    guid: str, ord: int, reps: int, expected: float
) -> None:
    assert factor(guid, ord, reps) == expected


@given(guids, st.integers(1, 500), st.integers(0, 10_000))
def test_a_factor_belongs_to_a_repetition_of_a_card(guid: str, ord: int, reps: int) -> None:
    one = factor(guid, ord, reps)
    assert 0 <= one < 1
    assert one == factor(guid, ord, reps)
    assert len({one, factor(guid, ord, reps + 1), factor(guid, ord + 1, reps)}) == 3
    assert one != factor(f"{guid}x", ord, reps)


def test_factors_are_spread_evenly() -> None:
    tenths = [int(factor("guid", 1, reps) * 10) for reps in range(2000)]
    assert all(150 <= tenths.count(tenth) <= 250 for tenth in range(10))


@pytest.mark.parametrize(
    ("interval", "minimum", "maximum", "lower", "middle", "upper"),
    [
        # No fuzz below 2.5 days; from there a day, 15 % of each to 7, 10 % to 20, 5 % beyond.
        (1.0, 1, 1000, 1, 1, 1),
        (2.49, 1, 1000, 2, 2, 2),
        (2.5, 1, 1000, 2, 3, 4),
        (7.0, 1, 1000, 5, 7, 9),
        (17.0, 1, 1000, 14, 17, 20),
        (37.0, 1, 1000, 33, 37, 41),
        # At least two days to choose from, where they are allowed.
        (2.0, 2, 1000, 2, 2, 2),
        (2.0, 3, 1000, 3, 4, 4),
        (2.0, 3, 3, 3, 3, 3),
        # Where the shares change.
        (6.9, 3, 1000, 5, 7, 9),
        (7.0, 3, 1000, 5, 7, 9),
        (7.1, 3, 1000, 5, 7, 9),
        (20.0, 1, 1000, 17, 20, 23),
        # Limits.
        (0.1, 1, 100, 1, 1, 1),
        (101.0, 1, 100, 93, 97, 100),
        (100.0, 101, 1000, 101, 105, 108),
        (5.0, 9, 4, 4, 4, 4),
    ],
)
def test_fuzz_stays_in_ankis_bounds(
    interval: float, minimum: int, maximum: int, lower: int, middle: int, upper: int
) -> None:
    found = [fuzzed(interval, at, minimum, maximum) for at in (0.0, 0.5, 0.99)]
    assert found == [lower, middle, upper]


@given(st.floats(2.5, 1000))
def test_the_bounds_grow_with_the_interval_by_ankis_shares(interval: float) -> None:
    spread = 1 + 0.15 * (min(interval, 7) - 2.5)
    spread += 0.1 * (min(max(interval, 7), 20) - 7) + 0.05 * (max(interval, 20) - 20)
    assert fuzzed(interval, 0.0, 1, 36500) == max(1, floor(interval - spread + 0.5))
    assert fuzzed(interval, 0.9999, 1, 36500) == floor(interval + spread + 0.5)


@pytest.mark.parametrize(("interval", "days"), [(10.0, [8, 9, 10, 11, 12]), (3.0, [2, 3, 4])])
def test_every_day_in_the_bounds_is_as_likely_as_any(interval: float, days: list[int]) -> None:
    count = 1000 * len(days)
    found = [fuzzed(interval, n / count, 1, 1000) for n in range(count)]
    assert sorted(set(found)) == days
    assert {found.count(day) for day in days} == {1000}


@given(st.floats(0, 1e6), factors, st.integers(1, 40_000), st.integers(1, 40_000))
def test_limits_are_kept_and_the_maximum_wins(
    interval: float, factor: float, minimum: int, maximum: int
) -> None:
    days = fuzzed(interval, factor, minimum, maximum)
    assert min(minimum, maximum) <= days <= maximum


@given(st.floats(0, 40_000), st.floats(0, 1000), factors)
def test_a_longer_interval_is_not_fuzzed_to_a_shorter_one(
    interval: float, more: float, factor: float
) -> None:
    assert fuzzed(interval, factor, 1, 36500) <= fuzzed(interval + more, factor, 1, 36500)
