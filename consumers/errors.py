"""What consumers refuses, each with what to do about it."""


class ConsumersError(Exception):
    """Something about consumers or usage that can't be done; the message is for the person who asked."""


class NotFound(ConsumersError):
    """A thing that was named doesn't exist."""


class ConsumerNotFound(NotFound):
    """No consumer has that slug."""


class ApiNotFound(NotFound):
    """No API has the slug that a batch names."""


class Conflict(ConsumersError):
    """What is asked for belongs to something else already."""


class CredentialTaken(Conflict):
    """The credential names another consumer."""


class UnknownFormat(ConsumersError):
    """No reader understands a batch's first lines."""


class BadContract(ConsumersError):
    """A contract that can't be read; the message begins with the place."""


class BrokerUnavailable(ConsumersError):
    """A broker of contracts that can't be asked, or answers what it shouldn't."""


class MalformedUsage(ConsumersError):
    """Lines that their reader can't make out; carried by a `Broken`, never out of a batch."""
