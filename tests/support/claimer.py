"""A sender that only claims: `python -m tests.support.claimer DATABASE_URL` prints the keys that it got.

It starts claiming when its input says so, settles each envelope as sent, and ends when nothing is due.
"""

import sys
from datetime import UTC, datetime

from notifications.outbox import claim, settle
from notifications.outcome import Receipt
from storage.engine import make_engine
from storage.transactions import Database

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_BATCH = 20


def main(database_url: str) -> None:
    """Claim until nothing is left."""
    database = Database(make_engine(database_url))
    print("ready", flush=True)  # noqa: T201 - it is what the caller reads
    sys.stdin.readline()
    while True:
        with database.transaction() as session:
            claimed = claim(session, limit=_BATCH, lease_seconds=600, now=NOW)
        if not claimed:
            return
        with database.transaction() as session:
            for one in claimed:
                settle(session, one, Receipt("claimed"), jitter=0, now=NOW)
        print("\n".join(one.key for one in claimed), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
