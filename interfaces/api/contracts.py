"""Contracts: handing in what consumers' tests rely on, and looking at it."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from consumers import contracts, directory
from consumers.contract_routes import contract_matcher
from consumers.contracts import Offer
from interfaces.api.answers import listed, made, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.body import whole_body
from interfaces.contract_intake import Move, move, retire, take_contract
from interfaces.gate import actor, runtime
from interfaces.views.consumers import contract_facts, interaction_facts
from registry import apis


def list_contracts() -> ResponseReturnValue:
    """List contracts, newest first, those that newer ones replaced included."""
    asked = query()
    with runtime().database.reading() as session:
        api_id = apis.find_api(session, asked["api"]).id if "api" in asked else None
        consumer_id = directory.find(session, asked["consumer"]).id if "consumer" in asked else None
        page = contracts.contracts(session, api_id=api_id, consumer_id=consumer_id, page=page_number())
        return listed(page, contract_facts)


def add_contract() -> ResponseReturnValue:
    """Keep a Pact file; its consumer is registered where nobody has that name yet."""
    asked = query()
    offer = Offer(
        data=whole_body(),
        origin="upload",
        version=asked.get("version"),
        api_slug=asked.get("api"),
        consumer_slug=asked.get("consumer"),
        branch=asked.get("branch", ""),
    )
    received = take_contract(runtime(), offer, actor())
    facts = {**contract_facts(received.contract), "lost": list(received.unmatched)}
    if not received.created:
        return jsonify(facts)
    return made(facts, "show_contract", contract_id=received.contract.id)


def show_contract(contract_id: int) -> ResponseReturnValue:
    """Show a contract with what it relies on."""
    with runtime().database.reading() as session:
        found = contracts.find_contract(session, contract_id)
        match = contract_matcher(session, found.api_id)
        met = [(one, match(one.method, one.path)) for one in contracts.interactions_of(session, found)]
        return jsonify(
            {
                **contract_facts(found),
                "relies_on": [interaction_facts(one, operation) for one, operation in met],
            }
        )


def change_contract(contract_id: int) -> ResponseReturnValue:
    """Retire a contract, or let it count again."""
    changed = retire(runtime(), contract_id, is_retired=body()["retired"], by=actor())
    return jsonify(contract_facts(changed))


def move_version() -> ResponseReturnValue:
    """Note where a consumer's version runs, or runs no longer."""
    told = body()
    asked = Move(
        told["consumer"],
        told["version"],
        told["environment"],
        told.get("deployed", True),
        told.get("beside", False),
    )
    moved = move(runtime(), asked, actor())
    return jsonify(
        {
            "contracts": [contract_facts(one) for one in moved.contracts],
            "retired": [contract_facts(one) for one in moved.retired],
        }
    )


def remove_contract(contract_id: int) -> ResponseReturnValue:
    """Take a contract away for good."""
    around = runtime()
    with around.database.transaction() as session:
        found = contracts.find_contract(session, contract_id)
        contracts.remove_contract(session, found)
        detail = f"{found.version} with {found.api.slug}"
        now = around.clock()
        record(
            session,
            actor=actor(),
            action="contract removed",
            subject=found.consumer.slug,
            detail=detail,
            now=now,
        )
    return "", 204


ROUTES = (
    Route("GET", "/contracts", Scope.READ, list_contracts),
    Route("POST", "/contracts", Scope.PUBLISH, add_contract),
    Route("POST", "/contracts/deployments", Scope.PUBLISH, move_version),
    Route("GET", "/contracts/<int:contract_id>", Scope.READ, show_contract),
    Route("PATCH", "/contracts/<int:contract_id>", Scope.MANAGE, change_contract),
    Route("DELETE", "/contracts/<int:contract_id>", Scope.MANAGE, remove_contract),
)
