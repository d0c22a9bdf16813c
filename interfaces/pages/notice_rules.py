"""How often the consumers of each API are reminded: a choice for each API, on one page."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from deprecations.cadences import cadences, set_cadence
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


def notice_rules() -> ResponseReturnValue:
    """Show every API with its cadence."""
    with runtime().database.reading() as session:
        return render_template(
            "notices/rules.html",
            listed=apis.apis(session, page_number()),
            chosen=cadences(session),
            options=LABELS,
            usual=Cadence.USUAL,
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


ROUTES = (
    Route("/notices/rules", "notice_rules", notice_rules),
    Route("/notices/rules/<slug>", "change_cadence", change_cadence, POST),
)
