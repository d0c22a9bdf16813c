"""The calls that the company's consumers make, from their habits.

Every habit draws its day from a seed of its own, so a day's calls stay the same whatever the
window. How a call is written down is left to `traffic`, what is no consumer's call to `noise`.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from examples.company import CallRate, Company, CredentialKind, ExampleApi, Habit, Rhythm, Trend, Via

# What a week further back multiplies the calls with, and how far that may go.
WEEKLY = {Trend.STEADY: 1.0, Trend.FALLING: 1.5, Trend.RISING: 0.6}
LEAST, MOST = 0.05, 4.0

SUCCESS = {"GET": 200, "POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}
ACTIONS = ("/cancel", "/validate")  # these POSTs make nothing new and answer 200

# A placeholder's prefix and the range its number is drawn from.
NUMBERED = {
    "orderId": ("FW-", 104000, 109999),
    "shipmentId": ("SH-", 88000, 91999),
    "trackingNumber": ("FWK", 40000000, 40008999),
    "invoiceId": ("INV-", 2010, 2060),
    "documentId": ("INV-", 2010, 2060),
    "addressId": ("AD-", 3000, 3899),
    "pickupId": ("PU-", 700, 799),
    "returnId": ("RT-", 1200, 1599),
    "reservationId": ("RS-", 50000, 58999),
}
DEPOTS = ("ASHC", "GRNW", "LINT", "MARL", "OLDM", "PEND", "TARN", "WICK")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One request as a server saw it; `identity` is what the caller showed of itself, by kind."""

    at: datetime
    address: str
    host: str
    method: str
    path: str
    query: str
    status: int
    size: int
    user_agent: str
    identity: tuple[tuple[str, str], ...]


def days_back(company: Company, days: int) -> range:
    """Answer the ages in days that may hold calls, oldest first and today included."""
    marked = (age for habit in company.habits for rate in habit.calls for age in rate.only_days_ago)
    return range(max(days, *marked), -1, -1)


def calls_of_day(company: Company, via: Via, today: date, age: int, days: int) -> Iterator[Call]:
    """Yield what all habits recorded at `via` did `age` days before today, in no order."""
    apis = {api.slug: api for api in company.apis}
    kinds = {(c.slug, key.value): key.kind for c in company.consumers for key in c.credentials}
    for number, habit in enumerate(company.habits):
        if habit.via is not via:
            continue
        kind = kinds[habit.caller, habit.credential] if habit.credential else None
        for rate in habit.calls:
            if is_active(rate, age, days):
                seed = f"{number} {rate.api} {rate.operation} {today - timedelta(age)}"
                drawn = random.Random(seed)  # noqa: S311 - the same every time is what is wanted
                count = _count(rate, company.rhythms[habit.rhythm], today - timedelta(age), age, drawn)
                hours = company.rhythms[habit.rhythm].hours
                for hour in drawn.choices(range(24), hours, k=count):
                    yield _call(habit, rate, apis[rate.api], kind, today - timedelta(age), hour, drawn)


def is_active(rate: CallRate, age: int, days: int) -> bool:
    """Say whether the operation is called on the day `age` days back, in a window of `days` days."""
    if rate.only_days_ago:
        return age in rate.only_days_ago
    return age <= (days if rate.since_days_ago is None else min(days, rate.since_days_ago))


def _count(rate: CallRate, rhythm: Rhythm, day: date, age: int, drawn: random.Random) -> int:
    trend: float = min(max(WEEKLY[rate.trend] ** (age / 7), LEAST), MOST)
    weekend = rhythm.weekend if day.weekday() >= 5 else 1.0
    expected = rate.per_day * trend * weekend * drawn.uniform(0.92, 1.08)
    return int(expected) + (drawn.random() < expected % 1)


def _call(
    habit: Habit,
    rate: CallRate,
    api: ExampleApi,
    kind: CredentialKind | None,
    day: date,
    hour: int,
    drawn: random.Random,
) -> Call:
    method, template = rate.operation.split(" ")
    failed = drawn.random() < rate.error_rate
    return Call(
        at=datetime.combine(day, time(hour), UTC) + timedelta(seconds=drawn.randrange(3600)),
        address=habit.address,
        host=api.host,
        method=method,
        path=api.base_path + _PLACEHOLDER.sub(lambda match: _identifier(match[1], drawn), template),
        query=rate.query,
        status=drawn.choice(rate.errors) if failed else _success(method, template),
        size=drawn.randrange(120, 4800),
        user_agent=drawn.choice(habit.user_agents),
        identity=((kind.value, habit.credential),) if kind and habit.credential else (),
    )


def _success(method: str, template: str) -> int:
    return 200 if template.endswith(ACTIONS) else SUCCESS[method]


def _identifier(placeholder: str, drawn: random.Random) -> str:
    if placeholder == "code":
        return drawn.choice(DEPOTS)
    prefix, first, last = NUMBERED[placeholder]
    return f"{prefix}{drawn.randint(first, last)}"
