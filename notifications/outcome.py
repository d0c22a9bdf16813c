"""What came of handing one envelope to a channel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """The channel took responsibility for it; `detail` is its answer, word for word."""

    detail: str


@dataclass(frozen=True, slots=True)
class Failure:
    """It wasn't taken. A permanent failure will not get better by trying again.

    An outage is the channel's own trouble: every other envelope would meet it too; where messages are posted
    to many hosts, those of the same host. One about the recipient says that this address, and not this mail,
    was refused. `wait_seconds` is how long the other side asks to be left alone. `may_have_arrived`: it was
    handed over, and nobody said what became of it.
    """

    permanent: bool
    detail: str
    is_outage: bool = False
    is_about_recipient: bool = False
    wait_seconds: int = 0
    may_have_arrived: bool = False


Outcome = Receipt | Failure
