"""The other files of a spec: which ones its references name, and their values, read one after another.

Files come from the reader that is handed in; resolving a reference to a node is for whoever walks the tree.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urljoin

from diffing.bounds import MAX_BYTES, MAX_FILES
from diffing.document import Node
from diffing.errors import ReferenceRefused, SpecError
from diffing.text import Text

Read = Callable[[str], bytes]
"""Answers a file's bytes by its path relative to the root's folder, or by its address where it allows that.

Raises OSError where there is none, ReferenceRefused where it may not be opened.
"""

ALONE = "refers to another file, but only one was given; give its folder, or bundle it"
REFERENCE = re.compile(rb"""\$ref["']?[ \t]*:(?![ \t]*["']?\#)""")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
NAME_MAPS = frozenset(
    "properties patternProperties definitions $defs schemas dependentSchemas responses parameters headers "
    "requestBodies securitySchemes links callbacks pathItems paths webhooks".split()
)
LITERALS = frozenset(("example", "enum", "const", "default", "value"))


def names_files(text: Text) -> bool:
    """Tell whether a reference in the text may point outside of it; a cheap look at the bytes."""
    return REFERENCE.search(text.data) is not None


def file_of(reference: str, base: str) -> str | None:
    """Answer the file that a reference in file `base` names; None where it stays in `base`.

    Paths are percent-decoded and normalised, relative to the root's folder; addresses stay addresses.
    """
    path = reference.partition("#")[0]
    if not path:
        return None
    if SCHEME.match(path):
        return path
    if SCHEME.match(base):
        return urljoin(base, path)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(path)))


def collect(
    text: Text, tree: Node, read: Read | None, parse: Callable[[str, bytes], tuple[Text, Node]]
) -> dict[str, tuple[Text, Node]]:
    """Read every file that the root or one of its files refers to, keyed by path.

    Raises SpecError that names the line of the reference which is refused or leads nowhere.
    """
    files: dict[str, tuple[Text, Node]] = {}
    total = 0
    pending = [("", text, tree)]
    while pending:
        base, source, node = pending.pop()
        for reference, is_literal in _references(node) if names_files(source) else ():
            path = file_of(reference, base)
            if path is None or path in files or path == root_path(text.name):
                continue
            try:
                raw = _read(source, reference, path, read)
            except SpecError:
                if is_literal:
                    continue
                raise
            total += len(raw)
            if total > MAX_BYTES or len(files) >= MAX_FILES:
                raise _error(
                    source, reference, f"leads beyond {MAX_FILES:,} files or {MAX_BYTES:,} bytes; split it"
                )
            files[path] = parse(path, raw)
            pending.append((path, *files[path]))
    return files


def root_path(source: str) -> str:
    """Answer the root file's own path, by which its other files may refer back to it."""
    return posixpath.basename(source.rpartition(":")[2])


def _references(tree: Node) -> Iterator[tuple[str, bool]]:
    """Find each `$ref` and whether it stands in literal data, which only may be a reference."""
    stack: list[tuple[Node, bool, bool]] = [(tree, False, False)]
    while stack:
        node, names_only, is_literal = stack.pop()
        if isinstance(node, list):
            stack.extend([(item, False, is_literal) for item in node if isinstance(item, dict | list)])
            continue
        reference = node.get("$ref")
        if isinstance(reference, str) and not names_only:
            yield reference, is_literal
        for key, value in node.items():
            if isinstance(value, dict | list):
                literal = is_literal or (not names_only and (key in LITERALS or key.startswith("x-")))
                stack.append((value, key in NAME_MAPS and not names_only, literal))


def _read(source: Text, reference: str, path: str, read: Read | None) -> bytes:
    if read is None:
        raise _error(source, reference, ALONE)
    if path.startswith("/") and not SCHEME.match(path):
        raise _error(source, reference, "is an absolute path; make it relative to the file it stands in")
    try:
        return read(path)
    except ReferenceRefused as error:
        raise _error(source, reference, str(error)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _error(
            source, reference, f"cannot be read ({reason}); correct the path or add the file"
        ) from None


def _error(source: Text, reference: str, message: str) -> SpecError:
    quoted = re.escape(reference.encode("utf-8", "replace"))
    found = re.search(rb"""\$ref["']?\s*:\s*["']?""" + quoted, source.data)
    return source.error(f"the reference {reference[:200]!r} {message}", found.start() if found else 0)
