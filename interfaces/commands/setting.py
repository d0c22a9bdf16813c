"""What commands share: the runtime from the environment, who acts, and how rows are printed."""

import getpass
import json
from collections.abc import Sequence
from typing import Any

import click

from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings


def surroundings() -> Runtime:
    """Return the runtime that the environment describes, its database migrated."""
    from interfaces.migrate import upgrade

    settings = Settings()
    runtime = make_runtime(settings)
    upgrade(settings.database)
    return runtime


def actor() -> str:
    """Return who acts, for the audit trail."""
    return f"command ({getpass.getuser()})"


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_rows(rows: Sequence[Sequence[object]], head: Sequence[str], nothing: str) -> None:
    """Print rows in columns under a head; `nothing` when there are none."""
    if not rows:
        click.echo(nothing)
        return
    texts = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())
