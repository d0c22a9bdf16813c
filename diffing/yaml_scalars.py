"""Plain YAML scalars by the core schema of YAML 1.2 (section 10.3.2): `no`, `on`, `1:30`, dates are text."""

import math
import re

from diffing.bounds import MAX_DIGITS

Scalar = str | int | float | bool | None

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
FIRST = frozenset("0123456789+-.~nNtTfF")


def plain_value(text: str) -> Scalar:
    """Answer what an unquoted scalar stands for; raises ValueError for numbers that JSON cannot carry."""
    if text and text[0] not in FIRST:
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(_short(text))
    if OCTAL.fullmatch(text):
        return int(_short(text)[2:], 8)
    if HEXADECIMAL.fullmatch(text):
        return int(_short(text)[2:], 16)
    if FLOAT.fullmatch(text):
        return _finite(float(_short(text)))
    return _finite(math.nan) if NOT_FINITE.fullmatch(text) else text


def _short(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"is a number of {len(text):,} characters; write a shorter one")
    return text


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("is no finite number; write one, or a string in quotes")
    return value
