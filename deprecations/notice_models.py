"""The tables of how consumers are told, and of what they answer."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.models import Consumer
from deprecations.models import Deprecation
from storage.base import Base, Key


class ApiCadence(Base):
    """How often an API's consumers are reminded; no row is the usual cadence."""

    __tablename__ = "api_cadences"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    cadence: Mapped[str] = mapped_column(String(20))


class ContactLanguage(Base):
    """The language that a contact's mails are written in; no row is English."""

    __tablename__ = "contact_languages"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(10))


class AnswerKind(StrEnum):
    """What a reader answered."""

    ACKNOWLEDGED = "acknowledged"
    MORE_TIME = "more-time"
    NOT_MINE = "not-mine"
    MOVED = "moved"
    MUTED = "muted"
    UNMUTED = "unmuted"


class Answer(Base):
    """What one contact answered about one plan, never changed; the newest of a kind counts.

    `on` is the day by which it is done, or up to which more time is asked; `words` what else was said, and
    for a claim that was checked what the traffic showed. `by` stays when the contact goes.
    """

    __tablename__ = "answers"
    __table_args__ = (Index(None, "deprecation_id", "consumer_id"), Index(None, "at"))
    id: Mapped[Key]
    deprecation_id: Mapped[int] = mapped_column(ForeignKey("deprecations.id", ondelete="CASCADE"))
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    by: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    deprecation: Mapped[Deprecation] = relationship(lazy="raise")
    consumer: Mapped[Consumer] = relationship(lazy="raise")
