"""Logs of any build, JSON objects or a table with a header, read by a mapping of names that somebody gave.

A mapping says for a member of a call where a record has it, `{"method": "verb", "path": "http.url"}`; a dot
steps into an object. What it leaves out is looked for under the names that tables usually have.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import Any, Final

from consumers.errors import ConsumersError, MalformedUsage, UnknownFormat
from consumers.hit import Broken, Hit
from consumers.readers import table
from consumers.readers.json_lines import json_object, json_reader
from consumers.readers.record import Fields, Names, has

MAPPED = "mapped"
"""The name of the format of a source that has a mapping."""
_MEMBERS: Final = {"path": "target", "user_agent": "agent"} | {
    one.name: one.name for one in fields(Fields) if one.name not in ("target", "agent", "callers")
}
_KINDS: Final = ("app-id", "client-id", "api-key", "certificate", "header", "user")
_LONGEST = 200
_MOST_TOLD = 40
Reader = Callable[[Iterable[bytes]], Iterator[Hit | Broken | None]]


def mapping_in(text: str) -> dict[str, str]:
    """Return the mapping that a text says, `method=verb, path=url`; raises ConsumersError."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    odd = next(
        (name for name, equals, field in pairs if not (equals and name.strip() and field.strip())), None
    )
    if odd is not None or not pairs:
        raise ConsumersError(f"“{odd or text}” is no mapping: write it as method=verb,path=url")
    return checked({name.strip(): field.strip() for name, _equals, field in pairs})


def checked(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping whose members are known; raises ConsumersError that lists them."""
    strange = next((name for name in mapping if name not in _MEMBERS and name not in _KINDS), None)
    if strange is not None:
        raise ConsumersError(f"a call has no “{strange}”: map {', '.join([*_MEMBERS, *_KINDS])}")
    if any(
        not field.strip() or len(field) > _LONGEST or not field.isprintable() for field in mapping.values()
    ):
        raise ConsumersError(f"a field's name in a mapping is 1 to {_LONGEST} printable characters")
    return dict(mapping)


def reader(mapping: Mapping[str, str], first_lines: Sequence[bytes]) -> Reader:
    """Return what reads lines by a mapping; raises UnknownFormat where the first lines lack what it names."""
    lines = [line for line in first_lines if line.strip()]
    if lines and lines[0].lstrip().startswith(b"{"):
        wanted = _fields(mapping, str)
        _check(wanted, mapping, list(_objects(lines)))
        return json_reader(wanted)
    wanted = _fields(mapping, table.column)
    if lines:
        _check(wanted, mapping, [dict.fromkeys(table.columns(lines[0]), "1")])
    return table.reader(wanted)


def _fields(mapping: Mapping[str, str], named: Callable[[str], str]) -> Fields:
    told: dict[str, Any] = {
        _MEMBERS[name]: (named(field),) for name, field in mapping.items() if name in _MEMBERS
    }
    own = tuple((kind, named(field)) for kind, field in mapping.items() if kind in _KINDS)
    return replace(table.FIELDS, **told, callers=(*own, *table.FIELDS.callers))


def _check(wanted: Fields, mapping: Mapping[str, str], records: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a log where none of the first records has what was mapped, or what a call can't be without."""
    needed = {"at": wanted.at, "status": wanted.status, "method": wanted.method, "path": wanted.target}
    whole = (*wanted.request, *wanted.route)
    if "request" in mapping or any(has(one, whole) for one in records):
        needed = {member: names for member, names in needed.items() if member in {"at", "status", *mapping}}
    if "request" in mapping:
        needed["request"] = wanted.request
    for member, names in needed.items():
        if not any(has(one, names) for one in records):
            raise UnknownFormat(_lacks(member, names, records))


def _lacks(member: str, names: Names, records: Sequence[Mapping[str, Any]]) -> str:
    known = list(dict.fromkeys(name for one in records[:1] for name in _names(one)))
    listed = ", ".join(known[:_MOST_TOLD]) or "none"
    looked = " or ".join(f"“{name}”" for name in names[:3])
    return (
        f"the {member} of a call is looked for in {looked}, which the first lines don't have. Their fields "
        f"are {listed}: map it, {member}=FIELD"
    )


def _objects(lines: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        try:
            yield json_object(line)
        except MalformedUsage:
            continue  # counted as broken when the line is read


def _names(record: Mapping[str, Any], before: str = "") -> Iterator[str]:
    inside = (
        _names(value, f"{before}{name}.") if isinstance(value, dict) else [f"{before}{name}"]
        for name, value in record.items()
    )
    return chain.from_iterable(inside)
