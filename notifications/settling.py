"""Settles envelopes beside the sender: while one is written down, the next one's mail is begun.

Never more than one is open. A channel waits for it before it does what can't be undone, so that of all that
was handed over only one envelope isn't written down, and only that one can come twice.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from notifications.attempts import settle
from notifications.claimed import Claimed
from notifications.outcome import Outcome
from storage.transactions import Database

_TRIES = 10  # each waits until the database is free, as long as its driver does
Settled = Callable[[Session, Claimed, Outcome, datetime], object]


class Settling:
    """Writes down what came of envelopes, in order; `settled` is told in the transaction that does."""

    def __init__(self, database: Database, settled: Settled) -> None:
        """Keep where to write; the thread begins with the first envelope."""
        self._database, self._settled = database, settled
        self._thread = ThreadPoolExecutor(1, "settle")
        self._open: Future[None] | None = None

    def begin(self, claimed: Claimed, outcome: Outcome, jitter: float, now: datetime) -> None:
        """Have an outcome written down, once the one before is."""
        self.wait()
        self._open = self._thread.submit(self._settle, claimed, outcome, jitter, now)

    def wait(self) -> None:
        """Wait until all is written down; raises what went wrong, now and whenever it is asked again."""
        if self._open is not None:
            self._open.result()
            self._open = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Finish what is open."""
        self._thread.shutdown()

    def _settle(self, claimed: Claimed, outcome: Outcome, jitter: float, now: datetime) -> None:
        """Write it down, patiently: what isn't written down is sent once more."""
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._database.transaction() as session:
                    if settle(session, claimed, outcome, jitter=jitter, now=now):
                        self._settled(session, claimed, outcome, now)
                return
            except OperationalError:
                if not tries_left:
                    raise
