"""Facts to try each kind of mail on: what a preview shows, and what edited templates must survive.

They are made by the same functions as those of real mails, from plans that were never stored.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from consumers.models import Consumer, Contact, ContactRole
from deprecations import calendar, decision_mail, mail, owner_mail, payloads
from deprecations.alarm_kinds import Alarm
from deprecations.attention import Kind
from deprecations.attention_words import ATTENTION_WORDS
from deprecations.dates_in_words import moment
from deprecations.differences import Because, Differs, Told
from deprecations.edge_models import Brownout
from deprecations.evidence import Evidence
from deprecations.milestones import Milestone
from deprecations.models import Deprecation, SunsetBy, Target, TargetKind
from deprecations.notice_models import Answer, AnswerKind, Decision, Notice
from deprecations.own_ends import OwnEnd
from deprecations.owner_models import OwnerNotice
from deprecations.phrases import LANGUAGES
from notifications.checks import MARK, Sample
from registry.models import Api

_NOW = datetime(2030, 5, 31, 9, 0, tzinfo=UTC)
_LINK = "https://sundial.example.com/your/sample"
_BASE = "https://sundial.example.com"
_EVERY = {
    "30 days before": Milestone.T_30,
    "its day moved": Milestone.MOVED,
    "before a brownout": Milestone.BROWNOUT_2,
    "after its last day": Milestone.AFTER,
    "calls have stopped": Milestone.STOPPED,
    "its end was cancelled": Milestone.CANCELLED,
}


def samples(kind: str, language: str, base_url: str = _BASE) -> tuple[Sample, ...]:
    """Return the samples of a kind of mail in a language, the one that a preview shows first."""
    return tuple(KINDS[kind](language, base_url))


def _digests(language: str, base_url: str) -> list[Sample]:
    made = [_digest(title, language, base_url, [_item(one)]) for title, one in _EVERY.items()]
    many = [_item(Milestone.T_30, number=number) for number in range(12)]
    named = _digest(
        "somebody else named the reader",
        language,
        base_url,
        [_item(Milestone.T_30)],
        named_by="kim@example.com",
    )
    hostile = _digest("names with < and >", language, base_url, [_item(Milestone.T_30, mark=MARK)], MARK)
    return [*made, _digest("twelve operations", language, base_url, many), named, hostile]


def _digest(
    title: str, language: str, base_url: str, items: list[mail.Item], mark: str = "", named_by: str = ""
) -> Sample:
    context = mail.context(
        items,
        consumer=_consumer(mark),
        contact=_contact(mark),
        base_url=base_url,
        link=_LINK,
        can_reply=True,
        language=language,
        named_by=named_by,
        is_first=True,
        now=_NOW,
    )
    return Sample(title, context, mail.musts(context), context["link"])


def _item(milestone: Milestone, *, number: int = 0, mark: str = "") -> mail.Item:
    on = date(2030, 5, 28) if milestone == Milestone.AFTER else date(2030, 6, 30)
    plan = _plan(number, on, mark)
    evidence = Evidence(
        calls=18204 - number,
        calls_before=20686,
        client_errors=0,
        server_errors=0,
        last_call_at=_NOW - timedelta(hours=2),
        longest_gap_days=1,
        hints=(f"…7f2a{mark}",),
        user_agents=(f"acme-sync/2.1{mark}",),
    )
    starts_at = datetime(2030, 6, 4, 14, tzinfo=UTC)
    windows = (
        (Brownout(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)),)
        if milestone == Milestone.BROWNOUT_2
        else ()
    )
    return mail.Item(
        notice=Notice(milestone=milestone),
        plan=plan,
        evidence=evidence,
        end=OwnEnd(on, plan.sunset_at, None),
        moved_from=date(2030, 5, 31) if milestone == Milestone.MOVED else None,
        reason=f"It is needed for longer.{mark}" if milestone == Milestone.CANCELLED else "",
        windows=windows,
        moved_because=f"Its successor is late.{mark}" if milestone == Milestone.MOVED else "",
        changes=_differs(mark),
    )


def _differs(mark: str) -> Differs:
    """Make what differs: more than one mail tells."""
    answer = "response 200 application/json"
    told = (
        _told("property existence removed", answer, f"total{mark}", Because.CONTRACT),
        _told("parameter existence added", "query parameter currency", None, Because.MISSING),
        _told("parameter existence removed", "query parameter page", None, Because.SENT, 1204),
        *(
            _told("property enum-value added", answer, f"lines/*/{name}", Because.DEPENDS)
            for name in ("state", "kind", "unit")
        ),
    )
    return Differs(told, left_out=8)


def _told(change: str, where: str, name: str | None, because: Because, count: int = 0) -> Told:
    element, aspect, action = change.split()
    facts = {
        "element": element,
        "aspect": aspect,
        "action": action,
        "direction": "response" if where.startswith("response") else "request",
        "level": "dangerous" if because in (Because.DEPENDS, Because.SENT) else "breaking",
        "property": name,
        "old": None,
        "new": {"value": "held"},
        "operations": [{"where": where}],
    }
    return Told(facts, because=because, count=count)


def _decisions(language: str, base_url: str) -> list[Sample]:
    asked = (AnswerKind.MORE_TIME, AnswerKind.NOT_MINE)
    titles = {True: "granted", False: "declined"}
    found = [
        _decision(f"{kind.replace('-', ' ')}, {titles[granted]}", language, base_url, kind, granted)
        for kind in asked
        for granted in (True, False)
    ]
    return [*found, _decision("names with < and >", language, base_url, AnswerKind.MORE_TIME, True, MARK)]


def _decision(
    title: str, language: str, base_url: str, kind: AnswerKind, is_granted: bool, mark: str = ""
) -> Sample:
    plan, on = _plan(0, date(2030, 6, 30), mark), date(2030, 9, 30)
    more = kind == AnswerKind.MORE_TIME
    answer = Answer(
        kind=kind,
        on=on if more else None,
        words=f"Our summer release moves it.{mark}" if more else f"lee@example.com{mark}",
        deprecation=plan,
        consumer=_consumer(mark),
    )
    decision = Decision(is_granted=is_granted, reason=f"We talked about it on the phone.{mark}")
    extended = more and is_granted
    end = (
        OwnEnd(on, calendar.sunset_at(on, plan.zone), None, is_extended=True)
        if extended
        else OwnEnd(plan.sunset_on, plan.sunset_at, None)
    )
    context = decision_mail.context(
        answer,
        decision,
        contact=_contact(mark),
        end=end,
        language=language,
        link=_LINK,
        base_url=base_url,
        can_reply=True,
    )
    return Sample(title, context, decision_mail.musts(context), _LINK)


def _owners(language: str, base_url: str) -> list[Sample]:
    every = [_attention(kind, language) for kind in Kind]
    hostile = [_attention(Kind.ASKED, language, MARK)]
    return [
        _owner("one thing", language, base_url, every[:1]),
        _owner("every kind of thing", language, base_url, every),
        _owner("names with < and >", language, base_url, hostile, MARK),
    ]


def _owner(title: str, language: str, base_url: str, notices: list[OwnerNotice], mark: str = "") -> Sample:
    apis = {1: Api(id=1, slug="orders", name=f"Orders API{mark}")}
    context = owner_mail.context(f"Dana{mark}", notices, apis, base_url, language)
    return Sample(title, context, owner_mail.musts(context))


def _attention(kind: Kind, language: str, mark: str = "") -> OwnerNotice:
    words = ATTENTION_WORDS[language]
    told = words.after_sunset.format(
        name="Acme Sync",
        what=f"GET /v1/orders/{{id}} ({kind.value})",
        at=words.at(_NOW),
        day=words.day(date(2030, 5, 28)),
    )
    return OwnerNotice(
        api_id=1,
        kind=kind.value,
        sentence=f"{told}{mark}",
        to_do=f"{words.alarm_to_do[Alarm.AFTER_SUNSET]}{mark}",
        path="/consumers/acme-sync",
    )


def _trials(language: str, base_url: str) -> list[Sample]:
    facts: dict[str, Any] = {
        "base_url": base_url,
        "channel": "smtp",
        "at": moment(_NOW, words=LANGUAGES[language]),
        "language": language,
    }
    return [
        Sample("a trial", facts | {"by": "dana@example.com"}),
        Sample("names with < and >", facts | {"by": f"dana{MARK}"}),
    ]


def _plan(number: int, on: date, mark: str) -> Deprecation:
    path = "/v1/orders/{id}" if not number else f"/v1/orders/{{id}}/lines/{number}"
    began = date(2029, 12, 1)
    api = Api(slug="orders", name=f"Orders API{mark}", owner=f"Dana, api-team@example.com{mark}")
    return Deprecation(
        id=number,
        api=api,
        target=Target(kind=TargetKind.OPERATION, label=f"GET {path}{mark}"),
        zone="Europe/Berlin",
        deprecated_on=began,
        deprecated_at=calendar.deprecated_at(began, "Europe/Berlin"),
        sunset_on=on,
        sunset_at=calendar.sunset_at(on, "Europe/Berlin"),
        sunset_by=SunsetBy.DATE,
        sunset_version="",
        reason=f"The field total becomes amount.value.{mark}",
        replacement="GET /v2/orders/{id}",
        documentation="https://docs.example.com/orders/v2",
    )


def _consumer(mark: str) -> Consumer:
    return Consumer(slug="acme-sync", name=f"Acme Sync{mark}")


def _contact(mark: str) -> Contact:
    return Contact(
        name=f"Dana{mark}", email="dana@example.com", role=ContactRole.TECHNICAL, zone="Europe/Berlin"
    )


KINDS: Final[Mapping[str, Callable[[str, str], list[Sample]]]] = {
    payloads.KIND: _digests,
    decision_mail.KIND: _decisions,
    owner_mail.KIND: _owners,
    "trial": _trials,
}
"""The kinds of mail whose templates can be edited."""
ABOUT: Final = {
    payloads.KIND: "Notices: what ends for a consumer, once a day at most.",
    decision_mail.KIND: "The answer to a reader who asked for more time, or said “not mine”.",
    owner_mail.KIND: "What needs the team of an API, once a day at most.",
    "trial": "A trial mail, that shows whether mail arrives.",
}
