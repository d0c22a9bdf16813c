"""The company's traffic as text: the access log of its nginx edge, and the usage events of its gateway.

No call is in both, so reading both counts each once. Who calls what is decided in `calls` and `noise`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from examples.calls import Call, calls_of_day, days_back
from examples.company import Company, CredentialKind, Via
from examples.noise import broken, strays

# Not strftime: month names would follow the locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def lines(company: Company, today: date, days: int = 14, *, until: datetime | None = None) -> Iterator[str]:
    """Yield nginx log lines (format `combined`, no line ends) in order of time.

    They cover the `days` days before today and end before `until` (without it: at the beginning of
    today, so that nothing lies in the future). What happens monthly reaches back 90 days. A few
    lines are broken, as in any log. The same arguments give the same lines.
    """
    end = until or _midnight(today)
    for age in days_back(company, days):
        day = today - timedelta(age)
        written = [(call.at, _combined(call)) for call in _calls(company, Via.EDGE, today, age, days)]
        if age <= days:
            written += [(at, line.format(stamp=_stamp(at))) for at, line in broken(day)]
        yield from (line for at, line in sorted(written) if at < end)


def ndjson(company: Company, today: date, days: int = 14, *, until: datetime | None = None) -> Iterator[str]:
    """Yield usage events in order of time, one JSON object each, without line ends; window as in `lines`."""
    end = until or _midnight(today)
    for age in days_back(company, days):
        for call in sorted(_calls(company, Via.GATEWAY, today, age, days)):
            if call.at < end:
                yield json.dumps(_event(call))


def _calls(company: Company, via: Via, today: date, age: int, days: int) -> Iterator[Call]:
    yield from calls_of_day(company, via, today, age, days)
    if age <= days:
        yield from strays(via, today - timedelta(age))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _stamp(at: datetime) -> str:
    return f"{at.day:02}/{MONTHS[at.month - 1]}/{at:%Y:%H:%M:%S} +0000"


def _combined(call: Call) -> str:
    user = dict(call.identity).get(CredentialKind.USER, "-")
    target = f"{call.path}?{call.query}" if call.query else call.path
    request = f"{call.method} {target} HTTP/1.1"
    return (
        f'{call.address} - {user} [{_stamp(call.at)}] "{request}" {call.status} {call.size}'
        f' "-" "{call.user_agent}"'
    )


def _event(call: Call) -> dict[str, object]:
    # The query stays behind: usage events carry no values of the callers.
    return {
        "at": f"{call.at:%Y-%m-%dT%H:%M:%SZ}",
        "method": call.method,
        "path": call.path,
        "host": call.host,
        "status": call.status,
        "user_agent": call.user_agent,
        "identity": dict(call.identity),
    }
