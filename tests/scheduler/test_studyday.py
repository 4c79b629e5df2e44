from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.scheduler.studyday import epoch_ms, offset_minutes, study_day

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
HALF_HOUR_WEST = timezone(timedelta(hours=-3, minutes=-30))


@pytest.mark.parametrize(
    ("moment", "rollover", "day"),
    [
        ("2026-11-21T03:59:59.999999+01:00", 4, "2026-11-20"),
        ("2026-11-21T04:00:00+01:00", 4, "2026-11-21"),
        ("2026-11-21T23:59:59+01:00", 4, "2026-11-21"),
        ("2026-11-22T00:00:00+01:00", 4, "2026-11-21"),
        ("2026-11-22T00:00:00+01:00", 0, "2026-11-22"),
        ("2026-11-21T22:59:59+01:00", 23, "2026-11-20"),
        ("2026-11-21T23:00:00+01:00", 23, "2026-11-21"),
        ("2027-01-01T03:00:00+00:00", 4, "2026-12-31"),
        ("2028-03-01T03:00:00+00:00", 4, "2028-02-29"),
    ],
)
def test_a_study_day_begins_at_the_rollover(moment: str, rollover: int, day: str) -> None:
    assert study_day(datetime.fromisoformat(moment), rollover) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (timezone(timedelta(hours=14)), "2026-11-22"),
        (timezone(timedelta(hours=5, minutes=45)), "2026-11-21"),
        (UTC, "2026-11-21"),
        (timezone(timedelta(hours=-12)), "2026-11-21"),
        (timezone(timedelta(hours=-9)), "2026-11-21"),
        (timezone(timedelta(hours=-16)), "2026-11-20"),
    ],
)
def test_the_day_is_by_the_wall_clock_of_the_moments_own_zone(zone: timezone, day: str) -> None:
    moment = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    assert study_day(moment.astimezone(zone), 4) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("moment", "rollover", "day"),
    [
        # Clocks go from 02:00 to 03:00: 04:00 comes 3 h after midnight.
        (datetime(2026, 3, 29, 1, 59, tzinfo=BERLIN), 4, "2026-03-28"),
        (datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN), 4, "2026-03-28"),
        (datetime(2026, 3, 29, 3, 59, tzinfo=BERLIN), 4, "2026-03-28"),
        (datetime(2026, 3, 29, 4, 0, tzinfo=BERLIN), 4, "2026-03-29"),
        # A rollover within the hour that is left out happens at its end.
        (datetime(2026, 3, 8, 1, 59, tzinfo=NEW_YORK), 2, "2026-03-07"),
        (datetime(2026, 3, 8, 3, 0, tzinfo=NEW_YORK), 2, "2026-03-08"),
        # Clocks go from 03:00 back to 02:00: the hour that comes twice is one day's.
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 4, "2026-10-24"),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), 4, "2026-10-24"),
        (datetime(2026, 10, 25, 3, 59, tzinfo=BERLIN), 4, "2026-10-24"),
        (datetime(2026, 10, 25, 4, 0, tzinfo=BERLIN), 4, "2026-10-25"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 2, "2026-10-25"),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), 2, "2026-10-25"),
    ],
)
def test_changing_the_clocks_moves_no_day(moment: datetime, rollover: int, day: str) -> None:
    assert study_day(moment, rollover) == date.fromisoformat(day)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),
    st.integers(0, 23),
)
def test_a_day_is_todays_or_yesterdays_date(moment: datetime, rollover: int) -> None:
    late = moment.hour >= rollover
    assert study_day(moment, rollover) == moment.date() - timedelta(days=not late)


@pytest.mark.parametrize(
    ("moment", "ms"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 11, 21, 18, 0, 0, 123_000, tzinfo=UTC), 1_795_284_000_123),
        (datetime(2026, 11, 21, 19, 0, 0, 123_499, tzinfo=BERLIN), 1_795_284_000_123),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 1_792_888_200_000),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), 1_792_891_800_000),
    ],
)
def test_epoch_ms_counts_in_utc(moment: datetime, ms: int) -> None:
    assert epoch_ms(moment) == ms


@given(st.integers(0, 4_102_444_800_000))
def test_epoch_ms_is_exact_to_the_millisecond(ms: int) -> None:
    assert epoch_ms(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)) == ms


@pytest.mark.parametrize(
    ("moment", "minutes"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 1, 1, tzinfo=BERLIN), 60),
        (datetime(2026, 7, 1, tzinfo=BERLIN), 120),
        (datetime(2026, 7, 1, tzinfo=NEW_YORK), -240),
        (datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Kolkata")), 330),
        (datetime(2026, 7, 1, tzinfo=HALF_HOUR_WEST), -210),
    ],
)
def test_an_offset_is_in_minutes_ahead_of_utc(moment: datetime, minutes: int) -> None:
    assert offset_minutes(moment) == minutes
