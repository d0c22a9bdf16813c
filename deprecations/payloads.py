"""What is posted where a contact is told at another address than its mailbox: an event, or a card for a chat.

Both say what the mail says, in their own form; `packing` writes them beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from consumers.models import Consumer
from deprecations.evidence import WINDOW_DAYS
from deprecations.mail import Item
from deprecations.milestones import SILENT, Milestone
from deprecations.notice_models import Answer, Decision
from deprecations.replacement import told
from notifications.card import Card, Section, cut
from notifications.render import sentences

KIND = "digest"
_EVENTS = 20  # Standard Webhooks asks for bodies below 20 KB
_IN_DETAIL = 5
_IN_SHORT = 20
_LONGEST = 500
_WINDOWS = 5
_DIFFERENCES = 3
_SHORT = 200
Facts = Mapping[str, Any]


def payload(channel: str, items: Sequence[Item], consumer: Consumer, facts: Facts) -> dict[str, Any] | None:
    """Return what a channel's file posts of a mail's items and facts; None where it sends the mail itself."""
    write = _PAYLOADS.get(channel)
    return write(items, consumer, facts) if write else None


def decision_payload(channel: str, answer: Answer, decision: Decision, facts: Facts) -> dict[str, Any] | None:
    """Return what a channel's file posts of a decision; None where it sends the mail itself."""
    if channel == "webhook":
        return {
            "type": "deprecation.decision",
            "data": {
                "consumer": answer.consumer.slug,
                "link": facts["link"],
                "deprecation": answer.deprecation_id,
                "asked": answer.kind,
                "granted": decision.is_granted,
                "until": decision.until_on.isoformat() if decision.until_on else None,
                "reason": cut(decision.reason, _LONGEST),
            },
        }
    return _decided(facts) if channel in _PAYLOADS else None


def _decided(facts: Facts) -> dict[str, Any]:
    words, f = sentences("decision", facts["language"]), facts["f"]
    label = words.label
    told = [
        (label["why"], f["reason"]),
        (label["what"], f["operation"]),
        (label["api"], f["api"]),
        (label["last_day" if f["is_fixed"] else "at_least"], f["sunset_at"]),
        (label["instead"], f["replacement"]),
        (label["guide"], f["documentation"]),
    ]
    shown = tuple((name, text) for name, text in told if text)
    return Card(
        title=_line(words.subject(f)),
        lead=_line(words.asked(f)),
        sections=(Section(_line(words.decided(f)), shown),),
        links=((words.answer, facts["link"]),) if facts["link"] else (),
        footer=f"{words.whom}: {f['owner']}",
        language=facts["language"],
    ).as_json()


def _event(items: Sequence[Item], consumer: Consumer, facts: Facts) -> dict[str, Any]:
    return {
        "type": "deprecation.notices",
        "data": {
            "consumer": consumer.slug,
            "link": facts["link"],
            "notices": [_notice(item) for item in items[:_EVENTS]],
            "more": max(0, len(items) - _EVENTS),
        },
    }


def _notice(item: Item) -> dict[str, Any]:
    plan, calls = item.plan, item.evidence
    return {
        "deprecation": plan.id,
        "milestone": item.notice.milestone,
        "api": plan.api.slug,
        "what": cut(plan.target.label, _LONGEST),
        "deprecated_at": _instant(plan.deprecated_at),
        "last_day": item.end.on.isoformat(),
        "zone": plan.zone,
        "moved_from": item.moved_from.isoformat() if item.moved_from else None,
        "moved_because": cut(item.moved_because, _LONGEST),
        "sunset_at": _instant(item.end.at),
        "calls": calls.calls,
        "window_days": WINDOW_DAYS,
        "last_call_at": _instant(calls.last_call_at),
        "replacement": cut(told(plan.replacement), _LONGEST),
        "reason": cut(item.reason or plan.reason, _LONGEST),
        "documentation": plan.documentation,
        **_ahead(item),
    }


def _ahead(item: Item) -> dict[str, Any]:
    """Return what its caller has yet to meet; nothing where there is nothing left to do."""
    is_done = item.notice.milestone in SILENT
    windows, told = () if is_done else item.windows, item.changes.told
    return {
        "windows": [
            {"starts_at": _instant(one.starts_at), "ends_at": _instant(one.ends_at)}
            for one in windows[:_WINDOWS]
        ],
        "more_windows": max(0, len(windows) - _WINDOWS),
        "differences": [] if is_done else [cut(one.said("en"), _SHORT) for one in told[:_DIFFERENCES]],
        "more_differences": 0 if is_done else max(0, len(told) - _DIFFERENCES) + item.changes.left_out,
    }


def _card(_items: Sequence[Item], _consumer: Consumer, facts: Facts) -> dict[str, Any]:
    words = sentences(KIND, facts["language"])
    items, more = facts["items"][:_IN_DETAIL], [*facts["items"][_IN_DETAIL:], *facts["others"]]
    sections = [
        Section(_line(words.headline(item)), tuple(_facts(words, item)), _because(words, item))
        for item in items
    ]
    if more:
        lines = [f"• {_line(words.in_short(item))}" for item in more[:_IN_SHORT]]
        sections.append(Section(_line(words.others_head(more)), text="\n".join(lines)))
    about = (facts["consumer"], facts["items"], facts["others"])
    return Card(
        title=_line(words.subject(*about, facts["first_last_day"])),
        lead=_line(words.lead(*about)),
        sections=tuple(sections),
        links=((words.answer, facts["link"]),) if facts["link"] else (),
        footer=f"{words.whom}: {'; '.join(facts['owners'])}",
        language=facts["language"],
    ).as_json()


def _because(words: Any, item: Facts) -> str:
    """Say why somebody is told of whom the others' silence is news."""
    return _line(words.until_then(item)) if item["milestone"] == Milestone.ESCALATED else ""


def _facts(words: Any, item: Facts) -> Iterator[tuple[str, str]]:
    label = words.label
    yield label["api"], item["api"]
    if item["milestone"] == Milestone.CANCELLED:
        yield label["before"], _line(words.announced_for(item))
    else:
        yield label["last_day" if item["is_fixed"] else "at_least"], item["sunset_at"]
        if item["moved_from"]:
            yield label["before"], _line(words.told_before(item))
        if item["moved_because"]:
            yield label["moved"], item["moved_because"]
    yield label["calls"], _line(f"{words.calls(item)} {words.seen_as(item)}")
    yield label["instead"], _line(words.instead(item))
    yield label["why"], item["reason"]
    for change in item["changes"]:
        yield label["different"], change
    if more := _line(words.more_changes(item)):
        yield label["different"], more
    if item["documentation"]:
        yield label["guide"], item["documentation"]
    if item["windows"] and not item["is_done"]:
        yield label["tests"], _line(words.tests(item))


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_PAYLOADS: Final[Mapping[str, Callable[[Sequence[Item], Consumer, Facts], dict[str, Any]]]] = {
    "webhook": _event,
    "slack": _card,
    "teams": _card,
}
