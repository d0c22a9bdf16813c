"""What came of handing one envelope to a channel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """The channel took responsibility for it; `detail` is its answer, word for word."""

    detail: str


@dataclass(frozen=True, slots=True)
class Failure:
    """It wasn't taken. A permanent failure will not get better by trying again."""

    permanent: bool
    detail: str


Outcome = Receipt | Failure
