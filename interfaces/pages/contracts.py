"""Contracts: the list of them beside the form that takes one in, and what one relies on."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from consumers import contracts as kept_contracts
from consumers.contract_routes import contract_matcher
from consumers.contracts import Offer
from consumers.errors import ConsumersError
from consumers.pacts.interaction import Interaction
from interfaces.contract_intake import Move, move, moved_words, retire, take_contract, told, warned
from interfaces.gate import actor, runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import GET_OR_POST, POST, Route
from interfaces.pages.standing import apis_by_id
from registry.models import Operation

_REFUSED = 422
_FIELDS = ("api", "consumer", "version", "branch")


@dataclass(frozen=True, slots=True)
class Row:
    """An interaction, and the operation that answers it; None where no version has one."""

    interaction: Interaction
    operation: Operation | None


def contracts() -> ResponseReturnValue:
    """List the contracts, or take one in."""
    if request.method != "POST":
        return _page()
    file = request.files.get("pact")
    given = {name: request.form.get(name, "").strip() for name in _FIELDS}
    if file is None or not file.filename:
        return _page(given=given, errors={"pact": "Choose the Pact file."}), _REFUSED
    offer = Offer(
        data=file.read(),
        origin="upload",
        version=given["version"] or None,
        api_slug=given["api"] or None,
        consumer_slug=given["consumer"] or None,
        branch=given["branch"],
    )
    try:
        received = take_contract(runtime(), offer, actor())
    except ConsumersError as error:
        return _page(given=given, errors={"pact": str(error)}), _REFUSED
    flash(f"{told(received)}.", "good")
    if warned(received):
        flash(f"{warned(received)}.", "warn")
    return redirect(url_for("pages.contract", contract_id=received.contract.id))


def contract(contract_id: int) -> ResponseReturnValue:
    """Show what a contract relies on."""
    with runtime().database.reading() as session:
        found = kept_contracts.find_contract(session, contract_id)
        match = contract_matcher(session, found.api_id)
        met = [(one, match(one.method, one.path)) for one in kept_contracts.interactions_of(session, found)]
        rows = [
            Row(one, session.get(Operation, operation) if operation is not None else None)
            for one, operation in met
        ]
    return render_template("contract/contract.html", contract=found, rows=rows)


def retire_contract(contract_id: int) -> ResponseReturnValue:
    """Let a contract count no more, or again."""
    is_retired = request.form.get("retired") == "yes"
    changed = retire(runtime(), contract_id, is_retired=is_retired, by=actor())
    flash(
        f"{changed.consumer.name} {changed.version} {'is retired' if is_retired else 'counts again'}.", "good"
    )
    return redirect(url_for("pages.contract", contract_id=contract_id))


def move_version(contract_id: int) -> ResponseReturnValue:
    """Note where the version of a contract runs, or runs no longer."""
    with runtime().database.reading() as session:
        found = kept_contracts.find_contract(session, contract_id)
    asked = Move(
        found.consumer.slug,
        found.version,
        request.form.get("environment", "").strip(),
        request.form.get("deployed") != "no",
        request.form.get("beside") == "yes",
    )
    try:
        flash(f"{moved_words(asked, move(runtime(), asked, actor()))}.", "good")
    except ConsumersError as error:
        flash(f"{error}.", "bad")
    return redirect(url_for("pages.contract", contract_id=contract_id))


def remove_contract(contract_id: int) -> ResponseReturnValue:
    """Take a contract away for good."""
    around = runtime()
    with around.database.transaction() as session:
        found = kept_contracts.find_contract(session, contract_id)
        kept_contracts.remove_contract(session, found)
        subject, detail = found.consumer.slug, f"{found.version} with {found.api.slug}"
        now = around.clock()
        record(session, actor=actor(), action="contract removed", subject=subject, detail=detail, now=now)
    flash(f"{found.consumer.name} {found.version} is removed.", "good")
    return redirect(url_for("pages.consumer", slug=subject, view="contracts"))


def _page(**more: Any) -> str:
    with runtime().database.reading() as session:
        listed = kept_contracts.contracts(session, page=page_number())
        facts = {
            "listed": listed,
            "apis": [
                ("", "The provider’s name says"),
                *((one.slug, one.name) for one in apis_by_id(session).values()),
            ],
            "given": {},
            "errors": {},
            **more,
        }
    return render_template("contract/list.html", **facts)


ROUTES = (
    Route("/contracts", "contracts", contracts, GET_OR_POST),
    Route("/contracts/<int:contract_id>", "contract", contract),
    Route("/contracts/<int:contract_id>/retire", "retire_contract", retire_contract, POST),
    Route("/contracts/<int:contract_id>/deployments", "move_version", move_version, POST),
    Route("/contracts/<int:contract_id>/remove", "remove_contract", remove_contract, POST),
)
