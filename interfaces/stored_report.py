"""A stored report as the values it was written from, so that every kind of report can be made of it later.

Reads what `diffing.contract` wrote: format 1.
"""

import json
from datetime import date
from typing import Any

from diffing.document import Dialect
from diffing.finding import (
    Bump,
    Comparison,
    Direction,
    Effect,
    Finding,
    Hint,
    Level,
    Lifecycle,
    Place,
    Reach,
    Side,
    Waived,
    Witness,
    WitnessStatus,
)

_Json = dict[str, Any]


def comparison_in(report: bytes) -> Comparison:
    """Return the comparison that a report in the public contract's JSON holds."""
    facts = json.loads(report)
    return without_findings(facts)._replace(findings=tuple(map(_finding, facts["findings"])))


def without_findings(facts: _Json) -> Comparison:
    """Return the comparison of a report's members, none of its findings."""
    return Comparison(
        old=_side(facts["old"]),
        new=_side(facts["new"]),
        today=date.fromisoformat(facts["today"]),
        bump=Bump(**facts["bump"]),
        hints=tuple(Hint(one["kind"], one["from"], one["to"]) for one in facts["hints"]),
        findings=(),
    )


def _side(facts: _Json) -> Side:
    return Side(**{**facts, "dialect": Dialect(facts["dialect"])})


def _finding(facts: _Json) -> Finding:
    return Finding(
        **{
            **facts,
            "level": Level(facts["level"]),
            "direction": Direction(facts["direction"]),
            "effect": Effect(facts["effect"]),
            "old": facts["old"] and Place(**facts["old"]),
            "new": facts["new"] and Place(**facts["new"]),
            "operations": tuple(map(_reach, facts["operations"])),
            "witness_status": WitnessStatus(facts["witness_status"]),
            "witness": facts["witness"] and Witness(**facts["witness"]),
            "waived": facts["waived"] and _waived(facts["waived"]),
            "lifecycle": facts["lifecycle"] and Lifecycle(**facts["lifecycle"]),
        }
    )


def _reach(facts: _Json) -> Reach:
    return Reach(**{**facts, "properties": tuple(facts.get("properties", ()))})


def _waived(facts: _Json) -> Waived:
    expires_on = facts["expires_on"]
    return Waived(facts["reason"], facts["owner"], expires_on and date.fromisoformat(expires_on))
