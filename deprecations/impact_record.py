"""What an impact says: for each finding who is hurt, at risk, unknown or not hurt, with the evidence.

Values that are kept as JSON with their comparison, so names and figures stay as they were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from consumers.confidence import Confidence
from deprecations.standing import Proof, Standing


@dataclass(frozen=True, slots=True)
class Party:
    """One consumer under one finding.

    `calls` are those of the window, to the operations that the finding reaches; `contract` is the version of
    the contract that it rests on.
    """

    consumer: str
    name: str
    is_unattributed: bool
    standing: Standing
    proof: Proof
    confidence: Confidence
    why: str
    calls: int
    last_call_at: datetime | None
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class FindingImpact:
    """Whom one finding hits. `parties` are the worst, with evidence of their own; `counts` count everyone.

    Whoever never called what it reaches, and has no contract about it, is in the counts alone.
    """

    fingerprint: str
    level: str
    text: str
    counts: Mapping[Standing, int]
    parties: tuple[Party, ...]

    @property
    def hit(self) -> int:
        """How many consumers are hurt or at risk."""
        return self.counts[Standing.HURT] + self.counts[Standing.AT_RISK]

    @property
    def standing(self) -> Standing:
        """The worst of all consumers' standings."""
        return next((one for one in Standing if self.counts[one]), Standing.NOT_HURT)


@dataclass(frozen=True, slots=True)
class Sufferer:
    """How one consumer stands to all findings together."""

    consumer: str
    name: str
    is_unattributed: bool
    standing: Standing
    findings: int
    calls: int
    last_call_at: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """The impact of a comparison at one moment, from the calls of a window and the contracts known then.

    `counts` count each consumer of the API once, by its worst standing. `blind` says why silence proves
    nothing, None where every source of usage can be trusted. Only breaking and dangerous findings hit.
    """

    at: datetime
    since: datetime
    counts: Mapping[Standing, int]
    blind: str | None
    sources: tuple[str, ...]
    contracts: int
    consumers: tuple[Sufferer, ...]
    findings: tuple[FindingImpact, ...]

    @property
    def total(self) -> int:
        """How many consumers the API has."""
        return sum(self.counts.values())

    @property
    def hit(self) -> int:
        """How many of them are hurt or at risk."""
        return self.counts[Standing.HURT] + self.counts[Standing.AT_RISK]

    @property
    def window_days(self) -> int:
        """How many days of calls it rests on."""
        return (self.at - self.since).days

    def of(self, fingerprint: str) -> FindingImpact | None:
        """Return the impact of one finding; None where its level hits nobody."""
        return next((one for one in self.findings if one.fingerprint == fingerprint), None)


Keep = Callable[[str, Mapping[str, Any]], bool]


def encoded(impact: Impact) -> bytes:
    """Write an impact as JSON."""
    return orjson.dumps(impact, option=orjson.OPT_NON_STR_KEYS)


def impact_in(data: bytes, keep: Keep | None = None) -> Impact:
    """Read an impact that `encoded` wrote.

    `keep` says which parties (a finding's fingerprint, a party's JSON) are wanted, where not all of the tens
    of thousands are; the counts stay those of everyone.
    """
    facts = orjson.loads(data)
    return Impact(
        at=_instant(facts["at"]),
        since=_instant(facts["since"]),
        counts=_counts(facts["counts"]),
        blind=facts["blind"],
        sources=tuple(facts["sources"]),
        contracts=facts["contracts"],
        consumers=tuple(map(_sufferer, facts["consumers"])),
        findings=tuple(_finding(one, keep) for one in facts["findings"]),
    )


def _finding(facts: Mapping[str, Any], keep: Keep | None) -> FindingImpact:
    fingerprint = facts["fingerprint"]
    wanted = (one for one in facts["parties"] if keep is None or keep(fingerprint, one))
    return FindingImpact(
        fingerprint, facts["level"], facts["text"], _counts(facts["counts"]), tuple(map(_party, wanted))
    )


def _party(facts: Mapping[str, Any]) -> Party:
    return Party(
        consumer=facts["consumer"],
        name=facts["name"],
        is_unattributed=facts["is_unattributed"],
        standing=Standing(facts["standing"]),
        proof=Proof(facts["proof"]),
        confidence=Confidence(facts["confidence"]),
        why=facts["why"],
        calls=facts["calls"],
        last_call_at=_maybe(facts["last_call_at"]),
        contract=facts["contract"],
    )


def _sufferer(facts: Mapping[str, Any]) -> Sufferer:
    return Sufferer(
        **{
            **facts,
            "standing": Standing(facts["standing"]),
            "last_call_at": _maybe(facts["last_call_at"]),
        }
    )


def _counts(facts: Mapping[str, int]) -> Mapping[Standing, int]:
    return {standing: facts[standing] for standing in Standing}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)
