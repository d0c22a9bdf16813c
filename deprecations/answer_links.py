"""Links by which a contact answers without signing in: signed, for one contact alone, and expiring."""

import re
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from deprecations.answer_words import ENGLISH
from deprecations.errors import AnswerLinkRefused

_LIFETIME = timedelta(days=180)
_SALT = "answers"
LINK = "the-readers-own-link"
"""Stands in the place of what is its reader's alone, where a mail is shown to somebody else."""
_LINKS = re.compile(r"(/your/|%2Fyour%2F)[\w.~%-]+", re.IGNORECASE)


def answer_secret(key: bytes, contact_id: int, now: datetime) -> str:
    """Return what stands in a contact's link; it is good for 180 days."""
    until = int((now + _LIFETIME).timestamp())
    return URLSafeSerializer(key, salt=_SALT).dumps([contact_id, until])


def contact_of(key: bytes, secret: str, now: datetime) -> int:
    """Return whose link it is; raises AnswerLinkRefused for one that is forged, torn or too old."""
    try:
        contact_id, until = URLSafeSerializer(key, salt=_SALT).loads(secret)
    except (BadSignature, ValueError, TypeError) as error:
        raise AnswerLinkRefused(ENGLISH.torn) from error
    if datetime.fromtimestamp(until, UTC) < now:
        raise AnswerLinkRefused(ENGLISH.expired, is_expired=True)
    return int(contact_id)


def without_links(text: str) -> str:
    """Return what a mail says without the links by which its reader answers."""
    return _LINKS.sub(rf"\1{LINK}", text)
