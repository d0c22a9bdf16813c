"""Editing a mail's templates in a browser, without scripts and with: shown, sent, saved, and harmless."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import watched_page
from tests.support.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_a_template_is_edited_previewed_and_saved_without_a_script(
    browser: "Browser", serve: Callable[..., Server]
) -> None:
    server = serve(examples="false")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(server.sign_in_link)
    page.locator("main button").click()
    page.goto(f"{server.address}/wordings/trial/en")
    page.locator("textarea[name=subject]").fill("Does it arrive, {{ by }}?")
    page.get_by_role("button", name="Preview").click()
    assert page.get_by_text("Does it arrive, dana@example.com?").is_visible()
    frames = [frame for frame in page.frames if frame.parent_frame]
    assert len(frames) == 3
    light, dark, narrow = (frame.locator("body") for frame in frames)
    for body in (light, dark, narrow):
        assert "This is a trial mail" in body.inner_text()
    colours = [
        frame.locator("body").evaluate("one => getComputedStyle(one).backgroundColor") for frame in frames[:2]
    ]
    assert colours == ["rgb(245, 242, 234)", "rgb(25, 24, 20)"], (
        "styles apply, the dark ones where dark is shown"
    )
    assert frames[2].evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("Version 1 is in force from the next mail on.").is_visible()
    context.close()


def test_where_scripts_run_the_preview_follows_what_is_typed(
    browser: "Browser", serve: Callable[..., Server]
) -> None:
    server = serve(examples="false")
    complaints: list[str] = []
    with watched_page(browser, complaints) as page:
        page.goto(server.sign_in_link)
        page.locator("main button").click()
        page.goto(f"{server.address}/wordings/trial/en")
        subject = page.locator("textarea[name=subject]")
        subject.fill("Does it arrive, {{ by }}?")
        page.locator("#preview").get_by_text("Does it arrive, dana@example.com?").wait_for()
        frame = page.frame_locator("#preview iframe").first
        frame.get_by_text("This is a trial mail").wait_for()
        assert complaints == []
        subject.fill("Does it arrive, {{ nobody }}?")
        page.locator("#refused").get_by_text("This can’t be a mail").wait_for()
        assert page.locator("#preview").get_by_text("Does it arrive, dana@example.com?").is_visible()
        assert subject.input_value() == "Does it arrive, {{ nobody }}?"
        assert subject.evaluate("one => one === document.activeElement")
        subject.fill("It arrives")
        page.locator("#preview").get_by_text("It arrives").first.wait_for()
        assert page.locator("#refused").is_hidden()
