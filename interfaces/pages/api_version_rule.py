"""What carries an API's version, in one form of its settings."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consumers.errors import ConsumersError
from consumers.version_rules import rule_of
from interfaces.gate import actor, runtime
from interfaces.pages.api import page
from interfaces.pages.route import POST, Route
from interfaces.version_rules import change_rule
from registry.apis import find_api

_REFUSED = 422


def change_version_rule(slug: str) -> ResponseReturnValue:
    """Say which calls at its paths are an API's, or that all are."""
    around, asked = runtime(), request.form
    carrier = asked.get("carrier", "")
    try:
        rule = None
        if carrier:
            rule = rule_of(
                carrier,
                name=asked.get("name", "") if carrier == "query" else "",
                values=asked.get("values", "").split(","),
                or_absent="or_absent" in asked,
            )
        change_rule(around, slug, rule, actor())
    except ConsumersError as error:
        with around.database.reading() as session:
            return page(session, find_api(session, slug), "settings", errors={"": str(error)}), _REFUSED
    flash("Calls that are counted from now on are sorted so.", "good")
    return redirect(url_for("pages.api", slug=slug, view="settings"))


ROUTES = (Route("/apis/<slug>/version-rule", "change_version_rule", change_version_rule, POST),)
