"""Names as other systems write them, made into short ones."""

import re
import unicodedata

_LONGEST_SLUG = 80


def slug_of(name: str) -> str:
    """Return a name in small letters, digits and single hyphens; empty where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
