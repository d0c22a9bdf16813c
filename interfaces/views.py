"""How rows are told to programs: the JSON API and `--json` say the same, from here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from access.models import ApiToken, AuditEntry, User
from access.users import LINK_LIFETIME
from consumers.identity_order import Attribute
from consumers.ingest import BatchReport
from consumers.models import Consumer, Contact, Contract, Credential
from consumers.pacts.interaction import Interaction
from consumers.relying import Relying
from consumers.source_hours import Telling
from consumers.unknown_traffic import UnknownPath
from consumers.usage import Caller, OperationCalls, SourceHealth
from consumers.used_names import NameInUse
from deprecations.aims import Suggestion
from deprecations.brownouts.report import Report
from deprecations.consumer_grades import ConsumerGrade
from deprecations.edge_models import Brownout, Exemption, Freeze
from deprecations.impact_record import FindingImpact, Impact
from deprecations.judging import told_from
from deprecations.known_callers import ConsumerRow
from deprecations.live.models import Probe, ProbeResult
from deprecations.models import (
    Approval,
    Deprecation,
    DeprecationEvent,
    Extension,
    ImpactSnapshot,
    Notice,
    Policy,
    PolicyException,
    Target,
)
from deprecations.notice_models import Answer
from deprecations.policies import as_terms
from deprecations.presets import Preset
from deprecations.silence import Silence
from deprecations.verdict import Verdict
from notifications.models import Envelope, PostOffice
from registry.models import (
    Api,
    Delivery,
    Operation,
    SpecRepository,
    StoredComparison,
    StoredFinding,
    Version,
)

Facts = dict[str, Any]


def instant(value: datetime | None) -> str | None:
    """Write an instant as RFC 3339 in UTC, to the second."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value is not None else None


def plain(value: Any) -> Any:
    """Write a dataclass, a date or a collection of them as JSON values."""
    if hasattr(value, "__dataclass_fields__"):
        return {key: plain(item) for key, item in asdict(value).items()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def api_facts(api: Api) -> Facts:
    """An API."""
    return {
        "slug": api.slug,
        "name": api.name,
        "description": api.description,
        "owner": api.owner,
        "created_at": instant(api.created_at),
    }


def version_facts(version: Version) -> Facts:
    """A version, with its document."""
    return {
        "label": version.label,
        "position": version.position,
        "digest": version.digest,
        "dialect": version.document.dialect,
        "title": version.document.title,
        "size": version.document.size,
        "origin": version.origin,
        "revision": version.revision,
        "published_by": version.published_by,
        "published_at": instant(version.published_at),
    }


def comparison_facts(comparison: StoredComparison) -> Facts:
    """A stored comparison, without its findings."""
    return {
        "id": comparison.id,
        "api": comparison.api.slug,
        "old": comparison.old_version.label,
        "new": comparison.new_version.label,
        "state": comparison.state,
        "error": comparison.error,
        "summary": {
            "breaking": comparison.breaking,
            "dangerous": comparison.dangerous,
            "compatible": comparison.compatible,
            "editorial": comparison.editorial,
        },
        "bump_needed": comparison.bump_needed,
        "compared_at": instant(comparison.compared_at),
    }


def finding_facts(finding: StoredFinding) -> Facts:
    """A finding: its entry in the public contract, and the number it goes by here."""
    return {"id": finding.id, "comparison": finding.comparison_id, **finding.facts}


def finding_impact_facts(found: FindingImpact) -> Facts:
    """Whom one finding hits."""
    facts: Facts = plain(found)
    del facts["level"], facts["text"]
    return {**facts, "standing": found.standing}


def impact_facts(impact: Impact) -> Facts:
    """Whom a comparison hits: as the report's `impact`, instants written as elsewhere in the API."""
    facts: Facts = plain(impact)
    return {**facts, "hit": impact.hit, "total": impact.total}


def snapshot_facts(snapshot: ImpactSnapshot) -> Facts:
    """An impact that was kept, its counts alone."""
    return {
        "id": snapshot.id,
        "at": instant(snapshot.taken_at),
        "by": snapshot.taken_by,
        "since": instant(snapshot.since),
        "counts": {
            "hurt": snapshot.hurt,
            "at-risk": snapshot.at_risk,
            "unknown": snapshot.unknown,
            "not-hurt": snapshot.not_hurt,
        },
    }


def operation_facts(operation: Operation) -> Facts:
    """An operation."""
    return {
        "id": operation.id,
        "operation": operation.label,
        "method": operation.method,
        "path": operation.path,
        "operation_id": operation.operation_id,
        "summary": operation.summary,
        "deprecated_in_spec": operation.deprecated_in_spec,
    }


def caller_facts(caller: Caller) -> Facts:
    """Who calls an operation, and how."""
    facts: Facts = plain(caller)
    facts["consumer"] = facts.pop("slug")
    facts["trend"] = caller.trend
    return facts


def name_facts(use: NameInUse, most_callers: int | None = None) -> Facts:
    """A query parameter or media type in use, with the callers of most calls."""
    facts: Facts = plain(use)
    facts["consumers"] = len(use.callers)
    facts["callers"] = [
        {"consumer": caller.slug, **{key: value for key, value in plain(caller).items() if key != "slug"}}
        for caller in use.callers[:most_callers]
    ]
    return facts


def known_caller_facts(row: ConsumerRow) -> Facts:
    """A consumer that ever called an operation, with what a verdict needs to know of it."""
    facts: Facts = plain(row)
    facts["consumer"] = facts.pop("slug")
    return facts


def operation_calls_facts(calls: OperationCalls) -> Facts:
    """What a consumer calls, and how."""
    facts: Facts = plain(calls)
    facts["api"] = facts.pop("api_slug")
    facts["operation"] = f"{calls.method} {calls.path}"
    facts["trend"] = calls.trend
    return facts


def batch_facts(report: BatchReport) -> Facts:
    """What became of a batch of usage."""
    facts: Facts = plain(report)
    return facts


def source_facts(source: SourceHealth, slugs: Mapping[int, str]) -> Facts:
    """A source of usage; `slugs` names APIs by their id."""
    facts: Facts = plain(source)
    api_id = facts.pop("api_id")
    facts["api"] = slugs.get(api_id) if api_id is not None else None
    return facts


def telling_facts(telling: Telling) -> Facts:
    """What a source told of within a window."""
    gaps = [{**plain(gap), "hours": gap.hours} for gap in telling.gaps]
    return {**plain(telling), "calls_an_hour": round(telling.calls_an_hour, 1), "gaps": gaps}


def unknown_facts(row: UnknownPath, slugs: Mapping[int, str]) -> Facts:
    """A method and path that no operation answers; `slugs` names APIs by their id."""
    facts: Facts = plain(row)
    api_id = facts.pop("api_id")
    facts["api"] = slugs.get(api_id) if api_id is not None else None
    return facts


def verdict_facts(verdict: Verdict) -> Facts:
    """A verdict with everything that it rests on."""
    facts: Facts = plain(verdict)
    facts["consumers"] = [known_caller_facts(row) for row in verdict.consumers]
    facts["grades"] = [grade_facts(one) for one in verdict.grades]
    facts["reasons"] = [{**plain(reason), "weighs": reason.weighs} for reason in verdict.reasons]
    for source in facts["sources"]:
        del source["api_id"]
    return facts


def grade_facts(grade: ConsumerGrade) -> Facts:
    """What the evidence says of one consumer."""
    facts: Facts = plain(grade)
    facts["consumer"] = facts.pop("slug")
    return facts


def consumer_facts(consumer: Consumer) -> Facts:
    """A consumer, without credentials and contacts."""
    return {
        "slug": consumer.slug,
        "name": consumer.name,
        "description": consumer.description,
        "team": consumer.team,
        "unattributed": consumer.is_unattributed,
        "created_at": instant(consumer.created_at),
    }


def credential_facts(credential: Credential) -> Facts:
    """A credential: its kind and hint; the value is kept nowhere."""
    return {"id": credential.id, "kind": credential.kind, "hint": credential.hint}


def identity_facts(attributes: Sequence[Attribute], *, own: bool) -> Facts:
    """By which attributes an API's callers are told apart, surest first."""
    return {"attributes": [plain(one) for one in attributes], "own": own}


def silence_facts(silence: Silence) -> Facts:
    """What a consumer hasn't called lately, and may call again by its own rhythm."""
    habit = silence.habit
    return {
        "operation_id": habit.operation.id,
        "api": habit.operation.api.slug,
        "operation": habit.operation.label,
        "last_at": instant(habit.last_at),
        "longest_gap_days": habit.longest_gap_days,
        "until": instant(silence.until),
    }


def relying_facts(relying: Relying) -> Facts:
    """Whose contract relies on an operation, and on what of it."""
    return {
        "contract": relying.contract.id,
        "consumer": relying.contract.consumer.slug,
        "version": relying.contract.version,
        "interactions": relying.interactions,
        "sends": list(relying.sends),
        "reads": list(relying.reads),
    }


def contract_facts(contract: Contract, *, is_current: bool) -> Facts:
    """A contract, without what it relies on."""
    return {
        "id": contract.id,
        "consumer": contract.consumer.slug,
        "api": contract.api.slug,
        "version": contract.version,
        "current": is_current,
        "specification": contract.specification,
        "interactions": contract.interactions,
        "skipped": contract.skipped,
        "origin": contract.origin,
        "received_by": contract.received_by,
        "received_at": instant(contract.received_at),
        "confirmed_at": instant(contract.confirmed_at),
    }


def interaction_facts(interaction: Interaction, operation_id: int | None) -> Facts:
    """What one interaction relies on, and the operation that answers it, None where no version has one."""
    return {
        "description": interaction.description,
        "method": interaction.method,
        "path": interaction.path,
        "operation": operation_id,
        "query": list(interaction.query),
        "headers": list(interaction.headers),
        "sends": [field.pointer for field in interaction.sends],
        "status": interaction.status,
        "answer_headers": list(interaction.answer_headers),
        "reads": [{"pointer": field.pointer, "rule": field.rule} for field in interaction.reads],
    }


def contact_facts(contact: Contact) -> Facts:
    """A contact."""
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "role": contact.role,
        "zone": contact.zone,
        "disabled_reason": contact.disabled_reason,
    }


def target_facts(target: Target) -> Facts:
    """What ends, as it is told apart and as people read it."""
    return {
        "kind": target.kind,
        "label": target.label,
        "name": target.name,
        "place": target.place,
        "value": target.value,
    }


def suggestion_facts(suggestion: Suggestion) -> Facts:
    """What a document marks as ending and no plan says."""
    thing = suggestion.aim.thing
    return {
        "target": {
            "kind": thing.kind,
            "label": suggestion.aim.label,
            "name": thing.name,
            "place": thing.place,
            "value": thing.value,
        },
        "operations": list(suggestion.aim.reaches),
        "sunset": suggestion.sunset,
        "sunset_on": plain(suggestion.sunset_on),
        "reason": suggestion.reason,
        "replacement": suggestion.replacement,
    }


def deprecation_facts(deprecation: Deprecation) -> Facts:
    """A deprecation."""
    return {
        "id": deprecation.id,
        "api": deprecation.api.slug,
        "target": target_facts(deprecation.target),
        "operation": deprecation.operation.label,
        "state": deprecation.state,
        "reason": deprecation.reason,
        "replacement": deprecation.replacement,
        "documentation": deprecation.documentation,
        "finding": deprecation.finding,
        "stability": deprecation.stability,
        "audience": deprecation.audience,
        "zone": deprecation.zone,
        "deprecated_on": deprecation.deprecated_on.isoformat(),
        "closes_on": plain(deprecation.closes_on),
        "sunset_on": deprecation.sunset_on.isoformat(),
        "sunset_by": deprecation.sunset_by,
        "sunset_version": deprecation.sunset_version,
        "deprecated_at": instant(deprecation.deprecated_at),
        "closes_at": instant(deprecation.closes_at),
        "sunset_at": instant(deprecation.sunset_at),
        "announced_at": instant(deprecation.announced_at),
        "closed_at": instant(deprecation.closed_at),
        "paused_at": instant(deprecation.paused_at),
        "created_by": deprecation.created_by,
    }


def event_facts(event: DeprecationEvent) -> Facts:
    """A step of a deprecation's history."""
    return {
        "at": instant(event.at),
        "by": event.by,
        "step": event.step,
        "reason": event.reason,
        "state": event.state,
        "deprecated_on": event.deprecated_on.isoformat(),
        "closes_on": plain(event.closes_on),
        "sunset_on": event.sunset_on.isoformat(),
        "sunset_by": event.sunset_by,
        "sunset_version": event.sunset_version,
        "zone": event.zone,
        "replacement": event.replacement,
        "documentation": event.documentation,
        "approved_by": event.approved_by,
        "correction": event.correction,
    }


def approval_facts(approval: Approval) -> Facts:
    """That somebody agreed to a step with these days."""
    return {
        "step": approval.step,
        "deprecated_on": approval.deprecated_on.isoformat(),
        "sunset_on": approval.sunset_on.isoformat(),
        "by": approval.by,
        "reason": approval.reason,
        "at": instant(approval.at),
    }


def policy_facts(policy: Policy) -> Facts:
    """What an API promises for one stability and audience; "" for any."""
    return {"stability": policy.stability, "audience": policy.audience, **plain(as_terms(policy))}


def preset_facts(preset: Preset) -> Facts:
    """A policy that a provider publishes."""
    return {"name": preset.name, "title": preset.title, "words": preset.words, **plain(preset.terms)}


def exception_facts(exception: PolicyException) -> Facts:
    """That a plan need not keep one rule."""
    return {
        "rule": exception.rule,
        "reason": exception.reason,
        "approved_by": exception.approved_by,
        "by": exception.by,
        "at": instant(exception.at),
    }


def extension_facts(extension: Extension) -> Facts:
    """One consumer's later last day."""
    return {
        "id": extension.id,
        "deprecation": extension.deprecation_id,
        "consumer": extension.consumer.slug,
        "until_on": extension.until_on.isoformat(),
        "until_at": instant(extension.until_at),
        "reason": extension.reason,
        "approved_by": extension.approved_by,
        "granted_by": extension.granted_by,
        "granted_at": instant(extension.granted_at),
        "revoked_at": instant(extension.revoked_at),
        "revoked_by": extension.revoked_by,
        "revoked_because": extension.revoked_because,
    }


def brownout_facts(one: Brownout, phase: str) -> Facts:
    """A window, and how far it is."""
    return {
        "id": one.id,
        "deprecation": one.deprecation_id,
        "phase": phase,
        "starts_at": instant(one.starts_at),
        "ends_at": instant(one.ends_at),
        "percent": one.percent,
        "status": one.status,
        "created_by": one.created_by,
        "aborted_at": instant(one.aborted_at),
        "aborted_by": one.aborted_by,
        "aborted_because": one.aborted_because,
    }


def report_facts(report: Report) -> Facts:
    """What a window did; rates are calls a day, to two places."""
    facts: Facts = plain(report)
    for one in facts["hits"]:
        one["consumer"] = one.pop("slug")
    rounded = [
        {key: round(value, 2) if isinstance(value, float) else value for key, value in one.items()}
        for one in (facts, *facts["hits"])
    ]
    return {**rounded[0], "hits": rounded[1:], "hit": report.hit, "reacted": report.reacted}


def exemption_facts(one: Exemption) -> Facts:
    """A consumer that brownouts pass over."""
    return {
        "consumer": one.consumer.slug,
        "name": one.consumer.name,
        "until_at": instant(one.until_at),
        "reason": one.reason,
        "created_by": one.created_by,
        "created_at": instant(one.created_at),
    }


def freeze_facts(one: Freeze) -> Facts:
    """A freeze; `api` is null for all."""
    return {
        "id": one.id,
        "api": one.api.slug if one.api else None,
        "starts_at": instant(one.starts_at),
        "ends_at": instant(one.ends_at),
        "zone": one.zone,
        "reason": one.reason,
        "created_by": one.created_by,
    }


def probe_facts(one: Probe) -> Facts:
    """A probe, with what it found last."""
    return {
        "id": one.id,
        "api": one.api.slug,
        "method": one.method,
        "path": one.path,
        "next_at": instant(one.next_at),
        "last_at": instant(one.last_at),
        "status": one.last_status,
        "drifts": one.drifts,
    }


def result_facts(one: ProbeResult) -> Facts:
    """What a probe found."""
    return {"at": instant(one.at), "status": one.status, "drifts": one.drifts}


def notice_facts(notice: Notice) -> Facts:
    """A notice."""
    return {
        "id": notice.id,
        "deprecation": notice.deprecation_id,
        "consumer": notice.consumer.slug,
        "contact": notice.contact.email if notice.contact else notice.recipient or None,
        "milestone": notice.milestone,
        "sunset_on": notice.sunset_on.isoformat(),
        "due_at": instant(notice.due_at),
        "told_from": instant(told_from(notice)),
        "envelope": notice.envelope_key,
        "dropped_because": notice.dropped_because,
        "evidence": notice.evidence,
    }


def answer_facts(answer: Answer) -> Facts:
    """What a contact answered."""
    return {
        "id": answer.id,
        "deprecation": answer.deprecation_id,
        "consumer": answer.consumer.slug,
        "by": answer.by,
        "kind": answer.kind,
        "on": answer.on.isoformat() if answer.on else None,
        "words": answer.words,
        "at": instant(answer.at),
    }


def office_facts(office: PostOffice) -> Facts:
    """Whether mail leaves."""
    return {
        "paused": office.paused_at is not None,
        "paused_at": instant(office.paused_at),
        "paused_by": office.paused_by,
        "reason": office.reason,
    }


def envelope_facts(envelope: Envelope) -> Facts:
    """An envelope, without its bodies."""
    return {
        "key": envelope.key,
        "channel": envelope.channel,
        "recipient": envelope.recipient,
        "subject": envelope.subject,
        "message_id": envelope.message_id,
        "state": envelope.state,
        "attempts": envelope.attempts,
        "next_attempt_at": instant(envelope.next_attempt_at),
        "sent_at": instant(envelope.sent_at),
        "error": envelope.error,
    }


def repository_facts(repository: SpecRepository) -> Facts:
    """A spec repository, without its webhook's secret."""
    return {
        "id": repository.id,
        "host": repository.host,
        "location": repository.location,
        "branch": repository.branch,
        "path": repository.path,
        "webhook": f"/webhooks/{repository.host}/{repository.id}",
        "last_delivery_at": instant(repository.last_delivery_at),
    }


def delivery_facts(delivery: Delivery) -> Facts:
    """A push as the inbox has it."""
    return {
        "delivery": delivery.delivery,
        "revision": delivery.revision,
        "state": delivery.state,
        "outcome": delivery.outcome,
        "attempts": delivery.attempts,
        "received_at": instant(delivery.received_at),
    }


def user_facts(user: User, seen_at: datetime | None = None) -> Facts:
    """A person who may sign in; `seen_at` is when they were last here."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "administrator": user.is_administrator,
        "zone": user.zone,
        "created_at": instant(user.created_at),
        "disabled_at": instant(user.disabled_at),
        "last_seen_at": instant(seen_at),
    }


def link_facts(link: str, now: datetime) -> Facts:
    """A sign-in link that was made now, and how long it works."""
    return {"link": link, "link_expires_at": instant(now + LINK_LIFETIME)}


def token_facts(token: ApiToken) -> Facts:
    """An API token, without its secret."""
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes.split(),
        "created_by": token.created_by,
        "created_at": instant(token.created_at),
        "expires_at": instant(token.expires_at),
        "last_used_at": instant(token.last_used_at),
        "revoked_at": instant(token.revoked_at),
    }


def audit_facts(entry: AuditEntry) -> Facts:
    """An entry of the audit trail."""
    return {
        "at": instant(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
    }
