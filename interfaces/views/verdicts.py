"""Verdicts, with the grade of each consumer."""

from deprecations.consumer_grades import ConsumerGrade
from deprecations.models import Deprecation
from deprecations.plan_verdict import PlanVerdict
from deprecations.verdict import Verdict
from interfaces.views.facts import Facts, plain
from interfaces.views.usage import known_caller_facts

MOST_OPERATIONS = 50
"""Of the operations that a plan reaches, how many are answered for one by one."""


def verdict_facts(verdict: Verdict) -> Facts:
    """A verdict with everything that it rests on."""
    facts: Facts = plain(verdict)
    facts["consumers"] = [known_caller_facts(row) for row in verdict.consumers]
    facts["grades"] = [grade_facts(one) for one in verdict.grades]
    facts["reasons"] = [{**plain(reason), "weighs": reason.weighs} for reason in verdict.reasons]
    for source in facts["sources"]:
        del source["api_id"]
    return facts


def plan_verdict_facts(plan: Deprecation, found: PlanVerdict) -> Facts:
    """The worst verdict on what a plan ends, with the answer for each of its operations, the worst first."""
    return {
        **verdict_facts(found.worst),
        "target": plan.target.label,
        "operations": [
            {"operation_id": one.operation_id, "operation": one.operation, "answer": one.answer}
            for one in found.judged
        ],
        "more": found.operations - len(found.judged),
    }


def grade_facts(grade: ConsumerGrade) -> Facts:
    """What the evidence says of one consumer."""
    facts: Facts = plain(grade)
    facts["consumer"] = facts.pop("slug")
    return facts
