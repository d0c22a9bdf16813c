"""Ends parts of a running Sundial as a power cut would: at once, with nothing said."""

import os
import signal
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from notifications.models import Envelope, EnvelopeState
from registry.models import ComparisonState, StoredComparison
from tests.support.servers import Server

_PATIENCE_SECONDS = 60


def kill_part(server: Server, name: str) -> None:
    """Kill -9 the web server (“gunicorn”) or the “scheduler” with its children; wait for the rest to stop.

    Each part leads a group of its own; when one dies, `sundial serve` stops the others and fails.
    """
    os.killpg(_part(server, name), signal.SIGKILL)
    assert server.process.wait(_PATIENCE_SECONDS) == 1, server.log.read_text()
    assert "ended by itself" in server.log.read_text()


def let_leases_run_out(session: Session, now: datetime) -> None:
    """Let the minutes pass for which a dead worker's claims are respected."""
    past = now - timedelta(seconds=1)
    for model, state in ((Envelope, EnvelopeState.SENDING), (StoredComparison, ComparisonState.PENDING)):
        held = update(model).where(model.state == state, model.leased_until.is_not(None))
        session.execute(held.values(leased_until=past))


def _part(server: Server, name: str) -> int:
    served = server.process.pid
    children = Path(f"/proc/{served}/task/{served}/children").read_text().split()
    return next(int(pid) for pid in children if name in Path(f"/proc/{pid}/cmdline").read_text())
