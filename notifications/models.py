"""The outbox: one row per envelope, from the transaction that wrote it to the receipt; and endpoints."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class EnvelopeState(StrEnum):
    """Where an envelope stands: `sending` is under a lease that expires."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Endpoint(Base):
    """An address in another system that messages are posted to.

    The address lets whoever knows it post too, so it is `sealed`, and `hint` tells people which one it is.
    The secrets that sign what is posted derive from `nonce`, and `secret_generation` counts them.
    `disabled_reason` says why nothing is posted any more.
    """

    __tablename__ = "endpoints"
    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(String(255))
    hint: Mapped[str] = mapped_column(String(300))
    nonce: Mapped[str] = mapped_column(String(40))
    secret_generation: Mapped[int] = mapped_column(default=1)
    rotated_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class Envelope(Base):
    """A rendered notice for one channel. Its key is natural, so writing it twice makes one row.

    For an endpoint, `payload` holds what is posted, and `text` and `html` what a mail says instead: to
    `mail_to`, where the endpoint doesn't take it.
    """

    __tablename__ = "envelopes"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "sent_at"),
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
    )
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    thread: Mapped[str] = mapped_column(String(200), default="")
    unsubscribe: Mapped[str] = mapped_column(String(1000), default="")
    message_id: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default=EnvelopeState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    is_example: Mapped[bool] = mapped_column(default=False)
    endpoint_id: Mapped[int | None] = mapped_column(
        ForeignKey("endpoints.id", ondelete="SET NULL"), index=True
    )
    payload: Mapped[dict | None]  # type: ignore[type-arg]  # as its channel's file reads it
    mail_to: Mapped[str] = mapped_column(String(320), default="")
    created_at: Mapped[datetime]


class PostOffice(Base):
    """Whether mail leaves, and how many ever did: one row."""

    __tablename__ = "post_office"
    id: Mapped[Key]
    deliveries: Mapped[int] = mapped_column(BigInteger, default=0)
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class Attempt(Base):
    """One try at delivering an envelope, and what came of it; never changed."""

    __tablename__ = "attempts"
    id: Mapped[Key]
    envelope_id: Mapped[int] = mapped_column(ForeignKey("envelopes.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)


class Wording(Base):
    """One version of a kind of mail's templates in one language, as an administrator wrote it; never changed.

    The highest number is in force. A version that is the default has no texts. `failure` is why it failed on
    a mail: that one went out by the default.
    """

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("kind", "language", "number"), Index(None, "at"))
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    is_default: Mapped[bool]
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


class SuppressionReason(StrEnum):
    """Why an address gets no mail."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    BY_HAND = "by-hand"


class Suppression(Base):
    """An address, in lower case, that gets no mail; `by` is who or what listed it."""

    __tablename__ = "suppressions"
    __table_args__ = (
        CheckConstraint("reason IN ('bounce', 'complaint', 'unsubscribe', 'by-hand')", name="reason"),
    )
    address: Mapped[str] = mapped_column(String(320), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(200))
