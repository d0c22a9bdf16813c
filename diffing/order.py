"""What the command was asked for beside its documents, and what it answers; one pair of documents judged so.

Printing and exit codes are `__main__`'s. Every part is imported when it is needed.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from diffing.finding import Comparison, Finding, Level

if TYPE_CHECKING:
    from diffing.document import Document
    from diffing.policy import Policy


class Answer(NamedTuple):
    """What the command prints, what it remarks on standard error, and whether the gate is closed.

    `made_of` is kept for as long as the answer is, since freeing it takes longer than ending.
    """

    report: bytes
    notes: tuple[str, ...]
    is_blocked: bool
    made_of: object = None


class Order(NamedTuple):
    """What was asked for beside the documents: the policy, the day, how reports show a comparison, and the
    addresses below which references may be fetched."""

    policy: "Policy | None"
    today: date
    level: Level
    fail_on: Level | None
    template: tuple[str, str] | None
    colour: bool
    format: str
    remote: tuple[str, ...] = ()


def judged(old: "Document", new: "Document", order: Order) -> Comparison:
    """Compare two documents and apply the policy, if there is one."""
    from diffing.compare import compare

    comparison = compare(old, new, today=order.today)
    if order.policy is None:
        return comparison
    from diffing.policy import asks_statements, govern
    from diffing.policy_facts import statements

    stated = statements(old, new) if asks_statements(order.policy) else {}
    return govern(order.policy, comparison, stated)


def remarks(findings: Sequence[Finding], order: Order) -> tuple[str, ...]:
    """Return what the policy has to say about itself, given all findings of the call."""
    if order.policy is None:
        return ()
    from diffing.coordinates import rule_ids
    from diffing.policy import epitaphs, strangers

    expired = epitaphs(order.policy, findings, today=order.today)
    return (*expired, *strangers(order.policy, rule_ids()))


def opened(argument: str, order: Order) -> "Document":
    """Read the document that an argument names, with the files it refers to."""
    from diffing.load import load
    from diffing.remote import remote_reader
    from diffing.sources import source

    found = source(argument, remote=remote_reader(order.remote))
    return load(found.data, found.name, read=found.read)
