"""Problems that carry facts beside their sentence; all others are told as `interfaces.errors` does."""

import json
from http import HTTPStatus

from flask import Blueprint, Response

from deprecations.errors import PolicyRefused
from interfaces.errors import problem


def register(blueprint: Blueprint) -> None:
    """Answer these errors from this blueprint's routes."""
    blueprint.register_error_handler(PolicyRefused, _policy_refused)


def _policy_refused(error: PolicyRefused) -> Response:
    """Tell the rule, and for a date the one that was asked for and the earliest legal one."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    answer = problem(status, status.phrase, str(error))
    facts = {
        "rule": error.rule,
        "asked": error.asked.isoformat() if error.asked else None,
        "earliest": error.earliest.isoformat() if error.earliest else None,
    }
    answer.set_data(json.dumps({**json.loads(answer.get_data()), **facts}))
    return answer
