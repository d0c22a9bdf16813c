"""Problems that carry facts beside their sentence; all others are told by `interfaces.errors`."""

from http import HTTPStatus

from flask import Blueprint, Response

from deprecations.errors import PolicyRefused
from interfaces.problem import problem

_STATUS = HTTPStatus.UNPROCESSABLE_ENTITY


def register(blueprint: Blueprint) -> None:
    """Answer these errors from this blueprint's routes."""
    blueprint.register_error_handler(PolicyRefused, _policy_refused)


def _policy_refused(error: PolicyRefused) -> Response:
    """Tell the rule, and for a date the one that was asked for and the earliest legal one."""
    return problem(
        _STATUS,
        _STATUS.phrase,
        str(error),
        rule=error.rule,
        asked=error.asked.isoformat() if error.asked else None,
        earliest=error.earliest.isoformat() if error.earliest else None,
    )
