"""Notices that are planned, and envelopes on their way."""

from datetime import date

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from consumers import directory
from deprecations import answers, board
from deprecations import notices as planned
from deprecations.cadences import cadence_of, set_cadence
from deprecations.escalation import USUAL_DAYS, escalation_days, set_escalation
from deprecations.hearing import as_words, in_words, routing_of, set_routing
from deprecations.ledger import ledger
from interfaces.api.answers import listed, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.deciding import decline_answer, grant_answer
from interfaces.gate import actor, runtime
from interfaces.mail import resume_mail, send_trial
from interfaces.telling import contact_of, edit_contact
from interfaces.views.facts import plain
from interfaces.views.notices import answer_facts, envelope_facts, notice_facts, office_facts
from notifications import desk
from notifications.office import office, pause
from registry.apis import find_api


def list_notices() -> ResponseReturnValue:
    """List notices, soonest first."""
    asked = query()
    with runtime().database.reading() as session:
        found = planned.notices(
            session,
            deprecation_id=board.find(session, asked["deprecation"]).id if "deprecation" in asked else None,
            consumer_id=directory.find(session, asked["consumer"]).id if "consumer" in asked else None,
            state=asked.get("state", ""),
            page=page_number(),
        )
        return listed(found, notice_facts)


def list_envelopes() -> ResponseReturnValue:
    """List envelopes, newest first, without their bodies."""
    asked = query()
    with runtime().database.reading() as session:
        found = desk.list_envelopes(
            session,
            state=asked.get("state", ""),
            recipient=asked.get("recipient", ""),
            page=page_number(),
        )
        return listed(found, envelope_facts)


def retry_envelope(key: str) -> ResponseReturnValue:
    """Queue a failed envelope again."""
    around = runtime()
    with around.database.transaction() as session:
        now, envelope = around.clock(), desk.find(session, key)
        desk.retry(session, envelope, now=now)
        record(session, actor=actor(), action="envelope queued again", subject=key, now=now)
    return jsonify(envelope_facts(envelope))


def list_answers() -> ResponseReturnValue:
    """List what contacts answered, newest first."""
    asked = query()
    with runtime().database.reading() as session:
        found = answers.list_answers(
            session,
            deprecation_id=board.find(session, asked["deprecation"]).id if "deprecation" in asked else None,
            consumer_id=directory.find(session, asked["consumer"]).id if "consumer" in asked else None,
            kind=asked.get("kind", ""),
            only_asking=asked.get("asking", False),
            page=page_number(),
        )
        return listed(found, answer_facts)


def grant_request(answer_id: int) -> ResponseReturnValue:
    """Agree to what a reader asked."""
    asked = body()
    with runtime().database.transaction() as session:
        decided = grant_answer(
            session,
            runtime(),
            answer_id,
            until_on=date.fromisoformat(asked["until_on"]) if "until_on" in asked else None,
            reason=asked["reason"],
            approved_by=asked.get("approved_by", ""),
            by=actor(),
        )
        return jsonify(answer_facts(decided))


def decline_request(answer_id: int) -> ResponseReturnValue:
    """Say no to what a reader asked."""
    with runtime().database.transaction() as session:
        decided = decline_answer(session, runtime(), answer_id, reason=body()["reason"], by=actor())
        return jsonify(answer_facts(decided))


def list_ledger() -> ResponseReturnValue:
    """List who was told what, with what proves it, newest first."""
    with runtime().database.reading() as session:
        return listed(ledger(session, page=page_number()), plain)


def show_post_office() -> ResponseReturnValue:
    """Say whether mail leaves."""
    with runtime().database.transaction() as session:
        return jsonify(office_facts(office(session)))


def pause_post_office() -> ResponseReturnValue:
    """Let no mail leave."""
    around = runtime()
    with around.database.transaction() as session:
        now, reason = around.clock(), body()["reason"]
        closed = pause(session, by=actor(), reason=reason, now=now)
        record(session, actor=actor(), action="mail paused", subject="all", detail=reason, now=now)
    return jsonify(office_facts(closed))


def send_trial_mail() -> ResponseReturnValue:
    """Send a trial mail to one address."""
    with runtime().database.transaction() as session:
        return jsonify(envelope_facts(send_trial(session, runtime(), body()["recipient"], by=actor())))


def resume_post_office() -> ResponseReturnValue:
    """Let mail leave again."""
    around = runtime()
    with around.database.transaction() as session:
        resume_mail(session, around, hold_queued=body().get("hold_queued", False), by=actor())
        return jsonify(office_facts(office(session)))


def choose_language(slug: str, contact_id: int) -> ResponseReturnValue:
    """Choose the language of a contact's mails."""
    around = runtime()
    with around.database.transaction() as session:
        consumer = directory.find(session, slug)
        contact = contact_of(session, consumer, contact_id)
        edit_contact(session, around, consumer, contact, by=actor(), language=body()["language"])
        return jsonify(language=contact.language)


def show_escalation(api: str) -> ResponseReturnValue:
    """Show how many days before the end others are told where nobody answers."""
    with runtime().database.reading() as session:
        found = find_api(session, api)
        return jsonify(days=escalation_days(session).get(found.id, USUAL_DAYS))


def change_escalation(api: str) -> ResponseReturnValue:
    """Choose how many days before the end others are told where nobody answers; 0 is never."""
    around = runtime()
    with around.database.transaction() as session:
        now, days = around.clock(), set_escalation(session, find_api(session, api).id, body()["days"])
        record(
            session, actor=actor(), action="escalation changed", subject=api, detail=f"{days} days", now=now
        )
    return jsonify(days=days)


def show_routing(api: str) -> ResponseReturnValue:
    """Show which roles hear of what an API's notices are about."""
    with runtime().database.reading() as session:
        return jsonify(as_words(routing_of(session, find_api(session, api).id)))


def change_routing(api: str) -> ResponseReturnValue:
    """Choose which roles hear of what; what is left out stays."""
    around = runtime()
    with around.database.transaction() as session:
        chosen = as_words(set_routing(session, find_api(session, api).id, body()))
        detail, now = in_words(chosen), around.clock()
        record(session, actor=actor(), action="routing changed", subject=api, detail=detail, now=now)
    return jsonify(chosen)


def show_cadence(api: str) -> ResponseReturnValue:
    """Show how often an API's consumers are reminded."""
    with runtime().database.reading() as session:
        return jsonify(cadence=cadence_of(session, find_api(session, api).id))


def change_cadence(api: str) -> ResponseReturnValue:
    """Choose how often an API's consumers are reminded."""
    around = runtime()
    with around.database.transaction() as session:
        now, chosen = around.clock(), set_cadence(session, find_api(session, api).id, body()["cadence"])
        record(session, actor=actor(), action="cadence changed", subject=api, detail=chosen, now=now)
    return jsonify(cadence=chosen)


ROUTES = (
    Route("PUT", "/consumers/<slug>/contacts/<int:contact_id>/language", Scope.MANAGE, choose_language),
    Route("GET", "/apis/<api>/cadence", Scope.READ, show_cadence),
    Route("PUT", "/apis/<api>/cadence", Scope.MANAGE, change_cadence),
    Route("GET", "/apis/<api>/escalation", Scope.READ, show_escalation),
    Route("PUT", "/apis/<api>/escalation", Scope.MANAGE, change_escalation),
    Route("GET", "/apis/<api>/routing", Scope.READ, show_routing),
    Route("PATCH", "/apis/<api>/routing", Scope.MANAGE, change_routing),
    Route("GET", "/notices", Scope.READ, list_notices),
    Route("GET", "/answers", Scope.READ, list_answers),
    Route("POST", "/answers/<int:answer_id>/grant", Scope.MANAGE, grant_request),
    Route("POST", "/answers/<int:answer_id>/decline", Scope.MANAGE, decline_request),
    Route("GET", "/ledger", Scope.READ, list_ledger),
    Route("GET", "/post-office", Scope.READ, show_post_office),
    Route("POST", "/post-office/pause", Scope.MANAGE, pause_post_office),
    Route("POST", "/post-office/trial", Scope.MANAGE, send_trial_mail),
    Route("POST", "/post-office/resume", Scope.MANAGE, resume_post_office),
    Route("GET", "/envelopes", Scope.READ, list_envelopes),
    Route("POST", "/envelopes/<path:key>/retry", Scope.MANAGE, retry_envelope),
)
