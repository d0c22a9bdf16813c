"""The tables of what edges are told beside the plans themselves."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.models import Consumer
from registry.models import Api
from storage.base import Base, Key


class EdgeSettings(Base):
    """How an API's endings show on replies; an API without a row keeps the default terms."""

    __tablename__ = "edge_settings"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    links: Mapped[bool] = mapped_column(default=True)
    policy_link: Mapped[str] = mapped_column(String(1000), default="")
    tombstones: Mapped[bool] = mapped_column(default=True)
    base_url: Mapped[str] = mapped_column(String(1000), default="")


class Brownout(Base):
    """One announced window of a plan: from `starts_at` up to `ends_at`, `percent` of calls get `status`.

    One that was aborted keeps its times: `aborted_at` is when it stopped, or when it was given up.
    """

    __tablename__ = "brownouts"
    __table_args__ = (
        Index(None, "ends_at"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    percent: Mapped[int]
    status: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    aborted_at: Mapped[datetime | None]
    aborted_by: Mapped[str] = mapped_column(String(200), default="")
    aborted_because: Mapped[str] = mapped_column(Text, default="")


class Exemption(Base):
    """A consumer that a plan's brownouts pass over, up to `until_at` where there is one."""

    __tablename__ = "brownout_exemptions"
    deprecation_id: Mapped[int] = mapped_column(
        ForeignKey("deprecations.id", ondelete="CASCADE"), primary_key=True
    )
    consumer_id: Mapped[int] = mapped_column(
        ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    until_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    consumer: Mapped[Consumer] = relationship(lazy="raise")


class Freeze(Base):
    """A time in which nothing is made to fail: of one API, or of all where `api_id` is none."""

    __tablename__ = "freezes"
    __table_args__ = (
        Index(None, "ends_at"),
        CheckConstraint("starts_at < ends_at", name="starts_before_end"),
    )
    id: Mapped[Key]
    api_id: Mapped[int | None] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    api: Mapped[Api | None] = relationship(lazy="raise")
