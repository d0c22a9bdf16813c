"""The report for code scanning: SARIF 2.1.0, one result for each finding.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; a section is named where it binds.
"""

from typing import Any
from urllib.parse import quote

from diffing.contract import VERSION, encoded
from diffing.finding import Comparison, Finding, Level, Place
from diffing.reports.grouping import operation
from diffing.reports.printable import printable
from diffing.reports.sentences import ending, proof, sentence
from diffing.reports.several import SeveralView
from diffing.reports.sources import repository_path
from diffing.reports.view import View

_LEVEL = {
    Level.BREAKING: "error",
    Level.DANGEROUS: "warning",
    Level.COMPATIBLE: "note",
    Level.EDITORIAL: "note",
}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(view: View) -> str:
    """Write a log of one run."""
    return _log([view])


def render_several(several: SeveralView) -> str:
    """Write a log of one run with the results of all specs: hosts refuse several runs of one tool."""
    return _log([spec.view for spec in several.specs])


def _log(views: list[View]) -> str:
    rules = {finding.rule: finding for view in views for finding in view.findings}
    index = {rule: position for position, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "sundial",
                "version": VERSION,
                "semanticVersion": VERSION,
                "rules": [_rule(finding) for finding in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(each, index[each.rule], view.comparison) for view in views for each in view.findings
        ],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return encoded(log).decode("utf-8") + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    words = finding.rule.replace("-", " ")
    return {
        "id": finding.rule,
        "shortDescription": {"text": printable(f"{words[:1].upper()}{words[1:]}")},
        "defaultConfiguration": {"level": _LEVEL[finding.level]},
        "properties": {"tags": ["api", finding.kind]},
    }


def _result(finding: Finding, rule: int, comparison: Comparison) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVEL[finding.level],
        "message": {"text": _message(finding)},
        "locations": [_location(finding, comparison)],
        "partialFingerprints": {"sundial/v1": finding.fingerprint},
        "properties": {
            "level": finding.level.value,
            "direction": finding.direction.value,
            "operations": list(dict.fromkeys(printable(operation(each)) for each in finding.operations)),
        },
    }
    if finding.old:
        result["relatedLocations"] = [
            {"id": 0, "message": {"text": "Before"}, **_physical(finding.old, comparison.old.source)}
        ]
    if finding.waived:
        reason = printable(f"{finding.waived.reason} ({finding.waived.owner})")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _message(finding: Finding) -> str:
    sentences = (finding.text, finding.why, proof(finding), ending(finding))
    text = " ".join(sentence(each) for each in sentences if each)
    # Brackets would make links, and braces placeholders (3.11.5, 3.11.6).
    braces = printable(text).replace("{", "{{").replace("}", "}}")
    return braces.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(finding: Finding, comparison: Comparison) -> dict[str, Any]:
    """What was removed has no line in the new document: what stood around it does, or the whole file."""
    place = finding.new or finding.near
    if place:
        return _physical(place, comparison.new.source)
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(comparison.new.source)}}}


def _physical(place: Place, source: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file or source)},
            "region": {"startLine": place.line, "startColumn": place.column},
        },
        "logicalLocations": [{"fullyQualifiedName": printable(place.pointer) or "/", "kind": "value"}],
    }


def _uri(file: str) -> str:
    path = quote(repository_path(file), safe="/-._~", errors="replace")
    return f"file://{path}" if path.startswith("/") else path
