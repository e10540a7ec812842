"""A headless Chromium, and what axe-core and the edge of a phone say about a page in it."""

import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

# What axe-core reports and the design system does on purpose:
# aria-expanded on radios and checkboxes that reveal a question (alphagov/govuk-frontend 979).
ALLOWED = {"aria-allowed-attr"}
ALLOWED_ON = re.compile(r'class="govuk-(radios|checkboxes)__input"')


@contextmanager
def chromium():
    """A browser to make contexts in, one for each person. Playwright keeps an event loop in this thread as long as it
    runs, and Django must be told that this is no reason to refuse the database."""
    from playwright.sync_api import sync_playwright

    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert executable, "Chromium is not installed: run make test, or apt-get install chromium."
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def findings(page, impacts=None):
    """(rule, element) for everything axe-core finds on the page as it stands; with `impacts`, only those."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((Path(settings.BASE_DIR) / "build" / "test" / "axe.min.js").read_text())
    violations = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        (violation["id"], node["html"])
        for violation in violations
        if impacts is None or violation["impact"] in impacts
        for node in violation["nodes"]
        if not (violation["id"] in ALLOWED and ALLOWED_ON.search(node["html"]))
    ]


def runs_over_the_edge(page):
    """Whether the page must be scrolled sideways at its present width."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
