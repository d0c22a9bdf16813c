"""How a verdict's reasons look on a page: a checklist, of many callers the heaviest only."""

from deprecations.verdict import Verdict
from deprecations.verdict_reasons import Answer, Kind

_TONES = {Answer.SAFE: "good", Answer.UNSAFE: "bad", Answer.NOT_PROVEN: "warn"}
_MOST_CALLERS_NAMED = 3


def reasons(verdict: Verdict) -> list[tuple[str, str]]:
    """Return a verdict's reasons for the checklist, of many callers the heaviest only."""
    called = [reason for reason in verdict.reasons if reason.kind == Kind.CALLS]
    called.sort(key=lambda reason: -reason.evidence["calls"])
    others = [reason for reason in verdict.reasons if reason.kind != Kind.CALLS]
    shown = [(_TONES[one.weighs], one.sentence) for one in (*called[:_MOST_CALLERS_NAMED], *others)]
    more = len(called) - _MOST_CALLERS_NAMED
    if more > 0:
        word = "consumer calls" if more == 1 else "consumers call"
        shown.insert(_MOST_CALLERS_NAMED, ("bad", f"{more} more {word} it; the list below names all."))
    return shown
