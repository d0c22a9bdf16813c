"""Every error that is an answer and not a fault of ours: what a person or program asked for can't be had."""

from http import HTTPStatus

from access.errors import AccessError, NotAllowed, UserNotFound
from access.errors import Conflict as AccessConflict
from consumers.errors import BrokerUnavailable, ConsumersError
from consumers.errors import Conflict as ConsumersConflict
from consumers.errors import NotFound as ConsumersNotFound
from deprecations.errors import (
    AlreadyPlanned,
    AnswerLinkRefused,
    AnswerNotFound,
    BrownoutNotFound,
    DeprecationNotFound,
    DeprecationsError,
    EndpointNotFound,
    ExemptionNotFound,
    FreezeNotFound,
    NoticeNotFound,
    OwnerNotFound,
    PolicyRefused,
    ProbeNotFound,
    SnapshotNotFound,
)
from interfaces.request_errors import BadRequestBody
from notifications.errors import (
    EnvelopeNotFound,
    MailNotFound,
    PostError,
    SuppressionNotFound,
    WordingConflict,
    WordingNotFound,
)
from registry.errors import BadDocument, Conflict, NotFound, RegistryError, SourceUnavailable, TooCostly

STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (UserNotFound, HTTPStatus.NOT_FOUND),
    (AccessConflict, HTTPStatus.CONFLICT),
    (ConsumersNotFound, HTTPStatus.NOT_FOUND),
    (ConsumersConflict, HTTPStatus.CONFLICT),
    (BrokerUnavailable, HTTPStatus.BAD_GATEWAY),
    (DeprecationNotFound, HTTPStatus.NOT_FOUND),
    (AnswerLinkRefused, HTTPStatus.NOT_FOUND),
    (AnswerNotFound, HTTPStatus.NOT_FOUND),
    (NoticeNotFound, HTTPStatus.NOT_FOUND),
    (SnapshotNotFound, HTTPStatus.NOT_FOUND),
    (BrownoutNotFound, HTTPStatus.NOT_FOUND),
    (ExemptionNotFound, HTTPStatus.NOT_FOUND),
    (FreezeNotFound, HTTPStatus.NOT_FOUND),
    (EndpointNotFound, HTTPStatus.NOT_FOUND),
    (OwnerNotFound, HTTPStatus.NOT_FOUND),
    (ProbeNotFound, HTTPStatus.NOT_FOUND),
    (EnvelopeNotFound, HTTPStatus.NOT_FOUND),
    (MailNotFound, HTTPStatus.NOT_FOUND),
    (WordingNotFound, HTTPStatus.NOT_FOUND),
    (SuppressionNotFound, HTTPStatus.NOT_FOUND),
    (WordingConflict, HTTPStatus.CONFLICT),
    (Conflict, HTTPStatus.CONFLICT),
    (AlreadyPlanned, HTTPStatus.CONFLICT),
    (BadDocument, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BadRequestBody, HTTPStatus.UNPROCESSABLE_ENTITY),
    (PolicyRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TooCostly, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SourceUnavailable, HTTPStatus.BAD_GATEWAY),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (RegistryError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConsumersError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (DeprecationsError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (PostError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (AccessError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
"""Each with its HTTP status; the first that fits counts."""

REFUSALS: tuple[type[Exception], ...] = tuple(kind for kind, _status in STATUSES)


def status_of(error: Exception) -> HTTPStatus:
    """Return the HTTP status that a refusal is answered with."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))
