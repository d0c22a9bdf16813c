"""What an ending's page tells of its brownouts: the windows, whom they pass over, and what can be done."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from deprecations.brownouts import exemptions, freezes, windows
from deprecations.brownouts.ramps import RAMPS, stretch
from deprecations.brownouts.windows import Phase
from deprecations.headers import EMITTING
from deprecations.live.probes import probes_of
from deprecations.models import Deprecation, State


def planned_brownouts(session: Session, plan: Deprecation, now: datetime) -> dict[str, Any]:
    """Return the facts that `deprecation/brownouts.html` takes, and the live check's probes."""
    frozen = freezes.freezes_of(session, plan.api_id)
    rows = [
        (one, windows.phase(one, frozen, now), stretch(one.starts_at, one.ends_at, plan.zone))
        for one in windows.brownouts(session, [plan.id])[plan.id]
    ]
    going = [phase for _one, phase, _said in rows if phase in (Phase.AHEAD, Phase.RUNNING, Phase.FROZEN)]
    return {
        "windows": rows,
        "can_abort": bool(going),
        "is_running": Phase.RUNNING in going,
        "can_announce": plan.state in EMITTING and plan.state != State.SUNSET,
        "ramps": [(name, ramp.title) for name, ramp in RAMPS.items()],
        "exemptions": exemptions.exemptions(session, plan.id),
        "probes": probes_of(session, plan, now=now),
    }
