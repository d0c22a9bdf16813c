"""Break text into lines of a terminal's width, counting what each character takes on the screen."""

import re
from unicodedata import combining, east_asian_width

WIDTH = 100
# What reports are made of, told apart at once: Latin letters and the marks that reports set themselves.
_NARROW = re.compile("[ -\u02ff✗·→…‘’“”–—×]*")


def wrapped(text: str, first: str, rest: str) -> list[str]:
    """Return `text` as lines of at most `WIDTH` columns, led by `first`, then by `rest`.

    Words longer than a line are cut. There is always at least one line.
    """
    lines, line, lead = [], first, first
    for word in text.split(" "):
        if line != lead and columns(line) + 1 + columns(word) > WIDTH:
            lines.append(line)
            line = lead = rest
        line += word if line == lead else f" {word}"
        while columns(line) > WIDTH:
            cut = _fitting(line)
            lines.append(line[:cut])
            lead = rest
            line = rest + line[cut:]
    return [*lines, line]


def columns(text: str) -> int:
    """Return how many columns `text` takes: wide characters take two, combining ones none."""
    if _NARROW.fullmatch(text):
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _fitting(line: str) -> int:
    room = WIDTH
    for index, character in enumerate(line):
        room -= _width(character)
        if room < 0:
            return index
    return len(line)
