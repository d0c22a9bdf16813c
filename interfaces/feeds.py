"""An API's endings in the forms that programs subscribe to: JSON, CSV, Atom (RFC 4287), iCalendar (RFC 5545).

All are written from the same entries, and know nothing of consumers.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from deprecations.dates_in_words import day
from deprecations.models import State
from deprecations.published import Entry
from interfaces.views.facts import Facts, instant, plain
from registry.models import Api

_ATOM = "http://www.w3.org/2005/Atom"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "what",
    "kind",
    "state",
    "deprecated_on",
    "closes_on",
    "sunset_on",
    "sunset_by",
    "sunset_version",
    "zone",
    "replacement",
    "documentation",
    "reason",
)


def as_json(api: Api, entries: Sequence[Entry], page: str, _mark: str) -> bytes:
    """Return the schedule as JSON."""
    facts = {
        "api": api.slug,
        "name": api.name,
        "page": page,
        "deprecations": [_facts(entry) for entry in entries],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()


def as_csv(_api: Api, entries: Sequence[Entry], _page: str, _mark: str) -> bytes:
    """Return the schedule as CSV (RFC 4180); a cell that a spreadsheet would run is marked as text."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for entry in entries:
        facts = _facts(entry)
        writer.writerow([_cell(facts[name]) for name in _COLUMNS])
    return text.getvalue().encode()


def as_atom(api: Api, entries: Sequence[Entry], page: str, mark: str) -> bytes:
    """Return the feed; an entry's id never changes, and its `updated` does with every step.

    `mark` tells this installation from others, whatever address it has.
    """
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", _urn(mark, f"api/{api.id}"))
    _add(feed, "title", f"{api.name}: what is ending")
    latest = max((entry.changed_at for entry in entries), default=api.created_at)
    _add(feed, "updated", _moment(latest))
    ET.SubElement(feed, f"{{{_ATOM}}}link", rel="alternate", href=page, type="text/html")
    ET.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=f"{page}.atom")
    author = ET.SubElement(feed, f"{{{_ATOM}}}author")
    _add(author, "name", api.owner.partition("<")[0].strip() or api.name)
    for entry in sorted(entries, key=lambda one: one.changed_at, reverse=True):
        item = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(item, "id", _urn(mark, f"deprecation/{entry.id}"))
        _add(item, "title", headline(entry))
        _add(item, "published", _moment(entry.announced_at))
        _add(item, "updated", _moment(entry.changed_at))
        ET.SubElement(item, f"{{{_ATOM}}}link", rel="alternate", href=f"{page}#d{entry.id}", type="text/html")
        _add(item, "summary", sentence(entry))
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def as_calendar(api: Api, entries: Sequence[Entry], page: str, mark: str) -> bytes:
    """Return the calendar: a day for each date, a span for each brownout; what is called off is cancelled.

    UIDs never change, and SEQUENCE grows with every step, so that a date that moved moves in calendars.
    """
    import icalendar  # late: most requests have nothing to do with calendars

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Sundial//Deprecations//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", f"{api.name}: what is ending")
    calendar.add("x-wr-calname", f"{api.name}: what is ending")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    for entry in entries:
        days = [("deprecated", entry.deprecated_on, "Deprecated"), ("sunset", entry.sunset_on, _last(entry))]
        if entry.closes_on is not None:
            days.insert(1, ("closed", entry.closes_on, "Closed to new consumers"))
        for name, on, words in days:
            event = _event(icalendar, f"{name}-{entry.id}@{mark}", entry, f"{words}: {entry.what}", page)
            event.add("dtstart", on)
            event.add("dtend", on + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
        for outage in entry.outages:
            uid = f"brownout-{entry.id}-{outage.id}@{mark}"
            event = _event(icalendar, uid, entry, f"Brownout: {entry.what}", page, is_off=outage.is_off)
            event.add("dtstart", outage.starts_at)
            event.add("dtend", outage.ends_at)
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def headline(entry: Entry) -> str:
    """Say in a line what happens when."""
    if entry.is_off:
        return f"{entry.what} stays"
    if entry.state in (State.SUNSET, State.REMOVED):
        return f"{entry.what} ended with {day(entry.sunset_on)}"
    last = {
        "date": f"works until {day(entry.sunset_on)}",
        "not-before": f"works at least until {day(entry.sunset_on)}",
        "version": f"ends with version {entry.sunset_version}, not before {day(entry.sunset_on)}",
    }
    return f"{entry.what} {last[entry.sunset_by]}"


def sentence(entry: Entry) -> str:
    """Say why, and what to call instead."""
    if entry.is_off:
        return f"Its end was called off. It was: {entry.reason}"
    instead = f" Instead: {entry.replacement}." if entry.replacement else ""
    guide = f" Guide: {entry.documentation}" if entry.documentation else ""
    return f"{entry.reason}{instead}{guide}"


def _event(  # type: ignore[no-untyped-def]  # the library is imported late
    icalendar, uid: str, entry: Entry, summary: str, page: str, *, is_off: bool = False
):
    event = icalendar.Event()
    event.add("uid", uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("summary", summary)
    event.add("description", sentence(entry))
    event.add("url", f"{page}#d{entry.id}")
    event.add("status", "CANCELLED" if entry.is_off or is_off else "CONFIRMED")
    return event


def _last(entry: Entry) -> str:
    return "Last day" if entry.sunset_by == "date" else "Earliest last day"


def _facts(entry: Entry) -> Facts:
    facts: Facts = plain(entry)
    facts["headline"] = headline(entry)
    return facts


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _urn(mark: str, what: str) -> str:
    """Return an id that outlives names and addresses (RFC 4287 section 4.2.6)."""
    return uuid5(NAMESPACE_URL, f"{mark}/{what}").urn


def _moment(at: datetime) -> str:
    told = instant(at)
    assert told is not None  # noqa: S101 - for the type checker
    return told


def _add(parent: ET.Element, name: str, text: str) -> None:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    child.text = "".join(one for one in text if one.isprintable() or one in "\n\t")
