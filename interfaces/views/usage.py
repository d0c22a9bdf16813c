"""Who calls, what came of what was sent, and where it came from."""

from collections.abc import Mapping

from consumers.ingest import BatchReport
from consumers.source_hours import Telling
from consumers.unknown_traffic import UnknownPath
from consumers.usage import Caller, OperationCalls, SourceHealth
from consumers.used_names import NameInUse
from deprecations.known_callers import ConsumerRow
from interfaces.views.facts import Facts, plain


def caller_facts(caller: Caller) -> Facts:
    """Who calls an operation, and how."""
    facts: Facts = plain(caller)
    facts["consumer"] = facts.pop("slug")
    facts["trend"] = caller.trend
    return facts


def name_facts(use: NameInUse, most_callers: int | None = None) -> Facts:
    """A query parameter or media type in use, with the callers of most calls."""
    facts: Facts = plain(use)
    facts["consumers"] = len(use.callers)
    facts["callers"] = [
        {"consumer": caller.slug, **{key: value for key, value in plain(caller).items() if key != "slug"}}
        for caller in use.callers[:most_callers]
    ]
    return facts


def known_caller_facts(row: ConsumerRow) -> Facts:
    """A consumer that ever called an operation, with what a verdict needs to know of it."""
    facts: Facts = plain(row)
    facts["consumer"] = facts.pop("slug")
    return facts


def operation_calls_facts(calls: OperationCalls) -> Facts:
    """What a consumer calls, and how."""
    facts: Facts = plain(calls)
    facts["api"] = facts.pop("api_slug")
    facts["operation"] = f"{calls.method} {calls.path}"
    facts["trend"] = calls.trend
    return facts


def batch_facts(report: BatchReport) -> Facts:
    """What became of a batch of usage."""
    facts: Facts = plain(report)
    return facts


def source_facts(source: SourceHealth, slugs: Mapping[int, str]) -> Facts:
    """A source of usage; `slugs` names APIs by their id."""
    facts: Facts = plain(source)
    api_id = facts.pop("api_id")
    facts["api"] = slugs.get(api_id) if api_id is not None else None
    return facts


def telling_facts(telling: Telling) -> Facts:
    """What a source told of within a window."""
    gaps = [{**plain(gap), "hours": gap.hours} for gap in telling.gaps]
    return {**plain(telling), "calls_an_hour": round(telling.calls_an_hour, 1), "gaps": gaps}


def unknown_facts(row: UnknownPath, slugs: Mapping[int, str]) -> Facts:
    """A method and path that no operation answers; `slugs` names APIs by their id."""
    facts: Facts = plain(row)
    api_id = facts.pop("api_id")
    facts["api"] = slugs.get(api_id) if api_id is not None else None
    return facts
