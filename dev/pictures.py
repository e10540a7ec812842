"""Take a picture of every page that each sign-in of the demonstration can come to, to look at them side by side.

    python dev/pictures.py http://127.0.0.1:8000 [folder] < SIGN-INS

The sign-ins are what `make demo`, or manage.py demo_signins, prints of them.

From the home page it follows every link once for each kind of page (two cases are one kind, two tabs are two), presses
nothing, and photographs each at the width of a desk and of a phone into build/pictures/ (or the folder given):
WHO-NUMBER-PAGE-WIDTH.png. Needs Chromium and, of the Python packages, only playwright.
"""

import os
import re
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import sync_playwright

WIDTHS = (1280, 360)
MOST = 60  # pages of one person
IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)\d+(?=/)")
SIGN_IN = re.compile(r"^ +(?P<email>\S+@\S+) +(?P<name>.+?) {2,}(?P<role>[\w ,]+)", re.MULTILINE)
PASSWORD = re.compile(r"Password of every account: (.+)")
LEFT_OUT = re.compile(r"/(logout|login|template)/$|\.(pdf|csv)$|^/api/")
TABS = ("tab", "show")  # a query that makes another page, not another row of the same


def main() -> int:
    if len(sys.argv) < 2 or sys.stdin.isatty():
        print(__doc__)
        return 2
    base, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2] if len(sys.argv) > 2 else "build/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    told = sys.stdin.read()
    password, signins = PASSWORD.search(told), list(SIGN_IN.finditer(told))
    if not password or not signins:
        print("No sign-in was read: give it what make demo prints of sign-ins.")
        return 1
    with sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for signin in signins:
            page = browser.new_context(base_url=base).new_page()
            page.goto("/")
            page.get_by_label("Email address").fill(signin["email"])
            page.get_by_label("Password", exact=True).fill(password[1].strip())
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{base}/")
            who = re.sub(r"\W", "-", signin["email"].removesuffix(".example"))
            print(f"{signin['name']}, {signin['role']}: {photograph(page, base, folder, who)} pages")
            page.context.close()
        browser.close()
    print(f"The pictures are in {folder}/.")
    return 0


def photograph(page, base: str, folder: Path, who: str) -> int:
    """Every kind of page within reach of the home page. Returns how many."""
    waiting, met, taken = ["/"], {"/"}, 0
    while waiting and taken < MOST:
        address = waiting.pop(0)
        began = time.monotonic()
        answer = page.goto(address)
        took = time.monotonic() - began
        if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        taken += 1
        if answer.status != 200 or took > 1:
            print(f"  {answer.status} in {took:.1f} s: {address}")
        name = re.sub(r"[^a-z0-9]+", "-", kind(address).lower()).strip("-") or "home"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{who}-{taken:02}-{name}-{width}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                print(f"  runs over the edge at {width}: {address}")
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            if link.startswith(base) and not LEFT_OUT.search(urlsplit(link).path) and kind(link) not in met:
                met.add(kind(link))
                waiting.append(link)
    return taken


def kind(link: str) -> str:
    """The address without what tells one row from another."""
    parts = urlsplit(link)
    tabs = "".join(f"?{name}={value}" for name, value in parse_qsl(parts.query) if name in TABS)
    return IDENTITY.sub("x", parts.path) + tabs


if __name__ == "__main__":
    sys.exit(main())
