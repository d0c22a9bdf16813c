"""What templates may call: words for times and numbers, chart geometry, addresses of static files.

`now`, `today` and `zone` are not here: `context` brings them to each request.
"""

from datetime import date, datetime

from jinja2 import Environment

from deprecations import dates_in_words
from deprecations.judging import goes_at
from deprecations.phrases import LANGUAGES
from interfaces.pages import browsers, charts, figures, times
from interfaces.pages.assets import asset
from interfaces.pages.listing import address_with
from interfaces.pages.mail_frames import mail_document
from interfaces.pages.spec_text import seen_from, with_code, with_marks
from notifications.render import breakable


def reader_day(on: date, language: str) -> str:
    """Say a day in the language that mails are written in."""
    return dates_in_words.day(on, LANGUAGES[language])


def reader_moment(at: datetime, zone: str, language: str) -> str:
    """Say an instant in the language that mails are written in."""
    return dates_in_words.moment(at, zone, LANGUAGES[language])


FILTERS = {
    "absolute": times.stamp,
    "breakable": breakable,
    "browser_name": browsers.browser_name,
    "count": figures.count,
    "day": times.day,
    "day_in": times.day_in,
    "goes_at": goes_at,
    "mail_document": mail_document,
    "plural": figures.plural,
    "relative": times.relative,
    "reader_day": reader_day,
    "reader_moment": reader_moment,
    "relative_day": times.relative_day,
    "seen_from": seen_from,
    "share": figures.share,
    "weekday": times.weekday,
    "with_code": with_code,
    "with_marks": with_marks,
}
GLOBALS = {
    "address_with": address_with,
    "bars": charts.bars,
    "dial": charts.dial,
    "sparkline": charts.sparkline,
    "trend": charts.trend,
}


def equip(environment: Environment) -> None:
    """Give an environment the filters and functions that the pages' templates use."""
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS, asset=asset)
    environment.trim_blocks = environment.lstrip_blocks = True
