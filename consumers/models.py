"""The tables of consumers and of what they call."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consumers.epochs import DayNumber, HourNumber, Microseconds
from registry.models import Operation
from storage.base import Base, Digest, Key, Name


class Consumer(Base):
    """An application that calls. Traffic that no credential names belongs to the unattributed one."""

    __tablename__ = "consumers"
    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Name]
    description: Mapped[str] = mapped_column(Text, default="")
    team: Mapped[str] = mapped_column(String(200), default="")
    is_unattributed: Mapped[bool] = mapped_column(default=False)
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class CredentialKind(StrEnum):
    """How traffic names a consumer, surest first unless an API has an order of its own."""

    APP_ID = "app-id"  # an application or subscription that a gateway has registered
    CLIENT_ID = "client-id"  # OAuth's (azp, client_id), or what X-Client-Id says
    API_KEY = "api-key"
    CERTIFICATE = "certificate"  # the subject of a client's certificate
    HEADER = "header"  # another header in which callers say who they are
    USER = "user"
    USER_AGENT = "user-agent"
    NONE = "none"


class Credential(Base):
    """One name that traffic uses for a consumer: a keyed hash of the value, and a hint to recognise it by."""

    __tablename__ = "credentials"
    __table_args__ = (UniqueConstraint("kind", "digest"),)
    id: Mapped[Key]
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    consumer: Mapped[Consumer] = relationship(lazy="raise")


class IdentityOrder(Base):
    """By which attributes an API's callers are told apart, surest first; an API without a row has the usual.

    `attributes` is a list of {"kind", "confidence"}. What isn't in it tells nobody apart.
    """

    __tablename__ = "identity_orders"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    attributes: Mapped[list]  # type: ignore[type-arg]  # kinds with their confidences, in order


class VersionRule(Base):
    """Which calls are an API's where others are served at the same path; an API without a row takes all.

    `carrier` is the attribute that carries the version, `accepted` the values of it that are the API's.
    """

    __tablename__ = "version_rules"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    carrier: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), default="")
    accepted: Mapped[list]  # type: ignore[type-arg]  # texts
    or_absent: Mapped[bool] = mapped_column(default=False)


class ContactRole(StrEnum):
    """What a contact is to the consumer; `team` is the shared address of those who run it."""

    TECHNICAL = "technical"
    TEAM = "team"
    OWNER = "owner"
    SECURITY = "security"


class Contact(Base):
    """A person who is told what concerns a consumer; `disabled_reason` says why mail stopped."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("consumer_id", "email"),)
    id: Mapped[Key]
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(60), default="UTC")
    language: Mapped[str] = mapped_column(String(10), default="en")
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    consumer: Mapped[Consumer] = relationship(lazy="raise")


class UsageSource(Base):
    """Where usage comes from: one access log, or one sender of batches.

    `last_event_at` is the newest hit it ever told of; older than `stale_after_hours`, it proves nothing.
    A retired one is waited for no more, until it tells of something again. `mapping` says in which fields its
    lines have what, where no format that is known does.
    """

    __tablename__ = "usage_sources"
    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    log_format: Mapped[str] = mapped_column(String(30))
    api_id: Mapped[int | None] = mapped_column(ForeignKey("apis.id", ondelete="SET NULL"), index=True)
    stale_after_hours: Mapped[int] = mapped_column(default=24)
    retired_at: Mapped[datetime | None]
    mapping: Mapped[dict | None]  # type: ignore[type-arg]  # members of a call with the names of fields
    is_example: Mapped[bool] = mapped_column(default=False)
    first_event_at: Mapped[datetime | None]
    last_event_at: Mapped[datetime | None]
    last_batch_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class UsageBatch(Base):
    """A batch that was counted, whole; its key makes a second sending count nothing."""

    __tablename__ = "usage_batches"
    __table_args__ = (UniqueConstraint("source_id", "key"), Index(None, "received_at"))
    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(ForeignKey("usage_sources.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    lines: Mapped[int]
    matched: Mapped[int]
    unmatched: Mapped[int]
    broken: Mapped[int]
    samples: Mapped[list]  # type: ignore[type-arg]  # redacted texts of broken and unmatched lines
    received_at: Mapped[datetime]


class LogCursor(Base):
    """How far a log file was counted: `offset` bytes (decompressed), whose SHA-256 is `digest`.

    A file is known by the SHA-256 of its first line, `head`, so one that was renamed by rotation, or
    compressed, keeps its cursor; `path` tells apart files that begin alike.
    """

    __tablename__ = "log_cursors"
    __table_args__ = (UniqueConstraint("source_id", "head", "path"), Index(None, "moved_at"))
    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(ForeignKey("usage_sources.id", ondelete="CASCADE"))
    head: Mapped[Digest]
    path: Mapped[str] = mapped_column(String(1000))
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    digest: Mapped[Digest]
    moved_at: Mapped[datetime]


class Usage(Base):
    """Counts per consumer, operation and hour, kept apart per credential so that one can be reassigned.

    Calls that are in none of the four classes were answered with success. After a set age the hours of a
    day become one row, at the day's last hour, so that a window that begins within the day has it whole.
    `sampling_rate` is the least with which its calls were told: 0.1 where one in ten was, 1 where all were.
    A credential with usage is never deleted but with its consumer, whose usage goes along: that spares an
    index, and a look-up for each row.
    """

    __tablename__ = "usage"
    __table_args__ = (
        Index(None, "consumer_id", "hour"),
        {"sqlite_with_rowid": False},
    )
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[datetime] = mapped_column(HourNumber, primary_key=True)
    credential_id: Mapped[int] = mapped_column(primary_key=True)
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"))
    calls: Mapped[int] = mapped_column(BigInteger)
    redirects: Mapped[int] = mapped_column(BigInteger, default=0)
    client_errors: Mapped[int] = mapped_column(BigInteger)
    server_errors: Mapped[int] = mapped_column(BigInteger)
    unanswered: Mapped[int] = mapped_column(BigInteger, default=0)
    first_at: Mapped[datetime] = mapped_column(Microseconds)
    last_at: Mapped[datetime] = mapped_column(Microseconds)
    user_agent: Mapped[str] = mapped_column(String(120), default="")
    sampling_rate: Mapped[float] = mapped_column(Double, default=1.0)
    operation: Mapped[Operation] = relationship(lazy="raise")
    consumer: Mapped[Consumer] = relationship(lazy="raise")
    credential: Mapped[Credential] = relationship(
        lazy="raise", primaryjoin="foreign(Usage.credential_id) == Credential.id"
    )


class NameKind(StrEnum):
    """What traffic used of an operation, known by its name alone."""

    PARAMETER = "parameter"  # a query parameter
    MEDIA_TYPE = "media-type"  # of the request's body


class UsedName(Base):
    """A query parameter or media type that calls of an operation used; never a value. Few per operation."""

    __tablename__ = "used_names"
    __table_args__ = (UniqueConstraint("operation_id", "kind", "name"),)
    id: Mapped[Key]
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))


class NameUse(Base):
    """Counts per used name, credential and UTC day; the credential says which consumer's they are."""

    __tablename__ = "name_uses"
    __table_args__ = ({"sqlite_with_rowid": False},)
    used_name_id: Mapped[int] = mapped_column(
        ForeignKey("used_names.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(DayNumber, primary_key=True)
    credential_id: Mapped[int] = mapped_column(
        ForeignKey("credentials.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    calls: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime] = mapped_column(Microseconds)
    last_at: Mapped[datetime] = mapped_column(Microseconds)


class SourceHour(Base):
    """What a source told of within an hour, known or unknown calls: an hour without a row is a silent one."""

    __tablename__ = "source_hours"
    __table_args__ = ({"sqlite_with_rowid": False},)
    source_id: Mapped[int] = mapped_column(
        ForeignKey("usage_sources.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[datetime] = mapped_column(HourNumber, primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    unknown: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime] = mapped_column(Microseconds)
    last_at: Mapped[datetime] = mapped_column(Microseconds)
    sampling_rate: Mapped[float] = mapped_column(Double)


class UnknownCall(Base):
    """Calls that no published operation answers: a method and a path, redacted. Few per source.

    `successes` were answered with 2xx: something is there that nobody published.
    """

    __tablename__ = "unknown_calls"
    __table_args__ = (UniqueConstraint("source_id", "method", "path"), Index(None, "last_at"))
    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(ForeignKey("usage_sources.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(200))
    calls: Mapped[int] = mapped_column(BigInteger)
    successes: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime] = mapped_column(Microseconds)
    last_at: Mapped[datetime] = mapped_column(Microseconds)
    user_agent: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[UsageSource] = relationship(lazy="raise")
