"""A look ahead: who would be told what of an ending, when, and each mail as it would be sent."""

from flask import render_template
from flask.typing import ResponseReturnValue

from deprecations import board
from deprecations import dry_run as ahead
from interfaces.gate import runtime
from interfaces.mail import desk
from interfaces.pages.listing import page_number
from interfaces.pages.mail_frames import with_mail_frames
from interfaces.pages.route import Route
from storage.paging import page_within


def dry_run(deprecation_id: int) -> ResponseReturnValue:
    """List what is still to be told of an ending."""
    around = runtime()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        found = ahead.dry_run(session, plan, desk=desk(around), now=around.clock())
        return render_template(
            "dry_run/list.html",
            plan=plan,
            listed=page_within(found, page_number()),
            people=len({one.notice.contact_id for one in found if not one.stopped_by}),
            stopped=sum(bool(one.stopped_by) for one in found),
        )


def dry_run_mail(deprecation_id: int, contact_id: int, milestone: str) -> ResponseReturnValue:
    """Show one mail as it would be sent."""
    around = runtime()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        found = ahead.forecast(session, plan, contact_id, milestone, desk=desk(around), now=around.clock())
        return with_mail_frames(render_template("dry_run/mail.html", plan=plan, found=found))


ROUTES = (
    Route("/deprecations/<int:deprecation_id>/dry-run", "dry_run", dry_run),
    Route(
        "/deprecations/<int:deprecation_id>/dry-run/<int:contact_id>/<milestone>",
        "dry_run_mail",
        dry_run_mail,
    ),
)
