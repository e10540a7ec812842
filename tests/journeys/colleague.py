"""Somebody at a browser of their own, who knows a page only by what it says.

Every page that a colleague comes to is inspected: axe-core at both widths, the edge of a phone, the console.
"""

import re
import time
from contextlib import contextmanager
from datetime import date

from playwright.sync_api import expect

from tests import browser, factories

WIDTHS = (320, 1280)
SERIOUS = ("serious", "critical")
# What can be typed into, and what is typed there by somebody who makes mistakes.
TYPED = "main form[novalidate] :is(input:is([type=text], [type=email], [type=tel], :not([type])), textarea)"
WHAT = "box => box.tagName === 'TEXTAREA' ? 'long' : box.type === 'email' ? 'email' : box.id.split('_').at(-1)"
SPOILT = {
    "long": "All night long. " * 350,
    "email": "not an address",
    "day": "31",
    "month": "2",
    "year": "2026",
    "time": "25.99",
}
# What nobody should have to read: words of programmers, and words that blame or beg.
UNFRIENDLY = re.compile(r"successful|please|invalid|this field|ensure|\bnull\b", re.IGNORECASE)
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4(09|12|22)")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Inspector:
    """Looks at each page once in each state, and keeps what it finds wrong."""

    def __init__(self):
        self.seen, self.wrong = set(), []

    def look(self, page):
        where = UUID.sub("…", page.url.partition("://")[2].partition("/")[2].partition("?")[0])
        heading = page.locator("h1").first.inner_text() if page.locator("h1").count() else "no heading"
        buttons = page.locator("main .govuk-button")
        offered = buttons.first.inner_text() if buttons.count() else "no button"
        state = (where, heading, offered, page.title().startswith("Error: "))
        if state in self.seen:
            return
        self.seen.add(state)
        name = f"/{where} ({heading}, {offered}{', with errors' if state[-1] else ''})"
        if page.locator("h1").count() != 1:
            self.wrong.append((name, "not one h1", page.locator("h1").count()))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for rule, element in browser.findings(page, SERIOUS):
                self.wrong.append((name, width, rule, element))
            if browser.runs_over_the_edge(page):
                self.wrong.append((name, width, "runs over the edge"))


class Colleague:
    def __init__(self, chromium, base_url, user, inspector=None, javascript=True):
        self.user, self.inspector = user, inspector
        self.context = chromium.new_context(base_url=base_url, java_script_enabled=javascript)
        self.context.set_default_timeout(8_000)
        self.page = self.context.new_page()
        self.javascript = javascript
        self.said = []  # by the console of the browser
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.effort = None

    # --- going about ------------------------------------------------------------------------------------------------

    def sign_in(self, password=factories.PASSWORD):
        """By the sign-in page, as everybody does."""
        self.open("/")
        self.types("Email address", self.user.email)
        self.types("Password", password)
        self.presses("Sign in")
        expect(self.page.locator("h1")).to_have_text(self.user.full_name)
        return self

    def open(self, address):
        self.page.goto(address)
        self.has_arrived()

    def home(self):
        self.open("/")

    def follows(self, text, within="main"):
        """A link by its words."""
        self.page.locator(within).get_by_role("link", name=text).or_(
            self.page.locator(within).get_by_role("button", name=text).and_(self.page.locator("a"))
        ).first.click()
        self._count(keys=1)
        self.has_arrived()

    def goes_to(self, text):
        """An item of the menu."""
        self.page.get_by_role("navigation", name="Menu").get_by_role("link", name=text, exact=True).click()
        self._count(keys=1)
        self.has_arrived()

    def presses(self, text):
        self.page.get_by_role("button", name=text, exact=True).first.click()
        self._count(keys=1)
        self.has_arrived()

    def _hears(self, message):
        if message.type in ("error", "warning") and not REFUSED.match(message.text):
            self.said.append(f"{self.page.url}: {message.text}")

    def has_arrived(self):
        self.page.wait_for_load_state()
        self._count(pages=1)
        if self.inspector and self.javascript:
            with self._off_the_clock():
                self.inspector.look(self.page)

    # --- filling in -------------------------------------------------------------------------------------------------

    def types(self, label, text):
        self.field(label).fill(str(text))
        self._count(fields=1, keys=len(str(text)))

    def chooses(self, question, *answers):
        """Radios or checkboxes of one question."""
        for answer in answers:
            self.group(question).get_by_label(answer, exact=True).check()
        self._count(fields=1, keys=len(answers))

    def ticks(self, label):
        self.page.get_by_role("checkbox", name=label).check()
        self._count(fields=1, keys=1)

    def selects(self, label, option):
        self.field(label).select_option(label=option)
        self._count(fields=1, keys=1)

    def dates(self, question, day, clock=""):
        """A date, or a date and a time, into the boxes of its question."""
        group = self.group(question)
        parts = {
            "Day": str(day.day),
            "Month": str(day.month),
            "Year": str(day.year),
            **({"Time": clock} if clock else {}),
        }
        for label, text in parts.items():
            group.get_by_label(label).fill(text)
            self._count(keys=len(text))
        self._count(fields=1)

    def field(self, label):
        exact = self.page.locator("main").get_by_label(label, exact=True)
        return exact if exact.count() else self.page.locator("main").get_by_label(label).first

    def group(self, question):
        exact = self.page.locator("main").get_by_role("group", name=question, exact=True)
        return exact if exact.count() == 1 else self.page.locator("main").get_by_role("group", name=question).last

    # --- making mistakes --------------------------------------------------------------------------------------------

    def spoils(self, answers=None):
        """Types the answers given, or what cannot be right into whatever can be typed into. Returns {id: text}."""
        for closed in self.page.locator("main details:not([open]):has(form) > summary").all():
            closed.click()
        for label, answer in (answers or {}).items():
            if answer is True:
                self.page.get_by_label(label, exact=True).check()
            elif isinstance(answer, date):
                self.dates(label, answer)
            else:
                self.types(label, answer)
        boxes = self.page.locator(TYPED).filter(visible=True)
        if answers is None:
            for box in boxes.all():
                box.fill(SPOILT.get(box.evaluate(WHAT), "Ten to three, tired"))
        return {box.get_attribute("id"): box.input_value() for box in boxes.all()}

    def finds_wrong_with_the_errors(self, typed):
        """What is wrong with a page of errors: no summary, a link of it that does not give its field the focus, text
        that was typed and is gone, or words that help nobody."""
        if not self.page.title().startswith("Error: "):
            return [f"no error: {self.page.title()}"]
        wrong = []
        for link in self.page.locator(".govuk-error-summary__list a").all():
            target = link.get_attribute("href").removeprefix("#")
            link.click()
            if self.page.evaluate("document.activeElement.id") != target:
                wrong.append(f"“{link.inner_text()}” does not lead to {target}")
        if not self.page.locator(".govuk-error-summary__list li").count():
            wrong.append("an error summary with nothing in it")
        for text in self.page.locator(".govuk-error-summary__list li, .govuk-error-message").all_inner_texts():
            if UNFRIENDLY.search(text):
                wrong.append(f"unfriendly: {text}")
        for name, text in typed.items():
            box = self.page.locator(f"[id='{name}']")
            if not box.count() or box.input_value() != text:
                wrong.append(f"what was typed into {name} is gone")
        return wrong

    # --- seeing -----------------------------------------------------------------------------------------------------

    def sees(self, *texts):
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, *texts):
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)

    def is_told(self, text):
        """By the banner on top of the page."""
        expect(self.page.locator(".govuk-notification-banner").first).to_contain_text(text)

    def is_refused(self, text):
        """By the summary of errors on top of the page."""
        expect(self.page.locator(".govuk-error-summary")).to_contain_text(text)

    def heading(self):
        return self.page.locator("h1").inner_text()

    # --- effort -----------------------------------------------------------------------------------------------------

    @contextmanager
    def measured(self):
        """Counts pages, questions answered and keys pressed (a press on a button or a box is one), and the seconds that
        the pages took; what the inspector needs is left out."""
        self.effort = {"pages": 0, "fields": 0, "keys": 0, "seconds": 0.0}
        self._away, began = 0.0, time.perf_counter()
        yield self.effort
        self.effort["seconds"] = round(time.perf_counter() - began - self._away, 1)
        self.effort = None

    @contextmanager
    def _off_the_clock(self):
        began = time.perf_counter()
        yield
        if self.effort is not None:
            self._away += time.perf_counter() - began

    def _count(self, **more):
        if self.effort is not None:
            for name, number in more.items():
                self.effort[name] += number
