"""What differs between what ends and what its plan names instead: another operation, or a part of one.

Which two are to be compared, and what is kept of it; the comparing is done outside of any transaction.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from deprecations import replacement
from deprecations.board import OVER
from deprecations.difference_words import sentence
from deprecations.models import Deprecation, Target, TargetKind
from deprecations.policy import NO_REPLACEMENT
from deprecations.successor_models import SuccessorDifferences
from deprecations.targets import KINDS
from registry.apis import document_of
from registry.bundle import Bundle
from registry.models import DocumentOperation, Operation, Version
from registry.workbench import PartNamed
from storage.upsert import insert_missing

_MOST = 100
_LONGEST_VALUE = 2000
_HURTING: Final = ("breaking", "dangerous")
COMPARABLE: Final = frozenset(
    {
        TargetKind.PARAMETER,
        TargetKind.HEADER,
        TargetKind.REQUEST_PROPERTY,
        TargetKind.RESPONSE_PROPERTY,
        TargetKind.MEDIA_TYPE,
    }
)
"""The kinds of parts that `diffing.one_part` can compare."""
_PLACEHOLDER = re.compile(r"\{[^{}/]*\}")


@dataclass(frozen=True, slots=True)
class Spelled:
    """An operation as the newest document that has it spells it."""

    version: Version
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a pair, whose `basis` is "" for none; `error` is why there are no findings.

    `left_out` are how many findings there were beyond those that are kept.
    """

    basis: str
    findings: tuple[Mapping[str, Any], ...] = ()
    left_out: int = 0
    error: str = ""
    replacement: str = ""


class Comparing(StrEnum):
    """How far the comparison of what ends with its successor is."""

    NOTHING = "nothing"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Successor:
    """What is known of how a plan's successor differs."""

    comparing: Comparing
    found: Found


@dataclass(frozen=True, slots=True)
class Parts:
    """A part that ends, and the one that takes its place."""

    old: PartNamed
    new: PartNamed


@dataclass(frozen=True, slots=True)
class Pair:
    """What ends and its successor; `basis` changes when either does. `parts` is None for whole operations."""

    old: Spelled
    new: Spelled
    basis: str
    parts: Parts | None = None

    @property
    def path(self) -> str:
        """The old path with the new one's parameters, where there are as many: they match by position."""
        names = _PLACEHOLDER.findall(self.new.path)
        if not self._are_matched:
            return self.old.path
        return _PLACEHOLDER.sub(lambda _match: names.pop(0), self.old.path)

    @property
    def _are_matched(self) -> bool:
        return len(_PLACEHOLDER.findall(self.old.path)) == len(_PLACEHOLDER.findall(self.new.path))

    def told(self, report: bytes) -> Found:
        """Return the findings of a report that may hurt callers, the worst first, worded as of the successor.

        That its path has more or fewer parameters is what its name says, and that two operations have two
        identifiers goes without saying.
        """
        found = [*self._hurting(json.loads(report)["findings"])]
        return Found(self.basis, tuple(found[:_MOST]), max(0, len(found) - _MOST))

    def _hurting(self, findings: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for finding in findings:
            reaches = self._reaches(finding["operations"])
            if finding["level"] in _HURTING and finding["aspect"] != "operation-id" and reaches:
                kept = {**finding, "witness": None, "operations": reaches, **_short(finding)}
                if self.parts is not None:
                    kept["called"] = _called(kept, self.parts)
                yield {**kept, "text": sentence(kept, "en")}

    def _reaches(self, reaches: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the places of a finding as if they were of what ends: there its callers are known."""
        if self.parts is not None:
            return [{**one, "method": self.old.method, "path": self.old.path} for one in reaches]
        own = [one for one in reaches if one.get("method") == self.old.method]
        if not self._are_matched:
            own = [one for one in own if not one["where"].startswith("path parameter ")]
        return [{**one, "path": self.old.path} for one in own]


def _short(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return both sides of a finding without values that are whole documents."""
    sides = {side: finding[side] for side in ("old", "new")}
    return {
        side: {**place, "value": None}
        if place and len(json.dumps(place["value"])) > _LONGEST_VALUE
        else place
        for side, place in sides.items()
    }


def _called(finding: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    """Return where readers find what was compared under the name of what ends: under its own."""
    old, new, where = parts.old, parts.new, str(finding["operations"][0]["where"])
    if old.kind.endswith("-property"):
        name = str(finding["property"] or "")
        return {"where": where, "property": new.name + name.removeprefix(old.name)}
    return {"where": where.replace(f" {old.name}", f" {new.name}"), "property": finding["property"]}


def waiting(session: Session, limit: int) -> list[int]:
    """Return ids of plans whose successor isn't compared yet, or may be another by now, oldest first."""
    stored = SuccessorDifferences
    newest = select(func.max(Version.published_at)).scalar_subquery()
    wanted = _with_successor().where(
        or_(
            stored.deprecation_id.is_(None),
            stored.replacement != Deprecation.replacement,
            stored.compared_at < newest,
        )
    )
    return list(session.scalars(wanted.order_by(Deprecation.id).limit(limit)))


def uncompared(session: Session, plan_ids: Collection[int]) -> set[int]:
    """Return those of some plans that name a successor that can be compared, and isn't yet."""
    stored = SuccessorDifferences
    wanted = _with_successor().where(
        Deprecation.id.in_(plan_ids),
        or_(stored.deprecation_id.is_(None), stored.replacement != Deprecation.replacement),
    )
    lacking = [session.get_one(Deprecation, plan_id) for plan_id in session.scalars(wanted)]
    return {plan.id for plan in lacking if pair_of(session, plan) is not None}


def _with_successor() -> Select[int]:
    stored = SuccessorDifferences
    return (
        select(Deprecation.id)
        .join(Target, Target.id == Deprecation.target_id)
        .outerjoin(stored, stored.deprecation_id == Deprecation.id)
        .where(
            Deprecation.state.not_in(OVER),
            Target.kind.not_in((TargetKind.VERSION, TargetKind.API)),
            Deprecation.replacement != "",
            func.lower(Deprecation.replacement) != NO_REPLACEMENT,
        )
    )


def pair_of(session: Session, plan: Deprecation) -> Pair | None:
    """Return what is to be compared; None where the registry doesn't have both."""
    ending, target = session.get_one(Operation, plan.operation_id), session.get_one(Target, plan.target_id)
    whole = replacement.find(session, plan.replacement, plan.api_id)
    if whole is not None:
        return _of_operations(session, ending, whole) if whole.id != ending.id else None
    named = replacement.read_part(plan.replacement)
    if named is None or replacement.read(plan.replacement) or target.kind not in COMPARABLE:
        return None
    other = replacement.find(session, named.operation, plan.api_id) if named.operation else ending
    return _of_parts(session, target, named, ending, other) if other is not None else None


def _of_operations(session: Session, ending: Operation, successor: Operation) -> Pair | None:
    old, new = _spelled(session, ending), _spelled(session, successor)
    return Pair(old, new, _basis(old, new)) if old is not None and new is not None else None


def _of_parts(
    session: Session, target: Target, named: replacement.NamedPart, ending: Operation, other: Operation
) -> Pair | None:
    old, new = _spelled(session, ending), _spelled(session, other)
    if old is None or new is None:
        return None
    place = named.place if named.place in KINDS[TargetKind(target.kind)].places else target.place
    name = named.name.replace(".", "/") if target.kind.endswith("-property") else named.name
    parts = Parts(
        PartNamed(old.method, old.path, target.kind, target.place, target.name),
        PartNamed(new.method, new.path, target.kind, place, name),
    )
    return Pair(old, new, _basis(old, new, *parts.old, *parts.new), parts)


def _basis(old: Spelled, new: Spelled, *more: str) -> str:
    facts = [part for one in (old, new) for part in (one.version.digest, one.method, one.path)]
    return hashlib.sha256("\0".join((*facts, *more)).encode()).hexdigest()


def _spelled(session: Session, operation: Operation) -> Spelled | None:
    """Return how the newest version that has an operation spells it."""
    wanted = (
        select(Version, DocumentOperation.method, DocumentOperation.path)
        .join(DocumentOperation, DocumentOperation.digest == Version.digest)
        .where(
            Version.api_id == operation.api_id,
            DocumentOperation.method == operation.method,
            DocumentOperation.shape == operation.shape,
        )
        .order_by(Version.position.desc(), DocumentOperation.id)
    )
    row = session.execute(wanted.limit(1)).first()
    return Spelled(*row) if row else None


def documents(session: Session, pair: Pair) -> tuple[Bundle, Bundle]:
    """Return the documents that have the two."""
    return document_of(session, pair.old.version), document_of(session, pair.new.version)


def kept(session: Session, plan: Deprecation) -> Found | None:
    """Return what is kept of what a plan names by now, None where nothing was looked for yet."""
    row = session.get(SuccessorDifferences, plan.id)
    if row is None:
        return None
    return Found(row.basis, tuple(row.findings), row.left_out, row.error, row.replacement)


def successor_of(session: Session, plan: Deprecation) -> Successor:
    """Return how what a plan names instead differs, as far as it is known."""
    found = kept(session, plan)
    if found is None or found.replacement != plan.replacement:
        is_waiting = bool(uncompared(session, [plan.id]))
        return Successor(Comparing.WAITING if is_waiting else Comparing.NOTHING, Found(""))
    if found.error:
        return Successor(Comparing.FAILED, found)
    return Successor(Comparing.DONE if found.basis else Comparing.NOTHING, found)


def keep(session: Session, plan_id: int, found: Found, now: datetime) -> None:
    """Keep what was found of a plan's successor, in place of what was kept before."""
    if session.get(Deprecation, plan_id) is None:
        return
    row = {
        "deprecation_id": plan_id,
        "replacement": found.replacement,
        "basis": found.basis,
        "findings": list(found.findings),
        "left_out": found.left_out,
        "error": found.error,
        "compared_at": now,
    }
    insert_missing(session, SuccessorDifferences, [row], ("deprecation_id",))
    stored = session.get_one(SuccessorDifferences, plan_id, populate_existing=True)
    for name, value in row.items():
        setattr(stored, name, value)
