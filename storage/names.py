"""The rule for what people name: one line that every page, mail and terminal shows as it was typed."""

import unicodedata
from collections.abc import Callable

_LONGEST = 200
_UNSEEN = frozenset(("Cc", "Cs", "Zl", "Zp"))
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def checked_name(text: str, what: str, refusal: Callable[[str], Exception]) -> str:
    """Return a name without blanks around it; `refusal` is raised for an empty, overlong or unseen one."""
    name = text.strip()
    if not name or len(name) > _LONGEST:
        raise refusal(f"{what} needs a name that people know, of at most {_LONGEST} characters")
    return checked_line(name, f"the name of {what}", refusal)


def checked_line(text: str, what: str, refusal: Callable[[str], Exception]) -> str:
    """Return a line that may be empty, without blanks around it; `refusal` is raised for line breaks in it.

    So it is for control characters, and for those that turn the direction of the text after them.
    """
    line = text.strip()
    for place, character in enumerate(line, start=1):
        if character in _TURNING or unicodedata.category(character) in _UNSEEN:
            raise refusal(
                f"{what} holds U+{ord(character):04X} at character {place}: write it as one line, without "
                "control characters"
            )
    return line
