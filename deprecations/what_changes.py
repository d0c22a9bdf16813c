"""What differs for the callers of a plan, for each of them what concerns it.

Read from what was found to differ between what ends and its successor, and from the findings that may hurt
in the comparison that the plan came from.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from consumers.call_evidence import Seen, names_used, seen
from consumers.contracts import current_contracts
from consumers.models import NameKind
from consumers.redaction import MASK
from deprecations.difference_words import sentence
from deprecations.differences import KNOWN, Because, Differs, Told
from deprecations.judged_by_calls import by_calls
from deprecations.judged_by_contract import by_contract
from deprecations.mail import AFFECTED_DAYS
from deprecations.models import Deprecation, TargetKind
from deprecations.promised import Promised, promised
from deprecations.standing import Proof, Standing, rank
from deprecations.successor_models import SuccessorDifferences
from deprecations.successors import uncompared
from deprecations.touch import Part, Touch, part_of
from registry.models import FindingOperation, Operation, StoredFinding
from registry.publish import shape

_HURTING = ("breaking", "dangerous")
_ANY = "*/*"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that differs; `met` are the operations and the parts of them that do.

    `facts` is the finding's entry in the public contract of comparisons; `at` names the operation where
    that isn't clear.
    """

    facts: Mapping[str, Any]
    met: tuple[tuple[int, Part], ...]
    is_breaking: bool
    at: str = ""


@dataclass(frozen=True, slots=True)
class _Uses:
    """What is known of consumers' use: calls by operation and consumer, names they sent, contracts."""

    seen: Mapping[int, Mapping[int, Seen]]
    sent: Mapping[tuple[int, int], Mapping[str, int]]
    formats: Mapping[tuple[int, int], Mapping[str, int]]
    promised: Promised


@dataclass(frozen=True, slots=True)
class _Judged:
    """How a consumer stands to a difference, and by what that is known."""

    standing: Standing
    because: Because
    count: int = 0

    @property
    def order(self) -> tuple[int, bool, int]:
        """Sorts the worst first: who is hurt, then who is known to use it."""
        return rank(self.standing), self.because not in KNOWN, list(Because).index(self.because)


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs, by plan, and what is known of who uses it.

    `left_out` counts by plan what was found beyond that; `unknown` are plans whose difference isn't known.
    """

    by_plan: Mapping[int, Sequence[Difference]]
    uses: _Uses
    left_out: Mapping[int, int]
    unknown: Collection[int]

    def of(self, plan_id: int, consumer_id: int) -> Differs:
        """Return what hurts a consumer, or may: what it is known to use first, then what breaks."""
        judged = [(_judged(one, consumer_id, self.uses), one) for one in self.by_plan.get(plan_id, ())]
        hit = [(how, one) for how, one in judged if how.standing is not Standing.NOT_HURT]
        hit.sort(key=lambda pair: (*pair[0].order[:2], not pair[1].is_breaking, pair[0].order[2]))
        told: dict[str, Told] = {}
        for how, one in hit:
            known = Told(one.facts, one.at, how.because, how.count)
            told.setdefault(sentence(one.facts, "en", one.at), known)
        return Differs((*told.values(),), self.left_out.get(plan_id, 0), plan_id in self.unknown)


def what_changes(
    session: Session, plans: Sequence[Deprecation], reaches: Mapping[int, Sequence[int]], now: datetime
) -> Changes:
    """Return what may hurt the callers of some plans, what differs at its successor before the rest.

    That it ends is what the mail says anyway, so no difference says that.
    """
    kept = _kept(session, plans)
    found = _of_successors(kept)
    for plan_id, differences in _of_findings(session, plans, reaches).items():
        found[plan_id] += differences
    operations = {operation for several in found.values() for one in several for operation, _ in one.met}
    return Changes(
        found,
        _uses(session, {plan.api_id for plan in plans if plan.id in found}, operations, now),
        {row.deprecation_id: row.left_out for row, _operation in kept},
        uncompared(session, [plan.id for plan in plans])
        | {row.deprecation_id for row, _operation in kept if row.error},
    )


def _kept(session: Session, plans: Sequence[Deprecation]) -> list[tuple[SuccessorDifferences, Operation]]:
    """Read what was kept of successors; what a plan named before tells nothing of what it names now."""
    wanted = {plan.id: plan for plan in plans}
    rows = session.execute(
        select(SuccessorDifferences, Operation)
        .join(Deprecation, Deprecation.id == SuccessorDifferences.deprecation_id)
        .join(Operation, Operation.id == Deprecation.operation_id)
        .where(SuccessorDifferences.deprecation_id.in_(wanted))
    )
    return [
        (row, operation)
        for row, operation in rows
        if row.replacement == wanted[row.deprecation_id].replacement
    ]


def _of_successors(kept: Sequence[tuple[SuccessorDifferences, Operation]]) -> dict[int, list[Difference]]:
    found: dict[int, list[Difference]] = defaultdict(list)
    for row, operation in kept:
        found[row.deprecation_id] = [
            _difference(facts, operation, is_breaking=facts["level"] == "breaking") for facts in row.findings
        ]
    return found


def _of_findings(
    session: Session, plans: Sequence[Deprecation], reaches: Mapping[int, Sequence[int]]
) -> dict[int, list[Difference]]:
    by_finding: dict[str, list[Deprecation]] = defaultdict(list)
    for plan in plans:
        if plan.finding:
            by_finding[plan.finding].append(plan)
    root, other = aliased(StoredFinding), aliased(StoredFinding)
    rows = session.execute(
        select(root.fingerprint, other, Operation)
        .join(other, other.comparison_id == root.comparison_id)
        .join(FindingOperation, FindingOperation.finding_id == other.id)
        .join(Operation, Operation.id == FindingOperation.operation_id)
        .where(
            root.fingerprint.in_(by_finding),
            other.level.in_(_HURTING),
            Operation.id.in_({one for plan in plans for one in reaches[plan.id]}),
        )
        .order_by(root.comparison_id.desc(), other.position)
    ).all()
    found: dict[int, list[Difference]] = defaultdict(list)
    for fingerprint, finding, operation in rows:
        for plan in by_finding[fingerprint]:
            if operation.id in reaches[plan.id] and not _says_that_it_ends(plan, finding):
                at = operation.label if len(reaches[plan.id]) > 1 else ""
                is_breaking = finding.level == "breaking"
                found[plan.id].append(_difference(finding.facts, operation, is_breaking=is_breaking, at=at))
    return found


def _says_that_it_ends(plan: Deprecation, finding: StoredFinding) -> bool:
    """Tell whether a finding says that an operation went, or the very part that a plan ends."""
    facts = finding.facts
    if facts["action"] != "removed":
        return False
    is_own = finding.fingerprint == plan.finding and plan.target.kind != TargetKind.OPERATION
    return is_own or (facts["aspect"] == "existence" and facts["element"] in ("operation", "path"))


def _difference(
    facts: Mapping[str, Any], operation: Operation, *, is_breaking: bool, at: str = ""
) -> Difference:
    met = tuple((operation.id, part) for part in _parts(facts, operation))
    return Difference(facts, met, is_breaking, at)


def _parts(facts: Mapping[str, Any], operation: Operation) -> Iterable[Part]:
    """Return the parts of an operation that a finding is about, as far as it names them."""
    for reach in facts["operations"]:
        path = shape(reach.get("path") or "")
        if reach.get("method") == operation.method and path and operation.shape.endswith(path):
            yield part_of(facts, reach)


def _uses(session: Session, api_ids: Collection[int], operations: Collection[int], now: datetime) -> _Uses:
    if not operations:
        return _Uses({}, {}, {}, {})
    since = now - timedelta(days=AFFECTED_DAYS)
    sent, formats = (
        _by_caller(names_used(session, operations, kind, since=since, until=now))
        for kind in (NameKind.PARAMETER, NameKind.MEDIA_TYPE)
    )
    relied: dict[int, Mapping[int, Mapping[str, Sequence[Any]]]] = {}
    for api_id in api_ids:
        relied |= promised(session, api_id, current_contracts(session, api_id))
    return _Uses(seen(session, operations, since=since, until=now), sent, formats, relied)


def _by_caller(used: Mapping[tuple[int, int, str], int]) -> dict[tuple[int, int], dict[str, int]]:
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for (operation, consumer, name), calls in used.items():
        found[operation, consumer][name] = calls
    return found


def _judged(one: Difference, consumer_id: int, uses: _Uses) -> _Judged:
    """Judge a consumer by its contracts and calls; where neither tells of it, it is at risk."""
    judged = [_at(operation, part, one, consumer_id, uses) for operation, part in one.met]
    return min(judged, key=lambda each: each.order, default=_at_risk(one))


def _at_risk(one: Difference) -> _Judged:
    return _Judged(Standing.AT_RISK, Because.BREAKS if one.is_breaking else Because.DEPENDS)


def _at(operation: int, part: Part, one: Difference, consumer_id: int, uses: _Uses) -> _Judged:
    own = uses.promised.get(operation, {}).get(consumer_id, {})
    told = by_contract(part, one.facts, [each for several in own.values() for each in several])
    names = uses.sent.get((operation, consumer_id), {}) if part.section == "query" else {}
    sent = names.get(part.name, 0)
    if told is not None and not sent:
        missing = part.touch is Touch.LEAVING_OUT
        return _Judged(told.standing, Because.MISSING if missing else Because.CONTRACT)
    called = uses.seen.get(operation, {}).get(consumer_id)
    if called is not None and _never_sent(part, names, called):
        return _Judged(Standing.NOT_HURT, Because.BREAKS)
    formats = uses.formats.get((operation, consumer_id), {})
    wanted = _format_of(part)
    is_sent = bool(wanted) and _sends(wanted, formats)
    is_told = bool(formats) and MASK not in formats
    if called is not None and not called.is_sampled and wanted and is_told and not is_sent:
        return _Judged(Standing.NOT_HURT, Because.BREAKS)
    return _by_traffic(part, one, sent, is_format=is_sent)


def _by_traffic(part: Part, one: Difference, sent: int, *, is_format: bool) -> _Judged:
    judged = by_calls(part, is_breaking=one.is_breaking, sent=sent)
    if judged.proof is Proof.PARAMETERS:
        return _Judged(judged.standing, Because.SENT, sent)
    if judged.standing is Standing.HURT:
        return _Judged(Standing.HURT, Because.MISSING if part.is_new else Because.EVERY_CALL)
    return _Judged(judged.standing, Because.FORMAT) if is_format else _at_risk(one)


def _format_of(part: Part) -> str:
    """Return the format of requests that a part is in, "" where it is in none."""
    wanted = part.media_type.partition(";")[0].strip().lower()
    return "" if part.section != "body" or part.is_response or wanted == _ANY else wanted


def _sends(wanted: str, formats: Collection[str]) -> bool:
    return any(one == wanted or (wanted.endswith("/*") and one.startswith(wanted[:-1])) for one in formats)


def _never_sent(part: Part, names: Mapping[str, int], called: Seen) -> bool:
    """Tell whether a consumer's calls, whose parameters are told, went without this one."""
    return (
        part.touch is Touch.SENDING
        and bool(names)
        and part.name not in names
        and MASK not in names
        and not called.is_sampled
    )
