"""The rows that the loop left in a database, in the form in which `loop` expects them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from access.models import AuditEntry
from consumers.models import Consumer, Contact, Credential, Usage, UsageSource
from deprecations.models import Deprecation, DeprecationEvent
from deprecations.notice_models import Notice
from notifications.models import Envelope
from registry.models import (
    Api,
    Delivery,
    FindingOperation,
    Operation,
    SpecRepository,
    StoredComparison,
    StoredDocument,
    StoredFinding,
    Version,
)

Row = tuple[Any, ...]
_OLD, _NEW = aliased(Version), aliased(Version)
_LABEL = Operation.method + " " + Operation.path
_OF_SEVERAL_WORDS = ("version published", "comparison asked for", "deprecation announced")


def rows(session: Session) -> dict[str, list[Row]]:
    """Read them, sorted; what differs from run to run (keys, instants of acting) is left out."""
    return {name: sorted(read(session), key=str) for name, read in _TABLES.items()}


def _versions(session: Session) -> list[Row]:
    columns = (Api.slug, Version.position, Version.label, StoredDocument.dialect, Version.origin)
    return _all(session, select(*columns).select_from(Version).join(Version.api).join(Version.document))


def _comparisons(session: Session) -> list[Row]:
    made = StoredComparison
    counts = (made.breaking, made.dangerous, made.compatible, made.editorial)
    return _all(session, _compared(select(Api.slug, _OLD.label, _NEW.label, made.state, *counts)))


def _findings(session: Session) -> list[Row]:
    columns = (_OLD.label, _NEW.label, StoredFinding.level, StoredFinding.rule)
    wanted = (
        _compared(select(*columns, func.coalesce(_LABEL, "")))
        .join(StoredFinding, StoredFinding.comparison_id == StoredComparison.id)
        .outerjoin(FindingOperation, FindingOperation.finding_id == StoredFinding.id)
        .outerjoin(Operation, Operation.id == FindingOperation.operation_id)
    )
    return _all(session, wanted)


def _compared(wanted: Any) -> Any:
    return (
        wanted.select_from(StoredComparison)
        .join(Api, Api.id == StoredComparison.api_id)
        .join(_OLD, _OLD.id == StoredComparison.old_version_id)
        .join(_NEW, _NEW.id == StoredComparison.new_version_id)
    )


def _credentials(session: Session) -> list[Row]:
    named = select(Consumer.slug, Credential.kind, Credential.hint).join(Credential.consumer)
    return _all(session, named.where(Consumer.is_unattributed.is_(False)))


def _usage(session: Session) -> list[Row]:
    counts = (func.sum(Usage.calls), func.sum(Usage.client_errors), func.sum(Usage.server_errors))
    span = (func.min(Usage.first_at), func.max(Usage.last_at))
    wanted = select(Consumer.slug, _LABEL, *counts, *span).select_from(Usage)
    joined = wanted.join(Usage.consumer).join(Usage.operation)
    found = _all(session, joined.group_by(Consumer.slug, Operation.method, Operation.path))
    return [(*row[:2], *map(int, row[2:5]), *row[5:]) for row in found]


def _sources(session: Session) -> list[Row]:
    wanted = select(UsageSource.slug, Api.slug, UsageSource.last_event_at)
    return _all(session, wanted.outerjoin(Api, Api.id == UsageSource.api_id))


def _plans(session: Session) -> list[Row]:
    plan = Deprecation
    words = (plan.reason, plan.replacement, plan.documentation)
    rule = select(StoredFinding.rule).where(StoredFinding.fingerprint == plan.finding).limit(1)
    dates = (plan.deprecated_on, plan.sunset_on, plan.zone)
    wanted = select(_LABEL, plan.state, *dates, *words, rule.scalar_subquery())
    return _all(session, wanted.join(plan.operation))


def _events(session: Session) -> list[Row]:
    steps = select(DeprecationEvent.step, DeprecationEvent.state).order_by(DeprecationEvent.id)
    return [(number, *row) for number, row in enumerate(session.execute(steps), 1)]


def _notices(session: Session) -> list[Row]:
    wanted = (
        select(Consumer.slug, Contact.email, Notice)
        .select_from(Notice)
        .join(Notice.consumer)
        .join(Notice.contact)
    )
    return [(slug, email, *_told(notice)) for slug, email, notice in session.execute(wanted)]


def _told(notice: Notice) -> Row:
    """Milestone, instant and evidence; the announcement is due when it was made, whenever that was."""
    kept = ("calls", "last_call_at", "hints")
    told = {name: notice.evidence[name] for name in kept} if notice.evidence else None
    if told:
        told["hints"] = sorted(told["hints"])
    return notice.milestone, None if notice.milestone == "announced" else notice.due_at, told


def _envelopes(session: Session) -> list[Row]:
    wanted = select(Envelope.recipient, Envelope.channel, Envelope.state, Envelope.attempts)
    return _all(session, wanted)


def _deliveries(session: Session) -> list[Row]:
    wanted = select(SpecRepository.host, Delivery.state, Delivery.outcome)
    return _all(session, wanted.join(Delivery.repository))


def _audit(session: Session) -> list[Row]:
    """Who did it is left out, and of the subject what another way in may add."""
    acts = session.execute(select(AuditEntry.action, AuditEntry.subject).distinct())
    told = {(act, what if act in _OF_SEVERAL_WORDS else what.split(" ")[0]) for act, what in acts}
    return [one for one in told if one[0] not in _OF_ONE_WAY_ALONE]


_OF_ONE_WAY_ALONE = (
    "log counted",
    "notices written",
    "sign-in link made",
    "signed in",
    "source begun",
    "token made",
)


def _all(session: Session, wanted: Any) -> list[Row]:
    return [tuple(row) for row in session.execute(wanted)]


_TABLES = {
    "versions": _versions,
    "comparisons": _comparisons,
    "findings": _findings,
    "credentials": _credentials,
    "usage": _usage,
    "sources": _sources,
    "plans": _plans,
    "events": _events,
    "notices": _notices,
    "envelopes": _envelopes,
    "deliveries": _deliveries,
    "audit": _audit,
}
