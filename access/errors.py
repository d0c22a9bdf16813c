"""What access refuses."""


class AccessError(Exception):
    """A request about users, sessions or tokens that can't be met; the message says why."""


class NotAllowed(AccessError):
    """Who asks is known, and may not do this."""


class UserNotFound(AccessError):
    """Nobody goes by that number or address."""


class Conflict(AccessError):
    """What is asked for would leave two people with one address, or no administrator."""
