"""What reading a configuration finds, and what is wrong with a header's value whatever the edge."""

from dataclasses import dataclass

from deprecations.dialects import complaint

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
    """Judge a literal value of Deprecation (RFC 9745) or Sunset (RFC 8594); of others nothing is known."""
    told = complaint(header, value) if header.lower() in DATES else ""
    return [Pitfall(line, "malformed-value", f"{header}: {told}")] if told else []
