"""The tables of how consumers are told, and of what they answer."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.models import Consumer, Contact
from deprecations.models import Deprecation
from storage.base import Base, Key


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


class ApiCadence(Base):
    """How often an API's consumers are reminded; no row is the usual cadence."""

    __tablename__ = "api_cadences"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    cadence: Mapped[str] = mapped_column(String(20))


class ApiRouting(Base):
    """Which roles hear of what an API's notices are about, by topic; no row is the usual routing."""

    __tablename__ = "api_routings"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    roles: Mapped[dict]  # type: ignore[type-arg]  # lists of roles, by topic


class ApiEscalation(Base):
    """How many days before the end others are told where nobody answers, 0 for never; no row is the usual."""

    __tablename__ = "api_escalations"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    days: Mapped[int]


class ContactEndpoint(Base):
    """Where a contact is told, beside its e-mail address; no row is by mail."""

    __tablename__ = "contact_endpoints"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoints.id", ondelete="CASCADE"), unique=True)


class AnswerKind(StrEnum):
    """What a reader answered."""

    ACKNOWLEDGED = "acknowledged"
    MORE_TIME = "more-time"
    NOT_MINE = "not-mine"
    MOVED = "moved"
    MUTED = "muted"
    UNMUTED = "unmuted"


ASKING: Final = (AnswerKind.MORE_TIME, AnswerKind.NOT_MINE)
"""The kinds that wait for a decision of the API's team."""


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
    decision: Mapped["Decision | None"] = relationship(lazy="raise", viewonly=True)


class Decision(Base):
    """What the API's team decided about an answer that asks for it: one each, never changed.

    `until_on` is the day up to which more time was granted. `envelope_key` is the mail that says so to
    who asked, None where no mail reaches it any more.
    """

    __tablename__ = "decisions"
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    is_granted: Mapped[bool]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    envelope_key: Mapped[str | None] = mapped_column(String(200))
