"""Problems that carry facts beside their sentence; all others are told by `interfaces.errors`.

This file can't ask that one for its `problem`: it knows the pages, and a page shows this API's document.
"""

from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, request

from deprecations.errors import PolicyRefused

_STATUS = HTTPStatus.UNPROCESSABLE_ENTITY


def register(blueprint: Blueprint) -> None:
    """Answer these errors from this blueprint's routes."""
    blueprint.register_error_handler(PolicyRefused, _policy_refused)


def _policy_refused(error: PolicyRefused) -> Response:
    """Tell the rule, and for a date the one that was asked for and the earliest legal one."""
    answer = jsonify(
        type="about:blank",
        title=_STATUS.phrase,
        status=_STATUS,
        detail=str(error),
        instance=request.path,
        request_id=g.get("request_id"),
        rule=error.rule,
        asked=error.asked.isoformat() if error.asked else None,
        earliest=error.earliest.isoformat() if error.earliest else None,
    )
    answer.status_code, answer.content_type = _STATUS, "application/problem+json"
    return answer
