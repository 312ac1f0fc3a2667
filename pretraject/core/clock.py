"""The time, as an argument that someone hands over."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

LEGAL_ZONE = ZoneInfo("Europe/Brussels")


def system_clock() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def legal_date(moment: datetime) -> date:
    """Return the calendar day of a moment where the law applies: Belgian time."""
    return moment.astimezone(LEGAL_ZONE).date()
