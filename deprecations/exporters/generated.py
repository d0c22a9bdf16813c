"""What an exporter hands out, and the comment at its head: how to install it, what it can't do, its proof."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH = 106


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file to put on the edge; `name` is relative, with slashes."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """What a reader of a generated file must know.

    `tried_on` is the edge and version that ran it, or "", and then `partly` says what else was run.
    `writes` is what the edge is made to do.
    """

    title: str
    tried_on: str
    install: str
    limits: tuple[str, ...]
    partly: str = ""
    writes: str = "Deprecation, Sunset and Link headers, brownouts and tombstones"

    @property
    def proof(self) -> str:
        """Say whether this exporter was ever run against the real edge."""
        if self.tried_on:
            return f"Run and asked over loopback with {self.tried_on}, in Sundial's own tests."
        warning = (
            f"Written from the documentation of {self.title} alone, and never run on it: try it before you "
            "rely on it."
        )
        return f"{warning} {self.partly}".strip()


def head(about: About, *, start: str = "# ", left_out: Sequence[str] = ()) -> str:
    """Return the comment at a file's head; `start` begins each line as its language wants.

    `left_out` says what of these very rules isn't in it, and why.
    """
    paragraphs = [
        f"{about.writes} for {about.title}, written by Sundial: export it again rather than edit it.",
        f"Install: {about.install}",
        *(f"Not done: {limit}" for limit in about.limits),
        *(f"Left out: {one}" for one in left_out),
        f"Proof: {about.proof}",
    ]
    lines = [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(paragraph, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    ]
    return "".join(f"{start}{line}\n" for line in lines)


def remark(about: About, main: str, *, start: str = "# ") -> str:
    """Return the one comment line of a file that goes with another one, `main`."""
    return f"{start}Written by Sundial for {about.title}; {main} says how to use it.\n"
