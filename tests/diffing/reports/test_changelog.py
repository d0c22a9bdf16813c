import pytest

from diffing.errors import DiffingError
from diffing.finding import Level
from diffing.reports.changelog import render
from diffing.reports.view import View
from tests.diffing.findings import (
    GONE,
    NEW_HEADER,
    NEW_STATE,
    NEW_WORDS,
    ONE_OF_EACH,
    WAIVED,
    comparison,
    finding,
)

ENTRY = """\
## 1.3.0 (2026-11-22)

### Breaking

- `POST /orders`
  - The longest note of an item went from 500 to 200 characters.

### May break

- `schemas Order`
  - The state of an order may now be returned.

### Compatible

- `POST /orders`
  - The header X-Trace may be sent.

### Words

- `The document as a whole`
  - The description of the API changed.
"""


def own(text: str, *findings: object) -> str:
    return render(View(comparison(*findings), template=("mine.md", text)))


def test_an_entry_names_the_version_the_day_and_the_changes_by_what_they_do_to_consumers() -> None:
    assert render(View(comparison(*ONE_OF_EACH))) == ENTRY


def test_an_entry_may_leave_the_mild_changes_out() -> None:
    entry = render(View(comparison(NEW_STATE, NEW_HEADER, NEW_WORDS), level=Level.COMPATIBLE))
    assert "### Compatible" in entry
    assert "### Words" not in entry


def test_an_entry_of_no_change_says_so() -> None:
    assert render(View(comparison())) == "## 1.3.0 (2026-11-22)\n\nNothing changed.\n"


def test_a_waived_change_is_listed_with_its_reason() -> None:
    assert "characters. (waived: Nobody sends more than 200 characters.)" in render(
        View(comparison(finding(waived=WAIVED)))
    )


def test_spec_text_is_no_markup_in_an_entry() -> None:
    entry = render(View(comparison(finding(text="<b>x</b> [y](z) `{{ 7 * 7 }}`"))))
    assert "&lt;b&gt;x&lt;/b&gt; \\[y\\]\\(z\\) `{{ 7 * 7 }}`" in entry


def test_a_team_writes_a_template_of_its_own() -> None:
    template = "{{ comparison.bump.needed }}:{% for group in groups %} {{ group.title | code }}{% endfor %}"
    assert own(template, GONE) == "major: `GET /orders/{id}`\n"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a\n{% for %}", "mine.md:2: "),
        ("a\nb\n{{ comparison.sumary }}", "mine.md:3: "),
        ("\n{{ 1 / 0 }}", "mine.md:2: "),
        ("{{ ''.__class__.__mro__ }}", "mine.md:1: "),
        ("\n\n{{ comparison.findings.append(1) }}", "mine.md:3: "),
    ],
)
def test_a_template_that_cannot_be_followed_names_its_line(template: str, message: str) -> None:
    with pytest.raises(DiffingError, match="mend the template") as caught:
        own(template, GONE)
    assert str(caught.value).startswith(message)
