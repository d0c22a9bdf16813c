"""What this room refuses, and why."""

from datetime import date


class DeprecationsError(Exception):
    """The root of what this room raises; the message is for the person who asked."""


class DeprecationNotFound(DeprecationsError):
    """A plan that doesn't exist."""


class SnapshotNotFound(DeprecationsError):
    """An impact that doesn't exist."""


class BrownoutNotFound(DeprecationsError):
    """A window that doesn't exist."""


class ExemptionNotFound(DeprecationsError):
    """A consumer that isn't exempted."""


class EndpointNotFound(DeprecationsError):
    """A contact that is told by mail alone."""


class OwnerNotFound(DeprecationsError):
    """Somebody of an API's team who isn't named."""


class ProbeNotFound(DeprecationsError):
    """A probe that doesn't exist."""


class FreezeNotFound(DeprecationsError):
    """A freeze that doesn't exist."""


class AnswerLinkRefused(DeprecationsError):
    """A link from a mail that is torn, forged or too old."""

    def __init__(self, message: str, *, is_expired: bool = False) -> None:
        """Keep beside the sentence which of them it is."""
        super().__init__(message)
        self.is_expired = is_expired


class AnswerRefused(DeprecationsError):
    """An answer to a notice that makes no sense."""


class AnswerNotFound(DeprecationsError):
    """An answer that nobody gave."""


class NoticeNotFound(DeprecationsError):
    """A notice that isn't to come."""


class PlanRefused(DeprecationsError):
    """A plan that makes no sense, whatever the policy."""


class AlreadyPlanned(DeprecationsError):
    """The operation has a plan that isn't over."""


class TransitionRefused(DeprecationsError):
    """A step that the plan's state doesn't allow."""


class PolicyRefused(DeprecationsError):
    """A plan that breaks what its API promises; says which rule, and for a date the earliest legal one."""

    def __init__(
        self, message: str, *, rule: str, asked: date | None = None, earliest: date | None = None
    ) -> None:
        """Keep the facts beside the sentence, for those who answer in JSON."""
        super().__init__(message)
        self.rule, self.asked, self.earliest = rule, asked, earliest
