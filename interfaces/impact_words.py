"""An impact in words, as pages, reports and the command say it."""

from collections.abc import Mapping

from deprecations.impact_record import FindingImpact, Impact, Party
from deprecations.standing import Standing

_MOST_NAMED = 3
WORDS = {
    Standing.HURT: "hurt",
    Standing.AT_RISK: "at risk",
    Standing.UNKNOWN: "not known",
    Standing.NOT_HURT: "not hurt",
}


def headline(impact: Impact) -> str:
    """Say without a full stop how many are hit: "2 of 12 consumers are hurt, and 3 at risk"."""
    if not impact.findings:
        return "Nothing here can hit a consumer"
    if not impact.total:
        return "Who is hit is not known" if impact.blind else "No consumer is known to call this API"
    hurt, at_risk = impact.counts[Standing.HURT], impact.counts[Standing.AT_RISK]
    if impact.hit:
        first = hurt or at_risk
        said = f"{first} of {_consumers(impact.total)} {'is' if first == 1 else 'are'}"
        return (
            f"{said} {'hurt' if hurt else 'at risk'}{f', and {at_risk} at risk' if hurt and at_risk else ''}"
        )
    if impact.counts[Standing.UNKNOWN]:
        return f"None of {_consumers(impact.total)} is known to be hit"
    return f"None of {_consumers(impact.total)} is hit"


def counted(counts: Mapping[Standing, int]) -> str:
    """List what is counted, worst first: "1 hurt, 2 at risk, 9 not hurt"."""
    return ", ".join(f"{counts[standing]} {WORDS[standing]}" for standing in Standing if counts[standing])


def told(found: FindingImpact) -> str:
    """Say in a sentence without a full stop whom one finding hits, the worst named."""
    if not sum(found.counts.values()):
        return "No consumer is known"
    named = [_named(party) for party in found.parties if party.standing is not Standing.NOT_HURT]
    shown = "; ".join(named[:_MOST_NAMED])
    more = len(named) - _MOST_NAMED
    return (
        counted(found.counts) + (f": {shown}" if shown else "") + (f"; and {more} more" if more > 0 else "")
    )


def _named(party: Party) -> str:
    calls = f"{party.calls:,} {'call' if party.calls == 1 else 'calls'}" if party.calls else "no call"
    return f"{party.name} ({WORDS[party.standing]}, {calls})"


def based_on(impact: Impact) -> str:
    """Say what the impact rests on, in a sentence."""
    said = f"As of {impact.at:%Y-%m-%d %H:%M} UTC, from the calls of {impact.window_days} days"
    if impact.contracts:
        said += f" and {impact.contracts} {'contract' if impact.contracts == 1 else 'contracts'}"
    return f"{said}." + (f" {impact.blind}" if impact.blind else "")


def _consumers(number: int) -> str:
    return f"{number} {'consumer' if number == 1 else 'consumers'}"
