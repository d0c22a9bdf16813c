"""The tables of an API's own team: who of it is told, and of what."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from notifications.models import Endpoint
from registry.models import Api
from storage.base import Base, Key, Name


class ApiOwner(Base):
    """Somebody of an API's team who is told what needs it.

    `is_fallback`: told too where nobody of a consumer can be reached, or answers.
    """

    __tablename__ = "api_owners"
    __table_args__ = (UniqueConstraint("api_id", "email"),)
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"))
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254), index=True)
    zone: Mapped[str] = mapped_column(String(60), default="UTC")
    language: Mapped[str] = mapped_column(String(10), default="en")
    is_fallback: Mapped[bool] = mapped_column(default=False)
    endpoint_id: Mapped[int | None] = mapped_column(
        ForeignKey("endpoints.id", ondelete="SET NULL"), unique=True
    )
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    endpoint: Mapped[Endpoint | None] = relationship(lazy="raise")


class OwnerNotice(Base):
    """What one of an API's team is to be told, once: `about` says of what, so the same cause makes one row.

    `path` leads to where something can be done. `envelope_key` names the envelope that carries it, once it
    was put into one; a cause that was over before leaves no row.
    """

    __tablename__ = "owner_notices"
    __table_args__ = (UniqueConstraint("api_id", "kind", "about", "recipient"),)
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    about: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    sentence: Mapped[str] = mapped_column(Text)
    to_do: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300))
    envelope_key: Mapped[str | None] = mapped_column(String(200), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    api: Mapped[Api] = relationship(lazy="raise")
