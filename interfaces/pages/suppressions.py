"""The addresses that get no mail: the list, and what is put on it and taken off."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from interfaces import suppressing
from interfaces.gate import actor, runtime
from interfaces.pages.figures import plural
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route
from notifications.errors import ListRefused, PostError
from notifications.models import SuppressionReason
from notifications.suppressions import COLUMNS, count_by_reason, list_csv, list_suppressions

_REFUSED = 422


def suppressions() -> ResponseReturnValue:
    """List the addresses, newest first; `?reason=` and `?search=` narrow it."""
    return _page()


def suppress_by_hand() -> ResponseReturnValue:
    """Put an address on the list."""
    given = {name: request.form.get(name, "").strip() for name in ("address", "detail")}
    try:
        with runtime().database.transaction() as session:
            suppressing.add(session, runtime(), given["address"], detail=given["detail"], by=actor())
    except PostError as error:
        return _page(given=given, errors={"address": str(error)}), _REFUSED
    flash(f"{given['address']} gets no mail from now on.", "good")
    return redirect(url_for("pages.suppressions"))


def lift_suppression() -> ResponseReturnValue:
    """Take an address off the list."""
    address = request.form.get("address", "")
    try:
        with runtime().database.transaction() as session:
            reason = request.form.get("reason", "")
            gone, again = suppressing.take_off(session, runtime(), address, reason=reason, by=actor())
            said = f"{gone.address} may get mail again; {plural(again, 'contact')} told again."
    except PostError as error:
        return _page(errors={"": str(error)}), _REFUSED
    flash(said, "good")
    return redirect(url_for("pages.suppressions"))


def import_suppressions() -> ResponseReturnValue:
    """Put a list of addresses on it."""
    file = request.files.get("list")
    try:
        if file is None or not file.filename:
            raise ListRefused(("Choose the file.",))
        text = file.read().decode("utf-8")
        with runtime().database.transaction() as session:
            new = suppressing.import_list(session, runtime(), text, by=actor())
    except UnicodeDecodeError:
        return _page(faults=("The file isn't UTF-8 text.",)), _REFUSED
    except ListRefused as error:
        return _page(faults=error.faults), _REFUSED
    flash(f"{plural(new, 'address', 'addresses')} more get no mail.", "good")
    return redirect(url_for("pages.suppressions"))


def export_suppressions() -> ResponseReturnValue:
    """Hand the whole list out as CSV."""
    with runtime().database.reading() as session:
        text = "".join(list_csv(session))
    answer = Response(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="suppressions.csv"'
    return answer


def _page(**more: Any) -> str:
    reason = request.args.get("reason", "")
    reason, search = reason if reason in set(SuppressionReason) else "", request.args.get("search", "")
    with runtime().database.reading() as session:
        counts = count_by_reason(session)
        tabs = [("All", url_for("pages.suppressions"), sum(counts.values()))]
        tabs += [
            (_word(one), url_for("pages.suppressions", reason=one), number) for one, number in counts.items()
        ]
        facts = {
            "listed": list_suppressions(session, reason=reason, search=search, page=page_number()),
            "tabs": tabs,
            "current": _word(reason) if reason else "All",
            "reason": reason,
            "search": search,
            "columns": COLUMNS,
            "errors": {},
            "faults": (),
            "given": {},
        }
        return render_template("suppressions.html", **facts | more)


def _word(reason: str) -> str:
    return reason.replace("-", " ").capitalize()


ROUTES = (
    Route("/suppressions", "suppressions", suppressions),
    Route("/suppressions/add", "suppress_by_hand", suppress_by_hand, POST),
    Route("/suppressions/lift", "lift_suppression", lift_suppression, POST),
    Route("/suppressions/import", "import_suppressions", import_suppressions, POST),
    Route("/suppressions/list.csv", "export_suppressions", export_suppressions),
)
