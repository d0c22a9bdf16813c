"""The languages that mails and readers' pages are written in, and the rule for choosing one."""

from collections.abc import Callable
from typing import Final

DEFAULT: Final = "en"
NAMES: Final = {"en": "English", "de": "German (Deutsch)"}
"""By the code that BCP 47 gives each (its primary subtag)."""
OWN_NAMES: Final = {"en": "English", "de": "Deutsch"}
"""As each language calls itself."""


def checked_language(language: str, refusal: Callable[[str], Exception]) -> str:
    """Return a language's code without blanks around it; `refusal` is raised for any other."""
    code = language.strip().lower()
    if code not in NAMES:
        raise refusal(f"Mails aren't written in “{language.strip()}”: use {', '.join(NAMES)}.")
    return code
