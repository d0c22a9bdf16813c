"""The collection of real specs, where the machine has it: read in place, never part of the project."""

import fcntl
import os
import subprocess
import tempfile
from pathlib import Path

from tests.support.processes import ROOT

_UNPACK = ROOT.parent / "shared" / "corpus" / "unpack"


def folder() -> Path | None:
    """Return the folder with the specs, unpacked when need be; None where there is no collection.

    It is the one that SUNDIAL_CORPUS names, or else stands beside the project.
    """
    if named := os.environ.get("SUNDIAL_CORPUS"):
        return Path(named)
    if not _UNPACK.exists():
        return None
    lock = Path(tempfile.gettempdir()) / f"sundial-corpus-{os.getuid()}.lock"
    with lock.open("w") as turn:  # other workers may ask meanwhile
        fcntl.flock(turn, fcntl.LOCK_EX)
        said = subprocess.run([_UNPACK], check=True, capture_output=True, text=True)
    return Path(said.stdout.strip())
