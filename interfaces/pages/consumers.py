"""The consumers: the list of them, and registering one."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from consumers import directory
from consumers.errors import ConsumersError
from consumers.usage import consumer_totals
from interfaces.gate import actor, runtime
from interfaces.overview import contacts_of_many
from interfaces.pages import consumer, consumer_acts, consumer_import, contracts
from interfaces.pages.listing import page_number
from interfaces.pages.route import GET_OR_POST, Route
from interfaces.pages.standing import endings_called

DAYS = 30
_REFUSED = 422
FIELDS = ("slug", "name", "description", "team")


def consumers() -> ResponseReturnValue:
    """List the consumers by name; `?q=` leaves those whose name, short name or team has it."""
    now, sought = runtime().clock(), request.args.get("q", "").strip()
    since = now - timedelta(days=DAYS)
    with runtime().database.reading() as session:
        listed = directory.consumers(session, search=sought, page=page_number())
        ids = [one.id for one in listed.items]
        return render_template(
            "consumers.html",
            listed=listed,
            sought=sought,
            totals=consumer_totals(session, ids, since=since, until=now),
            endings=endings_called(session, ids, since=since, until=now),
            contacts=contacts_of_many(session, ids),
            days=DAYS,
        )


def new_consumer() -> ResponseReturnValue:
    """Show the form that registers a consumer, or register it."""
    if request.method != "POST":
        return render_template("new_consumer.html", given={}, errors={})
    given = {field: request.form.get(field, "").strip() for field in FIELDS}
    around = runtime()
    try:
        with around.database.transaction() as session:
            now = around.clock()
            made = directory.register(session, **given, now=now)
            record(session, actor=actor(), action="consumer registered", subject=made.slug, now=now)
    except ConsumersError as error:
        return render_template("new_consumer.html", given=given, errors={"": str(error)}), _REFUSED
    flash(f"{made.name} is registered. Say how traffic names it, and whom to tell.", "good")
    return redirect(url_for("pages.consumer", slug=made.slug, view="credentials"))


ROUTES = (
    Route("/consumers", "consumers", consumers),
    *consumer_import.ROUTES,
    Route("/consumers/new", "new_consumer", new_consumer, GET_OR_POST),
    *consumer.ROUTES,
    *consumer_acts.ROUTES,
    *contracts.ROUTES,
)
