"""Addresses that get no mail."""

from interfaces.views.facts import Facts, instant
from notifications.models import Suppression


def suppression_facts(one: Suppression) -> Facts:
    """An address that gets no mail."""
    return {
        "address": one.address,
        "reason": one.reason,
        "detail": one.detail,
        "since": instant(one.since),
        "by": one.by,
    }
