"""Who is hit by what changed: the findings of a comparison, met with calls and contracts.

For each breaking or dangerous finding every consumer of the API is hurt, at risk, not hurt, or unknown, with
what that rests on. Traffic that names nobody is a consumer like the others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.call_evidence import Seen, parameters_sent, seen
from consumers.confidence import Confidence, confidence_in
from consumers.contract_models import Contract
from consumers.contracts import current_contracts
from consumers.declared import declared_users
from consumers.identity_order import confidences
from consumers.models import Consumer
from consumers.source_hours import tellings
from consumers.sources import SourceHealth, sources
from consumers.usage import rhythms_many
from deprecations.dates_in_words import day
from deprecations.impact_record import FindingImpact, Impact, Party, Sufferer
from deprecations.judged_by_calls import Judgement, by_calls, by_silence
from deprecations.judged_by_contract import by_contract
from deprecations.promised import Promised, promised
from deprecations.standing import HITTING, Proof, Standing, rank, tally, worst
from deprecations.touch import Part, Touch, part_of
from registry.comparisons import find, operations_by_spelling
from registry.models import Operation, StoredFinding

WINDOW_DAYS = 30
MOST_PARTIES = 200  # of one finding, the worst of them; all are counted
_MOST_VERSIONS = 3  # told of one consumer
_LEVELS = ("breaking", "dangerous")  # the others hit nobody


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that is known of an API's consumers."""

    consumers: Mapping[int, Consumer]
    seen: Mapping[int, Mapping[int, Seen]]  # by operation, then by consumer
    sent: Mapping[tuple[int, int, str], int]  # calls by operation, consumer and query parameter
    contracts: Sequence[Contract]
    promised: Promised
    gaps: Mapping[tuple[int, int], int]
    confidences: Mapping[str, Confidence]  # by kind of name
    blind: str | None
    window_days: int
    now: datetime


def impact(session: Session, comparison_id: int, *, window_days: int = WINDOW_DAYS, now: datetime) -> Impact:
    """Work out whom a comparison hits; the number of queries doesn't grow with findings or consumers."""
    comparison = find(session, comparison_id)
    heard = sources(session, comparison.api_id, now=now)
    since = now - timedelta(days=window_days)
    known = _known(session, comparison.api_id, heard, window_days, now)
    spelled = operations_by_spelling(session, comparison)
    findings = session.scalars(
        select(StoredFinding)
        .where(StoredFinding.comparison_id == comparison_id, StoredFinding.level.in_(_LEVELS))
        .order_by(StoredFinding.position)
    )
    judged = [(finding, _parties(finding, _reached(finding, spelled), known)) for finding in findings]
    standings = _by_consumer(known, judged)
    return Impact(
        at=now,
        since=since,
        counts=tally(one.standing for one in standings),
        blind=known.blind,
        sources=tuple(one.slug for one in heard),
        contracts=len(known.contracts),
        consumers=standings,
        findings=tuple(_finding(finding, parties, known) for finding, parties in judged),
    )


def blind_spot(heard: Sequence[SourceHealth], since: datetime) -> str | None:
    """Say why silence since some instant proves nothing; None where every source can be trusted."""
    if not heard:
        return "No source of usage reports on this API, so silence proves nothing."
    stale = [one.slug for one in heard if one.stale]
    if stale:
        return f"The source {stale[0]} fell silent itself, so other silence proves nothing."
    started = max((one.first_event_at for one in heard if one.first_event_at), default=since)
    if started > since:
        return f"All sources report since {day(started.date())} only, so silence before proves nothing."
    return None


def _patchy(session: Session, heard: Sequence[SourceHealth], since: datetime, now: datetime) -> str | None:
    """Say which source missed some of the calls in a window; None where each told of all."""
    for slug, telling in tellings(session, [one.slug for one in heard], since=since, until=now).items():
        if telling.gaps:
            return f"The source {slug} told of nothing for a while, so silence proves nothing."
        if telling.sampling_rate < 1:
            return f"The source {slug} tells of a part of the calls only, so silence proves nothing."
    return None


def _known(
    session: Session, api_id: int, heard: Sequence[SourceHealth], window_days: int, now: datetime
) -> _Known:
    since = now - timedelta(days=window_days)
    operations = session.scalars(select(Operation.id).where(Operation.api_id == api_id)).all()
    found = seen(session, operations, since=since, until=now)
    silent = {
        operation for operation, callers in found.items() if not all(one.calls for one in callers.values())
    }
    contracts = current_contracts(session, api_id)
    callers_of_any = {consumer_id for callers in found.values() for consumer_id in callers}
    ids = callers_of_any | {one.consumer_id for one in contracts} | declared_users(session, api_id)
    who = session.scalars(select(Consumer).where(Consumer.id.in_(ids)))
    return _Known(
        consumers={one.id: one for one in who},
        seen=found,
        sent=parameters_sent(session, operations, since=since, until=now),
        contracts=contracts,
        promised=promised(session, api_id, contracts),
        gaps=rhythms_many(session, silent) if silent else {},
        confidences=confidences(session, api_id),
        blind=blind_spot(heard, since) or _patchy(session, heard, since, now),
        window_days=window_days,
        now=now,
    )


def _reached(
    finding: StoredFinding, spelled: Mapping[tuple[str | None, str | None], Collection[int]]
) -> tuple[tuple[int, Part], ...]:
    """Return the operations that a finding reaches, each with the part of it."""
    return tuple(
        (operation, part_of(finding.facts, reach))
        for reach in finding.facts["operations"]
        for operation in sorted(spelled.get((reach.get("method"), reach.get("path")), ()))
    )


def _parties(finding: StoredFinding, reached: Sequence[tuple[int, Part]], known: _Known) -> dict[int, Party]:
    """Return those with evidence of their own, by consumer."""
    met: dict[int, dict[int, Seen]] = defaultdict(dict)
    judged: dict[int, list[Judgement]] = defaultdict(list)
    versions: dict[int, dict[str, None]] = defaultdict(dict)
    for operation, part in reached:
        callers, promised = known.seen.get(operation, {}), known.promised.get(operation, {})
        for consumer_id in callers.keys() | promised.keys():
            one, own = callers.get(consumer_id), promised.get(consumer_id, {})
            if one is not None:
                met[consumer_id][operation] = one
            versions[consumer_id] |= dict.fromkeys(own)
            told = by_contract(part, finding.facts, [each for several in own.values() for each in several])
            pair = (operation, consumer_id)
            if one is not None and (told is None or _tells_more(pair, part, one, known)):
                judged[consumer_id].append(_by_traffic(finding, pair, part, one, known))
            if told is not None:
                judged[consumer_id].append(told)
    return {
        consumer_id: _party(consumer_id, judgements, met[consumer_id].values(), versions[consumer_id], known)
        for consumer_id, judgements in judged.items()
    }


def _tells_more(pair: tuple[int, int], part: Part, one: Seen, known: _Known) -> bool:
    """Tell whether calls show what a contract need not: that a thing is sent, or not always."""
    sent = _sent(pair, part, known)
    return 0 < sent < one.calls if part.touch is Touch.LEAVING_OUT else bool(sent)


def _sent(pair: tuple[int, int], part: Part, known: _Known) -> int:
    return known.sent.get((*pair, part.name), 0) if part.section == "query" else 0


def _by_traffic(
    finding: StoredFinding, pair: tuple[int, int], part: Part, one: Seen, known: _Known
) -> Judgement:
    if one.calls:
        sent = _sent(pair, part, known)
        return by_calls(part, is_breaking=finding.level == "breaking", sent=sent)
    return by_silence(
        one, known.gaps.get(pair), window_days=known.window_days, blind=known.blind, now=known.now
    )


def _party(
    consumer_id: int,
    judgements: Sequence[Judgement],
    met: Collection[Seen],
    versions: Iterable[str],
    known: _Known,
) -> Party:
    consumer = known.consumers[consumer_id]
    heaviest = min(judgements, key=lambda one: rank(one.standing))
    is_told = heaviest.proof is Proof.CONTRACT
    kinds = (kind for one in met for kind in one.kinds)
    return Party(
        consumer=consumer.slug,
        name=consumer.name,
        is_unattributed=consumer.is_unattributed,
        standing=heaviest.standing,
        proof=heaviest.proof,
        confidence=Confidence.CERTAIN if is_told else confidence_in(kinds, known.confidences),
        why=heaviest.why,
        calls=sum(one.calls for one in met),
        last_call_at=max((one.last_at for one in met), default=None),
        contract=_named(list(versions)) if is_told else None,
    )


def _named(versions: Sequence[str]) -> str:
    """Name the versions that a judgement rests on together, the newest first."""
    more = len(versions) - _MOST_VERSIONS
    return ", ".join(versions[:_MOST_VERSIONS]) + (f" and {more} more" if more > 0 else "")


def _finding(finding: StoredFinding, parties: Mapping[int, Party], known: _Known) -> FindingImpact:
    others = [_otherwise(finding, known)] * (len(known.consumers) - len(parties))
    standings = (one.standing for one in parties.values())
    return FindingImpact(
        fingerprint=finding.fingerprint,
        level=finding.level,
        text=finding.text,
        counts=tally([*standings, *others]),
        parties=tuple(sorted(parties.values(), key=_worst_first)[:MOST_PARTIES]),
    )


def _otherwise(finding: StoredFinding, known: _Known) -> Standing:
    """Return how those stand of whom nothing is known at what a finding reaches.

    No source sees who waits for a webhook: the provider is the one who calls there.
    """
    reached = finding.facts["operations"]
    is_unseen = any(not one["path"].startswith("/") for one in reached)
    return Standing.UNKNOWN if is_unseen or (known.blind and reached) else Standing.NOT_HURT


def _by_consumer(
    known: _Known, judged: Sequence[tuple[StoredFinding, Mapping[int, Party]]]
) -> tuple[Sufferer, ...]:
    found = []
    for consumer_id, consumer in known.consumers.items():
        met = [parties[consumer_id] for _finding, parties in judged if consumer_id in parties]
        unmet = (_otherwise(finding, known) for finding, parties in judged if consumer_id not in parties)
        found.append(
            Sufferer(
                consumer=consumer.slug,
                name=consumer.name,
                is_unattributed=consumer.is_unattributed,
                standing=worst([*(one.standing for one in met), *unmet]),
                findings=sum(one.standing in HITTING for one in met),
                calls=max((one.calls for one in met), default=0),
                last_call_at=max((one.last_call_at for one in met if one.last_call_at), default=None),
            )
        )
    return tuple(sorted(found, key=_worst_first))


def _worst_first(one: Party | Sufferer) -> tuple[int, int, str]:
    return rank(one.standing), -one.calls, one.consumer
