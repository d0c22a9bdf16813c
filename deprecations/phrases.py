"""The words inside facts, in each language that mails are written in; whole sentences are the templates'."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language: its code, names of days and months, the mark between thousands, phrases with gaps."""

    code: str
    days: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    thousands: str
    until: str
    to: str
    on: str
    credential: str
    agent: str
    up: str
    down: str
    as_before: str
    team: str


ENGLISH: Final = Phrases(
    code="en",
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    day="{weekday} {day} {month} {year}",
    thousands=",",
    until="until",
    to="to",
    on="on {}",
    credential="the credential {}",
    agent="the agent {}",
    up="up {} % from the 30 days before",
    down="down {} % from the 30 days before",
    as_before="as many as in the 30 days before",
    team="its team",
)
GERMAN: Final = Phrases(
    code="de",
    days=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    day="{weekday} {day}. {month} {year}",
    thousands=".",
    until="bis",
    to="bis",
    on="am {}",
    credential="Zugangskennung {}",
    agent="Programm {}",
    up="{} % mehr als in den 30 Tagen davor",
    down="{} % weniger als in den 30 Tagen davor",
    as_before="so viele wie in den 30 Tagen davor",
    team="ihr Team",
)
LANGUAGES: Final = {"en": ENGLISH, "de": GERMAN}
"""By the codes of `storage.languages`."""
