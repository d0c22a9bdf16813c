"""May the fast YAML parser read these bytes? A scan that answers before any parser sees them.

The fast parser overflows its stack on deep inline nesting, reads a cycle as null, ignores tags and merge keys
and takes some texts for numbers that YAML 1.2 leaves text. Whoever finds a trace of these here sends the
document to `yaml_events`, which is exact and some five times slower; a false alarm costs time, never truth.
"""

import re
from collections.abc import Callable, Iterator

from diffing.bounds import MAX_DEPTH, MAX_DIGITS, MAX_NODES

DIGITS = bytes.maketrans(b"123456789E", b"000000000e")
MARKERS = bytes.maketrans(b"?:&!", b"----")
BLANKS = b" \t"
CONTROLS = bytes(set(range(256)) - {*range(32), 127} | set(b"\t\n\r"))
SIGNS = b"\n,[{-?"
LONG_NUMBER = b"0" * MAX_DIGITS

ANCHOR = re.compile(rb"&([^\s\[\]{},]+)(?=\s|$)")
ALIAS = re.compile(rb"\*([^\s\[\]{},:]+)")
TAG = re.compile(rb"!(?!=)\S*")
MERGE = re.compile(rb"<<[ \t]*:")
RADIX = re.compile(rb"0[bBxXoO][0-9a-fA-F_]")
HUGE_EXPONENTS = (b"e000", b"e+000")
UNDERSCORED = re.compile(rb"0_[0_]*")
NOT_FINITE = re.compile(rb"\.(?:inf|nan)\b", re.IGNORECASE)
PADDED_KEY = re.compile(rb"0[0-9]*[ \t]*:(?=\s|$)")
SIGNED_KEY = re.compile(rb"\+[0-9]+[ \t]*:(?=\s|$)")
BLOCK_HEADER = re.compile(rb"(?<![^ \t\n])[|>][-+0-9]*(?:[ \t]+#.*)?$")
BEFORE_NODE = b":-,[{?"


def is_plain(data: bytes) -> bool:
    """Tell whether the fast parser reads these bytes exactly as YAML 1.2 with text keys would have it."""
    return not any(check(data) for check in CHECKS)


def _may_be_large(data: bytes) -> bool:
    """Tell whether there are signs of more values than the bound; each value takes one of these."""
    if len(data) - len(data.translate(None, SIGNS)) <= MAX_NODES:
        return False
    return sum(map(data.count, (b"\n", b",", b"[", b"{", b"- ", b"? "))) > MAX_NODES


def _has_controls(data: bytes) -> bool:
    return bool(data.translate(None, CONTROLS))


def _nests_inline(data: bytes) -> bool:
    run = b"-" * MAX_DEPTH
    return run in data.translate(MARKERS, BLANKS) or b" " * (4 * MAX_DEPTH) in data


def _has_huge_numbers(data: bytes) -> bool:
    shapes = data.translate(DIGITS)
    if LONG_NUMBER in shapes or (b"0_" in shapes and any(_tokens(UNDERSCORED, shapes, b"+-0."))):
        return True
    return any(
        shapes[at - 1] in b"0." and _begins_word(shapes, at - 1, b"+-0.")
        for word in HUGE_EXPONENTS
        for at in _finds(word, shapes)
        if at
    )


def _has_odd_numbers(data: bytes) -> bool:
    return any(_tokens(RADIX, data, b"+-")) or any(_tokens(NOT_FINITE, data, b"+-"))


def _has_odd_keys(data: bytes) -> bool:
    if any(_tokens(SIGNED_KEY, data, b"")):
        return True
    return any(found.rstrip(b": \t") != b"0" for found in _tokens(PADDED_KEY, data, b"+-"))


def _has_tags(data: bytes) -> bool:
    return any(_node_starts(TAG, data))


def _ends_in_header(data: bytes) -> bool:
    """Tell whether the last line opens a block of text: an empty one, which the fast parser fills."""
    stripped = data.rstrip()
    return BLOCK_HEADER.search(stripped, stripped.rfind(b"\n") + 1) is not None


def _has_merges(data: bytes) -> bool:
    return MERGE.search(data) is not None


def _may_cycle(data: bytes) -> bool:
    """Tell whether an alias may stand inside the value that it names.

    It cannot where a line between the two starts further left than the anchor's own line.
    """
    anchors = {match[1]: match.start() for match in _node_starts(ANCHOR, data)}
    if not anchors:
        return False
    for match in ALIAS.finditer(data):
        start = anchors.get(match[1])
        if start is not None and not _has_left(data, start, match.start()):
            return True
    return False


def _has_left(data: bytes, start: int, end: int) -> bool:
    line = data.rfind(b"\n", 0, start) + 1
    margin = len(data[line:start]) - len(data[line:start].lstrip(b" "))
    between = re.compile(rb"\n {0,%d}[^\s#\]}]" % max(margin - 1, 0))
    return margin > 0 and between.search(data, start, end) is not None


CHECKS: tuple[Callable[[bytes], bool], ...] = (
    _may_be_large,
    _has_controls,
    _nests_inline,
    _has_huge_numbers,
    _has_odd_numbers,
    _has_odd_keys,
    _ends_in_header,
    _has_merges,
    _has_tags,
    _may_cycle,
)


def _tokens(pattern: re.Pattern[bytes], data: bytes, skipped: bytes) -> Iterator[bytes]:
    """Find matches that begin a word, once the characters in `skipped` before them are passed over."""
    for match in pattern.finditer(data):
        if _begins_word(data, match.start(), skipped):
            yield match[0]


def _begins_word(data: bytes, start: int, skipped: bytes) -> bool:
    before = start - 1
    while before >= 0 and data[before] in skipped:
        before -= 1
    return before < 0 or data[before] in b" \t\n,[{"


def _finds(word: bytes, data: bytes) -> Iterator[int]:
    """Find each place of a word, many times faster than a pattern that begins with a frequent letter."""
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)


def _node_starts(pattern: re.Pattern[bytes], data: bytes) -> Iterator[re.Match[bytes]]:
    """Find matches that stand where a value may begin: after an indicator, or first in their line."""
    for match in pattern.finditer(data):
        line = data.rfind(b"\n", 0, match.start()) + 1
        before = data[line : match.start()].rstrip(BLANKS)
        if not before or before[-1] in BEFORE_NODE:
            yield match
