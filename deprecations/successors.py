"""What differs between an operation that ends and the one that its plan names instead.

Which two are to be compared, and what is kept of it; the comparing is done outside of any transaction.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from deprecations import replacement
from deprecations.board import OVER
from deprecations.models import Deprecation, Target, TargetKind
from deprecations.successor_models import SuccessorDifferences
from registry.apis import document_of
from registry.bundle import Bundle
from registry.models import DocumentOperation, Operation, Version
from storage.upsert import insert_missing

_MOST = 20
_PLACEHOLDER = re.compile(r"\{[^{}/]*\}")


@dataclass(frozen=True, slots=True)
class Spelled:
    """An operation as the newest document that has it spells it."""

    version: Version
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a pair, whose `basis` is "" for none; `error` is why there are no findings."""

    basis: str
    findings: tuple[Mapping[str, Any], ...] = ()
    error: str = ""
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """An operation that ends and its successor; `basis` changes when either does."""

    old: Spelled
    new: Spelled
    basis: str
    label: str

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

    def told(self, report: bytes) -> list[dict[str, Any]]:
        """Return the breaking findings of a report that are to be told, worded as of the successor.

        That its path has more or fewer parameters is what its name says.
        """
        return list(self._breaking(json.loads(report)["findings"]))[:_MOST]

    def _breaking(self, findings: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for finding in findings:
            reaches = [one for one in finding["operations"] if one.get("method") == self.old.method]
            if not self._are_matched:
                reaches = [one for one in reaches if not one["where"].startswith("path parameter ")]
            if finding["level"] == "breaking" and reaches:
                own = [{**one, "path": self.old.path} for one in reaches]
                yield {**finding, "operations": own, "text": self._worded(finding["text"])}

    def _worded(self, text: str) -> str:
        """Name the successor: what differs stands there, and what ends stays as it was."""
        for path in (self.path, self.old.path):
            before, found, after = text.partition(f"{self.old.method} {path}")
            if found and not before:
                return f"{self.label}{_as_it_is(after)}"
        return _as_it_is(text)


def _as_it_is(text: str) -> str:
    """Speak of two things that stand side by side, of which neither was changed."""
    for was, stands in _TENSES:
        if text.endswith(was):
            return text.removesuffix(was) + stands
    return text


_TENSES = ((" was removed.", " is not there."), (" was added.", " is new."))


def waiting(session: Session, limit: int) -> list[int]:
    """Return ids of plans whose successor isn't compared yet, or may be another by now, oldest first."""
    stored = SuccessorDifferences
    newest = select(func.max(Version.published_at)).scalar_subquery()
    wanted = (
        select(Deprecation.id)
        .join(Target, Target.id == Deprecation.target_id)
        .outerjoin(stored, stored.deprecation_id == Deprecation.id)
        .where(
            Deprecation.state.not_in(OVER),
            Deprecation.replacement.like("% /%"),
            Target.kind == TargetKind.OPERATION,
            or_(
                stored.deprecation_id.is_(None),
                stored.replacement != Deprecation.replacement,
                stored.compared_at < newest,
            ),
        )
    )
    return list(session.scalars(wanted.order_by(Deprecation.id).limit(limit)))


def pair_of(session: Session, plan: Deprecation) -> Pair | None:
    """Return the two operations to compare; None where the registry doesn't have both."""
    ending = session.get_one(Operation, plan.operation_id)
    successor = replacement.find(session, plan.replacement, plan.api_id)
    if successor is None or successor.id == ending.id:
        return None
    old, new = _spelled(session, ending), _spelled(session, successor)
    if old is None or new is None:
        return None
    facts = [part for one in (old, new) for part in (one.version.digest, one.method, one.path)]
    basis = hashlib.sha256("\0".join(facts).encode()).hexdigest()
    return Pair(old, new, basis, f"{successor.method} {successor.path}")


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
    """Return what is kept of a plan's successor, None where nothing was looked for yet."""
    row = session.get(SuccessorDifferences, plan.id)
    return Found(row.basis, tuple(row.findings), row.error, row.replacement) if row else None


def keep(session: Session, plan_id: int, found: Found, now: datetime) -> None:
    """Keep what was found of a plan's successor, in place of what was kept before."""
    if session.get(Deprecation, plan_id) is None:
        return
    row = {
        "deprecation_id": plan_id,
        "replacement": found.replacement,
        "basis": found.basis,
        "findings": list(found.findings),
        "error": found.error,
        "compared_at": now,
    }
    insert_missing(session, SuccessorDifferences, [row], ("deprecation_id",))
    stored = session.get_one(SuccessorDifferences, plan_id, populate_existing=True)
    for name, value in row.items():
        setattr(stored, name, value)
