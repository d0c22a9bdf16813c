"""How many of the breaking schema findings over the corpus are proved."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from diffing.compare import compare
from diffing.finding import Level, WitnessStatus
from diffing.load import load
from diffing.sources import folder_reader

pytestmark = pytest.mark.corpus

WANTED = 0.95


def test_at_least_95_of_100_breaking_schema_findings_are_proved(corpus: Path) -> None:
    counts: Counter[WitnessStatus] = Counter()
    for pair in json.loads((corpus / "manifest.json").read_text())["pairs"]:
        if pair["dialect"] == "graphql":
            continue
        paths = [corpus / pair[side]["file"] for side in ("old", "new")]
        paths = [
            path / pair[side]["entry"] if path.is_dir() else path
            for path, side in zip(paths, ("old", "new"), strict=True)
        ]
        old, new = (load(path.read_bytes(), path.name, read=folder_reader(path.parent)) for path in paths)
        for finding in compare(old, new, today=date(2026, 11, 22)).findings:
            if finding.level is Level.BREAKING:
                counts[finding.witness_status] += 1
    proved, given_up = counts[WitnessStatus.FOUND], counts[WitnessStatus.GAVE_UP]
    assert proved > 1000
    assert proved >= WANTED * (proved + given_up)
