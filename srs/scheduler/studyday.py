"""The study day: a local date that begins at the rollover hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta


def study_day(moment: datetime, rollover_hour: int) -> date:
    """Return the study day of an aware moment, by the wall clock of its own time zone."""
    return (moment.replace(tzinfo=None) - timedelta(hours=rollover_hour)).date()


def epoch_ms(moment: datetime) -> int:
    """Return an aware moment as whole milliseconds since 1970 in UTC."""
    return round(moment.timestamp() * 1000)


def offset_minutes(moment: datetime) -> int:
    """Return how far an aware moment's wall clock is ahead of UTC, in minutes."""
    offset = moment.utcoffset()
    assert offset is not None, "moments are aware"
    return round(offset.total_seconds() / 60)
