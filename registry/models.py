"""The registry's tables: APIs, the documents they published, and what those documents contain."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Digest, Key, Name


class Api(Base):
    """What consumers depend on."""

    __tablename__ = "apis"
    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Name]
    description: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(200), default="")
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class StoredDocument(Base):
    """Immutable spec text, kept once however often it is published; `bundle` is compressed."""

    __tablename__ = "documents"
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    dialect: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    spec_version: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    bundle: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class Version(Base):
    """A document published for an API under a label; `position` orders an API's versions."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("api_id", "label"), UniqueConstraint("api_id", "position"))
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    digest: Mapped[Digest] = mapped_column(ForeignKey("documents.digest"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    origin: Mapped[str] = mapped_column(String(20))
    revision: Mapped[str | None] = mapped_column(String(64))
    published_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime]
    document: Mapped[StoredDocument] = relationship(lazy="raise")
    api: Mapped[Api] = relationship(lazy="raise")


class Operation(Base):
    """Method and effective path template of an API, one row however many versions have it.

    `shape` is the path with every parameter's name left out, so that a renamed path parameter stays
    the same operation. The last version that shows it tells whether it is still there.
    """

    __tablename__ = "operations"
    __table_args__ = (UniqueConstraint("api_id", "method", "shape"),)
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    method: Mapped[str] = mapped_column(String(10))
    shape: Mapped[str] = mapped_column(String(1000))
    path: Mapped[str] = mapped_column(String(1000))
    operation_id: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    deprecated_in_spec: Mapped[bool] = mapped_column(default=False)
    first_version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    last_version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    api: Mapped[Api] = relationship(lazy="raise")

    @property
    def label(self) -> str:
        """The operation as people write it: `GET /v1/orders/{id}`."""
        return f"{self.method} {self.path}"


class DocumentOperation(Base):
    """An operation as one document spells it; usage is matched against `full_path`."""

    __tablename__ = "document_operations"
    __table_args__ = (UniqueConstraint("digest", "method", "full_path"),)
    id: Mapped[Key]
    digest: Mapped[Digest] = mapped_column(ForeignKey("documents.digest", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(1000))
    full_path: Mapped[str] = mapped_column(String(1000))
    shape: Mapped[str] = mapped_column(String(1000))
    operation_id: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    deprecated: Mapped[bool]
    sunset: Mapped[str | None] = mapped_column(String(40))


class DocumentMark(Base):
    """What a document itself marks as deprecated: an operation or a part of one, and since when it says so.

    `operations` are pairs of method and path as the document spells them; `sunset` is what it says, unread.
    """

    __tablename__ = "document_marks"
    __table_args__ = (UniqueConstraint("digest", "position"),)
    id: Mapped[Key]
    digest: Mapped[Digest] = mapped_column(ForeignKey("documents.digest", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(1000))
    place: Mapped[str] = mapped_column(String(20))
    sunset: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    replacement: Mapped[str] = mapped_column(String(1000))
    operations: Mapped[list]  # type: ignore[type-arg]  # pairs of method and path


class ComparisonState(StrEnum):
    """Where the work on a comparison stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class StoredComparison(Base):
    """The findings between two versions, with the report as the public contract gives it (compressed).

    `head` is the report but for its findings, which may be thousands; None while there is none.
    """

    __tablename__ = "comparisons"
    __table_args__ = (
        UniqueConstraint("old_version_id", "new_version_id"),
        CheckConstraint("state IN ('pending', 'done', 'failed')", name="state"),
    )
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    old_version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    new_version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=ComparisonState.PENDING)
    error: Mapped[str | None] = mapped_column(Text)
    breaking: Mapped[int] = mapped_column(default=0)
    dangerous: Mapped[int] = mapped_column(default=0)
    compatible: Mapped[int] = mapped_column(default=0)
    editorial: Mapped[int] = mapped_column(default=0)
    bump_needed: Mapped[str | None] = mapped_column(String(10))
    head: Mapped[dict | None]  # type: ignore[type-arg]  # the contract's members
    report: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    leased_until: Mapped[datetime | None]
    compared_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    old_version: Mapped[Version] = relationship(lazy="raise", foreign_keys=[old_version_id])
    new_version: Mapped[Version] = relationship(lazy="raise", foreign_keys=[new_version_id])
    api: Mapped[Api] = relationship(lazy="raise")


class StoredFinding(Base):
    """One finding of a stored comparison; `facts` is its entry in the public contract."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("comparison_id", "position"),
        Index(None, "comparison_id", "level"),
        Index(None, "fingerprint"),
    )
    id: Mapped[Key]
    comparison_id: Mapped[int] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"))
    position: Mapped[int]
    rule: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(12))
    facts: Mapped[dict]  # type: ignore[type-arg]  # the contract's entry, whatever its format version
    comparison: Mapped[StoredComparison] = relationship(lazy="raise")


class FindingOperation(Base):
    """That a finding reaches an operation of the registry."""

    __tablename__ = "finding_operations"
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SpecRepository(Base):
    """Where an API's document lives under version control.

    The webhook's secret is derived from the server's own secret and `secret_generation`, so it is
    stored nowhere; the generation before stays valid until the next rotation.
    """

    __tablename__ = "spec_repositories"
    id: Mapped[Key]
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), index=True)
    host: Mapped[str] = mapped_column(String(20))
    location: Mapped[str] = mapped_column(String(500))
    branch: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(500))
    secret_generation: Mapped[int] = mapped_column(default=1)
    last_delivery_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    api: Mapped[Api] = relationship(lazy="raise")


class Delivery(Base):
    """A verified push, stored before anything is done about it; the host's id makes it unique."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("repository_id", "delivery"),
        CheckConstraint("state IN ('pending', 'done', 'ignored', 'failed')", name="state"),
    )
    id: Mapped[Key]
    repository_id: Mapped[int] = mapped_column(
        ForeignKey("spec_repositories.id", ondelete="CASCADE"), index=True
    )
    delivery: Mapped[str] = mapped_column(String(100))
    revision: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="pending", index=True)
    outcome: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    repository: Mapped[SpecRepository] = relationship(lazy="raise")
