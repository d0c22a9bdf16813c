"""What goes wrong while documents are read, each told as `file:line:column: what; what to do`."""


class DiffingError(Exception):
    """The base of this room's errors: its text can be shown to the user as it is."""


class SpecError(DiffingError):
    """A document cannot be read; `line` and `column` count from 1 and are None where the file has none."""

    def __init__(self, message: str, file: str, line: int | None = None, column: int | None = None) -> None:
        """Keep the sentence (`what; what to do`) and the place it is about."""
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        place = ":".join(str(part) for part in (file, line, column) if part is not None)
        super().__init__(f"{place}: {message}")


class ReferenceRefused(DiffingError):
    """A reader of referenced files will not open a path or address; the text says why."""
