"""Group findings for people: by the operation they reach, or by the root cause they share.

A finding stands in exactly one group, so that counts and lists agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from diffing.finding import Finding, Place, Reach

WHOLE = "The document as a whole"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings under one title; `operations` are those that a shared cause reaches, else empty."""

    title: str
    findings: tuple[Finding, ...]
    operations: tuple[str, ...]


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return groups in the order of their worst finding; order within a group is kept."""
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        members.setdefault(_title(finding), []).append(finding)
    return tuple(Group(title, tuple(each), _shared(each)) for title, each in members.items())


def operation(reach: Reach) -> str:
    """Name an operation: "POST /orders"."""
    return f"{reach.method} {reach.path}"


def wheres(finding: Finding) -> tuple[str, ...]:
    """Return where in its operations a finding stands, each place once."""
    return tuple(dict.fromkeys(reach.where for reach in finding.operations if reach.where))


def told(finding: Finding, group: Group) -> str:
    """Return a finding's sentence without the operation at its head, which the group's title names."""
    for joint in (", ", ": "):
        if finding.text.startswith(f"{group.title}{joint}"):
            rest = finding.text[len(group.title) + len(joint) :]
            return f"{rest[:1].upper()}{rest[1:]}"
    return finding.text


def _title(finding: Finding) -> str:
    names = {operation(reach) for reach in finding.operations}
    if len(names) == 1:
        return names.pop()
    place = finding.new or finding.old
    return _root_cause(place) if place else WHOLE


def _root_cause(place: Place) -> str:
    """Name the shared thing that holds a place: a component, else its path, else the whole document."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in place.pointer.split("/")[1:]]
    if parts[:1] == ["components"] and len(parts) > 2:
        return f"{parts[1]} {parts[2]}"
    if parts[:1] in (["definitions"], ["parameters"], ["responses"]) and len(parts) > 1:
        return f"{parts[0]} {parts[1]}"
    if parts[:1] == ["paths"] and len(parts) > 1:
        return parts[1]
    return WHOLE


def _shared(findings: Iterable[Finding]) -> tuple[str, ...]:
    names = dict.fromkeys(operation(reach) for finding in findings for reach in finding.operations)
    return tuple(names) if len(names) > 1 else ()
