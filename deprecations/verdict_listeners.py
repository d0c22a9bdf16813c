"""Whether anybody listened: what sources of usage missed, or may have, within the window of a verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consumers.source_hours import tellings
from consumers.sources import SourceHealth, broken_shares, sources
from deprecations.dates_in_words import moment
from deprecations.verdict_reasons import Kind, Reason

MOST_BROKEN = 0.01
"""The share of a source's lines that may be unreadable before its silence proves nothing."""
_MOST_GAPS = 3  # told of one source, the latest


@dataclass(frozen=True, slots=True)
class Listening:
    """Who listens to an API, and what speaks against what they tell: the same for each of its operations."""

    heard: tuple[SourceHealth, ...]
    reasons: tuple[Reason, ...]


def listening(session: Session, api_id: int, since: datetime, now: datetime) -> Listening:
    """Return who listens to an API, and listened since then."""
    heard = sources(session, api_id, retired_since=since, now=now)
    return Listening(tuple(heard), (*on_listeners(heard, since), *on_attention(session, heard, since, now)))


def on_listeners(heard: Sequence[SourceHealth], since: datetime) -> Iterator[Reason]:
    """Yield what speaks against the sources themselves: none, stale, retired lately, or young ones."""
    live = [source for source in heard if not source.retired]
    if not live:
        yield Reason(
            Kind.NO_SOURCE,
            "No source of usage reports on this API: nobody listens, so silence proves nothing.",
        )
        return
    for source in live:
        # however patient one is with a source: who said nothing all the while tells of no silence
        if source.stale or (source.last_event_at and source.last_event_at < since):
            last = (
                f"told last of {moment(source.last_event_at)}" if source.last_event_at else "told nothing yet"
            )
            yield Reason(
                Kind.STALE_SOURCE,
                f"The source {source.slug} {last}: what it has missed is unknown.",
                {"source": source.slug, "last_event_at": source.last_event_at},
            )
    yield from _retired(heard)
    starts = [source.first_event_at for source in live if source.first_event_at]
    if starts and max(starts) > since:
        yield Reason(
            Kind.SHORT_HISTORY,
            f"Usage is known from all sources since {moment(max(starts))} only: shorter than the window.",
            {"known_since": max(starts), "needed_since": since},
        )


def _retired(heard: Sequence[SourceHealth]) -> Iterator[Reason]:
    """Tell of sources that told of calls once and were retired within the window.

    Who called through them must have had the time to turn up elsewhere.
    """
    for source in heard:
        if source.retired_at and source.last_event_at:
            yield Reason(
                Kind.RETIRED_SOURCE,
                f"The source {source.slug} was retired on {moment(source.retired_at)}, within the window: "
                "who called through it may not have been seen elsewhere yet.",
                {"source": source.slug, "retired_at": source.retired_at},
            )


def on_attention(
    session: Session, heard: Sequence[SourceHealth], since: datetime, now: datetime
) -> Iterator[Reason]:
    """Yield where a source that told of calls may have missed some: gaps, samples, unreadable lines."""
    slugs = [source.slug for source in heard if not source.retired]
    told = tellings(session, slugs, since=since, until=now)
    for slug, telling in told.items():
        for gap in telling.gaps[-_MOST_GAPS:]:
            yield Reason(
                Kind.SOURCE_GAP,
                f"The source {slug} told of nothing from {moment(gap.begin)} to {moment(gap.end)}: what "
                "it has missed is unknown.",
                {"source": slug, "begin": gap.begin, "end": gap.end},
            )
        if telling.sampling_rate < 1:
            yield Reason(
                Kind.SAMPLED_SOURCE,
                f"The source {slug} told of {telling.sampling_rate:.2%} of the calls only: a caller that "
                "calls rarely may be missing.",
                {"source": slug, "sampling_rate": telling.sampling_rate},
            )
    for slug, share in sorted(broken_shares(session, slugs, since).items()):
        if share > MOST_BROKEN:
            yield Reason(
                Kind.BROKEN_LINES,
                f"{share:.1%} of the lines of the source {slug} could not be read, more than "
                f"{MOST_BROKEN:.0%}: they may have told of calls to it.",
                {"source": slug, "share": share},
            )
