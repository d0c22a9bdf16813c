"""Pieces of a spec as a page shows them: short enough to read, and never markup."""

import json
import re
from collections.abc import Callable
from typing import Any

import yaml
from markupsafe import Markup, escape

_MOST_LINES = 10
_LONGEST_LINE = 400
_YAML = (".yaml", ".yml")
_SHARED = re.compile(r"(?P<first>[A-Z]+ /\S*) and (?P<more>\d+ more operations?)(?=[,:])")


def shown_value(pointer: str, value: Any, *, file: str = "") -> str:
    """Write what stands at a JSON pointer under its own name, cut to a few lines: "maxLength: 500".

    It is written as its file is, in YAML or in JSON.
    """
    name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    text = _written(name if not name.isdigit() else "", value, file)
    lines = [line[:_LONGEST_LINE] for line in text.splitlines() or [""]]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… {len(lines) - _MOST_LINES} more lines"]
    return "\n".join(lines)


def _written(name: str, value: Any, file: str) -> str:
    if isinstance(value, dict | list) and value and file.endswith(_YAML):
        return yaml.safe_dump({name: value} if name else value, sort_keys=False, allow_unicode=True)
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"{name}: {text}" if name else text


def seen_from(text: str, operation: str) -> str:
    """Begin a finding's sentence with the operation whose page shows it, where it names another."""
    match = None if text.startswith(f"{operation} and ") else _SHARED.match(text)
    if match is None:
        return text
    return f"Here and in {match['more']}, such as {match['first']}{text[match.end() :]}"


def with_code(text: str) -> Markup:
    """Write a sentence whose names stand between backticks, those set as code; all of it escaped."""
    return _set_apart(text, "`", Markup("<code>{}</code>"), escape)


def with_marks(text: str) -> Markup:
    """Write a paragraph of Markdown's simplest kind: `code` and **strong** words; all of it escaped."""
    return _set_apart(text, "**", Markup("<strong>{}</strong>"), with_code)


def _set_apart(text: str, mark: str, inside: Markup, outside: Callable[[str], Markup]) -> Markup:
    parts = text.split(mark)
    if len(parts) % 2 == 0:
        return outside(text)
    written = (inside.format(part) if number % 2 else outside(part) for number, part in enumerate(parts))
    return Markup("").join(written)
