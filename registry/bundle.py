"""A document as it is stored: its files in one compressed archive, the root first.

The archive of equal files is equal byte for byte, whenever it is made.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The root file's name, its bytes, and those of the files that it refers to, by relative path."""

    name: str
    root: bytes
    files: Mapping[str, bytes]


def pack(bundle: Bundle) -> bytes:
    """Write a bundle into an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in [(bundle.name, bundle.root), *sorted(bundle.files.items())]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(data: bytes) -> Bundle:
    """Read a bundle from an archive that `pack` wrote."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root, *others = archive.namelist()
        return Bundle(root, archive.read(root), {name: archive.read(name) for name in others})
