"""What differs, as it concerns one reader: where it stands, and how the reader is known to use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from deprecations.difference_words import Says, sentence


class Because(StrEnum):
    """Why a difference concerns its reader, what is surest first."""

    CONTRACT = "contract"
    EVERY_CALL = "every-call"
    SENT = "sent"
    FORMAT = "format"
    MISSING = "missing"
    BREAKS = "breaks"
    DEPENDS = "depends"


BECAUSE: Final[Mapping[Because, Says]] = {
    Because.CONTRACT: Says("Your contract relies on it.", "Ihr Vertrag mit der API baut darauf auf."),
    Because.EVERY_CALL: Says("That hits each of your calls.", "Das trifft jeden Ihrer Aufrufe."),
    Because.SENT: Says("You sent it in {count} calls.", "Sie haben es bei {count} Aufrufen gesendet."),
    Because.FORMAT: Says("Your calls send this format.", "Ihre Aufrufe senden dieses Format."),
    Because.MISSING: Says("Your calls can’t have it yet.", "Ihre Aufrufe haben es noch nicht."),
    Because.BREAKS: Says("", ""),
    Because.DEPENDS: Says("It depends on how you use it.", "Es kommt darauf an, wie Sie es nutzen."),
}
"""What is said of each; that something breaks goes without saying."""
KNOWN: Final = frozenset(
    {Because.CONTRACT, Because.EVERY_CALL, Because.SENT, Because.FORMAT, Because.MISSING}
)
"""What rests on what is known of the reader."""


@dataclass(frozen=True, slots=True)
class Told:
    """A difference for one reader; `facts` is the finding's entry in the public contract of comparisons.

    `at` names the operation, "" where the reader knows it; `count` are the calls that show the use.
    """

    facts: Mapping[str, Any]
    at: str = ""
    because: Because = Because.BREAKS
    count: int = 0

    def said(self, language: str, thousands: str = ",") -> str:
        """Say it in a language, with why it concerns the reader."""
        count = f"{self.count:,}".replace(",", thousands)
        reason = BECAUSE[self.because].in_(language).format(count=count)
        return f"{sentence(self.facts, language, self.at)} {reason}".strip()


@dataclass(frozen=True, slots=True)
class Differs:
    """What differs for one reader of one plan, worst first.

    `left_out` are more that nobody looked through; `is_unknown`: there is something to compare, and it
    isn't compared yet, or can't be.
    """

    told: tuple[Told, ...] = ()
    left_out: int = 0
    is_unknown: bool = False


NOTHING: Final = Differs()
"""Nothing that is known to differ."""
