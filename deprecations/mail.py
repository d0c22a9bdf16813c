"""The facts of a digest mail, as plain values for its templates. Pure: `packing` decides what to tell."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from consumers.models import Consumer, Contact
from deprecations.calendar import day_of
from deprecations.dates_in_words import day, from_then, moment, until_then, window
from deprecations.differences import NOTHING, Differs
from deprecations.edge_models import Brownout
from deprecations.evidence import WINDOW_DAYS, Evidence
from deprecations.labels import called
from deprecations.milestones import SILENT, Milestone
from deprecations.models import Deprecation, SunsetBy
from deprecations.notice_models import Notice
from deprecations.own_ends import OwnEnd
from deprecations.phrases import ENGLISH, LANGUAGES, Phrases
from deprecations.replacement import told
from deprecations.targets import is_whole
from deprecations.tries import NONE, Tries
from notifications.checks import Must
from registry.models import Api

AFFECTED_DAYS = 90
DIFFERENCES = 5
_DIFFERENCES_OF_MANY = 2
_FEW = 3
_IN_DETAIL = 10
_WINDOWS = 5
_ADDRESS = re.compile(r"[^\s<>()\",;:@]+@[^\s<>()\",;:@]+\.[^\s<>()\",;:@]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One notice with what it tells; `moved_from` is the last day that its contact was told before.

    `moved_because` is why its day moved, "" where it didn't.
    `reason` is why the plan was taken back, "" for one that stands; `tries` how others were told, where
    nobody answered.
    """

    notice: Notice
    plan: Deprecation
    evidence: Evidence
    end: OwnEnd
    moved_from: date | None
    reason: str = ""
    windows: tuple[Brownout, ...] = ()
    changes: Differs = NOTHING
    tries: Tries = NONE
    moved_because: str = ""


def worst_first(items: Iterable[Item]) -> list[Item]:
    """Order a mail's items: what ended and is still called, what ends next, what is called most.

    What needs no action stands at the end.
    """
    return sorted(
        items,
        key=lambda item: (
            item.notice.milestone in SILENT,
            item.notice.milestone != Milestone.AFTER,
            item.end.at,
            -item.evidence.calls,
            item.plan.id,
        ),
    )


def context(
    items: Sequence[Item],
    *,
    consumer: Consumer,
    contact: Contact,
    base_url: str,
    link: str,
    can_reply: bool,
    language: str,
    named_by: str = "",
    is_first: bool = False,
    now: datetime,
) -> Mapping[str, Any]:
    """Return the facts of one mail; `items` stand in the order of `worst_first`.

    `link` leads to the contact's own page, "" where there is none. What was cancelled isn't on that page, so
    that a mail of nothing else leads nowhere. `named_by` is who named this contact, "" for nobody;
    `is_first`: it was told nothing before.
    """
    words = LANGUAGES[language]
    most = DIFFERENCES if len(items) <= _FEW else _DIFFERENCES_OF_MANY
    facts = [facts_of(item, contact.zone, now, words, most) for item in items]
    open_items = [item for item in items if item.notice.milestone not in SILENT]
    asks = any(item.notice.milestone != Milestone.CANCELLED for item in items)
    ahead = [item.end.on for item in open_items if item.end.at >= now]
    return {
        "consumer": {"name": consumer.name, "affected_days": AFFECTED_DAYS},
        "contact": {
            "name": contact.name,
            "role": contact.role,
            "named_by": named_by,
            "is_introduced": bool(named_by) and is_first,
        },
        "items": facts[:_IN_DETAIL],
        "others": facts[_IN_DETAIL:],
        "owners": _owners((item.plan.api for item in items), words),
        "can_reply": can_reply,
        "base_url": base_url,
        "link": link if asks else "",
        "language": language,
        "first_last_day": day(min(ahead, default=items[0].end.on), words),
    }


def musts(facts: Mapping[str, Any]) -> tuple[Must, ...]:
    """Return what a mail of these facts must tell, whoever wrote its templates."""
    found = []
    for item in facts["items"]:
        found.append(Must("what ends, {{ item.operation }}", item["operation"]))
        if not item["is_done"]:
            found.append(Must("the last day, {{ item.sunset_at }}", item["sunset_at"]))
    return (*found, *(Must("what ends, {{ item.operation }}", one["operation"]) for one in facts["others"]))


def reply_to(api: Api, fallback: str) -> str:
    """Return where answers go: to an API's owner where it names an address."""
    found = _ADDRESS.search(api.owner)
    return found[0] if found else fallback


def facts_of(
    item: Item, reader_zone: str, now: datetime, words: Phrases = ENGLISH, most: int = DIFFERENCES
) -> dict[str, Any]:
    """Return what is told of one item, as plain values in words; of what differs `most` sentences."""
    plan, evidence, differs = item.plan, item.evidence, item.changes
    is_open = item.notice.milestone not in SILENT
    return {
        "operation": called(plan.target, words.code),
        "is_whole": is_whole(plan.target),
        "is_fixed": item.end.is_extended or plan.sunset_by == SunsetBy.DATE,
        "version": plan.sunset_version,
        "is_extended": item.end.is_extended,
        "windows": [window(one.starts_at, one.ends_at, plan.zone, words) for one in item.windows[:_WINDOWS]],
        "more_windows": max(0, len(item.windows) - _WINDOWS),
        "api": plan.api.name,
        "milestone": item.notice.milestone,
        "tries": item.tries.sent,
        "tried_since": day(day_of(item.tries.since, reader_zone), words) if item.tries.since else "",
        "is_done": item.notice.milestone in SILENT,
        "days_left": (item.end.on - day_of(now, plan.zone)).days,
        "moved_from": day(item.moved_from, words) if item.moved_from else "",
        "moved_because": item.moved_because,
        "last_day": day(item.end.on, words),
        "deprecated_at": from_then(plan.deprecated_at, plan.zone, words),
        "sunset_at": until_then(item.end.at, plan.zone, reader_zone, words),
        "gone_at": from_then(item.end.at + timedelta(seconds=1), plan.zone, words),
        "calls": evidence.calls,
        "calls_text": f"{evidence.calls:,}".replace(",", words.thousands),
        "window_days": WINDOW_DAYS,
        "trend": _trend(evidence, words),
        "last_call": words.on.format(moment(evidence.last_call_at, words=words)),
        "credentials": [words.credential.format(hint) for hint in evidence.hints if _adds(hint, evidence)],
        "user_agents": [words.agent.format(agent) for agent in evidence.user_agents],
        "replacement": told(plan.replacement),
        "reason": item.reason or plan.reason,
        "changes": [one.said(words.code, words.thousands) for one in differs.told[:most]] if is_open else [],
        "more_changes": max(0, len(differs.told) - most) + differs.left_out if is_open else 0,
        "differs_unknown": is_open and differs.is_unknown,
        "documentation": plan.documentation,
    }


def _trend(evidence: Evidence, words: Phrases) -> str:
    if not evidence.calls_before or not evidence.calls:
        return ""
    change = round(100 * (evidence.calls - evidence.calls_before) / evidence.calls_before)
    if change == 0:
        return words.as_before
    return (words.up if change > 0 else words.down).format(abs(change))


def _adds(hint: str, evidence: Evidence) -> bool:
    return not any(agent.partition("/")[0] == hint for agent in evidence.user_agents)


def _owners(apis: Iterable[Api], words: Phrases) -> list[str]:
    return list(dict.fromkeys(f"{api.name}: {api.owner or words.team}" for api in apis))
