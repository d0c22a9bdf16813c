"""The tables of what consumers say of themselves: their contracts, where those run, and catalogs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.models import Consumer
from registry.models import Api
from storage.base import Base, Digest, Key


class Contract(Base):
    """What a version of a consumer relies on at an API, by its own tests.

    `body` holds its interactions as JSON, compressed; `digest` is of them, so the same handed in twice is
    one, `confirmed_at` when it was handed in last. `skipped` interactions were about messages, not HTTP;
    `unmatched` ones are answered by no operation of any version, None until somebody looked. `branch` is the
    consumer's, "" where nobody said; a version off the main line is out only where it is deployed. `moved_at`
    is when it was last told where it runs.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("consumer_id", "api_id", "version", "digest"),
        Index(None, "api_id", "confirmed_at"),
    )
    id: Mapped[Key]
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), index=True)
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(String(200))
    specification: Mapped[str] = mapped_column(String(20))
    digest: Mapped[Digest]
    origin: Mapped[str] = mapped_column(String(300))
    interactions: Mapped[int]
    skipped: Mapped[int]
    unmatched: Mapped[int | None]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_by: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str] = mapped_column(String(200), default="")
    branch: Mapped[str] = mapped_column(String(200), default="")
    is_main_line: Mapped[bool] = mapped_column(default=True)
    moved_at: Mapped[datetime | None]
    consumer: Mapped[Consumer] = relationship(lazy="raise")
    api: Mapped[Api] = relationship(lazy="raise")
    deployments: Mapped[list["Deployment"]] = relationship(
        lazy="raise", order_by="Deployment.environment", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def counts(self) -> bool:
        """Whether somebody may run that version: it isn't retired, and on the main line, or deployed."""
        return self.retired_at is None and (self.is_main_line or bool(self.deployments))


class Deployment(Base):
    """That the version of a contract runs in an environment; more than one may do so in the same."""

    __tablename__ = "contract_deployments"
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"), primary_key=True)
    environment: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_production: Mapped[bool]
    deployed_at: Mapped[datetime]


class DeclaredUse(Base):
    """That a consumer says it uses an API, as a catalog tells; traffic need never have shown it."""

    __tablename__ = "declared_uses"
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True)
    api_id: Mapped[int] = mapped_column(
        ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    origin: Mapped[str] = mapped_column(String(300))
    declared_at: Mapped[datetime]
