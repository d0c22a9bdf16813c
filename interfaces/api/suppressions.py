"""The suppression list: addresses that get no mail."""

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from interfaces import suppressing
from interfaces.api.answers import listed, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.suppressions import suppression_facts
from notifications import suppressions as kept


def list_suppressions() -> ResponseReturnValue:
    """List the addresses, newest first."""
    asked = query()
    with runtime().database.reading() as session:
        found = kept.list_suppressions(
            session, reason=asked.get("reason", ""), search=asked.get("search", ""), page=page_number()
        )
        return listed(found, suppression_facts)


def add_suppression() -> ResponseReturnValue:
    """Put an address on the list by hand."""
    asked = body()
    with runtime().database.transaction() as session:
        made = suppressing.add(
            session, runtime(), asked["address"], detail=asked.get("detail", ""), by=actor()
        )
        return jsonify(suppression_facts(made)), 201


def remove_suppression() -> ResponseReturnValue:
    """Take an address off the list."""
    asked = body()
    with runtime().database.transaction() as session:
        gone, again = suppressing.take_off(
            session, runtime(), asked["address"], reason=asked["reason"], by=actor()
        )
        return jsonify({**suppression_facts(gone), "contacts_told_again": again})


def import_suppression_list() -> ResponseReturnValue:
    """Put a list of addresses on it, all or none."""
    with runtime().database.transaction() as session:
        new = suppressing.import_list(session, runtime(), body()["csv"], by=actor())
    return jsonify(added=new)


def export_suppression_list() -> ResponseReturnValue:
    """Hand the whole list out as CSV."""
    with runtime().database.reading() as session:
        text = "".join(kept.list_csv(session))
    return Response(text, content_type="text/csv; charset=utf-8")


ROUTES = (
    Route("GET", "/suppressions", Scope.READ, list_suppressions),
    Route("POST", "/suppressions", Scope.MANAGE, add_suppression),
    Route("POST", "/suppressions/remove", Scope.MANAGE, remove_suppression),
    Route("POST", "/suppressions/import", Scope.MANAGE, import_suppression_list),
    Route("GET", "/suppressions.csv", Scope.READ, export_suppression_list),
)
