"""The names that people give to consumers and contacts."""

from consumers.errors import ConsumersError

_LONGEST = 200


def checked_name(text: str, what: str) -> str:
    """Return a name without blanks around it; refuse an empty or overlong one."""
    name = text.strip()
    if not name or len(name) > _LONGEST:
        raise ConsumersError(f"a {what} needs a name that people know, of at most {_LONGEST} characters")
    return name
