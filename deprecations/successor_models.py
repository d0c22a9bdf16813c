"""The table of what differs between what ends and what is to be called instead."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class SuccessorDifferences(Base):
    """What breaks for the callers of a plan's operation that call its replacement; it goes with the plan.

    `basis` tells which operations of which documents were compared, "" where the replacement is none that
    the registry knows; `findings` are the most important ones, as in the public contract of comparisons.
    `error` says why there are none to be had.
    """

    __tablename__ = "successor_differences"
    deprecation_id: Mapped[int] = mapped_column(
        ForeignKey("deprecations.id", ondelete="CASCADE"), primary_key=True
    )
    replacement: Mapped[str] = mapped_column(String(1000))
    basis: Mapped[str] = mapped_column(String(64), default="")
    findings: Mapped[list] = mapped_column(default=list)  # type: ignore[type-arg]  # as JSON has them
    error: Mapped[str] = mapped_column(Text, default="")
    compared_at: Mapped[datetime]
