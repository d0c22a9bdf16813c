"""References: where a `$ref` points, in the root document and in the files it pulls in.

Resolution is lazy and remembers its answers. A dangling reference is an answer too (None), never an
error: broken documents are compared as they stand.
"""

from urllib.parse import unquote

from diffing.document import Document, Node
from diffing.part import Part, Spot, escape, unescape
from diffing.references import file_of, root_path

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
ANCHORS = ("$anchor", "$dynamicAnchor")


class Resolver:
    """Follow the references of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._targets: dict[tuple[str, str], Part | None] = {}
        self._anchors: dict[str, dict[str, Part]] = {}

    @property
    def root(self) -> Part:
        """The root document as a part."""
        return Part(self.document.tree, "", "")

    def follow(self, part: Part) -> Part:
        """Answer what `part` stands for: the end of its chain of references.

        A chain that dangles or closes on itself answers the last reference object that could be reached.
        """
        if not isinstance(part.node, dict) or "$ref" not in part.node:
            return part
        seen = {part.spot}
        while isinstance(part.node, dict) and isinstance(part.node.get("$ref"), str):
            target = self.target(part.node["$ref"], part.file)
            if target is None or target.spot in seen:
                return part
            seen.add(target.spot)
            part = target
        return part

    def target(self, reference: str, file: str) -> Part | None:
        """Answer the part that `reference`, written in `file`, points at; None where it dangles."""
        key = (file, reference)
        if key not in self._targets:
            self._targets[key] = self._find(reference, file)
        return self._targets[key]

    def at(self, spot: Spot) -> Part | None:
        """Answer the part at a place, None where there is none."""
        return self._within(*spot)

    def nearest(self, file: str, pointer: str) -> Part | None:
        """Answer the nearest part at or around a place; None where there is no such file."""
        if file and file not in self.document.files:
            return None
        node = self._tree(file)
        tokens = pointer.split("/")
        for depth, token in enumerate(tokens[1:], 1):
            key = unescape(token)
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and token.isdecimal() and int(token) < len(node):
                node = node[int(token)]
            else:
                return Part(node, file, "/".join(tokens[:depth]))
        return Part(node, file, pointer)

    def recursive(self, part: Part) -> Part | None:
        """Answer what `$recursiveRef` in `part` means: the nearest schema around it that is an anchor."""
        pointer = part.pointer
        while pointer:
            pointer = pointer.rpartition("/")[0]
            around = self._within(part.file, pointer)
            if (
                around is not None
                and isinstance(around.node, dict)
                and around.node.get("$recursiveAnchor") is True
            ):
                return around
        return None

    def _find(self, reference: str, file: str) -> Part | None:
        path, _, fragment = reference.partition("#")
        home = self._home(reference, file) if path else file
        pointer = unquote(fragment)
        found = self._within(home, pointer)
        # Leaf files of several vendors write `#/components/...` and mean the root document.
        if found is None and not path and file:
            return self._within("", pointer)
        return found

    def _home(self, reference: str, file: str) -> str:
        path = file_of(reference, file)
        if path is None:
            return file
        return "" if path == root_path(self.document.source) else path

    def _tree(self, file: str) -> Node:
        return self.document.tree if not file else self.document.files[file]

    def _within(self, file: str, pointer: str) -> Part | None:
        if file and file not in self.document.files:
            return None
        if pointer and not pointer.startswith("/"):
            return self._anchor(file, pointer)
        node = self._tree(file)
        tokens = pointer.split("/")[1:]
        found = _named(node, tokens)
        if found is not _ABSENT:
            return Part(found, file, pointer)
        steps = [""]
        for token in tokens:
            if isinstance(node, list) and token.isdecimal() and int(token) < len(node):
                node = node[int(token)]
                steps.append(str(int(token)))
                continue
            key = unescape(token)
            if not isinstance(node, dict) or key not in node:
                return None
            node = node[key]
            steps.append(escape(key))
        return Part(node, file, "/".join(steps))

    def _anchor(self, file: str, name: str) -> Part | None:
        if file not in self._anchors:
            self._anchors[file] = _anchors(Part(self._tree(file), file, ""))
        return self._anchors[file].get(name)


_ABSENT: Node = object()


def _named(node: Node, tokens: list[str]) -> Node:
    """Answer what stands at tokens that are names as they are written; _ABSENT where some are not."""
    for token in tokens:
        if not isinstance(node, dict) or token not in node or "~" in token:
            return _ABSENT
        node = node[token]
    return node


def _anchors(root: Part) -> dict[str, Part]:
    found: dict[str, Part] = {}
    pending = [root]
    while pending:
        part = pending.pop()
        pending.extend(part.items())
        for key, member in part.members():
            if key in ANCHORS and isinstance(member.node, str):
                found.setdefault(member.node, part)
            pending.append(member)
    return found
