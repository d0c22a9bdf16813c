"""Say which file of a checked-out repository a document's name means, for reports that annotate files."""

import re

# An empty revision is the index. One letter is a drive, and a slash after the colon an address.
_REVISION = re.compile(r"(?:[^:/\\]{2,}|[^:\\]*[~^@/][^:\\]*|):(?=[^:/\\])")


def repository_path(name: str) -> str:
    """Return the path in `git-revision:path`, else the name itself without a leading `./`."""
    match = _REVISION.match(name)
    path = name[match.end() :] if match else name
    return path.removeprefix("./")
