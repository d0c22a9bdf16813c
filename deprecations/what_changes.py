"""What differs for the callers of a plan, for each of them what concerns it.

Read from what its operation and its successor were found to differ in, and from the breaking findings of
the comparison that the plan came from.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from consumers.call_evidence import Seen, parameters_sent, seen
from consumers.contracts import current_contracts
from consumers.redaction import MASK
from deprecations.judged_by_calls import by_calls
from deprecations.judged_by_contract import by_contract
from deprecations.mail import AFFECTED_DAYS
from deprecations.models import Deprecation, TargetKind
from deprecations.promised import Promised, promised
from deprecations.standing import Standing, rank, worst
from deprecations.successor_models import SuccessorDifferences
from deprecations.touch import Part, Touch, part_of
from registry.models import FindingOperation, Operation, StoredFinding
from registry.publish import shape

_MOST = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that differs, in a sentence; `met` are the operations and the parts of them that do.

    `facts` is the finding's entry in the public contract of comparisons.
    """

    text: str
    facts: Mapping[str, Any]
    met: tuple[tuple[int, Part], ...]


@dataclass(frozen=True, slots=True)
class _Uses:
    """What is known of consumers' use: calls by operation and consumer, names they sent, contracts."""

    seen: Mapping[int, Mapping[int, Seen]]
    sent: Mapping[tuple[int, int], Mapping[str, int]]
    promised: Promised


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs, by plan, and what is known of who uses it."""

    by_plan: Mapping[int, Sequence[Difference]]
    uses: _Uses

    def of(self, plan_id: int, consumer_id: int) -> tuple[str, ...]:
        """Return up to five sentences on what breaks a consumer, or may, worst first."""
        judged = [(one, _standing(one, consumer_id, self.uses)) for one in self.by_plan.get(plan_id, ())]
        hit = [(rank(standing), one.text) for one, standing in judged if standing is not Standing.NOT_HURT]
        return tuple(dict.fromkeys(text for _rank, text in sorted(hit, key=lambda pair: pair[0])))[:_MOST]


def what_changes(
    session: Session, plans: Sequence[Deprecation], reaches: Mapping[int, Sequence[int]], now: datetime
) -> Changes:
    """Return what breaks for the callers of some plans, what differs at its successor before the rest.

    That it ends is what the mail says anyway, so no difference says that.
    """
    found = _of_successors(session, plans)
    for plan_id, differences in _of_findings(session, plans, reaches).items():
        found[plan_id] += differences
    operations = {operation for several in found.values() for one in several for operation, _ in one.met}
    return Changes(
        found, _uses(session, {plan.api_id for plan in plans if plan.id in found}, operations, now)
    )


def _of_successors(session: Session, plans: Sequence[Deprecation]) -> dict[int, list[Difference]]:
    """Read what was kept of successors; what a plan named before tells nothing of what it names now."""
    wanted = {plan.id: plan for plan in plans}
    rows = session.execute(
        select(SuccessorDifferences, Operation)
        .join(Deprecation, Deprecation.id == SuccessorDifferences.deprecation_id)
        .join(Operation, Operation.id == Deprecation.operation_id)
        .where(SuccessorDifferences.deprecation_id.in_(wanted))
    )
    found: dict[int, list[Difference]] = defaultdict(list)
    for kept, operation in rows:
        if kept.replacement == wanted[kept.deprecation_id].replacement:
            found[kept.deprecation_id] = [
                _difference(facts["text"], facts, operation) for facts in kept.findings
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
            other.level == "breaking",
            Operation.id.in_({one for plan in plans for one in reaches[plan.id]}),
        )
        .order_by(root.comparison_id.desc(), other.position)
    ).all()
    found: dict[int, list[Difference]] = defaultdict(list)
    for fingerprint, finding, operation in rows:
        for plan in by_finding[fingerprint]:
            if operation.id in reaches[plan.id] and not _says_that_it_ends(plan, finding):
                found[plan.id].append(_difference(finding.text, finding.facts, operation))
    return found


def _says_that_it_ends(plan: Deprecation, finding: StoredFinding) -> bool:
    """Tell whether a finding says that an operation went, or the very part that a plan ends."""
    facts = finding.facts
    if facts["action"] != "removed":
        return False
    is_own = finding.fingerprint == plan.finding and plan.target.kind != TargetKind.OPERATION
    return is_own or (facts["aspect"] == "existence" and facts["element"] in ("operation", "path"))


def _difference(text: str, facts: Mapping[str, Any], operation: Operation) -> Difference:
    return Difference(text, facts, tuple((operation.id, part) for part in _parts(facts, operation)))


def _parts(facts: Mapping[str, Any], operation: Operation) -> Iterable[Part]:
    """Return the parts of an operation that a finding is about, as far as it names them."""
    for reach in facts["operations"]:
        path = shape(reach.get("path") or "")
        if reach.get("method") == operation.method and path and operation.shape.endswith(path):
            yield part_of(facts, reach)


def _uses(session: Session, api_ids: Collection[int], operations: Collection[int], now: datetime) -> _Uses:
    if not operations:
        return _Uses({}, {}, {})
    since = now - timedelta(days=AFFECTED_DAYS)
    sent: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for (operation, consumer, name), calls in parameters_sent(
        session, operations, since=since, until=now
    ).items():
        sent[operation, consumer][name] = calls
    relied: dict[int, Mapping[int, Mapping[str, Sequence[Any]]]] = {}
    for api_id in api_ids:
        relied |= promised(session, api_id, current_contracts(session, api_id))
    return _Uses(seen(session, operations, since=since, until=now), sent, relied)


def _standing(one: Difference, consumer_id: int, uses: _Uses) -> Standing:
    """Judge a consumer by its contracts and calls; where neither tells of it, it is at risk."""
    judged = [_at(operation, part, one, consumer_id, uses) for operation, part in one.met]
    return worst(judged) if judged else Standing.AT_RISK


def _at(operation: int, part: Part, one: Difference, consumer_id: int, uses: _Uses) -> Standing:
    own = uses.promised.get(operation, {}).get(consumer_id, {})
    told = by_contract(part, one.facts, [each for several in own.values() for each in several])
    names = uses.sent.get((operation, consumer_id), {}) if part.section == "query" else {}
    sent = names.get(part.name, 0)
    if told is not None and not sent:
        return told.standing
    called = uses.seen.get(operation, {}).get(consumer_id)
    if called is not None and part.touch is Touch.SENDING and _never_sent(part, names, called):
        return Standing.NOT_HURT
    by_traffic = by_calls(part, is_breaking=True, sent=sent).standing
    return worst([by_traffic, told.standing]) if told is not None else by_traffic


def _never_sent(part: Part, names: Mapping[str, int], called: Seen) -> bool:
    """Tell whether a consumer's calls, whose parameters are told, went without this one."""
    return bool(names) and part.name not in names and MASK not in names and not called.is_sampled
