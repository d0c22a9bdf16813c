"""The live check: probes are taken, asked without any transaction, and what they found is kept."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from deprecations.errors import PlanRefused
from deprecations.live import probes
from deprecations.live.fetch import Head, Unreachable, head
from deprecations.live.models import Probe
from deprecations.live.probes import Question
from interfaces.runtime import Runtime
from registry.models import Api

_AT_A_TIME = 20
_AT_ONCE = 4


def check_due(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Check the probes whose time has come; return how many."""
    now = runtime.clock()
    with runtime.database.reading() as session:
        waiting = probes.due(session, _AT_A_TIME, now)
    taken = []
    for probe_id in waiting:
        with runtime.database.transaction() as session:
            if not stop() and probes.claim(session, probe_id, now):
                taken.append(probe_id)
    if taken:
        with runtime.database.reading() as session:
            found = [probes.find_probe(session, one) for one in taken]
            asked = probes.questions(session, found, now=now)
        _ask(runtime, asked)
    return len(taken)


def check_now(runtime: Runtime, api: Api) -> tuple[Probe, ...]:
    """Check all probes of an API at once; raises PlanRefused where there is nothing to ask, or nowhere."""
    with runtime.database.reading() as session:
        found = probes.probes(session, api.id)
        asked = probes.questions(session, found, now=runtime.clock())
    if not found:
        raise PlanRefused(f"{api.slug} has no probes: say which paths are to be checked.")
    if not asked:
        raise PlanRefused(f"{api.slug} has no base address: say where live checks find it.")
    _ask(runtime, asked)
    with runtime.database.reading() as session:
        return probes.probes(session, api.id)


def _ask(runtime: Runtime, asked: Sequence[Question]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        replies = list(pool.map(lambda one: _reply(runtime, one), asked))
    for question, (reply, error) in zip(asked, replies, strict=True):
        drifts = probes.judged(question, reply, error)
        with runtime.database.transaction() as session:
            probes.note(session, question.probe_id, reply, drifts, runtime.clock())


def _reply(runtime: Runtime, question: Question) -> tuple[Head | None, str]:
    settings = runtime.settings
    try:
        found = head(
            question.method,
            question.address,
            seconds=settings.probe_timeout_seconds,
            allow_private=settings.probe_private_addresses,
        )
    except Unreachable as error:
        return None, str(error)
    return found, ""
