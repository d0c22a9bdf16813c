"""What the post office refuses, and why."""


class PostError(Exception):
    """The root of what this room raises."""


class Unmailable(PostError):
    """An envelope that can't become a mail as it is: sending it again would change nothing."""


class UnknownKind(PostError):
    """A kind of mail that has no templates."""


class MailNotFound(PostError):
    """A mail that the built-in mailbox doesn't hold."""


class EnvelopeNotFound(PostError):
    """An envelope that the outbox doesn't hold."""


class WrongState(PostError):
    """A step that the envelope's state doesn't allow."""


class ChannelMisconfigured(PostError):
    """Settings from which no channel can be opened."""


class EndpointRefused(PostError):
    """An address that nothing will be posted to."""


class Unsealable(PostError):
    """What was sealed with another key, or not at all."""


class WordingNotFound(PostError):
    """A version or a language of templates that isn't there."""


class WordingConflict(PostError):
    """Templates that somebody else saved meanwhile."""


class TemplateRefused(PostError):
    """Templates that can't be rendered, or drop what matters: which part, on which line (0: none), why."""

    def __init__(self, part: str, line: int, cause: str) -> None:
        """Keep the place beside the sentence."""
        place = f"{part}, line {line}" if line else part
        super().__init__(f"{place}: {cause}")
        self.part, self.line, self.cause = part, line, cause


class SuppressionNotFound(PostError):
    """An address that isn't on the suppression list."""


class ListRefused(PostError):
    """A list of addresses that can't be read: every fault, with its line."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep the faults one by one."""
        super().__init__("; ".join(faults))
        self.faults = faults


class MailboxUnavailable(PostError):
    """A mailbox for what comes back that can't be read at the moment."""


class EventUnsigned(PostError):
    """A provider's report that isn't proven to be one."""


class EventUnreadable(PostError):
    """A provider's report that makes no sense."""
