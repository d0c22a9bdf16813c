"""The tables of what is ending, and of whom that hits."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.models import Consumer
from registry.models import Api, Operation, StoredComparison
from storage.base import Base, Key


class Policy(Base):
    """What an API promises its consumers about endings, for one stability and audience or ("") for any.

    The most exact row holds: both, then the stability alone, then the audience alone, then neither.
    `overlap_days` is how long successor and ending thing are to work side by side.
    """

    __tablename__ = "policies"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    stability: Mapped[str] = mapped_column(String(20), primary_key=True, default="")
    audience: Mapped[str] = mapped_column(String(20), primary_key=True, default="")
    minimum_notice_days: Mapped[int] = mapped_column(default=90)
    overlap_days: Mapped[int] = mapped_column(default=0)
    replacement_required: Mapped[bool] = mapped_column(default=True)
    documentation_required: Mapped[bool] = mapped_column(default=False)
    approval_required: Mapped[bool] = mapped_column(default=False)


class TargetKind(StrEnum):
    """What can end. A kind more is a row in `targets.KINDS`; the column takes any word."""

    OPERATION = "operation"
    PARAMETER = "parameter"
    REQUEST_PROPERTY = "request-property"
    RESPONSE_PROPERTY = "response-property"
    ENUM_VALUE = "enum-value"
    MEDIA_TYPE = "media-type"
    HEADER = "header"
    SECURITY_SCHEME = "security-scheme"
    VERSION = "version"
    API = "api"


class Target(Base):
    """Something of an API that can end, one row however often its end is planned.

    `name` is the thing's own name within its kind (a parameter's, a property's path `items/*/note`, a
    media type, a version's label or its path prefix `/v1`); `place` says where it stands (`query`,
    `request`, `response`); `value` is an enum's value. `operation_id` is set when it is a thing of that
    operation alone. `label` is how people read it. `key` tells targets of an API apart.
    """

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("api_id", "key"),)
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(64))
    operation_id: Mapped[int | None] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(1000), default="")
    place: Mapped[str] = mapped_column(String(20), default="")
    value: Mapped[str] = mapped_column(String(1000), default="")
    label: Mapped[str] = mapped_column(Text)


class TargetOperation(Base):
    """That a target reaches an operation; read them through `reach`."""

    __tablename__ = "target_operations"
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id", ondelete="CASCADE"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class State(StrEnum):
    """Where a deprecation stands in its life; `lifecycle.TRANSITIONS` says what leads where."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    DEPRECATED = "deprecated"
    CLOSED = "closed"
    BROWNOUT = "brownout"
    SUNSET = "sunset"
    REMOVED = "removed"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class SunsetBy(StrEnum):
    """What ends it: its last day; a day not fixed yet, never before the one named; a version's arrival.

    Only a date gives a `Sunset` header (RFC 8594). For the other two `sunset_on` is the last day that is
    promised whatever happens, so that notice periods count for them as well.
    """

    DATE = "date"
    NOT_BEFORE = "not-before"
    VERSION = "version"


class Deprecation(Base):
    """The plan for one thing that ends.

    People choose `deprecated_on`, `closes_on` (from then on closed to new consumers; optional) and
    `sunset_on` in `zone`; the instants that headers and notices use are computed from them and kept
    beside them. One target has at most one plan that isn't over.

    `operation_id` is one operation that the target reaches, the one that pages show first; ask `reach`
    for all of them. `closed_at` and `paused_at` say since when it is so, None where it isn't;
    `arrived_at` when the version that ends it was published.
    """

    __tablename__ = "deprecations"
    __table_args__ = (
        Index(
            "uq_deprecations_live_target",
            "target_id",
            unique=True,
            sqlite_where=text("state NOT IN ('cancelled', 'removed')"),
            postgresql_where=text("state NOT IN ('cancelled', 'removed')"),
        ),
        CheckConstraint("deprecated_at <= sunset_at", name="sunset_not_before_deprecation"),
        CheckConstraint(
            "closes_at IS NULL OR (deprecated_at <= closes_at AND closes_at <= sunset_at)",
            name="closes_while_deprecated",
        ),
    )
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(12), default=State.DRAFT, index=True)
    reason: Mapped[str] = mapped_column(Text)
    replacement: Mapped[str] = mapped_column(String(1000), default="")
    documentation: Mapped[str] = mapped_column(String(1000), default="")
    finding: Mapped[str | None] = mapped_column(String(12))
    stability: Mapped[str] = mapped_column(String(20), default="stable")
    audience: Mapped[str] = mapped_column(String(20), default="public")
    zone: Mapped[str] = mapped_column(String(60))
    deprecated_on: Mapped[date]
    sunset_on: Mapped[date]
    sunset_by: Mapped[str] = mapped_column(String(10), default=SunsetBy.DATE)
    sunset_version: Mapped[str] = mapped_column(String(200), default="")
    closes_on: Mapped[date | None]
    deprecated_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    sunset_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]  # when its dates last changed after the announcement
    closed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    api: Mapped[Api] = relationship(lazy="raise")
    operation: Mapped[Operation] = relationship(lazy="raise")
    target: Mapped[Target] = relationship(lazy="raise")


class DeprecationEvent(Base):
    """A step in a deprecation's history, never changed: who, when, why, and what was promised from then on.

    `approved_by` names who else agreed. `correction` is set where a date came earlier than promised:
    everyone who was told the plan before owes nothing to the old date, and is owed the new one.
    """

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
    sunset_by: Mapped[str] = mapped_column(String(10), default=SunsetBy.DATE)
    sunset_version: Mapped[str] = mapped_column(String(200), default="")
    closes_on: Mapped[date | None]
    zone: Mapped[str] = mapped_column(String(60))
    replacement: Mapped[str] = mapped_column(String(1000), default="")
    documentation: Mapped[str] = mapped_column(String(1000), default="")
    approved_by: Mapped[str] = mapped_column(String(200), default="")
    correction: Mapped[bool] = mapped_column(default=False)


@event.listens_for(DeprecationEvent, "before_update")
def _keep_history(_mapper: object, _connection: object, entry: DeprecationEvent) -> None:
    raise TypeError(f"history is append-only: entry {entry.id} can't change")


class Extension(Base):
    """One consumer's later last day: the whole of `until_on` in the plan's zone, so up to `until_at`.

    In force while `revoked_at` is None and now <= `until_at`, and only as far as it goes beyond the
    plan's own last day; it expires by itself. `extensions.in_force` answers exactly that, by plan and
    consumer, for whoever compiles headers, brownout exemptions or lists of who is still let in.
    """

    __tablename__ = "extensions"
    __table_args__ = (
        Index(
            "uq_extensions_standing",
            "deprecation_id",
            "consumer_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"))
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), index=True)
    until_on: Mapped[date]
    until_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(200))
    granted_by: Mapped[str] = mapped_column(String(200))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(200), default="")
    revoked_because: Mapped[str] = mapped_column(Text, default="")
    consumer: Mapped[Consumer] = relationship(lazy="raise")


class Approval(Base):
    """That a person agreed to one step with the days named here, so that another may take it."""

    __tablename__ = "approvals"
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    deprecated_on: Mapped[date]
    sunset_on: Mapped[date]
    by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class PolicyException(Base):
    """That a plan need not keep one rule of its policy, because somebody answers for that."""

    __tablename__ = "policy_exceptions"
    __table_args__ = (UniqueConstraint("deprecation_id", "rule"),)
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class KnownConsumer(Base):
    """A consumer that called a target before it was closed to new ones: the list as it was that moment."""

    __tablename__ = "known_consumers"
    deprecation_id: Mapped[int] = mapped_column(
        ForeignKey("deprecations.id", ondelete="CASCADE"), primary_key=True
    )
    consumer_id: Mapped[int] = mapped_column(
        ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True, index=True
    )


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
