from base64 import b64encode
from hashlib import sha512
from pathlib import Path
from re import findall, search

import pytest

from interfaces.pages.assets import STATIC, digest

CSS = (STATIC / "sundial.css").read_text()
TEMPLATES = sorted((STATIC.parent / "templates").rglob("*.html"))
TEXT = ("ink", "soft", "accent", "bad", "warn", "good")
GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *((text, ground) for text in TEXT for ground in GROUNDS),
    *(("ink", f"{tone}-wash") for tone in ("accent", "bad", "warn", "good")),
    *((tone, f"{tone}-wash") for tone in ("accent", "bad", "warn", "good")),
    ("on-accent", "accent"),
]


def colours(name: str) -> tuple[str, str]:
    found = search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", CSS)
    assert found, f"--{name} is not a light-dark pair"
    return found[1], found[2]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground_in_light_and_dark(text: str, ground: str) -> None:
    ratios = [contrast(one, other) for one, other in zip(colours(text), colours(ground), strict=True)]
    assert min(ratios) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edge_of_a_control_stands_out_from_its_ground(ground: str) -> None:
    ratios = [contrast(one, other) for one, other in zip(colours("edge"), colours(ground), strict=True)]
    assert min(ratios) >= 3


def test_the_style_sheet_stays_small() -> None:
    assert len(CSS.encode()) <= 28_672  # 28 KB: under 8 KB once compressed


def test_vendored_files_are_those_that_were_recorded() -> None:
    recorded = (STATIC / "vendor" / "VENDORED.md").read_text()
    for file in (STATIC / "vendor").glob("*.js"):
        assert file.name in recorded
        assert b64encode(sha512(file.read_bytes()).digest()).decode() in recorded


def test_an_address_of_a_static_file_changes_with_the_file() -> None:
    assert len(digest("sundial.css")) == 12
    assert digest("sundial.css") != digest("sundial.js")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(STATIC.parent)))
def test_no_template_holds_inline_style_or_script(template: Path) -> None:
    assert not findall(r"\sstyle=|\son\w+=\"|<style|<script(?! src=)|javascript:|hx-on", template.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(STATIC.parent)))
def test_every_class_that_a_template_names_is_styled_or_known_to_scripts(template: Path) -> None:
    named = {word for value in findall(r'class="([^"{}]+)"', template.read_text()) for word in value.split()}
    assert {word for word in named if f".{word}" not in CSS} <= {"top"}
