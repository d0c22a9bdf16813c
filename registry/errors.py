"""What the registry refuses, each with what to do about it."""


class RegistryError(Exception):
    """Something the registry can't do; the message is for the person who asked."""


class NotFound(RegistryError):
    """A thing that was named doesn't exist."""


class Conflict(RegistryError):
    """A name is taken by something else."""


class BadDocument(RegistryError):
    """A document that can't be read; the message names file, line and cause."""


class TooCostly(RegistryError):
    """Reading or comparing went beyond the processor time or memory that it is given."""


class SourceUnavailable(RegistryError):
    """A spec repository couldn't be reached or read; worth another try."""
