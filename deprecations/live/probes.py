"""The probes of an API, which of them are due, and what they found; asking is `fetch`'s business."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Select, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from deprecations.edge_terms import edge_terms
from deprecations.errors import PlanRefused, ProbeNotFound
from deprecations.live.compare import Drift, Kind, compare
from deprecations.live.fetch import Head
from deprecations.live.models import Probe, ProbeResult
from deprecations.models import Deprecation
from deprecations.rules import RuleSet, headers_for, match, ruleset
from registry.models import Api
from storage.paging import Page, page_of

EVERY: Final = timedelta(hours=1)
METHODS: Final = ("GET", "HEAD")
_MOST, _LONGEST = 100, 2000
_UNSAFE = "/:@!$&'()*+,;=~-._%?"


@dataclass(frozen=True, slots=True)
class Question:
    """A probe that is to be asked: where, and what the plan calls for."""

    probe_id: int
    method: str
    address: str
    expected: tuple[tuple[str, str], ...]
    is_gone: bool


def add_probe(session: Session, api: Api, *, method: str, path: str, by: str, now: datetime) -> Probe:
    """Check a path from now on; raises PlanRefused for what can't be asked without doing anything."""
    name, text = method.upper(), path.strip()
    written = quote(text, safe=_UNSAFE)
    if name not in METHODS:
        raise PlanRefused(f"{name} may change something: only {' and '.join(METHODS)} are asked.")
    if not text.startswith("/") or text.startswith("//") or len(written) > _LONGEST or not text.isprintable():
        raise PlanRefused(f"“{text[:100]}” is no path: it must look like /v1/orders/7.")
    if set(text) & set("{}"):
        raise PlanRefused(f"“{text[:100]}” is a template: fill its parameters in, as in /v1/orders/7.")
    if len(probes(session, api.id)) >= _MOST:
        raise PlanRefused(f"An API has {_MOST} probes at most: remove some first.")
    made = Probe(
        api_id=api.id,
        api=api,
        method=name,
        path=written,
        next_at=now,
        drifts=[],
        created_by=by,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise PlanRefused(f"{name} {text} is checked already.") from error
    return made


def remove_probe(session: Session, api: Api, probe_id: int) -> Probe:
    """Check a path no more; its history goes too."""
    found = session.scalar(_loaded().where(Probe.id == probe_id, Probe.api_id == api.id))
    if found is None:
        raise ProbeNotFound(f"{api.slug} has no probe {probe_id}")
    session.delete(found)
    session.flush()
    return found


def probes(session: Session, api_id: int) -> tuple[Probe, ...]:
    """Return an API's probes by path."""
    return tuple(session.scalars(_loaded().where(Probe.api_id == api_id).order_by(Probe.path, Probe.method)))


def probes_of(session: Session, plan: Deprecation, *, now: datetime) -> tuple[Probe, ...]:
    """Return the probes that a plan's rules are about."""
    all_of_them = probes(session, plan.api_id)
    if not all_of_them:
        return ()
    rules = ruleset(session, api_id=plan.api_id, now=now)
    ids = {f"{plan.api.slug}-{plan.id}"}
    return tuple(
        one
        for one in all_of_them
        if any(
            rule.id in ids or rule.id.startswith(f"{plan.api.slug}-{plan.id}-") for rule in _about(rules, one)
        )
    )


def results(session: Session, probe_id: int, page: int = 1) -> Page[ProbeResult]:
    """Return what a probe found, newest first."""
    wanted = select(ProbeResult).where(ProbeResult.probe_id == probe_id)
    return page_of(session, wanted.order_by(ProbeResult.at.desc(), ProbeResult.id.desc()), page)


def drifting(session: Session, limit: int = 20) -> tuple[Probe, ...]:
    """Return probes whose newest reply strays from the plan."""
    wanted = _loaded().where(Probe.is_drifting).order_by(Probe.last_at.desc(), Probe.id)
    return tuple(session.scalars(wanted.limit(limit)))


def due(session: Session, limit: int, now: datetime) -> list[int]:
    """Return the probes whose time has come, the longest waiting first."""
    wanted = select(Probe.id).where(Probe.next_at <= now).order_by(Probe.next_at, Probe.id)
    return list(session.scalars(wanted.limit(limit)))


def claim(session: Session, probe_id: int, now: datetime) -> bool:
    """Take a due probe; False where another scheduler has."""
    taken: CursorResult[Any] = session.execute(  # type: ignore[assignment]  # an UPDATE's
        update(Probe).where(Probe.id == probe_id, Probe.next_at <= now).values(next_at=now + EVERY),
        execution_options={"synchronize_session": False},
    )
    return taken.rowcount == 1


def questions(session: Session, found: Sequence[Probe], *, now: datetime) -> list[Question]:
    """Return what is to be asked for probes, and what the plan calls for; none where no base is set."""
    asked = []
    for api_id in dict.fromkeys(one.api_id for one in found):
        base = edge_terms(session, api_id).base_url.rstrip("/")
        rules = ruleset(session, api_id=api_id, now=now) if base else None
        for one in found:
            if rules is not None and one.api_id == api_id:
                about = _about(rules, one)
                gone = bool(about) and all(rule.answers.tombstone for rule in about)
                expected = headers_for(rules, one.method, one.path)
                asked.append(Question(one.id, one.method, f"{base}{one.path}", expected, gone))
    return asked


def judged(question: Question, head: Head | None, error: str) -> tuple[Drift, ...]:
    """Return how a reply strays from the plan, or that there was none."""
    if head is None:
        return (Drift(Kind.UNREACHABLE, "", error),)
    return compare(question.expected, head.headers, status=head.status, is_gone=question.is_gone)


def note(
    session: Session, probe_id: int, head: Head | None, drifts: Sequence[Drift], now: datetime
) -> ProbeResult | None:
    """Keep what a check found; the same as before moves that entry on. None where the probe is gone."""
    probe = session.get(Probe, probe_id)
    if probe is None:
        return None
    told = [asdict(one) for one in drifts]
    status = head.status if head else None
    newest = session.scalars(
        select(ProbeResult).where(ProbeResult.probe_id == probe_id).order_by(ProbeResult.id.desc()).limit(1)
    ).first()
    if newest is None or newest.drifts != told or newest.status != status:
        newest = ProbeResult(probe_id=probe_id, at=now, status=status, drifts=told)
        session.add(newest)
    newest.at = now
    probe.last_at, probe.last_status, probe.drifts, probe.is_drifting = now, status, told, bool(told)
    session.flush()
    return newest


def find_probe(session: Session, probe_id: int) -> Probe:
    """Return a probe with its API."""
    found = session.scalar(_loaded().where(Probe.id == probe_id))
    if found is None:
        raise ProbeNotFound(f"there is no probe {probe_id}")
    return found


def _about(rules: RuleSet, one: Probe) -> tuple[Any, ...]:
    return match(rules, one.method, one.path)


def _loaded() -> Select[Probe]:
    return select(Probe).options(joinedload(Probe.api))
