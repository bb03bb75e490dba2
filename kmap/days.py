"""The day in Kerala: what the doors take for today. The law itself never looks at a clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

IST = ZoneInfo("Asia/Kolkata")


def today() -> date:
    """Return today's date in Kerala."""
    return datetime.now(IST).date()
