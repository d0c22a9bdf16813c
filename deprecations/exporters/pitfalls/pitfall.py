"""What reading a configuration finds, and what is wrong with a header's value whatever the edge."""

import re
from dataclasses import dataclass

_DEPRECATION = re.compile(r"@-?\d+")
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_SUNSET = re.compile(rf"(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT")

DATES = frozenset({"deprecation", "sunset"})
"""Headers that may be sent once only, by their small names."""
OURS = DATES | {"link"}
"""Headers that a configuration is read for."""


@dataclass(frozen=True, slots=True, order=True)
class Pitfall:
    """One thing that goes wrong: where, which of the known ones, and what happens and helps."""

    line: int
    name: str
    text: str


def malformed(line: int, header: str, value: str) -> list[Pitfall]:
    """Judge a literal value of Deprecation (RFC 9745) or Sunset (RFC 8594)."""
    if header.lower() == "deprecation" and not _DEPRECATION.fullmatch(value):
        told = "it must be @ and whole seconds since 1970, as in @1796083200 (RFC 9745)"
    elif header.lower() == "sunset" and not _SUNSET.fullmatch(value):
        told = "it must be a date as in Wed, 30 Jun 2027 23:59:59 GMT (RFC 8594, RFC 9110)"
    else:
        return []
    return [Pitfall(line, "malformed-value", f"“{value}” is no value of {header}: {told}.")]
