"""Read a policy from text: the project's own YAML, or the severity file of oasdiff.

What a policy does to findings is `policy`'s work. Files are opened by the caller.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from diffing.contract import schema
from diffing.document import Node
from diffing.finding import Direction, Level
from diffing.policy import Override, Policy, Waiver
from diffing.policy_text import Lines, Path, PolicyError, parsed
from diffing.rule_sets import levels_in, newest

# https://github.com/oasdiff/oasdiff, "severity levels": one `rule-id level` a line. What it calls none
# it leaves out of its answer; here nothing is left out, so it becomes the lowest level.
_SEVERITY = {
    "err": Level.BREAKING,
    "error": Level.BREAKING,
    "warn": Level.DANGEROUS,
    "warning": Level.DANGEROUS,
    "info": Level.COMPATIBLE,
    "none": Level.EDITORIAL,
}
_SEVERITY_LINE = re.compile(r"([a-z][a-z0-9-]*)[ \t]+(\S+)")
_ADVICE = {
    "additionalProperties": "has keys that no policy has: {unknown}; mend or remove them",
    "anyOf": "selects nothing; give one of {selectors}",
    "const": "must be 1, the format that this version reads",
    "enum": "is no choice here; give one of {choices}",
    "format": "is no day of the calendar; write it as YYYY-MM-DD",
    "maximum": "is a rule set that this version does not know; give one up to {limit}",
    "minimum": "must be at least {limit}",
    "minLength": "is empty; give it a value",
    "pattern": "is not of the form asked for; it must match {pattern}",
    "required": "lacks {property}; add it",
    "type": "must be of type {types}",
}


def read_policy(data: bytes, name: str) -> Policy:
    """Return the policy that a file's bytes hold; raises PolicyError naming file and line."""
    rows = _severity_rows(data)
    if rows is not None:
        return Policy(name, tuple(_severity(row, name, line) for line, row in rows), ())
    tree, lines = parsed(data, name)
    problems = list(_problems(tree, lines, name))
    if problems:
        raise PolicyError("\n".join(problems))
    return Policy(
        name,
        tuple(_override(row, lines["levels", index]) for index, row in enumerate(tree.get("levels", ()))),
        tuple(_waiver(row, lines["waivers", index]) for index, row in enumerate(tree.get("waivers", ()))),
        levels_in(tree.get("rules", newest())),
    )


def _severity_rows(data: bytes) -> list[tuple[int, str]] | None:
    """Return the lines of a severity file with their numbers; None where the first is not one."""
    lines = enumerate(data.decode("utf-8", "replace").splitlines(), 1)
    rows = [(number, line.strip()) for number, line in lines if line.strip()]
    return rows if rows and _SEVERITY_LINE.fullmatch(rows[0][1]) else None


def _severity(row: str, name: str, line: int) -> Override:
    match = _SEVERITY_LINE.fullmatch(row)
    level = _SEVERITY.get(match[2].lower()) if match else None
    if match is None or level is None:
        raise PolicyError(
            f"{name}:{line}: {row[:80]!r} is no severity; write a rule id and one of err, warn, info, none"
        )
    return Override(level, match[1], None, None, None, None, None, line)


def _problems(tree: Node, lines: Lines, name: str) -> Iterator[str]:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(json.loads(schema("policy")), validate_formats=True)
    for error in validator.iter_errors(tree):
        path = tuple(error.instance_path)
        subject = next((part for part in reversed(path) if isinstance(part, str)), "the policy")
        yield f"{name}:{_line(lines, path)}: {subject} {_what(error, path)}"


def _what(error: Any, path: Path) -> str:
    facts = error.kind.as_dict()
    advice = _ADVICE.get(error.kind.name)
    if advice is None:
        return f"is refused: {error.message}"
    return advice.format(
        unknown=", ".join(facts.get("unexpected", ())),
        selectors="fingerprint, rule, pointer"
        if path[:1] == ("waivers",)
        else "rule, direction, path, stability, audience",
        choices=", ".join(map(str, facts.get("options", ()))),
        limit=facts.get("limit"),
        pattern=facts.get("pattern"),
        property=facts.get("property"),
        types=" or ".join(facts.get("types", ())),
    )


def _line(lines: Lines, path: Path) -> int:
    while path not in lines:
        if not path:
            return 1
        path = path[:-1]
    return lines[path]


def _override(row: dict[str, str], line: int) -> Override:
    direction = row.get("direction")
    return Override(
        level=Level(row["level"]),
        rule=row.get("rule"),
        direction=Direction(direction) if direction else None,
        path=row.get("path"),
        stability=row.get("stability"),
        audience=row.get("audience"),
        reason=row.get("reason"),
        line=line,
    )


def _waiver(row: dict[str, str], line: int) -> Waiver:
    return Waiver(
        reason=row["reason"],
        owner=row["owner"],
        expires_on=date.fromisoformat(row["expires_on"]),
        fingerprint=row.get("fingerprint"),
        rule=row.get("rule"),
        pointer=row.get("pointer"),
        line=line,
    )
