"""What an impact says: for each finding who is hurt, at risk, unknown or not hurt, with the evidence.

Values that are kept as JSON with their comparison, so names and figures stay as they were.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

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


def facts_of(impact: Impact) -> dict[str, Any]:
    """Return an impact as JSON values."""
    facts: dict[str, Any] = _plain(asdict(impact))
    return facts


def impact_in(facts: Mapping[str, Any]) -> Impact:
    """Return the impact that JSON values of `facts_of` tell of."""
    return Impact(
        at=_instant(facts["at"]),
        since=_instant(facts["since"]),
        counts=_counts(facts["counts"]),
        blind=facts["blind"],
        sources=tuple(facts["sources"]),
        contracts=facts["contracts"],
        consumers=tuple(
            Sufferer(**{**one, **_typed(one), "last_call_at": _maybe(one["last_call_at"])})
            for one in facts["consumers"]
        ),
        findings=tuple(map(_finding, facts["findings"])),
    )


def _finding(facts: Mapping[str, Any]) -> FindingImpact:
    parties = tuple(
        Party(
            **{
                **one,
                **_typed(one),
                "proof": Proof(one["proof"]),
                "confidence": Confidence(one["confidence"]),
                "last_call_at": _maybe(one["last_call_at"]),
            }
        )
        for one in facts["parties"]
    )
    return FindingImpact(
        facts["fingerprint"], facts["level"], facts["text"], _counts(facts["counts"]), parties
    )


def _typed(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"standing": Standing(facts["standing"])}


def _counts(facts: Mapping[str, int]) -> Mapping[Standing, int]:
    return {standing: facts[standing] for standing in Standing}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
