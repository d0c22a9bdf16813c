"""The comparison, from two documents to findings: read, walk, group, judge, word, sort."""

from datetime import date

from diffing.bump import bump
from diffing.change import Located, Site, Sites
from diffing.document import Dialect, Document
from diffing.errors import SpecError
from diffing.extraction import extractions
from diffing.finding import (
    Comparison,
    Level,
    Side,
)
from diffing.findings import told
from diffing.ground import ground
from diffing.hints import hints
from diffing.once import Once
from diffing.residue import taken_apart
from diffing.walk import walk

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
    findings = told(base, changes)
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
    groups: dict[tuple[object, ...], list[Located]] = {}
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
        groups.setdefault(key, []).append(located)
    order = Once(_ordered)
    return [_settled(group, order) for group in groups.values()]


def _settled(group: list[Located], order: Once[Sites, Sites]) -> Located:
    """Join the sites of one edit, nearest first; the first says whether a schema is a body or a property."""
    change = group[0].change
    sites = order(group[0].sites if len(group) == 1 else tuple([s for each in group for s in each.sites]))
    if change.element != "schema":
        return Located(change, sites)
    return Located(change._replace(element=_element(sites[0]) if sites else "schema"), sites)


def _ordered(sites: Sites) -> Sites:
    if len(sites) < 2:
        return sites
    return tuple(sorted(dict.fromkeys(sites), key=_nearness))


def _nearness(site: Site) -> tuple[object, ...]:
    (method, path, _, where, _), element, below = site
    return len(below), _NEARNESS.get(element, 3), path, method, where, below


def _element(site: Site) -> str:
    if not site.path:
        return site.element
    return "property" if site.element == "body" else f"{site.element}-property"
