"""Whether every text that one `pattern` matches is matched by another, decided where that is cheap.

Patterns are ECMA 262 expressions that match anywhere in a text. What is not regular (backreferences, looks
around), what the dialects of expressions read in different ways, and what may take a large automaton is left
undecided. The bounds count what is written, never time, so the same patterns always get the same answer.
"""

import re
from collections import deque
from functools import lru_cache
from typing import Any

_parser: Any = getattr(re, "_parser")  # noqa: B009 - the standard library's parser, which has no public name

MAX_SIZE = 130
"""Characters and classes of a pattern, its repetitions written out."""
MAX_LOOSE = 8
"""Classes after an open repetition: each may double the states of the automaton."""
_OTHER = "~"
_ANYTHING = "(?:[a]|[^a])*"
_DOT = "[^\\n\\r\u2028\u2029]"
_WORD = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|\[(?:[^\]\\]|\\.)*\]|\(\?:|\(\?|.", re.DOTALL)
_FOREIGN = re.compile(r"\\[sSbBpPkuxc0-9]")


def includes(wide: str, narrow: str) -> bool | None:
    """Answer whether `wide` matches whatever `narrow` matches; None where that is not decided."""
    one, other = _automaton(wide), _automaton(narrow)
    if one is None or other is None:
        return None
    return bool(other.issubset(one))


def matches(pattern: str, text: str) -> bool | None:
    """Answer whether a pattern matches somewhere in a text; None where that is not decided."""
    automaton = _automaton(pattern)
    return None if automaton is None else bool(automaton.accepts(text))


def between(wide: str, narrow: str) -> str | None:
    """Answer a shortest text that `wide` matches and `narrow` does not; None where none is known."""
    one, other = _automaton(wide), _automaton(narrow)
    if one is None or other is None:
        return None
    return _shortest(one.difference(other))


def _shortest(automaton: Any) -> str | None:
    """Walk the states, each once, and answer the text that leads to the first one that accepts."""
    seen = {automaton.initial}
    pending = deque([(automaton.initial, "")])
    while pending:
        state, text = pending.popleft()
        if state in automaton.finals:
            return text
        # Transitions are numbered as a set happens to be ordered; letters are not.
        steps = [
            (_letter(automaton.alphabet.by_transition[key]), target)
            for key, target in automaton.map.get(state, {}).items()
        ]
        for letter, target in sorted(steps, key=lambda step: (step[0] != _OTHER, step)):
            if target not in seen:
                seen.add(target)
                pending.append((target, text + letter))
    return None


def _letter(characters: list[Any]) -> str:
    """Answer one of the characters that lead a step on; what stands for all others has none of its own."""
    named = [character for character in characters if isinstance(character, str)]
    return min(named) if named else _OTHER


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> Any:
    split = _branches(pattern)
    branches = [_whole(branch) for branch in split or ()]
    text = "|".join(f"(?:{branch})" for branch in branches)
    if split is None or None in branches or not _small(text):
        return None
    import interegular

    try:
        return interegular.parse_pattern(text).to_fsm()
    except (interegular.InvalidSyntax, interegular.Unsupported, RecursionError):
        return None


def _branches(pattern: str) -> list[list[str]] | None:
    """Split a pattern at its outermost `|` into branches of words; None where it is foreign."""
    branches: list[list[str]] = [[]]
    depth = 0
    for word in _WORD.findall(pattern):
        if _FOREIGN.match(word) or word == "(?" or (word.startswith("[") and _odd(word)):
            return None
        depth += {"(": 1, "(?:": 1, ")": -1}.get(word, 0)
        if word == "|" and depth == 0:
            branches.append([])
        else:
            branches[-1].append(_DOT if word == "." else word)
    return branches if depth == 0 else None


def _odd(word: str) -> bool:
    """Answer whether a class holds what is read in different ways: empty, nested, classes that differ."""
    inner = word[1:-1].removeprefix("^")
    return (
        not inner
        or "[" in inner
        or any(mark in inner for mark in ("&&", "||", "--", "~~"))
        or bool(re.search(r"\\[sSbBpPkuxcDW0-9]", inner))
    )


def _whole(branch: list[str]) -> str | None:
    """Write a branch so that it matches whole texts; None where an anchor stands within it."""
    start, end = branch[:1] == ["^"], branch[-1:] == ["$"]
    inner = branch[1 if start else 0 : len(branch) - 1 if end else len(branch)]
    if "^" in inner or "$" in inner:
        return None
    return f"{'' if start else _ANYTHING}(?:{''.join(inner)}){'' if end else _ANYTHING}"


def _small(text: str) -> bool:
    try:
        size, loose, _ = _measure(_parser.parse(text), False)
    except (re.error, RecursionError, OverflowError):
        return False
    return size <= MAX_SIZE and loose <= MAX_LOOSE


def _measure(parsed: Any, after_loop: bool) -> tuple[int, int, bool]:
    """Answer the size, the classes that follow an open repetition, and whether one has come."""
    size = loose = 0
    for op, argument in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            open_ended = str(most) == "MAXREPEAT"
            count = least + 1 if open_ended else int(most)
            grouped = str(inner[0][0]) in ("SUBPATTERN", "BRANCH")
            one, more, _ = _measure(inner, after_loop or (open_ended and grouped))
            size, loose = size + one * count, loose + more * (1 if open_ended else count)
            after_loop = after_loop or most != least
        elif name == "BRANCH":
            parts = [_measure(branch, after_loop) for branch in argument[1]]
            size += sum(part[0] for part in parts)
            loose += sum(part[1] for part in parts)
            after_loop = after_loop or any(part[2] for part in parts)
        elif name == "SUBPATTERN":
            one, more, after_loop = _measure(argument[-1], after_loop)
            size, loose = size + one, loose + more
        else:
            size += 1
            loose += after_loop and name != "LITERAL"
    return size, loose, after_loop
