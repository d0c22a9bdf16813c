"""What a consumer's own calls to an ending operation looked like: the figures that its mail tells."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.sums import ever
from consumers.usage import callers_many, rhythms_many

WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Evidence:
    """One consumer's calls to one operation, in the last 30 days and the 30 before (None: not known)."""

    calls: int
    calls_before: int | None
    client_errors: int
    server_errors: int
    last_call_at: datetime
    longest_gap_days: int | None
    hints: tuple[str, ...]
    user_agents: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the figures as they are kept beside the notice that told them."""
        return {
            "window_days": WINDOW_DAYS,
            "calls": self.calls,
            "calls_before": self.calls_before,
            "client_errors": self.client_errors,
            "server_errors": self.server_errors,
            "last_call_at": self.last_call_at.isoformat(),
            "longest_gap_days": self.longest_gap_days,
            "hints": list(self.hints),
            "user_agents": list(self.user_agents),
        }


def gather(
    session: Session, operation_ids: Collection[int], now: datetime
) -> dict[tuple[int, int], Evidence]:
    """Return the evidence by operation and consumer, for whoever ever called; a fixed number of queries."""
    since = now - timedelta(days=WINDOW_DAYS)
    recent = {
        (operation_id, caller.consumer_id): caller
        for operation_id, found in callers_many(session, operation_ids, since=since, until=now).items()
        for caller in found
    }
    gaps = rhythms_many(session, operation_ids)
    result = {}
    for pair, last_at in _last_calls(session, operation_ids).items():
        caller = recent.get(pair)
        result[pair] = Evidence(
            calls=caller.calls if caller else 0,
            calls_before=caller.calls_before if caller else None,
            client_errors=caller.client_errors if caller else 0,
            server_errors=caller.server_errors if caller else 0,
            last_call_at=last_at,
            longest_gap_days=gaps.get(pair),
            hints=caller.hints if caller else (),
            user_agents=caller.user_agents if caller else (),
        )
    return result


def _last_calls(session: Session, operation_ids: Collection[int]) -> dict[tuple[int, int], datetime]:
    of = ever(session, lambda table: [table.operation_id.in_(list(operation_ids))]).c
    pair = (of.operation_id, of.consumer_id)
    rows = session.execute(select(*pair, func.max(of.last_at)).group_by(*pair))
    return {(row[0], row[1]): row[2] for row in rows}
