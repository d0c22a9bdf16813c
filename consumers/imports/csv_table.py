"""A table of consumers, one thing of one consumer a row (RFC 4180, or with semicolons)."""

import csv
import io
from collections.abc import Iterator, Mapping

from consumers.imports.entries import (
    LARGEST,
    MOST_ENTRIES,
    ConsumerEntry,
    ContactEntry,
    CredentialEntry,
    Entry,
    ImportRefused,
    UseEntry,
)

COLUMNS = (
    *("consumer", "name", "team", "description"),
    *("credential_kind", "credential_value"),
    *("contact_email", "contact_name", "contact_role", "contact_zone", "contact_language"),
    "api",
)
"""The columns that a table may have; `consumer`, its short name, it must have."""


def read_table(data: bytes) -> tuple[Entry, ...]:
    """Return what a table says; raises ImportRefused, whose faults begin with the line."""
    if len(data) > LARGEST:
        raise ImportRefused([f"the table is larger than {LARGEST >> 20} MB: import it in parts"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ImportRefused([f"line {line}: is no UTF-8"]) from error
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[str] = []
    try:
        _check(rows.fieldnames)
        found = [entry for row in rows for entry in _entries(row, f"line {rows.line_num}", faults)]
    except csv.Error as error:
        raise ImportRefused([f"line {rows.line_num + 1}: {error}"]) from error
    if len(found) > MOST_ENTRIES:
        faults.append(f"the table says more than {MOST_ENTRIES:,} things: import it in parts")
    if faults:
        raise ImportRefused(faults)
    return tuple(found)


def _check(names: object) -> None:
    given = [str(name).strip() for name in names] if isinstance(names, list) else []
    unknown = [name for name in given if name not in COLUMNS]
    if unknown:
        raise ImportRefused([f"line 1: there is no column “{unknown[0]}”: use {', '.join(COLUMNS)}"])
    if "consumer" not in given:
        raise ImportRefused(["line 1: the table needs a column “consumer”, its short name"])


def _entries(row: Mapping[str | None, object], place: str, faults: list[str]) -> Iterator[Entry]:
    if None in row or None in row.values():
        faults.append(f"{place}: has more or fewer cells than the first line")
        return
    told = {str(name).strip(): str(value).strip() for name, value in row.items()}
    slug = told["consumer"]
    if not any(told.values()):
        return
    if not slug:
        faults.append(f"{place}: names no consumer")
        return
    yield ConsumerEntry(place, slug, *(told.get(name) or None for name in ("name", "team", "description")))
    kind, value = told.get("credential_kind", ""), told.get("credential_value", "")
    if kind and value:
        yield CredentialEntry(place, slug, kind, value)
    elif kind or value:
        faults.append(f"{place}: a credential needs both credential_kind and credential_value")
    email = told.get("contact_email", "")
    about = [told.get(f"contact_{name}") or None for name in ("name", "role", "zone", "language")]
    if email:
        yield ContactEntry(place, slug, email, *about)
    elif any(about):
        faults.append(f"{place}: a contact needs contact_email")
    if told.get("api"):
        yield UseEntry(place, slug, told["api"], may_be_missing=False)
