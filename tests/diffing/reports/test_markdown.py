import re

import pytest
from markdown_it import MarkdownIt

from diffing.finding import Finding, Level, Reach
from diffing.reports.markdown import LIMIT, code, escaped, render
from diffing.reports.view import View
from tests.diffing.findings import GONE, NEW_WORDS, ONE_OF_EACH, SHORTER_NOTE, WAIVED, comparison, finding

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
NO_WIDTH = "\u200b"


def shown(markdown: str) -> str:
    """Render as a host does and return what a reader sees, tags taken away."""
    html = MARKDOWN.render(markdown)
    text = re.sub(r"<[^>]+>", "", html).replace(NO_WIDTH, "").strip()
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def many(count: int, **fields: object) -> tuple[Finding, ...]:
    reaches = ((Reach("GET", f"/resources/{index}", None, "response 200"),) for index in range(count))
    return tuple(
        finding(operations=reach, fingerprint=f"{index:012x}", **fields)
        for index, reach in enumerate(reaches)
    )


@pytest.mark.parametrize(
    "text",
    [
        "**bold** _it_ ~~gone~~ `code`",
        "[a link](http://evil.test) ![an image](http://evil.test/x.png) <http://auto.test>",
        "<b>html</b> &amp; &copy; <!-- x -->",
        "| a | b |",
        "- item",
        "1. item",
        "# title",
        "> quote",
        "$x^2$ a|b \\* \\",
        "~~~",
        "---",
        "===",
    ],
)
def test_spec_text_reads_as_it_was_written(text: str) -> None:
    assert shown(f"before {escaped(text)}") == f"before {text}"
    assert shown(escaped(text)) == text
    assert not re.search(r"<(?!/?p>)", MARKDOWN.render(escaped(text)).replace("&lt;", ""))


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "a@b.test",
        "@team/name",
        "#12",
        "GH-12",
        "owner/repo#12",
        "https://evil.test",
        "www.evil.test",
        ":tada:",
        "!12",
        "~label",
        "%5",
        "1234567890abcdef",
    ],
)
def test_nothing_in_spec_text_is_a_mention_a_reference_or_a_link(text: str) -> None:
    # What a host looks for after rendering is broken by a character without width.
    inner = re.sub(r"<[^>]+>", "", MARKDOWN.render(escaped(text)))
    assert text not in inner
    assert inner.replace(NO_WIDTH, "").strip() == text


@pytest.mark.parametrize("text", ["a", "`", "``", "a`b", "`a``b`", " ", "@x #1 **b**", "a\nb"])
def test_a_code_span_holds_any_text(text: str) -> None:
    html = MARKDOWN.render(f"x {code(text)} y")
    assert html.count("<code>") == 1
    assert html.startswith("<p>x <code>")
    assert html.endswith("</code> y</p>\n")


def test_the_verdict_stands_in_the_title() -> None:
    assert render(View(comparison(*ONE_OF_EACH))).startswith("### 🔴 1 breaking change\n")
    assert render(View(comparison(NEW_WORDS))).startswith("### ⚪ No breaking change\n")
    assert render(View(comparison())).startswith("### ✅ Nothing changed\n")


@pytest.mark.parametrize("filler", ["x", "é", "漢", "😀", "@", "`", "&", "<"])
def test_a_report_stays_below_the_limit_whatever_comes(filler: str) -> None:
    text = filler * 10_000
    findings = (
        *many(60, text=text, rule=text, why=text),
        finding(operations=tuple(Reach(text, f"/{index}{text}", None, text) for index in range(50))),
        finding(waived=WAIVED),
    )
    view = View(comparison(*findings), notes=(text,) * 50, fail_on=Level.BREAKING)
    report = render(view)
    assert len(report.encode()) < LIMIT
    assert "Left out here for length" in report


def test_what_does_not_fit_is_summed_up_and_the_worst_stay() -> None:
    mild = many(2000, level=Level.EDITORIAL, rule="info-description-changed")
    report = render(View(comparison(GONE, SHORTER_NOTE, *mild)))
    left_out = int(re.search(r"Left out here for length: (\d+) findings", report)[1])
    assert report.count("**editorial**") + left_out == 2000
    assert report.count("**breaking**") == 2
    assert f"{left_out} editorial" in report
    assert f"- {left_out} × `info-description-changed`" in report
    assert len(report) > LIMIT // 2


def test_a_small_report_leaves_nothing_out() -> None:
    assert "Left out" not in render(View(comparison(GONE, *ONE_OF_EACH)))
