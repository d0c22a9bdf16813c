"""What a consumer's calls, or its silence, say about a change to what it calls; pure.

Calls show that an operation is used, not what of an answer is read: what they can't tell is a risk, no proof.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from consumers.call_evidence import Seen
from deprecations.dates_in_words import day
from deprecations.rhythm import proven_at
from deprecations.standing import Proof, Standing
from deprecations.touch import Part, Touch


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a consumer stands to a change, what that rests on, and why, in a sentence."""

    standing: Standing
    proof: Proof
    why: str


_UNTOLD = {
    Touch.EVERY_CALL: "Whether the change touches its calls is not known.",
    Touch.UNSEEN: "Whether the change touches its calls is not known.",
    Touch.SENDING: "Whether its calls send {thing} is not known.",
    Touch.LEAVING_OUT: "Whether its calls send {thing} already is not known.",
    Touch.READING: "Whether it reads {thing} is not known.",
}


def by_calls(part: Part, *, is_breaking: bool, sent: int = 0) -> Judgement:
    """Judge a consumer that called the operation within the window.

    `sent` counts the calls that sent the query parameter in question; 0 where none was seen to.
    """
    if is_breaking and part.touch is Touch.EVERY_CALL:
        return Judgement(Standing.HURT, Proof.CALLS, "Every call to it is hit.")
    if is_breaking and part.is_new:
        return Judgement(
            Standing.HURT, Proof.CALLS, f"Its calls need {part.thing} now, which did not exist before."
        )
    if sent:
        return _sending(part, sent, is_breaking=is_breaking)
    return Judgement(Standing.AT_RISK, Proof.CALLS, _UNTOLD[part.touch].format(thing=part.thing))


def _sending(part: Part, sent: int, *, is_breaking: bool) -> Judgement:
    times = f"{sent:,} {'call' if sent == 1 else 'calls'}"
    if part.touch is Touch.LEAVING_OUT:
        why = f"{times} sent {part.thing}; whether all do is not known."
        return Judgement(Standing.AT_RISK, Proof.PARAMETERS, why)
    if is_breaking and part.is_gone:
        return Judgement(Standing.HURT, Proof.PARAMETERS, f"{times} sent {part.thing}.")
    why = f"{times} sent {part.thing}; whether the change touches their values is not known."
    return Judgement(Standing.AT_RISK, Proof.PARAMETERS, why)


def by_silence(
    seen: Seen, longest_gap_days: int | None, *, window_days: int, blind: str | None, now: datetime
) -> Judgement:
    """Judge a consumer that called the operation once, but not within the window.

    `blind` says why silence proves nothing here, None where every source of usage can be trusted.
    """
    since = day(seen.last_at.astimezone(UTC).date())
    proven = proven_at(seen.last_at, longest_gap_days, window_days)
    if now < proven:
        habit = (
            f"it was silent for {longest_gap_days} days before"
            if longest_gap_days is not None
            else "it was seen once and no rhythm of it is known"
        )
        then = day(proven.astimezone(UTC).date())
        why = f"Silent since {since}, but {habit}: that proves nothing until {then}."
        return Judgement(Standing.AT_RISK, Proof.SILENCE, why)
    if seen.is_sampled:
        why = f"It was seen last on {since}, but only a sample of its calls is told."
        return Judgement(Standing.UNKNOWN, Proof.NOTHING, why)
    if blind:
        return Judgement(Standing.UNKNOWN, Proof.NOTHING, f"It called last on {since}. {blind}")
    why = f"It has not called it since {since}, which is longer than its habit explains."
    return Judgement(Standing.NOT_HURT, Proof.SILENCE, why)
