"""The seven steps in a browser: real forms, real clicks, and nothing that needs scripts."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.hands import Consumer, Plan, Verdict, Webhook
from tests.support.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_PATIENCE_MILLISECONDS = 60_000
_KINDS = {
    r" made [\d,]+ calls? in the last ": "calls",
    r"^Its last day was announced ": "promise",
    r"^No source of usage ": "no-source",
    r"^The source .* told of nothing from ": "source-gap",
    r" has been silent since .*: wait until ": "short-silence",
    r"^The source .* what it has missed is unknown": "stale-source",
    r"^Its end was never announced": "no-plan",
    r"^No call to it was ever seen": "silence",
    r"^(None of its \d+ known callers has|Its only known caller has not) called ": "silence",
}
"""What reasons are about, by their sentences."""
_ANSWERS = {"Safe to remove": "safe", "Unsafe to remove": "unsafe", "Not proven": "not_proven"}


class HandsPage:
    """Somebody at a browser, signed in by the link that the server printed."""

    origin = "upload"

    def __init__(self, server: Server, page: "Page") -> None:
        self._address, self._page = server.address, page
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        page.goto(server.sign_in_link)
        self._press("Sign in")

    def register(self, slug: str, name: str) -> None:
        self._go("/apis/new")
        self._fill({"Name": name, "Short name": slug})
        self._press("Register")
        self._expect(f"{name} is registered")

    def publish(self, slug: str, file: Path) -> bool:
        self._go(f"/apis/{slug}/publish")
        self._page.locator("input[type=file]").set_input_files(file)
        self._press("Publish")
        self._expect(" is published." if (created := "nothing was published" not in self._said()) else "")
        return created

    def connect(self, slug: str, host: str, location: str, path: str) -> Webhook:
        self._go(f"/apis/{slug}?view=settings")
        self._page.get_by_label("Kind of host").select_option(host)
        self._fill({"Where it is": location, "Document": path})
        self._press("Connect")
        connected = self._page.locator("article", has_text=location)
        address = connected.locator("dt", has_text="Webhook").locator("+ dd").inner_text()
        connected.get_by_text("The webhook’s secret").click()
        return Webhook(address, connected.get_by_label("the secret", exact=True).inner_text().strip())

    def compare(self, slug: str, old: str, new: str) -> None:
        self._go(f"/apis/{slug}")
        self._fill({"From": old, "To": new})
        self._press("Compare")
        assert self._page.get_by_role("heading", level=1).inner_text() == f"{old} to {new}"

    def enrol(self, consumer: Consumer) -> None:
        self._go("/consumers/new")
        self._fill({"Name": consumer.name, "Short name": consumer.slug, "Who runs it": consumer.team})
        self._press("Register")
        for kind, value in consumer.credentials:
            self._page.get_by_label("Kind").select_option(kind)
            self._fill({"Value": value})
            self._press("Add")
            self._expect(f"{consumer.name} now")
        self._page.get_by_role("link", name="Contacts").click()
        self._fill({"Name": consumer.person, "E-mail address": consumer.contact})
        self._press("Add")
        self._expect(consumer.contact)

    def count(self, file: Path, source: str, api: str | None = None) -> None:
        self._go("/sources")
        self._fill({"Source": source})
        self._page.get_by_label("Log file").set_input_files(file)
        self._page.get_by_label("About").select_option(api or "")
        self._press("Count it")
        self._expect(file.name)

    def callers(self, slug: str, operation: str) -> Mapping[str, int]:
        self._open(slug, operation)
        calls = {}
        for row in self._page.locator("table", has_text="Consumer").first.locator("tbody tr").all():
            said = row.locator("[data-label=Calls]").inner_text()
            calls[row.get_by_role("link").first.inner_text()] = int(said.replace(",", ""))
        return calls

    def promise(self, slug: str, days: int) -> None:
        self._go(f"/apis/{slug}?view=settings")
        self._fill({"Days of notice": str(days)})
        self._page.locator("form", has_text="Days of notice").get_by_role("button", name="Save").click()
        self._expect("The promise is changed")

    def announce(self, plan: Plan) -> str | None:
        self.compare(plan.api, *plan.compared)
        finding = self._page.locator("article.finding", has_text=plan.rule)
        finding.get_by_role("link", name="Deprecate this operation instead").click()
        self._fill(
            {
                "Why it ends": plan.reason,
                "What to call instead": plan.replacement,
                "Migration guide": plan.documentation,
                "Deprecated from": str(plan.deprecated_on),
                "Last day": str(plan.sunset_on),
                "Time zone of both days": plan.zone,
            }
        )
        self._press("Announce it now")
        refused = self._page.get_by_role("alert")
        return refused.inner_text() if refused.count() else None

    def headers(self, slug: str, method: str, path: str) -> list[tuple[str, str]]:
        """Read them from the plan of the operation that the request is for, with the path filled in."""
        where, _, last = path.rpartition("/")
        self._go(f"/apis/{slug}?view=operations")
        name = f"{method} {path}"
        if not self._page.get_by_role("link", name=name, exact=True).count():
            name = f"{method} {where}/{{id}}"
        self._open(slug, name)
        if not self._follow("Look at how it ends"):
            return []
        said = self._page.get_by_label("the response headers", exact=True).inner_text()
        lines = said.replace("{id}", last).strip().splitlines()
        return [(field, value) for field, _, value in (line.partition(": ") for line in lines)]

    def send_mail(self) -> None:
        self._go("/notices")
        self._press("Write what is due")
        self._expect("Mails put into the outbox: ")

    def verdict(self, slug: str, operation: str) -> Verdict:
        self._open(slug, operation)
        section = self._page.locator("section", has=self._page.get_by_role("heading", name="May it go?"))
        answer = _ANSWERS[_words(section.locator(".badge").first)]  # waits for the page, which `all` doesn't
        told = section.locator(".checks li > span:last-child").all()
        return Verdict(answer, frozenset(map(_kind, told)))

    def cannot_judge(self, slug: str, operation: str) -> str:
        self._go("/deprecations/new")
        form = self._page.locator("main form").first
        form.get_by_label("API").select_option(slug)
        form.get_by_label("Operation").fill(operation)
        form.get_by_role("button", name="Go on").click()
        self._page.wait_for_load_state()  # the alert is there before its words are
        return self._page.get_by_role("alert").inner_text()

    def _go(self, path: str) -> None:
        answer = self._page.goto(self._address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def _open(self, slug: str, operation: str) -> None:
        self._go(f"/apis/{slug}?view=operations")
        self._page.get_by_role("link", name=operation, exact=True).click()

    def _follow(self, words: str) -> bool:
        link = self._page.get_by_role("link", name=words)
        if not link.count():
            return False
        link.click()
        return True

    def _fill(self, fields: Mapping[str, str]) -> None:
        for label, value in fields.items():
            found = self._page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))
            found.locator("visible=true").fill(value)

    def _press(self, words: str) -> None:
        self._page.get_by_role("button", name=words, exact=True).locator("visible=true").click()

    def _said(self) -> str:
        return _words(self._page.locator("main"))

    def _expect(self, words: str) -> None:
        said = self._said()
        assert words in said, f"{self._page.url} says nothing of “{words}”: {said}"


def _kind(reason: "Locator") -> str:
    sentence = _words(reason).partition(": ")[2]
    return next((kind for words, kind in _KINDS.items() if re.search(words, sentence)), sentence)


def _words(shown: "Locator") -> str:
    return " ".join(shown.inner_text().split())
