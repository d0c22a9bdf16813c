"""How sure it is that a call under some kind of name comes from the consumer that the name is of."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from consumers.models import CredentialKind


class Confidence(StrEnum):
    """How sure a name is, surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    WEAK = "weak"


USUAL: Mapping[str, Confidence] = {
    CredentialKind.APP_ID: Confidence.CERTAIN,  # what a gateway checked before it let the call in
    CredentialKind.CLIENT_ID: Confidence.CERTAIN,
    CredentialKind.API_KEY: Confidence.CERTAIN,
    CredentialKind.CERTIFICATE: Confidence.CERTAIN,
    CredentialKind.HEADER: Confidence.LIKELY,  # said, and not checked
    CredentialKind.USER: Confidence.LIKELY,  # people and programs share accounts
    CredentialKind.USER_AGENT: Confidence.WEAK,  # anybody may say so
    CredentialKind.NONE: Confidence.WEAK,
}
_RANK = {confidence: rank for rank, confidence in enumerate(Confidence)}


def confidence_in(kinds: Iterable[str], known: Mapping[str, Confidence] = USUAL) -> Confidence:
    """Return how sure the surest of several kinds of names is, by what an API holds of each."""
    found = (known.get(kind, Confidence.WEAK) for kind in kinds)
    return min(found, key=_RANK.__getitem__, default=Confidence.WEAK)
