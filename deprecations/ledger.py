"""The ledger: who was told what, when, with which promise, and what proves it. Exportable for a dispute."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from io import StringIO
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer
from deprecations.models import Deprecation, Target
from deprecations.notice_models import Notice
from notifications.desk import what_became
from notifications.models import Envelope
from registry.models import Api
from storage.paging import Page, page_of

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice that was put into a mail; `state` is "" once the mail itself was forgotten."""

    notice: int
    api: str
    ends: str
    consumer: str
    recipient: str
    milestone: str
    promised_last_day: str
    promised_until: str
    calls_told: int | None
    content_sha256: str
    envelope: str
    message_id: str
    state: str
    attempts: int | None
    sent_at: str
    receipt: str


def ledger(session: Session, *, page: int = 1) -> Page[Entry]:
    """List the entries, newest first."""
    found = page_of(session, _told().order_by(Notice.id.desc()), page)
    return Page(tuple(_entries(session, found.items)), found.number, found.total, found.size)


def ledger_csv(session: Session) -> Iterator[str]:
    """Write the whole ledger as CSV (RFC 4180), a portion at a time, oldest first."""
    yield _lines([[field.name for field in fields(Entry)]])
    last = 0
    while notices := session.scalars(
        _told().where(Notice.id > last).order_by(Notice.id).limit(_AT_A_TIME)
    ).all():
        last = notices[-1].id
        yield _lines([_safe(cell) for cell in astuple(entry)] for entry in _entries(session, notices))


def _told() -> Select[Notice]:
    return (
        select(Notice)
        .where(Notice.envelope_key.is_not(None))
        .options(joinedload(Notice.deprecation), joinedload(Notice.consumer))
    )


def _entries(session: Session, notices: Iterable[Notice]) -> Iterator[Entry]:
    notices = list(notices)
    keys = {notice.envelope_key for notice in notices}
    mails = {row.key: row for row in session.scalars(select(Envelope).where(Envelope.key.in_(keys)))}
    names: dict[int, tuple[str, str]] = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Deprecation.id, Api.slug, Target.label)
            .join(Api, Api.id == Deprecation.api_id)
            .join(Target, Target.id == Deprecation.target_id)
            .where(Deprecation.id.in_({notice.deprecation_id for notice in notices}))
        )
    }
    for notice in notices:
        yield _entry(
            notice, notice.consumer, names[notice.deprecation_id], mails.get(notice.envelope_key or "")
        )


def _entry(notice: Notice, consumer: Consumer, names: tuple[str, str], mail: Envelope | None) -> Entry:
    evidence = notice.evidence or {}
    promised = evidence.get("promised", {})
    return Entry(
        notice=notice.id,
        api=names[0],
        ends=names[1],
        consumer=consumer.slug,
        recipient=notice.recipient,
        milestone=notice.milestone,
        promised_last_day=notice.sunset_on.isoformat(),
        promised_until=str(promised.get("sunset_at", "")),
        calls_told=evidence.get("calls"),
        content_sha256=str(evidence.get("content_sha256", "")),
        envelope=notice.envelope_key or "",
        message_id=mail.message_id if mail else "",
        state=mail.state if mail else "",
        attempts=mail.attempts if mail else None,
        sent_at=_instant(mail.sent_at if mail else None),
        receipt=what_became(mail) if mail else "",
    )


def _instant(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _safe(cell: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
