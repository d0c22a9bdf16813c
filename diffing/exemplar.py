"""Texts that match a regular expression, read off its own parse: a heuristic, checked by whoever asks.

Anchors, literals, classes, groups, branches and counts are followed; what looks around or back is skipped.
"""

import re
from collections.abc import Callable
from typing import Any

_parser: Any = getattr(re, "_parser")  # noqa: B009 - the standard library's parser, which has no public name

CATEGORIES = {"CATEGORY_DIGIT": "0", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}
ANY_OTHER = "a0-_ .!é"
MAX_REPEAT = 200


def exemplars(pattern: str, count: int = 4) -> list[str]:
    """Answer up to `count` texts that probably match, least repeated first; none for what can't be read."""
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return []
    texts = (_text(parsed, turn) for turn in range(count))
    return list(dict.fromkeys(text for text in texts if text is not None))


def _text(parsed: Any, turn: int) -> str | None:
    pieces = [_piece(str(op), argument, turn) for op, argument in parsed]
    known = [piece for piece in pieces if piece is not None]
    return "".join(known) if len(known) == len(pieces) else None


def _piece(op: str, argument: Any, turn: int) -> str | None:
    handler = HANDLERS.get(op)
    return None if handler is None else handler(argument, turn)


def _repeat(argument: Any, turn: int) -> str | None:
    least, most, inner = argument
    count = min(least + turn, int(most), max(least, MAX_REPEAT))
    text = _text(inner, turn)
    return "" if count == 0 else None if text is None else text * count


def _choice(argument: Any, turn: int) -> str | None:
    branches = argument[1]
    return _text(branches[turn % len(branches)], turn)


def _one_of(argument: Any, turn: int) -> str | None:
    members = [(str(op), value) for op, value in argument]
    if members[0][0] == "NEGATE":
        return next(
            (char for char in ANY_OTHER if not any(_holds(*member, char) for member in members[1:])), None
        )
    options = [char for member in members for char in _members(*member)]
    return options[turn % len(options)] if options else None


def _members(op: str, value: Any) -> list[str]:
    if op == "LITERAL":
        return [chr(value)]
    if op == "RANGE":
        return [chr(value[0])]
    return [CATEGORIES[str(value)]] if str(value) in CATEGORIES else []


def _holds(op: str, value: Any, char: str) -> bool:
    if op == "LITERAL":
        return ord(char) == int(value)
    if op == "RANGE":
        return int(value[0]) <= ord(char) <= int(value[1])
    tests: dict[str, Callable[[str], bool]] = {
        "CATEGORY_DIGIT": str.isdigit,
        "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
        "CATEGORY_SPACE": str.isspace,
    }
    test = tests.get(str(value))
    return test is None or test(char)


HANDLERS: dict[str, Callable[[Any, int], str | None]] = {
    "LITERAL": lambda argument, turn: chr(argument),
    "NOT_LITERAL": lambda argument, turn: next(char for char in ANY_OTHER if ord(char) != argument),
    "ANY": lambda argument, turn: "a",
    "AT": lambda argument, turn: "",
    "IN": _one_of,
    "CATEGORY": lambda argument, turn: CATEGORIES.get(str(argument)),
    "BRANCH": _choice,
    "SUBPATTERN": lambda argument, turn: _text(argument[-1], turn),
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "POSSESSIVE_REPEAT": _repeat,
    "ASSERT": lambda argument, turn: "",
    "ASSERT_NOT": lambda argument, turn: "",
}
