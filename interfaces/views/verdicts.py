"""Verdicts, with the grade of each consumer."""

from deprecations.consumer_grades import ConsumerGrade
from deprecations.verdict import Verdict
from interfaces.views.facts import Facts, plain
from interfaces.views.usage import known_caller_facts


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
