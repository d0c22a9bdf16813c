"""JSON bytes to values: orjson where it says the truth, the standard library where it would round or guess.

orjson rounds integers beyond 64 bits, keeps the last of two equal keys and refuses lone surrogates; each of
these is noticed here and read, or refused, exactly.
"""

import json
import math
import re

import orjson

from diffing.bounds import MAX_DEPTH, MAX_DIGITS, MAX_NODES, json_brackets
from diffing.document import Node
from diffing.marks import json_marks
from diffing.text import Text

DIGITS = bytes.maketrans(b"123456789", b"000000000")
LONG_INTEGER = b"0" * 19
NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*"|(-?[0-9][0-9.eE+-]*|NaN|-?Infinity)', re.DOTALL)
ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
PRINTER_DEPTH = 254
"""The levels at which orjson stops printing (documented); it stops reading at 1,024."""


def parse_json(text: Text) -> Node:
    """Read a JSON document; raises SpecError with its line for what is not JSON or too large."""
    value = _parse(text)
    text.is_json = True
    return value


def _parse(text: Text) -> Node:
    _check_containers(text)
    try:
        value = orjson.loads(text.data)
    except orjson.JSONDecodeError as fault:
        return _parse_exactly(text, fault)
    if _lost_members(text.data, value):
        json_marks(text)
    return json.loads(text.data) if _has_huge_integer(text.data) else value


def _check_containers(text: Text) -> None:
    if text.data.count(b"[") + text.data.count(b"{") <= MAX_NODES:
        return
    if len(json_brackets(text.data)) > 2 * MAX_NODES:
        raise text.error(f"holds more than {MAX_NODES:,} objects and lists; split it", 0)


def _has_huge_integer(data: bytes) -> bool:
    """Tell whether an integer may lie beyond the 64 bits that orjson keeps exactly."""
    shapes = data.translate(DIGITS)
    start = shapes.find(LONG_INTEGER)
    while start >= 0:
        end = start
        while shapes[end : end + 1] == b"0":
            end += 1
        if data[start - 1 : start] != b'"' and not _fits(data[start:end], data[start - 1 : start] == b"-"):
            return True
        start = shapes.find(LONG_INTEGER, end)
    return False


def _fits(digits: bytes, is_negative: bool) -> bool:
    return len(digits) <= 20 and int(digits) < (2**63 + 1 if is_negative else 2**64)


def _lost_members(data: bytes, value: Node) -> bool:
    """Tell whether the value is too deep, or may hold fewer members than the text.

    A member that was dropped took its colon along; an escaped colon would add one, so its text is scanned.
    """
    if b"\\u003" in data:
        return True
    for _ in range(PRINTER_DEPTH - MAX_DEPTH):
        value = [value]
    try:
        return orjson.dumps(value).count(b":") != data.count(b":")
    except orjson.JSONEncodeError:
        return True


def _parse_exactly(text: Text, fault: orjson.JSONDecodeError) -> Node:
    json_marks(text)
    _check_numbers(text)
    try:
        return json.loads(ESCAPE.sub(_keep_half_pair, text.data))
    except json.JSONDecodeError:
        offset = min(len(fault.doc[: fault.pos].encode("utf-8")), len(text.data.rstrip()))
        raise text.error(f"is not valid JSON: {fault.msg}; correct the text here", offset) from None


def _keep_half_pair(match: re.Match[bytes]) -> bytes:
    """Leave half a surrogate pair as the text of its escape: no character stands for it."""
    return b"\\\\" + match[0][1:] if match[1] else match[0]


def _check_numbers(text: Text) -> None:
    for match in NUMBER.finditer(text.data):
        number = match[1]
        if number is None:
            continue
        if len(number) > MAX_DIGITS:
            raise text.error(f"a number of {len(number):,} characters; write a shorter one", match.start(1))
        if not math.isfinite(_float(number)):
            raise text.error(f"{number.decode()} is no finite number; write one, or a string", match.start(1))


def _float(number: bytes) -> float:
    try:
        return float(number)
    except ValueError:
        return 0.0
