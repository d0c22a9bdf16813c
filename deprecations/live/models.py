"""The tables of the live check."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models import Api
from storage.base import Base, Key


class Probe(Base):
    """A request that is made every so often, to the API's base address: GET or HEAD of a path filled in.

    `next_at` is when it is due; `drifts` and `last_…` tell of the newest result.
    """

    __tablename__ = "probes"
    __table_args__ = (UniqueConstraint("api_id", "method", "path"), Index(None, "next_at"))
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(2000))
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    drifts: Mapped[list]  # type: ignore[type-arg]  # of the newest result: kind, header, text
    is_drifting: Mapped[bool] = mapped_column(default=False, index=True)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    api: Mapped[Api] = relationship(lazy="raise")


class ProbeResult(Base):
    """What one check found; one after another of a probe that found the same are kept once, the latest."""

    __tablename__ = "probe_results"
    __table_args__ = (Index(None, "probe_id", "at"), Index(None, "at"))
    id: Mapped[Key]
    probe_id: Mapped[int] = mapped_column(ForeignKey("probes.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    status: Mapped[int | None]
    drifts: Mapped[list]  # type: ignore[type-arg]  # kind, header, text
