"""How large an untrusted document may grow, and scans of its bytes that bound it before a parser sees it.

A specification that people write stays a hundred times below each of these.
"""

import re

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 200
"""Nested values; far below where a parser, a printer or an equality would overflow its stack."""
MAX_NODES = 400_000
"""Values in a file, aliases and merges expanded, collections counted twice; in JSON collections alone."""
MAX_FILES = 5_000
MAX_DIGITS = 1_000
"""Digits of an integer; longer ones take quadratic time to read and print."""

NO_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))


def json_brackets(data: bytes) -> bytes:
    """Keep the brackets of a JSON text that stand outside its strings.

    A pair of quotes that touch switches "inside a string" off and on again, so it can go wherever it stands.
    """
    skeleton = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, NO_STRUCTURE)
    return re.sub(rb'"[^"]*"', b"", skeleton.replace(b'""', b""))
