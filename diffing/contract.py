"""The JSON form of a comparison: format 1, what machines read and the server stores.

`schemas/comparison-1.json` describes it; a field is added only with the schema, and none changes
its meaning within a format. What people read is `reports`' work.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

from diffing.document import Node
from diffing.finding import Comparison, Finding, Level, Place, Reach, Side, Waived
from diffing.once import Once
from diffing.summary import shown, summarise

FORMAT = 1
VERSION = "0.1.0"
DEEPEST = 100
"""Values are cut below this many levels: JSON readers refuse to nest without end."""

_Json = dict[str, Any]


def to_json(comparison: Comparison, *, level: Level = Level.EDITORIAL) -> bytes:
    """Return the comparison as UTF-8 JSON text without a line end, fields in the contract's order.

    Findings less severe than `level` are left out: `summary` counts the listed ones and `hidden`
    those left out. The same comparison gives the same bytes; keys of values are sorted.
    """
    listed = shown(comparison.findings, level)
    around = _around(comparison, listed)
    try:
        import orjson

        # One by one, so that values that are written make room for the next.
        findings = b",".join([orjson.dumps(finding) for finding in _findings(listed)])
        return b'%b,"findings":[%b]}' % (orjson.dumps(around)[:-1], findings)
    except (ImportError, TypeError):
        return encoded({**around, "findings": list(_findings(listed))})


def as_data(comparison: Comparison, *, level: Level = Level.EDITORIAL) -> _Json:
    """Return the comparison as plain JSON values; `to_json` says what `level` does."""
    listed = shown(comparison.findings, level)
    return {**_around(comparison, listed), "findings": list(_findings(listed))}


def _around(comparison: Comparison, listed: Sequence[Finding]) -> _Json:
    """Return what is said beside the findings themselves."""
    counts = summarise(listed)
    return {
        **_head(),
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "today": comparison.today.isoformat(),
        "summary": {
            **{each.value: getattr(counts, each.value) for each in Level},
            "waived": counts.waived,
        },
        "hidden": len(comparison.findings) - len(listed),
        "bump": {"needed": comparison.bump.needed, "given": comparison.bump.given},
        "hints": [{"kind": hint.kind, "from": hint.old, "to": hint.new} for hint in comparison.hints],
    }


def envelope(rows: Sequence[tuple[str, str, Comparison]], *, level: Level, today: date) -> bytes:
    """Return the comparisons of several specs, each with its path and fate, as one JSON text.

    `level` is that of `to_json`; `schemas/comparisons-1.json` describes the envelope.
    """
    parts = [as_data(comparison, level=level) for _, _, comparison in rows]
    counts = [*Level, "waived"]
    return encoded(
        {
            **_head(),
            "today": today.isoformat(),
            "summary": {str(name): sum(part["summary"][name] for part in parts) for name in counts},
            "hidden": sum(part["hidden"] for part in parts),
            "specs": [
                {"path": path, "fate": fate, "comparison": part}
                for (path, fate, _), part in zip(rows, parts, strict=True)
            ],
        }
    )


def schema(name: str = "comparison") -> str:
    """Return a JSON Schema as JSON text: of a `comparison`, of several `comparisons`, of a `policy`."""
    text = (Path(__file__).parent / "schemas" / f"{name}-{FORMAT}.json").read_text(encoding="utf-8")
    if name != "comparisons":
        return text
    # A schema that is printed stands alone: what it refers to goes along.
    whole = {**json.loads(text), "$defs": {"comparison": json.loads(schema("comparison"))}}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _head() -> _Json:
    return {"format": FORMAT, "tool": {"name": "sundial", "version": VERSION}}


def encoded(data: Node) -> bytes:
    """Write a JSON value as compact UTF-8 bytes, whatever integers and text it holds."""
    try:
        import orjson

        return orjson.dumps(data)
    except (ImportError, TypeError):
        # orjson stops at 64-bit integers and at lone surrogates, both of which real specs hold.
        return json.dumps(data, separators=(",", ":")).encode("ascii")


def value(node: Node, *, room: int = DEEPEST) -> Node:
    """Return a spec's value as the contract shows it: keys sorted, cut to "…" where it nests too deep."""
    if type(node) is str or node is None:
        return node
    if isinstance(node, dict):
        if not room:
            return "…"
        return {str(key): value(node[key], room=room - 1) for key in sorted(node, key=str)}
    if isinstance(node, list | tuple):
        return [value(item, room=room - 1) for item in node] if room else "…"
    return _number(node) if isinstance(node, int | float) else node


def _number(number: int | float) -> Node:
    # JSON has no infinities, and Python prints no integer of more than 4,300 digits.
    if isinstance(number, float):
        return number if isfinite(number) else str(number)
    return number if number.bit_length() < 14_000 else hex(number)


def _side(side: Side) -> _Json:
    return {
        "source": side.source,
        "dialect": side.dialect.value,
        "version": side.version,
        "sha256": side.sha256,
    }


def _findings(findings: Iterable[Finding]) -> Iterator[_Json]:
    """Write findings; those that share their operations share what is written of them."""
    reach = Once(_reach)
    operations = Once[tuple[Reach, ...], list[_Json]](lambda reaches: [reach(each) for each in reaches])
    for finding in findings:
        yield _finding(finding, operations(finding.operations))


def _finding(finding: Finding, operations: list[_Json]) -> _Json:
    witness = finding.witness
    lifecycle = finding.lifecycle
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "kind": finding.kind,
        "direction": finding.direction.value,
        "element": finding.element,
        "aspect": finding.aspect,
        "action": finding.action,
        "effect": finding.effect.value,
        "text": finding.text,
        "why": finding.why,
        "property": finding.property,
        "old": _place(finding.old),
        "new": _place(finding.new),
        "operations": operations,
        "witness_status": finding.witness_status.value,
        "witness": witness
        and {
            "value": value(witness.value),
            "accepted_by": witness.accepted_by,
            "refused_by": witness.refused_by,
        },
        "by": finding.by,
        "waived": _waived(finding.waived),
        "lifecycle": lifecycle and {"deprecated": lifecycle.deprecated, "sunset": lifecycle.sunset},
        "fingerprint": finding.fingerprint,
    }


def _place(place: Place | None) -> _Json | None:
    if place is None:
        return None
    return {
        "pointer": place.pointer,
        "value": value(place.value),
        "file": place.file,
        "line": place.line,
        "column": place.column,
    }


def _reach(reach: Reach) -> _Json:
    told: _Json = {
        "method": reach.method,
        "path": reach.path,
        "operation_id": reach.operation_id,
        "where": reach.where,
    }
    return told | {"properties": list(reach.properties)} if reach.properties else told


def _waived(waived: Waived | None) -> _Json | None:
    if waived is None:
        return None
    return {
        "reason": waived.reason,
        "owner": waived.owner,
        "expires_on": waived.expires_on and waived.expires_on.isoformat(),
    }
