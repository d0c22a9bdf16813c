"""A real headless Chromium, driven by Playwright, that never leaves this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

_FLAGS = (
    "--headless",
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def executable() -> str:
    """Return the browser to run: SUNDIAL_CHROMIUM, or Debian's."""
    path = os.environ.get("SUNDIAL_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        raise FileNotFoundError(
            f"no browser at {path}: install the package chromium, name another in SUNDIAL_CHROMIUM, "
            'or leave these tests out with -m "not browser"'
        )
    return path


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Run a browser for as long as the block lasts.

    Playwright keeps an event loop running in this thread meanwhile, so `asyncio.run` is refused here.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_page(browser: "Browser", complaints: list[str]) -> Iterator["Page"]:
    """Open a page in a profile of its own; what its console reports as an error joins `complaints`."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(10_000)
    page = context.new_page()

    def note(message: "ConsoleMessage") -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location['url']})")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
