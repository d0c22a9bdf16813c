"""All that is wrong with a plan that is being written, at once, each beside the field that it stands in.

The verbs in `plans` stop at the first fault; this is for those who fill in a form.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from deprecations.advance import check_awaited
from deprecations.calendar import day_of
from deprecations.errors import PlanRefused
from deprecations.links import checked_link
from deprecations.models import Deprecation, SunsetBy
from deprecations.plans import Said
from deprecations.policies import Scope, proposal, terms_of
from deprecations.policy import Proposal, Rule, Terms, breaches, earliest_of
from deprecations.steps import Days, askew
from deprecations.wording import checked_reason, checked_replacement


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about one field; `earliest` is the first legal last day, where the day is at fault."""

    field: str
    sentence: str
    earliest: date | None = None


def faults(
    session: Session, api_id: int, said: Said, now: datetime, excused: Collection[str] = ()
) -> tuple[Fault, ...]:
    """Return every fault of what a plan of an API says, in the order of its fields; `excused` are rules."""
    found = [*_words(said), *(Fault(*one) for one in askew(_days(said)))]
    version = said.get("sunset_version", "").strip()
    found += _refusal("sunset_version", lambda: check_awaited(session, api_id, version))
    zone = _refusal("zone", lambda: day_of(now, said["zone"]))
    found += zone
    terms, judged = judge(session, api_id, said if not zone else {**said, "zone": "UTC"}, now)
    told = {one.field for one in found}
    for breach in breaches(terms, judged):
        field = "sunset_on" if breach.earliest else _FIELDS[Rule(breach.rule)]
        if breach.rule not in excused and field not in told:
            found.append(Fault(field, str(breach), breach.earliest))
    return tuple(found)


def judge(session: Session, api_id: int, said: Said, now: datetime) -> tuple[Terms, Proposal]:
    """Return the terms that hold for what a plan says, and the plan as they judge it, announced today."""
    words = " ".join(said["replacement"].split())
    plan = Deprecation(api_id=api_id, replacement=words, documentation=said["documentation"])
    scope = Scope(said.get("stability", "stable"), said.get("audience", "public"))
    return terms_of(session, api_id, scope), proposal(session, plan, _days(said), now)


def earliest_legal(session: Session, api_id: int, said: Said, now: datetime) -> date:
    """Return the earliest last day that the policy would allow for what a plan says."""
    return earliest_of(*judge(session, api_id, said, now))


def _words(said: Said) -> Iterator[Fault]:
    yield from _refusal("reason", lambda: checked_reason(said["reason"]))
    yield from _refusal("replacement", lambda: checked_replacement(said["replacement"]))
    yield from _refusal(
        "documentation", lambda: checked_link("The documentation", said.get("documentation", ""))
    )


def _refusal(field: str, check: Callable[[], object]) -> list[Fault]:
    try:
        check()
    except PlanRefused as error:
        return [Fault(field, str(error))]
    return []


def _days(said: Said) -> Days:
    return Days(
        said["deprecated_on"],
        said["sunset_on"],
        said["zone"],
        said.get("closes_on"),
        said.get("sunset_by", SunsetBy.DATE),
        said.get("sunset_version", ""),
    )


_FIELDS = {Rule.REPLACEMENT: "replacement", Rule.DOCUMENTATION: "documentation", Rule.OVERLAP: "replacement"}
