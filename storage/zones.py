"""The rule for time zones that people choose: a name of the IANA database, as `Europe/Berlin`."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def checked_zone(zone: str, refusal: Callable[[str], Exception]) -> str:
    """Return a zone's name without blanks around it; `refusal` is raised where there is no such zone."""
    name = zone.strip()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, or too long a name
        raise refusal(f"“{name}” is no time zone: use an IANA name such as Europe/Berlin") from None
    return name


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all zones, in order."""
    return tuple(sorted(available_timezones()))
