"""The tables of what is ending, and of what its consumers are to be told."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.models import Consumer, Contact
from registry.models import Api, Operation, StoredComparison
from storage.base import Base, Key


class Policy(Base):
    """What an API promises its consumers about endings."""

    __tablename__ = "policies"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    minimum_notice_days: Mapped[int] = mapped_column(default=90)
    replacement_required: Mapped[bool] = mapped_column(default=True)


class State(StrEnum):
    """Where a deprecation stands in its life."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    DEPRECATED = "deprecated"
    SUNSET = "sunset"
    REMOVED = "removed"
    CANCELLED = "cancelled"


class Deprecation(Base):
    """The plan for one operation that ends.

    People choose `deprecated_on` and `sunset_on` in `zone`; the instants that headers and notices use
    are computed from them and kept beside them. One operation has at most one plan that isn't over.
    """

    __tablename__ = "deprecations"
    __table_args__ = (
        Index(
            "uq_deprecations_live_operation",
            "operation_id",
            unique=True,
            sqlite_where=text("state NOT IN ('cancelled', 'removed')"),
            postgresql_where=text("state NOT IN ('cancelled', 'removed')"),
        ),
        CheckConstraint("deprecated_at <= sunset_at", name="sunset_not_before_deprecation"),
    )
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=State.DRAFT, index=True)
    reason: Mapped[str] = mapped_column(Text)
    replacement: Mapped[str] = mapped_column(String(1000), default="")
    documentation: Mapped[str] = mapped_column(String(1000), default="")
    finding: Mapped[str | None] = mapped_column(String(12))
    zone: Mapped[str] = mapped_column(String(60))
    deprecated_on: Mapped[date]
    sunset_on: Mapped[date]
    deprecated_at: Mapped[datetime]
    sunset_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]  # when its dates last changed after the announcement
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    api: Mapped[Api] = relationship(lazy="raise")
    operation: Mapped[Operation] = relationship(lazy="raise")


class DeprecationEvent(Base):
    """A step in a deprecation's history, never changed: who, when, why, and the dates promised then."""

    __tablename__ = "deprecation_events"
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    step: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    deprecated_on: Mapped[date]
    sunset_on: Mapped[date]
    zone: Mapped[str] = mapped_column(String(60))


class Notice(Base):
    """What one consumer's contact is to be told at one milestone, once.

    `sunset_on` is the last day that it speaks of; a date that moves makes other notices. `envelope_key` names
    the envelope that carries it, once it was put into one, and `recipient` where that went: both stay
    when the contact goes. `dropped_because` says why it never will be told.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("deprecation_id", "consumer_id", "contact_id", "milestone", "due_at"),
        Index(None, "due_at"),
    )
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"))
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    milestone: Mapped[str] = mapped_column(String(20))
    sunset_on: Mapped[date]
    due_at: Mapped[datetime]
    envelope_key: Mapped[str | None] = mapped_column(String(200), index=True)
    recipient: Mapped[str] = mapped_column(String(320), default="")
    dropped_because: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[dict | None]  # type: ignore[type-arg]  # the figures as the mail told them
    created_at: Mapped[datetime]
    deprecation: Mapped[Deprecation] = relationship(lazy="raise")
    consumer: Mapped[Consumer] = relationship(lazy="raise")
    contact: Mapped[Contact | None] = relationship(lazy="raise")


class ImpactSnapshot(Base):
    """Whom a comparison hit, as it stood at one moment; never changed, the newest counts.

    The counts are of consumers; `body` is the whole impact as JSON, compressed.
    """

    __tablename__ = "impact_snapshots"
    id: Mapped[Key]
    comparison_id: Mapped[int] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"), index=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)
    taken_by: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]
    hurt: Mapped[int]
    at_risk: Mapped[int]
    unknown: Mapped[int]
    not_hurt: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    comparison: Mapped[StoredComparison] = relationship(lazy="raise")
