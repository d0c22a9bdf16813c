"""The kinds of alarms, the worst first, and what to do about each."""

from enum import StrEnum
from typing import Final


class Alarm(StrEnum):
    """What happens that the plan doesn't say, the worst first."""

    AFTER_SUNSET = "after-sunset"
    GONE_TOO_EARLY = "gone-too-early"
    NEW_ADOPTER = "new-adopter"
    RISING = "rising"
    STILL_THERE = "still-there"
    OTHER_DAY = "other-day"
    UNMARKED = "unmarked"
    NOT_KNOWN = "not-known"


TO_DO: Final = {
    Alarm.AFTER_SUNSET: "Ask them to move, or give them a later day of their own.",
    Alarm.GONE_TOO_EARLY: "Publish a document that has it again, or move or cancel the plan.",
    Alarm.NEW_ADOPTER: "Tell them what to call instead before they build on it.",
    Alarm.RISING: "Ask them whether they know that it ends.",
    Alarm.STILL_THERE: "Take it out of the document, or take the plan up anew.",
    Alarm.OTHER_DAY: "Let the document name the day that was announced, or move the plan.",
    Alarm.NOT_KNOWN: "Wait until it is compared; where that failed, open the comparison and try again.",
    Alarm.UNMARKED: "Set `deprecated: true` on it in the document.",
}
