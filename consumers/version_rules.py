"""Which calls at a path are an API's, where several APIs, or several versions of one, are served at the same.

An API may say which attribute of a call carries its version (the host, a query parameter, the media type, a
header) and with which values. It holds for calls that are counted from then on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import parse_qsl

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consumers.errors import ConsumersError
from consumers.hit import Hit, media_type
from consumers.models import VersionRule
from storage.names import checked_line
from storage.upsert import insert

_MOST_VALUES = 50
_LONGEST = 200
_MOST_PAIRS = 100


class Carrier(StrEnum):
    """The attribute of a call that carries the version."""

    HOST = "host"
    QUERY = "query"
    MEDIA_TYPE = "media-type"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a call an API's: one of `values` in an attribute, or, with `or_absent`, none at all.

    `name` is the query parameter's; of a header logs tell the value alone. A host may begin with `*.`.
    """

    carrier: Carrier
    name: str
    values: tuple[str, ...]
    or_absent: bool

    def accepts(self, hit: Hit) -> bool:
        """Tell whether a call is the API's."""
        told = self._told(hit)
        if not told:
            return self.or_absent
        if self.carrier is Carrier.HOST:
            return any(
                told == one or (one.startswith("*.") and told.endswith(one[1:])) for one in self.values
            )
        return told in self.values

    def excludes(self, other: "Rule") -> bool:
        """Tell whether no call can be of both."""
        same = (self.carrier, self.name) == (other.carrier, other.name)
        apart = not set(self.values) & set(other.values) and not any("*" in one for one in self.values)
        return (
            same
            and apart
            and not any("*" in one for one in other.values)
            and not (self.or_absent and other.or_absent)
        )

    def _told(self, hit: Hit) -> str:
        if self.carrier is Carrier.HOST:
            return hit.host
        if self.carrier is Carrier.HEADER:
            return hit.version
        if self.carrier is Carrier.MEDIA_TYPE:
            return media_type(hit.version) or hit.media_type
        try:
            pairs = parse_qsl(hit.query, keep_blank_values=True, max_num_fields=_MOST_PAIRS)
        except ValueError:
            return ""
        return next((value for name, value in pairs if name == self.name), "")


class Choice(NamedTuple):
    """An operation that may answer a call, and the rule that its API has; None takes whatever is left."""

    rule: Rule | None
    operation: int


def choose(choices: Sequence[Choice], hit: Hit) -> int | None:
    """Return the operation that a call is of, by the rules of the APIs that are served at its path."""
    return next((one.operation for one in choices if one.rule is None or one.rule.accepts(hit)), None)


def choices_of(
    groups: Iterable[Iterable[tuple[int, int]]], rules: Mapping[int, Rule]
) -> dict[int, list[Choice]]:
    """Return what each operation stands for, by operation; only where a rule has a say.

    `groups` are operations with their APIs that share method and path, the one that a router finds first.
    """
    found: dict[int, list[Choice]] = defaultdict(list)
    for group in groups:
        members = list(dict.fromkeys(group))
        if not any(api in rules for _operation, api in members):
            continue
        ranked = sorted(members, key=lambda member: member[1] not in rules)
        alike = [Choice(rules.get(api), operation) for operation, api in ranked]
        for operation, _api in members:
            found[operation] += [one for one in alike if one not in found[operation]]
    return dict(found)


def rules(session: Session, api_id: int | None = None) -> dict[int, Rule]:
    """Return the rules of APIs that have one, by API; of one API where it is named."""
    statement = select(VersionRule)
    if api_id is not None:
        statement = statement.where(VersionRule.api_id == api_id)
    return {
        row.api_id: Rule(Carrier(row.carrier), row.name, tuple(row.accepted), row.or_absent)
        for row in session.scalars(statement)
    }


def set_rule(session: Session, api_id: int, rule: Rule | None) -> None:
    """Give an API a rule, or take its rule away; raises ConsumersError for one that can't be meant."""
    if rule is None:
        session.execute(delete(VersionRule).where(VersionRule.api_id == api_id))
        return
    told = {
        "carrier": str(rule.carrier),
        "name": rule.name,
        "accepted": list(rule.values),
        "or_absent": rule.or_absent,
    }
    row = insert(session, VersionRule).values(api_id=api_id, **told)
    session.execute(row.on_conflict_do_update(index_elements=["api_id"], set_=told))
    session.expire_all()


def rule_of(carrier: str, *, name: str = "", values: Iterable[str], or_absent: bool = False) -> Rule:
    """Return a rule as somebody writes it; raises ConsumersError that says what is wrong."""
    if carrier not in set(Carrier):
        raise ConsumersError(f"“{carrier}” carries no version: use {', '.join(Carrier)}")
    own = name.strip()
    if (carrier == Carrier.QUERY) != bool(own):
        raise ConsumersError("name the query parameter" if not own else f"{carrier} has no name to give")
    given = [one.strip() for one in values if one.strip()]
    accepted = [checked_line(one, "a version's value", ConsumersError) for one in given]
    if not 0 < len(accepted) <= _MOST_VALUES or max(map(len, [own, *accepted])) > _LONGEST:
        raise ConsumersError(
            f"name 1 to {_MOST_VALUES} values of this API's, of {_LONGEST} characters at most"
        )
    is_caseless = carrier in (Carrier.HOST, Carrier.MEDIA_TYPE)
    told = tuple(dict.fromkeys(one.lower() if is_caseless else one for one in accepted))
    return Rule(Carrier(carrier), own, told, or_absent)
