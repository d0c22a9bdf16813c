"""The text of the company's specs, as it would have been published by a company that lives today."""

import re
from datetime import date

from examples.company import FOLDER, Company, ExampleApi, Release

_SUNSET = re.compile(r"""(x-sunset['"]?: ['"])(\d{4}-\d{2}-\d{2})""")


def spec(company: Company, api: ExampleApi, release: Release, today: date) -> bytes:
    """Answer the document of a release, its `x-sunset` dates moved by as much as today moved on.

    Nothing else differs from the file; on the day the files were written for, nothing at all.
    """
    moved = today - company.written_for

    def later(match: re.Match[str]) -> str:
        return f"{match[1]}{date.fromisoformat(match[2]) + moved}"

    text = (FOLDER / api.slug / release.file).read_text(encoding="utf-8")
    return _SUNSET.sub(later, text).encode()
