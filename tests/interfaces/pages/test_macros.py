from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from re import findall

import pytest
from flask import Flask, render_template_string

from deprecations.impact_record import FindingImpact
from deprecations.standing import Standing, tally
from interfaces.gate import csrf
from interfaces.pages import make_pages
from interfaces.pages.assets import STATIC
from interfaces.pages.error import error_page
from interfaces.runtime import make_runtime
from interfaces.settings import Settings

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
TEMPLATES = STATIC.parent / "templates"
IMPORTS = "".join(
    f'{{% import "ui/{name}.html" as {name} with context %}}'
    for name in ("page", "badge", "time", "chart", "code", "form", "hit")
)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    application = Flask("sundial", static_folder=None)
    application.config.update(SECRET_KEY="for tests", WTF_CSRF_CHECK_DEFAULT=False)
    settings = Settings(data_dir=tmp_path_factory.mktemp("macros"))
    application.extensions["sundial"] = make_runtime(settings, lambda: NOW)
    csrf.init_app(application)
    application.register_blueprint(make_pages())
    yield application
    application.extensions["sundial"].database.engine.dispose()


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    with application.test_request_context("/"):
        yield application


@pytest.fixture
def say(app: Flask) -> "Say":
    return Say()


class Say:
    """Renders a line of template with every macro at hand."""

    def __call__(self, line: str, **context: object) -> str:
        return render_template_string(IMPORTS + line, **context)


def test_an_instant_is_absolute_with_its_zone_and_relative_to_now(say: Say) -> None:
    html = say("{{ time.instant(at) }}", at=datetime(2026, 11, 19, 9, 41, tzinfo=UTC))
    assert "19 Nov 2026, 09:41 UTC" in html
    assert "(3 days ago)" in html
    assert 'datetime="2026-11-19T09:41:00+00:00"' in html


def test_a_level_is_said_by_glyph_and_word(say: Say) -> None:
    html = say("{{ badge.level('breaking', 3) }}")
    assert "#i-breaking" in html
    assert "3 breaking" in html


def test_a_summary_without_findings_says_that_nothing_changed(say: Say) -> None:
    counts = {"breaking": 0, "dangerous": 0, "compatible": 0, "editorial": 0}
    assert "No changes" in say("{{ badge.summary(counts) }}", counts=counts)


def test_a_summary_names_only_levels_that_were_found(say: Say) -> None:
    html = say("{{ badge.summary({'breaking': 0, 'dangerous': 2, 'compatible': 0, 'editorial': 1}) }}")
    assert "2 dangerous" in html
    assert "breaking" not in html


def test_a_sparkline_says_in_words_what_it_draws(say: Say) -> None:
    html = say("{{ chart.spark([100, 90, 10]) }}")
    assert 'aria-label="falling: 200 calls in 30 days, most 100, last 10 a day"' in html


def test_a_chart_has_a_table_behind(say: Say) -> None:
    html = say("{{ chart.columns([('1 Nov', 1204), ('2 Nov', 7)], 'Calls a day') }}")
    assert "<td" in html
    assert "1,204" in html


def test_a_path_of_a_document_is_text_and_never_markup(say: Say) -> None:
    html = say("{{ code.operation('GET', path, '/x') }}", path="/orders/<script>alert(1)</script>")
    assert "<script" not in html
    assert "<wbr>/orders" in html


def test_an_error_of_a_field_is_tied_to_its_control(say: Say) -> None:
    html = say("{{ form.field('sunset_on', 'Sunset', '2027-01-31', error='Too early', hint='A day') }}")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="sunset_on-hint sunset_on-error"' in html
    assert 'id="sunset_on-error"' in html


def test_a_summary_of_errors_leads_to_each_field_and_takes_the_focus(say: Say) -> None:
    html = say("{{ form.summary({'sunset_on': 'Too early', '': 'Somebody else was faster'}) }}")
    assert '<a href="#sunset_on">Too early</a>' in html
    assert "Somebody else was faster" in html
    assert "data-focus" in html


def test_every_posting_form_carries_the_token(say: Say) -> None:
    html = say("{{ form.post('/a', 'Go') }}{{ form.confirm('/b', 'End', 'Sure?', 'Yes') }}")
    assert html.count('name="csrf_token"') == html.count("<form") == 2


def test_a_change_that_hits_nobody_says_so(say: Say) -> None:
    nobody = FindingImpact("3f2a9c41d0be", "breaking", "It is gone.", tally([Standing.NOT_HURT]), ())
    assert "Nobody known calls it" in say("{{ hit.finding(one, 20) }}", one=nobody)
    unseen = replace(nobody, counts=tally([Standing.UNKNOWN]))
    assert "that proves nothing yet" in say("{{ hit.finding(one, 20) }}", one=unseen)


def test_a_consumer_without_contact_stands_out(say: Say) -> None:
    row = {
        "name": "Scanner",
        "url": "/c",
        "team": "",
        "calls": 3,
        "last_at": NOW,
        "daily": [3],
        "contacts": 0,
    }
    assert "No contact" in say("{{ hit.table([row]) }}", row=row)


def test_an_error_page_is_a_page_with_one_heading_and_its_status(app: Flask) -> None:
    answer = error_page(404, "Not Found", "There is no API named “ordres”.")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "There is no API named “ordres”." in text
    assert text.count("<h1") == 1


def test_assets_are_cached_for_ever_and_open_to_anyone(app: Flask) -> None:
    answer = app.test_client().get("/assets/sundial.css")
    assert answer.status_code == 200
    assert answer.cache_control.immutable
    answer.close()


def test_no_path_leads_out_of_the_assets(app: Flask) -> None:
    assert app.test_client().get("/assets/..%2fassets.py").status_code == 404


def test_every_glyph_that_is_named_is_drawn() -> None:
    drawn = set(findall(r'id="i-(\w+)"', (TEMPLATES / "icons.svg").read_text()))
    text = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    named = set(findall(r'icon\("(\w+)"\)', text)) | set(
        findall(r'\("(?:bad|warn|good|mark|)", "(\w+)"', text)
    )
    assert named <= drawn
