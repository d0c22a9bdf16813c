"""Make a spec's text safe to print: spec text is data and may hold control sequences.

Markup is escaped by the report that has it; this takes away only what no report may pass on.
"""

import re

# Control characters, terminal escapes among them; line and paragraph separators; marks that
# reorder text (https://trojansource.codes); lone surrogates and non-characters.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]"
)
_SPACE = re.compile(r"[ \t\r\n]+")


def printable(text: str) -> str:
    """Return `text` on one line, runs of white space as one space, unsafe characters spelt out."""
    return _UNSAFE.sub(_spelt, _SPACE.sub(" ", text))


def _spelt(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
