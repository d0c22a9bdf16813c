"""What people write into a plan, checked: its reason and its replacement. Links are `links`' business."""

from deprecations import replacement as replacements
from deprecations.errors import PlanRefused

_LONGEST = 1000


def checked_reason(text: str) -> str:
    """Return a reason; raises PlanRefused where there is none."""
    if not text.strip():
        raise PlanRefused("Say why: the reason is what consumers and your successors read.")
    return text.strip()


def sentence(text: str) -> str:
    """Return what somebody wrote so that another sentence can follow: with its full stop."""
    words = text.strip()
    return words if not words or words[-1] in ".!?…。" else f"{words}."


def checked_replacement(text: str) -> str:
    """Return what to call instead, an operation in its one spelling: `GET /v2/orders/{id}`."""
    words = " ".join(text.split())
    if len(words) > _LONGEST:
        raise PlanRefused(f"The replacement is too long: {len(words)} characters, {_LONGEST} at most.")
    named = replacements.read(words)
    return f"{named.method} {named.path}" if named else words
