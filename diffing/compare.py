"""The comparison, from two documents to findings: read, walk, group, judge, word, sort."""

from collections import Counter
from datetime import date

from diffing.bump import bump
from diffing.change import Change, Located, Site
from diffing.document import Dialect, Document
from diffing.errors import SpecError
from diffing.extraction import extractions
from diffing.finding import (
    Comparison,
    Direction,
    Finding,
    Level,
    Lifecycle,
    Place,
    Reach,
    Side,
    Witness,
    WitnessStatus,
)
from diffing.fingerprint import fingerprint, place_of
from diffing.ground import Ground, ground
from diffing.hints import hints
from diffing.judge import judged
from diffing.kinds import kind_of
from diffing.part import Part
from diffing.residue import taken_apart
from diffing.rules import rule_id
from diffing.walk import walk
from diffing.witness import Prover
from diffing.wording import sentence

_ORDER = {level: rank for rank, level in enumerate(Level)}
_NEARNESS = {"body": 0, "parameter": 1, "header": 2}


def compare(old: Document, new: Document, *, today: date) -> Comparison:
    """Compare two documents and answer every finding, most severe first.

    `today` decides whether an announced sunset has passed. Nothing is read or fetched. Raises SpecError
    for GraphQL schemas.
    """
    if Dialect.GRAPHQL in (old.dialect, new.dialect):
        named = old if old.dialect is Dialect.GRAPHQL else new
        raise SpecError("is a GraphQL schema; only OpenAPI documents can be compared", named.source)
    base = ground(old, new, today)
    walk(base)
    changes = _grouped(taken_apart(base.found))
    findings = _findings(base, changes)
    return Comparison(
        old=_side(old),
        new=_side(new),
        today=today,
        bump=bump(findings, old.version, new.version),
        hints=hints(changes) + extractions(changes, base.old.resolver, base.new.resolver),
        findings=findings,
    )


def _side(document: Document) -> Side:
    return Side(document.source, document.dialect, document.version, document.sha256)


def _grouped(found: list[Located]) -> list[Located]:
    """Join what is one edit of the text: same coordinate, same two places."""
    groups: dict[tuple[object, ...], tuple[Change, dict[Site, None]]] = {}
    for located in found:
        change = located.change
        key = (
            change.direction,
            change.element,
            change.aspect,
            change.action,
            change.effect,
            change.trait,
            change.subject,
            change.old.spot if change.old else None,
            change.new.spot if change.new else None,
            None if change.old or change.new else id(change),
        )
        if key not in groups:
            groups[key] = (change, {})
        groups[key][1].update(dict.fromkeys(located.sites))
    return [_settled(change, tuple(sites)) for change, sites in groups.values()]


def _settled(change: Change, sites: tuple[Site, ...]) -> Located:
    """Order the sites, nearest first, and let the nearest say what a schema is: a body, a property, ..."""
    ordered = tuple(sorted(sites, key=_nearness))
    if change.element != "schema":
        return Located(change, ordered)
    element = _element(ordered[0]) if ordered else "schema"
    return Located(change._replace(element=element), ordered)


def _nearness(site: Site) -> tuple[object, ...]:
    reach = site.reach
    return len(site.path), _NEARNESS.get(site.element, 3), reach.path, reach.method, reach.where, site.path


def _element(site: Site) -> str:
    if not site.path:
        return site.element
    return "property" if site.element == "body" else f"{site.element}-property"


def _findings(base: Ground, changes: list[Located]) -> tuple[Finding, ...]:
    turns: Counter[tuple[str, str, str]] = Counter()
    prover = Prover(base.old.resolver, base.new.resolver)
    found = [_finding(base, located, turns, prover) for located in changes]
    return tuple(sorted(found, key=_sort_key))


def _finding(base: Ground, located: Located, turns: Counter[tuple[str, str, str]], prover: Prover) -> Finding:
    change, sites = located.change, located.sites
    first = sites[0] if sites else None
    rule = rule_id(change)
    level, why = judged(change)
    status, witness = _proof(prover, change, level)
    place = place_of(change, first)
    identity = fingerprint(rule, place, change, 0)
    turn = turns[rule, place, identity]
    turns[rule, place, identity] += 1
    reaches = _reaches(change, sites)
    return Finding(
        rule=rule,
        level=level,
        kind=kind_of(change),
        direction=change.direction,
        element=change.element,
        aspect=change.aspect,
        action=change.action,
        effect=change.effect,
        text=sentence(change, first, len({(reach.method, reach.path) for reach in reaches})),
        why=why[0].upper() + why[1:] + ".",
        property=_property(change, first),
        old=_place(base.old.document, change.old),
        new=_place(base.new.document, change.new),
        operations=reaches,
        witness_status=status,
        witness=witness,
        by=change.by,
        waived=None,
        lifecycle=_lifecycle(base, change),
        fingerprint=identity if turn == 0 else fingerprint(rule, place, change, turn),
    )


def _reaches(change: Change, sites: tuple[Site, ...]) -> tuple[Reach, ...]:
    """Return each place once, with the properties that the change is about there."""
    found: dict[Reach, dict[str, None]] = {}
    for site in sites:
        named = _property(change, site)
        found.setdefault(site.reach, {}).update({named: None} if named else {})
    return tuple(one._replace(properties=tuple(names)) if names else one for one, names in found.items())


def _property(change: Change, site: Site | None) -> str | None:
    path = site.path if site else ()
    if (
        change.element == "property"
        and change.subject
        and change.aspect in ("existence", "required", "read-only", "write-only")
    ):
        path = (*path, change.subject)
    return "/".join(path) or None


def _place(document: Document, part: Part | None) -> Place | None:
    if part is None:
        return None
    pointer = part.pointer.partition("~#")[0]  # what no text holds stands behind a mark that no pointer has
    position = document.locate(pointer, part.file)
    return Place(pointer, part.node, position.file, position.line, position.column)


def _proof(prover: Prover, change: Change, level: Level) -> tuple[WitnessStatus, Witness | None]:
    if level is Level.BREAKING:
        return prover.prove(change)
    return WitnessStatus.NOT_APPLICABLE, None


def _lifecycle(base: Ground, change: Change) -> Lifecycle | None:
    """Say what the old document announced of the end of something that went."""
    part = change.old
    if change.action != "removed" or part is None or not isinstance(part.node, dict):
        return None
    target = base.old.resolver.follow(part).node
    if not isinstance(target, dict) or target.get("deprecated") is not True:
        return None
    sunset = target.get("x-sunset")
    return Lifecycle(True, sunset if isinstance(sunset, str) else None)


def _sort_key(finding: Finding) -> tuple[object, ...]:
    at = finding.old or finding.new
    place = (at.file, at.line, at.column, at.pointer) if at else ("", 0, 0, "")
    return (
        _ORDER[finding.level],
        *place,
        finding.rule,
        finding.direction is Direction.RESPONSE,
        finding.fingerprint,
    )
