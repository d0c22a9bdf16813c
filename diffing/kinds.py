"""What kind of thing a change is about: the word by which reports and policies group findings."""

from diffing import aspects
from diffing.change import Change

_BY_ASPECT = {
    **{row.aspect: "constraints" for row in aspects.LIMITS},
    **{f"exclusive-{row.aspect}": "constraints" for row in aspects.LIMITS},
    **{row.aspect: row.kind for row in aspects.ANNOTATIONS},
    **dict.fromkeys(("multiple-of", "unique-items", "pattern", "dependent-required"), "constraints"),
    **dict.fromkeys(("type", "nullable", "format", "schema"), "type"),
    **dict.fromkeys(("enum", "enum-value", "const"), "values"),
    **dict.fromkeys(("required",), "required"),
    **dict.fromkeys(("existence", "component"), "existence"),
    **dict.fromkeys(
        ("any-of", "one-of", "union-kind", "not", "if", "then", "else", "contains"), "composition"
    ),
    **dict.fromkeys(("discriminator", "discriminator-property-name", "discriminator-mapping"), "composition"),
    **dict.fromkeys(("style", "explode", "allow-reserved", "content", "encoding"), "wire"),
    **dict.fromkeys(("allow-empty-value",), "constraints"),
    **dict.fromkeys(("spelling", "dialect"), "documentation"),
    **dict.fromkeys(("operation-id", "name"), "naming"),
    **dict.fromkeys(("stability",), "lifecycle"),
    **dict.fromkeys(("summary", "tags", "externaldocs"), "documentation"),
    **dict.fromkeys(("extension",), "documentation"),
    **dict.fromkeys(("other",), "residue"),
}
_BY_ELEMENT = {"server": "servers", "info": "documentation", "document": "documentation"}


def kind_of(change: Change) -> str:
    """Answer the kind of a change: "existence", "constraints", "type", "security", ..."""
    if change.aspect.startswith("security"):
        return "security"
    if change.element in _BY_ELEMENT:
        return _BY_ELEMENT[change.element]
    return _BY_ASPECT.get(change.aspect, "structure")
