"""The kinds of what needs an API's own team, the most urgent first."""

from enum import StrEnum


class Kind(StrEnum):
    """What it is that needs a team, the most urgent first."""

    AFTER_SUNSET = "after-sunset"
    ENDS_SOON = "ends-soon"
    ASKED = "asked"
    UNANSWERED = "unanswered"
    UNREACHABLE = "unreachable"
    STALE_SOURCE = "stale-source"
    BREAKING = "breaking"
    ALARM = "alarm"
