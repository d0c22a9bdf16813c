"""A Backstage catalog: Components that consume APIs, the APIs' owners, and the Groups and Users behind them.

https://backstage.io/docs/features/software-catalog/descriptor-format. A file may hold several documents;
kinds that say nothing of consumers are passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from consumers.imports.entries import (
    LARGEST,
    MOST_ENTRIES,
    ConsumerEntry,
    ContactEntry,
    Entry,
    ImportRefused,
    OwnerEntry,
    UseEntry,
)
from consumers.models import ContactRole
from consumers.names import slug_of

_READ = ("Component", "API", "Group", "User")
_DEEPEST = 60
_MOST_USERS = 20  # of one group, as contacts


@dataclass(frozen=True, slots=True)
class _Entity:
    place: str
    kind: str
    name: str
    title: str
    description: str
    spec: Mapping[str, Any]

    @property
    def email(self) -> str:
        profile = self.spec.get("profile")
        email = profile.get("email") if isinstance(profile, dict) else None
        return email.strip() if isinstance(email, str) else ""

    @property
    def shown(self) -> str:
        profile = self.spec.get("profile")
        named = profile.get("displayName") if isinstance(profile, dict) else None
        return named.strip() if isinstance(named, str) and named.strip() else self.title


@dataclass(slots=True)
class _Catalog:
    entities: dict[tuple[str, str], _Entity] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[_Entity]:
        return (one for (known, _name), one in self.entities.items() if known == kind)


def read_catalog(data: bytes) -> tuple[Entry, ...]:
    """Return what a catalog says; raises ImportRefused, whose faults begin with the document and its line."""
    if len(data) > LARGEST:
        raise ImportRefused([f"the catalog is larger than {LARGEST >> 20} MB: import it in parts"])
    catalog = _Catalog()
    for number, node in enumerate(_documents(data), 1):
        _add(catalog, node, f"document {number} (line {node.start_mark.line + 1})")
    found: list[Entry] = []
    for one in catalog.of("Component"):
        found += _component(catalog, one)
    for one in catalog.of("API"):
        owner = _owner(catalog, one)
        if owner is not None:
            shown = f"{owner.shown} <{owner.email}>" if owner.email else owner.shown
            found.append(OwnerEntry(one.place, slug_of(one.name), shown))
    if len(found) > MOST_ENTRIES:
        catalog.faults.append(f"the catalog says more than {MOST_ENTRIES:,} things: import it in parts")
    if catalog.faults:
        raise ImportRefused(catalog.faults)
    return tuple(found)


def _documents(data: bytes) -> Iterator[yaml.Node]:
    """Compose the documents; aliases, by which a small text means a huge one, are refused before."""
    try:
        depth = 0
        for event in yaml.parse(data, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise ImportRefused([f"line {line}: aliases (*{event.anchor}) are not read here"])
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise ImportRefused([f"line {line}: is nested more than {_DEEPEST} deep"])
        for node in yaml.compose_all(data, Loader=yaml.CSafeLoader):
            if node is not None and not (isinstance(node, yaml.ScalarNode) and not node.value):
                yield node
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ImportRefused([f"line {line}: {error.problem}"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ImportRefused([f"it is no YAML: {str(error).splitlines()[0]}"]) from error


def _add(catalog: _Catalog, node: yaml.Node, place: str) -> None:
    told = _value(node)
    if not isinstance(told, dict) or not isinstance(told.get("kind"), str):
        catalog.faults.append(f"{place}: is no entity: it has no kind")
        return
    kind = told["kind"]
    if kind not in _READ:
        return
    metadata, spec = told.get("metadata"), told.get("spec", {})
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(name, str) or not slug_of(name):
        catalog.faults.append(f"{place}: metadata/name: is missing, or no name")
        return
    if not isinstance(spec, dict):
        catalog.faults.append(f"{place}: spec: is no object")
        return
    if (kind, name.lower()) in catalog.entities:
        before = catalog.entities[kind, name.lower()].place
        catalog.faults.append(f"{place}: {kind} {name} stands in {before} already")
        return
    title, description = metadata.get("title"), metadata.get("description")
    catalog.entities[kind, name.lower()] = _Entity(
        place,
        kind,
        name,
        title.strip() if isinstance(title, str) and title.strip() else name,
        " ".join(description.split()) if isinstance(description, str) else "",
        spec,
    )


def _component(catalog: _Catalog, one: _Entity) -> Iterator[Entry]:
    uses = one.spec.get("consumesApis") or []
    if not isinstance(uses, list) or not all(isinstance(use, str) for use in uses):
        catalog.faults.append(f"{one.place}: spec/consumesApis: is no list of names")
        return
    if not uses:
        return
    slug, owner = slug_of(one.name), _owner(catalog, one)
    team = owner.shown if owner else _name(one.spec.get("owner"))
    yield ConsumerEntry(one.place, slug, one.title, team or None, one.description or None)
    yield from _contacts(catalog, one.place, slug, owner)
    for use in uses:
        yield UseEntry(one.place, slug, slug_of(_name(use)), may_be_missing=True)


def _contacts(catalog: _Catalog, place: str, slug: str, owner: _Entity | None) -> Iterator[Entry]:
    """Yield the owner's address, or else those of its people."""
    if owner is None:
        return
    if owner.email:
        yield ContactEntry(place, slug, owner.email, owner.shown, ContactRole.OWNER)
        return
    members = {_name(one).lower() for one in _texts(owner.spec.get("members"))}
    people = [
        one
        for one in catalog.of("User")
        if one.email
        and (
            one.name.lower() in members
            or owner.name.lower() in {_name(group).lower() for group in _texts(one.spec.get("memberOf"))}
        )
    ]
    for person in people[:_MOST_USERS]:
        yield ContactEntry(place, slug, person.email, person.shown, ContactRole.TECHNICAL)


def _owner(catalog: _Catalog, one: _Entity) -> _Entity | None:
    told = one.spec.get("owner")
    if not isinstance(told, str):
        return None
    name, kind = _name(told).lower(), told.partition(":")[0].lower() if ":" in told else "group"
    return catalog.entities.get(("User" if kind == "user" else "Group", name))


def _name(reference: Any) -> str:
    """Return the name in an entity reference, `[kind:][namespace/]name`."""
    return reference.rpartition(":")[2].rpartition("/")[2].strip() if isinstance(reference, str) else ""


def _texts(told: Any) -> list[str]:
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _value(node: yaml.Node) -> Any:
    """Return a node's value with every scalar as its text, so that no name turns into a date or a number."""
    if isinstance(node, yaml.MappingNode):
        return {_value(key): _value(item) for key, item in node.value if isinstance(key, yaml.ScalarNode)}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return node.value
