"""The rule set: which requests get which headers, and which are answered by the edge, as one value.

Its JSON form is served with an ETag. Looking a request up goes through the middleware's own table, so
that what Sundial says and what a service sends can't differ.
"""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from deprecations.edge_terms import edge_terms_many
from deprecations.headers import EMITTING, EdgeTerms, Link, links
from deprecations.middleware.rule_table import RuleTable
from deprecations.models import Deprecation, DeprecationEvent, SunsetBy, Target
from deprecations.neighbours import Neighbours, segments_of
from deprecations.reach import operations_of
from deprecations.rule_answers import NOTHING, Answers, answers
from deprecations.targets import OPERATION_WIDE
from registry.models import Operation

_PARAMETER = re.compile(r"\{[^{}/]+\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What to put on replies to one operation. `unless` are the paths of its siblings that it also fits."""

    id: str
    api: str
    methods: tuple[str, ...]
    template: str
    regex: str
    unless: tuple[str, ...]
    deprecation: int
    sunset: int | None
    links: tuple[Link, ...]
    answers: Answers = NOTHING


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every rule in force; `version` grows with each step of any plan."""

    version: int
    generated_at: datetime
    rules: tuple[Rule, ...]


def ruleset(session: Session, *, api_id: int | None = None, now: datetime) -> RuleSet:
    """Return the rules of all announced plans, or of one API's."""
    emitting = (
        select(Deprecation)
        .join(Target, Target.id == Deprecation.target_id)
        .where(Deprecation.state.in_(EMITTING), Target.kind.in_(OPERATION_WIDE))
        .options(
            joinedload(Deprecation.operation), joinedload(Deprecation.api), joinedload(Deprecation.target)
        )
        .order_by(Deprecation.id)
    )
    if api_id is not None:
        emitting = emitting.where(Deprecation.api_id == api_id)
    plans = session.scalars(emitting).all()
    api_ids = {plan.api_id for plan in plans}
    neighbours, terms = _neighbours(session, api_ids), edge_terms_many(session, api_ids)
    version = session.scalar(select(func.max(DeprecationEvent.id))) or 0
    given = answers(session, plans, terms, now=now)
    reached = operations_of(session, [plan.id for plan in plans])
    rules = (
        _rule(plan, operation, neighbours[plan.api_id], terms[plan.api_id], given[plan.id])
        for plan in plans
        for operation in reached[plan.id]
    )
    return RuleSet(version, now, tuple(rules))


def as_json(rules: RuleSet) -> dict[str, Any]:
    """Return the rule set as it is served."""
    return {
        "version": rules.version,
        "generated_at": rules.generated_at.isoformat().replace("+00:00", "Z"),
        "rules": [_rule_json(rule) for rule in rules.rules],
    }


def etag(rules: RuleSet) -> str:
    """Return an ETag over all but the moment of generation; it is weak, since the bytes tell that too."""
    content = json.dumps([rules.version, [_rule_json(rule) for rule in rules.rules]], sort_keys=True)
    return f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


def match(rules: RuleSet, method: str, path: str) -> tuple[Rule, ...]:
    """Return the rules that are about a request."""
    found = RuleTable(as_json(rules)).find(method.upper(), path.partition("?")[0])
    ids = {rule.id for rule, _values in found}
    return tuple(rule for rule in rules.rules if rule.id in ids)


def headers_for(rules: RuleSet, method: str, path: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that a reply to a request carries; earliest dates win where several rules apply."""
    return tuple(RuleTable(as_json(rules)).headers(method.upper(), path.partition("?")[0]))


def regex_of(template: str) -> str:
    """Return an anchored expression for a path template: a parameter is one segment, a last slash is free."""
    literal = (re.escape(part) for part in _PARAMETER.split(template.rstrip("/")))
    return "^" + "[^/]+".join(literal) + "/?$"


def _rule(
    plan: Deprecation,
    operation: Operation,
    neighbours: Neighbours,
    terms: EdgeTerms,
    given: Answers,
) -> Rule:
    several = "" if plan.target.operation_id is not None else f"-{operation.id}"
    return Rule(
        id=f"{plan.api.slug}-{plan.id}{several}",
        api=plan.api.slug,
        methods=_methods(operation, neighbours),
        template=operation.path,
        regex=regex_of(operation.path),
        unless=tuple(sorted(_narrower(operation, neighbours))),
        deprecation=int(plan.deprecated_at.timestamp()),
        sunset=int(plan.sunset_at.timestamp()) if plan.sunset_by == SunsetBy.DATE else None,
        links=links(plan, terms),
        answers=given,
    )


def _methods(operation: Operation, neighbours: Neighbours) -> tuple[str, ...]:
    has_head = operation.shape in neighbours.heads
    return ("GET", "HEAD") if operation.method == "GET" and not has_head else (operation.method,)


def _narrower(operation: Operation, neighbours: Neighbours) -> set[str]:
    """Find what a server would route elsewhere: `/orders/search` is not `/orders/{id}`."""
    own = segments_of(operation.path)
    return {
        regex_of(other.path)
        for other in neighbours.near(operation)
        if _overlap(segments_of(other.path), own) and _rank(other.path) < _rank(operation.path)
    }


def _rank(path: str) -> list[tuple[bool, int]]:
    """Order templates as routers do: a literal segment before a parameter, more literal text before less."""
    return [("{" in segment, -len(_PARAMETER.sub("", segment))) for segment in segments_of(path)]


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether some path fits both templates."""
    return len(one) == len(other) and all(map(_meet, one, other))


def _meet(one: str, other: str) -> bool:
    if "{" not in one and "{" not in other:
        return one == other
    return _fits(one, other) or _fits(other, one)


def _fits(segment: str, template: str) -> bool:
    return re.match(regex_of(template), _PARAMETER.sub("x", segment)) is not None


def _neighbours(session: Session, api_ids: set[int]) -> dict[int, Neighbours]:
    found: dict[int, list[Operation]] = defaultdict(list)
    for operation in session.scalars(select(Operation).where(Operation.api_id.in_(api_ids))):
        found[operation.api_id].append(operation)
    return {api_id: Neighbours(found[api_id]) for api_id in api_ids}


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "api": rule.api,
        "methods": list(rule.methods),
        "template": rule.template,
        "regex": rule.regex,
        "unless": list(rule.unless),
        "hosts": [],
        "deprecation": rule.deprecation,
        "sunset": rule.sunset,
        "links": [_link_json(link) for link in rule.links],
        "brownouts": [asdict(outage) for outage in rule.answers.outages],
        "tombstone": rule.answers.tombstone,
        "exempt": [
            {"kind": one.kind, "digest": one.digest, "until": one.until, "beyond": one.beyond}
            for one in rule.answers.exempt
        ],
    }


def _link_json(link: Link) -> dict[str, str]:
    return {"rel": link.rel} | ({"template": link.template} if link.template else {"href": link.href})
