"""What spec repositories send: verified on the raw bytes, stored, answered at once. The work comes later."""

import json

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.exceptions import Unauthorized

from interfaces.body import whole_body
from interfaces.gate import runtime
from interfaces.mail_events import secrets_of, take_in
from interfaces.request_errors import BadRequestBody
from notifications.errors import EventUnsigned
from registry import inbox
from registry.errors import NotFound
from registry.repositories import find_repository, is_signed
from registry.sources import HOSTS

webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@webhooks.post("/<host>/<int:repository_id>")
def receive(host: str, repository_id: int) -> ResponseReturnValue:
    """Store a delivery: 202 when it is new, 200 when it came before or asks for nothing."""
    around = runtime()
    body = whole_body()
    with around.database.reading() as session:
        repository = find_repository(session, repository_id)
    if repository.host != host:
        raise NotFound(f"spec repository {repository_id} is not at {host}")
    signature = request.headers.get(HOSTS[host].signature, "")
    if not is_signed(repository, around.secret_key, signature, body):
        raise Unauthorized(
            f"The signature in {HOSTS[host].signature} is missing or wrong: sign the raw body with "
            f"HMAC-SHA256 and the webhook's secret, in hex behind “{HOSTS[host].prefix}”."
        )
    g.actor_name = f"webhook {repository.host} {repository.location}"
    push = HOSTS[host].understand(request.headers, _decoded(body))
    with around.database.transaction() as session:
        before = inbox.exists(session, repository_id, push.delivery)
        repository = find_repository(session, repository_id)
        delivery = inbox.receive(session, repository, push, around.clock())
    state = "seen before" if before else delivery.state
    answer = {"delivery": delivery.delivery, "state": state, "outcome": delivery.outcome}
    return jsonify(answer), 202 if state == "pending" else 200


@webhooks.post("/mail/<provider>")
def receive_mail_events(provider: str) -> ResponseReturnValue:
    """Take in what a provider of mail reports: 200, also where none of it concerns a mail from here."""
    around = runtime()
    if not secrets_of(around).get(provider):
        raise NoSuchPage(f"no provider of mail called “{provider}” is set up here")
    try:
        told = take_in(around, provider, dict(request.headers), whole_body())
    except EventUnsigned as error:
        raise Unauthorized(f"This is not proven to come from {provider}: {error}.") from error
    g.actor_name = f"webhook {provider}"
    return jsonify(told)


def _decoded(body: bytes) -> dict[str, object]:
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequestBody(f"the delivery's body is no JSON: {error}") from error
    if not isinstance(decoded, dict):
        raise BadRequestBody("the delivery's body is no JSON object")
    return decoded
