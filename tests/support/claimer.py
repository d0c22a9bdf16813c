"""A sender that only claims: `python -m tests.support.claimer DATABASE_URL` prints the keys that it got.

It starts claiming when its input says so, settles each envelope as sent, and ends when nothing is due.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from notifications.attempts import settle
from notifications.claimed import Claimed
from notifications.outbox import claim
from notifications.outcome import Receipt
from storage.engine import make_engine
from storage.transactions import Database

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_BATCH = 20
T = TypeVar("T")


def main(database_url: str) -> None:
    """Claim until nothing is left."""
    database = Database(make_engine(database_url))
    print("ready", flush=True)  # noqa: T201 - it is what the caller reads
    sys.stdin.readline()
    while claimed := _patiently(database, _claim):
        print("\n".join(one.key for one in claimed), flush=True)  # noqa: T201
        _patiently(database, partial(_settle, claimed))


def _claim(session: Session) -> tuple[Claimed, ...]:
    return claim(session, limit=_BATCH, lease_seconds=600, now=NOW)


def _settle(claimed: tuple[Claimed, ...], session: Session) -> None:
    for one in claimed:
        settle(session, one, Receipt("claimed"), jitter=0, now=NOW)


def _patiently(database: Database, work: Callable[[Session], T]) -> T:
    """Work until the database was free for it: SQLite lets one writer in at a time, in no order."""
    while True:
        try:
            with database.transaction() as session:
                return work(session)
        except OperationalError:
            continue


if __name__ == "__main__":
    main(sys.argv[1])
