"""The lines that reports for people say about a finding besides its own sentence."""

import json

from diffing.contract import value
from diffing.document import Node
from diffing.finding import Finding, Place, WitnessStatus
from diffing.reports.grouping import wheres
from diffing.reports.printable import printable
from diffing.wording import RULING, UNPLACED

_LONGEST_VALUE = 300
_LONGEST_STRING = 60


def position(place: Place) -> str:
    """Write a place as editors open it: file:line:column."""
    return printable(f"{place.file}:{place.line}:{place.column}")


def positions(finding: Finding) -> str:
    """Say where a finding stands on both sides."""
    if finding.old and finding.new:
        return f"{position(finding.old)} → {position(finding.new)}"
    if finding.old:
        return f"{position(finding.old)} → removed"
    return f"added → {position(finding.new)}" if finding.new else ""


def proof(finding: Finding) -> str | None:
    """Say what the witness shows; None where there is none."""
    parts = proof_parts(finding)
    return " ".join(parts) if parts else None


def proof_parts(finding: Finding) -> tuple[str, str] | None:
    """Return the witness as JSON, and what it shows; None where there is none."""
    witness = finding.witness
    if finding.witness_status is not WitnessStatus.FOUND or witness is None:
        return None
    is_refused = witness.accepted_by == "old"
    shows = "was accepted, now it is refused" if is_refused else "was excluded, now it may come"
    return short_value(witness.value), shows


def approval(finding: Finding) -> str | None:
    """Say under which waiver a finding stands; None where it has none."""
    waived = finding.waived
    if waived is None:
        return None
    until = f", until {waived.expires_on.isoformat()}" if waived.expires_on else ""
    return printable(f"Waived by {waived.owner}{until}: {waived.reason}")


def ruling(finding: Finding) -> str | None:
    """Say which row of a policy set the level; None where none did."""
    _, mark, row = finding.why.partition(f". {RULING}")
    return printable(f"{mark[2:]}{row}") if mark else None


def ending(finding: Finding) -> str | None:
    """Say what the old document had announced; None where it was silent."""
    facts = finding.lifecycle
    if facts is None or not (facts.deprecated or facts.sunset):
        return None
    words = ["deprecated"] if facts.deprecated else []
    words += [f"sunset {facts.sunset}"] if facts.sunset else []
    return printable(f"Announced before: {', '.join(words)}")


def unsaid(finding: Finding) -> tuple[str, ...]:
    """Return where in its operations a finding stands, as far as its own sentence does not say it."""
    return tuple(where for where in wheres(finding) if where not in UNPLACED and where not in finding.text)


def quoted(text: str) -> list[tuple[str, bool]]:
    """Split a sentence at its backticks into parts that are quoted or not; without pairs it is one part."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return [(text, False)]
    return [(part, bool(index % 2)) for index, part in enumerate(parts) if part]


def sentence(text: str) -> str:
    """Close a line with a full stop, unless it has its own end."""
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text}."


def short_value(node: Node) -> str:
    """Write a spec's value as JSON on one line, long strings and the middle of a long text left out."""
    text = printable(json.dumps(_shortened(value(node)), ensure_ascii=False))
    if len(text) <= _LONGEST_VALUE:
        return text
    half = _LONGEST_VALUE // 2
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"


def _shortened(node: Node) -> Node:
    if isinstance(node, str):
        return node if len(node) <= _LONGEST_STRING else f"…{len(node)} characters…"
    if isinstance(node, dict):
        return {key: _shortened(child) for key, child in node.items()}
    return [_shortened(child) for child in node] if isinstance(node, list) else node
