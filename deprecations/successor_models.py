"""The table of what differs between what ends and what is to be called instead."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class SuccessorDifferences(Base):
    """What hurts the callers of what a plan ends that go over to its replacement; it goes with the plan.

    `basis` tells what of which documents was compared, "" where the replacement is nothing that the
    registry knows; `findings` are the worst, as in the public contract of comparisons, `left_out` how many
    more there were. `error` says why there are none to be had.
    """

    __tablename__ = "successor_differences"
    deprecation_id: Mapped[int] = mapped_column(
        ForeignKey("deprecations.id", ondelete="CASCADE"), primary_key=True
    )
    replacement: Mapped[str] = mapped_column(String(1000))
    basis: Mapped[str] = mapped_column(String(64), default="")
    findings: Mapped[list] = mapped_column(default=list)  # type: ignore[type-arg]  # as JSON has them
    left_out: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    compared_at: Mapped[datetime]
