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
