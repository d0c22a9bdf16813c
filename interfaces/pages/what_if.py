"""What other days of an ending would bring, before anybody moves it."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deprecations import board
from deprecations.errors import PlanRefused
from deprecations.steps import days_of
from deprecations.what_if import what_if
from interfaces.changed_days import changed
from interfaces.gate import runtime
from interfaces.pages.route import Route

_REFUSED = 422


def foresee(deprecation_id: int) -> ResponseReturnValue:
    """Show what the days in the address would bring; those of the plan where it names none."""
    around, error = runtime(), ""
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        days, found = days_of(plan), None
        try:
            days = changed(days, _day("deprecated_on"), _day("sunset_on"), _day("closes_on"))
            found = what_if(session, plan, days, around.clock())
        except PlanRefused as refused:
            error = str(refused)
        except ValueError:
            error = "Give the days as dates."
        errors = {"": error} if error else {}
        page = render_template("deprecation/what_if.html", plan=plan, found=found, days=days, errors=errors)
    return (page, _REFUSED) if error else page


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    return date.fromisoformat(text) if text else None


ROUTES = (Route("/deprecations/<int:deprecation_id>/what-if", "what_if", foresee),)
