"""The tables of the gate: what was asked about each removal, what it said, and whether people agreed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Key


class EndingSettings(Base):
    """What an API shows and enforces of its endings; without a row neither."""

    __tablename__ = "ending_settings"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    gate_enforces: Mapped[bool] = mapped_column(default=False)


class GateRun(Base):
    """One question to the gate: may this document take the place of the newest one?

    `enforced` says whether its answer was binding then; `subject` names what was asked about.
    """

    __tablename__ = "gate_runs"
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    enforced: Mapped[bool]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(index=True)
    removals: Mapped[list["GateRemoval"]] = relationship(lazy="raise", order_by="GateRemoval.id")


class GateRemoval(Base):
    """One removal that a document brings, of an operation or a part that a plan names, with its verdict.

    `overridden_by` let it pass whatever the verdict; `mark` is what people thought of an alarm afterwards,
    "" until somebody said.
    """

    __tablename__ = "gate_removals"
    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("gate_runs.id", ondelete="CASCADE"), index=True)
    operation_id: Mapped[int | None] = mapped_column(
        ForeignKey("operations.id", ondelete="SET NULL"), index=True
    )
    deprecation_id: Mapped[int | None] = mapped_column(
        ForeignKey("deprecations.id", ondelete="SET NULL"), index=True
    )
    label: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(String(12))
    because: Mapped[str] = mapped_column(Text)
    overridden_by: Mapped[str] = mapped_column(String(200), default="")
    override_reason: Mapped[str] = mapped_column(Text, default="")
    mark: Mapped[str] = mapped_column(String(12), default="")
    marked_by: Mapped[str] = mapped_column(String(200), default="")
    marked_at: Mapped[datetime | None]
