"""Pieces of a spec as a page shows them: short enough to read, and never markup."""

import json
from typing import Any

from markupsafe import Markup, escape

_MOST_LINES = 10
_LONGEST_LINE = 400


def shown_value(pointer: str, value: Any) -> str:
    """Write what stands at a JSON pointer under its own name, cut to a few lines: "maxLength: 500"."""
    name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    lines = [line[:_LONGEST_LINE] for line in text.splitlines() or [""]]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… {len(lines) - _MOST_LINES} more lines"]
    joined = "\n".join(lines)
    return joined if not name or name.isdigit() else f"{name}: {joined}"


def with_code(text: str) -> Markup:
    """Write a sentence whose names stand between backticks, those set as code; all of it escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    set_apart = (
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(set_apart)
