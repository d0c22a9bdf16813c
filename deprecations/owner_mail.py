"""Tells the teams of APIs what needs them: one message a day for each person, the most urgent first."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.attention import Kind
from deprecations.attention_words import ATTENTION_WORDS
from deprecations.calendar import day_of
from deprecations.owner_events import Event, events, judge_anew
from deprecations.owner_models import OwnerNotice
from deprecations.owners import Told, told_of
from deprecations.packing import Desk
from deprecations.working_hours import is_open
from notifications.card import Card, Section, cut
from notifications.checks import Must
from notifications.models import Envelope
from notifications.outbox import post_once
from notifications.render import sentences
from notifications.wordings import compose_mail, current
from registry.models import Api
from storage.paging import Page, page_of
from storage.upsert import insert_missing

KIND = "owners"
_KEY = ("api_id", "kind", "about", "recipient")
_OF_A_KIND = 5
_LONGEST = 1000


def tell_owners(session: Session, *, desk: Desk, now: datetime) -> int:
    """Write what is new, forget what is over untold, and post what is due; return how many envelopes."""
    apis = {api.id: api for api in session.scalars(select(Api))}
    teams = told_of(session, apis.values())
    people = {one.email: one for team in teams.values() for one in team}
    spoken = sorted({one.language for one in people.values()})
    found = {language: events(session, now, ATTENTION_WORDS[language]) for language in spoken}
    _write(session, found, teams, now)
    causes = {(one.api_id, one.kind.value, one.about) for several in found.values() for one in several}
    waiting = _waiting(session, causes, people)
    posted = 0
    for email, notices in waiting.items():
        if desk.at_any_hour or is_open(now, people[email].zone):
            posted += _post(session, people[email], notices, apis, desk, now)
    session.flush()
    return posted


def owner_notices(session: Session, api_id: int, page: int = 1) -> Page[OwnerNotice]:
    """Return what an API's team was told or is to be told, newest first."""
    wanted = select(OwnerNotice).where(OwnerNotice.api_id == api_id)
    return page_of(session, wanted.order_by(OwnerNotice.id.desc()), page)


def _write(
    session: Session,
    found: Mapping[str, Sequence[Event]],
    teams: Mapping[int, Sequence[Told]],
    now: datetime,
) -> None:
    """Write what isn't written yet, for each of a team in its own language."""
    known = {tuple(row) for row in session.execute(select(*(getattr(OwnerNotice, name) for name in _KEY)))}
    rows: list[dict[str, Any]] = [
        {
            "api_id": event.api_id,
            "kind": event.kind.value,
            "about": event.about[:200],
            "recipient": one.email,
            "sentence": event.sentence,
            "to_do": event.to_do,
            "path": event.path,
            "created_at": now,
        }
        for language, several in found.items()
        for event in several
        for one in _told(event, teams.get(event.api_id, ()))
        if one.language == language
    ]
    missing = [row for row in rows if tuple(row[name] for name in _KEY) not in known]
    insert_missing(session, OwnerNotice, missing, _KEY)


def _told(event: Event, team: Sequence[Told]) -> Sequence[Told]:
    """Leave those who are told where nobody answers to the fallback, where there is one."""
    fallbacks = [one for one in team if one.is_fallback]
    return fallbacks if event.kind is Kind.UNANSWERED and fallbacks else team


def _waiting(
    session: Session, current: Collection[tuple[int, str, str]], people: Collection[str]
) -> dict[str, list[OwnerNotice]]:
    wanted = (
        select(OwnerNotice)
        .where(OwnerNotice.envelope_key.is_(None))
        .order_by(OwnerNotice.id)
        .with_for_update(skip_locked=True)
    )
    found: dict[str, list[OwnerNotice]] = defaultdict(list)
    for notice in session.scalars(wanted):
        if (notice.api_id, notice.kind, notice.about) in current and notice.recipient in people:
            found[notice.recipient].append(notice)
        else:
            session.delete(notice)
    return found


def _post(
    session: Session,
    who: Told,
    notices: Sequence[OwnerNotice],
    apis: Mapping[int, Api],
    desk: Desk,
    now: datetime,
) -> bool:
    person = hashlib.sha256(who.email.encode()).hexdigest()[:16]
    key = f"{KIND}:{person}:{day_of(now, who.zone)}"
    if session.scalar(select(Envelope.id).where(Envelope.key == key)) is not None:
        return False
    for notice in notices:
        if notice.kind == Kind.BREAKING:
            notice.sentence = judge_anew(session, notice.about, ATTENTION_WORDS[who.language], now)
    ranks = list(Kind)
    ordered = sorted(notices, key=lambda one: (ranks.index(Kind(one.kind)), one.id))
    facts = context(who.name, ordered, apis, desk.base_url, who.language)
    wording, to = current(session, KIND).get(who.language), who.destination(desk.channel)
    mail = compose_mail(session, KIND, facts, wording=wording, musts=musts(facts), now=now)
    is_new = post_once(
        session,
        key=key,
        channel=to.channel,
        recipient=to.recipient,
        endpoint_id=to.endpoint_id,
        mail_to=to.mail_to,
        payload=_payload(to.channel, facts),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        domain=desk.domain,
        thread=f"{KIND}:{person}",
        is_example=all(apis[one.api_id].is_example for one in ordered),
        now=now,
    )
    for notice in ordered if is_new else ():
        notice.envelope_key = key
    return is_new


def context(
    name: str, notices: Sequence[OwnerNotice], apis: Mapping[int, Api], base_url: str, language: str
) -> Mapping[str, Any]:
    """Return the facts of one mail, as plain values."""
    headings = ATTENTION_WORDS[language].headings
    items = [
        {
            "kind": one.kind,
            "heading": headings[Kind(one.kind)],
            "api": apis[one.api_id].name,
            "slug": apis[one.api_id].slug,
            "sentence": cut(one.sentence, _LONGEST),
            "to_do": one.to_do,
            "link": f"{base_url}{one.path}",
        }
        for one in notices
    ]
    shown = [item for item, rank in zip(items, _ranks(items), strict=True) if rank < _OF_A_KIND]
    left = Counter(item["heading"] for item in items) - Counter(item["heading"] for item in shown)
    return {
        "name": name,
        "items": shown,
        "more": left.total(),
        "others": [f"{heading} ({number})" for heading, number in left.items()],
        "apis": list(dict.fromkeys(item["api"] for item in items)),
        "base_url": base_url,
        "language": language,
    }


def musts(facts: Mapping[str, Any]) -> tuple[Must, ...]:
    """Return what a mail of these facts must tell, whoever wrote its templates."""
    return tuple(Must("what needs them, {{ item.sentence }}", one["sentence"]) for one in facts["items"])


def _ranks(items: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """Number the items of each kind from 0: one kind with hundreds must not hide the others."""
    seen: Counter[str] = Counter()
    for item in items:
        yield seen[item["kind"]]
        seen[item["kind"]] += 1


def _payload(channel: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    items = facts["items"]
    if channel == "webhook":
        told = [
            {"api": one["slug"], **{name: one[name] for name in ("kind", "sentence", "to_do", "link")}}
            for one in items
        ]
        return {"type": "api.attention", "data": {"items": told, "more": facts["more"]}}
    words = sentences(KIND, facts["language"])
    sections = tuple(
        Section(
            f"{one['api']}: {one['heading']}",
            ((words.label["to_do"], one["to_do"]), (words.label["where"], one["link"])),
            one["sentence"],
        )
        for one in items
    )
    title = " ".join(str(words.subject(items, facts["more"], facts["apis"])).split())
    links = (("Sundial", facts["base_url"]),)
    return Card(title, words.first, sections, links, language=facts["language"]).as_json()
