"""The APIs: the list of them, and registering one."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from interfaces.gate import actor, runtime
from interfaces.overview import endings_by_api, newest_versions, steps_to
from interfaces.pages.listing import page_number
from interfaces.pages.route import GET_OR_POST, Route
from registry import apis as registry_apis
from registry.errors import RegistryError
from registry.models import Api, StoredComparison, Version
from storage.paging import Page

_REFUSED = 422
FIELDS = ("slug", "name", "description", "owner")


@dataclass(frozen=True, slots=True)
class Row:
    """An API as the list shows it; `step` is the comparison that led to its newest version."""

    api: Api
    newest: Version | None
    step: StoredComparison | None
    endings: int


def apis() -> ResponseReturnValue:
    """List the APIs."""
    with runtime().database.reading() as session:
        listed = registry_apis.apis(session, page_number())
        rows = _rows(session, listed)
    return render_template("apis.html", listed=listed, rows=rows)


def new_api() -> ResponseReturnValue:
    """Show the form that registers an API, or register it."""
    if request.method != "POST":
        return render_template("new_api.html", given={}, errors={})
    given = {field: request.form.get(field, "").strip() for field in FIELDS}
    around = runtime()
    try:
        with around.database.transaction() as session:
            now = around.clock()
            made = registry_apis.register(session, **given, now=now)
            record(session, actor=actor(), action="api registered", subject=made.slug, now=now)
    except RegistryError as error:
        return render_template("new_api.html", given=given, errors={"": str(error)}), _REFUSED
    flash(f"{made.name} is registered. Publish its first version.", "good")
    return redirect(url_for("pages.publish", slug=made.slug))


def _rows(session: Session, listed: Page[Api]) -> list[Row]:
    ids = [api.id for api in listed.items]
    newest, endings = newest_versions(session, ids), endings_by_api(session, ids)
    steps = steps_to(session, [version.id for version in newest.values()])
    return [
        Row(api, version, steps.get(version.id) if version else None, endings.get(api.id, 0))
        for api in listed.items
        for version in (newest.get(api.id),)
    ]


ROUTES = (
    Route("/apis", "apis", apis),
    Route("/apis/new", "new_api", new_api, GET_OR_POST),
)
