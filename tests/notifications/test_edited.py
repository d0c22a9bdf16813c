"""Templates that an administrator wrote: a small language, named errors, and what must remain."""

from dataclasses import replace

import pytest

from deprecations.mail_samples import KINDS, samples
from notifications.checks import check, check_mail
from notifications.edited import render_edited
from notifications.errors import TemplateRefused
from notifications.render import Source, default_source, languages, render

DIGEST = default_source("digest")
SAMPLES = samples("digest", "en")[:1]
WORDS = '{% import "digest/words.en.txt" as words %}'
TEXT = "{% for item in items %}{{ item.operation }}: {{ item.sunset_at }}. {% endfor %}"
OTHERS = "{% for one in others %}{{ one.operation }} {% endfor %}"
TEXT += OTHERS + "{{ link }}"
HTML = (
    "<html><body>{% for item in items %}<p>{{ item.operation }}: {{ item.sunset_at }}</p>{% endfor %}"
    f'{OTHERS}<a href="{{{{ link }}}}">Answer</a></body></html>'
)
OURS = Source("Ends on {{ first_last_day }}", TEXT, HTML)


def refused(**parts: str) -> TemplateRefused:
    with pytest.raises(TemplateRefused) as caught:
        check(replace(OURS, **parts), SAMPLES)
    return caught.value


@pytest.mark.parametrize(("kind", "language"), [(one, other) for one in KINDS for other in languages(one)])
def test_every_default_passes_as_if_an_administrator_had_written_it(kind: str, language: str) -> None:
    source, known = default_source(kind), samples(kind, language)
    check(source, known)
    assert render_edited(source, known[0].context) == render(kind, known[0].context)


def test_an_own_wording_is_rendered() -> None:
    check(OURS, samples("digest", "en"))
    mail = render_edited(OURS, SAMPLES[0].context)
    assert mail.subject == "Ends on Sun 30 Jun 2030"
    assert mail.text.startswith("GET /v1/orders/{id}: Sun 30 Jun 2030, until 23:59:59 Europe/Berlin")


@pytest.mark.parametrize(
    ("part", "text", "line", "cause"),
    [
        ("text", "{{ link }}\n\n{{ itms }}", 3, "'itms' is undefined"),
        ("text", TEXT + "\n{{ items[0].sunset }}", 2, "there is no fact 'sunset'"),
        ("text", "{% if items %}\n{{ link }}", 2, "Unexpected end of template"),
        ("text", "a\n{{ link | shout }}", 2, "No filter named 'shout'"),
        ("html", HTML + '\n{% import "other.txt" as x %}', 2, "other.txt"),
        ("text", TEXT + "\n{{ 1 / 0 }}", 2, "ZeroDivisionError"),
        ("subject", " \n ", 0, "comes out empty"),
        ("subject", "x" * 300, 0, "longer than 255"),
    ],
)
def test_what_cannot_be_rendered_is_refused_with_its_place_and_cause(
    part: str, text: str, line: int, cause: str
) -> None:
    error = refused(**{part: text})
    assert (error.part, error.line) == (part, line)
    assert cause in error.cause
    assert str(error).startswith(f"{part}, line {line}: " if line else f"{part}: ")


@pytest.mark.parametrize(
    "text",
    [
        "{% set x = link ~ link %}{{ x }}",
        "{% set x %}{{ link }}{% endset %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% filter upper %}{{ link }}{% endfilter %}",
        "{% with x = link %}{{ x }}{% endwith %}",
        '{% extends "digest/text.txt" %}',
        "{% block b %}{% endblock %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{% for a in range(100000) %}{% endfor %}",
        "{{ items.__class__ }}",
        "{{ items.append(1) }}",
        "{{ link.__class__.__mro__ }}",
        "{{ cycler }}",
        "{{ link | replace('a', 'b') }}",
        "{{ link | attr('__class__') }}",
        "{{ link | center(1000000000) }}",
        "{{ link | indent(1000000000) }}",
        "{{ (link * 1) | join(link) }}",
        "{{ items | join(link) | join(link) | join(link) | join(link) | join(link) }}",
        "{% for a in items %}{% for b in items %}{% for c in items %}{% for d in items %}{% endfor %}"
        "{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_what_could_break_out_or_never_end_is_refused(text: str) -> None:
    assert refused(text=TEXT + text).part == "text"


@pytest.mark.parametrize(
    ("part", "text", "cause"),
    [
        ("text", TEXT.replace("{{ link }}", ""), "leaves out the reader's own link"),
        ("html", HTML.replace("{{ link }}", "https://example.com"), "leaves out the reader's own link"),
        ("text", TEXT.replace("{{ item.sunset_at }}", "soon"), "leaves out the last day"),
        ("html", HTML.replace("{{ item.sunset_at }}", "soon"), "leaves out the last day"),
        ("html", HTML.replace("{{ item.operation }}", ""), "leaves out what ends"),
        ("html", HTML.replace("<p>", "<title>").replace("</p>", "</title>"), "leaves out what ends"),
        ("text", TEXT.replace("{{ link }}", "{% if not items[0].is_done %}{{ link }}{% endif %}"), "stopped"),
    ],
)
def test_what_a_reader_needs_must_remain(part: str, text: str, cause: str) -> None:
    with pytest.raises(TemplateRefused, match=cause) as caught:
        check(replace(OURS, **{part: text}), samples("digest", "en"))
    assert caught.value.part == part


@pytest.mark.parametrize(
    ("added", "cause"),
    [
        ("<script>alert(1)</script>", "<script> has no place"),
        ('<img src="https://example.com/x.png">', "<img> has no place"),
        ("<form></form>", "<form> has no place"),
        ('<p onclick="x()">a</p>', "onclick has no place"),
        ('<table background="https://example.com/x.png"></table>', "background has no place"),
        ("<style>p { background: url(https://example.com/x) }</style>", "the style fetches"),
        ("<style>@import 'https://example.com/x.css';</style>", "the style fetches"),
        ('<a href="javascript:alert(1)">x</a>', "leads nowhere"),
    ],
)
def test_html_that_runs_or_fetches_is_refused(added: str, cause: str) -> None:
    error = refused(html=HTML + "\n" + added)
    assert cause in error.cause
    assert error.line == 2


def test_a_value_that_would_reach_html_unescaped_is_refused_with_its_line() -> None:
    html = WORDS + HTML + "\n{{ words.headline(items[0]) }}"
    with pytest.raises(TemplateRefused, match="forceescape") as caught:
        check(replace(OURS, html=html), samples("digest", "en"))
    assert caught.value.line == 2
    check(replace(OURS, html=html.replace(") }}", ") | forceescape }}")), samples("digest", "en"))


def test_a_mail_is_held_to_the_same_when_it_is_written() -> None:
    sample = SAMPLES[0]
    mail = render_edited(OURS, sample.context)
    check_mail(mail, sample.musts, sample.link)
    with pytest.raises(TemplateRefused, match="last day"):
        check_mail(replace(mail, text=f"GET /v1/orders/{{id}} {sample.link}"), sample.musts, sample.link)
