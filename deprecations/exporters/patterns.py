"""Path templates as regular expressions, in the dialects that edges read, with every literal escaped.

Two kinds: for the decoded path, and for the path as the client wrote it, which alone may be copied into
a Link, since a decoded one may hold line breaks.
"""

import re
from collections.abc import Callable

from deprecations.exporters.entries import Entry, PathParts

_PLAIN = re.compile(r"[A-Za-z0-9/_~-]")
_EITHER = frozenset(":@!&()*+,;='$")
_SEGMENT = "[^/]+"
_WRITTEN_SEGMENT = "[^/?]+"
_CAPTURED = "[A-Za-z0-9._~!&()*+,;=:@%-]+)"
_END = r"(?:\?|$)"

Escape = Callable[[str], str]


def pcre(text: str) -> str:
    """Escape literal text for PCRE that sees bytes: no quotes, braces or spaces are left."""
    return "".join(map(_pcre, text))


def re2(text: str) -> str:
    """Escape literal text for RE2 and Go, which see characters."""
    return "".join(char if ord(char) > 127 and char.isprintable() else _rune(char) for char in text)


def decoded(path: PathParts, escape: Escape = pcre) -> str:
    """Return an expression for a decoded path, without anchors: a parameter is one segment."""
    return _SEGMENT.join(map(escape, path.literals)) + "/?"


def others(entry: Entry) -> str:
    """Return look-aheads against the paths of siblings, "" where there is none."""
    return "".join(f"(?!{decoded(path)}$)" for path in entry.unless)


def methods(entry: Entry) -> str:
    """Return an expression for an entry's methods."""
    return "|".join(entry.methods) if len(entry.methods) == 1 else f"(?:{'|'.join(entry.methods)})"


def written(entry: Entry, *, opening: str = "(", end: str = _END) -> str:
    """Return an expression for a path as it came, with what follows it, without an anchor before.

    It captures the parameters that a link needs, in the order of their numbers (see `groups`); `opening`
    begins a group, and may hold `{}` for its number.
    """
    wanted = groups(entry)
    parts = [_written(entry.path.literals[0])]
    for number, literal in enumerate(entry.path.literals[1:]):
        captured = number in wanted
        parts.append(f"{opening.format(wanted[number])}{_CAPTURED}" if captured else _WRITTEN_SEGMENT)
        parts.append(_written(literal))
    return "".join(parts) + "/?" + end


def groups(entry: Entry) -> dict[int, int]:
    """Return the number of the capturing group, from 1, of each parameter that a link needs."""
    wanted = sorted({piece for piece in entry.filled if isinstance(piece, int)})
    return {parameter: group for group, parameter in enumerate(wanted, start=1)}


def filling(entry: Entry, reference: str) -> str:
    """Return the links that a path fills, with `reference` (as `\\{}`) for each captured group."""
    numbers = groups(entry)
    return "".join(
        reference.format(numbers[piece]) if isinstance(piece, int) else piece for piece in entry.filled
    )


def _pcre(char: str) -> str:
    if _PLAIN.match(char):
        return char
    return r"\." if char == "." else "".join(f"\\x{byte:02x}" for byte in char.encode())


def _rune(char: str) -> str:
    return _pcre(char) if ord(char) < 128 else f"\\x{{{ord(char):x}}}"


def _written(text: str) -> str:
    return "".join(map(_written_char, text))


def _written_char(char: str) -> str:
    if _PLAIN.match(char) or char == ".":
        return _pcre(char)
    encoded = "".join(f"%{byte:02X}" for byte in char.encode())
    return f"(?:{_pcre(char)}|(?i:{encoded}))" if char in _EITHER else f"(?i:{encoded})"
