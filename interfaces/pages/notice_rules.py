"""How often the consumers of each API are reminded, and which roles hear of what: one page for all APIs."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from consumers.models import ContactRole
from deprecations.cadences import cadences, set_cadence
from deprecations.errors import PlanRefused
from deprecations.escalation import USUAL_DAYS, escalation_days, set_escalation
from deprecations.hearing import Topic, as_words, in_words, routing_of, set_routing
from deprecations.milestones import Cadence
from interfaces.gate import actor, runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route
from registry import apis

LABELS = (
    (Cadence.GENTLE, "Gentle: 90, 30 and 7 days before, and on the last day"),
    (Cadence.USUAL, "Usual: 90, 30, 14, 7 and 1 days before, and on the last day"),
    (Cadence.INSISTENT, "Insistent: from 180 days before, nine times in all"),
)

TOPICS = (
    (Topic.DATES, "What ends when: announced, moved, cancelled, over with"),
    (Topic.REMINDERS, "Reminders until two weeks before"),
    (Topic.LAST_DAYS, "The last week, and calls after the last day"),
    (Topic.BROWNOUTS, "Brownouts, before and after"),
    (Topic.GROWTH, "Calls that become more"),
)

_DIGITS = 9


def notice_rules() -> ResponseReturnValue:
    """Show every API with its cadence and its routing."""
    with runtime().database.reading() as session:
        listed = apis.apis(session, page_number())
        return render_template(
            "notices/rules.html",
            listed=listed,
            chosen=cadences(session),
            options=LABELS,
            usual=Cadence.USUAL,
            routings={one.id: routing_of(session, one.id) for one in listed.items},
            topics=TOPICS,
            escalation=escalation_days(session),
            usual_days=USUAL_DAYS,
            roles=[role.value for role in ContactRole],
        )


def change_cadence(slug: str) -> ResponseReturnValue:
    """Choose how often an API's consumers are reminded."""
    around = runtime()
    with around.database.transaction() as session:
        api = apis.find_api(session, slug)
        now, chosen = around.clock(), set_cadence(session, api.id, request.form.get("cadence", ""))
        record(session, actor=actor(), action="cadence changed", subject=slug, detail=chosen, now=now)
    flash(f"{api.name} reminds in the {chosen} cadence from now on.", "good")
    return redirect(url_for("pages.notice_rules"))


def change_routing(slug: str) -> ResponseReturnValue:
    """Choose which roles hear of what an API's notices are about."""
    around = runtime()
    wanted = {topic.value: request.form.getlist(topic) for topic, _words in TOPICS}
    with around.database.transaction() as session:
        api = apis.find_api(session, slug)
        chosen = as_words(set_routing(session, api.id, wanted))
        detail, now = in_words(chosen), around.clock()
        record(session, actor=actor(), action="routing changed", subject=slug, detail=detail, now=now)
    flash(f"{api.name} tells other roles from now on.", "good")
    return redirect(url_for("pages.notice_rules"))


def change_escalation(slug: str) -> ResponseReturnValue:
    """Choose how many days before the end others are told where nobody answers."""
    around, asked = runtime(), request.form.get("days", "")
    days = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < _DIGITS else -1
    try:
        with around.database.transaction() as session:
            api, now = apis.find_api(session, slug), around.clock()
            set_escalation(session, api.id, days)
            detail = f"{days} days"
            record(session, actor=actor(), action="escalation changed", subject=slug, detail=detail, now=now)
    except PlanRefused as error:
        flash(str(error), "bad")
        return redirect(url_for("pages.notice_rules"))
    flash(
        f"Where nobody answers, others are told {days} days before." if days else "Nobody else is told.",
        "good",
    )
    return redirect(url_for("pages.notice_rules"))


ROUTES = (
    Route("/notices/rules", "notice_rules", notice_rules),
    Route("/notices/rules/<slug>", "change_cadence", change_cadence, POST),
    Route("/notices/rules/<slug>/routing", "change_routing", change_routing, POST),
    Route("/notices/rules/<slug>/escalation", "change_escalation", change_escalation, POST),
)
